//! What files say, as data: names not yet resolved, rules not yet lowered.

use std::sync::Arc;

use crate::pathway::content::Codes;
use crate::pathway::diagnostic::Span;
use crate::pathway::text::Text;
use crate::pathway::yaml::Piece;

/// A word and where it stands.
#[derive(Debug, Clone)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A rule as written and where it stands.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// The rule.
    pub text: String,
    /// Where its first character stands.
    pub span: Span,
    /// Where its lines stand, if it has several.
    pub pieces: Vec<Piece>,
}

impl RuleText {
    /// A rule made of what was written: `before` is ours, `written` stands at `span`.
    pub fn made(before: &str, written: &str, span: &Span) -> Self {
        let piece = |offset| Piece {
            offset,
            line: span.line,
            column: span.column,
        };
        RuleText {
            text: format!("{before}{written}"),
            span: span.clone(),
            pieces: vec![piece(0), piece(before.chars().count())],
        }
    }
}

/// `if`, `unless` and `any`: all that are present must hold.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// `if`.
    pub holds: Option<RuleText>,
    /// `unless`.
    pub unless: Option<RuleText>,
    /// `any`: one of which must hold; `None` where the key is absent.
    pub any: Option<Vec<RuleText>>,
    /// One of the keys is there, even if what it holds was reported.
    pub is_written: bool,
}

impl Guard {
    /// Its rules, whichever key they stand under.
    pub fn rules(&self) -> impl Iterator<Item = &RuleText> {
        let any = self.any.iter().flatten();
        self.holds.iter().chain(&self.unless).chain(any)
    }

    /// Nothing is asked of it.
    pub fn is_absent(&self) -> bool {
        !self.is_written
    }
}

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

/// A question, checklist or system fact as written.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its id.
    pub id: Name,
    /// How it is asked.
    pub wording: Text,
    /// Why.
    pub why: Option<Text>,
    /// Supporting text.
    pub help: Option<Text>,
    /// Other ways of asking.
    pub rephrase: Vec<Text>,
    /// A red flag.
    pub red_flag: bool,
    /// Which answers are worse.
    pub worse: Option<Name>,
    /// Why they have no order.
    pub not_ordered: Option<Name>,
    /// When an answer is too old.
    pub ask_again_after: Option<Name>,
    /// To whom it applies.
    pub only_if: Option<RuleText>,
    /// What is read where it does not, or where nothing was looked up.
    pub otherwise: Option<Name>,
    /// The stand-in for "not sure".
    pub not_sure: Option<Name>,
    /// Keyed by pathway.
    pub about_complaint: bool,
    /// A question to be read in place of a failed look-up.
    pub if_unknown: Option<Name>,
    /// What may be answered.
    pub answers: Answers,
}

/// What may be answered, as written.
#[derive(Debug, Clone)]
pub enum Answers {
    /// Yes or no.
    YesNo,
    /// One of these.
    OneOf(Vec<ChoiceSource>),
    /// A number.
    Number {
        /// A word.
        unit: Name,
        /// Lowest.
        from: Name,
        /// Highest.
        to: Name,
        /// Between two answers.
        step: Option<Name>,
    },
    /// An instant in the past.
    Ago {
        /// Minutes, hours or days.
        unit: Name,
        /// Longest ago.
        to: Name,
    },
    /// An instant to come.
    Due {
        /// Minutes, hours or days.
        unit: Name,
        /// Longest overdue; negative.
        from: Name,
        /// Furthest to come.
        to: Name,
    },
    /// Rows of a table.
    Table(Name),
    /// Words.
    Text,
    /// An age.
    Age,
    /// A screen over yes/no facts.
    Checklist(Vec<Name>),
    /// What was written was reported.
    Unread,
}

/// An option as written.
#[derive(Debug, Clone)]
pub struct ChoiceSource {
    /// Its id.
    pub id: Name,
    /// As shown.
    pub text: Text,
    /// Red flags it implies: fact and value.
    pub means: Vec<(Name, Name)>,
}

/// One end or both of the patients something is for.
#[derive(Debug, Clone, Default)]
pub struct Whom {
    /// `years(5)..`
    pub age: Option<RuleText>,
    /// `female`, `male`.
    pub sex: Option<Name>,
    /// `first`, `third`.
    pub party: Option<Name>,
}

/// The effect of a risk item in a pathway.
#[derive(Debug, Clone)]
pub enum RiskEffect {
    /// This disposition in place of the usual one.
    Reach(Name),
    /// No line here, and why.
    Nothing,
}

/// A promise as written.
#[derive(Debug, Clone)]
pub struct PromiseSource {
    /// For whom.
    pub whom: Whom,
    /// When.
    pub when: Option<RuleText>,
    /// `never_below`.
    pub never_below: Option<Name>,
    /// `never_above`.
    pub never_above: Option<Name>,
    /// `below`.
    pub below: Option<Name>,
    /// `always_asked`.
    pub always_asked: Vec<Name>,
    /// Signed exceptions.
    pub unless: Vec<Name>,
    /// Where it stands.
    pub span: Span,
}

/// A file that holds statements.
#[derive(Debug, Clone)]
pub struct FlowFile {
    /// Its file.
    pub file: Arc<str>,
    /// Its id (empty for the library's lists).
    pub id: Name,
    /// Its heading.
    pub title: Text,
    /// Inherited by its lines.
    pub evidence: Vec<Name>,
    /// Inherited by its lines.
    pub codes: Codes,
    /// Its own questions.
    pub questions: Vec<Question>,
    /// Its danger list.
    pub danger: Vec<Statement>,
    /// Its flow, or the list of the interrupts.
    pub flow: Vec<Statement>,
}

/// A pathway as written.
#[derive(Debug, Clone)]
pub struct PathwayFile {
    /// Its statements.
    pub flow: FlowFile,
    /// The complaint that is chosen.
    pub family: Name,
    /// Whom it is for.
    pub whom: Whom,
    /// Words people use.
    pub found_by: Vec<String>,
    /// Risk items and their effect here; `None` where the key is missing.
    pub risks: Option<Vec<(Name, RiskEffect)>>,
    /// Where `risks` stands, or the pathway's id.
    pub risks_span: Span,
    /// `rest: usual` was written.
    pub rest_usual: bool,
    /// Its promises.
    pub promises: Vec<PromiseSource>,
}

/// A risk item as written.
#[derive(Debug, Clone)]
pub struct RiskItem {
    /// Its name.
    pub id: Name,
    /// When.
    pub guard: Guard,
    /// The usual effect.
    pub reach: Name,
    /// One sentence.
    pub because: Option<Text>,
    /// For staff.
    pub staff: Option<String>,
    /// Sources.
    pub evidence: Vec<Name>,
}

/// An exception as written.
#[derive(Debug, Clone)]
pub struct ExceptionSource {
    /// Its name.
    pub id: Name,
    /// When.
    pub guard: Guard,
    /// What takes the place of the line.
    pub instead: Name,
    /// One sentence.
    pub because: Option<Text>,
}

/// A disposition as written.
#[derive(Debug, Clone)]
pub struct DispositionSource {
    /// Everything but its place in the order.
    pub disposition: crate::pathway::content::Disposition,
    /// Where it stands.
    pub id: Name,
    /// Named exceptions for every line that reaches it.
    pub gives_way: Vec<Name>,
}

/// A guide as written.
#[derive(Debug, Clone)]
pub struct GuideSource {
    /// Its id.
    pub id: Name,
    /// Its heading.
    pub title: Text,
    /// What is said.
    pub say: Option<Text>,
    /// Its steps.
    pub steps: Vec<Text>,
    /// In seconds.
    pub timer_seconds: Option<u32>,
    /// Exits: id, text, fact asked again.
    pub exits: Vec<(Name, Text, Option<Name>)>,
}

/// Care advice as written.
#[derive(Debug, Clone)]
pub struct AdviceSource {
    /// Its file.
    pub file: Arc<str>,
    /// Its id.
    pub id: Name,
    /// Its heading.
    pub title: Text,
    /// Shown up to this urgency.
    pub up_to: Option<Name>,
    /// Its lines.
    pub lines: Vec<(Guard, Text, Vec<Name>)>,
    /// Inherited by its lines.
    pub evidence: Vec<Name>,
}

/// A table as written.
#[derive(Debug, Clone)]
pub struct TableSource {
    /// Its id.
    pub id: Name,
    /// The names of its columns, their values and its rows: rules and cases read them.
    pub names: Vec<Name>,
    /// Checked and ready.
    pub table: crate::pathway::content::Table,
}

/// A word of a worked case, to be looked up.
#[derive(Debug, Clone)]
pub enum CaseWord {
    /// A family.
    Complaint(Name),
    /// A question, checklist or guide.
    Question(Name),
    /// What is said of a question, or how a guide ends.
    Said {
        /// The question or guide.
        question: Name,
        /// The answers; one, or rows of a table.
        answers: Vec<Name>,
    },
    /// A disposition.
    Reach(Name),
    /// A parallel need.
    Also(Name),
    /// Care advice.
    Advise(Name),
    /// A source.
    Source(Name),
    /// How old the patient is.
    Age(Name),
    /// The patient's sex.
    Sex(Name),
    /// Who answers.
    Party(Name),
}
