//! `nhs111 picture PATHWAY`: a pathway as a picture, or as an outline in text.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

use super::{folder::read_folder, say};
use crate::pathway::content::PathwayId;
use crate::pathway::{self, graph};

/// Prints the picture of the pathway of this id.
pub fn run(dir: &Path, id: &str, text: bool) -> anyhow::Result<ExitCode> {
    let Ok(checked) = pathway::read(&read_folder(dir)?) else {
        bail!(
            "the folder does not read; see `nhs111 check {}`",
            dir.display()
        );
    };
    let content = checked.content;
    let place = content.pathways.iter().position(|pathway| pathway.id == id);
    let Some(place) = place.and_then(|place| u16::try_from(place).ok()) else {
        let known = content.pathways.iter().map(|pathway| pathway.id.as_str());
        let near = pathway::diagnostic::nearest(id, known);
        bail!(
            "no pathway is called `{id}`{}",
            near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
        );
    };
    let drawn = if text {
        graph::outline(&content, PathwayId(place))
    } else {
        graph::svg(&content, PathwayId(place))
    };
    say(drawn.trim_end());
    Ok(ExitCode::SUCCESS)
}
