//! What was proven of a release.

use serde::Serialize;

/// What was proven of a release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProofPage {
    /// Its whole hash.
    pub hash: String,
    /// What was found; `None` where nothing may be claimed.
    pub seen: Option<ProofSeen>,
    /// There is a report that this program cannot read.
    pub is_unreadable: bool,
    /// What no report shows, in sentences.
    pub not_claimed: Vec<&'static str>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProofSeen {
    /// The day on which it was made.
    pub on: String,
    /// The version of the program that made it.
    pub program: String,
    /// How long it took.
    pub seconds: u64,
    /// How long each question to the solver might take.
    pub seconds_each: u64,
    /// Pathways in the release.
    pub pathways: u64,
    /// Checks.
    pub all: u64,
    /// So many of them hold.
    pub proven: u64,
    /// So many do not.
    pub broken: u64,
    /// Of so many it is not known.
    pub unproven: u64,
    /// Each of them.
    pub checks: Vec<CheckSeen>,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckSeen {
    /// `G1` to `G13`.
    pub name: String,
    /// What it says.
    pub says: String,
    /// The key of what came of it.
    pub verdict: &'static str,
    /// What is counted.
    pub counted: &'static str,
    /// So many hold.
    pub proven: u64,
    /// So many do not, or should be looked at.
    pub against: u64,
    /// So many are not known.
    pub unproven: u64,
    /// Some for which it does not hold.
    pub examples: Vec<CheckExample>,
    /// So many more.
    pub more: u64,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckExample {
    /// In which pathway.
    pub pathway: Option<String>,
    /// What is so.
    pub says: String,
    /// Somebody made up, and where the walk ends for them.
    pub people: Vec<(String, String)>,
}
