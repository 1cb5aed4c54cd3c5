use super::super::content::{DispositionId, Effect, Given, Kind, PathwayId};
use super::super::form::{AgeUnit, Rule};
use super::super::sample::Sample;
use super::*;

const ONLY: PathwayId = PathwayId(0);

fn lines_of(sample: &Sample) -> Vec<LineId> {
    undefined(&sample.content, ONLY)
        .into_iter()
        .map(|found| found.line)
        .collect()
}

#[test]
fn a_line_over_what_is_asked_is_defined() {
    let mut sample = Sample::new();
    let drooling = sample.yes_no("drooling");
    sample.ask(&[drooling], Rule::TRUE);
    let rule = sample.yes(drooling);
    sample.reach(1, rule);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), []);
}

#[test]
fn a_line_over_what_nobody_asks_is_found() {
    let mut sample = Sample::new();
    let drooling = sample.yes_no("drooling");
    let rule = sample.yes(drooling);
    let line = sample.reach(1, rule);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), [line]);
    let found = &undefined(&sample.content, ONLY)[0];
    assert_eq!(found.missing, [drooling]);
    assert!(found.example.asked.is_empty() && found.example.volunteered.is_empty());
}

#[test]
fn a_line_below_what_is_reached_wherever_it_is_not_asked_is_defined() {
    let mut sample = Sample::new();
    let (a, b) = (sample.yes_no("a"), sample.yes_no("b"));
    let (yes_a, no_a, yes_b) = (sample.yes(a), sample.is(a, 2), sample.yes(b));
    sample.ask(&[a], Rule::TRUE);
    sample.ask(&[b], no_a);
    sample.reach(1, yes_a);
    sample.reach(3, yes_b);
    sample.otherwise(5);
    // "not sure" to `a` reads as yes and as no: the ask for `b` is open, and the line above is true.
    assert_eq!(lines_of(&sample), []);
    let line = sample.reach(0, yes_b);
    assert_eq!(lines_of(&sample), [line]);
    let message = undefined(&sample.content, ONLY)[0].diagnostic(&sample.content);
    assert_eq!(message.code, "P601");
    assert_eq!(
        message.message,
        "`reach ambulance-category-1` can stay undetermined: `b` is read, and not asked of this patient: \
         sex female, age 30 years, first party; a is yes"
    );
    assert!(
        message
            .help
            .unwrap()
            .contains("`b` is asked at complaints/sample.yaml:2 only if a is no")
    );
}

#[test]
fn only_if_and_otherwise_mend_it() {
    let mut sample = Sample::new();
    let (a, b) = (sample.yes_no("a"), sample.yes_no("b"));
    let (no_a, yes_b) = (sample.is(a, 2), sample.yes(b));
    sample.only_if(b, no_a, Given::Option(1));
    sample.ask(&[a, b], Rule::TRUE);
    sample.reach(0, yes_b);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), []);
}

#[test]
fn an_also_line_is_checked_whatever_is_reached() {
    let mut sample = Sample::new();
    let a = sample.yes_no("a");
    let yes = sample.yes(a);
    sample.reach(0, Rule::TRUE);
    let also = sample.line(Effect::Also(super::super::content::NeedId(0)), yes);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), [also]);
}

#[test]
fn an_ask_for_children_only_leaves_an_adult_undetermined() {
    let mut sample = Sample::new();
    let a = sample.yes_no("a");
    let (child, yes) = (sample.aged(AgeUnit::Months, i64::MIN, 59), sample.yes(a));
    sample.ask(&[a], child);
    let line = sample.reach(2, yes);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), [line]);
    let guarded = sample.content.forms.all([child, yes]);
    sample.content.lines[line.index()].guard = guarded;
    assert_eq!(lines_of(&sample), []);
}

#[test]
fn an_unknown_record_fact_needs_its_question() {
    let mut sample = Sample::new();
    let question = sample.yes_no("question");
    let record = sample.record("record", 1, Some(question));
    let yes = sample.yes(record);
    sample.reach(DispositionId(1).0, yes);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), []);
}

#[test]
fn a_number_between_two_steps_is_nobodys_answer() {
    let mut sample = Sample::new();
    let points = sample.number("points", 1, 9);
    if let Kind::Number(number) = &mut sample.content.facts[points.index()].kind {
        number.step = 2;
    }
    let b = sample.yes_no("b");
    sample.ask(&[points], Rule::TRUE);
    let (three, five) = (sample.between(points, 1, 3), sample.between(points, 5, 9));
    sample.reach(1, three);
    sample.reach(2, five);
    let yes = sample.yes(b);
    sample.reach(3, yes);
    sample.otherwise(5);
    assert_eq!(lines_of(&sample), []);
    // What is shown of somebody is an answer, too.
    let above = sample.between(points, 4, 9);
    let guard = sample.content.forms.all([above, yes]);
    sample.reach(0, guard);
    let message = undefined(&sample.content, ONLY)[0].diagnostic(&sample.content);
    assert!(
        message.message.contains("points is 5"),
        "{}",
        message.message
    );
}
