//! From what the files say to checked [`Content`]: names resolved, rules lowered, flows and pathways inlined.

mod approval;
mod cases;
mod check;
mod facts;
mod families;
mod inline;
mod library;
mod names;
mod promises;
mod spell;
mod whom;

use std::collections::HashMap;

use jiff::civil::Date;

use super::content::{Content, System};
use super::diagnostic::{Diagnostic, Findings, Severity, Span};
use super::form::Forms;
use super::rule::Rules;
use super::source::{self, Name};

/// A content that can be used, and what somebody should look at.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Sound.
    pub content: Content,
    /// Findings that do not keep it from being used.
    pub warnings: Vec<Diagnostic>,
    /// What can lower a result, for the people who approve it.
    pub for_approval: Vec<Diagnostic>,
}

/// Reads a content folder given as `(name, text)` pairs, names relative to it (`complaints/sore-throat.yaml`).
///
/// # Errors
/// Every finding, warnings included, in order of place, if any of them is an error. References that cannot be resolved and rules that
/// cannot be lowered are left out while the rest is looked at, so one mistake is reported once.
pub fn read(files: &[(String, String)]) -> Result<Checked, Vec<Diagnostic>> {
    let mut findings = Findings::new();
    let sources = source::read(files, &mut findings);
    let checked = compile(&sources, &mut findings);
    findings.retain(|finding| !is_about_unread(finding, &sources, files));
    findings.sort();
    findings.dedup();
    let failed = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    match checked {
        Some(checked) if !failed => Ok(Checked {
            warnings: findings,
            ..checked
        }),
        _ => Err(findings),
    }
}

/// Findings that say that a name means nothing.
const NAMES_NOTHING: [&str; 13] = [
    "P301", "P306", "P307", "P308", "P309", "P310", "P311", "P312", "P313", "P314", "P315", "P316",
    "P505",
];

/// Whether a name that means nothing stands in what could not be read, which is reported already.
fn is_about_unread(
    finding: &Diagnostic,
    sources: &source::Sources,
    files: &[(String, String)],
) -> bool {
    if !NAMES_NOTHING.contains(&finding.code) {
        return false;
    }
    // Without the catalogue or the system facts, what is missing is one thing and not many.
    match finding.code {
        "P306" | "P307" | "P505" if sources.dispositions.is_empty() => return true,
        "P301" if sources.system.is_empty() => return true,
        _ => {}
    }
    let span = &finding.span;
    let name = files
        .iter()
        .find(|(name, _)| **name == *span.file)
        .and_then(|(_, text)| text.lines().nth(span.line.checked_sub(1)? as usize))
        .map(|line| {
            let from = line.chars().skip(span.column.saturating_sub(1) as usize);
            let name: String = from.take(span.length as usize).collect();
            name.split('#').next().unwrap_or_default().to_owned()
        });
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let holds = |text: &String, name: &str| text.split(|c| !is_word(c)).any(|word| word == name);
    name.is_some_and(|name| sources.unread.iter().any(|text| holds(text, &name)))
}

fn compile(sources: &source::Sources, findings: &mut Findings) -> Option<Checked> {
    let rules = Rules::default();
    let mut forms = Forms::default();
    let catalogue = library::Catalogue::read(sources, findings);
    let questions = facts::build(sources, &rules, &catalogue.tables, &mut forms, findings);
    let world = names::World {
        sources,
        rules: &rules,
        facts: &questions,
        tables: &catalogue.tables,
        catalogue: &catalogue,
    };
    let built = inline::build(&world, &mut forms, findings);
    let promises = promises::build(&world, &built, &mut forms, findings);
    families::families(sources, findings);
    check::red_flags(&world, &built, &forms, findings);
    check::keeps(&world, &built, &forms, findings);
    cases::cases(&world, findings);
    required(sources, &questions, findings);
    let guides = catalogue.guides(&questions, findings);
    let stand_ins = facts::stand_ins(&questions.facts, &mut forms);
    let system = |name: &str| questions.by_name.get(name).copied();
    let for_approval = approval::notes(sources, &catalogue);
    let content = Content {
        none_fit: catalogue.none_fit?,
        early_exit: catalogue.early_exit?,
        emergency_within_questions: sources.emergency_within_questions,
        system: System {
            party: system("party")?,
            age: system("age")?,
            sex: system("sex")?,
        },
        dispositions: catalogue.dispositions,
        needs: catalogue.needs,
        facts: questions.facts,
        checklists: questions.checklists,
        guides,
        advice: built.advice,
        advised_to_all: built.advised_to_all,
        tables: catalogue.tables,
        lines: built.lines,
        pathways: built.pathways,
        first_flow: built.first_flow,
        risk_history: built.risk_history,
        interrupts: built.interrupts,
        evidence: catalogue.evidence,
        cases: sources.cases.clone(),
        promises,
        stand_ins,
        forms,
        fact_ids: questions.by_name,
    };
    Some(Checked {
        content,
        warnings: Vec::new(),
        for_approval,
    })
}

/// What every content must have.
fn required(sources: &source::Sources, questions: &facts::Questions, findings: &mut Findings) {
    let files = [
        (
            "dispositions.yaml",
            sources.has_catalogue,
            "the dispositions and needs that lines name",
        ),
        (
            "questions/system.yaml",
            sources.has_system,
            "party, age and sex, and what the service states",
        ),
    ];
    for (file, is_there, holds) in files {
        if !is_there {
            findings.push(
                Diagnostic::error(
                    nowhere(file),
                    "P117",
                    format!("the file `{file}` is missing"),
                )
                .help(format!("it holds {holds}")),
            );
        }
    }
    for name in ["party", "age", "sex"] {
        // A system file that was there and held nothing was reported.
        if !sources.system.is_empty() && !questions.by_name.contains_key(name) {
            let message = format!("the system fact `{name}` is missing");
            findings.push(
                Diagnostic::error(nowhere("questions/system.yaml"), "P118", message)
                    .help("every case is asked party, age and sex"),
            );
        }
    }
}

fn nowhere(file: &str) -> Span {
    Span {
        file: file.into(),
        line: 1,
        column: 1,
        length: 0,
    }
}

/// Reports every source that should have been read again before this day: a warning of an example, an error of what is to be approved.
pub fn expired(content: &Content, today: Date, severity: Severity) -> Vec<Diagnostic> {
    let mut expired: Vec<Diagnostic> = content
        .evidence
        .values()
        .filter(|evidence| evidence.review_by < today)
        .map(|evidence| {
            let message = format!(
                "`{}` had to be reviewed by {}",
                evidence.id, evidence.review_by
            );
            Diagnostic {
                severity,
                ..Diagnostic::error(evidence.review_by_at.clone(), "P702", message)
            }
            .help("read the source again, mend what changed, and set `reviewed` and `review_by`")
        })
        .collect();
    expired.sort();
    expired
}

/// Reports a name that nothing has.
fn unknown(
    name: &Name,
    code: &'static str,
    what: &str,
    known: impl IntoIterator<Item = impl AsRef<str>>,
    findings: &mut Findings,
) {
    let known: Vec<_> = known.into_iter().collect();
    let message = format!("no {what} is called `{}`", name.text);
    findings.push(
        Diagnostic::error(name.span.clone(), code, message)
            .help(format!(
                "write it first, or name one that there is: {}",
                place_of(code)
            ))
            .did_you_mean(&name.text, known.iter().map(AsRef::as_ref)),
    );
}

/// Where what a code is about is written.
fn place_of(code: &str) -> &'static str {
    match code {
        "P306" => "dispositions stand in `dispositions.yaml`",
        "P307" => "needs stand in `dispositions.yaml`",
        "P308" => "guides stand in `guides/`",
        "P309" => "sources stand in `evidence/`",
        "P310" => "tables stand in `tables/`",
        "P311" => "risk items stand in `risk-history.yaml`",
        "P312" => "care advice stands in `advice/`",
        "P313" => "shared flows stand in `shared/`",
        "P314" => "pathways stand in `complaints/`",
        "P315" => "exceptions stand in `exceptions.yaml`",
        "P316" => "a complaint is the `family:` of a pathway",
        _ => "questions stand in the same file or in `questions/`",
    }
}

/// Reports ids that are defined twice, in the order given.
fn twice<'n>(names: impl IntoIterator<Item = &'n Name>, findings: &mut Findings) {
    let mut seen: HashMap<&str, &Name> = HashMap::new();
    for name in names {
        let first = *seen.entry(&name.text).or_insert(name);
        if first.span != name.span {
            let message = format!(
                "`{}` is defined a second time; the first is in {}:{}",
                name.text, first.span.file, first.span.line
            );
            findings.push(Diagnostic::error(name.span.clone(), "P305", message).help(
                "questions, checklists, guides, scores and lets have names of their own in the whole library: rename one",
            ));
        }
    }
}
