//! What every rule of a plan comes to, kept from one step to the next: an answer has only those looked at again that it could change.

use crate::pathway::Content;
use crate::pathway::content::FactId;

use super::evaluate::View;
use super::facts::Facts;
use super::plan::{Plan, Reached};
use super::resolve;
use super::value::{Slot, Tri};

/// What every rule and also-line of a plan comes to on some facts. Nothing but what [`Lines::new`] says of them, however it was come by.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// By fact; those of the plan are read.
    slots: Vec<Slot>,
    /// By place in [`Plan::ranked`].
    ranked: Vec<Tri>,
    /// By place in [`Plan::also`].
    also: Vec<Tri>,
}

impl Lines {
    /// All looked at.
    pub fn new(content: &Content, plan: &Plan, facts: &Facts) -> Self {
        let mut slots = vec![Slot::Unknown; content.facts.len()];
        resolve::resolve(content, &plan.reads, facts, &mut slots);
        let view = View {
            content,
            facts,
            slots: &slots,
        };
        let ranked = plan.ranked.iter().map(|rule| view.rule(rule)).collect();
        let also = plan.also.iter().map(|also| view.also(also)).collect();
        Lines {
            slots,
            ranked,
            also,
        }
    }

    /// The same on other facts, for a plan and the facts that `self` was of.
    #[must_use]
    pub fn after(&self, before: &Facts, content: &Content, plan: &Plan, facts: &Facts) -> Self {
        let mut slots = self.slots.clone();
        resolve::resolve(content, &plan.reads, facts, &mut slots);
        let view = View {
            content,
            facts,
            slots: &slots,
        };
        let (mut ranked, mut also) = (self.ranked.clone(), self.also.clone());
        let is_same = |fact: FactId| {
            let slot = slots.get(fact.index());
            self.slots.get(fact.index()) == slot
                && before.reading(fact) == facts.reading(fact)
                // Rows are told by whose they are.
                && match slot {
                    Some(Slot::Rows(said)) => before.rows(*said) == facts.rows(*said),
                    _ => true,
                }
        };
        for read in plan.reads.iter().filter(|read| !is_same(read.fact)) {
            look_again(
                &mut ranked,
                plan.ranked_reading(read.fact),
                &plan.ranked,
                |rule| view.rule(rule),
            );
            look_again(
                &mut also,
                plan.also_reading(read.fact),
                &plan.also,
                |also| view.also(also),
            );
        }
        // What fits nothing is no matter of one fact.
        for (rule, state) in plan.ranked.iter().zip(&mut ranked) {
            if rule.reached == Reached::NoneFit {
                *state = view.rule(rule);
            }
        }
        Lines {
            slots,
            ranked,
            also,
        }
    }

    /// Every rule that is true, most urgent first, then the also-lines; as [`super::true_lines`].
    pub fn that_are_true(&self, plan: &Plan) -> Vec<Reached> {
        let holds = |state: &Tri| *state == Tri::True;
        let ranked = plan.ranked.iter().zip(&self.ranked);
        let also = plan.also.iter().zip(&self.also);
        ranked
            .filter(|(_, state)| holds(state))
            .map(|(rule, _)| rule.reached)
            .chain(
                also.filter(|(_, state)| holds(state))
                    .map(|(also, _)| Reached::Line(also.line)),
            )
            .collect()
    }

    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    pub(super) fn ranked(&self) -> &[Tri] {
        &self.ranked
    }
}

fn look_again<T>(states: &mut [Tri], places: &[u32], all: &[T], look: impl Fn(&T) -> Tri) {
    for place in places {
        let place = usize::try_from(*place).unwrap_or(usize::MAX);
        if let (Some(state), Some(one)) = (states.get_mut(place), all.get(place)) {
            *state = look(one);
        }
    }
}
