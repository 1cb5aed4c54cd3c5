//! `nhs111 graph --tell` lights the path of a call as it is walked, and `graph --proof` marks what does not hold where it stands.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

const CONTENT: &str = "tests/fixtures/asthma/after";

fn nhs111(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn told(answers: &[&str]) -> Vec<String> {
    let always = [
        "party=first",
        "age=1996-01-15",
        "sex=female",
        "unresponsive=no",
    ];
    let told = always.iter().chain(answers);
    told.flat_map(|told| ["--tell".to_owned(), (*told).to_owned()])
        .collect()
}

fn with<'a>(arguments: &[&'a str], more: &'a [String]) -> Vec<&'a str> {
    let more = more.iter().map(String::as_str);
    arguments.iter().copied().chain(more).collect()
}

/// A copy of the fixture with something added to its promises and the like.
fn copy(to: &Path, added: &str) {
    let copied = Command::new("cp")
        .args(["-rL", &format!("{CONTENT}/.")])
        .arg(to)
        .status()
        .unwrap();
    assert!(copied.success());
    let file = to.join("complaints/breathlessness.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, format!("{text}{added}")).unwrap();
}

#[test]
fn the_lit_path_is_the_path_that_is_walked() {
    let answers = ["no", "yes"];
    let mut calls = 0;
    for place in 0..16 {
        let answer = |bit: usize| answers[place >> bit & 1];
        let names = ["asthma", "fighting_for_breath", "drowsy", "deathly_colour"];
        let given: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(bit, name)| format!("{name}={}", answer(bit)))
            .chain(["weak_immunity=no".to_owned()])
            .collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let told = told(&given);
        let walked = nhs111(&with(
            &[
                "walk",
                "--pathways",
                CONTENT,
                "--complaint",
                "breathlessness",
                "--on",
                "2026-01-15",
                "--json",
            ],
            &told,
        ));
        let walked: Json = serde_json::from_slice(&walked.stdout).unwrap();
        let drawn = nhs111(&with(
            &[
                "graph",
                CONTENT,
                "--pathway",
                "breathlessness",
                "--text",
                "--on",
                "2026-01-15",
            ],
            &told,
        ));
        assert_eq!(drawn.status.code(), Some(0), "{drawn:?}");
        let drawn = said(&drawn);
        let asked = walked["said"].as_array().unwrap().iter();
        let asked = asked.filter(|step| step["why"] == "asked");
        for (number, step) in (1..).zip(asked) {
            let name = step["name"].as_str().unwrap();
            let mark = format!("▶ answer {number}: {}", step["answer"].as_str().unwrap());
            // What is asked in every case is not drawn with a pathway.
            if !names.contains(&name) {
                continue;
            }
            let is_card = |line: &str| {
                let mut words = line.split([' ', ':']).filter(|word| !word.is_empty());
                words.next().is_some_and(|number| number.starts_with('Q'))
                    && words.next() == Some(name)
            };
            let card = drawn.lines().position(is_card).unwrap();
            let card = drawn.lines().nth(card + 1).unwrap();
            assert_eq!(card.trim(), mark, "{drawn}");
            calls += 1;
        }
        let reached = walked["reached"].as_str().unwrap();
        let title = match reached {
            "ambulance-category-1" => "Ambulance, category 1",
            "ambulance-category-2" => "Ambulance, category 2",
            _ => "Primary care within 24 hours",
        };
        assert!(drawn.contains(&format!("It ends in: {title}.")), "{drawn}");
        let decides = drawn
            .lines()
            .position(|line| line.contains("▶ true: it decides"));
        let line = drawn.lines().nth(decides.unwrap() - 1).unwrap();
        assert!(line.contains(title), "{line}");
    }
    assert!(calls > 32, "{calls}");
}

#[test]
fn a_broken_promise_is_marked_where_its_example_ends() {
    let folder = tempfile::tempdir().unwrap();
    copy(
        folder.path(),
        "promises:\n  - when: asthma && drowsy\n    never_below: ambulance-category-1\n",
    );
    let dir = folder.path().to_str().unwrap();
    let drawn = nhs111(&[
        "graph",
        dir,
        "--pathway",
        "breathlessness",
        "--text",
        "--proof",
    ]);
    assert_eq!(drawn.status.code(), Some(0), "{drawn:?}");
    let drawn = said(&drawn);
    let notes: Vec<&str> = drawn.lines().skip(1).take(4).collect();
    assert!(notes[0].starts_with("✗ does not hold: G"), "{drawn}");
    assert!(
        notes.iter().any(|note| note.contains("asthma is yes")),
        "{drawn}"
    );
    // It stands at the line of category 2, by which the example ends, and nowhere else.
    let marked: Vec<usize> = drawn
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("     ✗ does not hold"))
        .map(|(place, _)| place)
        .collect();
    assert_eq!(marked.len(), 1, "{drawn}");
    let card: Vec<&str> = drawn.lines().take(marked[0]).collect();
    let line = card
        .iter()
        .rev()
        .find(|line| line.contains(" reach "))
        .unwrap();
    assert!(line.contains("Ambulance, category 2"), "{drawn}");
    assert!(drawn.contains("▶ answer"), "the path is not lit: {drawn}");
    // The picture says the same in words.
    let svg = said(&nhs111(&[
        "graph",
        dir,
        "--pathway",
        "breathlessness",
        "--proof",
    ]));
    assert!(svg.contains("✗ does not hold") && svg.contains("edge given"));
}

#[test]
fn what_holds_is_said_to_hold() {
    let drawn = said(&nhs111(&[
        "graph",
        CONTENT,
        "--pathway",
        "breathlessness",
        "--text",
        "--proof",
    ]));
    let note = drawn.lines().nth(1).unwrap();
    assert!(note.starts_with("✓ Proven of this pathway: "), "{drawn}");
    assert!(!drawn.contains('✗') && !drawn.contains('▶'), "{drawn}");
}

#[test]
fn bad_input_is_named() {
    for (arguments, says) in [
        (&["--tell", "asthmma=yes"][..], "asthmma"),
        (&["--tell", "asthma=perhaps"][..], "asthma"),
        (
            &["--tell", "asthma=yes", "--on", "2026-02-30"][..],
            "2026-02-30",
        ),
        (&["--tell", "asthma=yes", "--proof"][..], "--proof"),
    ] {
        let all = [
            &["graph", CONTENT, "--pathway", "breathlessness", "--text"][..],
            arguments,
        ]
        .concat();
        let output = nhs111(&all);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let fault = String::from_utf8(output.stderr).unwrap();
        assert!(fault.contains(says), "{fault}");
        assert!(output.stdout.is_empty());
    }
    // Whose path it is has to be said of one pathway.
    let output = nhs111(&["graph", CONTENT, "--tell", "asthma=yes"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn of_a_draft_that_does_not_check_the_errors_are_told() {
    let folder = tempfile::tempdir().unwrap();
    copy(
        folder.path(),
        "promises:\n  - when: asthmma\n    never_below: ambulance-category-1\n",
    );
    let dir = folder.path().to_str().unwrap();
    let output = nhs111(&["graph", dir, "--pathway", "breathlessness", "--proof"]);
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("asthmma") && !text.contains("<svg"), "{text}");
}
