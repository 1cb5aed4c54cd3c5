//! Answers as they travel, and as questions take them.

use super::library::{moment, pathway, said, yes_no};
use crate::pathway::Content;
use crate::walk::{Answer, FactError, Facts};

#[track_caller]
fn check(json: &str, answer: &Answer) {
    assert!(
        serde_json::from_str::<Answer>(json).unwrap() == *answer,
        "{json}"
    );
    assert_eq!(serde_json::to_string(answer).unwrap(), json);
}

#[test]
fn an_answer_is_the_same_in_json_and_back() {
    check(r#""unable""#, &Answer::from("unable"));
    check("38.5", &Answer::Number(38.5));
    check(
        r#"["bleach","none"]"#,
        &Answer::Rows(vec!["bleach".to_owned(), "none".to_owned()]),
    );
    check(
        r#"{"at":"2026-03-01T12:00:00Z"}"#,
        &Answer::At(moment().contact_began),
    );
    check(
        r#"{"birth_date":"2024-01-31"}"#,
        &Answer::BirthDate("2024-01-31".parse().unwrap()),
    );
    check(
        r#"{"age":"20 months"}"#,
        &Answer::Age("20 months".to_owned()),
    );
    check(r#"{"not_told":true}"#, &Answer::NotTold);
    check(r#"{"not_sure":true}"#, &Answer::NotSure);
    check(
        r#"{"none_fit":"it itches"}"#,
        &Answer::NoneFit("it itches".to_owned()),
    );
    check(r#"{"refused":true}"#, &Answer::Refused);
    check(r#"{"timed_out":true}"#, &Answer::TimedOut);
    check(r#"{"unknown":true}"#, &Answer::Unknown);
    check(
        r#"{"exit":"crew_here"}"#,
        &Answer::Exit("crew_here".to_owned()),
    );
    assert!(serde_json::from_str::<Answer>("3").unwrap() == Answer::Number(3.0));
}

#[test]
fn what_is_no_answer_is_refused() {
    for json in [
        "true",
        "null",
        "{}",
        r#"{"not_sure":false}"#,
        r#"{"refused":true,"age":"3 days"}"#,
        r#"{"maybe":true}"#,
        "[1]",
    ] {
        assert!(serde_json::from_str::<Answer>(json).is_err(), "{json}");
    }
}

#[test]
fn debug_never_shows_what_was_said() {
    let answers = [
        Answer::from("overdose"),
        Answer::Number(41.0),
        Answer::NoneFit("overdose".to_owned()),
        Answer::Age("41 years".to_owned()),
    ];
    for answer in answers {
        let shown = format!("{answer:?}");
        assert!(
            !shown.contains("overdose") && !shown.contains("41"),
            "{shown}"
        );
    }
    let content = content();
    let mut facts = Facts::new(&content);
    facts
        .tell(&content, "temperature", &said("41"), moment())
        .unwrap();
    assert_eq!(format!("{facts:?}"), "Facts(1 told)");
}

fn content() -> Content {
    let questions = "  how:\n    say: How is it?\n    worse: first\n    answers:\n      bad: Bad\n      fine: Fine\n  temperature:\n    say: How hot?\n    worse: higher\n    answers:\n      number: celsius\n      from: 30.0\n      to: 45.0\n      step: 0.5\n  began:\n    say: When?\n    not_ordered: Either may be bad.\n    answers:\n      ago: hours\n      to: 72\n  taken:\n    say: What?\n    answers:\n      table: substances\n  words:\n    say: What else?\n    answers: text\n";
    let table = "table: substances\ntitle: Substances\ncolumns:\n  harm: [hours, harmless]\nrows:\n  none:\n    say: Nothing else\n    harm: harmless\nelse:\n  say: Something else\n  harm: hours\n";
    pathway(
        &[questions, &yes_no(&["a"])].concat(),
        "  - otherwise: pharmacy",
        &[("tables/substances.yaml", table)],
    )
}

#[test]
fn an_answer_that_is_not_offered_says_why_and_changes_nothing() {
    let content = content();
    let rows = |rows: &[&str]| Answer::Rows(rows.iter().map(|row| (*row).to_owned()).collect());
    let cases = [
        ("hwo", said("bad"), "unknown_fact"),
        ("how", said("awful"), "not_offered"),
        ("how", Answer::Number(1.0), "wrong_type"),
        ("how", Answer::Unknown, "wrong_type"),
        ("a", said("none_fit"), "not_offered"),
        ("temperature", said("none_fit"), "wrong_type"),
        ("temperature", said("hot"), "wrong_type"),
        ("temperature", Answer::Number(38.2), "not_on_step"),
        ("temperature", Answer::Number(f64::NAN), "out_of_range"),
        ("age", Answer::Number(5.0), "missing_unit"),
        ("age", Answer::Age("5".to_owned()), "missing_unit"),
        ("age", Answer::Age("five years".to_owned()), "wrong_type"),
        ("age", Answer::Age("-5 years".to_owned()), "out_of_range"),
        (
            "age",
            Answer::BirthDate("2027-01-01".parse().unwrap()),
            "out_of_range",
        ),
        ("began", Answer::Number(6.0), "wrong_type"),
        ("taken", rows(&[]), "nothing_picked"),
        ("taken", rows(&["bleech"]), "not_offered"),
        ("words", Answer::Number(1.0), "wrong_type"),
    ];
    for (name, answer, code) in cases {
        let mut facts = Facts::new(&content);
        let error = facts.tell(&content, name, &answer, moment()).unwrap_err();
        assert_eq!(error.code(), code, "{name}");
        assert!(facts == Facts::new(&content));
        let tried = Facts::may_tell(&content, name, &answer, moment());
        assert_eq!(tried.unwrap_err(), error);
    }
    let error = Facts::new(&content)
        .tell(&content, "temperatur", &said("39"), moment())
        .unwrap_err();
    assert_eq!(
        error,
        FactError::UnknownFact {
            did_you_mean: Some("temperature".to_owned())
        }
    );
}

#[test]
fn a_number_beyond_a_bound_is_kept_as_said() {
    let content = content();
    let mut facts = Facts::new(&content);
    for (name, answer) in [
        ("temperature", Answer::Number(52.3)),
        ("age", Answer::Age("140 years".to_owned())),
    ] {
        Facts::may_tell(&content, name, &answer, moment()).unwrap();
        facts.tell(&content, name, &answer, moment()).unwrap();
        assert!(facts.said(content.fact_named(name).unwrap()) == Some(&answer));
    }
    facts.withdraw(&content, "age").unwrap();
    assert_eq!(facts.told().count(), 1);
}
