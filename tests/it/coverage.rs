//! What worked cases exercise, and what none of them does.

use nhs111::pathway::{self, Content};
use nhs111::walk;
use nhs111::walk::run::{Coverage, Share};

use crate::broken::base;

type Files = Vec<(String, String)>;

/// The sound library with this text at the end of its worked cases.
fn with(cases: &str) -> Files {
    let mut files = base();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == "cases/sore-throat.yaml")
        .unwrap();
    text.push_str(cases);
    files
}

fn read(files: &Files) -> Content {
    let checked = pathway::read(files);
    checked
        .unwrap_or_else(|findings| panic!("{findings:#?}"))
        .content
}

fn coverage(content: &Content) -> Coverage {
    let runs: Vec<_> = content
        .cases
        .iter()
        .flat_map(|file| file.cases.iter().map(move |case| (file, case)))
        .map(|(file, case)| (case, walk::run(content, file, case)))
        .collect();
    Coverage::of(content, runs.iter().map(|(case, run)| (*case, run)))
}

fn missing(content: &Content, coverage: &Coverage) -> Vec<String> {
    let missing = coverage.whole.missing.iter();
    missing.map(|item| item.words(content)).collect()
}

/// A case of somebody of 25 years with these answers, which expects this.
fn case(title: &str, facts: &str, rest: &str) -> String {
    format!(
        "  - case: {title}\n    patient: {{ age: 25 years, sex: female, party: first }}\n    facts: {{ {facts} }}\n{rest}"
    )
}

const PUS: &str = "swallowing: sore, fever_days: 2, pus_on_tonsils: yes, cough: no, temperature: 37.0, mottled_skin: no, weak_immunity: no, blood_thinners: no, taken: none";

#[test]
fn what_one_case_exercises_is_counted_once_and_in_every_pathway_that_shares_it() {
    let content = read(&base());
    let coverage = coverage(&content);
    assert_eq!((coverage.counted, coverage.unconfirmed), (1, 0));
    let whole = &coverage.whole;
    let share = |exercised, of| Share { exercised, of };
    // Drooling, and both risk items: not asked yet, and could matter no more.
    assert_eq!(whole.deciding, share(1, 18));
    assert_eq!(whole.outcomes, share(1, 16));
    assert_eq!(whole.options, share(4, 31));
    // The child's pathway takes the whole of the other one: the line that the case exercises is a part of both.
    for pathway in ["sore-throat", "sore-throat-child"] {
        let part = coverage.part(pathway).unwrap();
        assert_eq!(part.outcomes.exercised, 1, "{pathway}");
    }
    let said = missing(&content, &coverage);
    assert!(!said.iter().any(|item| item.contains("drooling: yes")));
    assert!(said.contains(&"sex: male".to_owned()), "{said:#?}");
    assert_eq!(
        said.len(),
        (19 - whole.lines.exercised) + (16 - 1) + (31 - 4)
    );
}

#[test]
fn a_case_that_fails_or_is_not_confirmed_exercises_nothing() {
    let before = coverage(&read(&base()));
    let right = case(
        "right",
        PUS,
        "    source: ng84\n    expect:\n      reach: primary-care\n",
    );
    let content = read(&with(&right));
    let after = coverage(&content);
    assert_eq!(after.counted, 2);
    assert!(after.whole.lines.exercised > before.whole.lines.exercised);
    assert!(after.whole.deciding.exercised > before.whole.deciding.exercised);
    let wrong = right.replace("reach: primary-care", "reach: pharmacy");
    let suggested = right.replace("source: ng84", "suggested: yes");
    for (text, unconfirmed) in [(wrong, 0), (suggested, 1)] {
        let same = coverage(&read(&with(&text)));
        assert_eq!((same.counted, same.unconfirmed), (1, unconfirmed), "{text}");
        assert_eq!(same.whole.lines, before.whole.lines, "{text}");
        assert_eq!(same.whole.options, before.whole.options, "{text}");
        assert_eq!(same.whole.missing, before.whole.missing, "{text}");
    }
}

#[test]
fn a_line_that_gives_way_is_two_and_each_needs_a_case() {
    let without = case(
        "without a plan",
        "swallowing: unable, mottled_skin: no, temperature: 37.0, weak_immunity: no, blood_thinners: no",
        "    expect:\n      reach: emergency-department\n",
    );
    let content = read(&with(&without));
    let lines = |content: &Content| -> Vec<String> {
        let missing = missing(content, &coverage(content)).into_iter();
        missing
            .filter(|item| item.starts_with("complaints/sore-throat.yaml:47"))
            .collect()
    };
    assert_eq!(
        lines(&content),
        ["complaints/sore-throat.yaml:47: reach palliative-visit"]
    );
}

#[test]
fn a_case_that_stops_at_a_question_exercises_lines_and_no_outcome() {
    let stops = case(
        "stops",
        "mottled_skin: no, temperature: 39.5, weak_immunity: no, blood_thinners: no",
        "    expect:\n      ask: swallowing\n",
    );
    let content = read(&with(&stops));
    let coverage = coverage(&content);
    assert_eq!(coverage.counted, 2, "it holds");
    let missing = missing(&content, &coverage);
    assert!(!missing.contains(&"shared/sepsis-screen.yaml:16: reach call-back".to_owned()));
    assert!(missing.contains(&"shared/sepsis-screen.yaml: ending in call-back".to_owned()));
}
