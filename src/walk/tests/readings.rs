//! What the comparison with a second interpreter (`tests/oracle/`) found: where the two differed, and what now holds.

use super::library::{Call, DISPOSITIONS, SYSTEM, library, pathway, yes_no};
use crate::pathway;
use crate::walk::explain::Defect;
use crate::walk::{Answer, Next};

const CALM: &str = "guide: calm\ntitle: Keep calm\nsteps:\n  - Breathe.\nexits:\n  done: Done\n";
const CPR: &str = "guide: cpr\ntitle: CPR\nsteps:\n  - Press.\nexits:\n  done: Done\n";

#[test]
fn the_guide_of_an_interrupt_comes_first_and_waits_for_nobody() {
    let shared = format!("questions:\n{}", yes_no(&["dead", "other"]));
    let interrupts = "evidence: e\ninterrupts:\n  - guide: cpr\n    if: dead\n  - guide: cpr\n    if: dead && other\n";
    let flow = "  - ask: dead\n  - guide: calm\n    if: dead\n  - reach: ambulance\n    if: dead\n    because: So it is.\n  - otherwise: pharmacy";
    let files = [
        ("questions/q.yaml", shared.as_str()),
        ("interrupts.yaml", interrupts),
        ("guides/calm.yaml", CALM),
        ("guides/cpr.yaml", CPR),
    ];
    let content = pathway(&yes_no(&["own"]), flow, &files);
    Call::about_p(&content)
        .given("dead", "yes")
        .shows_guide("cpr");
    // `other` is asked nowhere, so nothing is asked for a guide that reads it.
    let interrupts = "evidence: e\ninterrupts:\n  - guide: cpr\n    if: dead && other\n";
    let flow = "  - ask: dead\n  - otherwise: pharmacy";
    let files = [
        ("questions/q.yaml", shared.as_str()),
        ("interrupts.yaml", interrupts),
        ("guides/cpr.yaml", CPR),
    ];
    Call::about_p(&pathway(&yes_no(&["own"]), flow, &files)).reaches("pharmacy");
}

#[test]
fn what_is_surely_kept_comes_before_what_may_be() {
    let flow = "  - ask: a\n  - reach: ambulance\n    if: a\n    because: So it is.\n  - otherwise: pharmacy\n  - keep: c\n    if: b\n  - keep: d\n";
    let flow = flow.replacen("  - ask: a\n", "  - ask: a\n  - ask: b\n", 1);
    let content = pathway(&yes_no(&["a", "b", "c", "d"]), &flow, &[]);
    let call = || Call::about_p(&content).given("a", "yes");
    call().keeps(&["d"]);
    let mut open = call().given("d", "no").asks(&["b"]);
    assert!(matches!(open.position().next, Next::Ask { .. }));
    call().given("d", "no").given("b", "yes").keeps(&["c"]);
    // Nothing decides whether to keep what is answered already.
    call()
        .given("d", "no")
        .given("c", "yes")
        .reaches("ambulance");
}

#[test]
fn a_need_that_could_hold_counts_once_the_result_is_certain() {
    let flow = "  - ask: a\n  - reach: ambulance\n    if: a\n    because: So it is.\n  - also: safeguarding\n    if: b\n  - also: police\n    if: b\n  - otherwise: pharmacy\n  - keep: c\n";
    let content = pathway(&yes_no(&["a", "b", "c"]), flow, &[]);
    let needs = |call: &Call<'_>| -> Vec<String> {
        let needs = call.explanation().needs;
        needs
            .iter()
            .map(|reason| content.need(reason.need).id.clone())
            .collect()
    };
    let call = Call::about_p(&content).given("a", "yes").keeps(&["c"]);
    assert_eq!(needs(&call), ["safeguarding"]);
    let call = call.given("c", "no");
    assert_eq!(needs(&call), ["safeguarding"]);
    // What must be certain does not count while it is undetermined, and is no defect.
    let defects = call.explanation().defects;
    assert!(
        matches!(defects.as_slice(), [Defect::Undetermined(_)]),
        "{defects:?}"
    );
}

const STAYS: &str = "exceptions:\n  stays:\n    if: stays_at_home\n    instead: call-back\n";

fn with_care_plan() -> String {
    format!("{SYSTEM}  stays_at_home:\n    say: Does the care plan say so?\n    otherwise: no\n")
}

#[test]
fn a_disposition_gives_way_on_every_line_that_reaches_it() {
    let dispositions = DISPOSITIONS
        .replace(
            "    title: Emergency department\n",
            "    gives_way: [stays]\n    title: Emergency department\n",
        )
        .replace(
            "    title: Pharmacy\n",
            "    gives_way: [stays]\n    title: Pharmacy\n",
        );
    let system = with_care_plan();
    let risks = format!(
        "evidence: e\nquestions:\n{}flow:\n  - ask: frail\nitems:\n  frail:\n    reach: emergency-department\n    because: So it is.\n",
        yes_no(&["frail"])
    );
    let files = [
        ("dispositions.yaml", dispositions.as_str()),
        ("questions/system.yaml", &system),
        ("exceptions.yaml", STAYS),
        ("risk-history.yaml", &risks),
    ];
    let content = pathway(&yes_no(&["own"]), "  - otherwise: pharmacy", &files);
    let call = |plan, frail| {
        Call::about_p(&content)
            .given("stays_at_home", plan)
            .given("frail", frail)
    };
    call("no", "no").reaches("pharmacy");
    call("yes", "no").reaches("call-back");
    call("no", "yes").reaches("emergency-department");
    call("yes", "yes").reaches("call-back");
    call("unknown", "yes").reaches("emergency-department");
}

#[test]
fn an_exception_reads_nothing_that_a_caller_can_state() {
    let asked = with_care_plan() + "    if_unknown: ask told\n";
    let told = format!("questions:\n{}", yes_no(&["told", "earlier_contacts_told"]))
        .replace("earlier_contacts_told:\n    say: Is it so?\n", "earlier_contacts_told:\n    say: How often?\n    worse: higher\n    answers:\n      number: contacts\n      from: 0\n      to: 9\n");
    let files = [
        ("dispositions.yaml", DISPOSITIONS),
        ("questions/system.yaml", &asked),
        ("questions/told.yaml", &told),
        ("exceptions.yaml", STAYS),
        (
            "evidence/e.yaml",
            "title: t\nurl: https://example.org/\nreviewed: 2026-01-01\nreview_by: 2030-01-01\n",
        ),
        (
            "complaints/p.yaml",
            "pathway: p\ntitle: P\nfamily: p\nevidence: e\nrisks:\n  rest: usual\nquestions:\n  a:\n    say: Is it so?\nflow:\n  - ask: a\n  - reach: ambulance\n    if: a\n    because: So it is.\n    gives_way: [stays]\n  - otherwise: pharmacy\n",
        ),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let findings = pathway::read(&files).unwrap_err();
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["P533"], "{findings:?}");
}

#[test]
fn advice_of_the_first_flow_shows_up_to_its_own_urgency() {
    let first = "evidence: e\nflow:\n  - advise: keep-warm\n  - advise: rest\n";
    let warm =
        "advice: keep-warm\ntitle: Keep warm\nup_to: clinician\nlines:\n  - say: Keep warm.\n";
    let rest = "advice: rest\ntitle: Rest\nlines:\n  - say: Rest.\n";
    let files = [
        ("first-flow.yaml", first),
        ("advice/keep-warm.yaml", warm),
        ("advice/rest.yaml", rest),
    ];
    let flow = "  - ask: a\n  - reach: ambulance\n    if: a\n    because: So it is.\n  - otherwise: pharmacy";
    let content = pathway(&yes_no(&["a"]), flow, &files);
    let shown = |answer| {
        Call::about_p(&content)
            .given("a", answer)
            .explanation()
            .advice
    };
    let calm = shown("no");
    assert_eq!(calm.len(), 1);
    assert_eq!(content.advice_item(calm[0].item).id, "keep-warm");
    assert_eq!(calm[0].pathway, None);
    assert_eq!(shown("yes"), []);
}

#[test]
fn a_failed_look_up_opens_its_question_whatever_reads_it() {
    let system = format!(
        "{SYSTEM}  one:\n    say: One?\n    otherwise: no\n    if_unknown: ask told\n  other:\n    say: Other?\n    otherwise: no\n    if_unknown: ask told\n"
    );
    let told = format!("questions:\n{}", yes_no(&["told"]));
    let files = [
        ("questions/system.yaml", system.as_str()),
        ("questions/asked.yaml", &told),
    ];
    let flow = "  - ask: a\n  - reach: ambulance\n    if: a && told\n    because: So it is.\n  - otherwise: pharmacy";
    let content = pathway(&yes_no(&["a"]), flow, &files);
    for failed in ["one", "other"] {
        Call::about_p(&content)
            .given(failed, "unknown")
            .asks(&["told"])
            .given("told", "no")
            .reaches("pharmacy");
    }
}

#[test]
fn danger_that_joins_keeps_the_order_in_which_it_is_included() {
    let question = |name: &str| {
        format!("  - ask: {name}\n  - reach: ambulance\n    if: {name}\n    because: So it is.\n")
    };
    let names = ["a", "b", "c", "d", "e", "f"];
    let shared = format!("questions:\n{}", yes_no(&names));
    let outer = format!(
        "shared: outer\ntitle: O\nevidence: e\ndanger:\n{}flow:\n{}  - include: inner\n",
        question("b"),
        question("d")
    );
    let inner = format!(
        "shared: inner\ntitle: I\nevidence: e\ndanger:\n{}flow:\n{}",
        question("c"),
        question("e")
    );
    let order = |files: &[(&str, &str)]| -> Vec<String> {
        let base = [
            ("questions/q.yaml", shared.as_str()),
            ("shared/outer.yaml", &outer),
            ("shared/inner.yaml", &inner),
        ];
        let content = library(&[&base, files].concat());
        let mut call = Call::about_p(&content);
        let mut order = Vec::new();
        while let Next::Ask { shown, .. } = call.position().next {
            let id = content.fact(shown[0]).id.clone();
            call = call.told(&id, &Answer::from("no"));
            order.push(id);
        }
        order
    };
    let pathway = |danger: &str, flow: &str| {
        format!(
            "pathway: p\ntitle: P\nfamily: p\nfound_by: [p]\nevidence: e\nrisks:\n  rest: usual\ndanger:\n{danger}flow:\n{flow}  - otherwise: pharmacy\n"
        )
    };
    // Ours, then that of what is included, then that of what it includes; then the flows in their places.
    let text = pathway(
        &question("a"),
        &format!("  - include: outer\n{}", question("f")),
    );
    assert_eq!(order(&[("complaints/p.yaml", &text)]), names);
    // In the danger list it is all asked where it is included.
    let text = pathway(
        &format!("  - include: outer\n{}", question("a")),
        &question("f"),
    );
    let in_place = ["b", "d", "c", "e", "a", "f"];
    assert_eq!(order(&[("complaints/p.yaml", &text)]), in_place);
    // And so in the first flow.
    let first = format!("evidence: e\nflow:\n  - include: outer\n{}", question("a"));
    let text = pathway(&question("f"), "");
    assert_eq!(
        order(&[("first-flow.yaml", &first), ("complaints/p.yaml", &text)]),
        in_place
    );
}

#[test]
fn what_is_overdue_is_due_now_in_a_range_too() {
    let questions = "  dose:\n    say: When is it due?\n    not_ordered: Late and early differ.\n    answers:\n      due: hours\n      from: -24\n      to: 24\n";
    let flow = "  - ask: dose\n  - reach: clinician\n    if: hours_until(dose) in hours(0)..=hours(1)\n    because: So it is.\n  - otherwise: pharmacy";
    let content = pathway(questions, flow, &[]);
    for (due, reached) in [
        ("2026-03-01T09:00:00Z", "clinician"),
        ("2026-03-01T12:00:00Z", "clinician"),
        ("2026-03-01T14:00:00Z", "pharmacy"),
    ] {
        Call::about_p(&content)
            .told("dose", &Answer::At(due.parse().unwrap()))
            .reaches(reached);
    }
}

#[test]
fn a_question_of_a_pathway_may_depend_on_one_about_its_complaint() {
    let questions = "  place:\n    say: Is it here?\n    about: complaint\n    only_if: anywhere\n    otherwise: no\n  anywhere:\n    say: Is it anywhere?\n    about: complaint\n  spreads:\n    say: Does it spread?\n    only_if: place\n    otherwise: no\n";
    let flow = "  - ask: [anywhere, place, spreads]\n  - reach: clinician\n    if: spreads\n    because: So it is.\n  - otherwise: pharmacy";
    let content = pathway(questions, flow, &[]);
    Call::about_p(&content)
        .asks(&["p/anywhere"])
        .given("anywhere", "yes")
        .asks(&["p/place"])
        .given("place", "yes")
        .asks(&["spreads"])
        .given("spreads", "yes")
        .reaches("clinician");
    // A flow that nobody includes yet has no complaint; that is no fault in it.
    let flow = "shared: later\ntitle: L\nevidence: e\nquestions:\n  where:\n    say: Where?\n    about: complaint\nflow:\n  - ask: where\n  - reach: clinician\n    if: where\n    because: So it is.\n";
    pathway(
        &yes_no(&["own"]),
        "  - otherwise: pharmacy",
        &[("shared/later.yaml", flow)],
    );
}

/// The codes of what is wrong with a pathway that reaches by one rule on a temperature in steps of half a degree.
fn faults(rule: &str, to: &str) -> Vec<&'static str> {
    faults_of(
        &format!("  - reach: clinician\n    if: {rule}\n    because: So it is.\n"),
        to,
    )
}

/// The same of a score over bands of the temperature.
fn faults_of_bands(bands: [&str; 3]) -> Vec<&'static str> {
    let [low, middle, high] = bands;
    faults_of(
        &format!(
            "  - score: points\n    bands:\n      temperature:\n        {low}: 2\n        {middle}: 0\n        {high}: 1\n  - reach: clinician\n    if: points >= 2\n    because: So it is.\n"
        ),
        "42.0",
    )
}

fn faults_of(statements: &str, to: &str) -> Vec<&'static str> {
    let text = format!(
        "pathway: p\ntitle: P\nfamily: p\nevidence: e\nrisks:\n  rest: usual\nquestions:\n  temperature:\n    say: How hot?\n    worse: higher\n    answers:\n      number: celsius\n      from: 35.0\n      to: {to}\n      step: 0.5\nflow:\n  - ask: temperature\n{statements}  - otherwise: pharmacy\n"
    );
    let files = [
        ("dispositions.yaml", DISPOSITIONS),
        (
            "questions/system.yaml",
            "system:\n  party:\n    say: Who?\n    answers:\n      first: Me\n      third: Other\n  age:\n    say: Age?\n    answers: age\n  sex:\n    say: Sex?\n    answers:\n      female: F\n      male: M\n",
        ),
        (
            "evidence/e.yaml",
            "title: t\nurl: https://example.org/\nreviewed: 2026-01-01\nreview_by: 2030-01-01\n",
        ),
        ("complaints/p.yaml", text.as_str()),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let findings = pathway::read(&files).err().unwrap_or_default();
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_number_between_two_steps_is_no_answer() {
    assert_eq!(faults("temperature >= 38.4", "42.0"), [""; 0]);
    assert_eq!(faults("temperature == 38.5", "42.0"), [""; 0]);
    assert_eq!(faults("temperature == 38.4", "42.0"), ["P414"]);
    assert_eq!(faults("temperature >= 38.0", "42.2"), ["P518"]);
}

#[test]
fn bands_meet_where_no_answer_lies_between_them() {
    let fit = ["..36.5", "36.5..=37.5", "38.0.."];
    assert_eq!(faults_of_bands(fit), [""; 0]);
    let gap = ["..36.5", "36.5..=37.0", "38.0.."];
    assert_eq!(faults_of_bands(gap), ["P526"]);
    let no_answer = ["..36.5", "36.6..36.9", "37.0.."];
    assert_eq!(faults_of_bands(no_answer), ["P527"]);
}
