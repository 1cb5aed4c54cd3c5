//! Ages: by calendar from a date of birth, or as told, or not told.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The oldest age that is reckoned with, in years; what is told beyond it reads as it.
pub const OLDEST_YEARS: i64 = 130;

/// Where an age may lie on both timelines: completed calendar months and completed days, both inclusive.
///
/// A date of birth gives single points; "five" gives a range; "not told" gives everything.
/// The two are told apart because no number of days is a month: `months(1)` is the same day of the next month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AgeRange {
    /// Completed months, least and most.
    pub months: (i64, i64),
    /// Completed days, least and most.
    pub days: (i64, i64),
}

/// The unit of an age as told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeUnit {
    /// Completed days.
    Days,
    /// Completed weeks.
    Weeks,
    /// Completed calendar months.
    Months,
    /// Completed years.
    Years,
}

impl AgeRange {
    /// Every age there is.
    pub const ANY: AgeRange = AgeRange {
        months: (0, OLDEST_YEARS * 12 + 11),
        days: (0, (OLDEST_YEARS + 1) * 366),
    };

    /// The age on `on` of somebody born on `born`; `None` if that is in the future.
    ///
    /// A month is completed on the same day of the month; where it has none such, on the first of the next, so that
    /// nobody is held to be older than they are.
    pub fn from_birth(born: Date, on: Date) -> Option<Self> {
        let days = i64::from(on.since(born).ok()?.get_days());
        if days < 0 {
            return None;
        }
        let mut months = i64::from(on.year() - born.year()) * 12 + i64::from(on.month())
            - i64::from(born.month());
        if on.day() < born.day() {
            months -= 1;
        }
        Some(AgeRange {
            months: (months, months),
            days: (days, days),
        })
    }

    /// The ages that "`count` `unit`" may mean; `None` if it is negative or beyond [`OLDEST_YEARS`].
    pub fn told(count: i64, unit: AgeUnit) -> Option<Self> {
        if count < 0 {
            return None;
        }
        let range = match unit {
            AgeUnit::Days => Self::from_days(count, count),
            AgeUnit::Weeks => {
                Self::from_days(count.checked_mul(7)?, count.checked_mul(7)?.checked_add(6)?)
            }
            AgeUnit::Months => Self::from_months(count, count),
            AgeUnit::Years => Self::from_months(
                count.checked_mul(12)?,
                count.checked_mul(12)?.checked_add(11)?,
            ),
        };
        (range.months.0 <= Self::ANY.months.1).then_some(range)
    }

    fn from_days(least: i64, most: i64) -> Self {
        AgeRange {
            months: (months_in(least).0, months_in(most).1),
            days: (least, most),
        }
    }

    fn from_months(least: i64, most: i64) -> Self {
        AgeRange {
            months: (least, most),
            days: (days_in(least).0, days_in(most + 1).1 - 1),
        }
    }
}

/// The fewest and the most days that `months` calendar months can span, whatever the date: within four days of their mean length.
pub fn days_in(months: i64) -> (i64, i64) {
    let days = months.saturating_mul(146_097) / 4800;
    ((days - 4).max(28 * months.min(1)), days + 4)
}

/// The fewest and the most completed months after `days` days.
pub fn months_in(days: i64) -> (i64, i64) {
    let guess = days.saturating_mul(4800) / 146_097;
    let completed = |bound: fn((i64, i64)) -> i64| {
        let mut months = guess + 2;
        while months > 0 && bound(days_in(months)) > days {
            months -= 1;
        }
        months
    };
    (completed(|(_, most)| most), completed(|(fewest, _)| fewest))
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    /// Whatever the date, a told age leaves out nobody who has it.
    #[test]
    fn a_told_age_holds_everybody_of_that_age() {
        for on in [
            date(2026, 3, 1),
            date(2026, 11, 22),
            date(2027, 2, 28),
            date(2028, 2, 29),
            date(2028, 3, 31),
        ] {
            for back in (0..800).chain((800..47_000).step_by(11)) {
                let born = on.checked_sub(back.days()).unwrap();
                let age = AgeRange::from_birth(born, on).unwrap();
                let (months, days) = (age.months.0, age.days.0);
                for (count, unit) in [
                    (days, AgeUnit::Days),
                    (days / 7, AgeUnit::Weeks),
                    (months, AgeUnit::Months),
                    (months / 12, AgeUnit::Years),
                ] {
                    let told = AgeRange::told(count, unit).unwrap();
                    assert!(
                        told.months.0 <= months && months <= told.months.1,
                        "born {born}, told {count} {unit:?} on {on}: {told:?}"
                    );
                    assert!(
                        told.days.0 <= days && days <= told.days.1,
                        "born {born}, told {count} {unit:?} on {on}: {told:?}"
                    );
                }
            }
        }
    }
}
