//! Statements of a flow, as written.

use super::{Guard, Name, RuleText};
use crate::pathway::content::Codes;
use crate::pathway::diagnostic::Span;
use crate::pathway::text::Text;

/// A statement of a flow.
#[derive(Debug, Clone)]
pub struct Statement {
    /// What it does.
    pub what: What,
    /// When.
    pub guard: Guard,
    /// One sentence the caller may hear.
    pub because: Option<Text>,
    /// For staff.
    pub staff: Option<String>,
    /// Its own sources.
    pub evidence: Vec<Name>,
    /// Its own codes.
    pub codes: Codes,
    /// Named exceptions.
    pub gives_way: Vec<Name>,
    /// Where its first key stands.
    pub span: Span,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum What {
    /// Where in the order questions may be asked.
    Ask(Vec<Name>),
    /// At least this urgent.
    Reach(Name),
    /// The all-clear.
    Settle(Name),
    /// The base.
    Otherwise(Name),
    /// A parallel need.
    Also(Name),
    /// Asked for the hand-over.
    Keep(Vec<Name>),
    /// What to do and say meanwhile.
    Guide(Name),
    /// Care advice.
    Advise(Name),
    /// A named condition.
    Let(Name),
    /// A sum.
    Score(ScoreSource),
    /// A nested list under a condition.
    When(WhenSource),
    /// A shared flow in this place.
    Include(Name),
    /// Also another pathway's business.
    Elsewhere(Name),
}

/// A score as written.
#[derive(Debug, Clone)]
pub struct ScoreSource {
    /// Its name.
    pub name: Name,
    /// Points and when they are added.
    pub points: Vec<(i64, Guard)>,
    /// A question, and points by range or option.
    pub bands: Vec<(Name, Vec<(Name, i64)>)>,
    /// A part of it was reported and is missing.
    pub is_incomplete: bool,
}

/// A `when` as written.
#[derive(Debug, Clone)]
pub struct WhenSource {
    /// Its condition; `None` if it was reported.
    pub rule: Option<RuleText>,
    /// While it holds.
    pub then: Vec<Statement>,
    /// While it does not.
    pub otherwise: Vec<Statement>,
}
