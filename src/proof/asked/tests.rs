//! Who is asked what by the gates is who is asked it by the running walk: random patients of today's content.

use std::collections::BTreeSet;
use std::path::Path;

use crate::pathway;
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::all_said;
use crate::pathway::encode::Value;
use crate::proof::Replay;

use super::*;

/// A small source of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// Somebody who gives a random answer to most questions.
fn wishes(scope: &mut Scope<'_>, dice: &mut Dice) -> Vec<Lit> {
    let mut wishes = Vec::new();
    for fact in scope.encoder.read_facts() {
        let said = scope.encoder.said(&mut scope.gates, fact);
        let lits: Vec<Lit> = match &said.value {
            Value::Options(options) => options.clone(),
            Value::Number(cuts) => cuts.above.iter().map(|(_, lit)| *lit).collect(),
            Value::Age(ages) => ages.months.0.above.iter().map(|(_, lit)| *lit).collect(),
            Value::Rows(rows) => rows.iter().map(|(_, lit)| *lit).collect(),
            Value::Words => Vec::new(),
        };
        // Two in three give the mildest answer, or a walk would end at the first question.
        let place = dice.roll(lits.len() * 3 + 1);
        let wish = lits.get(place).or(lits.last());
        wishes.extend(wish);
    }
    let places = wishes.len();
    for place in 0..places {
        wishes.swap(place, dice.roll(places));
    }
    wishes
}

/// Today's content, by name and text.
fn files(dir: &Path, under: &str, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{under}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push((name, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

#[test]
fn who_is_asked_what_is_who_is_asked_it_by_the_walk() {
    let asked_for = option_env!("NHS111_ASKED_PATIENTS").and_then(|count| count.parse().ok());
    let patients: usize = asked_for.unwrap_or(2);
    let only = option_env!("NHS111_ASKED_PATHWAY");
    let mut read = Vec::new();
    files(Path::new("pathways"), "", &mut read);
    read.sort();
    let content = pathway::read(&read).unwrap().content;
    let mut dice = Dice(1);
    let mut compared = 0;
    for place in (0..u16::try_from(content.pathways.len()).unwrap()).map(PathwayId) {
        if only.is_some_and(|only| content.pathway(place).id != only) {
            continue;
        }
        let further = guards(&content, place);
        let mut scope = Scope::with(&content, place, Gates::default(), &further);
        let full = scope.everything_answered();
        scope.gates.clause([full]);
        let Some(heard) = asked(&mut scope, place, None) else {
            continue;
        };
        heard.settles(&mut scope);
        for _ in 0..patients {
            let wishes = wishes(&mut scope, &mut dice);
            assert!(scope.gates.grant(&[], wishes));
            let facts = scope.encoder.read_facts();
            let said = all_said(&content, &mut scope.gates, &mut scope.encoder, &facts);
            let example = Example {
                who: String::new(),
                asked: Vec::new(),
                volunteered: Vec::new(),
                said,
            };
            let replay = Replay::of(&content, place, &example);
            let walked = replay.steps(&content).unwrap();
            let name = |fact: &FactId| content.fact(*fact).id.as_str();
            let theirs: BTreeSet<&str> = walked.asked.iter().map(name).collect();
            let ours: BTreeSet<&str> = heard
                .questions
                .iter()
                .filter(|(_, lit)| scope.gates.holds(**lit))
                .map(|(fact, _)| name(fact))
                .collect();
            let more: Vec<_> = ours.difference(&theirs).collect();
            let fewer: Vec<_> = theirs.difference(&ours).collect();
            assert!(
                more.is_empty() && fewer.is_empty(),
                "{}: the gates ask {more:?} more and {fewer:?} less than the walk: {}",
                content.pathway(place).id,
                replay
                    .person(&content, String::new())
                    .unwrap()
                    .command("pathways")
            );
            compared += theirs.len();
        }
    }
    assert!(compared > 5 * patients, "{compared}");
}
