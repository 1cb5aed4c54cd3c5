//! Lines and questions without effect: a dead line (its guard cannot be true), an idle line (it never decides), a question that changes
//! nothing.
//!
//! Judged over the whole library: a line of a shared flow is dead or idle only if it is so in every pathway that it stands in, and a
//! question without effect only if it is so wherever that ask stands.

mod lines;
mod questions;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::content::{Content, FactId, FactSource, PathwayId, Place};
use super::definedness::scope::Scope;
use super::diagnostic::{Diagnostic, Span};
use super::encode::{Encoder, Gates, Lit, Value};
use super::form::{Node, Rule};
use super::words;

/// Every line and question without effect.
pub fn check(content: &Content) -> Vec<Diagnostic> {
    let mut lines: BTreeMap<Place, lines::Worth> = BTreeMap::new();
    let mut asks: BTreeMap<(Place, FactId), bool> = BTreeMap::new();
    for pathway in (0..content.pathways.len())
        .filter_map(|place| u16::try_from(place).ok())
        .map(PathwayId)
    {
        let settled = |place: &Place| lines.get(place) == Some(&lines::Worth::Decides);
        for (line, worth) in lines::worth(content, pathway, settled) {
            let known = lines
                .entry(content.line(line).place.clone())
                .or_insert(worth);
            *known = (*known).max(worth);
        }
        let settled = |ask: &(Place, FactId)| asks.get(ask) == Some(&true);
        for (place, fact, matters) in questions::effects(content, pathway, settled) {
            *asks.entry((place, fact)).or_default() |= matters;
        }
    }
    let dead_or_idle = lines
        .iter()
        .filter_map(|(place, worth)| worth.diagnostic(content, place));
    let idle_asks = asks.iter().filter(|(_, matters)| !**matters).map(|((place, fact), _)| {
        let name = words::name(content, *fact);
        Diagnostic::warning(Span::from(place), "P604", format!("`{name}` is asked and changes nothing: no line comes out differently for any of its answers"))
            .help("remove the ask, let a line read it, or `keep` it for the hand-over")
    });
    dead_or_idle.chain(idle_asks).collect()
}

/// A literal under which the facts are those of somebody of whom everything is known: nothing missing, nothing "not sure" but what a rule asks
/// to be so, and nothing said of what does not apply.
fn everything_known(content: &Content, encoder: &mut Encoder<'_>, gates: &mut Gates) -> Lit {
    let full = gates.fresh();
    let doubted = doubted(content);
    for id in encoder.read_facts() {
        let fact = encoder.fact(gates, id);
        let about = content.fact(id);
        gates.implies(full, fact.read.known);
        if let Value::Age(ages) = &fact.said.value {
            let exact = ages.exact(gates);
            gates.implies(full, exact);
        }
        if !doubted.contains(&id) {
            gates.clause([!full, !fact.read.unsure]);
            gates.clause([!full, !fact.said.unsure]);
        }
        if about.applies.is_some() {
            gates.clause([!full, !fact.said.known, fact.applies]);
        } else if about.source == FactSource::Question && about.implied_by.is_empty() {
            gates.clause([!full, fact.said.known]);
        }
    }
    full
}

/// Facts of which some rule asks whether they are not sure.
fn doubted(content: &Content) -> BTreeSet<FactId> {
    let rules = (0..content.forms.len())
        .filter_map(|index| u32::try_from(index).ok())
        .map(Rule);
    let unsure = |rule: Rule| match content.forms.node(rule) {
        Node::Unsure(fact) => Some(*fact),
        _ => None,
    };
    rules.filter_map(unsure).collect()
}

/// A pathway's gates, with the literal for "everything is known".
fn known_scope(content: &Content, pathway: PathwayId, gates: Gates) -> (Scope<'_>, Lit) {
    let mut scope = Scope::over(content, pathway, gates);
    let full = everything_known(content, &mut scope.encoder, &mut scope.gates);
    let whom = scope.whom;
    scope.gates.implies(full, whom);
    (scope, full)
}
