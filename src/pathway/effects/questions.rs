//! Whether a question changes anything: two patients who differ in that one answer, and come out differently.

use super::super::content::{Content, Effect, FactId, Flow, Kind, PathwayId, Place, Step};
use super::super::definedness::scope::{Scope, questions};
use super::super::encode::{Gates, Limit, Lit};
use super::super::pair::Pair;
use super::lines::Worth;

/// Every question that a pathway's own lists ask, and whether some answer to it changes an outcome.
///
/// What care advice, guides or keeps read counts as a change; which of them would come out differently is not looked at.
/// What is `settled` is left out: it changes something in another pathway already.
pub(super) fn effects(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
    settled: impl Fn(&(Place, FactId)) -> bool,
) -> Vec<(Place, FactId, Worth)> {
    let own = content.pathway(pathway);
    let asked: Vec<(Place, FactId)> = asks(content, &own.danger)
        .chain(asks(content, &own.flow))
        .filter(|ask| !settled(ask))
        .collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let read_besides = read_besides(content, pathway);
    let mut pair = Pair::over(content, pathway, Gates::within(limit));
    pair.keep_fitting();
    let differs = outcomes_differ(content, &pair.one, &mut pair.other);
    let mut found = Vec::new();
    for (place, fact) in asked {
        let is_read = read_besides.contains(&fact) || matches!(content.fact(fact).kind, Kind::Text);
        let mut assuming = pair.alike_but(fact);
        assuming.push(differs);
        let worth = if is_read {
            Worth::Decides
        } else {
            match pair.other.gates.ask(&assuming) {
                Ok(true) => Worth::Decides,
                Ok(false) => Worth::Idle,
                Err(_) => Worth::Unknown,
            }
        };
        found.push((place, fact, worth));
    }
    found
}

fn asks<'c>(content: &'c Content, flow: &'c Flow) -> impl Iterator<Item = (Place, FactId)> {
    flow.entries.iter().flat_map(|entry| {
        let facts = match &entry.what {
            Step::Ask(asked) => questions(content, asked),
            Step::Keep(_) | Step::Guide(_) | Step::Line(_) => Vec::new(),
        };
        facts.into_iter().map(|fact| (entry.place.clone(), fact))
    })
}

/// Facts read by care advice, guides and keeps, and what they depend on.
fn read_besides(content: &Content, pathway: PathwayId) -> Vec<FactId> {
    let own = content.pathway(pathway);
    let flows = [
        &content.first_flow,
        &own.danger,
        &content.risk_history,
        &own.flow,
        &content.interrupts,
    ];
    let besides = flows
        .into_iter()
        .flat_map(|flow| &flow.entries)
        .filter(|entry| matches!(entry.what, Step::Keep(_) | Step::Guide(_)));
    let advised = own
        .advice
        .iter()
        .chain(&content.advised_to_all)
        .flat_map(|advised| {
            let lines = content
                .advice_item(advised.item)
                .lines
                .iter()
                .map(|line| line.guard);
            lines.chain([advised.guard])
        });
    let mut facts: Vec<FactId> = besides
        .map(|entry| entry.guard)
        .chain(advised)
        .flat_map(|rule| content.forms.facts(rule))
        .collect();
    let mut next = 0;
    while let Some(fact) = facts.get(next).copied() {
        next += 1;
        let about = content.fact(fact);
        let gate = about
            .applies
            .iter()
            .flat_map(|applies| content.forms.facts(applies.only_if));
        let leaned_on: Vec<FactId> = gate
            .chain(about.implied_by.iter().map(|(from, _, _)| *from))
            .collect();
        for fact in leaned_on {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
    }
    facts
}

/// The two results differ, or some need is met for one of the two.
fn outcomes_differ(content: &Content, one: &Scope<'_>, other: &mut Scope<'_>) -> Lit {
    let mut effects: Vec<Effect> = one
        .lines
        .iter()
        .map(|guarded| content.line(guarded.line).effect)
        .collect();
    effects.sort_unstable_by_key(|effect| {
        (
            effect.disposition(),
            matches!(effect, Effect::Also(_)),
            format!("{effect:?}"),
        )
    });
    effects.dedup();
    let mut differences = Vec::new();
    for effect in effects {
        let counts = |line: Effect| match (line.disposition(), effect.disposition()) {
            (Some(line), Some(rank)) => line <= rank,
            _ => line == effect,
        };
        let truths = |scope: &Scope<'_>| -> Vec<Lit> {
            scope
                .lines
                .iter()
                .filter(|guarded| counts(content.line(guarded.line).effect))
                .map(|guarded| guarded.truth.yes)
                .collect()
        };
        let (ones, others) = (truths(one), truths(other));
        let (ones, others) = (other.gates.or(ones), other.gates.or(others));
        differences.push(other.gates.choose(ones, !others, others));
    }
    other.gates.or(differences)
}
