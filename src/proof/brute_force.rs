//! Every verdict of the prover, found again by trying all full assignments of small random contents one by one.

use proptest::prelude::*;

use super::{Verdict, order, promises};
use crate::pathway::content::{
    Content, DispositionId, Effect, Entry, FactId, Line, Order, Origin, PathwayId, Place, Promise,
    Promised, Step,
};
use crate::pathway::definedness::brute_force::random::{Dice, random_rule, sample};
use crate::pathway::definedness::brute_force::world::{Said, World, values};
use crate::pathway::definedness::brute_force::{config, exact_ages, one_by_one};
use crate::pathway::definedness::scope::doubted;
use crate::pathway::encode::Mode;
use crate::pathway::form::Rule;

/// Everything that somebody can be, whom the pathway is for and of whom everything is known.
fn everybody(content: &Content) -> Vec<World<'_>> {
    let mut found = Vec::new();
    for age in exact_ages() {
        let mut world = World {
            content,
            said: vec![Said::Nothing; content.facts.len()],
        };
        for (fact, said) in [
            (content.system.party, Said::Option(0)),
            (content.system.sex, Said::Option(0)),
            (content.system.age, age),
        ] {
            world.said[fact.index()] = said;
        }
        every_way(&mut world, 3, &mut found);
    }
    found
}

fn every_way<'c>(world: &mut World<'c>, next: usize, found: &mut Vec<World<'c>>) {
    let content = world.content;
    if next == content.facts.len() {
        if is_full(world) {
            found.push(World {
                content,
                said: world.said.clone(),
            });
        }
        return;
    }
    let mut ways = values(content, FactId(u16::try_from(next).unwrap()));
    ways.push(Said::Nothing);
    for way in ways {
        world.said[next] = way;
        every_way(world, next + 1, found);
    }
}

/// Nothing is missing, nothing is said of what does not apply, and nothing is unsure but where some rule asks for it.
fn is_full(world: &World<'_>) -> bool {
    let content = world.content;
    let doubted = doubted(content);
    (0..)
        .map(FactId)
        .zip(&content.facts)
        .skip(3)
        .all(|(id, fact)| {
            let said = world.said[id.index()] != Said::Nothing;
            let is_in_place = match &fact.applies {
                Some(applies) => !said || world.rule(applies.only_if, Mode::Could) == Some(true),
                None => said || !fact.implied_by.is_empty(),
            };
            let read = world.read(id);
            is_in_place && read != Said::Nothing && (read != Said::Unsure || doubted.contains(&id))
        })
}

/// Some line that counts here is true.
fn some_line(world: &World<'_>, counts: impl Fn(&Line, DispositionId) -> bool) -> bool {
    world.content.lines.iter().any(|line| {
        let rank = line.effect.disposition();
        rank.is_some_and(|rank| counts(line, rank)) && holds(world, line.guard)
    })
}

fn holds(world: &World<'_>, rule: Rule) -> bool {
    world.rule(rule, Mode::Could) == Some(true)
}

fn outcome(world: &World<'_>) -> Option<DispositionId> {
    let lines = world.content.lines.iter();
    lines
        .filter(|line| holds(world, line.guard))
        .filter_map(|line| line.effect.disposition())
        .min()
}

/// Proven, empty or broken, as everybody says.
fn verdict(content: &Content, everybody: &[World<'_>], promise: &Promise) -> &'static str {
    let mut meant = everybody
        .iter()
        .filter(|world| holds(world, promise.whom) && holds(world, promise.when))
        .filter(|world| promise.unless.iter().all(|(_, rule)| !holds(world, *rule)))
        .peekable();
    if meant.peek().is_none() {
        return "empty";
    }
    let is_own = |line: &Line| matches!(line.origin, Origin::Pathway(_));
    let broken = match &promise.what {
        Promised::NeverBelow(least) => {
            meant.any(|world| !some_line(world, |line, rank| is_own(line) && rank <= *least))
        }
        Promised::NeverAbove(most) => {
            meant.any(|world| some_line(world, |line, rank| is_own(line) && rank < *most))
        }
        Promised::AlwaysAsked { below, questions } => one_by_one(content).into_iter().any(|line| {
            let line = content.line(line);
            let read = content.forms.facts(line.guard);
            let rank = line.effect.disposition();
            rank.is_some_and(|rank| rank <= *below)
                && questions.iter().any(|fact| read.contains(fact))
        }),
    };
    if broken { "broken" } else { "proven" }
}

/// A random content with promises, and in every other one an interrupt.
fn promising(seed: u64) -> Content {
    let mut sample = sample(seed);
    let mut dice = Dice::new(seed ^ 0x5EED);
    let facts: Vec<FactId> = (3..sample.content.facts.len())
        .map(|place| FactId(u16::try_from(place).unwrap()))
        .collect();
    let rank = |dice: &mut Dice| DispositionId(u16::try_from(dice.roll(7)).unwrap());
    if dice.roll(2) == 0 {
        let guard = random_rule(&mut sample, &mut dice, &facts, 1);
        let effect = Effect::Reach(rank(&mut dice));
        let line = sample.line_of(effect, guard, Origin::Interrupt);
        sample.content.interrupts.entries.push(Entry {
            what: Step::Line(line),
            guard,
            place: Place::default(),
        });
    }
    for line in 0..6 {
        let what = match dice.roll(5) {
            0 => Promised::AlwaysAsked {
                below: rank(&mut dice),
                questions: vec![facts[usize::try_from(dice.roll(facts.len() as u64)).unwrap()]],
            },
            1 | 2 => Promised::NeverAbove(rank(&mut dice)),
            _ => Promised::NeverBelow(rank(&mut dice)),
        };
        let [when, whom, unless] =
            [2, 0, 0].map(|depth| random_rule(&mut sample, &mut dice, &facts, depth));
        sample.content.promises.push(Promise {
            pathway: (dice.roll(2) == 0).then_some(PathwayId(0)),
            whom: if dice.roll(3) == 0 { whom } else { Rule::TRUE },
            when,
            what,
            unless: if dice.roll(4) == 0 {
                vec![("x".into(), unless)]
            } else {
                vec![]
            },
            place: Place {
                line,
                ..Place::default()
            },
        });
    }
    sample.content
}

/// The first answer is worse than the second.
fn is_worse(order: &Order, one: Said, other: Said) -> bool {
    match (order, one, other) {
        (Order::WorstFirst, Said::Option(one), Said::Option(other)) => one < other,
        (Order::WorstLast, Said::Option(one), Said::Option(other)) => one > other,
        (Order::Higher, Said::Number(one), Said::Number(other)) => one > other,
        (Order::Lower, Said::Number(one), Said::Number(other)) => one < other,
        _ => false,
    }
}

/// The facts of which somebody with a worse answer, alike in all else that is said of both, ends less urgently.
fn lowering(content: &Content, everybody: &[World<'_>]) -> Vec<FactId> {
    let ends: Vec<Option<DispositionId>> = everybody.iter().map(outcome).collect();
    let rank = |end: Option<DispositionId>| end.map_or(u16::MAX, |end| end.0);
    let mut found = Vec::new();
    for (id, fact) in (0..).map(FactId).zip(&content.facts).skip(3) {
        let alike = |one: &World<'_>, other: &World<'_>| {
            let both = one.said.iter().zip(&other.said).enumerate();
            both.filter(|(place, _)| *place != id.index())
                .all(|(_, (one, other))| {
                    one == other || *one == Said::Nothing || *other == Said::Nothing
                })
        };
        let lowers = everybody.iter().zip(&ends).any(|(worse, end)| {
            everybody.iter().zip(&ends).any(|(milder, before)| {
                rank(*end) > rank(*before)
                    && is_worse(&fact.order, worse.said[id.index()], milder.said[id.index()])
                    && alike(worse, milder)
            })
        });
        if lowers {
            found.push(id);
        }
    }
    found
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_verdict_on_a_promise_is_that_of_everybody(seed: u64) {
        let content = promising(seed);
        let everybody = everybody(&content);
        let claims = promises(&content).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(claims.len(), content.promises.len());
        for claim in &claims {
            let ours = match claim.verdict {
                Verdict::Proven => "proven",
                Verdict::Empty => "empty",
                Verdict::Broken(_) => "broken",
                Verdict::Unproven => "unproven",
            };
            let theirs = verdict(&content, &everybody, claim.promise);
            prop_assert_eq!(ours, theirs, "{:?}", claim.promise.what);
        }
    }

    #[test]
    fn worse_lowers_where_it_does_for_somebody(seed: u64) {
        let content = promising(seed);
        let mut ours: Vec<FactId> = order(&content)
            .map_err(|error| TestCaseError::fail(error.to_string()))?
            .lowered
            .iter()
            .map(|lowered| lowered.fact)
            .collect();
        ours.sort_unstable();
        prop_assert_eq!(ours, lowering(&content, &everybody(&content)));
    }
}

#[test]
fn every_verdict_comes_up() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..40 {
        let content = promising(seed);
        let everybody = everybody(&content);
        for promise in &content.promises {
            *seen
                .entry(verdict(&content, &everybody, promise))
                .or_insert(0) += 1;
        }
        let lowering = !lowering(&content, &everybody).is_empty();
        *seen
            .entry(if lowering { "lowered" } else { "not lowered" })
            .or_insert(0) += 1;
    }
    assert!(
        seen.len() == 5 && seen.values().all(|count| *count >= 8),
        "{seen:?}"
    );
}
