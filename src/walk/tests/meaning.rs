//! The statements of the language, one by one.

use super::library::{Call, library, pathway, yes_no};
use crate::walk::{Answer, Next, Plan, Reached};

fn reach(disposition: &str, rule: &str) -> String {
    format!("  - reach: {disposition}\n    if: {rule}\n    because: So it is.\n")
}

fn settle(disposition: &str, rule: &str) -> String {
    format!("  - settle: {disposition}\n    if: {rule}\n    because: All is well.\n")
}

#[test]
fn the_patient_is_asked_first_and_the_most_urgent_line_wins() {
    let flow = [
        "  - ask: [a, b]\n",
        &reach("ambulance", "a"),
        &reach("clinician", "b"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a", "b"]), &flow, &[]);
    let mut call = Call::about(&content, &["p"]).asks(&["party", "age", "sex"]);
    assert!(matches!(call.position().next, Next::Patient { .. }));
    Call::about_p(&content)
        .asks(&["a", "b"])
        .stands_at("pharmacy")
        .given("b", "yes")
        .asks(&["a"])
        .given("a", "no")
        .reaches("clinician");
    // What can no longer matter is not asked.
    Call::about_p(&content)
        .given("a", "yes")
        .reaches("ambulance");
    Call::about_p(&content)
        .given("a", "no")
        .given("b", "no")
        .reaches("pharmacy");
}

#[test]
fn a_question_that_may_not_apply_waits_for_what_decides_it() {
    let questions = [
        yes_no(&["a", "c"]),
        "  b:\n    say: Is it so?\n    only_if: a\n    otherwise: no\n".to_owned(),
    ]
    .concat();
    let flow = [
        "  - ask: b\n  - ask: a\n",
        &reach("ambulance", "b"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&questions, &flow, &[]);
    Call::about_p(&content)
        .asks(&["a"])
        .given("a", "no")
        .reaches("pharmacy");
    Call::about_p(&content)
        .given("a", "yes")
        .asks(&["b"])
        .given("b", "no")
        .reaches("pharmacy");
    Call::about_p(&content).given("a", "not_sure").asks(&["b"]);
    // What was said wins, also where it does not apply.
    let call = Call::about_p(&content)
        .given("b", "yes")
        .given("a", "no")
        .reaches("ambulance");
    assert_eq!(
        call.explanation().no_longer_apply,
        [content.fact_named("b").unwrap()]
    );
}

#[test]
fn what_opens_an_ask_is_needed_for_it() {
    let flow = ["  - ask: a\n  - when: a\n    do:\n      - ask: b\n      - reach: ambulance\n        if: b\n        because: So it is.\n", "  - otherwise: pharmacy"].concat();
    let content = pathway(&yes_no(&["a", "b"]), &flow, &[]);
    Call::about_p(&content)
        .asks(&["a"])
        .given("a", "no")
        .reaches("pharmacy");
    Call::about_p(&content)
        .given("a", "not_sure")
        .asks(&["b"])
        .given("b", "yes")
        .reaches("ambulance");
}

#[test]
fn not_sure_could_be_any_of_them_and_settles_nothing() {
    let questions = "  how:\n    say: How is it?\n    worse: first\n    answers:\n      bad: Bad\n      poor: Poor\n      fine: Fine\n";
    let flow = [
        "  - ask: how\n",
        &reach("emergency-department", "how == bad"),
        &settle("self-care", "how == fine"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(questions, &flow, &[]);
    Call::about_p(&content)
        .given("how", "fine")
        .reaches("self-care");
    Call::about_p(&content)
        .given("how", "poor")
        .reaches("pharmacy");
    for unsure in ["not_sure", "refused"] {
        Call::about_p(&content)
            .given("how", unsure)
            .reaches("emergency-department");
    }
    let flow = [
        "  - ask: how\n",
        &settle("self-care", "how == fine"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(questions, &flow, &[]);
    Call::about_p(&content)
        .given("how", "not_sure")
        .reaches("pharmacy");
}

#[test]
fn a_declared_stand_in_is_for_a_spoken_not_sure_only() {
    let questions = "  how:\n    say: How is it?\n    worse: first\n    not_sure: poor\n    answers:\n      bad: Bad\n      poor: Poor\n      fine: Fine\n";
    let flow = [
        "  - ask: how\n",
        &reach("ambulance", "how == bad"),
        &reach("emergency-department", "how == poor"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(questions, &flow, &[]);
    Call::about_p(&content)
        .given("how", "not_sure")
        .reaches("emergency-department");
    Call::about_p(&content)
        .given("how", "refused")
        .reaches("ambulance");
    Call::about_p(&content)
        .given("how", "none_fit")
        .reaches("ambulance");
}

#[test]
fn none_of_these_fit_asks_for_a_clinician_and_goes_on() {
    let questions = ["  how:\n    say: How is it?\n    worse: first\n    answers:\n      bad: Bad\n      fine: Fine\n", &yes_no(&["a"])].concat();
    let flow = [
        "  - ask: how\n  - ask: a\n",
        &reach("pharmacy", "how == bad"),
        &reach("emergency-department", "a"),
        "  - otherwise: self-care",
    ]
    .concat();
    let content = pathway(&questions, &flow, &[]);
    let mut call = Call::about_p(&content)
        .given("how", "none_fit")
        .asks(&["a"])
        .stands_at("clinician");
    assert_eq!(call.reached(), Some(Reached::NoneFit));
    let call = call.given("a", "no").reaches("clinician");
    assert_eq!(call.explanation().none_fit, 1);
    assert_eq!(call.explanation().decided_by[0].operands.len(), 1);
    call.given("how", "fine").reaches("self-care");
}

#[test]
fn an_early_exit_holds_as_a_rule() {
    let flow = [
        "  - ask: a\n",
        &reach("ambulance", "a"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a"]), &flow, &[]);
    let mut call = Call::about_p(&content).given("a", "no");
    call.plan = Plan::new(&content, &["p"], true).unwrap();
    let mut call = call.reaches("call-back");
    assert_eq!(call.reached(), Some(Reached::EarlyExit));
}

#[test]
fn an_implied_red_flag_counts_and_a_contradiction_reads_as_not_sure() {
    let shared = "questions:\n  confused:\n    say: Is there confusion?\n    red_flag: yes\n    ask_again_after: contact\n";
    let questions = "  alert:\n    say: How awake?\n    worse: first\n    answers:\n      muddled:\n        say: Muddled\n        means:\n          confused: yes\n      awake: Awake\n";
    let flow = [
        "  - ask: alert\n  - ask: confused\n",
        &reach("ambulance", "confused"),
        &settle("self-care", "confused == no"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(questions, &flow, &[("questions/shared.yaml", shared)]);
    let call = Call::about_p(&content)
        .given("alert", "muddled")
        .reaches("ambulance");
    let explanation = call.explanation();
    assert_eq!(
        explanation.decided_by[0].operands[0].fact,
        content.fact_named("alert").unwrap()
    );
    let call = call.given("confused", "no").reaches("ambulance");
    assert_eq!(call.explanation().conflicts.len(), 1);
    // Derived, not stored: gone when the option changes.
    let call = call.given("alert", "awake").reaches("self-care");
    assert!(call.explanation().conflicts.is_empty());
    // Not sure of the one implies not sure of the other.
    call.without("confused")
        .given("alert", "not_sure")
        .reaches("ambulance");
}

#[test]
fn a_score_asks_only_for_the_end_that_decides() {
    let flow = [
        "  - ask: [a, b, c]\n  - score: s\n    points:\n      - add: 2\n        if: a\n      - add: 1\n        if: b\n      - add: 1\n        unless: c\n",
        &reach("ambulance", "s >= 3"),
        &reach("emergency-department", "s in 1..=2"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a", "b", "c"]), &flow, &[]);
    Call::about_p(&content)
        .asks(&["a", "b", "c"])
        .given("a", "yes")
        .given("b", "yes")
        .reaches("ambulance");
    Call::about_p(&content)
        .given("a", "no")
        .given("b", "no")
        .given("c", "yes")
        .reaches("pharmacy");
    // 0 to 3: it could be three.
    Call::about_p(&content)
        .given("a", "not_sure")
        .given("b", "no")
        .given("c", "no")
        .reaches("ambulance");
    Call::about_p(&content)
        .given("a", "no")
        .given("b", "not_sure")
        .given("c", "yes")
        .reaches("emergency-department");
}

#[test]
fn points_that_may_be_taken_away_are_not_where_it_could_be_worse() {
    let flow = [
        "  - ask: [a, b]\n  - score: s\n    points:\n      - add: 2\n        if: a\n      - add: -1\n        if: b\n",
        &reach("ambulance", "s >= 2"),
        &settle("self-care", "s <= 1"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a", "b"]), &flow, &[]);
    let call = || Call::about_p(&content).given("a", "yes");
    call().given("b", "not_sure").reaches("ambulance");
    call().given("b", "yes").reaches("self-care");
    call().given("b", "no").reaches("ambulance");
    // Undetermined, not decided by half of it.
    call().asks(&["b"]);
}

#[test]
fn what_decides_between_two_asks_is_needed() {
    let flow = [
        "  - ask: b\n    if: a\n  - ask: a\n  - ask: b\n    unless: a\n",
        &reach("ambulance", "b"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a", "b"]), &flow, &[]);
    let call = Call::about_p(&content).asks(&["a"]).given("a", "no");
    call.asks(&["b"]).given("b", "no").reaches("pharmacy");
    // What was volunteered needs no ask to be open.
    Call::about_p(&content).given("b", "no").reaches("pharmacy");
}

#[test]
fn bands_and_the_highest_single_part() {
    let questions = "  rate:\n    say: How fast?\n    worse: higher\n    answers:\n      number: breaths\n      from: 0\n      to: 60\n  alert:\n    say: How awake?\n    worse: first\n    answers:\n      muddled: Muddled\n      awake: Awake\n";
    let flow = [
        "  - ask: [rate, alert]\n  - score: s\n    bands:\n      rate:\n        ..=20: 0\n        21..=24: 2\n        25..: 3\n      alert:\n        muddled: 3\n        awake: 0\n",
        &reach("ambulance", "s >= 5"),
        &reach("emergency-department", "highest(s) >= 3"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(questions, &flow, &[]);
    Call::about_p(&content)
        .given("rate", "30")
        .given("alert", "awake")
        .reaches("emergency-department");
    Call::about_p(&content)
        .given("rate", "22")
        .given("alert", "muddled")
        .reaches("ambulance");
    Call::about_p(&content)
        .given("rate", "22")
        .given("alert", "awake")
        .reaches("pharmacy");
    Call::about_p(&content)
        .given("rate", "22")
        .given("alert", "not_sure")
        .reaches("ambulance");
    // Beyond a bound is kept as said and read as the bound.
    Call::about_p(&content)
        .given("rate", "400")
        .given("alert", "awake")
        .reaches("emergency-department");
}

#[test]
fn ages_instants_tables_and_doses() {
    let questions = "  began:\n    say: When?\n    not_ordered: Either may be bad.\n    answers:\n      ago: hours\n      to: 72\n  taken:\n    say: What?\n    answers:\n      table: substances\n  dose:\n    say: How much?\n    worse: higher\n    answers:\n      number: milligrams\n      from: 0\n      to: 20000\n  weight:\n    say: How heavy?\n    worse: lower\n    answers:\n      number: kilograms\n      from: 1\n      to: 200\n";
    let table = "table: substances\ntitle: Substances\ncolumns:\n  harm: [minutes, hours, harmless]\nrows:\n  bleach:\n    say: Bleach\n    harm: hours\n  none:\n    say: Nothing else\n    harm: harmless\nelse:\n  say: Something else\n  harm: minutes\n";
    let flow = [
        "  - ask: [began, taken, dose, weight]\n",
        &reach("ambulance", "any(taken, harm == minutes)"),
        &reach("emergency-department", "per_kg(dose, weight) >= 150"),
        &reach("clinician", "hours_since(began) <= hours(6)"),
        &reach("call-back", "age < years(5)"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(questions, &flow, &[("tables/substances.yaml", table)]);
    let call = || {
        Call::about_p(&content)
            .told("taken", &Answer::Rows(vec!["bleach".to_owned()]))
            .given("dose", "100")
            .given("weight", "10")
            .told(
                "began",
                &Answer::At("2026-03-01T05:00:00Z".parse().unwrap()),
            )
    };
    call().reaches("pharmacy");
    call().given("taken", "not_sure").reaches("ambulance");
    call()
        .told(
            "taken",
            &Answer::Rows(vec!["none".to_owned(), "else".to_owned()]),
        )
        .reaches("ambulance");
    call().given("dose", "1491").reaches("emergency-department");
    call().given("dose", "1490").reaches("pharmacy");
    call().given("weight", "not_sure").reaches("pharmacy");
    call()
        .given("dose", "150")
        .given("weight", "not_sure")
        .reaches("emergency-department");
    call()
        .told(
            "began",
            &Answer::At("2026-03-01T06:00:00Z".parse().unwrap()),
        )
        .reaches("clinician");
    call()
        .told(
            "began",
            &Answer::At("2026-03-01T05:59:59Z".parse().unwrap()),
        )
        .reaches("clinician");
    call()
        .told(
            "began",
            &Answer::At("2026-03-01T05:59:00Z".parse().unwrap()),
        )
        .reaches("pharmacy");
    call()
        .told("age", &Answer::BirthDate("2021-03-01".parse().unwrap()))
        .reaches("pharmacy");
    call()
        .told("age", &Answer::BirthDate("2021-03-02".parse().unwrap()))
        .reaches("call-back");
    call().given("age", "not_told").reaches("call-back");
}

#[test]
fn an_interrupt_counts_when_its_facts_are_known_and_waits_for_nobody() {
    let shared =
        "questions:\n  blue:\n    say: Are the lips blue?\n  grey:\n    say: Is the skin grey?\n";
    let interrupts = "evidence: e\ninterrupts:\n  - reach: ambulance\n    if: blue\n    because: So it is.\n  - reach: emergency-department\n    if: grey\n    because: So it is.\n";
    let files = [
        ("questions/shared.yaml", shared),
        ("interrupts.yaml", interrupts),
    ];
    let flow = [
        "  - ask: [a, blue]\n",
        &reach("clinician", "a"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a"]), &flow, &files);
    // `blue` is asked here, so its interrupt is a goal; `grey` is not, and nothing waits for it.
    Call::about_p(&content)
        .asks(&["a", "blue"])
        .given("a", "yes")
        .asks(&["blue"])
        .given("blue", "no")
        .reaches("clinician")
        .given("grey", "yes")
        .reaches("emergency-department");
    Call::about_p(&content)
        .given("blue", "yes")
        .reaches("ambulance");
}

#[test]
fn a_guide_comes_after_what_could_be_more_urgent_and_ends_by_an_exit() {
    let guide = "guide: hold\ntitle: Hold\nsteps:\n  - Press.\nexits:\n  worse:\n    say: Worse\n    asks_again: b\n  done: Done\n";
    let flow = [
        "  - ask: b\n  - ask: a\n",
        &reach("ambulance", "a"),
        &reach("emergency-department", "b"),
        "  - guide: hold\n    if: b\n  - otherwise: pharmacy",
    ]
    .concat();
    let shared = "questions:\n  b:\n    say: Does it bleed?\n";
    let content = pathway(
        &yes_no(&["a"]),
        &flow,
        &[
            ("guides/hold.yaml", guide),
            ("questions/shared.yaml", shared),
        ],
    );
    let call = Call::about_p(&content)
        .given("b", "yes")
        .asks(&["a"])
        .given("a", "no")
        .shows_guide("hold");
    let call = call
        .told("hold", &Answer::Exit("worse".to_owned()))
        .asks(&["b"]);
    let call = call.given("b", "yes").shows_guide("hold");
    call.told("hold", &Answer::Exit("done".to_owned()))
        .reaches("emergency-department");
    Call::about_p(&content)
        .given("b", "no")
        .given("a", "no")
        .reaches("pharmacy");
}

#[test]
fn keeps_and_the_risk_history_are_asked_for_the_hand_over_only() {
    let risks = "evidence: e\nquestions:\n  pregnant:\n    say: Pregnant?\n    only_if: sex == female\n    otherwise: no\n  thinners:\n    say: Blood thinners?\nflow:\n  - ask: [pregnant, thinners]\nitems:\n  pregnant:\n    reach: clinician\n    because: So it is.\n  thinners:\n    reach: emergency-department\n    because: So it is.\n";
    let flow = [
        "  - ask: a\n",
        &reach("emergency-department", "a"),
        "  - otherwise: pharmacy\n  - keep: k\n",
    ]
    .concat();
    let content = pathway(&yes_no(&["a", "k"]), &flow, &[("risk-history.yaml", risks)]);
    let call = Call::about_p(&content)
        .asks(&["pregnant", "thinners"])
        .given("pregnant", "no")
        .given("thinners", "no")
        .given("a", "no")
        .reaches("pharmacy");
    call.given("a", "yes")
        .keeps(&["k"])
        .given("k", "no")
        .reaches("emergency-department");
    Call::about_p(&content)
        .given("a", "yes")
        .keeps(&["pregnant", "thinners"])
        .stands_at("emergency-department")
        .given("thinners", "yes")
        .given("pregnant", "refused")
        .keeps(&["k"]);
    Call::about_p(&content)
        .given("sex", "male")
        .given("a", "yes")
        .keeps(&["thinners"]);
}

#[test]
fn a_keep_that_was_answered_asks_for_nothing() {
    let flow = [
        "  - ask: a\n",
        &reach("emergency-department", "a"),
        "  - otherwise: pharmacy\n  - keep: k\n    if: b\n",
    ]
    .concat();
    let first = "evidence: e\nflow:\n  - ask: b\n";
    let shared = ["questions:\n", &yes_no(&["b"])].concat();
    let files = [
        ("first-flow.yaml", first),
        ("questions/shared.yaml", &shared),
    ];
    let content = pathway(&yes_no(&["a", "k"]), &flow, &files);
    let call = || Call::about_p(&content).given("a", "yes");
    call().asks(&["b"]).given("b", "yes").keeps(&["k"]);
    call().given("k", "no").reaches("emergency-department");
}

#[test]
fn a_checklist_shows_what_is_needed_and_not_sure_asks_one_by_one() {
    let questions = [
        yes_no(&["a", "b", "c"]),
        "  signs:\n    say: Any of these?\n    checklist: [a, b, c]\n".to_owned(),
    ]
    .concat();
    let flow = [
        "  - ask: signs\n",
        &reach("ambulance", "a"),
        &reach("emergency-department", "b || c"),
        "  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&questions, &flow, &[]);
    let call = Call::about_p(&content)
        .asks(&["a", "b", "c"])
        .given("c", "yes")
        .asks(&["a"])
        .without("c");
    let call = call
        .given("signs", "not_sure")
        .asks(&["a"])
        .given("a", "no")
        .asks(&["b"])
        .given("b", "no")
        .asks(&["c"]);
    call.given("c", "not_sure").reaches("emergency-department");
}

#[test]
fn a_need_travels_along_and_a_certain_one_must_hold() {
    let flow = "  - ask: [a, b]\n  - reach: ambulance\n    if: a\n    because: So it is.\n  - also: safeguarding\n    if: b\n  - also: police\n    if: b\n  - otherwise: pharmacy";
    let content = pathway(&yes_no(&["a", "b"]), flow, &[]);
    let needs = |call: Call<'_>| -> Vec<String> {
        let needs = call.explanation().needs;
        needs
            .iter()
            .map(|need| content.need(need.need).id.clone())
            .collect()
    };
    // The result is certain, and the need is asked for all the same.
    let call = Call::about_p(&content)
        .given("a", "yes")
        .asks(&["b"])
        .given("b", "yes")
        .reaches("ambulance");
    assert_eq!(needs(call), ["safeguarding", "police"]);
    let call = Call::about_p(&content)
        .given("a", "yes")
        .given("b", "not_sure")
        .reaches("ambulance");
    assert_eq!(needs(call), ["safeguarding"]);
}

#[test]
fn a_failed_look_up_opens_the_question_in_its_place() {
    let flow = [
        reach("emergency-department", "earlier_contacts >= 2"),
        "  - otherwise: pharmacy".to_owned(),
    ]
    .concat();
    let content = pathway(&yes_no(&["unused"]), &flow, &[]);
    Call::about_p(&content).reaches("pharmacy");
    Call::about_p(&content)
        .given("earlier_contacts", "2")
        .reaches("emergency-department");
    let call = Call::about_p(&content)
        .given("earlier_contacts", "unknown")
        .asks(&["earlier_contacts_told"]);
    call.given("earlier_contacts_told", "3")
        .reaches("emergency-department");
}

#[test]
fn a_line_left_undetermined_at_the_end_raises_and_is_a_defect() {
    let flow = [
        "  - when: a\n    do:\n      - ask: b\n",
        &reach("ambulance", "b"),
        "  - ask: a\n  - otherwise: pharmacy",
    ]
    .concat();
    let content = pathway(&yes_no(&["a", "b"]), &flow, &[]);
    let mut call = Call::about_p(&content).given("a", "no");
    let position = call.position();
    assert_eq!((position.next, position.defect), (Next::End, true));
    call = call.stands_at("ambulance");
    assert!(call.outcome().defect);
    assert_eq!(call.explanation().defects.len(), 1);
}

#[test]
fn without_a_complaint_the_first_flow_is_asked_and_no_hand_over() {
    let first = "evidence: e\nquestions:\n  f:\n    say: Is it so?\nflow:\n  - ask: f\n  - reach: ambulance\n    if: f\n    because: So it is.\n  - keep: g\n";
    let more = "questions:\n  g:\n    say: Is it so?\n";
    let content = library(&[("first-flow.yaml", first), ("questions/more.yaml", more)]);
    let patient = |call: Call<'static>| {
        call.given("party", "first")
            .given("age", "not_told")
            .given("sex", "not_told")
    };
    let content: &'static _ = Box::leak(Box::new(content));
    let mut call = patient(Call::about(content, &[]))
        .asks(&["f"])
        .given("f", "no")
        .reaches("clinician");
    assert_eq!(call.reached(), Some(Reached::NothingTrue));
    patient(Call::about(content, &[]))
        .given("f", "yes")
        .keeps(&["g"])
        .stands_at("ambulance");
}
