//! The same question asked of every patient one by one, for small random contents.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;

use super::super::age::{AgeRange, AgeUnit as ToldIn};
use super::super::content::{
    Asked, DispositionId, Effect, Given, NeedId, PathwayId, Row, Step, Table,
};
use super::super::form::{AgeUnit, Part, Score};
use super::super::sample::Sample;
use super::super::text::Text;
use super::*;

/// What was said of a fact.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    Unsure,
    Option(u8),
    Number(i64),
    /// Bit i: row i.
    Rows(u8),
    Age(AgeRange),
}

struct World<'c> {
    content: &'c Content,
    said: Vec<Said>,
}

impl World<'_> {
    /// What was said and implied.
    fn told(&self, fact: FactId) -> Said {
        let mut heard: Vec<Said> = vec![];
        if self.said[fact.index()] != Said::Nothing {
            heard.push(self.said[fact.index()]);
        }
        for (from, option, here) in &self.content.fact(fact).implied_by {
            match self.told(*from) {
                Said::Unsure => heard.push(Said::Unsure),
                Said::Option(said) if said == *option => heard.push(Said::Option(*here)),
                _ => {}
            }
        }
        match heard.first() {
            Some(first) if heard.iter().all(|other| other == first) => *first,
            Some(_) => Said::Unsure,
            None => Said::Nothing,
        }
    }

    fn read(&self, fact: FactId) -> Said {
        let about = self.content.fact(fact);
        let told = self.told(fact);
        if told != Said::Nothing {
            return told;
        }
        match &about.applies {
            Some(applies) if self.rule(applies.only_if, Mode::Could) == Some(false) => {
                match applies.otherwise {
                    Given::Option(option) => Said::Option(option),
                    Given::Number(number) => Said::Number(number),
                    Given::Row(row) => Said::Rows(1 << row),
                }
            }
            _ => Said::Nothing,
        }
    }

    fn leaf(
        &self,
        fact: FactId,
        mode: Mode,
        held: impl Fn(Said) -> bool,
        domain: &[Said],
    ) -> Option<bool> {
        match self.read(fact) {
            Said::Nothing => None,
            Said::Unsure if mode == Mode::Could => Some(domain.iter().any(|value| held(*value))),
            Said::Unsure => Some(domain.iter().all(|value| held(*value))),
            value => Some(held(value)),
        }
    }

    fn rule(&self, rule: Rule, mode: Mode) -> Option<bool> {
        let forms = &self.content.forms;
        match forms.node(rule) {
            Node::Constant(value) => Some(*value),
            Node::OneOf { fact, options } => {
                let domain: Vec<Said> = values(self.content, *fact);
                self.leaf(
                    *fact,
                    mode,
                    |said| matches!(said, Said::Option(option) if options & (1 << option) != 0),
                    &domain,
                )
            }
            Node::Number { fact, from, to } => {
                let domain = values(self.content, *fact);
                self.leaf(
                    *fact,
                    mode,
                    |said| matches!(said, Said::Number(number) if (*from..=*to).contains(&number)),
                    &domain,
                )
            }
            Node::Picked { fact, rows } => {
                let domain = values(self.content, *fact);
                let mask = forms
                    .rows(*rows)
                    .iter()
                    .fold(0, |mask, row| mask | 1 << row);
                self.leaf(
                    *fact,
                    mode,
                    |said| matches!(said, Said::Rows(rows) if rows & mask != 0),
                    &domain,
                )
            }
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => {
                let range = match self.read(*fact) {
                    Said::Age(range) => range,
                    _ => AgeRange::ANY,
                };
                let (least, most) = if *unit == AgeUnit::Months {
                    range.months
                } else {
                    range.days
                };
                Some(if mode == Mode::Could {
                    least <= *to && *from <= most
                } else {
                    *from <= least && most <= *to
                })
            }
            Node::Unsure(fact) => match self.read(*fact) {
                Said::Nothing => None,
                value => Some(value == Said::Unsure),
            },
            Node::Not(inner) => self.rule(*inner, mode.swapped()).map(|held| !held),
            Node::Surely(inner) => self.rule(*inner, Mode::Must),
            Node::All(of) => {
                let parts: Vec<_> = forms
                    .children(*of)
                    .iter()
                    .map(|part| self.rule(*part, mode))
                    .collect();
                if parts.contains(&Some(false)) {
                    Some(false)
                } else if parts.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            Node::Any(of) => {
                let parts: Vec<_> = forms
                    .children(*of)
                    .iter()
                    .map(|part| self.rule(*part, mode))
                    .collect();
                if parts.contains(&Some(true)) {
                    Some(true)
                } else if parts.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
            Node::AtLeast { n, of } => {
                let parts: Vec<_> = forms
                    .children(*of)
                    .iter()
                    .map(|part| self.rule(*part, mode))
                    .collect();
                let sure = parts.iter().filter(|part| **part == Some(true)).count();
                let possible = parts.iter().filter(|part| **part != Some(false)).count();
                if sure >= *n as usize {
                    Some(true)
                } else if possible < *n as usize {
                    Some(false)
                } else {
                    None
                }
            }
            Node::Score {
                score,
                highest,
                from,
                to,
            } => self.score(&forms.score(*score).parts, *highest, (*from, *to), mode),
            Node::PerKg { .. } => None,
        }
    }

    /// Every way that what is undetermined could turn out, one by one.
    fn score(
        &self,
        parts: &[Part],
        highest: bool,
        (from, to): (i64, i64),
        mode: Mode,
    ) -> Option<bool> {
        let mut sums: Vec<Vec<(i64, i64)>> = vec![vec![]];
        for part in parts {
            let ways = self.part(part);
            sums = sums
                .iter()
                .flat_map(|sum| {
                    ways.iter().map(|way| {
                        let mut sum = sum.clone();
                        sum.push(*way);
                        sum
                    })
                })
                .collect();
        }
        let total = |ends: Vec<i64>| {
            if highest {
                ends.into_iter().max().unwrap_or(0)
            } else {
                ends.into_iter().sum()
            }
        };
        let mut verdicts = sums.iter().map(|sum| {
            let low = total(sum.iter().map(|(low, _)| *low).collect());
            let high = total(sum.iter().map(|(_, high)| *high).collect());
            if mode == Mode::Could {
                low <= to && from <= high
            } else {
                from <= low && high <= to
            }
        });
        let first = verdicts.next().unwrap();
        verdicts.all(|verdict| verdict == first).then_some(first)
    }

    fn part(&self, part: &Part) -> Vec<(i64, i64)> {
        match part {
            Part::Points { points, guard } => {
                let ends = |could: bool, must: bool| {
                    let mut ends = [
                        if could { *points } else { 0 },
                        if must { *points } else { 0 },
                    ];
                    ends.sort_unstable();
                    (ends[0], ends[1])
                };
                let both =
                    |truth: Option<bool>| truth.map_or(vec![true, false], |truth| vec![truth]);
                let mut ways = vec![];
                for could in both(self.rule(*guard, Mode::Could)) {
                    for must in both(self.rule(*guard, Mode::Must)) {
                        if could || !must {
                            ways.push(ends(could, must));
                        }
                    }
                }
                ways
            }
            Part::Options { fact, points } => {
                let all = points
                    .iter()
                    .map(|points| (*points, *points))
                    .collect::<Vec<_>>();
                let wide = (*points.iter().min().unwrap(), *points.iter().max().unwrap());
                match self.read(*fact) {
                    Said::Nothing => all.into_iter().chain([wide]).collect(),
                    Said::Option(option) => vec![all[usize::from(option)]],
                    _ => vec![wide],
                }
            }
            Part::Bands { fact, bands } => {
                let of = |number: i64| {
                    bands
                        .iter()
                        .find(|(from, to, _)| (*from..=*to).contains(&number))
                        .unwrap()
                        .2
                };
                let all: Vec<(i64, i64)> = bands
                    .iter()
                    .map(|(_, _, points)| (*points, *points))
                    .collect();
                let wide = (
                    all.iter().map(|band| band.0).min().unwrap(),
                    all.iter().map(|band| band.0).max().unwrap(),
                );
                match self.read(*fact) {
                    Said::Nothing => all.into_iter().chain([wide]).collect(),
                    Said::Number(number) => vec![(of(number), of(number))],
                    _ => vec![wide],
                }
            }
        }
    }
}

fn values(content: &Content, fact: FactId) -> Vec<Said> {
    use super::super::content::Kind;
    match &content.fact(fact).kind {
        Kind::OneOf { options, .. } => (0u8..).take(options.len()).map(Said::Option).collect(),
        Kind::Number(number) => (number.from..=number.to).map(Said::Number).collect(),
        Kind::Pick(_) => (1..8).map(Said::Rows).collect(),
        _ => vec![],
    }
}

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
    let place = |range: &AgeRange| {
        let months = |value: i64| MONTHS.iter().filter(|cut| **cut <= value).count();
        let days = |value: i64| DAYS.iter().filter(|cut| **cut <= value).count();
        (
            months(range.months.0),
            months(range.months.1),
            days(range.days.0),
            days(range.days.1),
        )
    };
    let mut seen = vec![];
    ranges.retain(|range| {
        let place = place(range);
        let fresh = !seen.contains(&place);
        seen.push(place);
        fresh
    });
    ranges.into_iter().map(Said::Age).collect()
}

const MONTHS: [i64; 2] = [1, 12];
const DAYS: [i64; 2] = [28, 91];

/// A small source of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn random_rule(sample: &mut Sample, dice: &mut Dice, facts: &[FactId], depth: u32) -> Rule {
    if depth == 0 || dice.roll(3) == 0 {
        return random_leaf(sample, dice, facts);
    }
    let mut parts = |sample: &mut Sample, dice: &mut Dice, count: u64| -> Vec<Rule> {
        (0..count)
            .map(|_| random_rule(sample, dice, facts, depth - 1))
            .collect()
    };
    match dice.roll(8) {
        0 | 1 => {
            let parts = parts(sample, dice, 2);
            sample.content.forms.all(parts)
        }
        2 | 3 => {
            let parts = parts(sample, dice, 2);
            sample.content.forms.any(parts)
        }
        4 => {
            let parts = parts(sample, dice, 1);
            sample.content.forms.not(parts[0])
        }
        5 => {
            let parts = parts(sample, dice, 1);
            sample.content.forms.surely(parts[0])
        }
        6 => {
            let parts = parts(sample, dice, 3);
            sample.content.forms.at_least(2, parts)
        }
        _ => random_score(sample, dice, facts, depth),
    }
}

fn random_score(sample: &mut Sample, dice: &mut Dice, facts: &[FactId], depth: u32) -> Rule {
    let mut parts = vec![];
    for _ in 0..2 {
        let guard = random_rule(sample, dice, facts, depth - 1);
        parts.push(Part::Points {
            points: i64::try_from(dice.roll(5)).unwrap() - 2,
            guard,
        });
    }
    let fact = facts[usize::try_from(dice.roll(facts.len() as u64)).unwrap()];
    match values(&sample.content, fact).as_slice() {
        [Said::Option(_), rest @ ..] => {
            let points = (0..=rest.len())
                .map(|_| i64::try_from(dice.roll(3)).unwrap())
                .collect();
            parts.push(Part::Options { fact, points });
        }
        [Said::Number(_), ..] => parts.push(Part::Bands {
            fact,
            bands: vec![(i64::MIN, 1, 0), (2, 2, 2), (3, i64::MAX, 1)],
        }),
        _ => {}
    }
    let score = sample.content.forms.add_score(Score {
        name: "score".into(),
        parts,
    });
    let from = i64::try_from(dice.roll(4)).unwrap() - 1;
    let to = if dice.roll(2) == 0 {
        i64::MAX
    } else {
        from + 1
    };
    sample.content.forms.leaf(Node::Score {
        score,
        highest: dice.roll(3) == 0,
        from,
        to,
    })
}

fn random_leaf(sample: &mut Sample, dice: &mut Dice, facts: &[FactId]) -> Rule {
    let fact = facts[usize::try_from(dice.roll(facts.len() as u64)).unwrap()];
    if dice.roll(10) == 0 {
        return sample.content.forms.leaf(Node::Unsure(fact));
    }
    if dice.roll(6) == 0 {
        let at = usize::try_from(dice.roll(2)).unwrap();
        return if dice.roll(2) == 0 {
            sample.aged(AgeUnit::Months, i64::MIN, MONTHS[at] - 1)
        } else {
            sample.aged(AgeUnit::Days, DAYS[at], i64::MAX)
        };
    }
    match values(&sample.content, fact).as_slice() {
        [Said::Option(_), rest @ ..] => {
            let options = 1 << dice.roll(rest.len() as u64 + 1);
            sample.is(fact, options)
        }
        [Said::Number(_), ..] => {
            let from = i64::try_from(dice.roll(4)).unwrap();
            sample.between(fact, from, from + 1)
        }
        _ => {
            let row = u16::try_from(dice.roll(3)).unwrap();
            sample.content.forms.picked(fact, vec![row])
        }
    }
}

fn random_sample(seed: u64) -> Sample {
    let mut dice = Dice(seed);
    let mut sample = Sample::new();
    let row = |id: &str| Row {
        id: id.into(),
        text: Text::plain(id),
        values: vec![],
    };
    let mut facts = vec![];
    for index in 0..2 + dice.roll(2) {
        let id = format!("q{index}");
        let fact = match dice.roll(5) {
            0 | 1 => sample.yes_no(&id),
            2 => sample.one_of(&id, &["bad", "middling", "good"]),
            3 => sample.number(&id, 0, 4),
            _ => sample.pick(
                &id,
                Table {
                    id: id.clone(),
                    title: Text::plain(&id),
                    columns: vec![],
                    rows: ["a", "b", "c"].map(row).to_vec(),
                },
            ),
        };
        if !facts.is_empty() && dice.roll(2) == 0 {
            let only_if = random_rule(&mut sample, &mut dice, &facts, 1);
            let otherwise = match values(&sample.content, fact).as_slice() {
                [Said::Option(_), rest @ ..] => Given::Option(u8::try_from(rest.len()).unwrap()),
                [Said::Number(_), ..] => Given::Number(0),
                _ => Given::Row(2),
            };
            sample.only_if(fact, only_if, otherwise);
        }
        let implies = facts
            .iter()
            .copied()
            .find(|other: &FactId| matches!(values(&sample.content, *other)[0], Said::Option(_)));
        if let (Some(other), [Said::Option(_), ..], 0) = (
            implies,
            values(&sample.content, fact).as_slice(),
            dice.roll(3),
        ) {
            sample.means(fact, 0, other, 0);
        }
        facts.push(fact);
    }
    for fact in facts.clone() {
        if dice.roll(4) > 0 {
            let guard = if dice.roll(2) == 0 {
                Rule::TRUE
            } else {
                random_rule(&mut sample, &mut dice, &facts, 1)
            };
            sample.ask(&[fact], guard);
        }
    }
    for _ in 0..3 {
        let guard = random_rule(&mut sample, &mut dice, &facts, 2);
        let rank = u16::try_from(dice.roll(4)).unwrap();
        sample.reach(rank, guard);
    }
    let guard = random_rule(&mut sample, &mut dice, &facts, 2);
    if dice.roll(2) == 0 {
        sample.line(Effect::Also(NeedId(0)), guard);
    } else {
        sample.line(Effect::Settle(DispositionId(6)), guard);
    }
    sample.otherwise(5);
    sample
}

/// The lines left undetermined for some patient.
fn one_by_one(content: &Content) -> Vec<LineId> {
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
    let reached = truths
        .iter()
        .filter(|(_, truth)| *truth == Some(true))
        .filter_map(|(line, _)| content.line(*line).effect.disposition())
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_solver_and_one_by_one_agree(seed: u64) {
        let sample = random_sample(seed);
        let solved: Vec<LineId> = undefined(&sample.content, PathwayId(0)).into_iter().map(|found| found.line).collect();
        prop_assert_eq!(solved, one_by_one(&sample.content), "{:?}", sample.content.facts.iter().map(|fact| &fact.kind).collect::<Vec<_>>());
    }
}
