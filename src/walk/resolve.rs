//! Reads every fact once per step, each after the facts that it leans on.

use crate::pathway::Content;
use crate::pathway::content::{FactId, FactSource};
use crate::pathway::form::Rule;

use super::evaluate::View;
use super::facts::Facts;
use super::value::{Mode, Slot, Tri};

/// How a fact is read where nothing was said of it: what a step needs of a [`crate::pathway::content::Fact`], close together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    pub(super) fact: FactId,
    how: How,
}

#[derive(Debug, Clone, Copy)]
enum How {
    /// Open until answered.
    Open,
    /// Open where it applies.
    Applies { only_if: Rule, otherwise: Slot },
    /// From the service.
    System {
        otherwise: Slot,
        if_unknown: Option<FactId>,
    },
}

impl Read {
    fn new(content: &Content, id: FactId) -> Self {
        let fact = content.fact(id);
        let how = match (&fact.source, &fact.applies) {
            (
                FactSource::System {
                    otherwise,
                    if_unknown,
                },
                _,
            ) => How::System {
                otherwise: (*otherwise).into(),
                if_unknown: *if_unknown,
            },
            (FactSource::Question | FactSource::Patient, Some(applies)) => How::Applies {
                only_if: applies.only_if,
                otherwise: applies.otherwise.into(),
            },
            (FactSource::Question | FactSource::Patient, None) => How::Open,
        };
        Read { fact: id, how }
    }
}

/// The facts of `seeds` and all that they lean on, in an order in which each can be read.
pub(super) fn order(content: &Content, seeds: impl IntoIterator<Item = FactId>) -> Vec<Read> {
    let mut seen = vec![false; content.facts.len()];
    let mut order = Vec::new();
    for seed in seeds {
        visit(content, seed, &mut seen, &mut order);
    }
    order
}

fn visit(content: &Content, id: FactId, seen: &mut [bool], order: &mut Vec<Read>) {
    match seen.get_mut(id.index()) {
        Some(seen) if !*seen => *seen = true,
        _ => return,
    }
    let fact = content.fact(id);
    if let Some(applies) = &fact.applies {
        for leaned_on in content.forms.facts(applies.only_if) {
            visit(content, leaned_on, seen, order);
        }
    }
    if let FactSource::System {
        if_unknown: Some(question),
        ..
    } = fact.source
    {
        visit(content, question, seen, order);
    }
    order.push(Read::new(content, id));
}

/// Every fact of a content, in such an order.
pub(super) fn all(content: &Content) -> Vec<Read> {
    order(content, (0..).take(content.facts.len()).map(FactId))
}

/// Reads the facts of `order` into `slots`, which has a place for every fact of the content.
pub(super) fn resolve(content: &Content, order: &[Read], facts: &Facts, slots: &mut [Slot]) {
    for read in order {
        let slot = View {
            content,
            facts,
            slots,
        }
        .resolved(read);
        if let Some(place) = slots.get_mut(read.fact.index()) {
            *place = slot;
        }
    }
}

impl View<'_> {
    fn resolved(&self, read: &Read) -> Slot {
        let said = self.facts.reading(read.fact).slot;
        match read.how {
            How::System {
                if_unknown: Some(question),
                ..
            } if self.facts.failed(read.fact) => self.slot(question),
            // What was said wins, also where the question does not apply.
            _ if !said.is_open() => said,
            How::Open => Slot::Unknown,
            How::System { otherwise, .. } => otherwise,
            How::Applies { only_if, otherwise } => match self.holds(only_if, Mode::Could) {
                Tri::True => Slot::Unknown,
                Tri::Undetermined => Slot::Pending,
                Tri::False => otherwise,
            },
        }
    }
}
