//! Scores: a sum of parts, or its largest single part, as an interval whose two ends are known more or less.
//!
//! Where somebody was not sure, a score runs from its low end to its high end; where something is unanswered, each end is itself
//! only known to lie between two sums. A comparison is decided by one of the ends, and only that end is needed.

use crate::pathway::content::FactId;
use crate::pathway::form::{Part, ScoreId};

use super::evaluate::View;
use super::value::{Mode, Slot, Tri};

/// Which end of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

impl End {
    /// How the guard of so many points is read for this end: points that could be added raise the high end.
    pub(super) fn mode(self, points: i64) -> Mode {
        if (self == End::High) == (points >= 0) {
            Mode::Could
        } else {
            Mode::Must
        }
    }
}

/// One side of `from..=to`: which end decides it, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) end: End,
    /// At least the bound, or at most.
    pub(super) at_least: bool,
    pub(super) bound: i64,
}

impl Side {
    /// Compares an end that lies somewhere in `interval`.
    pub(super) fn compare(self, interval: (i64, i64)) -> Tri {
        if self.at_least {
            Tri::at_least(interval, self.bound)
        } else {
            Tri::at_most(interval, self.bound)
        }
    }
}

/// The sides of `from..=to` that say anything.
pub(super) fn sides(from: i64, to: i64, mode: Mode) -> impl Iterator<Item = Side> {
    let (above, below) = match mode {
        Mode::Could => (End::High, End::Low),
        Mode::Must => (End::Low, End::High),
    };
    let least = Side {
        end: above,
        at_least: true,
        bound: from,
    };
    let most = Side {
        end: below,
        at_least: false,
        bound: to,
    };
    [
        (from != i64::MIN).then_some(least),
        (to != i64::MAX).then_some(most),
    ]
    .into_iter()
    .flatten()
}

impl View<'_> {
    /// Whether a score lies within bounds.
    pub(super) fn score(&self, id: ScoreId, highest: bool, from: i64, to: i64, mode: Mode) -> Tri {
        let mut holds = Tri::True;
        for side in sides(from, to, mode) {
            holds = holds.and(self.score_side(id, highest, side));
        }
        holds
    }

    /// Whether one side of a comparison holds.
    pub(super) fn score_side(&self, id: ScoreId, highest: bool, side: Side) -> Tri {
        side.compare(self.score_end(id, highest, side.end))
    }

    /// Between what sums an end of a score lies.
    fn score_end(&self, id: ScoreId, highest: bool, end: End) -> (i64, i64) {
        let parts = &self.content.forms.score(id).parts;
        let ends = parts.iter().map(|part| self.part(part, end));
        if highest {
            let largest =
                |one: (i64, i64), other: (i64, i64)| (one.0.max(other.0), one.1.max(other.1));
            ends.reduce(largest).unwrap_or((0, 0))
        } else {
            ends.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
        }
    }

    /// Between what points an end of one part lies.
    pub(super) fn part(&self, part: &Part, end: End) -> (i64, i64) {
        match part {
            Part::Points { points, guard } => match self.holds(*guard, end.mode(*points)) {
                Tri::True => (*points, *points),
                Tri::False => (0, 0),
                Tri::Undetermined => ((*points).min(0), (*points).max(0)),
            },
            Part::Bands { fact, bands } => {
                let bounds = self.numbers(*fact);
                let possible = bands.iter().filter(|(from, to, _)| {
                    bounds.is_none_or(|(least, most)| *from <= most && least <= *to)
                });
                self.one_part(*fact, possible.map(|(_, _, points)| *points), end)
            }
            Part::Options { fact, points } => match self.slot(*fact) {
                Slot::Option(option) => {
                    let points = points.get(usize::from(option)).copied().unwrap_or(0);
                    (points, points)
                }
                _ => self.one_part(*fact, points.iter().copied(), end),
            },
        }
    }

    /// The points that are still possible for one fact: open while it is unanswered, else the end that was asked for.
    fn one_part(&self, fact: FactId, possible: impl Iterator<Item = i64>, end: End) -> (i64, i64) {
        let mut range: Option<(i64, i64)> = None;
        for points in possible {
            range = Some(range.map_or((points, points), |(least, most)| {
                (least.min(points), most.max(points))
            }));
        }
        let (least, most) = range.unwrap_or((0, 0));
        match end {
            _ if self.slot(fact).is_open() => (least, most),
            End::Low => (least, least),
            End::High => (most, most),
        }
    }
}
