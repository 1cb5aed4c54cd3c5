//! What is marked on a picture: the path of somebody, and where a guarantee does not hold.

use std::collections::BTreeMap;

use super::super::content::{FactId, LineId};

/// Marks on a picture. Nothing is marked by colour alone.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Above the picture: whose path it is, what does not hold.
    pub notes: Vec<String>,
    /// What was answered on the way.
    pub answered: BTreeMap<FactId, Answered>,
    /// What is said of a line: that it is true, that it decides, what is wrong with it.
    pub lines: BTreeMap<LineId, Vec<String>>,
}

/// An answer on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// When it was given: `answer 3`, `not asked`.
    pub when: String,
    /// In the words of the answer.
    pub said: String,
}
