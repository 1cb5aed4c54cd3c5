//! Worked cases, as written: what is said, and what is expected of it.

use super::content::Place;

/// One file of worked cases.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The file's name without its ending: the pathway, or the flow.
    pub name: String,
    /// The well baseline: said wherever a case says nothing else and the question is asked.
    pub unless_said: Vec<(String, Said)>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One worked case.
#[derive(Debug, Clone)]
pub struct Case {
    /// A sentence.
    pub title: String,
    /// Families chosen.
    pub complaints: Vec<String>,
    /// `20 months`, or `not told`.
    pub age: Option<String>,
    /// `female`, `male` or `not told`.
    pub sex: Option<String>,
    /// `first` or `third`.
    pub party: Option<String>,
    /// What is answered when asked; one that goes unused fails the case.
    pub facts: Vec<(String, Said)>,
    /// What is said before anything is asked.
    pub volunteered: Vec<(String, Said)>,
    /// Where the expectation comes from.
    pub source: Option<String>,
    /// Its expectation is what the walk gave when the case was written by `nhs111 cases --suggest`, and nobody has judged it yet. It runs as
    /// any other, and exercises nothing ([`crate::walk::run::Coverage`]).
    pub suggested: bool,
    /// What is expected.
    pub expect: Expect,
    /// Where it stands.
    pub place: Place,
}

/// An answer in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// An option, `yes`, `no`, a number, `6 hours`, `not_sure`, `none_fit`, `refused`, `unknown`.
    Word(String),
    /// Rows of a table.
    Rows(Vec<String>),
}

/// What a case expects; what is absent is not looked at.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// The first question that the case does not answer.
    pub ask: Option<String>,
    /// The disposition at the end of the walk.
    pub reach: Option<String>,
    /// Words of a shown reason.
    pub because: Vec<String>,
    /// Needs that hold.
    pub also: Vec<String>,
    /// Items of advice shown.
    pub advise: Vec<String>,
    /// Questions that are not asked.
    pub not_asked: Vec<String>,
    /// The most questions asked.
    pub within: Option<u32>,
}
