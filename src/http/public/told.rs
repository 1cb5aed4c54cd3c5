//! Answers, told back in words.

use jiff::Timestamp;

use crate::pathway::content::{Content, Fact, FactId, Given, Kind};
use crate::pathway::text::Text;
use crate::service::speech::Speech;
use crate::walk::Answer;

use super::form::written;
use super::view::Phrase;

/// A content in the words of one visitor.
pub struct Told<'a> {
    /// The content.
    pub content: &'a Content,
    /// In whose words.
    pub speech: Speech,
}

impl Told<'_> {
    /// A text as a sentence: `{patient}` may stand first, and is then written large.
    pub fn say(&self, text: &Text) -> String {
        let said = self.speech.say(text);
        let mut letters = said.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect())
            .unwrap_or_default()
    }

    /// How a question is asked.
    pub fn wording(&self, fact: FactId) -> String {
        self.say(&self.content.fact(fact).wording)
    }

    /// An answer; `said_at` is when it was said, for "so long ago".
    pub fn answer(&self, fact: FactId, answer: &Answer, said_at: Timestamp) -> Phrase {
        let fact = self.content.fact(fact);
        match answer {
            Answer::Word(word) => self.word(fact, word),
            Answer::Number(number) => number_of(fact, written(*number)),
            Answer::Rows(rows) => Phrase::Text(self.rows(fact, rows)),
            Answer::At(at) => {
                let minutes = (at.duration_since(said_at).as_secs() + 30).div_euclid(60);
                match fact.kind {
                    Kind::Ago { .. } => elapsed("answer-ago", -minutes),
                    _ if minutes < 0 => elapsed("answer-overdue", -minutes),
                    _ => elapsed("answer-due", minutes),
                }
            }
            Answer::BirthDate(born) => {
                let message = Phrase::key("answer-birth").with("day", i64::from(born.day()));
                message
                    .with("month", i64::from(born.month()))
                    .with("year", i64::from(born.year()))
            }
            Answer::Age(told) => age(told),
            Answer::NotTold => Phrase::key("prefer-not-say"),
            Answer::NotSure | Answer::Unknown => Phrase::key("answer-not-sure"),
            Answer::NoneFit(words) if words.is_empty() => Phrase::key("answer-none-fit"),
            Answer::NoneFit(words) => {
                Phrase::key("answer-none-fit-words").with("words", words.clone())
            }
            Answer::Refused | Answer::TimedOut => Phrase::key("answer-refused"),
            Answer::Exit(exit) => Phrase::Text(exit.clone()),
        }
    }

    /// A value that the walk tried.
    pub fn given(&self, fact: FactId, given: Given) -> Phrase {
        let fact = self.content.fact(fact);
        match (given, &fact.kind) {
            (Given::Option(place), Kind::OneOf { options, .. }) => {
                options.get(usize::from(place)).map_or_else(
                    || Phrase::key("answer-not-sure"),
                    |option| self.word(fact, &option.id),
                )
            }
            (Given::Number(minutes), Kind::Ago { .. }) => elapsed("answer-ago", minutes),
            (Given::Number(minutes), Kind::Due { .. }) if minutes < 0 => {
                elapsed("answer-overdue", -minutes)
            }
            (Given::Number(minutes), Kind::Due { .. }) => elapsed("answer-due", minutes),
            (Given::Number(steps), Kind::Number(number)) => {
                let scale = 10_f64.powi(i32::try_from(number.scale).unwrap_or_default());
                number_of(fact, written(steps as f64 / scale))
            }
            (Given::Row(row), Kind::Pick(table)) => Phrase::Text(
                self.content
                    .table(*table)
                    .rows
                    .get(usize::from(row))
                    .map(|row| self.say(&row.text))
                    .unwrap_or_default(),
            ),
            _ => Phrase::key("answer-not-sure"),
        }
    }

    fn word(&self, fact: &Fact, word: &str) -> Phrase {
        match (&fact.kind, word) {
            (Kind::OneOf { yes_no: true, .. }, "yes") => Phrase::key("answer-yes"),
            (Kind::OneOf { yes_no: true, .. }, "no") => Phrase::key("answer-no"),
            (Kind::OneOf { options, .. }, word) => Phrase::Text(
                options
                    .iter()
                    .find(|option| option.id == word)
                    .map_or_else(|| word.to_owned(), |option| self.say(&option.text)),
            ),
            (_, word) => Phrase::Text(word.to_owned()),
        }
    }

    fn rows(&self, fact: &Fact, picked: &[String]) -> String {
        let Kind::Pick(table) = &fact.kind else {
            return picked.join(", ");
        };
        let rows = &self.content.table(*table).rows;
        let texts = rows
            .iter()
            .filter(|row| picked.contains(&row.id))
            .map(|row| self.say(&row.text));
        texts.collect::<Vec<_>>().join(", ")
    }
}

fn number_of(fact: &Fact, number: String) -> Phrase {
    let unit = match &fact.kind {
        Kind::Number(number) => number.unit.as_str(),
        _ => "",
    };
    Phrase::key("answer-number")
        .with("number", number)
        .with("unit", unit)
}

/// In the largest unit in which it is a whole number, as it was most likely said.
fn elapsed(key: &'static str, minutes: i64) -> Phrase {
    let (number, unit) = largest_unit(minutes);
    Phrase::key(key).with("number", number).with("unit", unit)
}

/// How many of which unit so many minutes are.
pub fn largest_unit(minutes: i64) -> (i64, &'static str) {
    match minutes {
        0 => (0, "minutes"),
        minutes if minutes % (24 * 60) == 0 => (minutes / (24 * 60), "days"),
        minutes if minutes % 60 == 0 => (minutes / 60, "hours"),
        minutes => (minutes, "minutes"),
    }
}

/// `20 months`.
fn age(told: &str) -> Phrase {
    let (number, unit) = told.split_once(' ').unwrap_or((told, "years"));
    let unit = format!("{}s", unit.trim_end_matches('s'));
    Phrase::key("answer-age")
        .with("number", number.parse::<i64>().unwrap_or_default())
        .with("unit", unit)
}
