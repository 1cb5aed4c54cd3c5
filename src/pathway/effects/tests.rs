//! Lines and questions without effect are found in small pathways, and those with one are left alone.

use proptest::prelude::*;

use super::super::content::{
    Asked, DispositionId, Entry, FactSource, Given, Place, Promise, Promised, Step,
};
use super::super::definedness::brute_force::{config, random};
use super::super::diagnostic::Severity;
use super::super::form::{AgeUnit, Node, Rule};
use super::super::sample::Sample;
use super::*;
use crate::pathway;

#[track_caller]
fn finds(sample: &Sample, codes: &[&str]) {
    let found = check(&sample.content);
    assert_eq!(
        found.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        codes,
        "{found:#?}"
    );
    let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
    let errors: Vec<Diagnostic> = found.into_iter().filter(is_error).collect();
    assert_eq!(dead(&sample.content), errors);
}

#[test]
fn a_sound_pathway_is_silent() {
    let mut sample = Sample::new();
    let (a, b) = (sample.yes_no("a"), sample.yes_no("b"));
    let (yes_a, yes_b) = (sample.yes(a), sample.yes(b));
    sample.ask(&[a, b], Rule::TRUE);
    sample.reach(0, yes_a);
    sample.reach(2, yes_b);
    sample.otherwise(5);
    finds(&sample, &[]);
}

#[test]
fn a_line_whose_conditions_exclude_each_other_is_dead() {
    let mut sample = Sample::new();
    let a = sample.one_of("a", &["bad", "good"]);
    let (bad, good) = (sample.is(a, 1), sample.is(a, 2));
    sample.ask(&[a], Rule::TRUE);
    sample.reach(2, bad);
    let both = sample.content.forms.all([bad, good]);
    sample.reach(0, both);
    sample.otherwise(5);
    finds(&sample, &["P602"]);
}

#[test]
fn a_line_for_nobody_the_pathway_is_for_is_dead() {
    let mut sample = Sample::new();
    let (child, adult) = (
        sample.aged(AgeUnit::Months, i64::MIN, 191),
        sample.aged(AgeUnit::Months, 192, i64::MAX),
    );
    sample.pathway().whom = adult;
    let a = sample.yes_no("a");
    let yes = sample.yes(a);
    sample.ask(&[a], Rule::TRUE);
    sample.reach(2, yes);
    sample.reach(0, child);
    sample.otherwise(5);
    finds(&sample, &["P602"]);
}

#[test]
fn a_line_below_one_that_is_always_true_with_it_is_idle() {
    let mut sample = Sample::new();
    let (a, b) = (sample.yes_no("a"), sample.yes_no("b"));
    let (yes_a, yes_b) = (sample.yes(a), sample.yes(b));
    sample.ask(&[a, b], Rule::TRUE);
    sample.reach(0, yes_a);
    let both = sample.content.forms.all([yes_a, yes_b]);
    sample.reach(2, both);
    sample.otherwise(5);
    // The idle line was all that read `b`.
    finds(&sample, &["P603", "P604"]);
}

#[test]
fn a_question_that_only_says_whom_another_is_asked_has_an_effect() {
    let mut sample = Sample::new();
    let (gate, asked) = (sample.yes_no("gate"), sample.yes_no("asked"));
    let (open, yes) = (sample.yes(gate), sample.yes(asked));
    sample.only_if(asked, open, Given::Option(1));
    sample.ask(&[gate, asked], Rule::TRUE);
    sample.reach(0, yes);
    sample.otherwise(5);
    finds(&sample, &[]);
}

#[test]
fn a_question_nobody_reads_changes_nothing_unless_a_keep_does() {
    let mut sample = Sample::new();
    let (a, b) = (sample.yes_no("a"), sample.yes_no("b"));
    let (yes_a, yes_b) = (sample.yes(a), sample.yes(b));
    sample.ask(&[a, b], Rule::TRUE);
    sample.reach(0, yes_a);
    sample.otherwise(5);
    finds(&sample, &["P604"]);
    let place = sample.content.lines.first().unwrap().place.clone();
    sample.pathway().flow.entries.push(Entry {
        what: Step::Keep(vec![Asked::Question(a)]),
        guard: yes_b,
        place,
    });
    finds(&sample, &[]);
}

#[test]
fn a_line_over_not_sure_is_not_dead() {
    let mut sample = Sample::new();
    let a = sample.yes_no("a");
    let unsure = sample.content.forms.leaf(Node::Unsure(a));
    sample.ask(&[a], Rule::TRUE);
    sample.reach(0, unsure);
    sample.otherwise(5);
    finds(&sample, &[]);
}

/// An amount taken and a weight, and a line for a dose of 75 and more.
fn with_a_dose(sample: &mut Sample) -> (FactId, FactId) {
    let (amount, weight) = (
        sample.number("amount", 0, 20_000),
        sample.number("weight", 1, 200),
    );
    let dose = sample.content.forms.leaf(Node::PerKg {
        amount,
        weight,
        from: 75,
        to: i64::MAX,
    });
    sample.ask(&[amount, weight], Rule::TRUE);
    sample.reach(0, dose);
    (amount, weight)
}

#[test]
fn a_question_beside_a_dose_that_changes_nothing_is_found() {
    let mut sample = Sample::new();
    with_a_dose(&mut sample);
    let idle = sample.yes_no("idle");
    sample.ask(&[idle], Rule::TRUE);
    sample.otherwise(5);
    finds(&sample, &["P604"]);
}

#[test]
fn the_amount_the_weight_and_what_opens_one_of_them_change_a_dose() {
    let mut sample = Sample::new();
    let (amount, _) = with_a_dose(&mut sample);
    let took = sample.yes_no("took");
    let yes = sample.yes(took);
    sample.ask(&[took], Rule::TRUE);
    sample.only_if(amount, yes, Given::Number(0));
    sample.otherwise(5);
    finds(&sample, &[]);
}

#[test]
fn a_question_that_stands_in_for_a_weight_of_the_record_changes_a_dose() {
    let mut sample = Sample::new();
    let (amount, told) = (
        sample.number("amount", 0, 20_000),
        sample.number("told", 1, 200),
    );
    let weight = sample.number("weight", 1, 200);
    if let Some(about) = sample.content.facts.get_mut(weight.index()) {
        about.source = FactSource::System {
            otherwise: Given::Number(70),
            if_unknown: Some(told),
        };
    }
    let dose = sample.content.forms.leaf(Node::PerKg {
        amount,
        weight,
        from: 75,
        to: i64::MAX,
    });
    sample.ask(&[amount, told], Rule::TRUE);
    sample.reach(0, dose);
    sample.otherwise(5);
    finds(&sample, &[]);
}

/// A promise of the sample pathway.
fn promise(sample: &mut Sample, when: Rule, least: u16) {
    sample.content.promises.push(Promise {
        pathway: Some(PathwayId(0)),
        whom: Rule::TRUE,
        when,
        what: Promised::NeverBelow(DispositionId(least)),
        unless: vec![],
        place: Place::default(),
    });
}

/// Four lines of falling urgency, each on a question of its own, which are given.
fn four_lines(sample: &mut Sample) -> [Rule; 4] {
    let questions = ["a", "b", "c", "d"].map(|id| sample.yes_no(id));
    sample.ask(&questions, Rule::TRUE);
    let answers = questions.map(|question| sample.yes(question));
    for (rank, answer) in (0..).zip(answers) {
        sample.reach(rank, answer);
    }
    sample.otherwise(5);
    answers
}

#[test]
fn a_line_is_held_by_a_promise_of_its_own_urgency() {
    let mut sample = Sample::new();
    let answers = four_lines(&mut sample);
    // Where little is promised, nothing is missed.
    finds(&sample, &[]);
    for (rank, answer) in (0..3).zip(answers) {
        promise(&mut sample, answer, rank);
    }
    finds(&sample, &["P605"]);
    promise(&mut sample, answers[3], 4);
    finds(&sample, &["P605"]);
    promise(&mut sample, answers[3], 3);
    finds(&sample, &[]);
}

#[test]
fn a_promise_that_another_line_keeps_as_well_does_not_hold_one() {
    let mut sample = Sample::new();
    let answers = four_lines(&mut sample);
    for (rank, answer) in (0..3).zip(answers) {
        promise(&mut sample, answer, rank);
    }
    let both = sample.content.forms.all([answers[2], answers[3]]);
    promise(&mut sample, both, 3);
    finds(&sample, &["P605"]);
}

#[test]
fn a_number_that_parts_people_stands_in_a_promise() {
    let mut sample = Sample::new();
    let days = sample.number("days", 0, 30);
    let (five, six) = (
        sample.between(days, 5, i64::MAX),
        sample.between(days, 6, i64::MAX),
    );
    sample.ask(&[days], Rule::TRUE);
    sample.reach(2, five);
    sample.otherwise(5);
    promise(&mut sample, six, 2);
    finds(&sample, &["P606"]);
    promise(&mut sample, five, 2);
    finds(&sample, &[]);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_errors_alone_are_those_among_all_findings(seed: u64) {
        let content = random::sample(seed).content;
        let mut found = pathway::analyse(&content);
        found.retain(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(pathway::errors(&content), found);
    }
}
