//! Grounds: why a case holds a disposition.
//!
//! A ground is one line that was true at a commit, with the events that made it so. Grounds only accumulate; a clinician
//! releases them, and on the public channel a visitor's own correction in the same contact withdraws them.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::pathway::Content;
use crate::pathway::content::{DispositionId, Setting};

/// A ground, by its place among those of its case, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroundId(pub u32);

/// A line that was true, and the events that made it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// Which.
    pub id: GroundId,
    /// The line across releases: its file, effect and guard. See [`NONE_FIT`] and [`EARLY_EXIT`] for those that no file holds.
    pub line: String,
    /// What it holds.
    pub holds: Holds,
    /// The answers and choices that made it true, in order.
    pub operands: Vec<u64>,
}

/// The line of every "none of these fit".
pub const NONE_FIT: &str = "catalogue: none_fit";
/// The line of a contact that ended before its walk.
pub const EARLY_EXIT: &str = "catalogue: early_exit";
/// The line of a walk at whose end nothing was true: a fault of the content.
pub const NOTHING_TRUE: &str = "catalogue: nothing true";

/// What a ground holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Holds {
    /// At least this urgent.
    Disposition {
        /// In the catalogue of the release on which it was reached.
        id: String,
        /// How urgent it was there.
        urgency: Urgency,
    },
    /// A parallel need.
    Need {
        /// In the catalogue.
        id: String,
    },
}

/// How urgent a disposition is, comparable across releases: the smaller, the more urgent.
///
/// Rank, then setting (the higher one first), then place in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Urgency {
    rank: u32,
    below_ambulance: u8,
    place: u16,
}

impl Urgency {
    /// Of a disposition in the catalogue.
    pub fn of(content: &Content, id: DispositionId) -> Self {
        let disposition = content.disposition(id);
        let below_ambulance = match disposition.setting {
            Setting::Ambulance => 0,
            Setting::Hospital => 1,
            Setting::See => 2,
            Setting::Speak => 3,
            Setting::Pharmacy => 4,
            Setting::SelfCare => 5,
        };
        Urgency {
            rank: disposition.rank,
            below_ambulance,
            place: id.0,
        }
    }
}

impl Urgency {
    /// How it stands to another, by rank and setting alone: two dispositions that differ only in their place in the catalogue are equally urgent.
    /// `Less` is more urgent.
    pub fn level(self, other: Urgency) -> Ordering {
        (self.rank, self.below_ambulance).cmp(&(other.rank, other.below_ambulance))
    }
}

/// Why a clinician released a ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReason {
    /// The clinician assessed the patient and came to another view.
    Assessed,
    /// The answer was recorded by mistake.
    RecordedByMistake,
    /// It was so, and is no longer.
    Resolved,
    /// A care plan says otherwise.
    CarePlan,
}

/// Whether a ground still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It counts.
    Holds,
    /// A visitor corrected the answer that it stood on.
    Withdrawn,
    /// A clinician released it.
    Released,
}
