//! One file at a time: a tree of YAML to what its author wrote, names not yet resolved.
//!
//! Every reader reports all that is wrong with its keys and goes on with what is left.

mod catalogue;
mod fields;
mod question;
mod statement;
mod worked;

use std::sync::Arc;

use super::content::Codes;
use super::diagnostic::{Diagnostic, Findings, Span};
use super::text::Text;
use super::yaml::{self, Node};

pub use fields::{Fields, seconds};

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
}

impl Guard {
    /// Nothing is asked of it.
    pub fn is_absent(&self) -> bool {
        self.holds.is_none() && self.unless.is_none() && self.any.is_none()
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
}

/// A `when` as written.
#[derive(Debug, Clone)]
pub struct WhenSource {
    /// Its condition.
    pub rule: RuleText,
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
        unit: Name,
        from: Name,
        to: Name,
        step: Option<Name>,
    },
    /// An instant in the past.
    Ago { unit: Name, to: Name },
    /// An instant to come.
    Due { unit: Name, from: Name, to: Name },
    /// Rows of a table.
    Table(Name),
    /// Words.
    Text,
    /// An age.
    Age,
    /// A screen over yes/no facts.
    Checklist(Vec<Name>),
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
    pub disposition: super::content::Disposition,
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
    /// Checked and ready.
    pub table: super::content::Table,
}

/// Everything that the files say.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `dispositions.yaml`.
    pub dispositions: Vec<DispositionSource>,
    /// Its needs.
    pub needs: Vec<(Name, super::content::Need)>,
    /// Its `none_fit`.
    pub none_fit: Option<Name>,
    /// Its `early_exit`.
    pub early_exit: Option<Name>,
    /// `dispositions.yaml` was there.
    pub has_catalogue: bool,
    /// `questions/system.yaml`.
    pub system: Vec<Question>,
    /// `questions/*.yaml`.
    pub questions: Vec<Question>,
    /// `first-flow.yaml`.
    pub first_flow: Option<FlowFile>,
    /// `risk-history.yaml`.
    pub risk_history: Option<FlowFile>,
    /// Its items.
    pub risk_items: Vec<RiskItem>,
    /// `interrupts.yaml`.
    pub interrupts: Option<FlowFile>,
    /// `exceptions.yaml`.
    pub exceptions: Vec<ExceptionSource>,
    /// `promises.yaml`.
    pub promises: Vec<PromiseSource>,
    /// `shared/*.yaml`.
    pub shared: Vec<FlowFile>,
    /// `complaints/*.yaml`.
    pub pathways: Vec<PathwayFile>,
    /// `tables/*.yaml`.
    pub tables: Vec<TableSource>,
    /// `guides/*.yaml`.
    pub guides: Vec<GuideSource>,
    /// `advice/*.yaml`.
    pub advice: Vec<AdviceSource>,
    /// `evidence/*.yaml`.
    pub evidence: Vec<(Name, super::content::Evidence)>,
    /// `cases/*.yaml`.
    pub cases: Vec<super::cases::CaseFile>,
}

/// Reads every file into one [`Sources`].
pub fn read(files: &[(String, String)], findings: &mut Findings) -> Sources {
    let mut sources = Sources::default();
    let mut ordered: Vec<&(String, String)> = files.iter().collect();
    ordered.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, text) in ordered {
        let file: Arc<str> = Arc::from(name.as_str());
        if let Some(tree) = yaml::parse(&file, text, findings) {
            read_file(&mut sources, &file, &tree, findings);
        }
    }
    sources
}

fn read_file(sources: &mut Sources, file: &Arc<str>, tree: &Node, findings: &mut Findings) {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    match (folder, name) {
        ("", "dispositions.yaml") => catalogue::dispositions(sources, tree, findings),
        ("", "first-flow.yaml") => sources.first_flow = statement::list_file(file, tree, "flow", findings),
        ("", "interrupts.yaml") => sources.interrupts = statement::list_file(file, tree, "interrupts", findings),
        ("", "risk-history.yaml") => statement::risk_history(sources, file, tree, findings),
        ("", "exceptions.yaml") => catalogue::exceptions(sources, tree, findings),
        ("", "promises.yaml") => sources.promises = worked::promises_file(tree, findings),
        ("questions", "system.yaml") => sources.system = question::file(tree, "system", findings),
        ("questions", _) => sources.questions.extend(question::file(tree, "questions", findings)),
        ("shared", _) => sources.shared.extend(statement::shared(file, stem, tree, findings)),
        ("complaints", _) => sources.pathways.extend(statement::pathway(file, stem, tree, findings)),
        ("tables", _) => sources.tables.extend(catalogue::table(stem, tree, findings)),
        ("guides", _) => sources.guides.extend(catalogue::guide(stem, tree, findings)),
        ("advice", _) => sources.advice.extend(catalogue::advice(file, stem, tree, findings)),
        ("evidence", _) => sources.evidence.extend(catalogue::evidence(stem, tree, findings)),
        ("cases", _) => sources.cases.extend(worked::cases(file, stem, tree, findings)),
        _ => findings.push(
            Diagnostic::error(tree.span.clone(), "P116", format!("`{file}` is in no place that is read"))
                .help("pathways stand in `complaints/`; the other places are listed in docs/authors/format.md"),
        ),
    }
}

/// Reports an id that is not the file's name.
fn named_as_file(id: &Name, stem: &str, findings: &mut Findings) {
    if id.text != stem {
        findings.push(
            Diagnostic::error(
                id.span.clone(),
                "P204",
                format!("the file is called `{stem}` and its id is `{}`", id.text),
            )
            .help("let the two be the same")
            .fix(stem),
        );
    }
}
