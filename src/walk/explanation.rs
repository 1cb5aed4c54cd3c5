//! What an explanation says. Everything in ids; wording is the reader's of [`crate::pathway::text::Text`].

use crate::pathway::content::{AdviceId, DispositionId, FactId, LineId, NeedId, PathwayId};

use super::answer::Answer;
use super::change::Change;
use super::plan::Reached;
use super::position::Position;

/// Why the case stands where it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Where it stands, and what comes next.
    pub position: Position,
    /// The rules that decide the result: those of its disposition.
    pub decided_by: Vec<Reason>,
    /// Rules that are true and less urgent.
    pub also_true: Vec<Reason>,
    /// Parallel needs that hold.
    pub needs: Vec<NeedReason>,
    /// Red flags that apply, in the order of the content.
    pub red_flags: Vec<RedFlag>,
    /// More urgent lines that what was said has ruled out, most urgent first.
    pub ruled_out: Vec<RuledOut>,
    /// Single answers that would raise the result if they were different, worst first; at most a dozen.
    pub would_change: Vec<Change>,
    /// Care advice to show.
    pub advice: Vec<AdviceShown>,
    /// Facts that were said one way and implied another; read as not sure.
    pub conflicts: Vec<Conflict>,
    /// Questions that were answered and do not apply any more; what was said still counts until it is confirmed or changed.
    pub no_longer_apply: Vec<FactId>,
    /// How many answers are not sure, refused or timed out.
    pub not_sure: usize,
    /// How many answers are none of these.
    pub none_fit: usize,
    /// Faults of the content that this case met; to be logged.
    pub defects: Vec<Defect>,
}

/// A rule that is true, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The rule.
    pub reached: Reached,
    /// What it reaches.
    pub disposition: DispositionId,
    /// What it rests on.
    pub operands: Vec<Operand>,
}

/// A need that holds, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedReason {
    /// The need.
    pub need: NeedId,
    /// The line.
    pub line: LineId,
    /// What it rests on.
    pub operands: Vec<Operand>,
}

/// A fact that a line read, and what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// The fact.
    pub fact: FactId,
    /// As said.
    pub said: Answer,
}

/// A red flag of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedFlag {
    /// The fact.
    pub fact: FactId,
    /// What is known of it.
    pub state: FlagState,
}

/// What is known of a red flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagState {
    /// Any answer but the mildest.
    Present,
    /// The mildest answer.
    Excluded,
    /// Not sure.
    Unsure,
    /// Nothing was said.
    NotAsked,
    /// Answered by a number or something else that has no mildest answer.
    Answered,
}

/// A more urgent line that is false.
#[derive(Debug, Clone, PartialEq)]
pub struct RuledOut {
    /// The line; its `because` says what was ruled out.
    pub line: LineId,
    /// What it would have reached.
    pub disposition: DispositionId,
    /// What rules it out.
    pub operands: Vec<Operand>,
}

/// An item of care advice, and those of its lines that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdviceShown {
    /// The item.
    pub item: AdviceId,
    /// The pathway that gives it; `None` for the first flow.
    pub pathway: Option<PathwayId>,
    /// Places in [`crate::pathway::content::Advice::lines`].
    pub lines: Vec<usize>,
}

/// A fact that was said one way and implied another.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The fact, and what was said of it.
    pub said: Operand,
    /// The answers that imply otherwise.
    pub implied_by: Vec<Operand>,
}

/// A fault of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// Still undetermined at the end; counted as a line that could hold.
    Undetermined(LineId),
    /// Nothing was true at the end.
    NothingTrue,
}
