//! When a service is open, by the clocks of Europe/London: weekly hours, bank holidays, single dates, over midnight and over both
//! changes of the clocks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Day, Edge};

/// Minutes that must be left before a service closes, so that somebody who sets out finds it open.
///
/// The directory of the NHS uses the same half hour.
pub const LEAST_MINUTES: i64 = 30;

/// From the opening time of one service day to its closing time, in minutes after its midnight.
///
/// INVARIANT: `opens` is below 1440, `closes` is above `opens` and at most a day later; above 1440 it is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Session {
    /// In minutes after midnight.
    pub opens: u16,
    /// In minutes after the same midnight.
    pub closes: u16,
}

impl Session {
    /// A whole day.
    pub const DAY: Session = Session {
        opens: 0,
        closes: 24 * 60,
    };
}

/// When a service is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// In an ordinary week.
    pub week: Week,
    /// On bank holidays; `None` means as on any other day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_holidays: Option<Vec<Session>>,
    /// On single dates; these stand above everything else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<Date, Vec<Session>>,
}

/// The hours of an ordinary week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Week {
    /// Nobody said; such a service is never said to be open.
    Unknown,
    /// All hours of every day, bank holidays too.
    Always,
    /// By day, Monday first.
    Days([Vec<Session>; 7]),
}

/// When a service can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// When it opens; `None` if it is open now.
    pub opens: Option<Timestamp>,
    /// When it closes after that; `None` if not within the days that were looked at.
    pub closes: Option<Timestamp>,
}

/// Why a service cannot be used in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// Nobody said when it is open.
    Unknown,
    /// It opens too late, if it is known to open again at all.
    Until(Option<Timestamp>),
    /// It is open, and closes too soon to get there.
    ClosesTooSoon(Timestamp),
}

impl Hours {
    fn sessions(&self, day: &Day) -> &[Session] {
        if let Some(sessions) = self.dates.get(&day.date) {
            return sessions;
        }
        match (&self.week, &self.bank_holidays) {
            (Week::Unknown, _) => &[],
            (Week::Always, _) => &[Session::DAY],
            (Week::Days(_), Some(sessions)) if day.is_bank_holiday => sessions,
            (Week::Days([mon, tue, wed, thu, fri, sat, sun]), _) => match day.weekday {
                Weekday::Monday => mon,
                Weekday::Tuesday => tue,
                Weekday::Wednesday => wed,
                Weekday::Thursday => thu,
                Weekday::Friday => fri,
                Weekday::Saturday => sat,
                Weekday::Sunday => sun,
            },
        }
    }

    /// The spans in which it is open on the days of `calendar`, in order; what touches is one span.
    pub(super) fn spans(&self, calendar: &Calendar) -> Vec<(Timestamp, Timestamp)> {
        let mut spans: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (place, day) in calendar.days.iter().enumerate() {
            for session in self.sessions(day) {
                let opens = calendar.moment(place, session.opens, Edge::Opens);
                let closes = calendar.moment(place, session.closes, Edge::Closes);
                let Some((opens, closes)) = opens.zip(closes).filter(|(from, to)| from < to) else {
                    continue;
                };
                match spans.last_mut() {
                    // One day may reach into the next, which may begin before it ends.
                    Some((_, last)) if opens <= *last => *last = (*last).max(closes),
                    _ => spans.push((opens, closes)),
                }
            }
        }
        spans
    }

    /// When it can be used from `now` on, if it can be by `deadline`: open, or opening in time, and for long enough.
    pub(super) fn usable(
        &self,
        now: Timestamp,
        deadline: Timestamp,
        calendar: &Calendar,
    ) -> Result<Open, Shut> {
        if self.week == Week::Unknown {
            return Err(Shut::Unknown);
        }
        let mut closing = None;
        for (opens, closes) in self.spans(calendar) {
            if closes <= now {
                continue;
            }
            let from = opens.max(now);
            if closes.as_second() - from.as_second() < LEAST_MINUTES * 60 {
                if opens <= now {
                    closing = Some(closes);
                }
                continue;
            }
            if opens <= deadline {
                // Whatever is open at the end of the days that were looked at may go on.
                let is_last = calendar.end().is_some_and(|end| closes >= end);
                return Ok(Open {
                    opens: (opens > now).then_some(opens),
                    closes: (!is_last).then_some(closes),
                });
            }
            return Err(closing.map_or(Shut::Until(Some(opens)), Shut::ClosesTooSoon));
        }
        Err(closing.map_or(Shut::Until(None), Shut::ClosesTooSoon))
    }
}
