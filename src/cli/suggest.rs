//! `nhs111 cases DIR --suggest`: the worked cases that a content lacks, for an author to confirm.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::cases::content;
use super::{complain, say};
use crate::pathway::Content;
use crate::pathway::content::PathwayId;
use crate::proof::suggest::{Left, Suggestion, file, suggest};

/// Prints one case file with all suggestions, or writes one file for each pathway; exit code 1 if the content does not check, or if for
/// something that somebody reaches no case was found.
pub fn run(dir: &Path, pathway: &str, write: bool) -> anyhow::Result<ExitCode> {
    let Some(content) = content(dir)? else {
        return Ok(ExitCode::from(1));
    };
    let asked = Some(pathway).filter(|name| !name.is_empty());
    let Some(suggestions) = suggest(&content, asked) else {
        bail!("there is no pathway `{pathway}` in `{}`", dir.display());
    };
    let found = &suggestions.found;
    if found.is_empty() {
        complain("nothing to suggest");
    } else if write {
        written(dir, &content, found)?;
    } else {
        say(file(&content, found).trim_end());
    }
    for (item, left) in &suggestions.left {
        let why = match left {
            Left::Nobody => "nobody reaches it; take it out",
            Left::NoCase => "no worked case can say it; see what `nhs111 check` finds",
        };
        complain(&format!("no case for {}: {why}", item.words(&content)));
    }
    let is_short = suggestions
        .left
        .iter()
        .any(|(_, left)| *left == Left::NoCase);
    Ok(ExitCode::from(u8::from(is_short)))
}

/// Writes a file for each pathway, all of them or none; one that is there is never written over.
fn written(dir: &Path, content: &Content, found: &[Suggestion]) -> anyhow::Result<()> {
    let mut by_pathway: BTreeMap<PathwayId, Vec<Suggestion>> = BTreeMap::new();
    for suggestion in found {
        let of = by_pathway.entry(suggestion.pathway).or_default();
        of.push(suggestion.clone());
    }
    let files: Vec<(PathBuf, String, usize)> = by_pathway
        .into_iter()
        .map(|(pathway, of)| {
            let name = format!("cases/{}-suggested.yaml", content.pathway(pathway).id);
            (dir.join(name), file(content, &of), of.len())
        })
        .collect();
    std::fs::create_dir_all(dir.join("cases"))?;
    let mut made: Vec<&Path> = Vec::new();
    for (path, text, _) in &files {
        if let Err(error) = put(path, text) {
            // What was written of this run is taken back; what cannot be is named by the next run.
            made.iter()
                .for_each(|path| drop(std::fs::remove_file(path)));
            return Err(error);
        }
        made.push(path);
    }
    for (path, _, count) in &files {
        say(&format!("{}: {count} suggested", path.display()));
    }
    Ok(())
}

/// The whole file or none, and never over another.
fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let written = || -> std::io::Result<()> {
        let mut file = tempfile(folder)?;
        file.1.write_all(text.as_bytes())?;
        file.1.sync_all()?;
        // A link fails where the name is taken; a rename would take the place of what is there.
        let linked = std::fs::hard_link(&file.0, path);
        drop(std::fs::remove_file(&file.0));
        linked
    };
    written().with_context(|| {
        format!(
            "`{}` cannot be written; if it is there, confirm or take out what it suggests first",
            path.display()
        )
    })
}

/// A file that readers of the folder pass over.
fn tempfile(folder: &Path) -> std::io::Result<(PathBuf, std::fs::File)> {
    let path = folder.join(format!(".suggested-{}", std::process::id()));
    let file = std::fs::File::create(&path)?;
    Ok((path, file))
}
