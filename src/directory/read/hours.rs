//! Opening hours as they are written: `Mon-Fri 08:00-18:30; Sat 09:00-12:00`, `always`, `unknown`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::hours::{Session, Week};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const DAY: u16 = 24 * 60;

/// The hours of an ordinary week.
///
/// # Errors
/// What is wrong, and how to mend it.
pub(super) fn week(text: &str) -> Result<Week, String> {
    match text {
        "" | "unknown" => return Ok(Week::Unknown),
        "always" => return Ok(Week::Always),
        _ => {}
    }
    let mut week: [Vec<Session>; 7] = Default::default();
    for part in parts(text) {
        let (named, times) = part.split_once(' ').ok_or_else(|| {
            format!("`{part}` says no hours; write `Mon-Fri 08:00-18:30`, `always` or `unknown`")
        })?;
        let named = days(named)?;
        let times = sessions(times)?;
        for (place, day) in week.iter_mut().enumerate() {
            if !named.contains(&place) {
                continue;
            }
            if !day.is_empty() {
                let name = DAYS.get(place).copied().unwrap_or_default();
                return Err(format!(
                    "{name} is named twice; write all its hours together, as in `{name} 09:00-12:00, 14:00-17:00`"
                ));
            }
            day.clone_from(&times);
        }
    }
    Ok(Week::Days(week))
}

/// The places of the days that are named: `Mon`, `Mon-Fri`, `Sat-Mon`, `Daily`.
fn days(text: &str) -> Result<Vec<usize>, String> {
    let place = |name: &str| DAYS.iter().position(|day| *day == name);
    let range = match text.split_once('-') {
        _ if text == "Daily" => Some((0, 6)),
        Some((from, to)) => place(from).zip(place(to)),
        None => place(text).map(|day| (day, day)),
    };
    let (from, to) = range.ok_or_else(|| {
        format!("`{text}` is no day; write Mon, Tue, Wed, Thu, Fri, Sat, Sun, `Mon-Fri` or Daily")
    })?;
    let to = if to < from { to + 7 } else { to };
    Ok((from..=to).map(|day| day % 7).collect())
}

/// `closed`, `08:00-18:30`, `08:00-12:00, 14:00-18:00`, `18:30-08:00` (until the next morning).
///
/// # Errors
/// What is wrong, and how to mend it.
pub(super) fn sessions(text: &str) -> Result<Vec<Session>, String> {
    let text = text.trim();
    if text == "closed" {
        return Ok(Vec::new());
    }
    let mut sessions = Vec::new();
    for part in text.split(',').map(str::trim) {
        let times = part
            .split_once('-')
            .and_then(|(opens, closes)| Some((time(opens.trim())?, time(closes.trim())?)));
        let session = times.filter(|(opens, _)| *opens < DAY).ok_or_else(|| {
            format!(
                "`{part}` is no time; write `08:00-18:30`, `18:30-08:00` for a night, or `closed`"
            )
        })?;
        sessions.push(match session {
            (opens, closes) if closes > opens => Session { opens, closes },
            (opens, closes) => Session {
                opens,
                closes: closes + DAY,
            },
        });
    }
    sessions.sort();
    let mut joined: Vec<Session> = Vec::new();
    for session in sessions {
        match joined.last_mut() {
            Some(last) if session.opens < last.closes => {
                return Err(format!(
                    "the times of `{text}` overlap; write them one after the other"
                ));
            }
            Some(last) if session.opens == last.closes => last.closes = session.closes,
            _ => joined.push(session),
        }
    }
    // Joined, two may reach further than a night.
    if joined
        .iter()
        .any(|session| session.closes - session.opens > DAY)
    {
        return Err(format!(
            "the times of `{text}` are more than a day; write `00:00-24:00`"
        ));
    }
    Ok(joined)
}

fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= DAY).then_some(time)
}

/// `2026-12-25 closed; 2026-12-24 09:00-12:00`.
///
/// # Errors
/// What is wrong, and how to mend it.
pub(super) fn dates(text: &str) -> Result<BTreeMap<Date, Vec<Session>>, String> {
    let mut dates = BTreeMap::new();
    for part in parts(text) {
        let read = part
            .split_once(' ')
            .and_then(|(date, times)| Some((date.parse::<Date>().ok()?, times)));
        let (date, times) = read.ok_or_else(|| {
            format!("`{part}` is no date with hours; write `2026-12-25 closed` or `2026-12-24 09:00-12:00`")
        })?;
        if dates.insert(date, sessions(times)?).is_some() {
            return Err(format!(
                "{date} is named twice; write all its hours together"
            ));
        }
    }
    Ok(dates)
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(sessions: &[Session]) -> Vec<(u16, u16)> {
        sessions
            .iter()
            .map(|session| (session.opens, session.closes))
            .collect()
    }

    #[test]
    fn a_week_is_read_as_it_is_written() {
        let Ok(Week::Days(week)) =
            week("Mon-Fri 08:00-12:00, 14:00-18:30; Sat 18:30-08:00; Sun 00:00-24:00")
        else {
            panic!("no week");
        };
        assert_eq!(minutes(&week[0]), [(480, 720), (840, 1110)]);
        assert_eq!(week[0], week[4]);
        assert_eq!(minutes(&week[5]), [(1110, 1920)]);
        assert_eq!(minutes(&week[6]), [(0, 1440)]);
        let Ok(Week::Days(over)) = super::week("Fri-Mon 10:00-11:00") else {
            panic!("no week");
        };
        let open: Vec<bool> = over.iter().map(|day| !day.is_empty()).collect();
        assert_eq!(open, [true, false, false, false, true, true, true]);
        assert_eq!(super::week("always"), Ok(Week::Always));
        assert_eq!(super::week(""), Ok(Week::Unknown));
    }

    #[test]
    fn hours_that_are_none_are_said_with_how_to_mend_them() {
        for (text, said) in [
            ("Mon", "says no hours"),
            ("Mondays 08:00-09:00", "`Mondays` is no day"),
            ("Mon 8:00-09:00", "is no time"),
            ("Mon 08:00-24:30", "is no time"),
            ("Mon 24:00-24:00", "is no time"),
            ("Mon 08:00-12:00, 11:00-13:00", "overlap"),
            ("Mon 08:00-09:00; Mon-Fri 10:00-11:00", "named twice"),
            ("Mon 08:00-07:00, 22:00-23:00", "overlap"),
        ] {
            let fault = week(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
        assert!(
            dates("25.12.2026 closed")
                .unwrap_err()
                .contains("is no date")
        );
        assert!(dates("2026-12-25 closed; 2026-12-25 closed").is_err());
    }
}
