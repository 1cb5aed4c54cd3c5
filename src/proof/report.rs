//! What was found of each guarantee: how much of it, and somebody for whom it does not hold.
//!
//! It holds names and words, no place in any content: it can be kept with a release, and a pathway that did not change keeps its own.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::walk::Answer;

use super::guarantee::Guarantee;

/// What was found of a guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds, for everybody.
    Proven,
    /// It does not hold for somebody, who is shown.
    Broken,
    /// The time was over before it was known.
    Unproven,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// So many things hold.
    pub proven: u64,
    /// So many do not, and each is an error.
    pub broken: u64,
    /// So many are as nobody should leave them without a look.
    pub warned: u64,
    /// So many are not known, for want of time.
    pub unproven: u64,
    /// So many are about nobody.
    pub empty: u64,
}

/// What was found of a guarantee, in a pathway or in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Which.
    pub guarantee: Guarantee,
    /// Of how many things, and what they are.
    pub over: Over,
    /// Those that do not hold, are not known, or are told.
    pub shown: Vec<Shown>,
    /// So many more that are not shown.
    #[serde(default)]
    pub left_out: u64,
    /// How long it took, in milliseconds, over all pathways together.
    pub took_ms: u64,
}

/// What is shown, and how grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It does not hold.
    Broken,
    /// The time was over.
    Unproven,
    /// Somebody should look.
    Warning,
    /// It holds; a number that belongs to it.
    Told,
}

/// One thing that is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// How grave.
    pub weight: Weight,
    /// In which pathway.
    pub pathway: Option<String>,
    /// File and line of what it is about.
    pub place: Option<(String, u32)>,
    /// What is so, in a sentence.
    pub says: String,
    /// A number that belongs to it: so many questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// For whom; the one who gets less first where two are compared.
    pub people: Vec<Person>,
}

/// Somebody, walked by the running walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Who, and what matters of what they said, in a sentence.
    pub words: String,
    /// The complaint.
    pub complaint: String,
    /// All that was said, in the order in which it is asked; what nobody asks comes where it is said.
    pub told: Vec<(String, Answer)>,
    /// The same, as it is written after `--tell`.
    pub written: Vec<String>,
    /// The day of the call.
    pub on: Date,
    /// Where the walk ends.
    pub reached: String,
}

/// What was found in a pathway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathwayProof {
    /// Which.
    pub pathway: String,
    /// SHA-256 of all that the proof read: while it is the same, so is the proof.
    pub digest: String,
    /// Of each guarantee that is about pathways, in order.
    pub found: Vec<Found>,
    /// What effect its lines and questions have; over all pathways together, that is G2.
    pub effects: Vec<Effect>,
    /// How long it took to find what effect they have, in milliseconds.
    pub effects_ms: u64,
}

/// What effect a line or a question has in a pathway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// File, line and column.
    pub place: (String, u32, u32),
    /// The question, if it is one.
    pub question: Option<String>,
    /// What it does, in words.
    pub words: String,
    /// How much.
    pub worth: Worth,
}

/// From nothing upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// A line that can never be true.
    Dead,
    /// A line that never decides, a question that changes nothing.
    Idle,
    /// The time was over.
    Unknown,
    /// It decides, or changes something, for somebody.
    Matters,
}

/// What was found of a content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// How many pathways.
    pub pathways: u64,
    /// How many of them were proven now; the others were so before, and did not change.
    pub proven_now: u64,
    /// Of each guarantee, in order.
    pub found: Vec<Found>,
}

impl Over {
    /// Both together.
    pub fn and(self, other: Over) -> Over {
        Over {
            proven: self.proven + other.proven,
            broken: self.broken + other.broken,
            warned: self.warned + other.warned,
            unproven: self.unproven + other.unproven,
            empty: self.empty + other.empty,
        }
    }
}

impl Found {
    /// Nothing yet.
    pub fn new(guarantee: Guarantee) -> Self {
        Found {
            guarantee,
            over: Over::default(),
            shown: Vec::new(),
            left_out: 0,
            took_ms: 0,
        }
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        match self.over {
            Over { broken: 1.., .. } => Outcome::Broken,
            Over { warned: 1.., .. } if self.guarantee.only_warns() => Outcome::Broken,
            Over { unproven: 1.., .. } => Outcome::Unproven,
            _ => Outcome::Proven,
        }
    }

    /// A content for which it is so is not to be released.
    pub fn fails(&self) -> bool {
        match self.outcome() {
            Outcome::Proven => false,
            Outcome::Broken => !self.guarantee.only_warns(),
            Outcome::Unproven => self.guarantee.must_be_proven(),
        }
    }

    /// Counts what is shown, and shows it.
    pub fn show(&mut self, shown: Shown) {
        match shown.weight {
            Weight::Broken => self.over.broken += 1,
            Weight::Unproven => self.over.unproven += 1,
            Weight::Warning => self.over.warned += 1,
            Weight::Told => self.over.proven += 1,
        }
        self.shown.push(shown);
    }
}

impl PathwayProof {
    /// Nothing in it is unproven for want of time.
    pub fn is_whole(&self) -> bool {
        let known = |effect: &Effect| effect.worth != Worth::Unknown;
        self.found.iter().all(|found| found.over.unproven == 0) && self.effects.iter().all(known)
    }
}

impl Report {
    /// Some guarantee fails.
    pub fn fails(&self) -> bool {
        self.found.iter().any(Found::fails)
    }
}

impl Person {
    /// The line that walks this person again.
    pub fn command(&self, folder: &str) -> String {
        let mut command = format!(
            "nhs111 walk --pathways {} --complaint {} --on {}",
            quoted(folder),
            quoted(&self.complaint),
            self.on
        );
        for told in &self.written {
            command.push_str(" --tell ");
            command.push_str(&quoted(told));
        }
        command
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
