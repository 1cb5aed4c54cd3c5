//! From what the files say to checked [`Content`]: names resolved, rules lowered, flows and pathways inlined.

mod check;
mod facts;
mod inline;
mod library;
mod names;
mod promises;
mod spell;

use super::content::{Content, Fact, FactId, FactSource, StandIn, System};
use super::diagnostic::{Diagnostic, Findings, Severity, Span};
use super::form::{Forms, Node};
use super::rule::Rules;
use super::source::{self, Name};

/// A content that can be used, and what somebody should look at.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Sound.
    pub content: Content,
    /// Findings that do not keep it from being used.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a content folder given as `(name, text)` pairs, names relative to it (`complaints/sore-throat.yaml`).
///
/// # Errors
/// Every finding, warnings included, in order of place, if any of them is an error. References that cannot be resolved and rules that
/// cannot be lowered are left out while the rest is looked at, so one mistake is reported once.
pub fn read(files: &[(String, String)]) -> Result<Checked, Vec<Diagnostic>> {
    let mut findings = Findings::new();
    let sources = source::read(files, &mut findings);
    let content = compile(&sources, &mut findings);
    findings.sort();
    findings.dedup();
    let failed = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    match content {
        Some(content) if !failed => Ok(Checked {
            content,
            warnings: findings,
        }),
        _ => Err(findings),
    }
}

fn compile(sources: &source::Sources, findings: &mut Findings) -> Option<Content> {
    let rules = Rules::default();
    let mut forms = Forms::default();
    let catalogue = library::Catalogue::read(sources, &rules, findings);
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
    check::families(sources, findings);
    check::readers(&world, &built, &forms, findings);
    let system = |name: &str| questions.by_name.get(name).copied();
    let (party, age, sex) = (system("party"), system("age"), system("sex"));
    if !sources.has_catalogue {
        findings.push(
            Diagnostic::error(
                nowhere("dispositions.yaml"),
                "P117",
                "the file `dispositions.yaml` is missing",
            )
            .help("it holds the dispositions and needs that lines name"),
        );
    }
    for (name, id) in [("party", party), ("age", age), ("sex", sex)] {
        if id.is_none() {
            findings.push(
                Diagnostic::error(
                    nowhere("questions/system.yaml"),
                    "P118",
                    format!("the system fact `{name}` is missing"),
                )
                .help("every case is asked party, age and sex"),
            );
        }
    }
    let guides = catalogue.guides(&questions, findings);
    let stand_ins = stand_ins(&questions.facts, &mut forms);
    Some(Content {
        none_fit: catalogue.none_fit?,
        early_exit: catalogue.early_exit?,
        system: System {
            party: party?,
            age: age?,
            sex: sex?,
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
    })
}

/// The questions that stand in for failed look-ups, each with when it does.
fn stand_ins(facts: &[Fact], forms: &mut Forms) -> Vec<StandIn> {
    let mut found = Vec::new();
    for (fact, place) in facts.iter().zip(0..) {
        if let FactSource::System { if_unknown: Some(question), .. } = fact.source {
            let fact = FactId(place);
            found.push(StandIn { fact, question, unknown: forms.leaf(Node::Unsure(fact)) });
        }
    }
    found
}

fn nowhere(file: &str) -> Span {
    Span {
        file: file.into(),
        line: 1,
        column: 1,
        length: 0,
    }
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
    findings.push(
        Diagnostic::error(
            name.span.clone(),
            code,
            format!("no {what} is called `{}`", name.text),
        )
        .did_you_mean(&name.text, known.iter().map(AsRef::as_ref)),
    );
}

/// Reports ids that are defined twice, in the order given.
fn twice<'n>(what: &str, names: impl IntoIterator<Item = &'n Name>, findings: &mut Findings) {
    let mut seen: std::collections::HashMap<&str, &Name> = std::collections::HashMap::new();
    for name in names {
        if let Some(first) = seen.insert(&name.text, name) {
            let place = format!("{}:{}", first.span.file, first.span.line);
            findings.push(
                Diagnostic::error(
                    name.span.clone(),
                    "P305",
                    format!(
                        "the {what} `{}` is defined a second time; the first is in {place}",
                        name.text
                    ),
                )
                .help("ids are unique in the library: rename one of the two"),
            );
            seen.insert(&name.text, first);
        }
    }
}
