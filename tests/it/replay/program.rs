//! The command itself.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::*;

fn write(files: &Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn replay(draft: &Path, temporary: &Path, more: &[&str]) -> (i32, String, String) {
    let base = write(&content());
    let done = Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .arg("replay")
        .arg(draft)
        .args(["--pathways", base.path().to_str().unwrap()])
        .args(more)
        .env("TMPDIR", temporary)
        .output()
        .unwrap();
    let [said, complained] =
        [done.stdout, done.stderr].map(|said| String::from_utf8(said).unwrap());
    (done.status.code().unwrap(), said, complained)
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn made_up_cases_are_walked_again_and_the_same_seed_says_the_same() {
    let (draft, temporary) = (write(&lowered()), tempfile::tempdir().unwrap());
    let on = |more: &[&str]| replay(draft.path(), temporary.path(), more);
    let as_json = ["--made-up", "120", "--seed", "21", "--json"];
    let (code, said, complained) = on(&as_json);
    assert_eq!((code, complained.as_str()), (0, ""), "{said}");
    assert_eq!(on(&as_json).1, said);
    let found: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(found["cases"], 120);
    assert_eq!(found["source"]["kind"], "made_up");
    let down = found["outcomes"]["down"].as_u64().unwrap();
    assert!(down > 0);
    // Nobody is made up who could be recognised: every count is there.
    assert_eq!(found["down"][0]["cases"], down);
    assert_eq!(found["down"][0]["from"], "primary-care-24-hours");
    let (code, said, _) = on(&["--made-up", "120", "--seed", "21", "--fail-on", "down"]);
    assert_eq!(code, 1);
    let line = format!("down     {down:>9}  less urgent");
    assert!(
        said.contains(&line) && said.contains("By complaint"),
        "{said}"
    );
    assert!(is_empty(temporary.path()), "nothing is left behind");
    let same = write(&content());
    let (code, said, _) = replay(
        same.path(),
        temporary.path(),
        &["--made-up", "40", "--fail-on", "down"],
    );
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("same            40"), "{said}");
}

#[test]
fn a_draft_that_does_not_check_says_why_and_nothing_is_walked() {
    let temporary = tempfile::tempdir().unwrap();
    let broken = write(&with(SORE_THROAT, &[("if: drooling ||", "if: droling ||")]));
    // What only the solver finds counts too: nobody is left without an end.
    let open = write(&with(
        SORE_THROAT,
        &[(
            "  - ask: [swallowing, fever_days]\n",
            "  - ask: swallowing\n",
        )],
    ));
    for (draft, code) in [(&broken, "P"), (&open, "P601")] {
        let (exit, said, _) = replay(draft.path(), temporary.path(), &["--made-up", "5"]);
        assert_eq!(exit, 1, "{said}");
        assert!(
            said.contains("complaints/sore-throat.yaml:")
                && said.contains(&format!("error {code}")),
            "{said}"
        );
        assert!(said.ends_with("the draft does not check, so nothing was walked again\n"));
        assert!(!said.contains("walked again on the draft"), "{said}");
        let (exit, said, _) = replay(
            draft.path(),
            temporary.path(),
            &["--made-up", "5", "--json"],
        );
        let found: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(
            (exit, found["errors"].as_array().unwrap().is_empty()),
            (1, false)
        );
    }
    assert!(is_empty(temporary.path()));
}

#[test]
fn without_time_there_is_no_result_and_nothing_is_left_behind() {
    let (draft, temporary) = (write(&content()), tempfile::tempdir().unwrap());
    let (code, said, complained) = replay(
        draft.path(),
        temporary.path(),
        &["--made-up", "1000000", "--time-limit", "0"],
    );
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(
        complained.contains("it takes longer than the 0 seconds"),
        "{complained}"
    );
    assert!(is_empty(temporary.path()));
}

#[test]
fn an_interrupt_leaves_no_result_and_nothing_behind() {
    let (draft, base) = (write(&content()), write(&content()));
    for signal in ["-INT", "-TERM"] {
        let temporary = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .arg("replay")
            .arg(draft.path())
            .args(["--pathways", base.path().to_str().unwrap()])
            .args(["--made-up", "100000000"])
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Once its folder is there, it is at work.
        while is_empty(temporary.path()) {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let done = child.wait_with_output().unwrap();
        assert_eq!(done.status.code(), Some(2));
        assert!(done.stdout.is_empty());
        let complained = String::from_utf8(done.stderr).unwrap();
        assert!(
            complained.contains("stopped before the end: there is no result"),
            "{complained}"
        );
        assert!(is_empty(temporary.path()), "{signal}");
    }
}

#[tokio::test]
async fn what_is_printed_of_the_record_names_nobody() {
    let place = Place::new().await;
    let url = place.url();
    let key = place.folder.path().join("master.key");
    let key = key.to_str().unwrap();
    let base = write(&content());
    let nhs111 = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        (done.status.code().unwrap(), said)
    };
    let pathways = base.path().to_str().unwrap();
    let generate = [
        "generate",
        "--cases",
        "150",
        "--seed",
        "21",
        "--pathways",
        pathways,
    ];
    let (code, cases) = nhs111(&[&generate[..], &["--json"]].concat());
    assert_eq!(code, 0, "{cases}");
    let into = ["--into", &url, "--master-key", key, "--mark", "real"];
    let (code, said) = nhs111(&[&generate[..], &into[..]].concat());
    assert_eq!(code, 0, "{said}");
    let draft = write(&lowered());
    let draft = draft.path().to_str().unwrap();
    let replay = [
        "replay",
        draft,
        "--database-url",
        &url,
        "--master-key",
        key,
        "--days",
        "36500",
    ];
    let (code, as_text) = nhs111(&replay);
    assert_eq!(code, 0, "{as_text}");
    assert!(
        as_text.starts_with("150 recorded cases of the last 36500 days"),
        "{as_text}"
    );
    let (code, as_json) = nhs111(&[&replay[..], &["--json"]].concat());
    assert_eq!(code, 0, "{as_json}");
    let mut looked_for = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let person = &case["person"];
        let identifies = ["name", "nhs_number", "phone", "postcode", "birth_date"];
        let mut secrets: Vec<&str> = identifies
            .iter()
            .map(|of| person[of].as_str().unwrap())
            .collect();
        secrets.push(case["case"].as_str().unwrap());
        for secret in secrets {
            assert!(
                !as_text.contains(secret) && !as_json.contains(secret),
                "{secret}"
            );
            looked_for += 1;
        }
    }
    assert_eq!(looked_for, 150 * 6);
    // Counts of a few people are not shown, neither in text nor in JSON; the sums are.
    let found: Value = serde_json::from_str(&as_json).unwrap();
    assert_eq!(found["null_is_fewer_than"], 5);
    let mut cells = Vec::new();
    for table in ["by_complaint", "by_age", "by_family"] {
        for row in found[table].as_array().unwrap() {
            cells.extend(row["outcomes"].as_object().unwrap().values());
        }
    }
    assert!(cells.iter().any(|cell| cell.is_null()), "{as_json}");
    assert!(
        cells
            .iter()
            .all(|cell| cell.as_u64().is_none_or(|count| count == 0 || count >= 5))
    );
    assert!(as_text.contains("       <5"), "{as_text}");
    // The same days ago, nobody: practice and test are left out, and so is what is older.
    let (code, said) = nhs111(&[&replay[..6], &["--days", "36500", "--mark", "test"]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("0 recorded test cases"), "{said}");
}

#[tokio::test]
async fn a_record_without_its_keys_is_not_walked() {
    let place = Place::new().await;
    let draft = write(&content());
    let temporary = tempfile::tempdir().unwrap();
    let key = place.folder.path().join("nowhere.key");
    let url = place.url();
    let (code, said, complained) = replay(
        draft.path(),
        temporary.path(),
        &[
            "--database-url",
            &url,
            "--master-key",
            key.to_str().unwrap(),
        ],
    );
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(
        complained.contains("there is no master key file"),
        "{complained}"
    );
    assert!(!key.exists());
}
