//! What is said in a walk, told to both.

use jiff::Timestamp;
use nhs111::pathway::Content;
use nhs111::pathway::content::{Asked, Exit, FactId, FactSource, GuideId, Kind};
use nhs111::walk::{Answer, Facts, Moment, Next};
use serde_json::{Map, Value, json};

use crate::random::Dice;

pub const NOW: &str = "2026-11-22T12:00:00Z";
const TODAY: &str = "2026-11-22";

/// A walk in progress.
pub struct Both<'c> {
    pub content: &'c Content,
    pub facts: Facts,
    told: Map<String, Value>,
    patient: Map<String, Value>,
    at: Moment,
}

impl<'c> Both<'c> {
    pub fn new(content: &'c Content) -> Self {
        let contact_began: Timestamp = NOW.parse().expect("a time");
        let at = Moment {
            contact_began,
            today: TODAY.parse().expect("a date"),
        };
        Both {
            content,
            facts: Facts::new(content),
            told: Map::new(),
            patient: Map::new(),
            at,
        }
    }

    /// What is said before anything is asked: mostly who it is about, some of what the service knows, and a little besides.
    pub fn volunteer(&mut self, dice: &mut Dice) {
        if !dice.one_in(4) {
            for (name, said) in patient(dice) {
                self.tell(name, said);
            }
        }
        for fact in &self.content.facts {
            let said = match fact.source {
                FactSource::System { .. } if dice.one_in(6) => json!({ "unknown": true }),
                FactSource::System { .. } if dice.one_in(5) => {
                    answer(dice, self.content, &fact.kind, false)
                }
                FactSource::Question if dice.one_in(9) => {
                    answer(dice, self.content, &fact.kind, true)
                }
                _ => continue,
            };
            self.tell(&fact.id, said);
        }
    }

    /// Changes an answer, or volunteers one.
    pub fn change(&mut self, dice: &mut Dice, fact: FactId) {
        let fact = self.content.fact(fact);
        if fact.source == FactSource::Question {
            let said = answer(dice, self.content, &fact.kind, true);
            self.tell(&fact.id, said);
        }
    }

    pub fn tell(&mut self, name: &str, said: Value) {
        let answer: Answer = serde_json::from_value(said.clone()).expect("an answer has this form");
        if let Err(error) = self.facts.tell(self.content, name, &answer, self.at) {
            panic!("`{name}` does not take {said}: {error}");
        }
        match (name, said) {
            ("age" | "sex" | "party", Value::Object(said)) => {
                let (key, value) = said.into_iter().next().expect("an answer has one key");
                let (key, value) = if key == "not_told" {
                    (name, json!("not_told"))
                } else {
                    (key.as_str(), value)
                };
                self.patient.insert(key.to_owned(), value);
            }
            ("sex" | "party", said) => {
                self.patient.insert(name.to_owned(), said);
            }
            (_, said) => {
                self.ends_no_guide(name);
                self.told.insert(name.to_owned(), said);
            }
        }
    }

    /// A guide's exit; one that asks a fact again takes it away.
    fn leave(&mut self, dice: &mut Dice, guide: GuideId) {
        let guide = self.content.guide(guide);
        let exit = dice.pick(&guide.exits);
        // Asked again for ever, a walk would not end.
        let exit = if exit.asks_again.is_some() && dice.one_in(2) {
            &guide.exits[0]
        } else {
            exit
        };
        self.tell(&guide.id, json!({ "exit": exit.id }));
        if let Some(again) = exit.asks_again {
            self.told.shift_remove(&self.content.fact(again).id);
        }
    }

    /// A fact that was asked again and is said: the guide that ended in asking is unanswered again.
    fn ends_no_guide(&mut self, fact: &str) {
        let content = self.content;
        let again = |exit: &&Exit| {
            exit.asks_again
                .is_some_and(|again| content.fact(again).id == fact)
        };
        for guide in &content.guides {
            let taken = self
                .told
                .get(&guide.id)
                .and_then(|said| said["exit"].as_str());
            if guide
                .exits
                .iter()
                .filter(again)
                .any(|exit| Some(exit.id.as_str()) == taken)
            {
                self.told.shift_remove(&guide.id);
            }
        }
    }

    /// The question to the oracle.
    pub fn request(&self, complaints: &[String], early: bool) -> Value {
        json!({ "op": "walk", "complaints": complaints, "now": NOW, "patient": self.patient, "facts": self.told, "ended_early": early })
    }
}

/// Answers a screen; one answer is one step, so a screen may be left half answered.
pub fn reply(dice: &mut Dice, both: &mut Both<'_>, next: &Next) {
    let content = both.content;
    match next {
        Next::Guide(guide) => both.leave(dice, *guide),
        Next::Patient { shown, .. } => {
            let missing = shown
                .iter()
                .map(|fact| content.fact(*fact).id.as_str())
                .collect::<Vec<_>>();
            for (name, said) in patient(dice) {
                if missing.contains(&name) {
                    both.tell(name, said);
                }
            }
        }
        Next::Ask {
            asked: Asked::Checklist(list),
            ..
        } if dice.one_in(5) => {
            let list = &content.checklist(*list).id;
            both.tell(list, json!({ "not_sure": true }));
        }
        next => {
            let fact = content.fact(*dice.pick(next.shown()));
            let said = answer(dice, content, &fact.kind, true);
            both.tell(&fact.id, said);
        }
    }
}

fn patient(dice: &mut Dice) -> [(&'static str, Value); 3] {
    let age = match dice.below(7) {
        0 => json!({ "not_told": true }),
        1 => json!({ "age": format!("{} years", dice.below(90)) }),
        2 => json!({ "age": format!("{} months", dice.below(40)) }),
        3 => json!({ "age": format!("{} days", dice.below(60)) }),
        4 => json!({ "age": format!("{} weeks", dice.below(20)) }),
        5 => {
            json!({ "birth_date": format!("2026-{:02}-{:02}", 8 + dice.below(3), 1 + dice.below(30)) })
        }
        _ => {
            json!({ "birth_date": format!("{}-{:02}-{:02}", 1940 + dice.below(86), 1 + dice.below(12), 1 + dice.below(28)) })
        }
    };
    let sex = dice
        .pick(&[json!("female"), json!("male"), json!({ "not_told": true })])
        .clone();
    let party = if dice.one_in(8) {
        json!({ "not_told": true })
    } else {
        dice.pick(&[json!("first"), json!("third")]).clone()
    };
    [("party", party), ("age", age), ("sex", sex)]
}

/// An answer to a question of this kind; where it may be, sometimes none.
fn answer(dice: &mut Dice, content: &Content, kind: &Kind, may_be_unsure: bool) -> Value {
    if may_be_unsure && dice.one_in(6) {
        return match (dice.below(5), kind) {
            (0, Kind::OneOf { yes_no: false, .. }) => json!({ "none_fit": "words" }),
            (1, _) => json!({ "refused": true }),
            (2, _) => json!({ "timed_out": true }),
            _ => json!({ "not_sure": true }),
        };
    }
    match kind {
        // Mostly the second option, which is "no": walks are longer where nothing is found.
        Kind::OneOf {
            options,
            yes_no: true,
        } => json!(options[usize::from(!dice.one_in(3))].id),
        Kind::OneOf { options, .. } => json!(dice.pick(options).id),
        Kind::Number(number) => {
            let steps =
                usize::try_from((number.to - number.from) / number.step).expect("few steps") + 3;
            let said = number.from
                + (i64::try_from(dice.below(steps)).expect("few steps") - 1) * number.step;
            let scale = usize::try_from(number.scale).expect("few places");
            // As a decimal of so many places, as a person writes it.
            serde_json::from_str(&format!(
                "{:.scale$}",
                said as f64 / 10_f64.powi(scale as i32)
            ))
            .expect("a number")
        }
        Kind::Ago { .. } => {
            json!({ "at": format!("2026-11-{:02}T{:02}:30:00Z", 19 + dice.below(4), dice.below(24)) })
        }
        Kind::Due { .. } => {
            json!({ "at": format!("2026-11-{:02}T{:02}:00:00Z", 20 + dice.below(5), dice.below(24)) })
        }
        Kind::Pick(table) => {
            let rows = &content.table(*table).rows;
            let mut picked = vec![dice.pick(rows).id.clone()];
            let other = dice.pick(rows).id.clone();
            if !picked.contains(&other) && dice.one_in(2) {
                picked.push(other);
            }
            json!(picked)
        }
        Kind::Age => json!({ "not_sure": true }),
        Kind::Text => json!("words"),
    }
}
