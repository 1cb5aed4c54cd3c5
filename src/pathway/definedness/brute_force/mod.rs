//! The same question asked of every patient one by one, for small random contents.

pub(crate) mod random;
pub(crate) mod world;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::undefined;
use crate::pathway::age::{AgeRange, AgeUnit as ToldIn};
use crate::pathway::content::{Asked, Content, FactId, LineId, PathwayId, Step};
use crate::pathway::encode::Mode;
use world::{Said, World, values};
/// Told ages and dates of birth, one for each way of lying across the constants the samples use.
fn ages() -> Vec<Said> {
    let mut ranges: Vec<AgeRange> = vec![AgeRange::ANY];
    for (unit, most) in [
        (ToldIn::Days, 800),
        (ToldIn::Weeks, 110),
        (ToldIn::Months, 30),
        (ToldIn::Years, 5),
    ] {
        ranges.extend((0..most).filter_map(|count| AgeRange::told(count, unit)));
    }
    for born in [
        "2021-01-31",
        "2021-03-01",
        "2020-02-29",
        "2021-12-30",
        "2020-12-01",
        "2021-02-01",
    ] {
        let born: jiff::civil::Date = born.parse().unwrap();
        let mut on = born;
        for _ in 0..800 {
            ranges.extend(AgeRange::from_birth(born, on));
            on = on.tomorrow().unwrap();
        }
    }
    let mut seen = vec![];
    ranges.retain(|range| {
        let place = place(range);
        let fresh = !seen.contains(&place);
        seen.push(place);
        fresh
    });
    ranges.into_iter().map(Said::Age).collect()
}

/// Those of them that lie across no constant.
pub(crate) fn exact_ages() -> Vec<Said> {
    let mut ages = ages();
    ages.retain(|age| match age {
        Said::Age(range) => {
            let (least_months, most_months, least_days, most_days) = place(range);
            least_months == most_months && least_days == most_days
        }
        _ => false,
    });
    ages
}

/// Between which constants the least and the most months and days lie.
fn place(range: &AgeRange) -> (usize, usize, usize, usize) {
    let months = |value: i64| MONTHS.iter().filter(|cut| **cut <= value).count();
    let days = |value: i64| DAYS.iter().filter(|cut| **cut <= value).count();
    (
        months(range.months.0),
        months(range.months.1),
        days(range.days.0),
        days(range.days.1),
    )
}

const MONTHS: [i64; 2] = [1, 12];
const DAYS: [i64; 2] = [28, 91];

/// The lines left undetermined for some patient.
pub(crate) fn one_by_one(content: &Content) -> Vec<LineId> {
    let mut found: Vec<LineId> = vec![];
    for age in ages() {
        let mut world = World {
            content,
            said: vec![Said::Nothing; content.facts.len()],
        };
        world.said[content.system.party.index()] = Said::Option(0);
        world.said[content.system.sex.index()] = Said::Option(0);
        world.said[content.system.age.index()] = age;
        every_way(&mut world, 3, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn every_way(world: &mut World<'_>, next: usize, found: &mut Vec<LineId>) {
    if next == world.content.facts.len() {
        judge(world, found);
        return;
    }
    let mut ways = values(world.content, FactId(u16::try_from(next).unwrap()));
    ways.extend([Said::Nothing, Said::Unsure]);
    for way in ways {
        world.said[next] = way;
        every_way(world, next + 1, found);
    }
}

fn judge(world: &World<'_>, found: &mut Vec<LineId>) {
    let content = world.content;
    let pathway = content.pathway(PathwayId(0));
    for entry in &pathway.flow.entries {
        let Step::Ask(asked) = &entry.what else {
            continue;
        };
        let Asked::Question(fact) = asked[0] else {
            continue;
        };
        let applies = content
            .fact(fact)
            .applies
            .as_ref()
            .is_none_or(|applies| world.rule(applies.only_if, Mode::Could) == Some(true));
        if applies
            && world.rule(entry.guard, Mode::Could) == Some(true)
            && world.read(fact) == Said::Nothing
        {
            return;
        }
    }
    let truths: Vec<(LineId, Option<bool>)> = pathway
        .lines
        .iter()
        .map(|line| (*line, world.rule(content.line(*line).guard, Mode::Could)))
        .collect();
    // Interrupts are exempt, and one that is true counts.
    let reached = content
        .lines
        .iter()
        .filter(|line| world.rule(line.guard, Mode::Could) == Some(true))
        .filter_map(|line| line.effect.disposition())
        .min();
    for (line, truth) in &truths {
        let above = content
            .line(*line)
            .effect
            .disposition()
            .is_none_or(|rank| reached.is_none_or(|reached| rank < reached));
        if truth.is_none() && above && !found.contains(line) {
            found.push(*line);
        }
    }
}

/// The same cases every time; `NHS111_LAW_CASES` asks for more when the tests are built.
pub(crate) fn config() -> ProptestConfig {
    let asked = option_env!("NHS111_LAW_CASES").and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(150),
        rng_seed: RngSeed::Fixed(111),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_solver_and_one_by_one_agree(seed: u64) {
        let sample = random::sample(seed);
        let solved: Vec<LineId> = undefined(&sample.content, PathwayId(0)).into_iter().map(|found| found.line).collect();
        prop_assert_eq!(solved, one_by_one(&sample.content), "{:?}", sample.content.facts.iter().map(|fact| &fact.kind).collect::<Vec<_>>());
    }
}
