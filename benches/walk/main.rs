//! The cost of the walk, as ratios within one run: our step against rhai's own evaluation of the same guards and against a hand-written
//! function of the same meaning. Rounds are interleaved, medians are compared. `--test` runs it once, briefly, and asserts that all agree.
//!
//! The pathway: 60 questions (yes/no, one-of, numbers) and 200 lines of four leaves each, as large as the largest that is expected.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints its figures, and may stop on a mistake of its own"
)]

mod pathway;
mod rounds;

use std::hint::black_box;

use nhs111::walk::{Facts, Plan, Scratch, outcome, step};

use self::pathway::{Bench, LINES, QUESTIONS};
use self::rounds::rounds;

fn main() {
    let brief = std::env::args().any(|argument| argument == "--test");
    let bench = Bench::new();
    let plan = Plan::new(&bench.content, &["bench"], false).expect("the complaint is there");
    let sessions = bench.sessions(if brief { 2 } else { 40 });
    agree(&bench, &plan, &sessions);

    let steps: usize = sessions.iter().map(|session| session.len()).sum();
    let mut scratch = Scratch::new();
    let mut walked = || {
        for session in &sessions {
            let mut facts = bench.patient();
            for (name, answer) in session {
                facts
                    .tell(&bench.content, name, answer, bench.at)
                    .expect("the answer is offered");
                black_box(step(&bench.content, &plan, &facts, &mut scratch));
            }
        }
    };
    let mut told = || {
        for session in &sessions {
            let mut facts = bench.patient();
            for (name, answer) in session {
                facts
                    .tell(&bench.content, name, answer, bench.at)
                    .expect("the answer is offered");
            }
            black_box(&facts);
        }
    };
    let full: Vec<Facts> = sessions.iter().map(|session| bench.told(session)).collect();
    let mut scratch_full = Scratch::new();
    let mut decided = || {
        full.iter().for_each(|facts| {
            _ = black_box(outcome(&bench.content, &plan, facts, &mut scratch_full))
        })
    };
    let values: Vec<_> = sessions
        .iter()
        .map(|session| bench.values(session))
        .collect();
    let mut by_hand = || {
        values
            .iter()
            .for_each(|values| _ = black_box(values.most_urgent()))
    };
    let mut scopes: Vec<_> = values.iter().map(|values| bench.scope(values)).collect();
    let mut by_rhai = || {
        scopes
            .iter_mut()
            .for_each(|scope| _ = black_box(bench.rhai_all(scope)))
    };

    let count = if brief { 1 } else { 15 };
    let [walked, told, decided, by_hand, by_rhai] = rounds(
        count,
        [
            &mut walked,
            &mut told,
            &mut decided,
            &mut by_hand,
            &mut by_rhai,
        ],
    );
    let outcomes = sessions.len() as f64;
    let one_step = (walked - told) / steps as f64;
    let one_rhai = by_rhai / outcomes;
    let one_hand = by_hand / outcomes;
    let one_outcome = decided / outcomes;
    println!(
        "{QUESTIONS} questions, {LINES} lines, {steps} steps, medians of {count} interleaved rounds"
    );
    println!("one answer step                {:>9.2} µs", one_step / 1e3);
    println!(
        "full facts to disposition      {:>9.2} µs  (limit 10 µs)",
        one_outcome / 1e3
    );
    println!(
        "rhai, all guards once          {:>9.2} µs  ({:.0} ns a guard)",
        one_rhai / 1e3,
        one_rhai / LINES as f64
    );
    println!("hand-written, all guards once  {:>9.2} µs", one_hand / 1e3);
    println!(
        "rhai / step                    {:>9.1}     (aim 20, floor 10)",
        one_rhai / one_step
    );
    println!(
        "rhai / full facts              {:>9.1}",
        one_rhai / one_outcome
    );
    println!(
        "step / hand-written            {:>9.1}",
        one_step / one_hand
    );
    println!(
        "full facts / hand-written      {:>9.1}",
        one_outcome / one_hand
    );
}

/// All three say the same of every session, or the figures mean nothing.
fn agree(bench: &Bench, plan: &Plan, sessions: &[pathway::Session]) {
    let mut scratch = Scratch::new();
    for session in sessions {
        let ours = outcome(&bench.content, plan, &bench.told(session), &mut scratch);
        let ours = bench.content.disposition(ours.disposition).id.clone();
        let values = bench.values(session);
        assert_eq!(ours, values.most_urgent(), "a hand-written function agrees");
        assert_eq!(
            ours,
            bench.rhai_all(&mut bench.scope(&values)),
            "rhai agrees"
        );
    }
}
