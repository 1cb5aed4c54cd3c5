//! What `docs/authors/proof.md` prints of a broken promise comes out as it says.

use std::path::Path;
use std::process::Command;

use nhs111::cli::read_folder;

const FILE: &str = "complaints/sore-throat.yaml";

/// The lines of a guide that begin so, without it.
fn lines<'t>(guide: &'t str, begins: &str) -> Vec<&'t str> {
    let lines = guide.lines();
    lines.filter_map(|line| line.strip_prefix(begins)).collect()
}

/// Where the line that is printed ends in a folder.
fn walked(line: &str, folder: &Path) -> String {
    let arguments = line
        .strip_prefix("nhs111 walk --pathways pathways ")
        .unwrap();
    let pasted = format!("\"$0\" walk --pathways \"$1\" {arguments} --json");
    let walked = Command::new("sh")
        .args(["-c", &pasted, env!("CARGO_BIN_EXE_nhs111")])
        .arg(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&walked.stdout).into_owned();
    let walked: serde_json::Value =
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    walked["reached"].as_str().unwrap().to_owned()
}

#[test]
fn the_slip_of_the_guide_lowers_whom_it_says_and_todays_content_does_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = std::fs::read_to_string(root.join("docs/authors/proof.md")).unwrap();
    let ([old], [new]) = (
        &lines(&guide, "-    if: ")[..],
        &lines(&guide, "+    if: ")[..],
    ) else {
        panic!("the guide shows one line, before and after");
    };
    let mut files = read_folder(&root.join("pathways")).unwrap();
    let (_, text) = files.iter_mut().find(|(name, _)| name == FILE).unwrap();
    let (before, after) = (format!("    if: {old}\n"), format!("    if: {new}\n"));
    assert!(text.contains(&before), "{FILE} does not say {old}");
    *text = text.replacen(&before, &after, 1);
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let printed = lines(&guide, "      nhs111 walk");
    let [line] = &printed[..] else {
        panic!("the guide prints one line that walks somebody");
    };
    let line = format!("nhs111 walk{line}");
    let ended = walked(&line, folder.path());
    assert!(
        guide.contains(&format!("      reaches `{ended}`\n")),
        "the guide does not say that it ends in {ended}"
    );
    assert_eq!(
        walked(&line, &root.join("pathways")),
        "ambulance-category-2"
    );
}
