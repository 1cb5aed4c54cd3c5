//! What keeps an emergency waiting (G11): a question that only milder lines read, asked above one that an emergency line reads.
//!
//! Looked at in each pathway's own lists. A question that decides whether the urgent one is asked is where it must be, and a checklist is one
//! screen: with an urgent line on it, none of its lines is mild. Somebody is walked for each: the mild question is asked first, the urgent answer comes later and is the emergency.

use std::collections::{BTreeMap, BTreeSet};

use crate::pathway::content::{Content, DispositionId, FactId, Origin, PathwayId, Place, Step};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::shortest;
use crate::pathway::definedness::scope::{Scope, lines, questions};
use crate::pathway::encode::{Gates, Limit, Lit};
use crate::walk::follow::Why;

use super::example::Replay;
use super::length::{followed, is_emergency};
use super::promises::Interrupted;

/// An urgent question that comes after mild ones.
#[derive(Debug, Clone)]
pub struct Waits {
    /// The urgent question.
    pub urgent: FactId,
    /// What is asked before it and is read by milder lines only.
    pub mild: Vec<FactId>,
    /// Where the urgent one is asked.
    pub place: Place,
    /// Somebody who waits.
    pub example: Example,
    /// The same as the walk takes it.
    pub replay: Replay,
}

/// What waits in a pathway, and how many urgent questions wait for nothing.
///
/// # Errors
/// [`Interrupted`].
pub(super) fn waits(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
) -> Result<(Vec<Waits>, u64), Interrupted> {
    let asks = own_asks(content, pathway);
    let urgency = urgency(content, pathway);
    let is_urgent = |fact: &FactId| {
        let rank = urgency.get(fact);
        rank.is_some_and(|rank| content.disposition(*rank).emergency)
    };
    let (mut waiting, mut sound) = (Vec::new(), 0);
    let mut scope: Option<Scope<'_>> = None;
    for (
        place,
        Own {
            fact: urgent, at, ..
        },
    ) in asks.iter().enumerate()
    {
        let is_first = !asks.iter().take(place).any(|own| own.fact == *urgent);
        if !is_first || !is_urgent(urgent) {
            continue;
        }
        let leads = leads_to(content, pathway, *urgent);
        let mild: Vec<FactId> = asks
            .iter()
            .take(place)
            .filter(|own| {
                !own.screen
                    .iter()
                    .any(|line| leads.contains(line) || is_urgent(line))
            })
            .map(|own| own.fact)
            .collect();
        if mild.is_empty() {
            sound += 1;
            continue;
        }
        let scope = scope.get_or_insert_with(|| {
            let mut scope = Scope::over(content, pathway, Gates::within(limit));
            scope.all_asks_answered();
            scope
        });
        match somebody(scope, pathway, *urgent, &mild)? {
            Some((example, replay, mild)) => waiting.push(Waits {
                urgent: *urgent,
                mild,
                place: at.clone(),
                example,
                replay,
            }),
            None => sound += 1,
        }
    }
    Ok((waiting, sound))
}

/// Somebody whose emergency the urgent question is, and who is asked mild ones before it.
fn somebody(
    scope: &mut Scope<'_>,
    pathway: PathwayId,
    urgent: FactId,
    mild: &[FactId],
) -> Result<Option<(Example, Replay, Vec<FactId>)>, Interrupted> {
    let content = scope.content;
    let (mut by_urgent, mut otherwise) = (Vec::new(), Vec::new());
    for guarded in &scope.lines {
        let line = content.line(guarded.line);
        if !is_emergency(content)(crate::walk::Reached::Line(guarded.line)) {
            continue;
        }
        let reads = content.forms.facts(line.guard).contains(&urgent);
        if reads && line.origin != Origin::Interrupt {
            by_urgent.push(guarded.truth.yes);
        } else {
            otherwise.push(!guarded.truth.yes);
        }
    }
    let open = |wanted: &[FactId]| -> Vec<Lit> {
        let asks = scope.asks.iter();
        asks.filter(|ask| wanted.contains(&ask.fact))
            .map(|ask| ask.open)
            .collect()
    };
    let (asked, before) = (open(&[urgent]), open(mild));
    let gates = &mut scope.gates;
    let all = [gates.or(by_urgent), gates.or(asked), gates.or(before)];
    let finding = gates.and(otherwise.into_iter().chain(all));
    if !gates.ask(&[finding])? {
        return Ok(None);
    }
    let example = shortest(scope, finding);
    let replay = Replay::of(content, pathway, &example);
    let followed = followed(content, pathway, &replay)?;
    let before = followed.steps.iter().take_while(|step| step.fact != urgent);
    let is_asked = |why| matches!(why, Why::Asked(_));
    let asked: Vec<FactId> = before
        .filter(|step| is_asked(step.why) && mild.contains(&step.fact))
        .map(|step| step.fact)
        .collect();
    let gets_there = followed.steps.iter().any(|step| {
        step.fact == urgent && is_asked(step.why) && step.reached.is_some_and(is_emergency(content))
    });
    Ok((gets_there && !asked.is_empty()).then_some((example, replay, asked)))
}

/// A question of a pathway's own lists.
struct Own {
    fact: FactId,
    /// All that is asked with it on one screen, itself included.
    screen: Vec<FactId>,
    at: Place,
}

/// The questions of a pathway's own lists, in order.
fn own_asks(content: &Content, pathway: PathwayId) -> Vec<Own> {
    let own = content.pathway(pathway);
    let entries = [&own.danger, &own.flow]
        .into_iter()
        .flat_map(|flow| &flow.entries);
    let mut asks = Vec::new();
    for entry in entries {
        let Step::Ask(asked) = &entry.what else {
            continue;
        };
        for asked in asked {
            let screen = questions(content, std::slice::from_ref(asked));
            asks.extend(screen.iter().map(|fact| Own {
                fact: *fact,
                screen: screen.clone(),
                at: entry.place.clone(),
            }));
        }
    }
    asks
}

/// The most urgent line that reads each question, or a question that applies only where this one says so; interrupts left out.
fn urgency(content: &Content, pathway: PathwayId) -> BTreeMap<FactId, DispositionId> {
    let mut urgency: BTreeMap<FactId, DispositionId> = BTreeMap::new();
    for line in lines(content, pathway) {
        let line = content.line(line);
        let Some(rank) = line.effect.disposition() else {
            continue;
        };
        if line.origin == Origin::Interrupt {
            continue;
        }
        for fact in with_what_they_lean_on(content, content.forms.facts(line.guard)) {
            let known = urgency.entry(fact).or_insert(rank);
            *known = (*known).min(rank);
        }
    }
    urgency
}

/// These, and whatever says whether they apply or implies them.
fn with_what_they_lean_on(content: &Content, mut next: Vec<FactId>) -> BTreeSet<FactId> {
    let mut seen = BTreeSet::new();
    while let Some(fact) = next.pop() {
        if !seen.insert(fact) {
            continue;
        }
        let about = content.fact(fact);
        let gate = about.applies.iter();
        next.extend(gate.flat_map(|applies| content.forms.facts(applies.only_if)));
        next.extend(about.implied_by.iter().map(|(from, _, _)| *from));
    }
    seen
}

/// A question, and what decides whether it is asked in this pathway.
fn leads_to(content: &Content, pathway: PathwayId, fact: FactId) -> BTreeSet<FactId> {
    let own = content.pathway(pathway);
    let entries = [&own.danger, &own.flow]
        .into_iter()
        .flat_map(|flow| &flow.entries);
    let mut leads = vec![fact];
    for entry in entries {
        if let Step::Ask(asked) = &entry.what
            && questions(content, asked).contains(&fact)
        {
            leads.extend(content.forms.facts(entry.guard));
        }
    }
    with_what_they_lean_on(content, leads)
}
