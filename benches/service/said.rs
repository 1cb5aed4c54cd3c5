//! What somebody says to what is asked next: the mildest that can be told, or anything at all.

use serde_json::{Value, json};

/// SplitMix64: a fixed, portable sequence for each seed (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or_default()
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// How somebody answers.
#[derive(Debug, Clone)]
pub enum Manner {
    /// No, the last option, none of these.
    Mild,
    /// Anything that can be said, now and then "not sure".
    Any(Dice),
}

impl Manner {
    fn choose(&mut self, from: &Value) -> Value {
        let list = from.as_array().map(Vec::as_slice).unwrap_or_default();
        let place = match self {
            Manner::Mild => list.len().saturating_sub(1),
            Manner::Any(dice) => dice.below(list.len()),
        };
        list.get(place)
            .map(|option| option["id"].clone())
            .unwrap_or_default()
    }

    fn is_unsure(&mut self) -> bool {
        match self {
            Manner::Mild => false,
            Manner::Any(dice) => dice.one_in(12),
        }
    }

    fn ticks(&mut self, questions: &Value) -> Vec<Value> {
        let Manner::Any(dice) = self else {
            return Vec::new();
        };
        let all = questions.as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter()
            .filter(|_| dice.one_in(6))
            .map(|question| question["id"].clone())
            .collect()
    }

    /// The body of the request that answers `next`, or `None` at the end.
    pub fn answer(&mut self, next: &Value) -> Option<Value> {
        let item = match next["kind"].as_str()? {
            "guide" => {
                json!({"question": next["id"], "answer": {"exit": self.choose(&next["exits"])}})
            }
            "patient" | "ask" | "keep" if next["checklist"].is_object() => {
                let others = if self.is_unsure() { "not_sure" } else { "no" };
                let ticked = self.ticks(&next["questions"]);
                json!({"question": next["checklist"]["id"], "ticked": ticked, "others": others})
            }
            "patient" | "ask" | "keep" => {
                let question = next["questions"].get(0)?;
                json!({"question": question["id"], "answer": self.of_question(&question["answer"])})
            }
            _ => return None,
        };
        Some(json!({"answers": [item]}))
    }

    fn of_question(&mut self, kind: &Value) -> Value {
        let unsure = json!({"not_sure": true});
        match kind["kind"].as_str().unwrap_or_default() {
            "age" => json!({"age": "40 years"}),
            "text" => json!("words"),
            _ if self.is_unsure() => unsure,
            "yes_no" | "one_of" => self.choose(&kind["options"]),
            "pick" => json!([self.choose(&kind["rows"])]),
            "number" => match self {
                Manner::Mild => kind["from"].clone(),
                Manner::Any(dice) => kind[if dice.one_in(2) { "from" } else { "to" }].clone(),
            },
            _ => unsure,
        }
    }
}
