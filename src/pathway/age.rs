//! Ages: by calendar from a date of birth, or as told, or not told.

use std::sync::{LazyLock, OnceLock};

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

/// Months of the Gregorian calendar until it repeats.
const CYCLE: usize = 4800;

/// The first day of each month from a year that 400 divides on, counted in days: a cycle, and the longest life after it.
static FIRSTS: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let is_leap = |year: usize| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut first = 0;
    let months = (0..).flat_map(|year| lengths.iter().enumerate().map(move |month| (year, month)));
    let firsts = months.map(|(year, (month, length))| {
        let began = first;
        first += length + i64::from(month == 1 && is_leap(year));
        began
    });
    firsts.take(CYCLE + SPANS.len() + 2).collect()
});

static SPANS: [OnceLock<(i64, i64)>; 132 * 12] = [const { OnceLock::new() }; 132 * 12];

/// The fewest and the most days after which somebody has completed `months` calendar months, over all dates of birth: what [`days_in`] is
/// a simple bound of. Reckoned once for each number of months.
pub fn calendar_days_in(months: i64) -> (i64, i64) {
    let place = usize::try_from(months).unwrap_or_default();
    let span = SPANS
        .get(place)
        .map(|span| span.get_or_init(|| spans(place)));
    span.copied().unwrap_or_else(|| days_in(months))
}

fn spans(months: usize) -> (i64, i64) {
    let firsts = &*FIRSTS;
    let ends = firsts.iter().zip(firsts.iter().skip(1));
    let born = ends.clone().take(CYCLE);
    let on = ends.skip(months);
    let spans = born.zip(on).flat_map(|((born, after), (on, end))| {
        let (length, here) = (after - born, end - on);
        // On the first to the last day that both months have; who was born later completes it on the first of the month after.
        let late = (length > here).then_some([end - (born + here), end - (after - 1)]);
        [on - born].into_iter().chain(late.into_iter().flatten())
    });
    spans.fold((i64::MAX, 0), |(fewest, most), span| {
        (fewest.min(span), most.max(span))
    })
}

/// A day on which somebody of so many months and days, least and most of each, can have been born, and a day on which they are so old: the
/// first day that is given where it can be, else the first after it on which somebody is.
pub fn somebody_aged(months: (i64, i64), days: (i64, i64), on: Date) -> Option<(Date, Date)> {
    let least = days.0.max(calendar_days_in(months.0).0);
    let most = days.1.min(calendar_days_in(months.1 + 1).1 - 1);
    // Four years have every month as short and as long as it gets, and in them the day of birth is at most four days off any that fits.
    let mut walked = on;
    for _ in 0..4 * 366 {
        for back in (least..=most).take(40).chain([most]) {
            let born = walked.checked_sub(jiff::Span::new().days(back)).ok()?;
            let age = AgeRange::from_birth(born, walked)?;
            if (months.0..=months.1).contains(&age.months.0) {
                return Some((born, walked));
            }
        }
        walked = walked.tomorrow().ok()?;
    }
    None
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

    /// Birthdays of a month after every day of ten years, and of a century that is no leap year.
    #[test]
    fn a_calendar_month_is_as_short_and_as_long_as_it_gets() {
        for months in [1, 2, 3, 4, 6, 11, 12, 13, 24, 60] {
            let (fewest, most) = calendar_days_in(months);
            let (mut shortest, mut longest) = (i64::MAX, 0);
            for from in [date(2023, 1, 1), date(1896, 1, 1)] {
                for later in 0..3_700 {
                    let born = from.checked_add(later.days()).unwrap();
                    let completed = |days: i64| {
                        let on = born.checked_add(days.days()).unwrap();
                        AgeRange::from_birth(born, on).unwrap().months.0 >= months
                    };
                    let span = (fewest - 1..=most + 1).find(|days| completed(*days));
                    let span = span.expect("it is completed in that time");
                    (shortest, longest) = (shortest.min(span), longest.max(span));
                }
            }
            assert_eq!((fewest, most), (shortest, longest), "{months} months");
            let bounds = days_in(months);
            assert!(bounds.0 <= fewest && most <= bounds.1, "{months} months");
        }
    }

    #[test]
    fn somebody_is_found_of_every_age_that_there_is() {
        let on = date(2026, 1, 15);
        let three_months_old = |days| somebody_aged((3, 3), (days, days), on);
        assert_eq!(three_months_old(92), Some((date(2025, 10, 15), on)));
        // Only from the first of February to the first of May, and not in a leap year.
        assert_eq!(
            three_months_old(89).map(|(_, on)| on),
            Some(date(2026, 5, 1))
        );
        assert_eq!(three_months_old(88), None);
        let grown = somebody_aged((480, 480), (0, 100_000), on).unwrap();
        assert_eq!(
            AgeRange::from_birth(grown.0, grown.1).unwrap().months.0,
            480
        );
    }

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
