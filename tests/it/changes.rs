//! Contents before and after a change (`tests/fixtures`), and what each change does to somebody.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::date;
use nhs111::cli::read_folder;
use nhs111::pathway::{self, Content};
use nhs111::walk::{Answer, Facts, Moment, Plan, Scratch, outcome};

/// A content of `tests/fixtures`, such as `ectopic/before`.
fn fixture(name: &str) -> Content {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    match pathway::read(&read_folder(&folder).unwrap()) {
        Ok(checked) => checked.content,
        Err(findings) => panic!("{name}: {findings:#?}"),
    }
}

/// Where somebody of this sex and age ends for whom these are as told, and every other question is answered no.
fn end(content: &Content, sex: &str, age: &str, told: &[(&str, &str)]) -> String {
    let at = Moment {
        contact_began: Timestamp::constant(1_768_478_400, 0),
        today: date(2026, 1, 15),
    };
    let mut facts = Facts::new(content);
    let mut tell = |name: &str, answer: Answer| facts.tell(content, name, &answer, at).unwrap();
    tell("age", Answer::Age(age.to_owned()));
    tell("sex", Answer::Word(sex.to_owned()));
    tell("party", Answer::Word("first".to_owned()));
    for fact in &content.facts {
        let said = told.iter().find(|(name, _)| *name == fact.id);
        let mild = match fact.id.as_str() {
            "age" | "sex" | "party" | "earlier_contacts" | "missed_call_backs" => continue,
            "pregnancy" => "not_pregnant",
            _ => "no",
        };
        let word = said.map_or(mild, |(_, word)| word);
        tell(&fact.id, Answer::Word(word.to_owned()));
    }
    let plan = Plan::new(content, &[&content.pathways[0].family], false).unwrap();
    let end = outcome(content, &plan, &facts, &mut Scratch::new());
    assert!(!end.defect);
    content.disposition(end.disposition).id.clone()
}

#[test]
fn ectopic_signs_count_only_for_females_of_12_to_55_who_are_or_may_be_pregnant() {
    let [before, after] = ["ectopic/before", "ectopic/after"].map(fixture);
    let signs = ("ectopic_signs", "yes");
    for (sex, age, pregnancy, then, now) in [
        ("female", "11 years", "pregnant", 2, 4),
        ("female", "12 years", "pregnant", 2, 2),
        ("female", "30 years", "may_be_pregnant", 2, 2),
        ("female", "30 years", "not_pregnant", 2, 4),
        ("female", "55 years", "may_be_pregnant", 2, 2),
        ("female", "56 years", "may_be_pregnant", 2, 4),
        ("male", "30 years", "not_pregnant", 4, 4),
    ] {
        let told = [signs, ("pregnancy", pregnancy)];
        let ends = [&before, &after].map(|content| end(content, sex, age, &told));
        let named = |rank| match rank {
            2 => "ambulance-category-2",
            _ => "primary-care-24-hours",
        };
        assert_eq!(
            ends,
            [named(then), named(now)],
            "{sex} of {age}, {pregnancy}"
        );
    }
}

#[test]
fn an_asthma_attack_goes_up_with_a_fight_for_breath_and_down_without_it() {
    let [before, after] = ["asthma/before", "asthma/after"].map(fixture);
    for (fighting, drowsy, colour, then, now) in [
        ("yes", "yes", "yes", 1, 1),
        ("yes", "yes", "no", 2, 1),
        ("yes", "no", "yes", 2, 1),
        ("no", "yes", "yes", 1, 2),
        ("yes", "no", "no", 2, 2),
    ] {
        let told = [
            ("asthma", "yes"),
            ("fighting_for_breath", fighting),
            ("drowsy", drowsy),
            ("deathly_colour", colour),
        ];
        let ends = [&before, &after].map(|content| end(content, "female", "30 years", &told));
        let category = |number: i32| format!("ambulance-category-{number}");
        assert_eq!(ends, [category(then), category(now)], "{told:?}");
    }
}
