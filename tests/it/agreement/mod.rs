//! The prover agrees with the running walk (G15): on all short paths of small libraries, and on random facts in random libraries.
//!
//! What was said is assumed in the encoding, the same words the walk was told. Then every line must come to the same, and so must the
//! outcome. The oracle's walks (`tests/it/oracle`) are held against the same, so that all three agree on each of their steps.
//!
//! `NHS111_AGREEMENT_PATIENTS`, `NHS111_AGREEMENT_TINY` and `NHS111_AGREEMENT_SEED` ask for more, or for others; `scripts/soak proof` does.

mod paths;
pub mod proved;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use nhs111::pathway::content::{FactSource, Kind};
use nhs111::pathway::{self, Content};
use nhs111::walk::{Answer, Facts, Moment, Plan};
use serde_json::json;

use crate::oracle::tell::patient;
use crate::random::{Dice, NOW, TODAY, known_answer, library, tiny};
use proved::Proved;

/// How many random patients.
const PATIENTS: u64 = 6_000;
/// How many of them in each library.
const IN_EACH: u64 = 40;
/// How many small libraries, of which all short paths are walked.
const TINY: u64 = 24;

/// When everything is said.
pub fn moment() -> Moment {
    Moment {
        contact_began: NOW.parse().unwrap(),
        today: TODAY.parse().unwrap(),
    }
}

#[test]
fn the_prover_agrees_with_the_walk_on_random_patients() {
    let (wanted, first) = (asked("PATIENTS", PATIENTS), asked("SEED", 1));
    let tried = AtomicU64::new(0);
    let libraries = wanted.div_ceil(IN_EACH) * 6 / 5;
    shared_out(first..first + libraries, |seed| {
        let Ok(checked) = pathway::read(&library(seed)) else {
            return Ok(());
        };
        let mut dice = Dice::new(seed ^ 0xA9EE);
        tried.fetch_add(IN_EACH, Ordering::Relaxed);
        patients(&mut dice, &checked.content)
    });
    let tried = tried.into_inner();
    println!("{tried} patients");
    assert!(tried >= wanted, "{tried} of {wanted} patients");
}

#[test]
fn the_prover_agrees_with_the_walk_on_all_short_paths() {
    let (wanted, first) = (asked("TINY", TINY), asked("SEED", 1));
    let walked = AtomicU64::new(0);
    shared_out(first..first + wanted, |seed| {
        if let Ok(checked) = pathway::read(&tiny(seed)) {
            walked.fetch_add(paths::all_short(&checked.content)?, Ordering::Relaxed);
        }
        Ok(())
    });
    let walked = walked.into_inner();
    println!("{walked} steps");
    assert!(
        walked > 500 * wanted,
        "{walked} steps of {wanted} libraries"
    );
}

/// Random patients of one content, half of them with one set of complaints.
fn patients(dice: &mut Dice, content: &Content) -> Result<(), String> {
    for _ in 0..2 {
        let families: Vec<&str> = content
            .families()
            .iter()
            .map(|(family, _)| *family)
            .collect();
        let mut chosen = vec![*dice.pick(&families)];
        let other = *dice.pick(&families);
        if other != chosen[0] && dice.one_in(3) {
            chosen.push(other);
        }
        let plan = Plan::new(content, &chosen, false).expect("the complaints are there");
        let mut proved = Proved::of(content, &plan);
        for _ in 0..IN_EACH / 2 {
            let facts = facts(dice, content);
            if let Some(how) = proved.disagreement(&plan, &facts, false) {
                return Err(format!("{chosen:?}: {how}"));
            }
        }
    }
    Ok(())
}

/// What a random patient said: all of it, most, or little.
fn facts(dice: &mut Dice, content: &Content) -> Facts {
    let mut facts = Facts::new(content);
    let mut tell = |name: &str, said: serde_json::Value| {
        let answer: Answer = serde_json::from_value(said).expect("an answer has this form");
        facts
            .tell(content, name, &answer, moment())
            .expect("it is offered");
    };
    if !dice.one_in(8) {
        for (name, said) in patient(dice) {
            tell(name, said);
        }
    }
    let (untold, unsure) = (*dice.pick(&[2, 4, 12, 1_000]), *dice.pick(&[3, 6, 1_000]));
    for fact in &content.facts {
        if fact.source == FactSource::Patient || dice.one_in(untold) {
            continue;
        }
        let system = matches!(fact.source, FactSource::System { .. });
        let said = if !dice.one_in(unsure) {
            known_answer(dice, content, &fact.kind)
        } else {
            match (dice.below(4), &fact.kind) {
                (_, _) if system => json!({ "unknown": true }),
                (0, Kind::OneOf { yes_no: false, .. }) => json!({ "none_fit": "words" }),
                (1, _) => json!({ "refused": true }),
                _ => json!({ "not_sure": true }),
            }
        };
        tell(&fact.id, said);
    }
    facts
}

/// What `NHS111_AGREEMENT_name` asks for.
fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(format!("NHS111_AGREEMENT_{name}"))
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

/// Tries every seed on every processor, and fails with what the first few disagreements say.
fn shared_out(seeds: Range<u64>, attempt: impl Fn(u64) -> Result<(), String> + Sync) {
    let next = Mutex::new(seeds);
    let found: Mutex<Vec<String>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.lock().expect("no thread panics with it").next();
                    let Some(seed) = seed else { return };
                    if let Err(disagreement) = attempt(seed) {
                        let mut found = found.lock().expect("no thread panics with it");
                        found.push(format!("seed {seed}: {disagreement}"));
                        if found.len() >= 8 {
                            return;
                        }
                    }
                }
            });
        }
    });
    let found = found.into_inner().expect("no thread panics with it");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
