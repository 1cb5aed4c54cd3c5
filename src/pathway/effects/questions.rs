//! Whether a question changes anything: two patients who differ in that one answer, and come out differently.

use super::super::content::{
    Content, Effect, FactId, FactSource, Flow, Kind, PathwayId, Place, Step,
};
use super::super::definedness::scope::{Scope, questions};
use super::super::encode::{FactState, Gates, Lit, Value};
use super::known_scope;

/// Every question that a pathway's own lists ask, and whether some answer to it changes an outcome.
///
/// What care advice, guides or keeps read counts as a change; which of them would come out differently is not looked at.
/// What is `settled` is left out: it changes something in another pathway already.
pub(super) fn effects(
    content: &Content,
    pathway: PathwayId,
    settled: impl Fn(&(Place, FactId)) -> bool,
) -> Vec<(Place, FactId, bool)> {
    let own = content.pathway(pathway);
    let asked: Vec<(Place, FactId)> = asks(content, &own.danger)
        .chain(asks(content, &own.flow))
        .filter(|ask| !settled(ask))
        .collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let read_besides = read_besides(content, pathway);
    let (mut one, full) = known_scope(content, pathway, Gates::default());
    let gates = std::mem::take(&mut one.gates);
    let (mut other, other_full) = known_scope(content, pathway, gates);
    let differs = outcomes_differ(content, &one, &mut other);
    let facts = other.encoder.read_facts();
    let same: Vec<(FactId, Lit)> = facts
        .iter()
        .map(|fact| (*fact, same(&mut one, &mut other, *fact)))
        .collect();
    alike_in_doses(&mut one, &mut other, &same);
    let mut found = Vec::new();
    for (place, fact) in asked {
        let matters =
            read_besides.contains(&fact) || matches!(content.fact(fact).kind, Kind::Text) || {
                let alike = same
                    .iter()
                    .filter(|(other, _)| *other != fact)
                    .map(|(_, lit)| *lit);
                let assuming: Vec<Lit> = alike.chain([full, other_full, differs]).collect();
                other.gates.possible(&assuming)
            };
        found.push((place, fact, matters));
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

/// Patients who are alike in an amount and in a weight are alike in the dose, which the solver does not reckon.
///
/// Only where each of the two was said of both or of neither: what is read in its place is then the same as well. That is not so of a fact that
/// another question stands in for.
fn alike_in_doses(one: &mut Scope<'_>, other: &mut Scope<'_>, same: &[(FactId, Lit)]) {
    let content = other.content;
    let stands_alone = |fact: FactId| {
        let about = content.fact(fact);
        let is_opened = matches!(
            about.source,
            FactSource::System {
                if_unknown: Some(_),
                ..
            }
        );
        about.implied_by.is_empty() && !is_opened
    };
    for (amount, weight) in other.encoder.read_doses() {
        if ![amount, weight].into_iter().all(stands_alone) {
            continue;
        }
        let gates = &mut other.gates;
        let mut alike = Vec::new();
        for fact in [amount, weight] {
            let states = (
                one.encoder.fact(gates, fact),
                other.encoder.fact(gates, fact),
            );
            let (mine, theirs) = (states.0.said.known, states.1.said.known);
            alike.push(gates.choose(mine, theirs, !theirs));
            alike.extend(
                same.iter()
                    .filter(|(known, _)| *known == fact)
                    .map(|(_, same)| *same),
            );
        }
        let alike = gates.and(alike);
        let (_, mine) = one.encoder.per_kg(gates, amount, weight);
        let (_, theirs) = other.encoder.per_kg(gates, amount, weight);
        for (mine, theirs) in [(&mine.0, &theirs.0), (&mine.1, &theirs.1)] {
            for ((_, mine), (_, theirs)) in mine.above.iter().zip(&theirs.above) {
                gates.clause([!alike, !*mine, *theirs]);
                gates.clause([!alike, *mine, !*theirs]);
            }
        }
    }
}

/// Under this literal the two patients are alike in a fact: what was said of both is the same. Where it is said of one only, it does not apply
/// to the other, or is implied there.
fn same(one: &mut Scope<'_>, other: &mut Scope<'_>, fact: FactId) -> Lit {
    let gates = &mut other.gates;
    let mine: std::rc::Rc<FactState> = one.encoder.fact(gates, fact);
    let theirs: std::rc::Rc<FactState> = other.encoder.fact(gates, fact);
    let same = gates.fresh();
    let both = gates.and([same, mine.said.known, theirs.said.known]);
    let mut alike: Vec<(Lit, Lit)> = vec![
        (mine.said.unsure, theirs.said.unsure),
        (mine.said.voiced, theirs.said.voiced),
    ];
    match (&mine.said.value, &theirs.said.value) {
        (Value::Options(mine), Value::Options(theirs)) => {
            alike.extend(mine.iter().copied().zip(theirs.iter().copied()))
        }
        (Value::Number(mine), Value::Number(theirs)) => alike.extend(
            mine.above
                .iter()
                .zip(&theirs.above)
                .map(|(a, b)| (a.1, b.1)),
        ),
        (Value::Rows(mine), Value::Rows(theirs)) => {
            alike.extend(mine.iter().zip(theirs).map(|(a, b)| (a.1, b.1)))
        }
        (Value::Age(mine), Value::Age(theirs)) => {
            let ends = [
                (&mine.months.0, &theirs.months.0),
                (&mine.months.1, &theirs.months.1),
                (&mine.days.0, &theirs.days.0),
                (&mine.days.1, &theirs.days.1),
            ];
            for (mine, theirs) in ends {
                alike.extend(
                    mine.above
                        .iter()
                        .zip(&theirs.above)
                        .map(|(a, b)| (a.1, b.1)),
                );
            }
        }
        _ => {}
    }
    for (mine, theirs) in alike {
        gates.clause([!both, !mine, theirs]);
        gates.clause([!both, mine, !theirs]);
    }
    // The patient and the records are said of both or of neither.
    if one.content.fact(fact).source != FactSource::Question {
        gates.clause([!same, !mine.said.known, theirs.said.known]);
        gates.clause([!same, mine.said.known, !theirs.said.known]);
    }
    same
}
