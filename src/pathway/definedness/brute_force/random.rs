//! Small random contents.

use crate::pathway::content::{DispositionId, Effect, FactId, Given, NeedId, Row, Table};
use crate::pathway::form::{AgeUnit, Node, Part, Rule, Score};
use crate::pathway::sample::Sample;
use crate::pathway::text::Text;

use super::world::{Said, values};
use super::{DAYS, MONTHS};
/// A small source of choices.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

pub(crate) fn random_rule(
    sample: &mut Sample,
    dice: &mut Dice,
    facts: &[FactId],
    depth: u32,
) -> Rule {
    if depth == 0 || dice.roll(3) == 0 {
        return random_leaf(sample, dice, facts);
    }
    let parts = |sample: &mut Sample, dice: &mut Dice, count: u64| -> Vec<Rule> {
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

pub(crate) fn sample(seed: u64) -> Sample {
    let mut dice = Dice::new(seed);
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
