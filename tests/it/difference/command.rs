//! `nhs111 diff` as its users run it: text, JSON, a page, and a draft that does not check.

use std::path::Path;
use std::process::{Command, Output};

const BEFORE: &str = "tests/fixtures/ectopic/before";
const AFTER: &str = "tests/fixtures/ectopic/after";

fn nhs111(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A copy of the fixture with one text in the place of another.
fn copy(to: &Path, old: &str, new: &str) {
    let copied = Command::new("cp")
        .args(["-rL", &format!("{BEFORE}/.")])
        .arg(to)
        .status()
        .unwrap();
    assert!(copied.success());
    let file = to.join("complaints/abdominal-pain.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(old), "the fixture does not say {old}");
    std::fs::write(file, text.replacen(old, new, 1)).unwrap();
}

#[test]
fn the_text_says_what_changed_and_for_whom_and_each_line_walks_to_what_it_says() {
    let output = nhs111(&["diff", BEFORE, AFTER]);
    assert_eq!(output.status.code(), Some(0));
    let text = said(&output);
    assert!(
        text.starts_with("2 patterns go down (needs sign-off)"),
        "{text}"
    );
    let json = nhs111(&["diff", BEFORE, AFTER, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let mut walked = 0;
    for change in json["edits"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|edit| edit["changes"].as_array().unwrap())
    {
        let ends = change["replay"].as_array().unwrap().iter().map(|line| {
            let line = line.as_str().unwrap();
            assert!(text.contains(line), "the text lacks {line}");
            let line = line.replacen("nhs111", env!("CARGO_BIN_EXE_nhs111"), 1);
            let output = Command::new("sh").args(["-c", &line]).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
            said(&output).lines().last().unwrap().to_owned()
        });
        let ends: Vec<String> = ends.collect();
        let what = change["what"].as_str().unwrap();
        if change["down"] == true {
            let end = |place: usize| ends[place].split('`').nth(1).unwrap().to_owned();
            assert!(
                what.contains(&format!("from `{}`", end(0))),
                "{what}: {ends:?}"
            );
            assert!(
                what.contains(&format!("to `{}`", end(1))),
                "{what}: {ends:?}"
            );
            walked += 1;
        }
    }
    assert_eq!(walked, 2);
}

#[test]
fn the_page_says_the_same_and_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("changes.html");
    let output = nhs111(&["diff", BEFORE, AFTER, "--html", page.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let summary = said(&output).lines().next().unwrap().to_owned();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&summary), "{page}");
    assert!(
        !page.contains("<script") && !page.contains("http"),
        "{page}"
    );
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "something else was left in the folder");
}

#[test]
fn wording_alone_is_said_to_be_wording_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    copy(
        folder.path(),
        "This can be bleeding",
        "Indeed it can be bleeding",
    );
    let output = nhs111(&["diff", BEFORE, folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let text = said(&output);
    assert!(text.starts_with("wording only"), "{text}");
    assert!(text.contains("Indeed"), "{text}");
}

#[test]
fn a_draft_that_does_not_check_is_compared_with_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path(), "ectopic_signs", "ectopic_sings");
    let page = folder.path().join("changes.html");
    let draft = folder.path().to_str().unwrap();
    let output = nhs111(&["diff", BEFORE, draft, "--html", page.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("ectopic_sings"), "{text}");
    assert!(
        text.trim_end()
            .ends_with("a content that does not check is compared with nothing"),
        "{text}"
    );
    assert!(!page.exists());
}

#[test]
fn a_release_of_the_record_is_compared_as_a_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let url = format!("sqlite://{}", path("record.db"));
    let key = path("master.key");
    let nhs111 = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nhs111"));
        command.args(arguments).env("NHS111_DATABASE_URL", &url);
        command.output().unwrap()
    };
    let made = [
        "generate",
        "--cases",
        "0",
        "--pathways",
        BEFORE,
        "--into",
        &url,
        "--master-key",
        &key,
    ];
    let made = nhs111(&made);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let list = said(&nhs111(&["release", "list"]));
    let hash = list.split_whitespace().next().unwrap();

    let same = nhs111(&["diff", &hash[..12], BEFORE]);
    assert_eq!(said(&same).trim_end(), "the two are the same");
    let differs = said(&nhs111(&["diff", hash, AFTER]));
    let summary = said(&nhs111(&["diff", BEFORE, AFTER]));
    assert_eq!(differs.lines().next(), summary.lines().next());
    // The line that walks the release finds it in the same record.
    let line = differs.lines().find(|line| line.contains(hash)).unwrap();
    let line = line.replacen("nhs111", env!("CARGO_BIN_EXE_nhs111"), 1);
    let mut walk = Command::new("sh");
    walk.args(["-c", &line]).env("NHS111_DATABASE_URL", &url);
    assert_eq!(walk.output().unwrap().status.code(), Some(0), "{line}");

    let none = nhs111(&["diff", "0123456789abcdef", AFTER]);
    assert_eq!(none.status.code(), Some(2));
    let fault = String::from_utf8(none.stderr).unwrap();
    assert!(
        fault.contains("0 releases begin with `0123456789abcdef`"),
        "{fault}"
    );
}
