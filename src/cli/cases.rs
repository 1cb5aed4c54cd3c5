//! `nhs111 cases DIR`: runs the worked cases of a content folder.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{read_folder, say};
use crate::pathway::content::{Kind, LineId};
use crate::pathway::{self, Content, Severity};
use crate::walk;
use crate::walk::run::{Coverage, Run};

/// Runs every worked case; exit code 1 if one fails or the content does not check.
pub fn run(dir: &Path, only: Option<&str>, as_json: bool) -> anyhow::Result<ExitCode> {
    let files = read_folder(dir)?;
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&finding.to_string()));
            say("the content does not check, so no case was run");
            return Ok(ExitCode::from(1));
        }
    };
    let mut coverage = Coverage::default();
    let mut results = Vec::new();
    for file in content
        .cases
        .iter()
        .filter(|file| only.is_none_or(|only| file.name == only))
    {
        for case in &file.cases {
            let run = walk::run(&content, file, case);
            coverage.lines.extend(&run.coverage.lines);
            coverage.options.extend(&run.coverage.options);
            coverage.asked.extend(&run.coverage.asked);
            results.push((case, run));
        }
    }
    let failed = results
        .iter()
        .filter(|(_, run)| !run.failures.is_empty())
        .count();
    if as_json {
        let results: Vec<_> = results
            .iter()
            .map(|(case, run)| json!({ "case": case.title, "file": &*case.place.file, "line": case.place.line, "failures": failures(run) }))
            .collect();
        say(&serde_json::to_string_pretty(
            &json!({ "results": results, "failed": failed, "coverage": summary(&content, &coverage) }),
        )?);
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
        let summary = summary(&content, &coverage);
        say(&format!(
            "lines {} of {}, options {} of {}, questions {} of {}",
            summary.lines,
            summary.all_lines,
            summary.options,
            summary.all_options,
            summary.questions,
            summary.all_questions
        ));
        if only.is_none() {
            uncovered(&content, &coverage)
                .iter()
                .for_each(|line| say(&format!("no case reaches {line}")));
        }
        say(&format!(
            "{} passed, {failed} failed",
            results.len() - failed
        ));
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn failures(run: &Run) -> Vec<String> {
    run.failures.iter().map(ToString::to_string).collect()
}

/// How much of a content its cases make use of.
#[derive(serde::Serialize)]
struct Summary {
    lines: usize,
    all_lines: usize,
    options: usize,
    all_options: usize,
    questions: usize,
    all_questions: usize,
}

fn summary(content: &Content, coverage: &Coverage) -> Summary {
    let options = content.facts.iter().map(|fact| match &fact.kind {
        Kind::OneOf { options, .. } => options.len(),
        _ => 0,
    });
    let lines = (0..content.lines.len()).map(|line| LineId(line as u16));
    Summary {
        lines: places(content, coverage.lines.iter().copied()).len(),
        all_lines: places(content, lines).len(),
        options: coverage.options.len(),
        all_options: options.sum(),
        questions: coverage.asked.len(),
        all_questions: content.facts.len(),
    }
}

/// A line that stands once in the files may be inlined into several pathways: it counts once.
fn places(
    content: &Content,
    lines: impl Iterator<Item = LineId>,
) -> std::collections::BTreeSet<(String, u32)> {
    lines
        .map(|line| &content.line(line).place)
        .map(|place| (place.file.to_string(), place.line))
        .collect()
}

fn uncovered(content: &Content, coverage: &Coverage) -> Vec<String> {
    let covered = places(content, coverage.lines.iter().copied());
    let all = places(
        content,
        (0..content.lines.len()).map(|line| LineId(line as u16)),
    );
    all.difference(&covered)
        .map(|(file, line)| format!("{file}:{line}"))
        .collect()
}
