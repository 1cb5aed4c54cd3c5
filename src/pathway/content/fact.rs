//! Questions and system facts: what values they have, and to whom they apply.

use serde::Serialize;

use super::{FactId, TableId};
use crate::pathway::form::Rule;
use crate::pathway::text::Text;

/// A question or a system fact.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// Its id: unique in the library; `pathway/question` where it is about a complaint.
    pub id: String,
    /// What values it has.
    pub kind: Kind,
    /// How it is asked.
    pub wording: Text,
    /// Why it is asked.
    pub why: Option<Text>,
    /// How to check, examples.
    pub help: Option<Text>,
    /// Approved other ways of asking.
    pub rephrase: Vec<Text>,
    /// Shown on the strip of red flags.
    pub red_flag: bool,
    /// When an answer becomes too old to use.
    pub ask_again_after: Freshness,
    /// To whom it applies, and what is read where it does not.
    pub applies: Option<Applies>,
    /// The stand-in for a spoken "not sure": an option.
    pub not_sure: Option<u8>,
    /// Which answers are worse.
    pub order: Order,
    /// Where it comes from.
    pub source: FactSource,
    /// Options that imply a red flag: (option of this fact, the fact set, its worst option).
    pub means: Vec<(u8, FactId, u8)>,
    /// Options of other facts that imply this one: (fact, its option, option here).
    pub implied_by: Vec<(FactId, u8, u8)>,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// It is asked.
    Question,
    /// Age, sex or party: asked before the first flow, undetermined until then.
    Patient,
    /// The service says it at the start of a contact; nothing said reads as `otherwise`.
    System {
        /// What is read when there is nothing to look up.
        otherwise: Given,
        /// A question read in its place when the look-up failed.
        if_unknown: Option<FactId>,
    },
}

/// A question to be read in place of a record fact whose look-up failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn {
    /// The system fact.
    pub fact: FactId,
    /// The question.
    pub question: FactId,
    /// The look-up failed.
    pub unknown: Rule,
}

/// To whom a question applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applies {
    /// True (could) where it applies.
    pub only_if: Rule,
    /// What is read where it does not.
    pub otherwise: Given,
}

/// A value of a fact, in its own terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// The place of an option.
    Option(u8),
    /// In the fact's own steps.
    Number(i64),
    /// The place of a row.
    Row(u16),
}

/// What values a fact has.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Yes/no (options `yes`, `no`) and one-of.
    OneOf {
        /// In the order of the screen.
        options: Vec<Choice>,
        /// Written without `answers`.
        yes_no: bool,
    },
    /// A number in bounds.
    Number(Number),
    /// An instant, told as so much time ago. Read as minutes before the contact began.
    Ago {
        /// The unit it is asked in, in minutes.
        unit_minutes: i64,
        /// The bound, in minutes.
        to: i64,
    },
    /// An instant, told as due in so much time. Read as minutes after the contact began; overdue is negative.
    Due {
        /// The unit it is asked in, in minutes.
        unit_minutes: i64,
        /// The bounds, in minutes.
        from: i64,
        /// The bounds, in minutes.
        to: i64,
    },
    /// Rows of a table.
    Pick(TableId),
    /// An age.
    Age,
    /// Words for people; no rule reads it.
    Text,
}

/// A number kept as a whole number of steps of `10^-scale`.
#[derive(Debug, Clone, Serialize)]
pub struct Number {
    /// A word.
    pub unit: String,
    /// Decimal places.
    pub scale: u32,
    /// Lowest, in units of `10^-scale`.
    pub from: i64,
    /// Highest.
    pub to: i64,
    /// Between two answers.
    pub step: i64,
}

impl Number {
    /// Bounds drawn in to the first and the last answer that lie within them; where none does, the first comes after the last.
    ///
    /// What lies beyond the question's own bounds is left as it is.
    pub fn drawn_in(&self, (from, to): (i64, i64)) -> (i64, i64) {
        let above = |value: i64| value.saturating_sub(self.from).rem_euclid(self.step.max(1));
        let from = match above(from) {
            beyond if from <= self.from || beyond == 0 => from,
            beyond => from.saturating_add(self.step - beyond),
        };
        let to = if to >= self.to {
            to
        } else {
            to.saturating_sub(above(to))
        };
        (from, to)
    }

    /// Whether an answer lies between these bounds, both included, which lie within the question's own.
    pub fn has_answer(&self, from: i64, to: i64) -> bool {
        let (first, last) = self.drawn_in((from, to));
        first <= last
    }

    /// A value in decimal, as an author writes it.
    pub fn shown(&self, value: i64) -> String {
        let factor = 10_i64.pow(self.scale);
        let (sign, value) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
        let (whole, rest) = (value / factor.unsigned_abs(), value % factor.unsigned_abs());
        match self.scale {
            0 => format!("{sign}{whole}"),
            scale => format!("{sign}{whole}.{rest:0width$}", width = scale as usize),
        }
    }
}

/// An option of a one-of question.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// As shown.
    pub text: Text,
}

/// Which answers are worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The first option is the worst (`worse: first`, and a yes/no question by default).
    WorstFirst,
    /// The last option is the worst (`worse: last`, `worse: no`).
    WorstLast,
    /// A higher number is worse.
    Higher,
    /// A lower number is worse.
    Lower,
    /// Further outside these bounds (inclusive) is worse.
    Outside(i64, i64),
    /// No order, and why.
    None(String),
}

/// When an answer becomes too old to use; judged once, at the start of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Older than this many minutes is absent.
    Minutes(u32),
    /// Asked again in each contact.
    Contact,
    /// Never too old.
    Never,
}

/// A screen over yes/no facts.
#[derive(Debug, Clone, Serialize)]
pub struct Checklist {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub wording: Text,
    /// Why it is asked.
    pub why: Option<Text>,
    /// Supporting text.
    pub help: Option<Text>,
    /// What it lists, in order.
    pub members: Vec<FactId>,
}
