//! Rules say what rhai says: random rules of the whole fragment, read and walked by us and evaluated by rhai.
//!
//! On full maps the two agree exactly. On partial maps a rhai boolean equals ours, and our true or false holds however the map is
//! completed. `NHS111_LAW_CASES` asks for more libraries of rules.

mod any_text;
mod by_rhai;
mod world;
mod write;

use std::collections::BTreeSet;

use nhs111::pathway::content::Effect;
use nhs111::pathway::{self, Content};
use nhs111::walk::{Plan, Reached, Scratch, outcome, true_lines};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use by_rhai::ByRhai;
use world::{FACTS, Said, Value, Written, files, need, tell, values};
use write::written;

/// How many libraries of rules.
const CASES: u32 = 64;
/// How many completions of a partial map are tried.
const COMPLETIONS: usize = 48;

/// The same cases every time.
fn config(cases: u32) -> Config {
    let asked = std::env::var("NHS111_LAW_CASES").ok();
    Config {
        cases: asked.and_then(|asked| asked.parse().ok()).unwrap_or(cases),
        rng_seed: RngSeed::Fixed(111),
        failure_persistence: None,
        ..Config::default()
    }
}

/// The library of these rules; `None` where one is too large once its names are spelled out.
fn read(written: &Written) -> Option<Content> {
    match pathway::read(&files(written)) {
        Ok(checked) => Some(checked.content),
        Err(findings) if findings.iter().all(|finding| finding.code == "P403") => None,
        Err(findings) => panic!("{}\n{written:#?}", findings[0]),
    }
}

/// What the walk says of every rule; `None` where it is undetermined.
fn by_us(content: &Content, said: &Said, rules: usize) -> Vec<Option<bool>> {
    let plan = Plan::new(content, &["sample"], false).expect("the complaint is there");
    let facts = tell(content, said);
    let mut scratch = Scratch::new();
    let held: Vec<&str> = true_lines(content, &plan, &facts, &mut scratch)
        .iter()
        .filter_map(|reached| match reached {
            Reached::Line(line) => Some(&content.line(*line).effect),
            _ => None,
        })
        .filter_map(|effect| match effect {
            Effect::Also(need) => Some(&*content.needs[need.index()].id),
            _ => None,
        })
        .collect();
    // At the end what is undetermined counts as well.
    let could: Vec<&str> = outcome(content, &plan, &facts, &mut scratch)
        .also
        .iter()
        .map(|need| &*content.needs[need.index()].id)
        .collect();
    let truth = |place| {
        let need = need(place);
        match (held.contains(&&*need), could.contains(&&*need)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        }
    };
    (0..rules).map(truth).collect()
}

/// One value of every fact, or none of some.
fn said() -> impl Strategy<Value = Vec<(Index, Index)>> {
    prop::collection::vec(any::<(Index, Index)>(), FACTS.len())
}

fn full(chosen: &[(Index, Index)]) -> Said {
    let chosen = FACTS.iter().zip(chosen);
    chosen
        .map(|((_, kind), (value, _))| Some(value.get(&values(*kind)).clone()))
        .collect()
}

/// With about one in `one_in` facts left out.
fn partial(chosen: &[(Index, Index)], one_in: usize) -> Said {
    let full = full(chosen).into_iter().zip(chosen);
    full.map(|(value, (_, left_out))| value.filter(|_| left_out.index(one_in) > 0))
        .collect()
}

/// The facts that a rule reads, by way of what it names.
fn reads(written: &Written, rule: &str) -> BTreeSet<usize> {
    let mut reads = BTreeSet::new();
    let words = rule.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for word in words {
        reads.extend(FACTS.iter().position(|(name, _)| *name == word));
        let (named, score) = match word {
            "first_let" => (vec![&written.first_let], None),
            "second_let" => (vec![&written.second_let], None),
            "first_score" => (vec![], Some(&written.first_score)),
            "second_score" => (vec![], Some(&written.second_score)),
            _ => continue,
        };
        let points = score
            .iter()
            .flat_map(|score| score.points.iter().map(|(_, rule)| rule));
        for rule in named.into_iter().chain(points) {
            reads.append(&mut self::reads(written, rule));
        }
        let bands = score.and_then(|score| score.bands).map(|_| "fever_days");
        let options = score.and_then(|score| score.options).map(|_| "swallowing");
        for question in bands.into_iter().chain(options) {
            reads.extend(FACTS.iter().position(|(name, _)| *name == question));
        }
    }
    reads
}

/// Some completions of a partial map, all of them where they are few: only `open` facts change, the others keep what was said or
/// are given any value.
fn completions(said: &Said, open: &[usize]) -> Vec<Said> {
    let any_full: Said = FACTS
        .iter()
        .zip(said)
        .map(|((_, kind), value)| value.clone().or_else(|| values(*kind).pop()))
        .collect();
    let choices: Vec<Vec<Value>> = open.iter().map(|place| values(FACTS[*place].1)).collect();
    let count = choices.iter().fold(1_usize, |count, choices| {
        count.saturating_mul(choices.len())
    });
    // A prime step goes through all of the places before it comes back to one.
    let step = if count > COMPLETIONS { 7919 } else { 1 };
    (0..count.min(COMPLETIONS))
        .map(|number| {
            let mut place = number.wrapping_mul(step) % count;
            let mut completed = any_full.clone();
            for (fact, choices) in open.iter().zip(&choices) {
                completed[*fact] = choices.get(place % choices.len()).cloned();
                place /= choices.len();
            }
            completed
        })
        .collect()
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn on_full_maps_rhai_and_the_typed_form_agree(
        written in written(),
        patients in prop::collection::vec(said(), 1..24),
    ) {
        let Some(content) = read(&written) else { return Ok(()) };
        let by_rhai = ByRhai::new(&written);
        for patient in &patients {
            let said = full(patient);
            let ours = by_us(&content, &said, written.rules.len());
            let mut scope = by_rhai.scope(&said);
            for (place, rule) in written.rules.iter().enumerate() {
                let rhai = by_rhai.rule(place, &mut scope);
                prop_assert!(rhai.is_some(), "rhai has all that `{}` reads", rule);
                prop_assert_eq!(ours[place], rhai, "`{}` of {:?}", rule, named(&said));
            }
        }
    }

    #[test]
    fn on_partial_maps_what_rhai_says_is_ours_and_what_we_say_holds_on_every_completion(
        written in written(),
        patients in prop::collection::vec((said(), 2..6_usize), 1..4),
    ) {
        let Some(content) = read(&written) else { return Ok(()) };
        let by_rhai = ByRhai::new(&written);
        for (patient, one_in) in &patients {
            let said = partial(patient, *one_in);
            let ours = by_us(&content, &said, written.rules.len());
            let mut scope = by_rhai.scope(&said);
            for (place, rule) in written.rules.iter().enumerate() {
                if let Some(rhai) = by_rhai.rule(place, &mut scope) {
                    prop_assert_eq!(ours[place], Some(rhai), "`{}` of {:?}", rule, named(&said));
                }
                if ours[place].is_none() {
                    continue;
                }
                let read = reads(&written, rule).into_iter();
                let open: Vec<usize> = read.filter(|fact| said[*fact].is_none()).collect();
                for completed in completions(&said, &open) {
                    let rhai = by_rhai.rule(place, &mut by_rhai.scope(&completed));
                    prop_assert_eq!(
                        ours[place], rhai,
                        "`{}` of {:?}, completed to {:?}", rule, named(&said), named(&completed)
                    );
                }
            }
        }
    }
}

/// What was said, for a message.
fn named(said: &Said) -> Vec<(&'static str, &Value)> {
    let said = FACTS.iter().zip(said);
    said.filter_map(|((name, _), value)| Some((*name, value.as_ref()?)))
        .collect()
}

/// What is tried says something: most libraries are read, every form of rule comes up, and rules come out every way.
#[test]
fn the_rules_that_are_tried_are_of_every_form_and_come_out_every_way() {
    let mut runner = TestRunner::new(config(CASES));
    let (mut unread, mut texts, mut came_out) = (0, String::new(), [0_u32; 3]);
    for _ in 0..60 {
        let (written, patient) = (written(), said()).new_tree(&mut runner).unwrap().current();
        let Some(content) = read(&written) else {
            unread += 1;
            continue;
        };
        texts += &written.rules.join("\n");
        for ours in by_us(&content, &partial(&patient, 3), written.rules.len()) {
            came_out[ours.map_or(2, usize::from)] += 1;
        }
    }
    assert!(unread <= 6, "{unread} of 60 libraries are too large");
    assert!(came_out.iter().all(|count| *count >= 20), "{came_out:?}");
    for form in [
        "&&",
        "||",
        "!(",
        "count([",
        "highest(",
        "_score >",
        "_let",
        "unsure(",
        "any(",
        "all(",
        "per_kg(",
        "hours_since(",
        "hours_until(",
        "hours(",
        "minutes(",
        "years(",
        "months(",
        "days(",
        " in [",
        "..=",
        " == no",
        " != ",
        " <= ",
        " >= ",
        "temperature >",
    ] {
        assert!(
            texts.contains(form),
            "no rule of {} has `{form}`",
            texts.lines().count()
        );
    }
}
