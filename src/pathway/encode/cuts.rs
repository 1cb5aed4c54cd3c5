//! Whole numbers as the cuts they lie above: one literal for each `value >= cut`.

use super::gates::{Gates, Lit};

/// A number between bounds, known only as far as its cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cuts {
    /// Lowest and highest.
    pub bounds: (i64, i64),
    /// Between two answers.
    pub step: i64,
    /// `(cut, value >= cut)`, cuts ascending and within the bounds.
    pub above: Vec<(i64, Lit)>,
}

impl Cuts {
    /// A number that can be anything within `bounds`.
    pub fn fresh(
        gates: &mut Gates,
        bounds: (i64, i64),
        cuts: impl IntoIterator<Item = i64>,
    ) -> Self {
        Cuts::stepped(gates, bounds, 1, cuts)
    }

    /// The same of a number with so much between two answers: it never lies between two cuts with no answer between them.
    pub fn stepped(
        gates: &mut Gates,
        bounds: (i64, i64),
        step: i64,
        cuts: impl IntoIterator<Item = i64>,
    ) -> Self {
        let mut above: Vec<(i64, Lit)> = Vec::new();
        for cut in cuts
            .into_iter()
            .filter(|cut| bounds.0 < *cut && *cut <= bounds.1)
        {
            let lit = gates.fresh();
            if let Some((_, below)) = above.last() {
                gates.implies(lit, *below);
            }
            above.push((cut, lit));
        }
        let found = Cuts {
            bounds,
            step,
            above,
        };
        for ((cut, lit), (next, further)) in found.above.iter().zip(found.above.iter().skip(1)) {
            if !found.some_within(*cut, next - 1) {
                gates.implies(*lit, *further);
            }
        }
        found
    }

    /// The same number where `condition` holds, else `otherwise` (clamped to the bounds).
    pub fn or_constant(&self, gates: &mut Gates, condition: Lit, otherwise: i64) -> Self {
        let above = self.above.iter().map(|(cut, lit)| {
            let constant = gates.constant(otherwise >= *cut);
            (*cut, gates.choose(condition, *lit, constant))
        });
        Cuts {
            above: above.collect(),
            ..*self
        }
    }

    /// The other number where `condition` holds, else this one.
    pub fn or_other(&self, gates: &mut Gates, condition: Lit, other: &Cuts) -> Self {
        let above = self.above.iter().map(|(cut, lit)| {
            let theirs = other.at_least(gates, *cut);
            (*cut, gates.choose(condition, theirs, *lit))
        });
        Cuts {
            above: above.collect(),
            ..*self
        }
    }

    /// `value >= cut`, for a cut that was declared or lies beyond the bounds.
    pub fn at_least(&self, gates: &Gates, cut: i64) -> Lit {
        if cut <= self.bounds.0 {
            return gates.yes();
        }
        if cut > self.bounds.1 {
            return gates.no();
        }
        let place = self.above.partition_point(|(known, _)| *known <= cut);
        let below = place.checked_sub(1).and_then(|place| self.above.get(place));
        debug_assert_eq!(
            below.map(|(known, _)| *known),
            Some(cut),
            "every cut of a rule is declared before it is encoded"
        );
        below.map_or(gates.yes(), |(_, lit)| *lit)
    }

    /// The value lies within `from..=to`.
    pub fn within(&self, gates: &mut Gates, from: i64, to: i64) -> Lit {
        let above = self.at_least(gates, from);
        let beyond = self.beyond(gates, to);
        gates.and([above, !beyond])
    }

    /// The value is more than `to`.
    pub fn beyond(&self, gates: &Gates, to: i64) -> Lit {
        to.checked_add(1)
            .map_or(gates.no(), |cut| self.at_least(gates, cut))
    }

    /// Some answer, that is some step within the bounds, lies within `from..=to`.
    pub fn some_within(&self, from: i64, to: i64) -> bool {
        let (least, step) = (self.bounds.0, self.step);
        let (from, to) = (from.max(least), to.min(self.bounds.1));
        from <= to && least + (from - least + step - 1) / step * step <= to
    }

    /// Every value of the bounds does.
    pub fn all_within(&self, from: i64, to: i64) -> bool {
        from <= self.bounds.0 && self.bounds.1 <= to
    }

    /// The least and the greatest answer that the value may be in the example last found.
    pub fn found(&self, gates: &Gates) -> (i64, i64) {
        let place = self.above.partition_point(|(_, lit)| gates.holds(*lit));
        let low = place
            .checked_sub(1)
            .and_then(|place| self.above.get(place))
            .map_or(self.bounds.0, |(cut, _)| *cut);
        let high = self
            .above
            .get(place)
            .map_or(self.bounds.1, |(cut, _)| cut - 1);
        let above = |value: i64| (value - self.bounds.0).rem_euclid(self.step);
        (
            low + (self.step - above(low)) % self.step,
            high - above(high),
        )
    }
}
