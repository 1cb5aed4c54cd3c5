//! What is asked, what was said, and what another answer would do.

use serde::Serialize;

use super::{FieldError, Phrase};

/// One question.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct QuestionPage {
    /// How many events the case had when it was asked.
    pub step: u64,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The question.
    pub name: String,
    /// As asked.
    pub wording: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// How to check, examples.
    pub help: Option<String>,
    /// Other ways of asking.
    pub rephrase: Vec<String>,
    /// What can be said, and what was.
    pub input: Input,
    /// "I am not sure" was chosen.
    pub unsure: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What can be said to a question, and what was.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Input {
    /// Yes/no and one-of.
    Choice {
        /// In order.
        options: Vec<Choice>,
        /// "None of these fit", for one-of.
        none_fit: Option<NoneFit>,
    },
    /// A number.
    Number {
        /// As typed.
        value: String,
        /// The word of the unit.
        unit: String,
        /// It may have a part after the point.
        decimal: bool,
    },
    /// How long ago, or until when.
    Elapsed {
        /// As typed.
        value: String,
        /// `minutes`, `hours`, `days` or `weeks`.
        unit: String,
        /// It may be still to come.
        due: bool,
        /// It has passed.
        passed: bool,
    },
    /// Rows of a table.
    Pick {
        /// In order.
        rows: Vec<Choice>,
    },
    /// Words for people.
    Text {
        /// As typed.
        value: String,
        /// The most letters.
        limit: usize,
    },
}

impl Default for Input {
    fn default() -> Self {
        Input::Choice {
            options: Vec::new(),
            none_fit: None,
        }
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// As shown; `None` for the plain words "Yes" and "No".
    pub text: Option<String>,
    /// Supporting text.
    pub help: Option<String>,
    /// It was chosen.
    pub checked: bool,
}

/// "None of these fit", with a box for own words.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NoneFit {
    /// It was chosen.
    pub checked: bool,
    /// As typed.
    pub words: String,
}

/// A screen over several yes/no questions.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ChecklistPage {
    /// How many events the case had when it was asked.
    pub step: u64,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The checklist.
    pub name: String,
    /// As asked.
    pub wording: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// Supporting text.
    pub help: Option<String>,
    /// Other ways of asking; a checklist has none.
    pub rephrase: Vec<String>,
    /// Those that apply, are unanswered and needed.
    pub members: Vec<Choice>,
    /// What was said of the others: `none`, `not_sure`, or nothing.
    pub rest: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What to do meanwhile, and the answers that end it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct GuidePage {
    /// How many events the case had when it was shown.
    pub step: u64,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The guide.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What is said.
    pub say: Option<String>,
    /// In order.
    pub steps: Vec<String>,
    /// How long to do it.
    pub timer_seconds: Option<u32>,
    /// What may have happened.
    pub exits: Vec<Choice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A question and what was said to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// As asked.
    pub question: Phrase,
    /// As told back.
    pub answer: Phrase,
    /// Where it is changed.
    pub change: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersPage {
    /// Party, age, sex, complaints.
    pub about: Vec<Row>,
    /// In the order they were answered.
    pub answers: Vec<Row>,
    /// Those that were answered "No", most of them as part of a list.
    pub answered_no: Vec<Row>,
    /// The next question, or the outcome.
    pub go_on: String,
    /// The key of its label.
    pub go_on_label: &'static str,
}

/// What a change does to the advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// More urgent.
    More,
    /// Less urgent.
    Less,
    /// As urgent.
    Same,
    /// More must be asked first.
    Open,
}

/// An answer that would be another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// As asked.
    pub question: String,
    /// The answer that stands.
    pub from: Phrase,
    /// The answer that would.
    pub to: Phrase,
}

/// What a change would do, before it is made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangePage {
    /// What would be answered otherwise.
    pub changes: Vec<Changed>,
    /// What it does.
    pub effect: Effect,
    /// The advice now, if it is known.
    pub before: Option<String>,
    /// The advice then, if it is known.
    pub after: Option<String>,
    /// More questions would follow.
    pub asks_again: bool,
    /// The form as it was sent.
    pub fields: Vec<(String, String)>,
    /// Where "no" leads.
    pub cancel: String,
}
