//! Promises and the words of worked cases, as written.

use super::{Name, RuleText, Whom};
use crate::pathway::diagnostic::Span;

/// A promise as written.
#[derive(Debug, Clone)]
pub struct PromiseSource {
    /// For whom.
    pub whom: Whom,
    /// When.
    pub when: Option<RuleText>,
    /// `never_below`.
    pub never_below: Option<Name>,
    /// `never_above`.
    pub never_above: Option<Name>,
    /// `below`.
    pub below: Option<Name>,
    /// `always_asked`.
    pub always_asked: Vec<Name>,
    /// Signed exceptions.
    pub unless: Vec<Name>,
    /// Where it stands.
    pub span: Span,
}

/// A word of a worked case, to be looked up.
#[derive(Debug, Clone)]
pub enum CaseWord {
    /// A family.
    Complaint(Name),
    /// A question, checklist or guide.
    Question(Name),
    /// What is said of a question, or how a guide ends.
    Said {
        /// The question or guide.
        question: Name,
        /// The answers; one, or rows of a table.
        answers: Vec<Name>,
    },
    /// A disposition.
    Reach(Name),
    /// A parallel need.
    Also(Name),
    /// Care advice.
    Advise(Name),
    /// A source.
    Source(Name),
    /// How old the patient is.
    Age(Name),
    /// The patient's sex.
    Sex(Name),
    /// Who answers.
    Party(Name),
}
