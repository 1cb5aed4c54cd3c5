//! Pathways, the order in which things may be asked, and guarded lines.

use serde::Serialize;

use super::{AdviceId, ChecklistId, DispositionId, FactId, GuideId, LineId, NeedId, PathwayId};
use crate::pathway::diagnostic::Span;
use crate::pathway::form::Rule;
use crate::pathway::text::Text;

/// A pathway, flows and other pathways inlined.
#[derive(Debug, Clone)]
pub struct Pathway {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// The complaint that is chosen.
    pub family: String,
    /// Whom it is for (could).
    pub whom: Rule,
    /// Words people use.
    pub found_by: Vec<String>,
    /// Symptom group and discriminator.
    pub codes: Codes,
    /// Asked before every flow, for every complaint of the case.
    pub danger: Flow,
    /// Then.
    pub flow: Flow,
    /// The lines it owns: its own, its flows', its risk lines and those of an `elsewhere`.
    pub lines: Vec<LineId>,
    /// Care advice: item, guard (must), and the urgency up to which it shows.
    pub advice: Vec<Advised>,
    /// The rank of its `otherwise`.
    pub otherwise: DispositionId,
}

/// Care advice given by a pathway.
#[derive(Debug, Clone)]
pub struct Advised {
    /// What.
    pub item: AdviceId,
    /// When (must).
    pub guard: Rule,
    /// Only if the result is no more urgent than this.
    pub up_to: DispositionId,
}

/// Codes of the field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Codes {
    /// Symptom group.
    pub sg: Option<String>,
    /// Symptom discriminator.
    pub sd: Option<String>,
}

/// What may be asked, in list order, with the lines that stand between (the order of lines has no meaning; pictures use it).
#[derive(Debug, Clone, Default)]
pub struct Flow {
    /// In list order.
    pub entries: Vec<Entry>,
}

/// One entry of the order.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What.
    pub what: Step,
    /// When (could), everything around it conjoined.
    pub guard: Rule,
    /// Where it stands.
    pub place: Place,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Questions that may be asked here, on one screen.
    Ask(Vec<Asked>),
    /// Asked for the hand-over.
    Keep(Vec<Asked>),
    /// What to do and say meanwhile.
    Guide(GuideId),
    /// A line stands here.
    Line(LineId),
}

/// What an ask names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// One question.
    Question(FactId),
    /// A screen over several.
    Checklist(ChecklistId),
}

/// A guarded line.
#[derive(Debug, Clone)]
pub struct Line {
    /// What the line is across releases: the file it stands in, its effect and its guard as lowered and inlined. Wording, evidence, order and position are no part of it.
    pub key: String,
    /// What it does.
    pub effect: Effect,
    /// When (could; must for a certain need), everything around it conjoined, the choice of the complaint excepted.
    pub guard: Rule,
    /// One sentence the caller may hear.
    pub because: Option<Text>,
    /// Never shown to the public, never in a message.
    pub staff: Option<String>,
    /// Sources: `id` or `id#point`.
    pub evidence: Vec<String>,
    /// Codes.
    pub codes: Codes,
    /// Why it is there.
    pub origin: Origin,
    /// Where it stands.
    pub place: Place,
}

/// What a line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// At least this urgent.
    Reach(DispositionId),
    /// The all-clear.
    Settle(DispositionId),
    /// The base of a pathway.
    Otherwise(DispositionId),
    /// A parallel need.
    Also(NeedId),
}

impl Effect {
    /// The disposition of a ranked line.
    pub fn disposition(self) -> Option<DispositionId> {
        match self {
            Effect::Reach(disposition)
            | Effect::Settle(disposition)
            | Effect::Otherwise(disposition) => Some(disposition),
            Effect::Also(_) => None,
        }
    }
}

/// Why a line is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The first flow.
    FirstFlow,
    /// An interrupt.
    Interrupt,
    /// A pathway's own line, or one of a flow or pathway that joined it.
    Pathway(String),
    /// A risk item, in a pathway.
    Risk(String),
}

/// Where something stands in the files, for diagnostics, pictures and explanations.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
pub struct Place {
    /// Relative to the content folder.
    pub file: std::sync::Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// In characters, of its first line.
    pub length: u32,
}

impl From<&Span> for Place {
    fn from(span: &Span) -> Self {
        Place {
            file: span.file.clone(),
            line: span.line,
            column: span.column,
            length: span.length,
        }
    }
}

impl From<&Place> for Span {
    fn from(place: &Place) -> Self {
        Span {
            file: place.file.clone(),
            line: place.line,
            column: place.column,
            length: place.length,
        }
    }
}

/// A promise, as written; proving it is another module's.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The pathway it stands in; `None` for the whole library.
    pub pathway: Option<PathwayId>,
    /// For whom.
    pub whom: Rule,
    /// When.
    pub when: Rule,
    /// What is promised.
    pub what: Promised,
    /// Signed exceptions: the name of each, and when it holds.
    pub unless: Vec<(String, Rule)>,
    /// Where it stands.
    pub place: Place,
}

/// What is promised.
#[derive(Debug, Clone)]
pub enum Promised {
    /// The result is at least this urgent.
    NeverBelow(DispositionId),
    /// The result is at most this urgent.
    NeverAbove(DispositionId),
    /// Below this urgency, these lines are determined.
    AlwaysAsked {
        /// Below this.
        below: DispositionId,
        /// Questions.
        questions: Vec<FactId>,
    },
}
