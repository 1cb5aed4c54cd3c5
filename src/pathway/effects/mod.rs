//! Lines and questions without effect: a dead line (its guard cannot be true), an idle line (it never decides), a question that changes
//! nothing; and lines and numbers that no promise holds in their place.
//!
//! Judged over the whole library: a line of a shared flow is dead or idle only if it is so in every pathway that it stands in, and a
//! question without effect only if it is so wherever that ask stands.

mod lines;
mod questions;
#[cfg(test)]
mod tests;
mod unpromised;

use std::collections::BTreeMap;

pub use lines::Worth;

use super::content::{Content, FactId, LineId, PathwayId, Place};
use super::definedness::scope::Scope;
use super::diagnostic::{Diagnostic, Span};
use super::encode::{Gates, Limit, Lit};
use super::words;

/// What effect lines and questions have in one pathway.
#[derive(Debug, Clone)]
pub struct InPathway {
    /// Every line that is judged.
    pub lines: Vec<(LineId, Worth)>,
    /// Every ask of its own lists: [`Worth::Decides`] where some answer changes something, [`Worth::Idle`] where none does.
    pub asks: Vec<(Place, FactId, Worth)>,
}

/// What effect lines and questions have in one pathway, each question within the limit.
pub fn of_pathway(content: &Content, pathway: PathwayId, limit: Option<&Limit>) -> InPathway {
    InPathway {
        lines: lines::worth(content, pathway, limit, |_| false),
        asks: questions::effects(content, pathway, limit, |_| false),
    }
}

/// The lines of a pathway, taken alone, that decide for somebody.
pub fn decisive(content: &Content, pathway: PathwayId) -> Vec<LineId> {
    let worth = lines::worth(content, pathway, None, |_| false);
    let decide = worth
        .into_iter()
        .filter(|(_, worth)| *worth == Worth::Decides);
    decide.map(|(line, _)| line).collect()
}

/// Every line and question without effect.
pub fn check(content: &Content) -> Vec<Diagnostic> {
    let mut lines: BTreeMap<Place, Worth> = BTreeMap::new();
    let mut asks: BTreeMap<(Place, FactId), Worth> = BTreeMap::new();
    for pathway in (0..content.pathways.len())
        .filter_map(|place| u16::try_from(place).ok())
        .map(PathwayId)
    {
        let settled = |place: &Place| lines.get(place) == Some(&Worth::Decides);
        for (line, worth) in lines::worth(content, pathway, None, settled) {
            let known = lines
                .entry(content.line(line).place.clone())
                .or_insert(worth);
            *known = (*known).max(worth);
        }
        let settled = |ask: &(Place, FactId)| asks.get(ask) == Some(&Worth::Decides);
        for (place, fact, worth) in questions::effects(content, pathway, None, settled) {
            let known = asks.entry((place, fact)).or_insert(worth);
            *known = (*known).max(worth);
        }
    }
    let dead_or_idle = lines
        .iter()
        .filter_map(|(place, worth)| worth.diagnostic(content, place));
    let idle_asks = asks.iter().filter(|(_, worth)| **worth == Worth::Idle).map(|((place, fact), _)| {
        let name = words::name(content, *fact);
        Diagnostic::warning(Span::from(place), "P604", format!("`{name}` is asked and changes nothing: no line comes out differently for any of its answers"))
            .help("remove the ask, let a line read it, or `keep` it for the hand-over")
    });
    dead_or_idle
        .chain(idle_asks)
        .chain(unpromised::check(content))
        .collect()
}

/// Every line that can never be true (P602): the errors among what [`check`] finds.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: gates without a limit are never stopped"
)]
pub fn dead(content: &Content) -> Vec<Diagnostic> {
    let mut lines: BTreeMap<Place, bool> = BTreeMap::new();
    for pathway in (0..content.pathways.len())
        .filter_map(|place| u16::try_from(place).ok())
        .map(PathwayId)
    {
        let settled = |place: &Place| lines.get(place) == Some(&true);
        let judged = lines::can_be_true(content, pathway, settled).expect("there is no limit");
        for (line, can_be_true) in judged {
            *(lines.entry(content.line(line).place.clone())).or_default() |= can_be_true;
        }
    }
    let dead = lines.iter().filter(|(_, can_be_true)| !**can_be_true);
    dead.filter_map(|(place, _)| Worth::Dead.diagnostic(content, place))
        .collect()
}

/// A pathway's gates, with the literal for "everything is known".
fn known_scope(content: &Content, pathway: PathwayId, gates: Gates) -> (Scope<'_>, Lit) {
    let mut scope = Scope::over(content, pathway, gates);
    let full = scope.everything_known();
    (scope, full)
}
