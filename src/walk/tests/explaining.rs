//! Why, what would change it, and worked cases.

use super::library::{Call, pathway, yes_no};
use crate::pathway::Content;
use crate::pathway::content::Given;
use crate::walk::explain::FlagState;
use crate::walk::{Answer, Reached, run};

fn content() -> Content {
    let shared = "questions:\n  blue:\n    say: Are the lips blue?\n    red_flag: yes\n    ask_again_after: contact\n  grey:\n    say: Is the skin grey?\n    red_flag: yes\n    ask_again_after: contact\n";
    let advice = "advice: rest\ntitle: Rest\nlines:\n  - say: Drink plenty.\n  - say: Take paracetamol.\n    unless: grey\n";
    let flow = "  - ask: [blue, grey]\n  - reach: ambulance\n    if: blue && grey\n    because: You need air.\n  - ask: [a, b]\n  - reach: clinician\n    if: a || b\n    because: Somebody should look.\n  - ask: days\n  - reach: emergency-department\n    if: days >= 7\n    because: It lasts too long.\n  - otherwise: pharmacy\n  - advise: rest\n";
    let questions = [yes_no(&["a", "b"]), "  days:\n    say: How long?\n    worse: higher\n    answers:\n      number: days\n      from: 0\n      to: 30\n".to_owned()].concat();
    let cases = "unless_said:\n  blue: no\n  grey: no\n  a: no\n  b: no\n  days: 1\ncases:\n  - case: one who has it for long\n    patient: { age: 30 years, sex: female, party: first }\n    facts:\n      days: 9\n    expect:\n      reach: emergency-department\n      because: [too long]\n      within: 4\n  - case: one who is wrong about everything\n    patient: { age: 30 years, sex: female, party: first }\n    facts:\n      blue: yes\n      grey: yes\n      a: yes\n    expect:\n      reach: pharmacy\n      because: [too long]\n      also: [police]\n      advise: [rest]\n      not_asked: [blue]\n      within: 1\n";
    let files = [
        ("questions/shared.yaml", shared),
        ("advice/rest.yaml", advice),
        ("cases/p.yaml", cases),
    ];
    pathway(&questions, flow, &files)
}

#[test]
fn a_result_says_what_decided_it_and_what_was_ruled_out() {
    let content = content();
    let call = Call::about_p(&content)
        .given("blue", "no")
        .given("a", "yes")
        .given("b", "no")
        .given("days", "2")
        .reaches("clinician");
    let explanation = call.explanation();
    let fact = |name: &str| content.fact_named(name).unwrap();
    // Only the true parts of `||`.
    let facts: Vec<_> = explanation.decided_by[0]
        .operands
        .iter()
        .map(|operand| operand.fact)
        .collect();
    assert_eq!(facts, [fact("a")]);
    assert_eq!(explanation.also_true.len(), 1);
    let ruled_out: Vec<_> = explanation
        .ruled_out
        .iter()
        .map(|line| {
            content
                .line(line.line)
                .because
                .as_ref()
                .unwrap()
                .say
                .as_str()
        })
        .collect();
    assert_eq!(ruled_out, ["You need air.", "It lasts too long."]);
    assert_eq!(explanation.ruled_out[0].operands[0].fact, fact("blue"));
    let flags: Vec<_> = explanation
        .red_flags
        .iter()
        .map(|flag| (flag.fact, flag.state))
        .collect();
    assert_eq!(
        flags,
        [
            (fact("blue"), FlagState::Excluded),
            (fact("grey"), FlagState::NotAsked)
        ]
    );
    let change = explanation.would_change[0];
    assert_eq!((change.fact, change.to), (fact("days"), Given::Number(7)));
    assert_eq!(explanation.would_change.len(), 1);
    // More urgent than the pathway's `otherwise`.
    assert!(explanation.advice.is_empty());
    assert!(explanation.defects.is_empty());
}

#[test]
fn advice_shows_only_the_lines_that_must_hold() {
    let content = content();
    let well = || {
        Call::about_p(&content)
            .given("blue", "no")
            .given("a", "no")
            .given("b", "no")
            .given("days", "2")
    };
    let explanation = well().reaches("pharmacy").explanation();
    // Nobody said whether the skin is grey.
    assert_eq!(explanation.advice[0].lines, [0]);
    let grey = |word| well().given("grey", word).reaches("pharmacy").explanation();
    assert_eq!(grey("no").advice[0].lines, [0, 1]);
    assert_eq!(grey("not_sure").advice[0].lines, [0]);
    assert!(matches!(
        explanation.decided_by[0].reached,
        Reached::Line(_)
    ));
}

#[test]
fn a_worked_case_holds_or_says_why_not() {
    let content = content();
    let file = &content.cases[0];
    let good = run(&content, file, &file.cases[0]);
    assert_eq!(good.failures, []);
    assert_eq!(good.used.lines.len(), 2);
    assert_eq!(good.used.asked.len(), 4);
    let bad: Vec<String> = run(&content, file, &file.cases[1])
        .failures
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "`blue` is asked, and should not be",
        "2 questions are asked, expected at most 1",
        "`a` is answered, and was never asked",
        "reaches `ambulance`, expected `pharmacy`",
        "no reason says `too long`",
        "the need `police` does not hold",
        "the advice `rest` is not shown",
    ];
    assert_eq!(bad, expected);
}

#[test]
fn a_worked_case_may_expect_a_question() {
    let content = content();
    let mut file = content.cases[0].clone();
    file.unless_said.clear();
    let mut case = file.cases.remove(0);
    case.facts.clear();
    case.expect = Default::default();
    let failures = run(&content, &file, &case).failures;
    assert_eq!(
        failures[0].to_string(),
        "`blue` is asked, and the case does not answer it"
    );
    case.expect.ask = Some("blue".to_owned());
    assert_eq!(run(&content, &file, &case).failures, []);
}

#[test]
fn a_score_rests_on_a_band_that_could_have_taken_away() {
    let questions = "  fever:\n    say: Fever?\n  days:\n    say: How long?\n    worse: higher\n    answers:\n      number: days\n      from: 0\n      to: 6\n";
    let flow = "  - ask: [fever, days]\n  - score: points\n    points:\n      - add: 1\n        if: fever\n    bands:\n      days:\n        ..4: 0\n        4..: -1\n  - reach: clinician\n    if: points >= 1\n    because: So it is.\n  - otherwise: pharmacy";
    let content = pathway(questions, flow, &[]);
    let call = Call::about_p(&content)
        .given("fever", "yes")
        .told("days", &Answer::Number(2.0));
    let explanation = call.explanation();
    let rests_on: Vec<&str> = explanation.decided_by[0]
        .operands
        .iter()
        .map(|operand| content.fact(operand.fact).id.as_str())
        .collect();
    assert_eq!(rests_on, ["fever", "days"]);
}
