//! `nhs111 lowered DIR`: what a folder decides, as JSON for another interpreter.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

use super::{folder::read_content, say};
use crate::pathway;

/// Prints the lowered form.
pub fn run(dir: &Path) -> anyhow::Result<ExitCode> {
    let Ok(checked) = pathway::read(&read_content(dir)?) else {
        bail!(
            "the folder does not read; see `nhs111 check {}`",
            dir.display()
        );
    };
    say(&serde_json::to_string_pretty(&pathway::lowered::lowered(
        &checked.content,
    ))?);
    Ok(ExitCode::SUCCESS)
}
