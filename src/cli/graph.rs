//! `nhs111 graph DIR`: pathways as pictures, or as outlines in text.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::{folder::read_folder, say};
use crate::pathway::content::PathwayId;
use crate::pathway::{self, Content, graph};

/// Prints the picture of one pathway, or writes one file for each pathway into `out`.
pub fn run(dir: &Path, pathway: Option<&str>, out: &Path, text: bool) -> anyhow::Result<ExitCode> {
    let Ok(checked) = pathway::read(&read_folder(dir)?) else {
        bail!(
            "the folder does not read; see `nhs111 check {}`",
            dir.display()
        );
    };
    let content = checked.content;
    let drawn = |place: PathwayId| {
        if text {
            graph::outline(&content, place)
        } else {
            graph::svg(&content, place)
        }
    };
    if let Some(id) = pathway {
        say(drawn(place(&content, id)?).trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::create_dir_all(out)
        .with_context(|| format!("the folder `{}` cannot be made", out.display()))?;
    for (place, pathway) in (0..).zip(&content.pathways) {
        let file = out.join(format!(
            "{}.{}",
            pathway.id,
            if text { "txt" } else { "svg" }
        ));
        std::fs::write(&file, drawn(PathwayId(place)))
            .with_context(|| format!("`{}` cannot be written", file.display()))?;
        say(&file.display().to_string());
    }
    Ok(ExitCode::SUCCESS)
}

fn place(content: &Content, id: &str) -> anyhow::Result<PathwayId> {
    let found = (0..)
        .zip(&content.pathways)
        .find(|(_, pathway)| pathway.id == id);
    if let Some((place, _)) = found {
        return Ok(PathwayId(place));
    }
    let known = content.pathways.iter().map(|pathway| pathway.id.as_str());
    let near = pathway::diagnostic::nearest(id, known);
    bail!(
        "no pathway is called `{id}`{}",
        near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
    )
}
