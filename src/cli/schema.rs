//! `nhs111 schema DIR`: the JSON Schemas for editors.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::say;
use crate::pathway::schema;

/// Writes one file for each kind of file, and says which files each is for.
pub fn run(dir: &Path) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(dir).with_context(|| format!("`{}` cannot be made", dir.display()))?;
    for (name, schema) in schema::schemas() {
        let path = dir.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&schema)? + "\n";
        std::fs::write(&path, text)
            .with_context(|| format!("`{}` cannot be written", path.display()))?;
    }
    for (name, place) in schema::places() {
        say(&format!("{name}.json is for {place}"));
    }
    Ok(ExitCode::SUCCESS)
}
