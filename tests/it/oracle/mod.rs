//! The walk agrees with an interpreter that reads the raw YAML (`tests/oracle/`), written from the language's description alone:
//! at every step of random walks, over random small libraries and over the pathways.
//!
//! `NHS111_ORACLE_LIBRARIES`, `NHS111_ORACLE_WALKS`, `NHS111_ORACLE_TINY`, `NHS111_ORACLE_PATIENTS` and `NHS111_ORACLE_SEED` ask for more,
//! or for others.

mod compare;
mod interpreter;
pub mod tell;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use std::sync::Mutex;

use nhs111::pathway;
use nhs111::pathway::content::PathwayId;
use nhs111::pathway::definedness::undefined;
use serde_json::{Value, json};

use crate::random::{NOW, library, tiny};
use compare::compare;
use interpreter::Oracle;

/// How many random libraries.
const LIBRARIES: u64 = 250;
/// How many walks over the pathways, of about 25 steps each.
const WALKS: u64 = 40;

/// How many tiny libraries.
const TINY: u64 = 120;
/// How many patients are tried for each of them; larger ones are passed over.
const PATIENTS: u64 = 4000;

#[test]
fn the_walk_agrees_with_the_oracle_on_random_libraries() {
    let (wanted, first) = (asked("LIBRARIES", LIBRARIES), asked("SEED", 1));
    let sound = Mutex::new((0, 0));
    shared_out(first..first + wanted, |oracle, seed| {
        let files = library(seed);
        // Now and then a random rule is always true or false, which the reader refuses.
        let Ok(checked) = pathway::read(&files) else {
            return Ok(());
        };
        oracle.load(&files)?;
        for walk in 0..3 {
            let steps = compare(oracle, &checked.content, seed, walk)?;
            let mut sound = sound.lock().expect("no thread panics with it");
            *sound = (sound.0 + 1, sound.1 + steps);
        }
        Ok(())
    });
    let (walks, steps) = sound.into_inner().expect("no thread panics with it");
    assert!(
        walks > wanted,
        "most random libraries are sound: {walks} walks over {wanted} of them"
    );
    assert!(
        steps > 3 * usize::try_from(walks).expect("few"),
        "walks have steps: {steps} in {walks}"
    );
}

#[test]
fn the_walk_agrees_with_the_oracle_on_the_pathways() {
    let folder = std::env::var("NHS111_ORACLE_CONTENT")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/pathways").to_owned());
    if !Path::new(&folder).is_dir() {
        return;
    }
    let files = nhs111::cli::read_folder(Path::new(&folder)).expect("the pathways can be read");
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => panic!(
            "{}",
            findings
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        ),
    };
    let (wanted, first) = (asked("WALKS", WALKS), asked("SEED", 1));
    shared_out(first..first + wanted, |oracle, seed| {
        oracle.load(&files)?;
        compare(oracle, &content, seed, 0).map(|_| ())
    });
}

#[test]
fn definedness_agrees_with_the_oracle_on_tiny_libraries() {
    let (wanted, first) = (asked("TINY", TINY), asked("SEED", 1));
    let verdicts = Mutex::new(BTreeMap::new());
    shared_out(first..first + wanted, |oracle, seed| {
        let files = tiny(seed);
        let Ok(checked) = pathway::read(&files) else {
            return Ok(());
        };
        oracle.load(&files)?;
        for (place, pathway) in (0..).zip(&checked.content.pathways) {
            let request = json!({ "op": "definedness", "pathway": pathway.id, "now": NOW, "limit": asked("PATIENTS", PATIENTS) });
            let theirs = oracle.ask(&request);
            let ours = undefined(&checked.content, PathwayId(place));
            let verdict = match &theirs["defined"] {
                Value::Bool(defined) if *defined == ours.is_empty() => defined.to_string(),
                Value::Bool(_) => {
                    let ours: Vec<String> = ours
                        .iter()
                        .map(|undefined| undefined.diagnostic(&checked.content).to_string())
                        .collect();
                    return Err(format!("ours {ours:?}\ntheirs {theirs}"));
                }
                _ => theirs.to_string(),
            };
            let mut verdicts = verdicts.lock().expect("no thread panics with it");
            *verdicts.entry(verdict).or_insert(0) += 1;
        }
        Ok(())
    });
    let verdicts: BTreeMap<String, u64> = verdicts.into_inner().expect("no thread panics with it");
    println!("definedness: {verdicts:?}");
    let often = |verdict: &str| {
        verdicts
            .get(verdict)
            .is_some_and(|count| count * 16 > wanted)
    };
    assert!(
        often("true") && often("false"),
        "both come up: {verdicts:?}"
    );
}

/// What `NHS111_ORACLE_name` asks for.
fn asked<T: FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(format!("NHS111_ORACLE_{name}"))
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

/// Tries every seed, with an oracle for each processor, and fails with what the first few disagreements say.
fn shared_out(seeds: Range<u64>, attempt: impl Fn(&mut Oracle, u64) -> Result<(), String> + Sync) {
    let next = Mutex::new(seeds);
    let disagreements: Mutex<Vec<String>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut oracle = Oracle::start();
                loop {
                    let Some(seed) = next.lock().expect("no thread panics with it").next() else {
                        return;
                    };
                    if let Err(disagreement) = attempt(&mut oracle, seed) {
                        let mut found = disagreements.lock().expect("no thread panics with it");
                        found.push(format!("seed {seed}: {disagreement}"));
                        if found.len() >= 8 {
                            return;
                        }
                    }
                }
            });
        }
    });
    let found = disagreements
        .into_inner()
        .expect("no thread panics with it");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
