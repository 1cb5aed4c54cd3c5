//! `nhs111 check DIR`: every finding of a content folder.

use std::path::Path;
use std::process::ExitCode;

use super::{folder::read_folder, say};
use crate::clock::SystemClock;
use crate::pathway::{self, Diagnostic, Severity};
use crate::service::london;
use crate::service::ports::Clock as _;

/// Prints the findings, and the notes for approvers where they are asked for; exit code 1 if one of them is an error.
pub fn run(dir: &Path, for_approval: bool, json: bool) -> anyhow::Result<ExitCode> {
    let files = read_folder(dir)?;
    let findings = match pathway::read(&files) {
        Ok(checked) => {
            let mut findings = checked.warnings;
            findings.extend(pathway::analyse(&checked.content));
            let today = SystemClock.now().to_zoned(london()).date();
            findings.extend(pathway::expired(&checked.content, today, Severity::Warning));
            if for_approval {
                findings.extend(checked.for_approval);
            }
            findings.sort();
            findings
        }
        Err(findings) => findings,
    };
    if json {
        say(&serde_json::to_string_pretty(&findings)?);
    } else {
        findings
            .iter()
            .for_each(|finding| say(&shown(finding, &files)));
        let count = |severity| {
            let of = findings.iter().map(|finding| finding.severity);
            of.filter(|other| *other == severity).count()
        };
        let notes = match count(Severity::Note) {
            0 => String::new(),
            notes => format!(", {notes} notes for approvers"),
        };
        say(&format!(
            "{} files, {} errors, {} warnings{notes}",
            files.len(),
            count(Severity::Error),
            count(Severity::Warning)
        ));
    }
    let failed = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(failed)))
}

/// A finding with the line it is about and a caret below it.
pub(super) fn shown(finding: &Diagnostic, files: &[(String, String)]) -> String {
    let line = files
        .iter()
        .find(|(name, _)| **name == *finding.span.file)
        .and_then(|(_, text)| {
            text.lines()
                .nth(finding.span.line.saturating_sub(1) as usize)
        });
    let Some(line) = line else {
        return finding.to_string();
    };
    let caret = format!(
        "{}{}",
        " ".repeat(finding.span.column.saturating_sub(1) as usize),
        "^".repeat(finding.span.length.max(1) as usize)
    );
    format!("{finding}\n    {line}\n    {caret}")
}
