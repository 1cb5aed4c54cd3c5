//! How long a library of a thousand pathways takes to read, as a ratio to what its YAML alone costs the parser, and how long the solver
//! takes over it. `--test` reads a small one once, and asserts that it is sound.
//!
//! Wall time, because reading may use every processor; the solver and the parser use one.

#![expect(
    clippy::print_stdout,
    reason = "a bench prints its figures, and may stop on a mistake of its own"
)]

mod library;

use std::hint::black_box;
use std::time::Instant;

use nhs111::pathway::content::PathwayId;
use nhs111::pathway::{self, Content, canonical, definedness};
use serde_yaml::granit_parser::Parser;

use self::library::{PATHWAYS, library};

fn main() {
    let brief = std::env::args().any(|argument| argument == "--test");
    let files = library(if brief { 20 } else { PATHWAYS });
    let content = sound(&files);
    let rounds = if brief { 1 } else { 7 };

    let (mut read, mut events, mut named) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        read.push(milliseconds(|| pathway::read(&files).is_ok()));
        events.push(milliseconds(|| parsed(&files)));
        named.push(milliseconds(|| canonical::canonical(&files)));
    }
    let (read, events, named) = (median(read), median(events), median(named));
    let text: usize = files.iter().map(|(_, text)| text.len()).sum();
    let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
    println!(
        "{} pathways in {} files, {lines} lines of text, {:.1} MB; {} lines of rules; medians of {rounds} interleaved rounds",
        content.pathways.len(),
        files.len(),
        text as f64 / 1e6,
        content.lines.len(),
    );
    println!("read: parsed, resolved, lowered {read:>9.0} ms  (aim 1000 ms)");
    println!("the parser's events alone       {events:>9.0} ms");
    println!("read / events alone             {:>9.1}", read / events);
    println!("canonical form and its name     {named:>9.0} ms");

    let analysed = milliseconds(|| pathway::analyse(&content));
    println!("solver: all findings            {analysed:>9.0} ms");
    let mut singly: Vec<f64> = (0..content.pathways.len())
        .filter_map(|place| u16::try_from(place).ok())
        .map(|place| milliseconds(|| definedness::undefined(&content, PathwayId(place))))
        .collect();
    println!(
        "solver: definedness, all        {:>9.0} ms",
        singly.iter().sum::<f64>()
    );
    singly.sort_by(f64::total_cmp);
    println!(
        "solver: definedness, a pathway  {:>9.2} ms  (the slowest {:.2} ms)",
        median(singly.clone()),
        singly.last().copied().unwrap_or_default()
    );
}

/// The library, which has neither faults of reading nor of definedness, or the figures mean nothing.
fn sound(files: &[(String, String)]) -> Content {
    let shown = |findings: &[pathway::Diagnostic]| {
        findings
            .iter()
            .take(20)
            .map(|finding| format!("{finding}\n"))
            .collect::<String>()
    };
    let checked = pathway::read(files).unwrap_or_else(|findings| panic!("{}", shown(&findings)));
    assert!(checked.warnings.is_empty(), "{}", shown(&checked.warnings));
    let undefined = definedness::undefined(&checked.content, PathwayId(0));
    if let Some(found) = undefined.first() {
        panic!("{}", found.diagnostic(&checked.content));
    }
    checked.content
}

/// How many events the parser gives over all files: the least that any reader of YAML does.
fn parsed(files: &[(String, String)]) -> usize {
    let events = |text: &str| {
        let mut parser = Parser::new_from_str(text);
        std::iter::from_fn(|| parser.next_event())
            .filter(Result::is_ok)
            .count()
    };
    files.iter().map(|(_, text)| events(text)).sum()
}

fn milliseconds<T>(work: impl FnOnce() -> T) -> f64 {
    let began = Instant::now();
    black_box(work());
    began.elapsed().as_secs_f64() * 1e3
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
