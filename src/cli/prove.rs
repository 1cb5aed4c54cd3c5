//! `nhs111 prove DIR`: every guarantee of a content, proven, or broken with somebody for whom it does not hold.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{folder::read_content, proofs, say, serve};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::pathway::canonical::canonical;
use crate::pathway::{self, Severity};
use crate::proof::Report;
use crate::proof::kept::{Kept, NOT_CLAIMED};
use crate::proof::report::{Found, Outcome, Person, Shown, Weight};
use crate::prover::Prover;
use crate::service::ports::Clock as _;
use crate::service::ports::proofs::Before;
use crate::store;

/// So many warnings of a guarantee are printed; the JSON has all.
const WARNINGS: usize = 3;

/// Prints every guarantee; exit code 1 if one fails, or the content does not check.
pub fn run(
    dir: &Path,
    seconds: u64,
    as_json: bool,
    store: Option<serve::Flags>,
) -> anyhow::Result<ExitCode> {
    // Settings with a fault are told before anybody waits for a proof.
    let record = store.map(serve::settings).transpose()?;
    let files = read_content(dir)?;
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&finding.to_string()));
            say("the content does not check, so nothing was proven");
            return Ok(ExitCode::from(1));
        }
    };
    let began = Instant::now();
    let report = Prover::new(Duration::from_secs(seconds)).prove(&content)?;
    let took = began.elapsed();
    let folder = dir.display().to_string();
    if let Some(config) = &record {
        keep(config, &files, &report, took, seconds)?;
    }
    // Everything is known before the first word is written: whoever interrupts has nothing that looks whole.
    if as_json {
        say(&serde_json::to_string_pretty(&as_value(&report, &folder))?);
    } else {
        told(&report, &folder).iter().for_each(|line| say(line));
        say(&summary(&report, took));
    }
    Ok(ExitCode::from(u8::from(report.fails())))
}

/// Keeps the report in the record, in the place of one that is there.
fn keep(
    config: &Config,
    files: &[(String, String)],
    report: &Report,
    took: Duration,
    seconds: u64,
) -> anyhow::Result<()> {
    let hash = canonical(files).hash.parse()?;
    let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let now = SystemClock.now();
    let kept = Kept::new(report.clone(), proofs::PROGRAM, now, took, seconds);
    let proof = proofs::stored(hash, &kept);
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = store::open(&config.database)
            .await
            .context("the record cannot be opened")?;
        let done = database.proofs.keep_proof(&proof, Before::IsReplaced).await;
        database.store.close().await;
        done.context("what was proven could not be kept")
    })
}

fn told(report: &Report, folder: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for found in &report.found {
        let guarantee = found.guarantee;
        lines.push(format!(
            "{:<4}{:<9} {}",
            format!("{guarantee:?}"),
            word(found.outcome()),
            guarantee.says()
        ));
        let over = over(found);
        match found.outcome() {
            Outcome::Proven => lines.push(format!("    {}{over}", guarantee.because())),
            Outcome::Broken | Outcome::Unproven => {
                lines.push(format!("    {}", over.trim_start_matches("; ")))
            }
        }
        let mut shown: Vec<&Shown> = found.shown.iter().collect();
        shown.sort_by_key(|shown| shown.weight);
        let warnings = |shown: &&&Shown| shown.weight == Weight::Warning;
        let left_out = shown
            .iter()
            .filter(warnings)
            .count()
            .saturating_sub(WARNINGS);
        let mut warned = 0;
        for shown in shown {
            warned += usize::from(shown.weight == Weight::Warning);
            if shown.weight != Weight::Warning || warned <= WARNINGS {
                lines.extend(told_one(shown, folder));
            }
        }
        if left_out > 0 {
            lines.push(format!(
                "    and {left_out} more to look at: --json shows all"
            ));
        }
    }
    lines
}

fn told_one(shown: &Shown, folder: &str) -> Vec<String> {
    let mut at = String::new();
    if let Some((file, line)) = &shown.place {
        at.push_str(&format!("{file}:{line}: "));
    }
    at.push_str(match shown.weight {
        Weight::Broken => "broken",
        Weight::Unproven => "unproven",
        Weight::Warning => "warning",
        Weight::Told => "",
    });
    if let Some(pathway) = &shown.pathway {
        let before = if shown.weight == Weight::Told {
            ""
        } else {
            " in "
        };
        at.push_str(&format!("{before}`{pathway}`"));
    }
    let colon = if at.is_empty() { "" } else { ": " };
    let mut lines = vec![format!("    {at}{colon}{}", shown.says)];
    // A number that holds is told; whom it was shown with stands in the JSON.
    if shown.weight != Weight::Told {
        for person in &shown.people {
            lines.push(format!("      {}", person.words));
            lines.push(format!("      reaches `{}`", person.reached));
            lines.push(format!("      {}", person.command(folder)));
        }
    }
    lines
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Proven => "proven",
        Outcome::Broken => "broken",
        Outcome::Unproven => "unproven",
    }
}

/// How many of what, and how long it took.
fn over(found: &Found) -> String {
    let over = found.over;
    let counts = [
        (over.proven, "proven"),
        (over.broken, "broken"),
        (over.warned, "to look at"),
        (over.unproven, "unproven"),
        (over.empty, "about nobody"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let took = match found.took_ms {
        0 => String::new(),
        took => format!(", {}.{:03} s", took / 1_000, took % 1_000),
    };
    if counts.is_empty() {
        String::new()
    } else {
        format!("; {}{took}", counts.join(", "))
    }
}

fn summary(report: &Report, took: Duration) -> String {
    let count = |outcome| {
        let found = report
            .found
            .iter()
            .filter(|found| found.outcome() == outcome);
        found.count()
    };
    format!(
        "{} guarantees in {} pathways: {} proven, {} broken, {} unproven; {:.1} s",
        report.found.len(),
        report.pathways,
        count(Outcome::Proven),
        count(Outcome::Broken),
        count(Outcome::Unproven),
        took.as_secs_f64()
    )
}

/// The report, each guarantee with its sentence and its verdict, each person with the line that walks them again.
pub fn as_value(report: &Report, folder: &str) -> Value {
    let person = |person: &Person| {
        json!({
            "words": person.words,
            "complaint": person.complaint,
            "told": person.told,
            "reached": person.reached,
            "replay": person.command(folder),
        })
    };
    let shown = |shown: &Shown| {
        json!({
            "weight": shown.weight,
            "pathway": shown.pathway,
            "file": shown.place.as_ref().map(|(file, _)| file),
            "line": shown.place.as_ref().map(|(_, line)| line),
            "says": shown.says,
            "number": shown.number,
            "people": shown.people.iter().map(person).collect::<Vec<_>>(),
        })
    };
    let found = |found: &Found| {
        json!({
            "guarantee": found.guarantee,
            "says": found.guarantee.says(),
            "verdict": found.outcome(),
            "fails": found.fails(),
            "settled_by": found.guarantee.settled_by(),
            "because": found.guarantee.because(),
            "over": found.over,
            "took_ms": found.took_ms,
            "shown": found.shown.iter().map(shown).collect::<Vec<_>>(),
        })
    };
    json!({
        "pathways": report.pathways,
        "fails": report.fails(),
        "guarantees": report.found.iter().map(found).collect::<Vec<_>>(),
        "not_claimed": NOT_CLAIMED,
    })
}
