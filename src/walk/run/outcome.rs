//! What comes of a worked case.

use thiserror::Error;

use super::Used;
use crate::walk::explain::Explanation;
use crate::walk::facts::FactError;

/// What came of a worked case.
#[derive(Debug, Clone)]
pub struct Run {
    /// Why it fails; none if it holds.
    pub failures: Vec<Failure>,
    /// What it made use of.
    pub used: Used,
    /// Where it ended, with reasons; `None` if it could not begin.
    pub explanation: Option<Explanation>,
}

/// Why a worked case fails.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// It chooses a complaint that is not there.
    #[error("there is no complaint `{0}`")]
    UnknownComplaint(String),
    /// It answers or expects something that is not there.
    #[error("there is no question, checklist or guide `{0}`")]
    UnknownName(String),
    /// It answers a question in a way that the question does not offer.
    #[error("the answer to `{name}` cannot be taken: {error}")]
    BadAnswer {
        /// Of what.
        name: String,
        /// Why not.
        error: FactError,
    },
    /// Something is asked that it neither answers nor expects.
    #[error("`{0}` is asked, and the case does not answer it")]
    UnexpectedAsk(String),
    /// The question that it expects is not the first that it leaves open.
    #[error("`{0}` is expected to be asked, and was not")]
    NotAsked(String),
    /// It answers a question that is never asked.
    #[error("`{0}` is answered, and was never asked")]
    UnusedFact(String),
    /// Another result.
    #[error("reaches `{reached}`, expected `{expected}`")]
    WrongResult {
        /// What the case expects.
        expected: String,
        /// What the walk reaches.
        reached: String,
    },
    /// No shown reason has these words.
    #[error("no reason says `{0}`")]
    MissingReason(String),
    /// The need does not hold.
    #[error("the need `{0}` does not hold")]
    MissingNeed(String),
    /// The care advice is not shown.
    #[error("the advice `{0}` is not shown")]
    MissingAdvice(String),
    /// It is asked, and should not be.
    #[error("`{0}` is asked, and should not be")]
    Asked(String),
    /// Too many questions.
    #[error("{asked} questions are asked, expected at most {most}")]
    TooMany {
        /// How many.
        asked: u32,
        /// The most expected.
        most: u32,
    },
    /// The content left a line undetermined at the end, or nothing true.
    #[error("the content is at fault: {0}")]
    Defect(String),
    /// It did not end; a guide whose exit asks its own question again and again.
    #[error("the walk does not end")]
    Endless,
}
