//! Reads an answer against the question it answers.
//!
//! A number beyond a bound is kept as said and read as the bound; a number between two steps, a word that is not offered, an
//! answer of another type and an age without its unit are errors, because any reading of them would be a guess.

use jiff::{Timestamp, civil::Date};
use smallvec::SmallVec;
use thiserror::Error;

use crate::pathway::Content;
use crate::pathway::age::{AgeRange, AgeUnit, OLDEST_YEARS};
use crate::pathway::content::{Choice, Fact, FactId, FactSource, Kind, Number, Table};

use super::answer::Answer;
use super::value::{Slot, Span};

/// When an answer is read: what "ago", "due in" and an age are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When the contact began.
    pub contact_began: Timestamp,
    /// The date of the contact in Europe/London.
    pub today: Date,
}

/// Why an answer cannot be taken. No message repeats what was said.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FactError {
    /// No question, system fact, checklist or guide has this name.
    #[error("there is no question of this name")]
    UnknownFact {
        /// The nearest name there is.
        did_you_mean: Option<String>,
    },
    /// The question has no such option, row or exit.
    #[error("the question does not offer this answer")]
    NotOffered {
        /// What it offers.
        options: Vec<String>,
    },
    /// The question is not answered in this way.
    #[error("this question is answered by {expected}")]
    WrongType {
        /// What answers it.
        expected: &'static str,
    },
    /// The number lies between two steps.
    #[error("the number is not on a step of {step}")]
    NotOnStep {
        /// Between two answers, in the unit of the question.
        step: String,
    },
    /// An age without days, weeks, months or years.
    #[error("an age needs its unit: days, weeks, months or years")]
    MissingUnit,
    /// A negative age, a birth date in the future, a number that is not finite.
    #[error("no such value can be")]
    OutOfRange,
    /// A pick of no rows; "none" is a row.
    #[error("at least one row must be picked")]
    NothingPicked,
}

impl FactError {
    /// A stable name for machines.
    pub fn code(&self) -> &'static str {
        match self {
            FactError::UnknownFact { .. } => "unknown_fact",
            FactError::NotOffered { .. } => "not_offered",
            FactError::WrongType { .. } => "wrong_type",
            FactError::NotOnStep { .. } => "not_on_step",
            FactError::MissingUnit => "missing_unit",
            FactError::OutOfRange => "out_of_range",
            FactError::NothingPicked => "nothing_picked",
        }
    }
}

/// What an answer is read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) slot: Slot,
    /// The rows, ascending, where the slot is [`Slot::Rows`].
    pub(super) rows: SmallVec<[u16; 4]>,
    /// Not sure, none fit, refused, timed out, unknown or not told; the slot may be a declared stand-in all the same.
    pub(super) unsure: bool,
}

impl From<Slot> for Value {
    fn from(slot: Slot) -> Self {
        Value {
            slot,
            rows: SmallVec::new(),
            unsure: slot == Slot::Any,
        }
    }
}

/// Reads `answer` as an answer to the fact `id`.
pub(super) fn read(
    content: &Content,
    id: FactId,
    answer: &Answer,
    at: Moment,
) -> Result<Value, FactError> {
    let fact = content.fact(id);
    if let Some(value) = ignorance(fact, answer)? {
        return Ok(value);
    }
    match &fact.kind {
        Kind::OneOf { options, .. } => one_of(options, answer).map(Value::from),
        Kind::Number(number) => number_of(number, answer).map(Value::from),
        Kind::Ago { to, .. } => minutes(answer, |said| minutes_between(said, at.contact_began))
            .map(|ago| Slot::Number(ago.clamp(0, *to)).into()),
        Kind::Due { from, to, .. } => {
            minutes(answer, |said| minutes_between(at.contact_began, said))
                .map(|due| Slot::Number(due.clamp(*from, *to)).into())
        }
        Kind::Pick(table) => rows_of(content.table(*table), id, answer),
        Kind::Age => age_of(answer, at.today).map(|range| Slot::Age(range.into()).into()),
        Kind::Text => match answer {
            Answer::Word(_) => Ok(Slot::Words.into()),
            _ => Err(FactError::WrongType { expected: "words" }),
        },
    }
}

/// The answers that leave the value open.
fn ignorance(fact: &Fact, answer: &Answer) -> Result<Option<Value>, FactError> {
    let system = matches!(fact.source, FactSource::System { .. });
    let spoken = match answer {
        Answer::NotSure => true,
        Answer::Refused | Answer::TimedOut => false,
        Answer::Unknown if system => false,
        Answer::NotTold if fact.source == FactSource::Patient => false,
        Answer::NoneFit(_) => match &fact.kind {
            Kind::OneOf { yes_no: false, .. } => false,
            Kind::OneOf { options, .. } => return Err(not_offered(options)),
            kind => return Err(wrong_type(kind)),
        },
        Answer::Unknown | Answer::NotTold => return Err(wrong_type(&fact.kind)),
        _ => return Ok(None),
    };
    // A stand-in is for a spoken "not sure" only: who refuses or is cut off did not say it.
    let slot = match (&fact.kind, fact.not_sure.filter(|_| spoken)) {
        (Kind::Age, _) => Slot::Age(Span::ANY),
        (_, Some(stand_in)) => Slot::Option(stand_in),
        (_, None) => Slot::Any,
    };
    Ok(Some(Value {
        unsure: true,
        ..slot.into()
    }))
}

fn wrong_type(kind: &Kind) -> FactError {
    let expected = match kind {
        Kind::OneOf { yes_no: true, .. } => "`yes` or `no`",
        Kind::OneOf { .. } => "one of its options",
        Kind::Number(_) => "a number",
        Kind::Ago { .. } | Kind::Due { .. } => "an instant",
        Kind::Pick(_) => "a list of rows",
        Kind::Age => "a birth date, an age with its unit, or not told",
        Kind::Text => "words",
    };
    FactError::WrongType { expected }
}

fn not_offered(options: &[Choice]) -> FactError {
    FactError::NotOffered {
        options: options.iter().map(|option| option.id.clone()).collect(),
    }
}

fn one_of(options: &[Choice], answer: &Answer) -> Result<Slot, FactError> {
    let Answer::Word(word) = answer else {
        return Err(FactError::WrongType {
            expected: "one of its options",
        });
    };
    options
        .iter()
        .position(|option| option.id == *word)
        .and_then(|place| u8::try_from(place).ok())
        .map(Slot::Option)
        .ok_or_else(|| not_offered(options))
}

fn number_of(number: &Number, answer: &Answer) -> Result<Slot, FactError> {
    let Answer::Number(said) = answer else {
        return Err(FactError::WrongType {
            expected: "a number",
        });
    };
    if !said.is_finite() {
        return Err(FactError::OutOfRange);
    }
    let scale = 10_f64.powi(i32::try_from(number.scale).unwrap_or(0));
    let scaled = said * scale;
    let off_step = || FactError::NotOnStep {
        step: format!("{}", number.step as f64 / scale),
    };
    if (scaled - scaled.round()).abs() > 1e-6 {
        return Err(off_step());
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast from f64 saturates, and the bound is read beyond it"
    )]
    let steps = scaled.round() as i64;
    let read = steps.clamp(number.from, number.to);
    if read == steps && (steps - number.from) % number.step.max(1) != 0 {
        return Err(off_step());
    }
    Ok(Slot::Number(read))
}

fn minutes(answer: &Answer, count: impl Fn(Timestamp) -> i64) -> Result<i64, FactError> {
    match answer {
        Answer::At(instant) => Ok(count(*instant)),
        _ => Err(FactError::WrongType {
            expected: "an instant",
        }),
    }
}

/// Whole minutes from one instant to another, rounded down: the earlier, more urgent side for what is due.
fn minutes_between(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second()).div_euclid(60)
}

fn rows_of(table: &Table, id: FactId, answer: &Answer) -> Result<Value, FactError> {
    let Answer::Rows(said) = answer else {
        return Err(FactError::WrongType {
            expected: "a list of rows",
        });
    };
    if said.is_empty() {
        return Err(FactError::NothingPicked);
    }
    let mut rows = SmallVec::new();
    for row in said {
        let place = table.rows.iter().position(|known| known.id == *row);
        let Some(place) = place.and_then(|place| u16::try_from(place).ok()) else {
            return Err(FactError::NotOffered {
                options: table.rows.iter().map(|row| row.id.clone()).collect(),
            });
        };
        rows.push(place);
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(Value {
        slot: Slot::Rows(id),
        rows,
        unsure: false,
    })
}

fn age_of(answer: &Answer, today: Date) -> Result<AgeRange, FactError> {
    let range = match answer {
        Answer::BirthDate(born) => {
            AgeRange::from_birth(*born, today).ok_or(FactError::OutOfRange)?
        }
        Answer::Age(told) => age_told(told)?,
        Answer::Number(_) => return Err(FactError::MissingUnit),
        _ => return Err(wrong_type(&Kind::Age)),
    };
    let oldest = AgeRange::ANY;
    Ok(AgeRange {
        months: (
            range.months.0.min(oldest.months.1),
            range.months.1.min(oldest.months.1),
        ),
        days: (
            range.days.0.min(oldest.days.1),
            range.days.1.min(oldest.days.1),
        ),
    })
}

/// Reads `20 months`; more than [`OLDEST_YEARS`] reads as that.
pub(super) fn age_told(told: &str) -> Result<AgeRange, FactError> {
    let mut words = told.split_whitespace();
    let (count, unit, rest) = (words.next(), words.next(), words.next());
    let count: i64 = count
        .and_then(|count| count.parse().ok())
        .ok_or_else(|| wrong_type(&Kind::Age))?;
    let unit = match unit {
        Some("day" | "days") => AgeUnit::Days,
        Some("week" | "weeks") => AgeUnit::Weeks,
        Some("month" | "months") => AgeUnit::Months,
        Some("year" | "years") => AgeUnit::Years,
        _ => return Err(FactError::MissingUnit),
    };
    if rest.is_some() {
        return Err(wrong_type(&Kind::Age));
    }
    if count < 0 {
        return Err(FactError::OutOfRange);
    }
    AgeRange::told(count, unit)
        .or_else(|| AgeRange::told(OLDEST_YEARS, AgeUnit::Years))
        .ok_or(FactError::OutOfRange)
}
