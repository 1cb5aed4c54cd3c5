//! Forms: what a browser sends, and reading an answer out of it. What does not make sense is said beside its field; nothing is guessed.

use axum::extract::rejection::StringRejection;
use axum::extract::{FromRequest, Request};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::case::answer::{Others, Said, What};
use crate::pathway::Content;
use crate::pathway::age::{AgeRange, AgeUnit, OLDEST_YEARS};
use crate::pathway::content::{FactId, Kind, Number};
use crate::walk::Answer;

use super::view::{FieldError, Phrase, TEXT_LIMIT};

/// The fields of a form, in order.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Form(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = StringRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, StringRejection> {
        Ok(Form::read(&String::from_request(request, state).await?))
    }
}

impl Form {
    /// Reads `a=1&b=2`.
    pub fn read(body: &str) -> Self {
        Form(
            form_urlencoded::parse(body.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// As a browser sends it.
    pub fn written(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    /// The first value of a field, without white space around it; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default().trim()
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The fields with another value for one of them.
    pub fn with(&self, name: &str, value: String) -> Vec<(String, String)> {
        let others = self.0.iter().filter(|(field, _)| field != name).cloned();
        others.chain([(name.to_owned(), value)]).collect()
    }
}

/// What is wrong, for the summary and beside the field.
pub fn fault(group: &'static str, field: &'static str, message: Phrase) -> FieldError {
    FieldError {
        group,
        field,
        message,
    }
}

/// What is wrong with the answer of a page of questions.
pub fn in_answer(key: &'static str) -> FieldError {
    fault("answer", "answer", Phrase::key(key))
}

/// Party, age and sex, as answers to the three system facts.
///
/// # Errors
/// Everything that is wrong, in the order of the page.
pub fn read_about(
    content: &Content,
    form: &Form,
    today: Date,
) -> Result<Vec<Said>, Vec<FieldError>> {
    let party = match form.get("party") {
        word @ ("first" | "third") => Ok(Answer::from(word)),
        _ => Err(fault("party", "party", Phrase::key("error-party"))),
    };
    let sex = match form.get("sex") {
        word @ ("female" | "male") => Ok(Answer::from(word)),
        "not_told" => Ok(Answer::NotTold),
        _ => Err(fault("sex", "sex", Phrase::key("error-sex"))),
    };
    match (party, read_age(form, today), sex) {
        (Ok(party), Ok(age), Ok(sex)) => {
            let system = content.system;
            let said = [(system.party, party), (system.age, age), (system.sex, sex)];
            Ok(said
                .into_iter()
                .map(|(fact, answer)| Said {
                    name: content.fact(fact).id.clone(),
                    what: What::Answer(answer),
                })
                .collect())
        }
        (party, age, sex) => Err([party.err(), age.err(), sex.err()]
            .into_iter()
            .flatten()
            .collect()),
    }
}

fn read_age(form: &Form, today: Date) -> Result<Answer, FieldError> {
    let wrong = |field, key| fault("age", field, Phrase::key(key));
    match form.get("age_by") {
        "birth" => read_birth(form, today).map(Answer::BirthDate),
        "years" => {
            let (count, unit) = (form.get("age_count"), form.get("age_unit"));
            if count.is_empty() {
                return Err(wrong("age-count", "error-age-missing"));
            }
            let unit = match unit {
                "years" => AgeUnit::Years,
                "months" => AgeUnit::Months,
                "weeks" => AgeUnit::Weeks,
                "days" => AgeUnit::Days,
                _ => return Err(wrong("age-count", "error-age-missing")),
            };
            let number: i64 = count
                .parse()
                .ok()
                .filter(|number| *number >= 0)
                .ok_or_else(|| wrong("age-count", "error-age-not-a-number"))?;
            let told = AgeRange::told(number, unit)
                .map(|_| Answer::Age(format!("{number} {}", form.get("age_unit"))));
            told.ok_or_else(|| {
                fault(
                    "age",
                    "age-count",
                    Phrase::key("error-age-too-old").with("most", OLDEST_YEARS),
                )
            })
        }
        "not_told" => Ok(Answer::NotTold),
        _ => Err(wrong("age", "error-age-by")),
    }
}

/// A date of birth in three fields.
///
/// # Errors
/// What is wrong with it.
pub fn read_birth(form: &Form, today: Date) -> Result<Date, FieldError> {
    let wrong = |key| fault("age", "birth-day", Phrase::key(key));
    let parts = ["birth_day", "birth_month", "birth_year"].map(|part| form.get(part));
    if parts.iter().all(|part| part.is_empty()) {
        return Err(wrong("error-birth-missing"));
    }
    let [day, month, year] = parts.map(|part| part.parse::<i16>().ok());
    let date = |day: i16, month: i16, year: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let born = day
        .zip(month)
        .zip(year)
        .and_then(|((day, month), year)| date(day, month, year))
        .ok_or_else(|| wrong("error-birth-not-a-date"))?;
    if born > today {
        return Err(wrong("error-birth-future"));
    }
    if i64::from(today.year()) - i64::from(born.year()) > OLDEST_YEARS {
        return Err(wrong("error-birth-too-old"));
    }
    Ok(born)
}

/// An answer to one question.
///
/// # Errors
/// What is wrong with it.
pub fn read_answer(
    content: &Content,
    fact: FactId,
    form: &Form,
    now: Timestamp,
) -> Result<Answer, FieldError> {
    let unsure = form.get("unsure") == "yes";
    match &content.fact(fact).kind {
        Kind::OneOf { options, yes_no } => match form.get("answer") {
            "not_sure" => Ok(Answer::NotSure),
            "none_fit" if !yes_no => Ok(Answer::NoneFit(
                form.get("words").chars().take(TEXT_LIMIT).collect(),
            )),
            word if options.iter().any(|option| option.id == word) => Ok(Answer::from(word)),
            _ => Err(in_answer("error-choose")),
        },
        Kind::Number(number) => either(
            unsure,
            form.get("number"),
            ["error-number-missing", "error-number-both"],
            |text| read_number(number, text),
        ),
        Kind::Ago { .. } => either(
            unsure,
            form.get("number"),
            ["error-time-missing", "error-time-both"],
            |text| read_minutes(text, form.get("unit")).and_then(|minutes| instant(now, -minutes)),
        ),
        Kind::Due { .. } => either(
            unsure,
            form.get("number"),
            ["error-time-missing", "error-time-both"],
            |text| {
                let sign = if form.get("direction") == "passed" {
                    -1
                } else {
                    1
                };
                read_minutes(text, form.get("unit"))
                    .and_then(|minutes| instant(now, sign * minutes))
            },
        ),
        Kind::Pick(table) => {
            let rows = &content.table(*table).rows;
            let picked: Vec<String> = form
                .all("row")
                .filter(|row| rows.iter().any(|known| known.id == *row))
                .map(str::to_owned)
                .collect();
            match (picked.is_empty(), unsure) {
                (true, true) => Ok(Answer::NotSure),
                (true, false) => Err(in_answer("error-pick")),
                (false, true) => Err(in_answer("error-pick-both")),
                (false, false) => Ok(Answer::Rows(picked)),
            }
        }
        Kind::Text => either(
            unsure,
            form.get("text"),
            ["error-text", "error-text-both"],
            |text| {
                let fits = text.chars().count() <= TEXT_LIMIT;
                let most = i64::try_from(TEXT_LIMIT).unwrap_or(i64::MAX);
                if fits {
                    Ok(Answer::from(text))
                } else {
                    Err(fault(
                        "answer",
                        "answer",
                        Phrase::key("error-text-long").with("most", most),
                    ))
                }
            },
        ),
        // Asked on a page of its own.
        Kind::Age => Err(in_answer("error-age-by")),
    }
}

/// Something typed, or "I am not sure", but not both and not neither.
fn either(
    unsure: bool,
    text: &str,
    [missing, both]: [&'static str; 2],
    read: impl FnOnce(&str) -> Result<Answer, FieldError>,
) -> Result<Answer, FieldError> {
    match (text.is_empty(), unsure) {
        (true, true) => Ok(Answer::NotSure),
        (true, false) => Err(in_answer(missing)),
        (false, true) => Err(in_answer(both)),
        (false, false) => read(text),
    }
}

fn read_number(number: &Number, text: &str) -> Result<Answer, FieldError> {
    let scale = 10_f64.powi(i32::try_from(number.scale).unwrap_or_default());
    let example = ((number.from + number.to) / 2 / number.step.max(1)) * number.step.max(1);
    let key = if number.scale == 0 {
        "error-number-whole"
    } else {
        "error-number"
    };
    let wrong = || {
        fault(
            "answer",
            "answer",
            Phrase::key(key).with("example", written(example as f64 / scale)),
        )
    };
    // People write 38,5 as well as 38.5, and put the unit after it.
    let digits = text.replace(',', ".");
    let digits = digits
        .trim_end_matches(|letter: char| !letter.is_ascii_digit())
        .trim();
    let value: f64 = digits.parse().map_err(|_| wrong())?;
    let steps = value * scale;
    let is_on_step = (steps - steps.round()).abs() < 1e-6
        && (steps.round() as i64 - number.from) % number.step.max(1) == 0;
    // A number beyond a bound is kept as said; only one between two steps cannot be read.
    let is_beyond = steps < number.from as f64 || steps > number.to as f64;
    if value.is_finite() && (is_on_step || is_beyond) {
        Ok(Answer::Number(value))
    } else {
        Err(wrong())
    }
}

fn read_minutes(text: &str, unit: &str) -> Result<i64, FieldError> {
    let wrong = || {
        fault(
            "answer",
            "answer",
            Phrase::key("error-number").with("example", "2"),
        )
    };
    let minutes = match unit {
        "minutes" => 1,
        "hours" => 60,
        "days" => 24 * 60,
        "weeks" => 7 * 24 * 60,
        _ => return Err(in_answer("error-time-unit")),
    };
    let count: f64 = text.replace(',', ".").parse().map_err(|_| wrong())?;
    let total = (count * f64::from(minutes)).round();
    // A hundred years: beyond every bound of a question, and still a time.
    if (0.0..=52_560_000.0).contains(&total) {
        Ok(total as i64)
    } else {
        Err(wrong())
    }
}

fn instant(now: Timestamp, minutes: i64) -> Result<Answer, FieldError> {
    now.checked_add(SignedDuration::from_mins(minutes))
        .map(Answer::At)
        .map_err(|_| in_answer("error-time-missing"))
}

/// A number without needless noughts.
pub fn written(number: f64) -> String {
    format!("{number}")
}

/// What was ticked on a checklist, and what was said of the others.
///
/// # Errors
/// If nothing was said at all. A tick alone is taken at once: nobody with a sign of danger is sent back to the form.
pub fn read_ticks(form: &Form) -> Result<(Vec<String>, Option<Others>), FieldError> {
    let ticked: Vec<String> = form.all("sign").map(str::to_owned).collect();
    let others = match form.get("rest") {
        "none" => Some(Others::No),
        "not_sure" => Some(Others::NotSure),
        _ => None,
    };
    if ticked.is_empty() && others.is_none() {
        Err(in_answer("error-checklist"))
    } else {
        Ok((ticked, others))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Form {
        Form::read(body)
    }

    #[track_caller]
    fn age(body: &str, expected: Result<Answer, &str>) {
        let found = read_age(&form(body), "2026-11-03".parse().unwrap());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert!(found == expected, "{body}"),
            (
                Err(FieldError {
                    message: Phrase::Message { key, .. },
                    ..
                }),
                Err(expected),
            ) => {
                assert_eq!(key, expected, "{body}");
            }
            (found, expected) => panic!("{body}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn an_age_is_a_date_of_birth_or_a_number_with_its_unit_or_not_told() {
        let birth = |day, month, year| {
            format!("age_by=birth&birth_day={day}&birth_month={month}&birth_year={year}")
        };
        age(
            &birth("3", "11", "2026"),
            Ok(Answer::BirthDate("2026-11-03".parse().unwrap())),
        );
        age(&birth("4", "11", "2026"), Err("error-birth-future"));
        age(&birth("29", "2", "2023"), Err("error-birth-not-a-date"));
        age(&birth("3", "11", "84"), Err("error-birth-too-old"));
        age(&birth("", "", ""), Err("error-birth-missing"));
        age(
            "age_by=years&age_count=20&age_unit=months",
            Ok(Answer::Age("20 months".to_owned())),
        );
        age(
            "age_by=years&age_count=five&age_unit=years",
            Err("error-age-not-a-number"),
        );
        age(
            "age_by=years&age_count=200&age_unit=years",
            Err("error-age-too-old"),
        );
        age("age_by=not_told", Ok(Answer::NotTold));
        age("", Err("error-age-by"));
    }

    #[test]
    fn a_number_is_taken_as_people_write_it() {
        let celsius = Number {
            unit: "celsius".to_owned(),
            scale: 1,
            from: 300,
            to: 450,
            step: 1,
        };
        for (text, expected) in [
            ("38.5", Some(38.5)),
            ("38,5 °C", Some(38.5)),
            ("38", Some(38.0)),
            ("99", Some(99.0)),
            ("38.55", None),
            ("hot", None),
            ("", None),
        ] {
            let found = read_number(&celsius, text).ok();
            assert!(found == expected.map(Answer::Number), "{text}");
        }
    }

    #[test]
    fn a_time_is_so_much_of_a_unit() {
        let minutes = |text: &str, unit: &str| read_minutes(text, unit).ok();
        assert_eq!(minutes("2", "weeks"), Some(20_160));
        assert_eq!(minutes("1.5", "hours"), Some(90));
        assert_eq!(minutes("-1", "hours"), None);
        assert_eq!(minutes("1", "moons"), None);
    }
}
