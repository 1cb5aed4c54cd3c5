//! What was said: an answer as it travels in events, in the stateless API and in worked cases.
//!
//! An answer is not yet a value: which words a question offers, its unit and its bounds are the content's, and
//! [`super::Facts::tell`] reads the one against the other.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// An answer, as said.
///
/// In JSON: a string, a number, an array of row ids, or an object with the one key named at each variant. Its `Debug` never
/// shows what was said: an answer is health data and must not reach a log.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub enum Answer {
    /// `"unable"`: the id of an option, `yes`, `no`, or the words of a text question.
    Word(String),
    /// `38.5`: a number in the unit of its question.
    Number(f64),
    /// `["bleach"]`: rows of a table.
    Rows(Vec<String>),
    /// `{"at": "2026-01-31T12:00:00Z"}`: an instant, for "so long ago" and "due in so long".
    At(Timestamp),
    /// `{"birth_date": "2024-01-31"}`.
    BirthDate(Date),
    /// `{"age": "20 months"}`: days, weeks, months or years.
    Age(String),
    /// `{"not_told": true}`: for age and sex.
    NotTold,
    /// `{"not_sure": true}`.
    NotSure,
    /// `{"none_fit": "the caller's words"}`.
    NoneFit(String),
    /// `{"refused": true}`.
    Refused,
    /// `{"timed_out": true}`.
    TimedOut,
    /// `{"unknown": true}`: the look-up of a system fact failed.
    Unknown,
    /// `{"exit": "crew_here"}`: how a guide ended.
    Exit(String),
}

impl Answer {
    /// Its kind, in a word that says nothing about the person.
    pub fn kind(&self) -> &'static str {
        match self {
            Answer::Word(_) => "word",
            Answer::Number(_) => "number",
            Answer::Rows(_) => "rows",
            Answer::At(_) => "at",
            Answer::BirthDate(_) => "birth_date",
            Answer::Age(_) => "age",
            Answer::NotTold => "not_told",
            Answer::NotSure => "not_sure",
            Answer::NoneFit(_) => "none_fit",
            Answer::Refused => "refused",
            Answer::TimedOut => "timed_out",
            Answer::Unknown => "unknown",
            Answer::Exit(_) => "exit",
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.kind())
    }
}

impl From<&str> for Answer {
    fn from(word: &str) -> Self {
        Answer::Word(word.to_owned())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Wire {
    Word(String),
    Number(f64),
    Rows(Vec<String>),
    Object(Object),
}

/// Externally tagged, so that an object has exactly one key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Object {
    At(Timestamp),
    BirthDate(Date),
    Age(String),
    NotTold(bool),
    NotSure(bool),
    NoneFit(String),
    Refused(bool),
    TimedOut(bool),
    Unknown(bool),
    Exit(String),
}

impl TryFrom<Wire> for Answer {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Ok(match wire {
            Wire::Word(word) => Answer::Word(word),
            Wire::Number(number) => Answer::Number(number),
            Wire::Rows(rows) => Answer::Rows(rows),
            Wire::Object(Object::At(at)) => Answer::At(at),
            Wire::Object(Object::BirthDate(date)) => Answer::BirthDate(date),
            Wire::Object(Object::Age(age)) => Answer::Age(age),
            Wire::Object(Object::NotTold(true)) => Answer::NotTold,
            Wire::Object(Object::NotSure(true)) => Answer::NotSure,
            Wire::Object(Object::NoneFit(words)) => Answer::NoneFit(words),
            Wire::Object(Object::Refused(true)) => Answer::Refused,
            Wire::Object(Object::TimedOut(true)) => Answer::TimedOut,
            Wire::Object(Object::Unknown(true)) => Answer::Unknown,
            Wire::Object(Object::Exit(exit)) => Answer::Exit(exit),
            Wire::Object(
                Object::NotTold(false)
                | Object::NotSure(false)
                | Object::Refused(false)
                | Object::TimedOut(false)
                | Object::Unknown(false),
            ) => return Err("this key of an answer can only be true"),
        })
    }
}

impl From<Answer> for Wire {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Word(word) => Wire::Word(word),
            Answer::Number(number) => Wire::Number(number),
            Answer::Rows(rows) => Wire::Rows(rows),
            Answer::At(at) => Wire::Object(Object::At(at)),
            Answer::BirthDate(date) => Wire::Object(Object::BirthDate(date)),
            Answer::Age(age) => Wire::Object(Object::Age(age)),
            Answer::NotTold => Wire::Object(Object::NotTold(true)),
            Answer::NotSure => Wire::Object(Object::NotSure(true)),
            Answer::NoneFit(words) => Wire::Object(Object::NoneFit(words)),
            Answer::Refused => Wire::Object(Object::Refused(true)),
            Answer::TimedOut => Wire::Object(Object::TimedOut(true)),
            Answer::Unknown => Wire::Object(Object::Unknown(true)),
            Answer::Exit(exit) => Wire::Object(Object::Exit(exit)),
        }
    }
}
