//! What becomes true with an event: grounds, starts, advice.

use crate::pathway::content::{DispositionId, Effect, FactId, FactSource, LineId};
use crate::walk::{Next, Reached, Scratch, UnknownComplaint, outcome, support};

use super::commit::Commit;
use super::event::{Body, Channel, Provenance, Start};
use super::ground::{EARLY_EXIT, Ground, GroundId, Holds, NONE_FIT, NOTHING_TRUE, Urgency};
use super::present::Present;
use super::start::StartKey;
use super::state::{Advised, KeptStart, StartState};

/// Records the grounds of every line that is newly true, what starts by them, and what is advised at the end.
pub(super) fn follow(commit: &mut Commit<'_>) -> Result<(), UnknownComplaint> {
    let present = commit.present()?;
    let grounds = new_grounds(commit, &present);
    if !grounds.is_empty() {
        commit.record(
            Provenance::Inferred,
            Body::Held {
                grounds: grounds.clone(),
            },
            None,
        );
        for ground in &grounds {
            start(commit, ground);
        }
    }
    advise(commit, &present);
    Ok(())
}

/// A ground is new if its line never rested on just these events. An unrelated answer therefore brings nothing back.
fn new_grounds(commit: &Commit<'_>, present: &Present) -> Vec<Ground> {
    let mut reached = present.lines.that_are_true(&present.plan);
    // At the end the result may be raised by a line that could hold; before a complaint is chosen there is no result yet.
    let certain = matches!(present.position.next, Next::Keep { .. } | Next::End);
    if certain && !present.plan.pathways().is_empty() {
        reached.extend(
            present
                .position
                .reached
                .filter(|raised| !reached.contains(raised)),
        );
    }
    let mut grounds: Vec<Ground> = Vec::new();
    for reached in reached {
        let (line, holds, operands) = basis(commit, present, reached);
        let is_known = |ground: &Ground| ground.line == line && ground.operands == operands;
        let known = commit
            .case
            .grounds
            .iter()
            .any(|kept| is_known(&kept.ground))
            || grounds.iter().any(is_known);
        if !known {
            let id = GroundId(
                u32::try_from(commit.case.grounds.len() + grounds.len() + 1).unwrap_or(u32::MAX),
            );
            grounds.push(Ground {
                id,
                line,
                holds,
                operands,
            });
        }
    }
    grounds
}

/// The line, what it holds, and the events it rests on.
fn basis(commit: &Commit<'_>, present: &Present, reached: Reached) -> (String, Holds, Vec<u64>) {
    let content = commit.content;
    let disposition = |id: DispositionId| Holds::Disposition {
        id: content.disposition(id).id.clone(),
        urgency: Urgency::of(content, id),
    };
    match reached {
        Reached::Line(id) => {
            let line = content.line(id);
            let holds = match line.effect {
                Effect::Reach(to) | Effect::Settle(to) | Effect::Otherwise(to) => disposition(to),
                Effect::Also(need) => Holds::Need {
                    id: content.need(need).id.clone(),
                },
            };
            (line.key.clone(), holds, operands(commit, present, id))
        }
        Reached::NoneFit => {
            let said = present
                .facts
                .told()
                .filter(|(_, answer)| matches!(answer, crate::walk::Answer::NoneFit(_)));
            (
                NONE_FIT.to_owned(),
                disposition(content.none_fit),
                events(present, said.map(|(fact, _)| fact)),
            )
        }
        Reached::EarlyExit => {
            let left = commit.case.contact().and_then(|contact| contact.left_early);
            (
                EARLY_EXIT.to_owned(),
                disposition(content.early_exit),
                left.into_iter().collect(),
            )
        }
        Reached::NothingTrue => {
            let chosen = commit
                .case
                .walked()
                .map(|complaint| complaint.chosen)
                .collect();
            (
                NOTHING_TRUE.to_owned(),
                disposition(content.none_fit),
                chosen,
            )
        }
    }
}

/// The answers on which a line rests, and the choice of its complaint.
fn operands(commit: &Commit<'_>, present: &Present, id: LineId) -> Vec<u64> {
    let facts = support(
        commit.content,
        &present.facts,
        commit.content.line(id).guard,
    );
    let mut operands = events(present, facts.into_iter());
    if let Some(pathway) = present.plan.pathway_of(id) {
        let family = &commit.content.pathway(pathway).family;
        operands.extend(
            commit
                .case
                .walked()
                .find(|complaint| complaint.family == *family)
                .map(|complaint| complaint.chosen),
        );
    }
    operands.sort_unstable();
    operands.dedup();
    operands
}

fn events(present: &Present, facts: impl Iterator<Item = FactId>) -> Vec<u64> {
    let mut events: Vec<u64> = facts
        .filter_map(|fact| present.events.get(&fact).copied())
        .collect();
    events.sort_unstable();
    events.dedup();
    events
}

/// Starts what a new ground starts at once, at most once, or leaves it to a person.
fn start(commit: &mut Commit<'_>, ground: &Ground) {
    let Holds::Disposition { id, urgency } = &ground.holds else {
        return;
    };
    let Some(disposition) = commit
        .content
        .disposition_named(id)
        .map(|id| commit.content.disposition(id))
    else {
        return;
    };
    if !disposition.starts_at_once {
        return;
    }
    let service = disposition.family.clone();
    let cancellations = commit
        .case
        .cancellations
        .get(&service)
        .copied()
        .unwrap_or_default();
    let start = Start {
        key: StartKey {
            service,
            cancellations,
        },
        disposition: id.clone(),
        urgency: *urgency,
    };
    let may_start = is_dispatched(commit) && is_of_this_contact(commit, ground);
    let known = commit
        .case
        .starts
        .iter()
        .find(|kept| kept.start.key == start.key);
    let body = match known {
        None if may_start => Body::StartRequested(start),
        None => Body::StartPending(start),
        // It waited for a person; whoever hears now what starts it is that person. It starts as urgent as it ever was.
        Some(KeptStart {
            state: StartState::Pending,
            start: waiting,
            ..
        }) if may_start => Body::StartRequested(if waiting.urgency < start.urgency {
            waiting.clone()
        } else {
            start
        }),
        Some(kept) if kept.start.urgency <= start.urgency => return,
        Some(KeptStart {
            state: StartState::Requested,
            ..
        }) if may_start => Body::StartUpgraded(start),
        // A person is told of the upgrade that may not start by itself; what was requested stays requested.
        Some(KeptStart {
            state: StartState::Requested,
            ..
        }) => return,
        Some(_) if may_start => Body::StartRequested(start),
        Some(_) => Body::StartPending(start),
    };
    commit.record(Provenance::Inferred, body, None);
}

/// Only a handler with a number to ring back on dispatches; the public channel and machines never do.
fn is_dispatched(commit: &Commit<'_>) -> bool {
    commit
        .case
        .contact()
        .is_some_and(|contact| contact.channel == Channel::Desk)
        && commit.case.has_callback_number
}

/// What is new only by a change of release, by what was carried over, or by what the service looked up starts nothing until a
/// person confirms it. The choice of a complaint is an answer.
fn is_of_this_contact(commit: &Commit<'_>, ground: &Ground) -> bool {
    let Some(contact) = commit.case.contact() else {
        return false;
    };
    let content = commit.content;
    let looked_up = |name: &str| {
        content
            .fact_named(name)
            .is_some_and(|fact| matches!(content.fact(fact).source, FactSource::System { .. }))
    };
    let told = commit.case.told.iter().filter(|told| {
        told.contact == contact.number
            && told.provenance != Provenance::CarriedOver
            && !looked_up(&told.name)
    });
    let chosen = commit
        .case
        .complaints
        .iter()
        .filter(|complaint| complaint.contact == contact.number);
    told.map(|told| told.seq)
        .chain(chosen.map(|complaint| complaint.chosen))
        .any(|seq| ground.operands.contains(&seq))
}

/// A number to ring back on was given on the desk: what was pending for want of one is requested.
pub(super) fn confirm(commit: &mut Commit<'_>) {
    if !is_dispatched(commit) {
        return;
    }
    let pending: Vec<Start> = super::commit::pending_starts(&commit.case)
        .map(|kept| kept.start.clone())
        .collect();
    for start in pending {
        commit.record(Provenance::Asked, Body::StartRequested(start), None);
    }
}

/// At the end of the walk, what it comes to is recorded once, and again when it changes.
fn advise(commit: &mut Commit<'_>, present: &Present) {
    let content = commit.content;
    let (Next::End, Some(contact)) = (&present.position.next, commit.case.contact()) else {
        return;
    };
    if present.plan.pathways().is_empty() && present.position.defect {
        return;
    }
    let outcome = outcome(content, &present.plan, &present.facts, &mut Scratch::new());
    let disposition = content.disposition(outcome.disposition).id.clone();
    let needs: Vec<String> = outcome
        .also
        .iter()
        .map(|need| content.need(*need).id.clone())
        .collect();
    let advised = Advised {
        contact: contact.number,
        disposition,
        needs,
    };
    if commit.case.advised.as_ref() != Some(&advised) {
        let Advised {
            disposition, needs, ..
        } = advised;
        commit.record(
            Provenance::Inferred,
            Body::Advised { disposition, needs },
            None,
        );
    }
}
