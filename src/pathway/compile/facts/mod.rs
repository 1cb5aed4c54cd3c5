//! Questions, checklists and system facts, ordered so that a fact comes after every fact its `only_if` reads.

mod kind;
mod order;

use std::collections::HashMap;
use std::sync::Arc;

use super::names::{FileScope, Parts};
use super::{twice, unknown};
use crate::pathway::content::{
    Applies, Checklist, ChecklistId, Fact, FactId, FactSource, Given, Kind, Order, Table,
};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::Forms;
use crate::pathway::rule::{Rules, Standing, check_name};
use crate::pathway::source::{Answers, FlowFile, Name, Question, Sources, Statement};

pub use kind::bands;

/// Facts and checklists, and what their names mean.
#[derive(Default)]
pub struct Questions {
    /// In topological order of `only_if`.
    pub facts: Vec<Fact>,
    /// In the order of the files.
    pub checklists: Vec<Checklist>,
    /// Facts by id.
    pub by_name: HashMap<String, FactId>,
    /// Everything a name can mean.
    pub defined: HashMap<String, Defined>,
}

/// A question's name and where it may be read.
pub struct Defined {
    /// Where it stands.
    pub file: Arc<str>,
    /// It may be read only in its file.
    pub local: bool,
    /// What it is.
    pub seen: Seen,
}

/// What a question's name means.
pub enum Seen {
    /// One fact.
    Fact(FactId),
    /// One fact for each complaint that reads it, by pathway.
    AboutComplaint(HashMap<String, FactId>),
    /// A screen.
    Checklist(ChecklistId),
}

/// A question and where it stands.
#[derive(Clone, Copy)]
pub struct Written<'s> {
    /// What is written.
    pub question: &'s Question,
    /// In which file.
    pub file: &'s Arc<str>,
    /// It may be read only there.
    pub local: bool,
    /// It is a system fact.
    pub system: bool,
}

/// Every file that holds statements, with its lists.
pub fn flow_files(sources: &Sources) -> Vec<(&FlowFile, Vec<&[Statement]>)> {
    let library = [
        &sources.first_flow,
        &sources.risk_history,
        &sources.interrupts,
    ]
    .into_iter()
    .flatten();
    let flows = library
        .chain(&sources.shared)
        .chain(sources.pathways.iter().map(|pathway| &pathway.flow));
    flows
        .map(|flow| (flow, vec![flow.danger.as_slice(), flow.flow.as_slice()]))
        .collect()
}

/// Whether a shared flow, or one that it includes, reads or asks a question about the complaint.
pub fn is_about_complaint(sources: &Sources, rules: &Rules, flow: &FlowFile) -> bool {
    order::is_about_complaint(sources, &standing(sources), rules, flow)
}

/// Builds them all.
pub fn build(
    sources: &Sources,
    rules: &Rules,
    tables: &[Table],
    forms: &mut Forms,
    findings: &mut Findings,
) -> Questions {
    let standing = standing(sources);
    names_are_good(sources, &standing, rules, findings);
    let ordered = order::ordered(sources, &standing, rules, findings);
    let mut questions = Questions::default();
    for placed in &ordered {
        let Ok(place) = u16::try_from(questions.facts.len()) else {
            break;
        };
        let id = FactId(place);
        questions
            .facts
            .push(fact(placed, sources, tables, findings));
        questions.by_name.insert(placed.id.clone(), id);
        define(&mut questions, placed, id);
    }
    for item in &standing {
        if let Answers::Checklist(members) = &item.question.answers {
            checklist(&mut questions, item, members, findings);
        }
    }
    let applies = applies(
        &questions, &ordered, sources, rules, tables, forms, findings,
    );
    for (fact, applies) in questions.facts.iter_mut().zip(applies) {
        fact.applies = applies;
    }
    means(&mut questions, &ordered, findings);
    system(&mut questions, &ordered, findings);
    questions
}

fn standing(sources: &Sources) -> Vec<Written<'_>> {
    let mut all = Vec::new();
    for question in &sources.system {
        all.push(Written {
            question,
            file: &question.id.span.file,
            local: false,
            system: true,
        });
    }
    for question in &sources.questions {
        all.push(Written {
            question,
            file: &question.id.span.file,
            local: false,
            system: false,
        });
    }
    for flow in [
        &sources.first_flow,
        &sources.risk_history,
        &sources.interrupts,
    ]
    .into_iter()
    .flatten()
    {
        all.extend(flow.questions.iter().map(|question| Written {
            question,
            file: &flow.file,
            local: false,
            system: false,
        }));
    }
    for flow in sources
        .shared
        .iter()
        .chain(sources.pathways.iter().map(|pathway| &pathway.flow))
    {
        all.extend(flow.questions.iter().map(|question| Written {
            question,
            file: &flow.file,
            local: true,
            system: false,
        }));
    }
    all
}

fn names_are_good(
    sources: &Sources,
    standing: &[Written<'_>],
    rules: &Rules,
    findings: &mut Findings,
) {
    let mut names: Vec<&Name> = standing.iter().map(|item| &item.question.id).collect();
    let files = flow_files(sources);
    let definitions: Vec<_> = files
        .iter()
        .map(|(_, lists)| super::names::Definitions::of(lists))
        .collect();
    names.extend(
        definitions
            .iter()
            .flat_map(|found| found.names.iter().copied()),
    );
    twice(
        "question, checklist, score or let",
        names.iter().copied(),
        findings,
    );
    for name in names {
        check_name(name, rules, findings);
    }
    for item in standing {
        if let Answers::OneOf(choices) = &item.question.answers {
            choices
                .iter()
                .for_each(|choice| check_name(&choice.id, rules, findings));
        }
    }
}

fn define(questions: &mut Questions, placed: &order::Placed<'_>, id: FactId) {
    let name = placed.standing.question.id.text.clone();
    let defined = questions.defined.entry(name).or_insert_with(|| Defined {
        file: placed.standing.file.clone(),
        local: placed.standing.local,
        seen: if placed.complaint.is_some() {
            Seen::AboutComplaint(HashMap::new())
        } else {
            Seen::Fact(id)
        },
    });
    if let (Seen::AboutComplaint(instances), Some(complaint)) =
        (&mut defined.seen, &placed.complaint)
    {
        instances.insert(complaint.clone(), id);
    }
}

fn fact(
    placed: &order::Placed<'_>,
    sources: &Sources,
    tables: &[Table],
    findings: &mut Findings,
) -> Fact {
    let written = placed.standing.question;
    let kind = kind::kind(written, sources, tables, findings);
    let order = kind::order(written, &kind, placed.standing.system, findings);
    Fact {
        id: placed.id.clone(),
        not_sure: written
            .not_sure
            .as_ref()
            .and_then(|name| kind::option(&kind, name, findings)),
        ask_again_after: kind::freshness(written, findings),
        wording: written.wording.clone(),
        why: written.why.clone(),
        help: written.help.clone(),
        rephrase: written.rephrase.clone(),
        red_flag: written.red_flag,
        applies: None,
        order,
        source: FactSource::Question,
        means: Vec::new(),
        implied_by: Vec::new(),
        kind,
    }
}

fn checklist(
    questions: &mut Questions,
    item: &Written<'_>,
    members: &[Name],
    findings: &mut Findings,
) {
    let Ok(place) = u16::try_from(questions.checklists.len()) else {
        return;
    };
    let mut found = Vec::new();
    let mut worse: Option<(Order, &Name)> = None;
    for member in members {
        let id = match questions
            .defined
            .get(&member.text)
            .map(|defined| &defined.seen)
        {
            Some(Seen::Fact(id)) => *id,
            Some(Seen::AboutComplaint(_) | Seen::Checklist(_)) => {
                findings.push(
                    Diagnostic::error(
                        member.span.clone(),
                        "P510",
                        format!("`{}` cannot stand in a checklist", member.text),
                    )
                    .help("a checklist holds yes/no questions about the person"),
                );
                continue;
            }
            None => {
                unknown(
                    member,
                    "P301",
                    "question",
                    questions.by_name.keys(),
                    findings,
                );
                continue;
            }
        };
        let Some(fact) = questions.facts.get(id.index()) else {
            continue;
        };
        if !matches!(fact.kind, Kind::OneOf { yes_no: true, .. }) {
            findings.push(
                Diagnostic::error(
                    member.span.clone(),
                    "P510",
                    format!("`{}` is not a yes/no question", member.text),
                )
                .help("ask it on a screen of its own"),
            );
            continue;
        }
        match &worse {
            None => worse = Some((fact.order.clone(), member)),
            Some((order, first)) if *order != fact.order => findings.push(
                Diagnostic::error(
                    member.span.clone(),
                    "P511",
                    format!(
                        "`yes` is worse for one of `{}` and `{}`, and not for the other",
                        first.text, member.text
                    ),
                )
                .help("put questions that are worse in different ways on different screens"),
            ),
            Some(_) => {}
        }
        found.push(id);
    }
    questions.checklists.push(Checklist {
        id: item.question.id.text.clone(),
        wording: item.question.wording.clone(),
        why: item.question.why.clone(),
        help: item.question.help.clone(),
        members: found,
    });
    questions.defined.insert(
        item.question.id.text.clone(),
        Defined {
            file: item.file.clone(),
            local: item.local,
            seen: Seen::Checklist(ChecklistId(place)),
        },
    );
}

fn applies(
    questions: &Questions,
    ordered: &[order::Placed<'_>],
    sources: &Sources,
    rules: &Rules,
    tables: &[Table],
    forms: &mut Forms,
    findings: &mut Findings,
) -> Vec<Option<Applies>> {
    let files = flow_files(sources);
    let mut applies = Vec::new();
    for (placed, fact) in ordered.iter().zip(&questions.facts) {
        let written = placed.standing.question;
        let Some(only_if) = &written.only_if else {
            if let (Some(otherwise), false) = (&written.otherwise, placed.standing.system) {
                findings.push(
                    Diagnostic::error(
                        otherwise.span.clone(),
                        "P512",
                        "`otherwise` without `only_if` is never read",
                    )
                    .help("say to whom the question applies: `only_if:`"),
                );
            }
            applies.push(None);
            continue;
        };
        let lists = files
            .iter()
            .find(|(flow, _)| flow.file == *placed.standing.file)
            .map(|(_, lists)| lists.clone())
            .unwrap_or_default();
        let mut scope = FileScope::new(
            Parts {
                rules,
                questions,
                tables,
            },
            placed.standing.file.clone(),
            placed.home.clone(),
            &lists,
        );
        let rule = scope.rule(only_if, Standing::Plain, forms, findings);
        let otherwise = match &written.otherwise {
            Some(name) => kind::given(&fact.kind, name, tables, findings),
            None => {
                findings.push(
                    Diagnostic::error(
                        only_if.span.clone(),
                        "P513",
                        format!("`{}` has `only_if` and no `otherwise`", fact.id),
                    )
                    .help("say what is read where it does not apply: a least urgent value"),
                );
                None
            }
        };
        if let (Some(given), Some(name)) = (otherwise, &written.otherwise) {
            kind::least_urgent(fact, given, name, findings);
        }
        applies.push(
            rule.zip(otherwise)
                .map(|(only_if, otherwise)| Applies { only_if, otherwise }),
        );
    }
    applies
}

fn means(questions: &mut Questions, ordered: &[order::Placed<'_>], findings: &mut Findings) {
    for (place, placed) in ordered.iter().enumerate() {
        let Answers::OneOf(choices) = &placed.standing.question.answers else {
            continue;
        };
        for (option, choice) in choices.iter().enumerate() {
            for (target, value) in &choice.means {
                let Some((id, worst)) = implied(questions, target, value, findings) else {
                    continue;
                };
                let source = FactId(place as u16);
                questions
                    .facts
                    .iter_mut()
                    .skip(place)
                    .take(1)
                    .for_each(|fact| fact.means.push((option as u8, id, worst)));
                questions
                    .facts
                    .iter_mut()
                    .skip(id.index())
                    .take(1)
                    .for_each(|fact| fact.implied_by.push((source, option as u8, worst)));
            }
        }
    }
    for fact in &questions.facts {
        if !fact.means.is_empty() && !fact.implied_by.is_empty() {
            let written = ordered
                .iter()
                .find(|placed| placed.id == fact.id)
                .map(|placed| &placed.standing.question.id);
            if let Some(id) = written {
                findings.push(
                    Diagnostic::error(
                        id.span.clone(),
                        "P514",
                        format!(
                            "`{}` is implied by another answer and implies a third",
                            fact.id
                        ),
                    )
                    .help("let the first answer imply both"),
                );
            }
        }
    }
}

fn implied(
    questions: &Questions,
    target: &Name,
    value: &Name,
    findings: &mut Findings,
) -> Option<(FactId, u8)> {
    let found = questions.defined.get(&target.text);
    let id = match found.map(|defined| (&defined.seen, defined.local)) {
        Some((Seen::Fact(id), false)) => *id,
        Some(_) => {
            findings.push(
                Diagnostic::error(
                    target.span.clone(),
                    "P515",
                    format!(
                        "`means` sets a shared red flag, and `{}` is none",
                        target.text
                    ),
                )
                .help("move the question to `questions/` and mark it `red_flag: yes`"),
            );
            return None;
        }
        None => {
            unknown(
                target,
                "P301",
                "question",
                questions.by_name.keys(),
                findings,
            );
            return None;
        }
    };
    let fact = questions.facts.get(id.index())?;
    let option = kind::option(&fact.kind, value, findings)?;
    let Kind::OneOf { options, .. } = &fact.kind else {
        return None;
    };
    let worst = if fact.order == Order::WorstLast {
        options.len() as u8 - 1
    } else {
        0
    };
    if !fact.red_flag || option != worst {
        let best = options
            .get(usize::from(worst))
            .map(|option| option.id.clone())
            .unwrap_or_default();
        findings.push(
            Diagnostic::error(
                value.span.clone(),
                "P515",
                format!("`means` sets a red flag to its worst value, which is `{best}`"),
            )
            .help(format!(
                "write `{}: {best}`, and mark the question `red_flag: yes`",
                target.text
            )),
        );
        return None;
    }
    Some((id, option))
}

fn system(questions: &mut Questions, ordered: &[order::Placed<'_>], findings: &mut Findings) {
    for (place, placed) in ordered.iter().enumerate() {
        if !placed.standing.system {
            continue;
        }
        let written = placed.standing.question;
        let Some(fact) = questions.facts.get(place) else {
            continue;
        };
        let source = if matches!(written.id.text.as_str(), "party" | "age" | "sex") {
            FactSource::Patient
        } else {
            let otherwise = match &written.otherwise {
                Some(name) => kind::given(&fact.kind, name, &[], findings),
                None => {
                    findings.push(
                        Diagnostic::error(
                            written.id.span.clone(),
                            "P516",
                            format!("the system fact `{}` has no `otherwise`", fact.id),
                        )
                        .help("say what is read when there is nothing to look up"),
                    );
                    None
                }
            };
            let if_unknown = written.if_unknown.as_ref().and_then(|name| {
                let found = questions.by_name.get(&name.text).copied();
                if found.is_none() {
                    unknown(name, "P301", "question", questions.by_name.keys(), findings);
                }
                found
            });
            FactSource::System {
                otherwise: otherwise.unwrap_or(Given::Option(0)),
                if_unknown,
            }
        };
        questions
            .facts
            .iter_mut()
            .skip(place)
            .take(1)
            .for_each(|fact| fact.source = source.clone());
    }
}
