//! Checked content: what a release holds once every reference is resolved and every rule lowered.
//!
//! Its one constructor is [`super::read`], so a `Content` is always sound: ids index into it, guards are typed, shared flows
//! and other pathways are inlined. The walk has no "missing" branch.

use std::collections::HashMap;

use serde::Serialize;

use super::form::{Forms, Rule};
use super::text::Text;

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

/// A question to be read in place of a record fact whose look-up failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn {
    /// The system fact.
    pub fact: FactId,
    /// The question.
    pub question: FactId,
    /// The look-up failed.
    pub unknown: Rule,
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

/// A disposition: who should help, and how soon.
#[derive(Debug, Clone, Serialize)]
pub struct Disposition {
    /// Its id in the catalogue.
    pub id: String,
    /// 1 is the most urgent.
    pub rank: u32,
    /// Where help is given.
    pub setting: Setting,
    /// How soon, counted from the end of the call, in minutes; `None` means no time frame.
    pub within_minutes: Option<u32>,
    /// What kind of service.
    pub family: String,
    /// Disposition code (Dx).
    pub dx: Option<String>,
    /// Directory code.
    pub dos: Option<String>,
    /// Shown as an emergency.
    pub emergency: bool,
    /// A request starts when it is reached.
    pub starts_at_once: bool,
    /// Somebody receives the case.
    pub hands_over: bool,
    /// For staff.
    pub title: Text,
    /// What to do, in a sentence.
    pub headline: Text,
    /// What to do meanwhile.
    pub steps: Vec<Text>,
    /// When to ask for help again, and how.
    pub worsening: Vec<Text>,
}

/// Where help is given, least urgent first: the second key of the order of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// At home.
    #[serde(rename = "self")]
    SelfCare,
    /// At a pharmacy.
    Pharmacy,
    /// By phone.
    Speak,
    /// Face to face.
    See,
    /// In a hospital.
    Hospital,
    /// By ambulance.
    Ambulance,
}

/// A parallel need that travels with whatever is reached.
#[derive(Debug, Clone, Serialize)]
pub struct Need {
    /// Its id in the catalogue.
    pub id: String,
    /// For staff.
    pub title: Text,
    /// What the person is told.
    pub say: Text,
    /// Counts only when its guard must hold.
    pub certain: bool,
    /// What kind of service.
    pub family: Option<String>,
}

/// A question or a system fact.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// Its id: unique in the library; `pathway/question` where it is about a complaint.
    pub id: String,
    /// What values it has.
    pub kind: Kind,
    /// How it is asked.
    pub wording: Text,
    /// Why it is asked.
    pub why: Option<Text>,
    /// How to check, examples.
    pub help: Option<Text>,
    /// Approved other ways of asking.
    pub rephrase: Vec<Text>,
    /// Shown on the strip of red flags.
    pub red_flag: bool,
    /// When an answer becomes too old to use.
    pub ask_again_after: Freshness,
    /// To whom it applies, and what is read where it does not.
    pub applies: Option<Applies>,
    /// The stand-in for a spoken "not sure": an option.
    pub not_sure: Option<u8>,
    /// Which answers are worse.
    pub order: Order,
    /// Where it comes from.
    pub source: FactSource,
    /// Options that imply a red flag: (option of this fact, the fact set, its worst option).
    pub means: Vec<(u8, FactId, u8)>,
    /// Options of other facts that imply this one: (fact, its option, option here).
    pub implied_by: Vec<(FactId, u8, u8)>,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// It is asked.
    Question,
    /// Age, sex or party: asked before the first flow, undetermined until then.
    Patient,
    /// The service says it at the start of a contact; nothing said reads as `otherwise`.
    System {
        /// What is read when there is nothing to look up.
        otherwise: Given,
        /// A question read in its place when the look-up failed.
        if_unknown: Option<FactId>,
    },
}

/// To whom a question applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applies {
    /// True (could) where it applies.
    pub only_if: Rule,
    /// What is read where it does not.
    pub otherwise: Given,
}

/// A value of a fact, in its own terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// The place of an option.
    Option(u8),
    /// In the fact's own steps.
    Number(i64),
    /// The place of a row.
    Row(u16),
}

/// What values a fact has.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Yes/no (options `yes`, `no`) and one-of.
    OneOf {
        /// In the order of the screen.
        options: Vec<Choice>,
        /// Written without `answers`.
        yes_no: bool,
    },
    /// A number in bounds.
    Number(Number),
    /// An instant, told as so much time ago. Read as minutes before the contact began.
    Ago {
        /// The unit it is asked in, in minutes.
        unit_minutes: i64,
        /// The bound, in minutes.
        to: i64,
    },
    /// An instant, told as due in so much time. Read as minutes after the contact began; overdue is negative.
    Due {
        /// The unit it is asked in, in minutes.
        unit_minutes: i64,
        /// The bounds, in minutes.
        from: i64,
        /// The bounds, in minutes.
        to: i64,
    },
    /// Rows of a table.
    Pick(TableId),
    /// An age.
    Age,
    /// Words for people; no rule reads it.
    Text,
}

/// A number kept as a whole number of steps of `10^-scale`.
#[derive(Debug, Clone, Serialize)]
pub struct Number {
    /// A word.
    pub unit: String,
    /// Decimal places.
    pub scale: u32,
    /// Lowest, in units of `10^-scale`.
    pub from: i64,
    /// Highest.
    pub to: i64,
    /// Between two answers.
    pub step: i64,
}

impl Number {
    /// Bounds drawn in to the first and the last answer that lie within them; where none does, the first comes after the last.
    ///
    /// What lies beyond the question's own bounds is left as it is.
    pub fn drawn_in(&self, (from, to): (i64, i64)) -> (i64, i64) {
        let above = |value: i64| value.saturating_sub(self.from).rem_euclid(self.step.max(1));
        let from = match above(from) {
            beyond if from <= self.from || beyond == 0 => from,
            beyond => from.saturating_add(self.step - beyond),
        };
        let to = if to >= self.to { to } else { to.saturating_sub(above(to)) };
        (from, to)
    }
}

/// An option of a one-of question.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// As shown.
    pub text: Text,
}

/// Which answers are worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The first option is the worst (`worse: first`, and a yes/no question by default).
    WorstFirst,
    /// The last option is the worst (`worse: last`, `worse: no`).
    WorstLast,
    /// A higher number is worse.
    Higher,
    /// A lower number is worse.
    Lower,
    /// Further outside these bounds (inclusive) is worse.
    Outside(i64, i64),
    /// No order, and why.
    None(String),
}

/// When an answer becomes too old to use; judged once, at the start of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Older than this many minutes is absent.
    Minutes(u32),
    /// Asked again in each contact.
    Contact,
    /// Never too old.
    Never,
}

/// A screen over yes/no facts.
#[derive(Debug, Clone, Serialize)]
pub struct Checklist {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub wording: Text,
    /// Why it is asked.
    pub why: Option<Text>,
    /// Supporting text.
    pub help: Option<Text>,
    /// What it lists, in order.
    pub members: Vec<FactId>,
}

/// A guide: steps, a timer, and the exits that end it.
#[derive(Debug, Clone, Serialize)]
pub struct Guide {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// What is said.
    pub say: Option<Text>,
    /// In order.
    pub steps: Vec<Text>,
    /// In seconds.
    pub timer_seconds: Option<u32>,
    /// The answers that end it.
    pub exits: Vec<Exit>,
}

/// An answer under a guide.
#[derive(Debug, Clone, Serialize)]
pub struct Exit {
    /// Its id.
    pub id: String,
    /// As shown.
    pub text: Text,
    /// A fact that is asked again.
    pub asks_again: Option<FactId>,
}

/// An item of care advice.
#[derive(Debug, Clone)]
pub struct Advice {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// Shown up to this urgency, instead of the pathway's `otherwise`.
    pub up_to: Option<DispositionId>,
    /// Each shows only when its guard must hold.
    pub lines: Vec<AdviceLine>,
}

/// A line of care advice.
#[derive(Debug, Clone)]
pub struct AdviceLine {
    /// When it shows (must).
    pub guard: Rule,
    /// What it says.
    pub text: Text,
    /// Sources.
    pub evidence: Vec<String>,
}

/// A table to pick from.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// Column names and their values, worst first.
    pub columns: Vec<(String, Vec<String>)>,
    /// Rows in order; the last one is `else`.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its id; `else` for the last.
    pub id: String,
    /// As shown.
    pub text: Text,
    /// The place of its value in each column.
    pub values: Vec<u16>,
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Default)]
pub struct Place {
    /// Relative to the content folder.
    pub file: std::sync::Arc<str>,
    /// From 1.
    pub line: u32,
}

/// A source.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// When it was last read against the content.
    pub reviewed: jiff::civil::Date,
    /// By when it must be read again.
    pub review_by: jiff::civil::Date,
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
    /// Signed exceptions, by name.
    pub unless: Vec<String>,
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

    /// The complaints that can be chosen: every family, with the title of its first member, in order.
    pub fn families(&self) -> Vec<(&str, &Text)> {
        let mut families: Vec<(&str, &Text)> = Vec::new();
        for pathway in &self.pathways {
            if !families.iter().any(|(family, _)| *family == pathway.family) {
                families.push((&pathway.family, &pathway.title));
            }
        }
        families
    }
}
