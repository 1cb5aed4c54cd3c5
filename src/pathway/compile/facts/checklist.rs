//! Screens over yes/no facts.

use super::{Defined, Questions, Seen, Written};
use crate::pathway::compile::unknown;
use crate::pathway::content::{Checklist, ChecklistId, FactId, FactSource, Kind, Order};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::source::Name;

pub(super) fn checklist(
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
    for name in members {
        let Some((id, order)) = member(questions, item, name, findings) else {
            continue;
        };
        match &worse {
            None => worse = Some((order, name)),
            Some((first_order, first)) if *first_order != order => {
                let message = format!(
                    "`yes` is worse for one of `{}` and `{}`, and not for the other",
                    first.text, name.text
                );
                findings.push(
                    Diagnostic::error(name.span.clone(), "P511", message).help(
                        "put questions that are worse in different ways on different screens",
                    ),
                );
            }
            Some(_) => {}
        }
        if found.contains(&id) {
            let message = format!("`{}` stands twice in the checklist", name.text);
            findings.push(
                Diagnostic::error(name.span.clone(), "P510", message).help("remove one of the two"),
            );
        } else {
            found.push(id);
        }
    }
    let written = item.question;
    questions.checklists.push(Checklist {
        id: written.id.text.clone(),
        wording: written.wording.clone(),
        why: written.why.clone(),
        help: written.help.clone(),
        members: found,
    });
    let defined = Defined {
        file: item.file.clone(),
        local: item.local,
        seen: Seen::Checklist(ChecklistId(place)),
    };
    let id = written.id.text.clone();
    questions.defined.entry(id).or_insert(defined);
}

fn member(
    questions: &Questions,
    item: &Written<'_>,
    name: &Name,
    findings: &mut Findings,
) -> Option<(FactId, Order)> {
    let wrong = |what: &str, help: &str| {
        let message = format!("`{}` {what}", name.text);
        Diagnostic::error(name.span.clone(), "P510", message).help(help)
    };
    let Some(defined) = questions.defined.get(&name.text) else {
        let ids = questions.by_name.keys();
        unknown(name, "P301", "question", ids, findings);
        return None;
    };
    let fact = match defined.seen {
        Seen::Fact(id) => questions.facts.get(id.index()).map(|fact| (id, fact)),
        _ => None,
    };
    let found = match (&defined.seen, fact) {
        (Seen::Unread, _) => return None,
        _ if defined.local && *defined.file != **item.file => Diagnostic::error(
            name.span.clone(),
            "P302",
            format!(
                "`{}` belongs to `{}` and may be read only there",
                name.text, defined.file
            ),
        )
        .help("to share a question, move it to `questions/`"),
        (Seen::Fact(_), Some((id, fact)))
            if matches!(fact.kind, Kind::OneOf { yes_no: true, .. }) =>
        {
            if fact.source == FactSource::Question {
                return Some((id, fact.order.clone()));
            }
            wrong("is a system fact", "a checklist shows questions")
        }
        (Seen::Fact(_), _) => wrong("is not a yes/no question", "ask it on a screen of its own"),
        _ => wrong(
            "cannot stand in a checklist",
            "a checklist holds yes/no questions about the person",
        ),
    };
    findings.push(found);
    None
}
