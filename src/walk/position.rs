//! Where a case stands, and what comes next.

use smallvec::SmallVec;

use crate::pathway::content::{Asked, DispositionId, FactId, GuideId, NeedId};

use super::plan::Reached;

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The rule that is true and most urgent so far; at the end, the one that decides the result.
    pub reached: Option<Reached>,
    /// What it reaches. Always there at the end.
    pub disposition: Option<DispositionId>,
    /// What comes next.
    pub next: Next,
    /// The most urgent disposition that an open question could still bring.
    pub could_reach: Option<DispositionId>,
    /// The result is held by a rule that is still undetermined, or nothing is true at all: the content has a fault, and the
    /// case went to the more urgent side. To be logged.
    pub defect: bool,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The patient's facts, asked before the first flow.
    Patient {
        /// The first of those shown.
        asked: Asked,
        /// Those not yet answered.
        shown: Shown,
    },
    /// A question, a group of questions or a checklist.
    Ask {
        /// The first of those shown (one page), or the checklist.
        asked: Asked,
        /// The whole screen: members that apply, are unanswered and needed.
        shown: Shown,
    },
    /// What to do and say meanwhile; ended by one of its exits.
    Guide(GuideId),
    /// Asked for the hand-over; the result is certain.
    Keep {
        /// The first of those shown, or the checklist.
        asked: Asked,
        /// The whole screen: members that apply and are unanswered.
        shown: Shown,
    },
    /// Nothing more: the result stands.
    End,
}

/// The facts on one screen.
pub type Shown = SmallVec<[FactId; 8]>;

impl Next {
    /// Whether the result is certain: nothing that is still asked bears on it.
    pub fn is_certain(&self) -> bool {
        matches!(self, Next::Keep { .. } | Next::End)
    }

    /// The facts on the screen; none at a guide or at the end.
    pub fn shown(&self) -> &[FactId] {
        match self {
            Next::Patient { shown, .. } | Next::Ask { shown, .. } | Next::Keep { shown, .. } => {
                shown
            }
            Next::Guide(_) | Next::End => &[],
        }
    }
}

/// What the present facts come to, as if the walk ended now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What decides it.
    pub reached: Reached,
    /// The most urgent disposition whose rule holds.
    pub disposition: DispositionId,
    /// It is held by a rule that is undetermined, or nothing is true.
    pub defect: bool,
    /// Every need that holds, each once, in order of id.
    pub also: SmallVec<[NeedId; 4]>,
}
