//! The days around a moment, by the clocks of Europe/London, and the bank holidays of England and Wales.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

const DAY_S: i64 = 24 * 60 * 60;

/// A run of days, worked out once for a search.
pub(super) struct Calendar {
    zone: TimeZone,
    pub(super) days: Vec<Day>,
}

/// One day.
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) weekday: Weekday,
    pub(super) is_bank_holiday: bool,
    midnight: Timestamp,
    /// The clocks do not change on it.
    is_plain: bool,
}

/// Whether a time is looked for to open or to close, where the clocks show it twice or never.
#[derive(Clone, Copy)]
pub(super) enum Edge {
    /// The later one: nobody is sent to a closed door.
    Opens,
    /// The earlier one.
    Closes,
}

impl Calendar {
    /// The days from the one before `from` to the one of `until`.
    pub(super) fn new(from: Timestamp, until: Timestamp, zone: &TimeZone) -> Self {
        let first = zone.to_datetime(from).date();
        let last = zone.to_datetime(until).date();
        let mut days = Vec::new();
        let mut date = first.checked_sub(1.day()).unwrap_or(first);
        while date <= last {
            let Some(day) = Day::new(date, zone) else {
                break;
            };
            days.push(day);
            let Ok(next) = date.checked_add(1.day()) else {
                break;
            };
            date = next;
        }
        Calendar {
            zone: zone.clone(),
            days,
        }
    }

    /// The midnight with which the last day ends.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.moment(self.days.len().checked_sub(1)?, 24 * 60, Edge::Closes)
    }

    /// The moment at which the clocks show so many minutes after the midnight on which the day at `place` begins.
    pub(super) fn moment(&self, place: usize, minutes: u16, edge: Edge) -> Option<Timestamp> {
        let day = self.days.get(place)?;
        let minutes = i64::from(minutes);
        match self.days.get(place + 1) {
            Some(next) if minutes >= 24 * 60 => self.on(next, minutes - 24 * 60, edge),
            _ => self.on(day, minutes, edge),
        }
    }

    /// Minutes may reach into the next day.
    fn on(&self, day: &Day, minutes: i64, edge: Edge) -> Option<Timestamp> {
        if minutes == 0 || (day.is_plain && minutes < 24 * 60) {
            let second = day.midnight.as_second() + minutes * 60;
            return Timestamp::from_second(second).ok();
        }
        let shown = DateTime::from_parts(day.date, Time::midnight())
            .checked_add(minutes.minutes())
            .ok()?;
        let found = self.zone.to_ambiguous_timestamp(shown);
        match (found.offset(), edge) {
            (AmbiguousOffset::Fold { .. }, Edge::Opens) => found.later().ok(),
            (AmbiguousOffset::Fold { .. }, Edge::Closes) => found.earlier().ok(),
            // Never shown: the clocks go past it in one step, and that step is the moment.
            (AmbiguousOffset::Gap { .. }, _) => {
                let before = found.earlier().ok()?;
                self.zone
                    .following(before)
                    .next()
                    .map(|step| step.timestamp())
            }
            (AmbiguousOffset::Unambiguous { .. }, _) => found.unambiguous().ok(),
        }
    }
}

impl Day {
    fn new(date: Date, zone: &TimeZone) -> Option<Self> {
        // INVARIANT: the clocks of London change at 1 o'clock, so there is one midnight.
        let midnight = |date: Date| {
            zone.to_timestamp(DateTime::from_parts(date, Time::midnight()))
                .ok()
        };
        let (begins, ends) = (midnight(date)?, midnight(date.checked_add(1.day()).ok()?)?);
        Some(Day {
            date,
            weekday: date.weekday(),
            is_bank_holiday: is_bank_holiday(date),
            midnight: begins,
            is_plain: ends.as_second() - begins.as_second() == DAY_S,
        })
    }
}

/// Whether a date is a bank holiday in England and Wales, by the standing rules, or a day whose bank holiday is kept on another
/// (Christmas Day on a Saturday).
///
/// A single extra holiday that is proclaimed is not known here. Source: Banking and Financial Dealings Act 1971, schedule 1, and
/// the proclamations that stand since 1978.
pub(super) fn is_bank_holiday(date: Date) -> bool {
    let (month, day, weekday) = (date.month(), date.day(), date.weekday());
    let is_monday = weekday == Weekday::Monday;
    match month {
        1 => day == 1 || (is_monday && (day == 2 || day == 3)),
        3 | 4 => {
            let easter = easter(date.year());
            easter.is_some_and(|easter| {
                let on = |days: i64| easter.checked_add(days.days()).ok() == Some(date);
                on(-2) || on(1)
            })
        }
        5 => is_monday && (day <= 7 || day >= 25),
        8 => is_monday && day >= 25,
        12 => {
            day == 25
                || day == 26
                || (day == 27 && (is_monday || weekday == Weekday::Tuesday))
                || (day == 28 && (is_monday || weekday == Weekday::Tuesday))
        }
        _ => false,
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876).
fn easter(year: i16) -> Option<Date> {
    let year_wide = i32::from(year);
    let (a, b, c) = (year_wide % 19, year_wide / 100, year_wide % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(
        year,
        i8::try_from(n / 31).ok()?,
        i8::try_from(n % 31 + 1).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As published by the government for these years.
    #[test]
    fn bank_holidays_are_those_that_were_published() {
        let published = [
            (
                2021,
                "01-01 04-02 04-05 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
            ),
            (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
            (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
            (
                2026,
                "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
            ),
            (
                2027,
                "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
            ),
            (
                2028,
                "01-01 01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
            ),
        ];
        for (year, expected) in published {
            let mut date = Date::new(year, 1, 1).unwrap();
            let mut found = Vec::new();
            while date.year() == year {
                if is_bank_holiday(date) {
                    found.push(date.strftime("%m-%d").to_string());
                }
                date = date.checked_add(1.day()).unwrap();
            }
            assert_eq!(found.join(" "), expected, "{year}");
        }
    }
}
