//! Which facts are needed: the undetermined leaves of the goals, what decides whether those apply, and what opens their asks.
//!
//! A step looks for the first ask that shows a needed fact, so it asks of one fact after another whether it is needed. Nearly always a
//! goal reads it, and the rest of the set is never worked out; only for a fact that decides whether another is asked is the set closed.

use crate::pathway::content::{FactId, FactSource};
use crate::pathway::form::{Node, Part, Rule, ScoreId};

use super::evaluate::View;
use super::plan::Plan;
use super::planned::{Guard, Ranked};
use super::score::{Side, sides};
use super::value::{Mode, Tri};

/// Needed by a rule above the result; so is all that it needs in turn.
pub(super) const BY_RULE: u8 = 1;
/// Needed by an also-line, a guide or a keep; so is all that it needs in turn.
pub(super) const BESIDE: u8 = 2;
/// Read by a rule above the result; what it needs in turn was not looked for.
const READ: u8 = 4;

impl View<'_> {
    /// Whether a guard holds.
    #[inline]
    pub(super) fn guard(&self, guard: Guard, mode: Mode) -> Tri {
        let whom = match guard.whom {
            Rule::TRUE => Tri::True,
            whom => self.holds(whom, mode),
        };
        if whom == Tri::False {
            return Tri::False;
        }
        whom.and(self.holds(guard.rule, mode))
    }

    /// The undetermined leaves of a guard; none where it is decided.
    pub(super) fn guard_leaves(&self, guard: Guard, mode: Mode, sink: &mut impl FnMut(FactId)) {
        if self.guard(guard, mode) != Tri::Undetermined {
            return;
        }
        self.leaves(guard.whom, mode, sink);
        self.leaves(guard.rule, mode, sink);
    }

    /// The undetermined leaves of a rule, none under a part that is already decided.
    pub(super) fn leaves<F: FnMut(FactId)>(&self, rule: Rule, mode: Mode, sink: &mut F) {
        let node = self.content.forms.node(rule);
        // A leaf over one fact is undetermined just while the fact is open.
        if let Node::OneOf { fact, .. }
        | Node::Number { fact, .. }
        | Node::Age { fact, .. }
        | Node::Picked { fact, .. } = node
        {
            return self.leaf_fact(*fact, sink);
        }
        if self.holds(rule, mode) != Tri::Undetermined {
            return;
        }
        match node {
            Node::All(of) | Node::Any(of) | Node::AtLeast { of, .. } => {
                for child in self.content.forms.children(*of) {
                    self.leaves(*child, mode, sink);
                }
            }
            Node::Not(inner) => self.leaves(*inner, mode.swapped(), sink),
            Node::Surely(inner) => self.leaves(*inner, Mode::Must, sink),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => {
                for side in sides(*from, *to, mode) {
                    self.score_leaves(*score, *highest, side, sink);
                }
            }
            Node::PerKg { amount, weight, .. } => {
                self.leaf_fact(*amount, sink);
                self.leaf_fact(*weight, sink);
            }
            Node::Unsure(fact) => self.leaf_fact(*fact, sink),
            Node::Constant(_)
            | Node::OneOf { .. }
            | Node::Number { .. }
            | Node::Age { .. }
            | Node::Picked { .. } => {}
        }
    }

    /// In a comparison only the end that decides is needed, and of a `highest` only the parts that alone could pass the bound.
    fn score_leaves<F: FnMut(FactId)>(&self, id: ScoreId, highest: bool, side: Side, sink: &mut F) {
        if self.score_side(id, highest, side) != Tri::Undetermined {
            return;
        }
        for part in &self.content.forms.score(id).parts {
            let points = self.part(part, side.end);
            let open = if highest {
                side.compare(points) == Tri::Undetermined
            } else {
                points.0 != points.1
            };
            match part {
                _ if !open => {}
                Part::Points { points, guard } => {
                    self.leaves(*guard, side.end.mode(*points), sink);
                }
                Part::Bands { fact, .. } | Part::Options { fact, .. } => {
                    self.leaf_fact(*fact, sink);
                }
            }
        }
    }

    /// A record fact whose look-up failed is found out by the question in its place.
    fn leaf_fact(&self, fact: FactId, sink: &mut impl FnMut(FactId)) {
        if !self.slot(fact).is_open() {
            return;
        }
        match self.content.fact(fact).source {
            FactSource::System {
                if_unknown: Some(question),
                ..
            } => sink(question),
            _ => sink(fact),
        }
    }
}

/// The needed facts and the state of the asks, worked out as far as one step needs them.
pub(super) struct Needed<'a> {
    pub(super) view: View<'a>,
    pub(super) plan: &'a Plan,
    /// Undetermined rules above the result: places in [`Plan::ranked`], in its order.
    pub(super) goals: &'a [u32],
    /// All that the goals need is marked.
    pub(super) closed: bool,
    /// By fact: which of [`BY_RULE`] and [`BESIDE`] need it.
    pub(super) marks: &'a mut [u8],
    /// Marked, and not yet followed further.
    pub(super) queue: &'a mut Vec<FactId>,
    /// By ask: whether its guard holds, once looked at.
    pub(super) open: &'a mut [Option<Tri>],
}

impl<'a> Needed<'a> {
    /// Whether a rule above the result needs a fact.
    pub(super) fn by_rule(&mut self, fact: FactId) -> bool {
        if self.is(fact, BY_RULE | READ) {
            return true;
        }
        if self.closed {
            return false;
        }
        if self.is_read(fact) {
            if let Some(mark) = self.marks.get_mut(fact.index()) {
                *mark |= READ;
            }
            return true;
        }
        if !self.plan.decides_asking(fact) {
            return false;
        }
        self.close();
        self.is(fact, BY_RULE)
    }

    /// Whether something beside the rules needs a fact; all of it is marked before.
    pub(super) fn beside(&mut self, fact: FactId) -> bool {
        self.is(fact, BESIDE)
    }

    /// Whether a fact was found to be needed, by whatever.
    pub(super) fn is_found(&self, fact: FactId) -> bool {
        self.is(fact, BY_RULE | BESIDE | READ)
    }

    /// Whether a fact is itself an undetermined leaf of a goal.
    fn is_read(&mut self, fact: FactId) -> bool {
        let plan = self.plan;
        for place in plan.ranked_reading(fact) {
            if self.goals.binary_search(place).is_err() {
                continue;
            }
            if let Some(rule) = plan.ranked_at(*place) {
                let mut found = false;
                let mut look = |leaf| found |= leaf == fact;
                self.view.guard_leaves(rule.guard, Mode::Could, &mut look);
                if found && self.can_count(rule) {
                    return true;
                }
            }
        }
        false
    }

    /// Marks all that the goals need.
    pub(super) fn close(&mut self) {
        if self.closed {
            return;
        }
        self.closed = true;
        for goal in self.goals {
            if let Some(rule) = self.plan.ranked_at(*goal)
                && self.can_count(rule)
            {
                self.mark(rule.guard, Mode::Could, BY_RULE);
            }
        }
    }

    /// The most urgent goal that its asks could still make true.
    pub(super) fn most_urgent(&mut self) -> Option<&'a Ranked> {
        let plan = self.plan;
        let mut goals = self.goals.iter().filter_map(|goal| plan.ranked_at(*goal));
        goals.find(|rule| self.can_count(rule))
    }

    fn can_count(&mut self, rule: &Ranked) -> bool {
        !rule.interrupt || self.can_be_asked(rule.guard, Mode::Could)
    }

    /// Makes the undetermined leaves of a guard needed, and all that they in turn need.
    pub(super) fn mark(&mut self, guard: Guard, mode: Mode, by: u8) {
        let Needed {
            view, marks, queue, ..
        } = self;
        view.guard_leaves(guard, mode, &mut |fact| put(fact, by, marks, queue));
        self.follow(by);
    }

    /// Makes what decides whether a fact applies needed.
    pub(super) fn mark_applies(&mut self, fact: FactId, by: u8) {
        let Needed {
            view, marks, queue, ..
        } = self;
        if let Some(applies) = &view.content.fact(fact).applies {
            view.leaves(applies.only_if, Mode::Could, &mut |fact| {
                put(fact, by, marks, queue);
            });
        }
        self.follow(by);
    }

    fn follow(&mut self, by: u8) {
        while let Some(fact) = self.queue.pop() {
            let applies = self.view.content.fact(fact).applies.as_ref();
            let asks = self.plan.asks_of(fact);
            let open = asks.iter().any(|ask| self.state(*ask) == Tri::True);
            let Needed {
                view,
                plan,
                marks,
                queue,
                ..
            } = self;
            let mut sink = |fact| put(fact, by, marks, queue);
            if let Some(applies) = applies {
                view.leaves(applies.only_if, Mode::Could, &mut sink);
            }
            if !open {
                for ask in asks {
                    if let Some(ask) = plan.asks.get(usize::from(*ask)) {
                        view.guard_leaves(ask.guard, Mode::Could, &mut sink);
                    }
                }
            }
        }
    }

    /// Whether the guard of an ask holds.
    pub(super) fn state(&mut self, ask: u16) -> Tri {
        let place = usize::from(ask);
        match self.open.get(place) {
            Some(Some(state)) => return *state,
            Some(None) => {}
            None => return Tri::False,
        }
        let state = self
            .plan
            .asks
            .get(place)
            .map_or(Tri::False, |ask| self.view.guard(ask.guard, Mode::Could));
        if let Some(known) = self.open.get_mut(place) {
            *known = Some(state);
        }
        state
    }

    /// Whether every undetermined leaf of a guard still has an ask that is not surely closed.
    ///
    /// Interrupts are goals only then: a case that never asks a fact does not wait for it.
    pub(super) fn can_be_asked(&mut self, guard: Guard, mode: Mode) -> bool {
        let mut leaves = smallvec::SmallVec::<[FactId; 16]>::new();
        self.view
            .guard_leaves(guard, mode, &mut |fact| leaves.push(fact));
        leaves.iter().all(|fact| {
            let asks = self.plan.asks_of(*fact);
            asks.iter().any(|ask| self.state(*ask) != Tri::False)
        })
    }

    /// Whether a fact is needed by any of `by`.
    fn is(&self, fact: FactId, by: u8) -> bool {
        self.marks
            .get(fact.index())
            .is_some_and(|mark| mark & by != 0)
    }
}

/// Marks a fact once; the first mark follows what it needs in turn.
///
/// What one reason needs, another need not follow again: rules are marked before what stands beside them, and what both need is
/// then needed by a rule.
fn put(fact: FactId, by: u8, marks: &mut [u8], queue: &mut Vec<FactId>) {
    if let Some(mark) = marks.get_mut(fact.index())
        && *mark & (BY_RULE | BESIDE) == 0
    {
        *mark |= by;
        queue.push(fact);
    }
}
