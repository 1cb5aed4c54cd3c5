//! Reads the answers of a worked case as the questions that they answer would take them.

use jiff::{SignedDuration, Timestamp, civil::date};

use crate::pathway::cases::Said;
use crate::pathway::content::Kind;
use crate::walk::answer::Answer;
use crate::walk::facts::Moment;

/// Worked cases do not say when they happen, and nothing in them depends on it.
pub(super) fn moment() -> Moment {
    Moment {
        contact_began: Timestamp::UNIX_EPOCH,
        today: date(1970, 1, 1),
    }
}

/// An answer of a case, as a question of this kind takes it; one that it cannot take is left for [`Facts::tell`] to refuse.
pub(super) fn answer(kind: &Kind, said: &Said) -> Answer {
    answer_at(kind, said, moment())
}

/// The same in a contact that began at a moment.
pub(in crate::walk) fn answer_at(kind: &Kind, said: &Said, at: Moment) -> Answer {
    let word = match said {
        Said::Rows(rows) => return Answer::Rows(rows.clone()),
        Said::Word(word) => word.as_str(),
    };
    if let Kind::OneOf { options, .. } = kind
        && options.iter().any(|option| option.id == word)
    {
        return Answer::Word(word.to_owned());
    }
    match (word, kind) {
        ("not_sure", _) => Answer::NotSure,
        ("none_fit", _) => Answer::NoneFit(String::new()),
        ("refused", _) => Answer::Refused,
        ("timed_out", _) => Answer::TimedOut,
        ("unknown", _) => Answer::Unknown,
        ("not told" | "not_told", Kind::Age | Kind::OneOf { .. }) => Answer::NotTold,
        (age, Kind::Age) => match age.parse() {
            Ok(born) => Answer::BirthDate(born),
            Err(_) => Answer::Age(age.to_owned()),
        },
        (number, Kind::Number(_)) => match number.parse() {
            Ok(number) => Answer::Number(number),
            Err(_) => Answer::Word(number.to_owned()),
        },
        (row, Kind::Pick(_)) => Answer::Rows(vec![row.to_owned()]),
        (time, Kind::Ago { .. }) => instant(time, -1, at),
        (time, Kind::Due { .. }) => instant(time, 1, at),
        (word, Kind::OneOf { .. } | Kind::Text) => Answer::Word(word.to_owned()),
    }
}

/// `6 hours`, before or after the contact began.
fn instant(time: &str, sign: i64, at: Moment) -> Answer {
    let read = || {
        let (count, unit) = time.split_once(' ')?;
        let minutes = match unit.trim() {
            "minute" | "minutes" => 1,
            "hour" | "hours" => 60,
            "day" | "days" => 1_440,
            _ => return None,
        };
        let minutes = count.parse::<i64>().ok()?.checked_mul(minutes * sign)?;
        let at = at
            .contact_began
            .checked_add(SignedDuration::from_mins(minutes))
            .ok()?;
        Some(Answer::At(at))
    };
    read().unwrap_or_else(|| Answer::Word(time.to_owned()))
}
