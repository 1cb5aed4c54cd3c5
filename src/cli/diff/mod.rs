//! `nhs111 diff BEFORE AFTER`: what changes between two contents, for whom, and by which edit.

mod page;
mod report;
mod wording;

use std::convert::Infallible;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::{folder::read_content, say};
use crate::cores::on_all_cores;
use crate::pathway::content::PathwayId;
use crate::pathway::{self, Checked, Content, Diagnostic, Severity, definedness};
use crate::proof::difference::{Pair, difference_in, pairs};
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
    let (was, is) = (read_content(before)?, read_content(after)?);
    let Ok(read) = on_all_cores(None, &[&was, &is], |files| {
        Ok::<_, Infallible>(pathway::read(files))
    });
    let mut read = [before, after].into_iter().zip(read);
    let mut next = || read.next().and_then(|(dir, read)| checked(dir, read));
    let (Some(own), Some(other)) = (next(), next()) else {
        say("a content that does not check is compared with nothing");
        return Ok(ExitCode::from(1));
    };
    let pairs = pairs(&own, &other);
    let Ok(is_defined) = is_defined(after, &other, &pairs);
    if !is_defined {
        say("a content that does not check is compared with nothing");
        return Ok(ExitCode::from(1));
    }
    let found = difference_in(&own, &other, &pairs)?;
    let report = Report::new(
        [before, after],
        [&own, &other],
        &found,
        wording::changed(&was, &is, before.is_dir() && after.is_dir()),
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

fn checked(dir: &Path, read: Result<Checked, Vec<Diagnostic>>) -> Option<Content> {
    match read {
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

/// Says which lines can be left undetermined in the pathways that are new or were edited.
fn is_defined(dir: &Path, after: &Content, pairs: &[Pair]) -> Result<bool, Infallible> {
    let edited: Vec<PathwayId> = (0..)
        .map(PathwayId)
        .take(after.pathways.len())
        .filter(|place| {
            !pairs
                .iter()
                .any(|pair| pair.is_same && pair.after == *place)
        })
        .collect();
    let found = on_all_cores(None, &edited, |place| {
        Ok::<_, Infallible>(definedness::undefined(after, *place))
    })?;
    let undefined: Vec<_> = found.into_iter().flatten().collect();
    for line in &undefined {
        say(&format!("{}: {}", dir.display(), line.diagnostic(after)));
    }
    Ok(undefined.is_empty())
}

fn text(report: &Report) -> String {
    let mut lines = vec![report.summary.clone()];
    for Edit { what, changes } in &report.edits {
        lines.push(String::new());
        lines.push(what.clone());
        for Change {
            what,
            also,
            pathway,
            whom,
            who,
            replay,
            ..
        } in changes
        {
            lines.push(format!("  {what} (in `{pathway}`)"));
            lines.extend(whom.iter().map(|whom| format!("    for {whom}")));
            lines.push(format!("    for instance {who}"));
            lines.extend(also.iter().map(|also| format!("    who {also}")));
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
