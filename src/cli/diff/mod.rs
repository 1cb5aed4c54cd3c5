//! `nhs111 diff BEFORE AFTER`: what changes between two contents, for whom, and by which edit.

mod page;
mod report;
mod wording;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::{folder::read_folder, say};
use crate::pathway::content::PathwayId;
use crate::pathway::{self, Content, Severity, definedness, lowered};
use crate::proof::difference;
use report::{Change, Edit, Report};

/// How the difference is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'p> {
    /// As JSON instead of text.
    pub json: bool,
    /// As a page in this file, beside what is printed.
    pub html: Option<&'p Path>,
}

/// Prints the difference. Exit code 1 if one of the two does not check; a difference is no failure.
pub fn run(before: &Path, after: &Path, form: Form<'_>) -> anyhow::Result<ExitCode> {
    let files = [read_folder(before)?, read_folder(after)?];
    let [was, is] = &files;
    let (Some(own), Some(other)) = (checked(before, was), checked(after, is)) else {
        say("a content that does not check is compared with nothing");
        return Ok(ExitCode::from(1));
    };
    if !is_defined(after, &own, &other) {
        say("a content that does not check is compared with nothing");
        return Ok(ExitCode::from(1));
    }
    let found = difference(&own, &other)?;
    let report = Report::new(
        [before, after],
        [&own, &other],
        &found,
        wording::changed(was, is),
    )?;
    if let Some(file) = form.html {
        let cannot = || format!("`{}` cannot be written", file.display());
        // Beside it first: whoever opens the page finds a whole one or none.
        let beside = file.with_extension("new");
        std::fs::write(&beside, page::page(&report)?).with_context(cannot)?;
        std::fs::rename(&beside, file).with_context(cannot)?;
    }
    if form.json {
        say(&serde_json::to_string_pretty(&report)?);
    } else {
        say(text(&report).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn checked(dir: &Path, files: &[(String, String)]) -> Option<Content> {
    match pathway::read(files) {
        Ok(checked) => Some(checked.content),
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&format!("{}: {finding}", dir.display())));
            None
        }
    }
}

/// Says which lines can be left undetermined in the pathways that were edited.
fn is_defined(dir: &Path, before: &Content, after: &Content) -> bool {
    let places = |content: &Content| (0..).map(PathwayId).take(content.pathways.len());
    let mut is_defined = true;
    for place in places(after) {
        let id = &after.pathway(place).id;
        let mut same = places(before).filter(|own| before.pathway(*own).id == *id);
        if same.any(|own| lowered::alone(before, own) == lowered::alone(after, place)) {
            continue;
        }
        for undefined in definedness::undefined(after, place) {
            say(&format!(
                "{}: {}",
                dir.display(),
                undefined.diagnostic(after)
            ));
            is_defined = false;
        }
    }
    is_defined
}

fn text(report: &Report) -> String {
    let mut lines = vec![report.summary.clone()];
    for Edit { what, changes } in &report.edits {
        lines.push(String::new());
        lines.push(what.clone());
        for Change {
            what,
            pathway,
            who,
            replay,
            ..
        } in changes
        {
            lines.push(format!("  {what} (in `{pathway}`)"));
            lines.push(format!("    for instance {who}"));
            lines.push(format!("    {}", replay[0]));
            lines.push(format!("    {}", replay[1]));
        }
    }
    for (heading, rest) in report.lists() {
        if !rest.is_empty() {
            lines.push(String::new());
            lines.push(heading.to_owned());
            lines.extend(rest.iter().map(|line| format!("  {line}")));
        }
    }
    if !report.wording.is_empty() {
        lines.push(String::new());
        lines.push("In the text of the files:".to_owned());
        lines.push(report.wording.clone());
    }
    lines.join("\n")
}
