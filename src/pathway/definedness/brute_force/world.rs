//! What was said by one patient, and what every rule is for them: the language's sentences, taken literally.

use crate::pathway::age::AgeRange;
use crate::pathway::content::{Content, FactId, Given, Kind};
use crate::pathway::encode::Mode;
use crate::pathway::form::{AgeUnit, Node, Part, Rule};
/// What was said of a fact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Said {
    Nothing,
    Unsure,
    Option(u8),
    Number(i64),
    /// Bit i: row i.
    Rows(u8),
    Age(AgeRange),
}

pub(crate) struct World<'c> {
    pub content: &'c Content,
    pub said: Vec<Said>,
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

    pub(crate) fn read(&self, fact: FactId) -> Said {
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

    pub(crate) fn rule(&self, rule: Rule, mode: Mode) -> Option<bool> {
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

pub(crate) fn values(content: &Content, fact: FactId) -> Vec<Said> {
    match &content.fact(fact).kind {
        Kind::OneOf { options, .. } => (0u8..).take(options.len()).map(Said::Option).collect(),
        Kind::Number(number) => (number.from..=number.to).map(Said::Number).collect(),
        Kind::Pick(_) => (1..8).map(Said::Rows).collect(),
        _ => vec![],
    }
}
