//! What somebody plausibly says: mostly no to dangers, mostly the milder answers, now and then not sure or none of these.

use jiff::{SignedDuration, Timestamp};

use crate::case::answer::{Others, Said, What};
use crate::pathway::Content;
use crate::pathway::content::{Asked, Fact, FactId, Kind, Number, Order};
use crate::walk::Answer;

use super::dice::Dice;
use super::people::Person;

/// In 10,000 answers to a question of a red flag: yes. With some fifteen asked, about one case in eight has one.
const RED_FLAG: u64 = 80;
/// In 10,000 answers to any other yes/no question: the worse one.
const WORSE: u64 = 1400;
/// In 10,000 answers: not sure.
const NOT_SURE: u64 = 300;
/// In 10,000 answers to a question with several: none of these fit.
const NONE_FIT: u64 = 150;
/// In 10,000 answers: refused.
const REFUSED: u64 = 25;

/// What people say where nothing fits, and to questions for words. Made up.
const WORDS: &[&str] = &[
    "It comes and goes, I can't put my finger on it",
    "Like pins and needles but hot",
    "Same as last time, the doctor knows",
    "Nid yw'n hawdd dweud",
    "No sé cómo explicarlo",
    "بصراحة لا أعرف كيف أصفه",
    "Trudno powiedzieć 😕",
    "it's hard to say — worse at night, better sat up",
    "मुझे ठीक से नहीं पता",
    "Bit of everything really",
];

/// Words that nobody in particular said.
pub fn words(dice: &mut Dice) -> String {
    dice.one_of(WORDS).copied().unwrap_or_default().to_owned()
}

/// What is said of everything on a screen.
pub fn to_screen(
    content: &Content,
    person: &Person,
    asked: Asked,
    shown: &[FactId],
    now: Timestamp,
    dice: &mut Dice,
) -> Vec<Said> {
    let id = |fact: &FactId| content.fact(*fact).id.clone();
    if let Asked::Checklist(checklist) = asked {
        let worse = |fact: &&FactId| dice.happens(likely(content.fact(**fact)));
        let ticked: Vec<String> = shown.iter().filter(worse).map(id).collect();
        let others = if dice.happens(NOT_SURE) {
            Others::NotSure
        } else {
            Others::No
        };
        return vec![Said {
            name: content.checklist(checklist).id.clone(),
            what: What::Ticked {
                ticked,
                others: Some(others),
            },
        }];
    }
    shown
        .iter()
        .map(|fact| Said {
            name: id(fact),
            what: What::Answer(to_question(content, person, *fact, now, dice)),
        })
        .collect()
}

/// What is said of one fact.
pub fn to_question(
    content: &Content,
    person: &Person,
    fact: FactId,
    now: Timestamp,
    dice: &mut Dice,
) -> Answer {
    let system = content.system;
    if fact == system.age {
        return age(person, dice);
    }
    if fact == system.sex {
        return person.sex.map_or(Answer::NotTold, Answer::from);
    }
    if fact == system.party {
        return Answer::from(person.party);
    }
    let fact = content.fact(fact);
    if dice.happens(NOT_SURE) {
        return Answer::NotSure;
    }
    if dice.happens(REFUSED) {
        return Answer::Refused;
    }
    let ago = |minutes: i64| {
        let at = now.checked_sub(SignedDuration::from_mins(minutes));
        Answer::At(at.unwrap_or(now))
    };
    match &fact.kind {
        Kind::OneOf { options, yes_no } => {
            if !yes_no && dice.happens(NONE_FIT) {
                let said = if dice.happens(8000) {
                    words(dice)
                } else {
                    String::new()
                };
                return Answer::NoneFit(said);
            }
            let last = i64::try_from(options.len()).unwrap_or(1) - 1;
            let place = match (&fact.order, yes_no) {
                (Order::WorstLast, true) => i64::from(dice.happens(likely(fact))),
                (_, true) => i64::from(!dice.happens(likely(fact))),
                (Order::WorstFirst, false) => dice.near(last, 0),
                (Order::WorstLast, false) => dice.near(0, last),
                _ => dice.between(0, last),
            };
            let option = usize::try_from(place)
                .ok()
                .and_then(|place| options.get(place));
            option.map_or(Answer::NotSure, |option| Answer::Word(option.id.clone()))
        }
        Kind::Number(number) => Answer::Number(value(number, &fact.order, dice)),
        Kind::Ago { unit_minutes, to } => {
            let unit = (*unit_minutes).max(1);
            ago(dice.near(1, to / unit) * unit)
        }
        Kind::Due {
            unit_minutes,
            from,
            to,
        } => {
            let unit = (*unit_minutes).max(1);
            let end = if dice.happens(2000) { *from } else { *to };
            ago(-dice.near(0, end / unit) * unit)
        }
        Kind::Pick(table) => {
            let rows = &content.table(*table).rows;
            let row = dice.one_of(rows);
            row.map_or(Answer::NotSure, |row| Answer::Rows(vec![row.id.clone()]))
        }
        Kind::Age => age(person, dice),
        Kind::Text => Answer::Word(words(dice)),
    }
}

/// How often, in 10,000, the worse of two is said.
fn likely(fact: &Fact) -> u64 {
    if fact.red_flag { RED_FLAG } else { WORSE }
}

/// A date of birth, or an age as people say it; now and then neither.
fn age(person: &Person, dice: &mut Dice) -> Answer {
    match dice.below(100) {
        0 => Answer::NotTold,
        1..=70 => Answer::BirthDate(person.birth_date),
        _ => Answer::Age(format!("{} years", person.age)),
    }
}

/// Mostly near what is least urgent.
fn value(number: &Number, order: &Order, dice: &mut Dice) -> f64 {
    let step = number.step.max(1);
    let (likely, far) = match order {
        Order::Lower => (number.to, number.from),
        Order::Outside(from, to) if dice.happens(9200) => {
            let within = dice.between((*from).max(number.from), (*to).min(number.to));
            (within, within)
        }
        Order::Outside(_, to) => ((*to).clamp(number.from, number.to), number.to),
        _ => (number.from, number.to),
    };
    let drawn = dice.near(likely, far).clamp(number.from, number.to);
    let steps = (drawn - number.from) / step * step;
    let value = number.from + steps;
    // A number of the content is small: every digit of it fits.
    number.shown(value).parse().unwrap_or_default()
}
