//! The program itself, as an operator or an author calls it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use sqlx::ConnectOptions as _;

use crate::test_app::{Call, TestApp, content};

fn nhs111(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The library of these tests, in which one source should have been read again long ago.
pub fn with_an_expired_source() -> Vec<(String, String)> {
    let mut files = content();
    for (name, text) in &mut files {
        if name == "evidence/e1.yaml" {
            *text =
                "title: t\nurl: https://example.org/\nreviewed: 2020-01-01\nreview_by: 2021-01-01\n"
                    .to_owned();
        }
    }
    files
}

fn write(files: &[(String, String)], to: &Path) {
    for (name, text) in files {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn check_warns_of_a_source_past_its_review_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    write(&with_an_expired_source(), folder.path());
    let checked = nhs111(&["check", folder.path().to_str().unwrap()]);
    let said = text(&checked.stdout);
    assert!(
        said.contains(
            "evidence/e1.yaml:4:12: warning P702: `e1` had to be reviewed by 2021-01-01; read the source again"
        ),
        "{said}"
    );
    assert_eq!(checked.status.code(), Some(0), "a warning: {said}");
}

#[tokio::test]
async fn an_approved_server_does_not_start_on_an_example_nor_on_an_expired_source() {
    let app = TestApp::without_content().await;
    app.publish(with_an_expired_source()).await;
    let database = format!("sqlite://{}", app.folder.path().join("record.db").display());
    let key = app.folder.path().join("master.key");
    let hash = app.get("/api/v1/releases").await.is(200)["active"]["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = nhs111(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--pathways",
        "none",
        "--releases",
        "approved",
        "--database-url",
        &database,
        "--master-key",
        key.to_str().unwrap(),
    ]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains(&format!(
            "release {hash} is an example, and `releases` is set to `approved`"
        )),
        "{said}"
    );
    assert!(
        said.contains("error P702: `e1` had to be reviewed by 2021-01-01"),
        "{said}"
    );
    assert!(
        said.contains("the active release may not be served"),
        "{said}"
    );
}

#[tokio::test]
async fn a_family_is_headed_by_its_shortest_title_everywhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken/base");
    let walk = text(&nhs111(&["walk", "--pathways", folder.to_str().unwrap()]).stdout);
    assert!(walk.contains("1  Sore throat (sore-throat)"), "{walk}");
    let app = TestApp::without_content().await;
    app.publish(crate::broken::base()).await;
    let complaints = app.get("/api/v1/complaints").await.is(200);
    assert_eq!(complaints["complaints"][0]["title"], "Sore throat");
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    write(&content(), folder.path());
    let mut lowered = Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(["lowered", folder.path().to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(lowered.stdout.take());
    let ended = lowered.wait_with_output().unwrap();
    assert_eq!(text(&ended.stderr), "");
    assert_eq!(ended.status.code(), Some(0));
}

#[tokio::test]
async fn verify_log_names_an_edited_event_a_cut_tail_and_nothing_else() {
    let app = TestApp::new().await;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(Call::sore_throat(&app).await.case);
    }
    let database = format!("sqlite://{}", app.folder.path().join("record.db").display());
    let verified = || {
        let ended = nhs111(&["verify-log", "--database-url", &database]);
        (ended.status.code(), text(&ended.stdout))
    };
    let (code, said) = verified();
    assert!(code == Some(0) && said.contains("3 cases, "), "{said}");
    assert!(said.ends_with(" 0 broken\n"), "{said}");
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(app.folder.path().join("record.db"));
    let mut record = options.connect().await.unwrap();
    for (sql, case) in [
        ("DROP TRIGGER events_are_never_changed", None),
        ("DROP TRIGGER events_are_never_deleted", None),
        (
            "UPDATE events SET event = replace(event, 'e', 'f') WHERE seq = 2 AND hex(case_id) = ?1",
            Some(&cases[0]),
        ),
        (
            "DELETE FROM events WHERE hex(case_id) = ?1 AND seq = (SELECT max(seq) FROM events WHERE hex(case_id) = ?1)",
            Some(&cases[2]),
        ),
    ] {
        let id = case.map(|case| case.replace('-', "").to_uppercase());
        sqlx::query(sql)
            .bind(id)
            .execute(&mut record)
            .await
            .unwrap();
    }
    let (code, said) = verified();
    assert_eq!(code, Some(1), "{said}");
    for wanted in [
        format!("case {}: event 2 is not what was recorded", cases[0]),
        format!("case {}: ends with event ", cases[2]),
        "2 broken".to_owned(),
    ] {
        assert!(said.contains(&wanted), "{wanted} is not in {said}");
    }
    assert!(!said.contains(&cases[1]), "{said}");
}

#[test]
fn a_directory_with_faults_changes_nothing_and_one_without_is_searched() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let postcodes = file(
        "postcodes.csv",
        "postcode,latitude,longitude\nZZ1 1AA,54.0,1.0\n",
    );
    let header = "id,name,kind,postcode,takes,hours\n";
    let good = file(
        "good.csv",
        &format!("{header}p,The Pharmacy,pharmacy,ZZ1 1AA,pharmacy,always\n"),
    );
    let bad = file(
        "bad.csv",
        &format!("{header}p,The Pharmacy,chemist,ZZ1 1AA,pharmacy,allways\n"),
    );
    let database = format!("sqlite://{}", folder.path().join("record.db").display());
    let import = |path: &str, more: &[&str]| {
        let known = [
            "directory",
            "import",
            path,
            "--postcodes",
            &postcodes,
            "--database-url",
            &database,
        ];
        nhs111(&[&known, more].concat())
    };
    let show = || text(&nhs111(&["directory", "show", "--database-url", &database]).stdout);
    let tried = import(&good, &["--dry-run"]);
    assert!(
        text(&tried.stdout).contains("nothing was imported"),
        "{tried:?}"
    );
    assert!(show().contains("No directory was imported"));
    assert_eq!(import(&good, &[]).status.code(), Some(0));
    let before = show();
    assert!(
        before.contains("1 services and 2 places from good.csv, edition "),
        "{before}"
    );
    assert!(text(&import(&good, &[]).stdout).starts_with("Imported already"));
    let refused = import(&bad, &[]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains("bad.csv:2:3: `kind`: `chemist` is no kind; write one of"),
        "{said}"
    );
    assert!(
        said.contains("bad.csv:2:6: `hours`: `allways` says no hours; write"),
        "{said}"
    );
    assert!(said.contains("2 faults; nothing was imported"), "{said}");
    assert_eq!(show(), before);
}
