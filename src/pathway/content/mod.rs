//! Checked content: what a release holds once every reference is resolved and every rule lowered.
//!
//! Its one constructor is [`super::read`], so a `Content` is always sound: ids index into it, guards are typed, shared flows
//! and other pathways are inlined. The walk has no "missing" branch.

mod catalogue;
mod fact;
mod line;

use std::collections::HashMap;

use serde::Serialize;

use super::form::Forms;
use super::text::Text;

pub use catalogue::*;
pub use fact::*;
pub use line::*;

macro_rules! index_types {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(pub u16);

        impl $name {
            /// The place in its list.
            pub fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    )*};
}

index_types! {
    /// A place in [`Content::facts`].
    FactId,
    /// A place in [`Content::checklists`].
    ChecklistId,
    /// A place in [`Content::dispositions`]; the lower, the more urgent.
    DispositionId,
    /// A place in [`Content::needs`].
    NeedId,
    /// A place in [`Content::guides`].
    GuideId,
    /// A place in [`Content::advice`].
    AdviceId,
    /// A place in [`Content::tables`].
    TableId,
    /// A place in [`Content::pathways`].
    PathwayId,
    /// A place in [`Content::lines`].
    LineId,
}

/// Everything that a release holds.
#[derive(Debug, Clone)]
pub struct Content {
    /// In order of urgency, most urgent first.
    pub dispositions: Vec<Disposition>,
    /// Parallel needs.
    pub needs: Vec<Need>,
    /// Where "none of these fit" leads, and the end where nothing is true.
    pub none_fit: DispositionId,
    /// Holds while the last contact ended before its walk.
    pub early_exit: DispositionId,
    /// After at most so many questions a pathway should be able to reach an emergency of its own; a longer way is a warning of the prover.
    /// `None` means that no number was agreed.
    pub emergency_within_questions: Option<u32>,
    /// Questions and system facts. A fact comes after every fact its `only_if` reads ([`Fact::applies`]).
    pub facts: Vec<Fact>,
    /// Screens over yes/no facts.
    pub checklists: Vec<Checklist>,
    /// What to do and say meanwhile.
    pub guides: Vec<Guide>,
    /// Care advice.
    pub advice: Vec<Advice>,
    /// Care advice of the first flow, given in every case.
    pub advised_to_all: Vec<Advised>,
    /// Tables to pick from.
    pub tables: Vec<Table>,
    /// Every line of the library and of all pathways, guards inlined and conjoined.
    pub lines: Vec<Line>,
    /// Pathways, in order of id.
    pub pathways: Vec<Pathway>,
    /// Asked and read in every case: `age`, `sex`, `party`.
    pub system: System,
    /// First flow, in list order.
    pub first_flow: Flow,
    /// Risk history: its asks. The lines it causes are the pathways' own ([`Origin::Risk`]).
    pub risk_history: Flow,
    /// Lines and guides that count in every case whenever their facts are known.
    pub interrupts: Flow,
    /// Sources, by id.
    pub evidence: HashMap<String, Evidence>,
    /// Worked cases.
    pub cases: Vec<super::cases::CaseFile>,
    /// Promises, of the library and of each pathway.
    pub promises: Vec<Promise>,
    /// Questions that stand in for a look-up that failed; asked at the end of the first flow where no ask names them.
    pub stand_ins: Vec<StandIn>,
    /// Every rule.
    pub forms: Forms,
    /// Places of names: facts (questions, system facts; `pathway/question` where it is about a complaint).
    pub fact_ids: HashMap<String, FactId>,
}

/// The three facts that every case is asked before the first flow.
#[derive(Debug, Clone, Copy)]
pub struct System {
    /// Whether the person who answers is the patient.
    pub party: FactId,
    /// How old the patient is.
    pub age: FactId,
    /// The patient's sex.
    pub sex: FactId,
}

impl Content {
    /// A fact.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a FactId of a content indexes its facts"
    )]
    pub fn fact(&self, id: FactId) -> &Fact {
        &self.facts[id.index()]
    }

    /// A line.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a LineId of a content indexes its lines"
    )]
    pub fn line(&self, id: LineId) -> &Line {
        &self.lines[id.index()]
    }

    /// A disposition.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a DispositionId of a content indexes its dispositions"
    )]
    pub fn disposition(&self, id: DispositionId) -> &Disposition {
        &self.dispositions[id.index()]
    }

    /// A need.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a NeedId of a content indexes its needs"
    )]
    pub fn need(&self, id: NeedId) -> &Need {
        &self.needs[id.index()]
    }

    /// A checklist.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a ChecklistId of a content indexes its checklists"
    )]
    pub fn checklist(&self, id: ChecklistId) -> &Checklist {
        &self.checklists[id.index()]
    }

    /// A guide.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a GuideId of a content indexes its guides"
    )]
    pub fn guide(&self, id: GuideId) -> &Guide {
        &self.guides[id.index()]
    }

    /// An item of care advice.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: an AdviceId of a content indexes its advice"
    )]
    pub fn advice_item(&self, id: AdviceId) -> &Advice {
        &self.advice[id.index()]
    }

    /// A table.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a TableId of a content indexes its tables"
    )]
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.index()]
    }

    /// A pathway.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a PathwayId of a content indexes its pathways"
    )]
    pub fn pathway(&self, id: PathwayId) -> &Pathway {
        &self.pathways[id.index()]
    }

    /// A fact by its name.
    pub fn fact_named(&self, name: &str) -> Option<FactId> {
        self.fact_ids.get(name).copied()
    }

    /// A disposition by its id.
    pub fn disposition_named(&self, id: &str) -> Option<DispositionId> {
        let place = self
            .dispositions
            .iter()
            .position(|disposition| disposition.id == id)?;
        u16::try_from(place).ok().map(DispositionId)
    }

    /// The complaints that can be chosen: every family, in order, with the title that heads it.
    ///
    /// That is the shortest of its members' titles, which says least about whom it is for ("Sore throat" before "Sore throat in a young
    /// child"); of titles of one length, the first.
    pub fn families(&self) -> Vec<(&str, &Text)> {
        let letters = |title: &Text| title.say.chars().count();
        let mut families: Vec<(&str, &Text)> = Vec::new();
        for pathway in &self.pathways {
            match families
                .iter_mut()
                .find(|(family, _)| *family == pathway.family)
            {
                Some((_, title)) if letters(&pathway.title) < letters(title) => {
                    *title = &pathway.title;
                }
                Some(_) => {}
                None => families.push((&pathway.family, &pathway.title)),
            }
        }
        families
    }
}
