//! System facts: what is read when there is nothing to look up, and what stands in for a look-up that failed.

use super::order::Placed;
use super::{Questions, Seen, given};
use crate::pathway::compile::unknown;
use crate::pathway::content::{Fact, FactId, FactSource, Given, Kind, StandIn, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::{Forms, Node};
use crate::pathway::source::Question;

/// The facts that every case is asked, and the options that rules and the service know them by; an age has none.
const PATIENT: [(&str, &[&str]); 3] = [
    ("party", &["first", "third"]),
    ("age", &[]),
    ("sex", &["female", "male"]),
];

pub(super) fn system(
    questions: &mut Questions,
    ordered: &[Placed<'_>],
    tables: &[Table],
    findings: &mut Findings,
) {
    let mut sources = Vec::new();
    for (placed, fact) in ordered.iter().zip(&questions.facts) {
        let written = placed.standing.question;
        sources.push(if !placed.standing.system {
            if let Some(name) = &written.if_unknown {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P544",
                        "`if_unknown` is for system facts: a question is asked anyway",
                    )
                    .help("remove the key"),
                );
            }
            FactSource::Question
        } else if PATIENT.iter().any(|(id, _)| *id == fact.id) {
            FactSource::Patient
        } else {
            from_service(questions, fact, written, tables, findings)
        });
    }
    for (fact, source) in questions.facts.iter_mut().zip(sources) {
        fact.source = source;
    }
}

/// The questions that stand in for failed look-ups, each with when it does.
pub fn stand_ins(facts: &[Fact], forms: &mut Forms) -> Vec<StandIn> {
    let mut found = Vec::new();
    for (known, fact) in facts.iter().zip((0..).map(FactId)) {
        if let FactSource::System {
            if_unknown: Some(question),
            ..
        } = known.source
        {
            found.push(StandIn {
                fact,
                question,
                unknown: forms.leaf(Node::Unsure(fact)),
            });
        }
    }
    found
}

/// Whether party, age and sex, which are read by name all over the service, have the answers that they must.
pub(super) fn has_shape(placed: &Placed<'_>, kind: &Kind, findings: &mut Findings) -> bool {
    let patient = PATIENT.iter().find(|(id, _)| *id == placed.id);
    let Some((_, options)) = patient.filter(|_| placed.standing.system) else {
        return true;
    };
    let fits = match kind {
        Kind::OneOf { options: found, .. } => found
            .iter()
            .map(|option| option.id.as_str())
            .eq(options.iter().copied()),
        Kind::Age => options.is_empty(),
        _ => false,
    };
    if !fits {
        let help = if options.is_empty() {
            "write `answers: age`".to_owned()
        } else {
            format!("its answers are {}, in this order", options.join(" and "))
        };
        let message = format!(
            "the system fact `{}` has other answers than it must",
            placed.id
        );
        let span = placed.standing.question.id.span.clone();
        findings.push(Diagnostic::error(span, "P543", message).help(help));
    }
    fits
}

fn from_service(
    questions: &Questions,
    fact: &Fact,
    written: &Question,
    tables: &[Table],
    findings: &mut Findings,
) -> FactSource {
    if let Some(rule) = &written.only_if {
        findings.push(
            Diagnostic::error(
                rule.span.clone(),
                "P544",
                "a system fact is not asked, so `only_if` says nothing",
            )
            .help("remove the key; `otherwise` is read where there is nothing to look up"),
        );
    }
    let otherwise = match &written.otherwise {
        Some(name) => given::given(&fact.kind, name, tables, findings),
        None => {
            let message = format!("the system fact `{}` has no `otherwise`", fact.id);
            findings.push(
                Diagnostic::error(written.id.span.clone(), "P516", message)
                    .help("say what is read when there is nothing to look up"),
            );
            None
        }
    };
    FactSource::System {
        otherwise: otherwise.unwrap_or(Given::Option(0)),
        if_unknown: stand_in(questions, fact, written, findings),
    }
}

/// The question that is read where a look-up failed: a shared one with the same answers.
fn stand_in(
    questions: &Questions,
    fact: &Fact,
    written: &Question,
    findings: &mut Findings,
) -> Option<FactId> {
    let name = written.if_unknown.as_ref()?;
    let Some(defined) = questions.defined.get(&name.text) else {
        let shared = questions
            .defined
            .iter()
            .filter(|(_, defined)| !defined.local);
        let shared = shared.map(|(name, _)| name);
        unknown(name, "P301", "question", shared, findings);
        return None;
    };
    let found = match defined.seen {
        Seen::Unread => return None,
        Seen::Fact(id) if !defined.local => questions.facts.get(id.index()).map(|fact| (id, fact)),
        _ => None,
    };
    let same = found.filter(|(_, question)| same_answers(&question.kind, &fact.kind));
    if same.is_none() {
        let message = format!("`{}` cannot stand in for `{}`", name.text, fact.id);
        findings.push(
            Diagnostic::error(name.span.clone(), "P542", message)
                .help("a stand-in is a shared question about the person, with the same answers"),
        );
    }
    same.map(|(id, _)| id)
}

fn same_answers(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::OneOf { options: one, .. }, Kind::OneOf { options: other, .. }) => {
            let one = one.iter().map(|option| &option.id);
            one.eq(other.iter().map(|option| &option.id))
        }
        (Kind::Number(one), Kind::Number(other)) => {
            (one.scale, one.from, one.to) == (other.scale, other.from, other.to)
        }
        (Kind::Ago { to: one, .. }, Kind::Ago { to: other, .. }) => one == other,
        (
            Kind::Due { from, to, .. },
            Kind::Due {
                from: other_from,
                to: other_to,
                ..
            },
        ) => (from, to) == (other_from, other_to),
        (Kind::Pick(one), Kind::Pick(other)) => one == other,
        _ => false,
    }
}
