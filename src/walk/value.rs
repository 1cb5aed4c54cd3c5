//! Values: what is read of a fact, and the three truth values.

use crate::pathway::age::AgeRange;
use crate::pathway::content::{FactId, Given};

/// What is read of a fact at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Slot {
    /// Applies, and was not answered.
    Unknown,
    /// Not answered, and whether it applies is not known either: nothing is read and nothing asked.
    Pending,
    /// Not sure: it could be any value.
    Any,
    /// The place of an option.
    Option(u8),
    /// In the fact's own steps; minutes for instants.
    Number(i64),
    /// An age, or the ages that it may be.
    Age(Span),
    /// The rows that were said of this fact.
    Rows(FactId),
    /// One row.
    Row(u16),
    /// Words; no rule reads them.
    Words,
}

/// An [`AgeRange`] in half the room: steps copy slots by the hundred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    months: (i32, i32),
    days: (i32, i32),
}

impl Span {
    pub(super) const ANY: Span = Span::narrow(AgeRange::ANY);

    /// `INVARIANT`: an [`AgeRange`] reaches no further than 131 years of days, which an `i32` holds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an age in days fits an i32"
    )]
    const fn narrow(range: AgeRange) -> Self {
        Span {
            months: (range.months.0 as i32, range.months.1 as i32),
            days: (range.days.0 as i32, range.days.1 as i32),
        }
    }

    /// Completed months, least and most.
    pub(super) fn months(self) -> (i64, i64) {
        (i64::from(self.months.0), i64::from(self.months.1))
    }

    /// Completed days, least and most.
    pub(super) fn days(self) -> (i64, i64) {
        (i64::from(self.days.0), i64::from(self.days.1))
    }
}

impl From<AgeRange> for Span {
    fn from(range: AgeRange) -> Self {
        Span::narrow(range)
    }
}

impl From<Given> for Slot {
    fn from(given: Given) -> Self {
        match given {
            Given::Option(option) => Slot::Option(option),
            Given::Number(number) => Slot::Number(number),
            Given::Row(row) => Slot::Row(row),
        }
    }
}

impl Slot {
    /// Whether leaves over it are undetermined.
    #[inline]
    pub(super) fn is_open(self) -> bool {
        matches!(self, Slot::Unknown | Slot::Pending)
    }
}

/// Strong Kleene truth, in the order of truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tri {
    False,
    Undetermined,
    True,
}

impl Tri {
    #[inline]
    pub(super) fn not(self) -> Self {
        match self {
            Tri::False => Tri::True,
            Tri::Undetermined => Tri::Undetermined,
            Tri::True => Tri::False,
        }
    }

    #[inline]
    pub(super) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// `least..=most >= bound`, where the sum lies somewhere from `least` to `most`.
    #[inline]
    pub(super) fn at_least((least, most): (i64, i64), bound: i64) -> Self {
        if least >= bound {
            Tri::True
        } else if most < bound {
            Tri::False
        } else {
            Tri::Undetermined
        }
    }

    /// `least..=most <= bound`.
    #[inline]
    pub(super) fn at_most((least, most): (i64, i64), bound: i64) -> Self {
        if most <= bound {
            Tri::True
        } else if least > bound {
            Tri::False
        } else {
            Tri::Undetermined
        }
    }
}

impl From<bool> for Tri {
    #[inline]
    fn from(value: bool) -> Self {
        if value { Tri::True } else { Tri::False }
    }
}

/// How a rule is read where somebody was not sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It holds if some value that is still possible satisfies it.
    Could,
    /// It holds only if every such value does.
    Must,
}

impl Mode {
    #[inline]
    pub(super) fn swapped(self) -> Self {
        match self {
            Mode::Could => Mode::Must,
            Mode::Must => Mode::Could,
        }
    }
}
