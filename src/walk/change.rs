//! What would change the result: single answers that, had they been different, would have raised it.

use std::collections::HashMap;

use crate::pathway::Content;
use crate::pathway::content::{DispositionId, FactId, FactSource, Given, Kind};
use crate::pathway::form::{Node, Part};

use super::evaluate::bounds;
use super::facts::Facts;
use super::plan::{Plan, Reached};
use super::step::{Scratch, stands_at};
use super::value::Slot;

/// A different answer, and what it would reach at once, before anything that it would open is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Of which fact.
    pub fact: FactId,
    /// The other answer.
    pub to: Given,
    /// What would be reached.
    pub disposition: DispositionId,
    /// By which rule.
    pub reached: Reached,
}

/// More than anybody reads on one screen.
const MOST: usize = 12;

/// The changes that would raise `result`, worst first; of one number, the nearest for each disposition.
pub(super) fn changes(
    content: &Content,
    plan: &Plan,
    facts: &Facts,
    result: Option<DispositionId>,
) -> Vec<Change> {
    let Some(result) = result else {
        return Vec::new();
    };
    let edges = edges(content, plan);
    let mut scratch = Scratch::new();
    let mut changes: Vec<Change> = Vec::new();
    for fact in plan.facts() {
        if content.fact(fact).source != FactSource::Question || facts.said(fact).is_none() {
            continue;
        }
        let mut supposed = facts.clone();
        let first = changes.len();
        for to in others(
            content,
            facts,
            fact,
            edges.get(&fact).map_or(&[], Vec::as_slice),
        ) {
            supposed.suppose(content, fact, to);
            let Some((reached, disposition)) = stands_at(content, plan, &supposed, &mut scratch)
            else {
                continue;
            };
            let new = |known: &Change| {
                !matches!(to, Given::Number(_)) || known.disposition != disposition
            };
            if disposition < result && changes.iter().skip(first).all(new) {
                changes.push(Change {
                    fact,
                    to,
                    disposition,
                    reached,
                });
            }
        }
    }
    changes.sort_by_key(|change| change.disposition);
    changes.truncate(MOST);
    changes
}

/// The other answers worth trying, the nearest first.
fn others(content: &Content, facts: &Facts, fact: FactId, edges: &[i64]) -> Vec<Given> {
    let said = facts.value_said(fact).map(|value| value.slot);
    let kind = &content.fact(fact).kind;
    match kind {
        Kind::OneOf { options, .. } => (0_u8..)
            .take(options.len())
            .filter(|option| said != Some(Slot::Option(*option)))
            .map(Given::Option)
            .collect(),
        Kind::Pick(table) => (0_u16..)
            .take(content.table(*table).rows.len())
            .map(Given::Row)
            .collect(),
        Kind::Number(_) | Kind::Ago { .. } | Kind::Due { .. } => {
            let (least, most, step) = bounds(kind);
            let mut numbers: Vec<i64> = edges
                .iter()
                .flat_map(|edge| [edge.saturating_sub(step), *edge, edge.saturating_add(step)])
                .map(|number| {
                    let number = number.clamp(least, most);
                    number - (number - least) % step
                })
                .chain([least, most])
                .collect();
            let from = match said {
                Some(Slot::Number(number)) => number,
                _ => least,
            };
            numbers.sort_by_key(|number| (number.abs_diff(from), *number));
            numbers.dedup();
            numbers.into_iter().map(Given::Number).collect()
        }
        Kind::Age | Kind::Text => Vec::new(),
    }
}

/// Where the rules of a plan draw lines on each number.
fn edges(content: &Content, plan: &Plan) -> HashMap<FactId, Vec<i64>> {
    let mut edges: HashMap<FactId, Vec<i64>> = HashMap::new();
    let mut add = |fact: FactId, from: i64, to: i64| {
        let known = edges.entry(fact).or_default();
        let bounds = [from, to].into_iter();
        known.extend(bounds.filter(|bound| *bound != i64::MIN && *bound != i64::MAX));
    };
    for rule in &plan.ranked {
        content
            .forms
            .visit(rule.guard.rule, &mut |node| match node {
                Node::Number { fact, from, to } => add(*fact, *from, *to),
                Node::Score { score, .. } => {
                    for part in &content.forms.score(*score).parts {
                        if let Part::Bands { fact, bands } = part {
                            for (from, to, _) in bands {
                                add(*fact, *from, *to);
                            }
                        }
                    }
                }
                _ => {}
            });
    }
    for known in edges.values_mut() {
        known.sort_unstable();
        known.dedup();
    }
    edges
}
