//! Every guarantee, broken on purpose: somebody is shown for whom it does not hold, and the line under them walks them again.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nhs111::pathway::encode::Limit;
use nhs111::pathway::{self, Content};
use nhs111::proof::report::{Found, Outcome, Weight};
use nhs111::proof::{Guarantee, Report};
use nhs111::prover::Prover;

use crate::random::{library, tiny};
use crate::test_app::content;

type Files = Vec<(String, String)>;

/// The library of these tests with some texts in the place of others.
#[track_caller]
fn with(edits: &[(&str, &str, &str)]) -> Files {
    let mut files = content();
    for (file, old, new) in edits {
        let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
        assert!(text.contains(old), "{file} does not say {old}");
        *text = text.replacen(old, new, 1);
    }
    files
}

const HEADACHE: &str = "complaints/headache.yaml";

/// A worse answer that lowers, a stand-in that lowers, an answer out of place that lowers, and a promise that does not hold.
fn broken_in_every_way() -> Files {
    with(&[
        (
            HEADACHE,
            "flow:\n",
            "  since_yesterday:
    say: Has it lasted since yesterday?
    third: \"{patient}: has it lasted since yesterday?\"
  pain:
    say: How bad is it?
    third: \"{patient}: how bad is it?\"
    worse: first
    not_sure: mild
    answers:
      bad: It is bad
      mild: It is mild
  stays:
    say: Does it stay?
    third: \"{patient}: does it stay?\"
    not_ordered: A test.
    only_if: pain == bad
    otherwise: yes
flow:
",
        ),
        (
            HEADACHE,
            "  - otherwise: self-care",
            "  - ask: [since_yesterday, pain, stays]
  - settle: self-care
    if: since_yesterday
    because: It will pass.
  - reach: primary-care-24-hours
    if: pain == bad
    because: It should be looked at.
  - reach: primary-care-24-hours
    if: pain == mild && stays && !since_yesterday
    because: It should be looked at.
  - otherwise: pharmacy-24-hours
promises:
  - when: worst_ever
    never_below: ambulance-category-1",
        ),
    ])
}

fn read(files: &Files) -> Content {
    pathway::read(files).unwrap().content
}

/// A clock that stands still: no question is stopped.
fn timeless() -> Limit {
    Limit {
        now: Arc::new(|| Duration::ZERO),
        each: Duration::from_secs(1),
    }
}

fn report(files: &Files) -> Report {
    Prover::with(timeless()).prove(&read(files)).unwrap()
}

#[track_caller]
fn found(report: &Report, guarantee: Guarantee) -> &Found {
    let mut found = report.found.iter();
    found.find(|found| found.guarantee == guarantee).unwrap()
}

fn says(found: &Found) -> Vec<&str> {
    let broken = found
        .shown
        .iter()
        .filter(|shown| shown.weight != Weight::Told);
    broken.map(|shown| shown.says.as_str()).collect()
}

#[test]
fn each_break_is_told_under_its_own_guarantee() {
    let report = report(&broken_in_every_way());
    assert_eq!(
        says(found(&report, Guarantee::G7)),
        ["never below `ambulance-category-1`"]
    );
    assert_eq!(
        says(found(&report, Guarantee::G8)),
        ["`since_yesterday`: yes reaches `self-care`, and no reaches `primary-care-24-hours`"]
    );
    let unsure = says(found(&report, Guarantee::G9));
    assert!(
        unsure
            .iter()
            .any(|says| says.starts_with("`pain`: \u{201c}not sure\u{201d} reaches")),
        "{unsure:?}"
    );
    assert!(
        unsure
            .iter()
            .any(|says| says.starts_with("`stays`: no, said where it does not apply, reaches")),
        "{unsure:?}"
    );
    assert!(report.fails());
}

#[test]
fn a_line_that_is_left_undetermined_breaks_what_holds_by_the_meaning() {
    let report = report(&with(&[(
        HEADACHE,
        "  - ask: worst_ever\n",
        "  - ask: worst_ever\n    if: age >= years(5)\n",
    )]));
    for guarantee in [Guarantee::G3, Guarantee::G5, Guarantee::G6] {
        assert_eq!(
            found(&report, guarantee).outcome(),
            Outcome::Broken,
            "{guarantee:?}"
        );
    }
    let told = says(found(&report, Guarantee::G3));
    assert!(
        told[0].contains("`worst_ever` is read, and not asked"),
        "{told:?}"
    );
}

#[test]
fn a_line_that_never_decides_is_to_look_at_and_one_that_is_never_true_fails() {
    let line = |rule: &str| {
        with(&[(
            HEADACHE,
            "  - otherwise: self-care",
            &format!(
                "  - reach: primary-care-24-hours\n    if: {rule}\n    because: A test.\n  - otherwise: self-care"
            ),
        )])
    };
    let idle = report(&line("worst_ever"));
    let idle = found(&idle, Guarantee::G2);
    assert_eq!((idle.over.warned, idle.fails()), (1, false), "{idle:#?}");
    let dead = report(&line("worst_ever && !worst_ever"));
    let dead = found(&dead, Guarantee::G2);
    assert_eq!((dead.over.broken, dead.fails()), (1, true), "{dead:#?}");
    assert!(says(dead)[0].contains("can never be true"), "{dead:#?}");
}

#[test]
fn a_budget_of_questions_that_is_too_small_is_to_look_at_and_fails_nothing() {
    let budget = |count: u32| {
        report(&with(&[(
            "dispositions.yaml",
            "early_exit:",
            &format!("emergency_within_questions: {count}\nearly_exit:"),
        )]))
    };
    let small = budget(1);
    let small = found(&small, Guarantee::G12);
    assert_eq!((small.outcome(), small.fails()), (Outcome::Broken, false));
    let numbers: Vec<_> = small.shown.iter().map(|shown| shown.number).collect();
    // The risk history is asked before a flow, and after a danger.
    assert_eq!(numbers, [Some(3), Some(2)], "{small:#?}");
    let enough = budget(3);
    assert_eq!(found(&enough, Guarantee::G12).outcome(), Outcome::Proven);
}

#[test]
fn an_emergency_behind_a_mild_question_is_to_look_at() {
    let sound = report(&content());
    assert_eq!(found(&sound, Guarantee::G11).over.warned, 0);
    let report = report(&with(&[
        (
            HEADACHE,
            "flow:\n  - ask: worst_ever\n",
            "  tired:\n    say: Are you tired?\n    third: \"{patient}: tired?\"\nflow:\n  - ask: tired\n  - ask: worst_ever\n",
        ),
        (
            HEADACHE,
            "  - otherwise: self-care",
            "  - reach: pharmacy-24-hours\n    if: tired\n    because: A test.\n  - otherwise: self-care",
        ),
    ]));
    let waiting = found(&report, Guarantee::G11);
    assert_eq!(
        says(waiting),
        ["the emergency that `worst_ever` finds waits for `tired`"]
    );
    let told: Vec<&str> = waiting.shown[0].people[0]
        .told
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let place = |name| told.iter().position(|told| *told == name);
    assert!(place("tired") < place("worst_ever"), "{told:?}");
}

#[test]
fn nobody_is_asked_more_than_the_bound_and_somebody_is_asked_as_much() {
    let report = report(&content());
    let length = found(&report, Guarantee::G4);
    let bounds: Vec<_> = length
        .shown
        .iter()
        .map(|shown| shown.says.as_str())
        .collect();
    assert!(
        bounds[0].starts_with("nobody is asked more than 3 questions; somebody is asked 3"),
        "unresponsive, worst_ever, and what the risk history asks: {bounds:?}"
    );
}

/// The walk bears out everything that is shown of random libraries: the prover stops where it does not.
#[test]
fn the_walk_bears_out_every_example_of_random_libraries() {
    let mut people = 0;
    let libraries = (1..=40).map(|seed| (seed, library(seed)));
    let small = (1..=60).map(|seed| (seed, tiny(seed)));
    let mut wrong = Vec::new();
    for (seed, files) in libraries.chain(small) {
        let Ok(checked) = pathway::read(&files) else {
            continue;
        };
        let report = match Prover::with(timeless()).prove(&checked.content) {
            Ok(report) => report,
            Err(disagreement) => {
                wrong.push(format!(
                    "seed {seed}, {} files: {disagreement}",
                    files.len()
                ));
                continue;
            }
        };
        people += report
            .found
            .iter()
            .flat_map(|found| &found.shown)
            .map(|shown| shown.people.len())
            .sum::<usize>();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(people > 300, "{people}");
}

fn nhs111(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(arguments)
        .output()
        .unwrap()
}

fn write(files: &Files, to: &Path) {
    for (name, text) in files {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn every_line_that_is_printed_walks_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    write(&broken_in_every_way(), folder.path());
    let proven = nhs111(&["prove", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!(proven.status.code(), Some(1));
    let proven: serde_json::Value = serde_json::from_slice(&proven.stdout).unwrap();
    let guarantees = proven["guarantees"].as_array().unwrap();
    assert_eq!(guarantees.len(), 13);
    let shown = guarantees
        .iter()
        .flat_map(|found| found["shown"].as_array().unwrap());
    let people: Vec<_> = shown
        .flat_map(|shown| shown["people"].as_array().unwrap())
        .collect();
    assert!(people.len() >= 11, "{}", people.len());
    for person in people {
        let line = person["replay"].as_str().unwrap();
        let rest = line.strip_prefix("nhs111 ").unwrap();
        let pasted = format!("\"$0\" {rest} --json");
        let walked = Command::new("sh")
            .args(["-c", &pasted, env!("CARGO_BIN_EXE_nhs111")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&walked.stdout).into_owned();
        let walked: serde_json::Value =
            serde_json::from_str(&said).unwrap_or_else(|_| panic!("{line}: {said}"));
        assert_eq!(walked["reached"], person["reached"], "{line}");
        let told: Vec<_> = person["told"]
            .as_array()
            .unwrap()
            .iter()
            .map(|told| &told[0])
            .collect();
        let asked: Vec<_> = walked["said"]
            .as_array()
            .unwrap()
            .iter()
            .map(|said| &said["name"])
            .collect();
        assert_eq!(told, asked, "in the order in which it is asked: {line}");
    }
}

#[test]
fn the_text_shows_the_patient_the_end_and_the_line_that_walks_them() {
    let folder = tempfile::tempdir().unwrap();
    write(&broken_in_every_way(), folder.path());
    let proven = nhs111(&["prove", folder.path().to_str().unwrap()]);
    let said = String::from_utf8_lossy(&proven.stdout).into_owned();
    for expected in [
        "G7  broken    every promise holds, for everybody it is made about",
        "complaints/headache.yaml:",
        "in `headache`: never below `ambulance-category-1`",
        "worst_ever is yes",
        "reaches `ambulance-category-2`",
        "--complaint headache --on 2026-01-15 --tell party=",
        "G13 proven    phone and online reach the same result for the same answers",
    ] {
        assert!(said.contains(expected), "no {expected} in\n{said}");
    }
    assert_eq!(proven.status.code(), Some(1));
}

#[test]
fn a_call_that_is_told_too_little_says_what_is_asked_next() {
    let folder = tempfile::tempdir().unwrap();
    write(&content(), folder.path());
    let walk = |told: &[&str]| {
        let folder = folder.path().to_str().unwrap();
        let mut arguments = vec!["walk", "--pathways", folder, "--complaint", "headache"];
        arguments.extend(told.iter().flat_map(|told| ["--tell", told]));
        let walked = nhs111(&arguments);
        let said = [walked.stdout, walked.stderr].concat();
        (walked.status.code(), String::from_utf8(said).unwrap())
    };
    let patient = ["party=first", "age=40 years", "sex=female"];
    let (code, said) = walk(&patient);
    assert_eq!(code, Some(2));
    assert!(said.contains("`unresponsive` is asked next"), "{said}");
    let (code, said) = walk(&[&patient[..], &["unresponsive=perhaps"]].concat());
    assert_eq!(code, Some(2));
    assert!(
        said.contains("`unresponsive`: the question does not offer this answer"),
        "{said}"
    );
    let (code, said) = walk(&[&patient[..], &["unresponsiv=no"]].concat());
    assert_eq!(code, Some(2));
    assert!(
        said.contains("`unresponsiv`: there is no question of this name"),
        "{said}"
    );
}

/// Whoever is interrupted has printed nothing that could be taken for a whole report.
#[test]
fn an_interrupt_leaves_nothing_half_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways");
    let proving = Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(["prove", folder.to_str().unwrap(), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let interrupted = Command::new("kill")
        .args(["-INT", &proving.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let ended = proving.wait_with_output().unwrap();
    assert!(!ended.status.success());
    assert!(
        ended.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&ended.stdout)
    );
}
