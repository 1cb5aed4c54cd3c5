//! How long the record of a case has to be kept.
//!
//! Everything unknown counts for the longer time: an age that nobody told is that of a newborn child, a date that cannot be
//! reckoned never comes.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use crate::walk::Answer;

use super::event::{Body, Event, Mark, Personal};

/// How long records are kept. The defaults are the minimum periods of the Records Management Code of Practice for health and social
/// care (NHS England, updated 7 August 2023), Appendix II; an information governance lead has to confirm them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// Of adults: years after the last contact. 8 (“adult health records”).
    pub adult_years: u16,
    /// Of children: until this birthday. 25 (“children's records”).
    pub child_birthday: u16,
    /// Of those who were 17 at the last contact: until this birthday. 26 (the same).
    pub seventeen_birthday: u16,
    /// Of practice: days after the last contact. 30 (no health record).
    pub practice_days: u16,
    /// Of tests: days after the last contact. 30 (no health record).
    pub test_days: u16,
}

impl Default for Periods {
    fn default() -> Self {
        Periods {
            adult_years: 8,
            child_birthday: 25,
            seventeen_birthday: 26,
            practice_days: 30,
            test_days: 30,
        }
    }
}

/// What of a case decides how long it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// What it is for.
    pub mark: Mark,
    /// The last thing that happened in the care of the person. Looking after the record does not prolong it.
    pub last_care: Timestamp,
    /// The latest day on which the person can have been born, if that is known at all.
    pub born: Option<Date>,
    /// It is wanted as evidence.
    pub on_hold: bool,
    /// Its end was recorded.
    pub is_destroyed: bool,
}

impl Keeping {
    /// From the events of a case, with the personal part of each where it opens; `None` if they open no case.
    pub fn of<'a>(
        events: impl IntoIterator<Item = (&'a Event, Option<&'a Personal>)>,
    ) -> Option<Self> {
        let mut events = events.into_iter();
        let (first, _) = events.next()?;
        let Body::Opened { mark, .. } = &first.body else {
            return None;
        };
        let mut keeping = Keeping {
            mark: *mark,
            last_care: first.at,
            born: None,
            on_hold: false,
            is_destroyed: false,
        };
        for (event, personal) in events {
            match &event.body {
                Body::HoldPlaced => keeping.on_hold = true,
                Body::HoldLifted => keeping.on_hold = false,
                Body::Destroyed { .. } => keeping.is_destroyed = true,
                Body::Answered { answer, .. } => {
                    let told = match personal {
                        Some(Personal::Answer(whole)) => whole,
                        _ => answer,
                    };
                    keeping.born = keeping.born.max(latest_birth(told, event.at));
                }
                Body::IdentityGiven { .. } => {
                    let known = match personal {
                        Some(Personal::Person(person)) => person.patient.birth_date,
                        _ => None,
                    };
                    keeping.born = keeping.born.max(known);
                }
                _ => {}
            }
            if !event.body.is_of_keeping() {
                // A clock may have stepped back in between.
                keeping.last_care = keeping.last_care.max(event.at);
            }
        }
        Some(keeping)
    }

    /// The moment from which the record need not be kept any longer. Days are whole, and one is added for the difference of time zones.
    pub fn ends(&self, periods: &Periods) -> Timestamp {
        let last = day(self.last_care);
        let ends = match self.mark {
            Mark::Practice => after(last, i64::from(periods.practice_days).days()),
            Mark::Test => after(last, i64::from(periods.test_days).days()),
            Mark::Real => {
                let adult = after(last, i64::from(periods.adult_years).years());
                adult.max(self.child_until(last, periods))
            }
        };
        after(ends, 1.day())
            .to_zoned(TimeZone::UTC)
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// Whether the record may be ended now.
    pub fn is_over(&self, periods: &Periods, now: Timestamp) -> bool {
        !self.on_hold && self.ends(periods) <= now
    }

    /// Until when the record of a child is kept; for an adult, a day that is past.
    fn child_until(&self, last: Date, periods: &Periods) -> Date {
        let born = self.born.unwrap_or(last);
        let turns = |years: u16| after(born, i64::from(years).years());
        // A day is in doubt, and goes to the longer time.
        if turns(18) <= last {
            Date::MIN
        } else if turns(17) <= after(last, 1.day()) {
            turns(periods.seventeen_birthday.max(periods.child_birthday))
        } else {
            turns(periods.child_birthday)
        }
    }
}

/// The latest day on which somebody can have been born of whom this was told then; `None` if it tells no age.
fn latest_birth(told: &Answer, at: Timestamp) -> Option<Date> {
    match told {
        Answer::BirthDate(born) => Some(*born),
        Answer::Age(age) => {
            let (count, unit) = age.split_once(' ')?;
            let count: i64 = count.parse().ok()?;
            let age = match unit.trim_end_matches('s') {
                "day" => Span::new().try_days(count),
                "week" => Span::new().try_weeks(count),
                "month" => Span::new().try_months(count),
                "year" => Span::new().try_years(count),
                _ => return None,
            };
            // The day after in UTC: it may have been that day already in London.
            after(day(at), 1.day()).checked_sub(age.ok()?).ok()
        }
        _ => None,
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// What cannot be reckoned never comes.
fn after(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(Date::MAX)
}
