//! `nhs111 cases DIR`: runs the worked cases of a content folder, and says what they exercise.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{folder::read_content, say};
use crate::pathway::cases::Case;
use crate::pathway::{self, Content, Severity};
use crate::walk;
use crate::walk::run::{Coverage, Part, Run, Share};

/// Runs every worked case; exit code 1 if one fails or the content does not check.
pub fn run(dir: &Path, only: Option<&str>, as_json: bool) -> anyhow::Result<ExitCode> {
    let Some(content) = content(dir)? else {
        return Ok(ExitCode::from(1));
    };
    let results = results(&content, only);
    let coverage = Coverage::of(&content, results.iter().map(|(case, run)| (*case, run)));
    let failed = results
        .iter()
        .filter(|(_, run)| !run.failures.is_empty())
        .count();
    if as_json {
        let found: Vec<_> = results
            .iter()
            .map(|(case, run)| {
                json!({
                    "case": case.title, "file": &*case.place.file, "line": case.place.line, "suggested": case.suggested,
                    "failures": failures(run),
                })
            })
            .collect();
        say(&serde_json::to_string_pretty(&json!({
            "results": found, "failed": failed, "unconfirmed": coverage.unconfirmed,
            "coverage": { "whole": part(&content, &coverage.whole), "parts": coverage.parts.iter().map(|one| part(&content, one)).collect::<Vec<_>>() },
        }))?);
    } else {
        for (case, run) in results.iter().filter(|(_, run)| !run.failures.is_empty()) {
            say(&format!(
                "{}:{}: {}",
                case.place.file, case.place.line, case.title
            ));
            failures(run)
                .iter()
                .for_each(|failure| say(&format!("    {failure}")));
        }
        table(&coverage, only);
        if only.is_none() {
            for item in &coverage.whole.missing {
                say(&format!("no case exercises {}", item.words(&content)));
            }
        }
        if coverage.unconfirmed > 0 {
            say(&format!(
                "{} suggested, not confirmed: they exercise nothing until they have a source",
                coverage.unconfirmed
            ));
        }
        say(&format!(
            "{} passed, {failed} failed",
            results.len() - failed
        ));
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// The content of a folder; of one that does not check its errors are said, and there is none.
pub(super) fn content(dir: &Path) -> anyhow::Result<Option<Content>> {
    match pathway::read(&read_content(dir)?) {
        Ok(checked) => Ok(Some(checked.content)),
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&finding.to_string()));
            say("the content does not check, so no case was run");
            Ok(None)
        }
    }
}

/// What comes of every case, or of those of one file.
fn results<'c>(content: &'c Content, only: Option<&str>) -> Vec<(&'c Case, Run)> {
    let files = content.cases.iter();
    files
        .filter(|file| only.is_none_or(|only| file.name == only))
        .flat_map(|file| {
            let cases = file.cases.iter();
            cases.map(move |case| (case, walk::run(content, file, case)))
        })
        .collect()
}

fn failures(run: &Run) -> Vec<String> {
    run.failures.iter().map(ToString::to_string).collect()
}

/// Every part in a line of its own, the whole last; of one file only the pathway of its name.
fn table(coverage: &Coverage, only: Option<&str>) {
    let row = |name: &str, cells: [String; 5]| {
        let [lines, deciding, outcomes, options, questions] = cells;
        say(&format!(
            "{name:<32}{lines:>14}{deciding:>14}{outcomes:>14}{options:>14}{questions:>14}"
        ));
    };
    let heads = ["lines", "deciding", "outcomes", "options", "questions"];
    row("", heads.map(str::to_owned));
    let cell = |share: Share| format!("{} of {}", share.exercised, share.of);
    let cells = |part: &Part| {
        [
            part.lines,
            part.deciding,
            part.outcomes,
            part.options,
            part.questions,
        ]
        .map(cell)
    };
    for part in &coverage.parts {
        let name = part.pathway.as_deref();
        if only.is_none() || name == only {
            row(name.unwrap_or("every case"), cells(part));
        }
    }
    row("in sum", cells(&coverage.whole));
}

fn part(content: &Content, part: &Part) -> serde_json::Value {
    let missing: Vec<String> = part
        .missing
        .iter()
        .map(|item| item.words(content))
        .collect();
    json!({ "shares": part, "missing": missing })
}
