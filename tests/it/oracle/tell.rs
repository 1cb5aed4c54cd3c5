//! What is said in a walk, told to both.

use jiff::Timestamp;
use nhs111::pathway::Content;
use nhs111::pathway::content::{Asked, Exit, FactId, FactSource, GuideId, Kind};
use nhs111::walk::{Answer, Facts, Moment, Next};
use serde_json::{Map, Value, json};

use crate::random::{Dice, NOW, TODAY, known_answer};

/// A walk in progress.
pub struct Both<'c> {
    pub content: &'c Content,
    pub facts: Facts,
    told: Map<String, Value>,
    patient: Map<String, Value>,
    at: Moment,
    /// One in so many answers is not sure, or the like.
    unsure: usize,
}

impl<'c> Both<'c> {
    pub fn new(dice: &mut Dice, content: &'c Content) -> Self {
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
            unsure: *dice.pick(&[6, 6, 6, 2, 30]),
        }
    }

    /// What is said before anything is asked: mostly who it is about, some of what the service knows, and a little besides.
    pub fn volunteer(&mut self, dice: &mut Dice) {
        if !dice.one_in(4) {
            for (name, said) in patient(dice) {
                self.tell(name, said);
            }
        }
        let (known, volunteered) = (*dice.pick(&[5, 5, 1]), *dice.pick(&[9, 9, 3]));
        for fact in &self.content.facts {
            let said = match fact.source {
                FactSource::System { .. } if dice.one_in(6) => json!({ "unknown": true }),
                FactSource::System { .. } if dice.one_in(known) => {
                    known_answer(dice, self.content, &fact.kind)
                }
                FactSource::Question if dice.one_in(volunteered) => self.answer(dice, &fact.kind),
                _ => continue,
            };
            self.tell(&fact.id, said);
        }
    }

    /// An answer to a question of this kind, or none.
    fn answer(&self, dice: &mut Dice, kind: &Kind) -> Value {
        if !dice.one_in(self.unsure) {
            return known_answer(dice, self.content, kind);
        }
        match (dice.below(5), kind) {
            (0, Kind::OneOf { yes_no: false, .. }) => json!({ "none_fit": "words" }),
            (1, _) => json!({ "refused": true }),
            (2, _) => json!({ "timed_out": true }),
            _ => json!({ "not_sure": true }),
        }
    }

    /// The line is lost, or the visitor leaves: what was on the screen and unanswered is not sure.
    pub fn lose(&mut self, next: &Next) {
        if let Next::Ask { shown, .. } | Next::Keep { shown, .. } = next {
            for fact in shown {
                self.tell(&self.content.fact(*fact).id, json!({ "timed_out": true }));
            }
        }
    }

    /// Changes an answer, takes one back, or volunteers one.
    pub fn change(&mut self, dice: &mut Dice, fact: FactId) {
        let fact = self.content.fact(fact);
        if self.told.contains_key(&fact.id) && dice.one_in(4) {
            let taken = self.facts.withdraw(self.content, &fact.id);
            taken.expect("the fact is there");
            self.told.shift_remove(&fact.id);
        } else if fact.source == FactSource::Question {
            let said = self.answer(dice, &fact.kind);
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
        }
        | Next::Keep {
            asked: Asked::Checklist(list),
            ..
        } if dice.one_in(5) => {
            let list = &content.checklist(*list).id;
            both.tell(list, json!({ "not_sure": true }));
        }
        next => {
            let fact = content.fact(*dice.pick(next.shown()));
            let said = both.answer(dice, &fact.kind);
            both.tell(&fact.id, said);
        }
    }
}

/// A random patient: age, sex and party.
pub fn patient(dice: &mut Dice) -> [(&'static str, Value); 3] {
    let age = match dice.below(8) {
        7 => json!({ "age": format!("{} months", dice.pick(&[0, 1, 2, 3, 6, 11, 12])) }),
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
