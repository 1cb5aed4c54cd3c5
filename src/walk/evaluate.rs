//! Evaluates rules: strong Kleene over three values, in two readings that turn into each other under `!`.
//!
//! An unanswered leaf is undetermined in both readings. A not-sure leaf never is: it *could* hold if some value satisfies it and
//! *must* if all do. Leaf by leaf, never jointly.

use crate::pathway::Content;
use crate::pathway::content::{FactId, Kind, Number};
use crate::pathway::form::{AgeUnit, Children, Node, Rows, Rule};

use super::facts::Facts;
use super::value::{Mode, Slot, Span, Tri};

/// What rules are evaluated against: the facts of one step, read.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) content: &'a Content,
    pub(super) facts: &'a Facts,
    /// By [`FactId`]; only those of the plan are up to date.
    pub(super) slots: &'a [Slot],
}

impl<'a> View<'a> {
    /// What is read of a fact.
    #[inline]
    pub(super) fn slot(&self, fact: FactId) -> Slot {
        self.slots
            .get(fact.index())
            .copied()
            .unwrap_or(Slot::Unknown)
    }

    /// Whether a rule holds in a reading.
    pub(super) fn holds(&self, rule: Rule, mode: Mode) -> Tri {
        match self.content.forms.node(rule) {
            Node::Constant(value) => Tri::from(*value),
            Node::All(children) => self.all(*children, mode),
            Node::Any(children) => self.any(*children, mode),
            Node::AtLeast { n, of } => self.at_least(*n, *of, mode),
            Node::Not(inner) => self.holds(*inner, mode.swapped()).not(),
            Node::Surely(inner) => self.holds(*inner, Mode::Must),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => self.score(*score, *highest, *from, *to, mode),
            Node::Unsure(fact) => self.unsure(*fact),
            leaf => self.leaf(leaf, mode),
        }
    }

    fn all(&self, children: Children, mode: Mode) -> Tri {
        let mut all = Tri::True;
        for child in self.content.forms.children(children) {
            match self.holds(*child, mode) {
                Tri::False => return Tri::False,
                Tri::Undetermined => all = Tri::Undetermined,
                Tri::True => {}
            }
        }
        all
    }

    fn any(&self, children: Children, mode: Mode) -> Tri {
        let mut any = Tri::False;
        for child in self.content.forms.children(children) {
            match self.holds(*child, mode) {
                Tri::True => return Tri::True,
                Tri::Undetermined => any = Tri::Undetermined,
                Tri::False => {}
            }
        }
        any
    }

    fn at_least(&self, n: u32, children: Children, mode: Mode) -> Tri {
        let (mut hold, mut could_hold) = (0, 0);
        for child in self.content.forms.children(children) {
            match self.holds(*child, mode) {
                Tri::True => hold += 1,
                Tri::Undetermined => could_hold += 1,
                Tri::False => {}
            }
        }
        Tri::at_least((hold, hold + could_hold), i64::from(n))
    }

    /// Undetermined while unanswered, false where it does not apply and nothing was said.
    fn unsure(&self, fact: FactId) -> Tri {
        if self.facts.reading(fact).unsure {
            Tri::True
        } else if self.slot(fact).is_open() {
            Tri::Undetermined
        } else {
            Tri::False
        }
    }

    /// A leaf over one fact, or two.
    fn leaf(&self, node: &Node, mode: Mode) -> Tri {
        let held = match node {
            Node::OneOf { fact, options } => match self.slot(*fact) {
                Slot::Unknown | Slot::Pending => None,
                Slot::Option(option) => Some(options >> option & 1 == 1),
                _ => Some(self.any_option(*fact, *options, mode)),
            },
            Node::Number { fact, from, to } => match self.slot(*fact) {
                Slot::Unknown | Slot::Pending => None,
                Slot::Number(number) => Some((*from..=*to).contains(&number)),
                _ => Some(self.any_number(*fact, *from, *to, mode)),
            },
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => match self.slot(*fact) {
                Slot::Unknown | Slot::Pending => None,
                Slot::Age(span) => Some(age_within(span, *unit, (*from, *to), mode)),
                _ => Some(age_within(Span::ANY, *unit, (*from, *to), mode)),
            },
            Node::Picked { fact, rows } => self.picked(*fact, *rows, mode),
            Node::PerKg {
                amount,
                weight,
                from,
                to,
            } => self
                .per_kg(*amount, *weight)
                .map(|range| within(range, (*from, *to), mode)),
            // INVARIANT: `holds` sends only leaves here.
            _ => None,
        };
        held.map_or(Tri::Undetermined, Tri::from)
    }

    fn any_option(&self, fact: FactId, options: u64, mode: Mode) -> bool {
        let count = match &self.content.fact(fact).kind {
            Kind::OneOf { options, .. } => options.len(),
            _ => 0,
        };
        let all = (1_u64 << count.min(63)) - 1;
        match mode {
            Mode::Could => options & all != 0,
            Mode::Must => options & all == all,
        }
    }

    fn any_number(&self, fact: FactId, from: i64, to: i64, mode: Mode) -> bool {
        let (least, most, step) = bounds(&self.content.fact(fact).kind);
        match mode {
            Mode::Must => from <= least && most <= to,
            // Some answer, that is some step, must lie within; a gap between two steps holds none.
            Mode::Could => {
                let (from, to) = (from.max(least), to.min(most));
                from <= to && least + (from - least + step - 1) / step * step <= to
            }
        }
    }

    fn picked(&self, fact: FactId, rows: Rows, mode: Mode) -> Option<bool> {
        let rows = self.content.forms.rows(rows);
        match self.slot(fact) {
            Slot::Unknown | Slot::Pending => None,
            Slot::Rows(said) => {
                let picked = self.facts.rows(said);
                Some(picked.iter().any(|row| rows.binary_search(row).is_ok()))
            }
            Slot::Row(row) => Some(rows.binary_search(&row).is_ok()),
            _ => Some(match mode {
                Mode::Could => !rows.is_empty(),
                Mode::Must => match self.content.fact(fact).kind {
                    Kind::Pick(table) => rows.len() >= self.content.table(table).rows.len(),
                    _ => false,
                },
            }),
        }
    }

    /// The whole milligrams (or whatever the amount counts) for each kilogram, least and most.
    fn per_kg(&self, amount: FactId, weight: FactId) -> Option<(i64, i64)> {
        let (amounts, weights) = (self.numbers(amount)?, self.numbers(weight)?);
        let scale = |fact| match &self.content.fact(fact).kind {
            Kind::Number(number) => 10_i128.pow(number.scale),
            _ => 1,
        };
        let (amount_scale, weight_scale) = (scale(amount), scale(weight));
        let ratio = |amount: i64, weight: i64| {
            let over = i128::from(amount) * weight_scale;
            let under = i128::from(weight) * amount_scale;
            // No weight at all is as much for each kilogram as can be.
            if under <= 0 {
                return i64::MAX;
            }
            let up = over.div_euclid(under) + i128::from(over.rem_euclid(under) != 0);
            i64::try_from(up).unwrap_or(i64::MAX)
        };
        Some((ratio(amounts.0, weights.1), ratio(amounts.1, weights.0)))
    }

    /// The numbers that a fact may be, least and most; `None` while unanswered.
    pub(super) fn numbers(&self, fact: FactId) -> Option<(i64, i64)> {
        match self.slot(fact) {
            Slot::Unknown | Slot::Pending => None,
            Slot::Number(number) => Some((number, number)),
            _ => {
                let (least, most, _) = bounds(&self.content.fact(fact).kind);
                Some((least, most))
            }
        }
    }
}

/// Least, most and step of a number or an instant.
pub(super) fn bounds(kind: &Kind) -> (i64, i64, i64) {
    match kind {
        Kind::Number(Number { from, to, step, .. }) => (*from, *to, (*step).max(1)),
        Kind::Ago { to, .. } => (0, *to, 1),
        Kind::Due { from, to, .. } => (*from, *to, 1),
        Kind::OneOf { .. } | Kind::Pick(_) | Kind::Age | Kind::Text => (0, 0, 1),
    }
}

fn age_within(span: Span, unit: AgeUnit, bounds: (i64, i64), mode: Mode) -> bool {
    match unit {
        AgeUnit::Months => within(span.months(), bounds, mode),
        AgeUnit::Days => within(span.days(), bounds, mode),
    }
}

fn within((least, most): (i64, i64), (from, to): (i64, i64), mode: Mode) -> bool {
    match mode {
        Mode::Could => from <= most && least <= to && from <= to,
        Mode::Must => from <= least && most <= to,
    }
}
