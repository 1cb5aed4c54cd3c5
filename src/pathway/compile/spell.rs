//! A rule spelled out in one way only, so that a line can be told across releases by what it says.

use sha2::{Digest, Sha256};

use super::names::World;
use crate::pathway::content::{FactId, Kind};
use crate::pathway::form::{AgeUnit, Forms, Node, Part, Rule};

/// What a line is across releases: the file it stands in, its effect and its guard as lowered and inlined.
///
/// Thirty-two hexadecimal digits of the SHA-256 of the three, spelled out. Options and rows go by their names and operands in
/// one order, so that reordering them changes nothing.
pub fn line_key(file: &str, effect: &str, guard: Rule, forms: &Forms, world: &World<'_>) -> String {
    let spelled = Speller { forms, world }.rule(guard);
    let digest = Sha256::digest(format!("{file}\n{effect}\n{spelled}").as_bytes());
    hex::encode(digest).chars().take(32).collect()
}

struct Speller<'s, 'w> {
    forms: &'s Forms,
    world: &'s World<'w>,
}

impl Speller<'_, '_> {
    fn rule(&self, rule: Rule) -> String {
        match self.forms.node(rule) {
            Node::Constant(value) => value.to_string(),
            Node::OneOf { fact, options } => self.options(*fact, *options),
            Node::Number { fact, from, to } => format!("{}∈{from}..={to}", self.name(*fact)),
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => {
                let unit = match unit {
                    AgeUnit::Months => "months",
                    AgeUnit::Days => "days",
                };
                format!("{}∈{unit} {from}..={to}", self.name(*fact))
            }
            Node::Picked { fact, rows } => self.rows(*fact, self.forms.rows(*rows)),
            Node::PerKg {
                amount,
                weight,
                from,
                to,
            } => {
                let (amount, weight) = (self.name(*amount), self.name(*weight));
                format!("{amount}/{weight}∈{from}..={to}")
            }
            Node::Score {
                score,
                highest,
                from,
                to,
            } => {
                let parts = self.forms.score(*score).parts.iter();
                let parts = sorted(parts.map(|part| self.part(part)));
                let what = if *highest { "highest" } else { "sum" };
                format!("{what}({})∈{from}..={to}", parts.join(";"))
            }
            Node::AtLeast { n, of } => self.joined(&format!("{n}of"), self.forms.children(*of)),
            Node::All(of) => self.joined("all", self.forms.children(*of)),
            Node::Any(of) => self.joined("any", self.forms.children(*of)),
            Node::Not(inner) => self.joined("not", &[*inner]),
            Node::Surely(inner) => self.joined("surely", &[*inner]),
            Node::Unsure(fact) => format!("unsure {}", self.name(*fact)),
        }
    }

    fn joined(&self, word: &str, rules: &[Rule]) -> String {
        let parts = sorted(rules.iter().map(|rule| self.rule(*rule)));
        format!("{word}({})", parts.join(";"))
    }

    fn part(&self, part: &Part) -> String {
        match part {
            Part::Points { points, guard } => format!("{points}:{}", self.rule(*guard)),
            Part::Bands { fact, bands } => format!("{}:{bands:?}", self.name(*fact)),
            Part::Options { fact, points } => {
                let ids = self.option_ids(*fact).into_iter();
                let points = ids.zip(points).map(|(id, points)| format!("{id}={points}"));
                format!("{}:{}", self.name(*fact), sorted(points).join(","))
            }
        }
    }

    fn options(&self, fact: FactId, options: u64) -> String {
        let ids = self.option_ids(fact).into_iter().enumerate();
        let among = ids.filter(|(place, _)| options & (1 << place) != 0);
        let ids = sorted(among.map(|(_, id)| id));
        format!("{}∈{}", self.name(fact), ids.join(","))
    }

    fn rows(&self, fact: FactId, rows: &[u16]) -> String {
        let table = match self.world.facts.kind(fact) {
            Some(Kind::Pick(table)) => self.world.tables.get(table.index()),
            _ => None,
        };
        let row = |row: &u16| table.and_then(|table| table.rows.get(usize::from(*row)));
        let ids = rows.iter().filter_map(row).map(|row| row.id.as_str());
        format!("{}∋{}", self.name(fact), sorted(ids).join(","))
    }

    fn option_ids(&self, fact: FactId) -> Vec<&str> {
        match self.world.facts.kind(fact) {
            Some(Kind::OneOf { options, .. }) => {
                options.iter().map(|option| option.id.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn name(&self, fact: FactId) -> &str {
        let fact = self.world.facts.facts.get(fact.index());
        fact.map(|fact| fact.id.as_str()).unwrap_or_default()
    }
}

fn sorted<T: Ord>(parts: impl Iterator<Item = T>) -> Vec<T> {
    let mut parts: Vec<T> = parts.collect();
    parts.sort_unstable();
    parts
}
