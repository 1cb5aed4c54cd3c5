//! Questions and their answers, as written.

use super::{Name, RuleText};
use crate::pathway::text::Text;

/// A question, checklist or system fact as written.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its id.
    pub id: Name,
    /// How it is asked.
    pub wording: Text,
    /// Why.
    pub why: Option<Text>,
    /// Supporting text.
    pub help: Option<Text>,
    /// Other ways of asking.
    pub rephrase: Vec<Text>,
    /// A red flag.
    pub red_flag: bool,
    /// Which answers are worse.
    pub worse: Option<Name>,
    /// Why they have no order.
    pub not_ordered: Option<Name>,
    /// When an answer is too old.
    pub ask_again_after: Option<Name>,
    /// To whom it applies.
    pub only_if: Option<RuleText>,
    /// What is read where it does not, or where nothing was looked up.
    pub otherwise: Option<Name>,
    /// The stand-in for "not sure".
    pub not_sure: Option<Name>,
    /// Keyed by pathway.
    pub about_complaint: bool,
    /// A question to be read in place of a failed look-up.
    pub if_unknown: Option<Name>,
    /// What may be answered.
    pub answers: Answers,
}

/// What may be answered, as written.
#[derive(Debug, Clone)]
pub enum Answers {
    /// Yes or no.
    YesNo,
    /// One of these.
    OneOf(Vec<ChoiceSource>),
    /// A number.
    Number {
        /// A word.
        unit: Name,
        /// Lowest.
        from: Name,
        /// Highest.
        to: Name,
        /// Between two answers.
        step: Option<Name>,
    },
    /// An instant in the past.
    Ago {
        /// Minutes, hours or days.
        unit: Name,
        /// Longest ago.
        to: Name,
    },
    /// An instant to come.
    Due {
        /// Minutes, hours or days.
        unit: Name,
        /// Longest overdue; negative.
        from: Name,
        /// Furthest to come.
        to: Name,
    },
    /// Rows of a table.
    Table(Name),
    /// Words.
    Text,
    /// An age.
    Age,
    /// A screen over yes/no facts.
    Checklist(Vec<Name>),
    /// What was written was reported.
    Unread,
}

/// An option as written.
#[derive(Debug, Clone)]
pub struct ChoiceSource {
    /// Its id.
    pub id: Name,
    /// As shown.
    pub text: Text,
    /// Red flags it implies: fact and value.
    pub means: Vec<(Name, Name)>,
}
