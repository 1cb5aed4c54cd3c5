//! A record is copied while it is in use, and put back: by the program itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use nhs111::case::ids::{CaseId, ProviderId};

use crate::store_contract::database::Database as OnServer;
use crate::test_app::{Call, TestApp, also_on_postgres};

/// The record of an app, with keys as files.
struct Operated {
    app: TestApp,
    folder: tempfile::TempDir,
}

impl Operated {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("master.key"), "05".repeat(32)).unwrap();
        Operated { app, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the app has its record.
    fn url(&self) -> String {
        match &self.app.server {
            Some(server) => server.url(),
            None => self.sqlite(&self.app.folder.path().join("record.db")),
        }
    }

    fn sqlite(&self, path: &Path) -> String {
        format!("sqlite://{}", path.display())
    }

    /// An empty place of the same kind, and what keeps it.
    async fn elsewhere(&self) -> (String, Option<OnServer>) {
        match &self.app.server {
            Some(_) => {
                let server = OnServer::new().await.unwrap();
                (server.url(), Some(server))
            }
            None => (self.sqlite(&self.path("elsewhere/restored.db")), None),
        }
    }

    fn nhs111(&self, url: &str, arguments: &[&str]) -> Output {
        self.with_key(&self.path("master.key"), url, arguments)
    }

    fn with_key(&self, key: &Path, url: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args(arguments)
            .env("NHS111_DATABASE_URL", url)
            .env("NHS111_MASTER_KEY", key)
            .output()
            .unwrap()
    }

    /// Makes a backup of the record as it is.
    fn backup(&self, name: &str) -> String {
        let path = self.path(name).display().to_string();
        let made = self.nhs111(&self.url(), &["backup", &path]);
        assert_eq!(made.status.code(), Some(0), "{}", all(&made));
        path
    }
}

fn all(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn refused(output: &Output, because: &str) {
    let said = all(output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(because), "{said}");
}

/// How many events a case has at a place.
async fn events(url: &str, case: &str) -> Option<usize> {
    let database = nhs111::store::open(&url.parse().unwrap()).await.unwrap();
    let case = CaseId(case.parse().unwrap());
    let stored = database.store.case(&ProviderId::default(), case).await;
    database.store.close().await;
    stored.unwrap().map(|stored| stored.links.len())
}

/// Whether a record stands at a place.
async fn is_anything_at(url: &str) -> bool {
    let facts = nhs111::store::backup::facts(&url.parse().unwrap()).await;
    facts.unwrap().schema > 0
}

#[tokio::test]
async fn what_was_acknowledged_before_a_backup_is_there_after_the_restore() {
    let operated = Operated::new().await;
    let call = Call::sore_throat(&operated.app).await;
    let made = operated.nhs111(&operated.url(), &["checkpoint"]);
    assert_eq!(made.status.code(), Some(0), "{}", all(&made));
    // The service has the record open all the while.
    let backup = operated.backup("one.backup");
    let before = call.state["seq"].as_u64().unwrap();
    let later = call.answers("unresponsive", "no").await;
    let (elsewhere, _server) = operated.elsewhere().await;
    let restored = operated.nhs111(&elsewhere, &["restore", &backup]);
    assert_eq!(restored.status.code(), Some(0), "{}", all(&restored));
    assert!(all(&restored).contains("1 cases, "), "{}", all(&restored));
    assert!(
        all(&restored).contains("1 checkpoints, 0 broken"),
        "{}",
        all(&restored)
    );
    assert_eq!(
        events(&elsewhere, &later.case).await,
        usize::try_from(before).ok()
    );
    let manifest = std::fs::read_to_string(format!("{backup}.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["cases_at_least"], 1);
    assert_eq!(manifest["checkpoint_at_least"], 1);
    assert!(
        !std::fs::read(&backup)
            .unwrap()
            .windows(32)
            .any(|bytes| bytes == [5; 32])
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&backup).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_restore_with_the_wrong_key_is_found_and_named_before_anything_is_written() {
    let operated = Operated::new().await;
    Call::sore_throat(&operated.app).await;
    let backup = operated.backup("one.backup");
    let wrong = operated.path("wrong.key");
    std::fs::write(&wrong, "06".repeat(32)).unwrap();
    let (elsewhere, _server) = operated.elsewhere().await;
    let restore = |key: &Path| operated.with_key(key, &elsewhere, &["restore", &backup]);
    let manifest = std::fs::read_to_string(format!("{backup}.manifest.json")).unwrap();
    let needed: Value = serde_json::from_str(&manifest).unwrap();
    let needed = needed["master_keys"][0].as_str().unwrap().to_owned();
    refused(&restore(&wrong), &format!("and the backup needs {needed}"));
    refused(
        &restore(&operated.path("none.key")),
        &format!("the backup needs the key {needed}"),
    );
    assert!(!operated.path("none.key").exists(), "no key is made up");
    // A manifest that names the wrong key deceives nobody.
    let id = nhs111::store::seal::MasterKey::new([6; 32])
        .id()
        .to_string();
    std::fs::write(
        format!("{backup}.manifest.json"),
        manifest.replace(&needed, &id),
    )
    .unwrap();
    refused(&restore(&wrong), "does not open under the master key");
    assert!(!is_anything_at(&elsewhere).await);
}

#[tokio::test]
async fn a_wrong_key_and_a_manifest_that_names_it_replace_nothing() {
    let operated = Operated::new().await;
    let call = Call::sore_throat(&operated.app).await;
    let url = operated.url();
    let backups = |name: &str| {
        let backup = operated.backup(name);
        let path = format!("{backup}.manifest.json");
        let manifest = std::fs::read_to_string(&path).unwrap();
        let mut manifest: Value = serde_json::from_str(&manifest).unwrap();
        let wrong = nhs111::store::seal::MasterKey::new([6; 32]).id();
        manifest["master_keys"] = json!([wrong.to_string()]);
        std::fs::write(&path, manifest.to_string()).unwrap();
        backup
    };
    let unnamed = backups("unnamed.backup");
    // The same case under a master key that its wrapped key names.
    let rotated = operated.nhs111(&url, &["keys", "rotate"]);
    assert_eq!(rotated.status.code(), Some(0), "{}", all(&rotated));
    let named = backups("named.backup");
    operated.app.leaves().await;
    let end = ["end-case", "--for-ever", "--by", "k1", &call.case];
    let ended = operated.nhs111(&url, &end);
    assert_eq!(ended.status.code(), Some(0), "{}", all(&ended));
    let before = events(&url, &call.case).await.unwrap();
    let wrong = operated.path("wrong.key");
    std::fs::write(&wrong, "06".repeat(32)).unwrap();
    for backup in [unnamed, named] {
        let restored = operated.with_key(&wrong, &url, &["restore", &backup, "--replace"]);
        refused(&restored, "does not open under the master key");
        assert_eq!(events(&url, &call.case).await, Some(before), "{backup}");
    }
}

#[tokio::test]
async fn a_restore_without_the_matching_key_of_the_record_is_refused_and_none_is_made() {
    let operated = Operated::new().await;
    Call::sore_throat(&operated.app).await;
    let matching = operated.path("matching.key");
    std::fs::write(&matching, "06".repeat(32)).unwrap();
    // Whoever opens the record first makes its matching key known.
    let opened = operated.nhs111(&operated.url(), &["keys", "list"]);
    assert_eq!(opened.status.code(), Some(0), "{}", all(&opened));
    let backup = operated.backup("one.backup");
    let manifest = std::fs::read_to_string(format!("{backup}.manifest.json")).unwrap();
    let (elsewhere, _server) = operated.elsewhere().await;
    let restore = || operated.nhs111(&elsewhere, &["restore", &backup]);
    let missing = "the backup needs the one of its record";
    let other = "is not the one that the backup needs";
    // Once by the manifest, and once by what stands in the backup: an earlier program wrote no such line.
    let mut earlier: Value = serde_json::from_str(&manifest).unwrap();
    earlier.as_object_mut().unwrap().remove("matching_key");
    for manifest in [manifest, earlier.to_string()] {
        std::fs::write(format!("{backup}.manifest.json"), manifest).unwrap();
        std::fs::remove_file(&matching).unwrap();
        refused(&restore(), missing);
        assert!(!matching.exists(), "no key is made up");
        std::fs::write(&matching, "07".repeat(32)).unwrap();
        refused(&restore(), other);
        assert!(!is_anything_at(&elsewhere).await);
        std::fs::write(&matching, "06".repeat(32)).unwrap();
    }
    let restored = restore();
    assert_eq!(restored.status.code(), Some(0), "{}", all(&restored));
    // Nor does any other command make one for a record that has one.
    std::fs::remove_file(&matching).unwrap();
    for arguments in [&["keys", "list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        refused(
            &operated.nhs111(&elsewhere, arguments),
            "and the record has a matching key",
        );
        assert!(!matching.exists(), "no key is made up");
    }
    // One that is lost for good: a new one is made, only when it is asked for.
    let lost = ["restore", &backup, "--replace", "--new-matching-key"];
    let restored = operated.nhs111(&elsewhere, &lost);
    assert_eq!(restored.status.code(), Some(0), "{}", all(&restored));
    assert!(all(&restored).contains("until `nhs111 rebuild`"));
    assert!(matching.exists());
    let rebuilt = operated.nhs111(&elsewhere, &["rebuild"]);
    assert_eq!(rebuilt.status.code(), Some(0), "{}", all(&rebuilt));
    std::fs::write(&matching, "06".repeat(32)).unwrap();
    refused(
        &operated.nhs111(&elsewhere, &["keys", "list"]),
        "is not the one of this record",
    );
}

#[tokio::test]
async fn a_record_that_has_cases_or_is_open_is_not_overwritten_unasked() {
    let operated = Operated::new().await;
    let call = Call::sore_throat(&operated.app).await;
    let backup = operated.backup("one.backup");
    let later = call.answers("unresponsive", "no").await;
    let url = operated.url();
    refused(
        &operated.nhs111(&url, &["restore", &backup, "--replace"]),
        "somebody has the record open",
    );
    operated.app.leaves().await;
    refused(
        &operated.nhs111(&url, &["restore", &backup]),
        "that is there has 1 cases",
    );
    let before = events(&url, &later.case).await.unwrap();
    let restored = operated.nhs111(&url, &["restore", &backup, "--replace"]);
    assert_eq!(restored.status.code(), Some(0), "{}", all(&restored));
    assert!(events(&url, &later.case).await.unwrap() < before);
    if operated.app.server.is_none() {
        let kept = operated.app.folder.path().join("record.db.replaced-1");
        assert_eq!(
            events(&operated.sqlite(&kept), &later.case).await,
            Some(before)
        );
    }
}

#[tokio::test]
async fn what_was_ended_since_the_backup_is_ended_again_by_the_restore() {
    let operated = Operated::new().await;
    let ended = Call::sore_throat(&operated.app).await;
    let other = Call::sore_throat(&operated.app).await;
    let backup = operated.backup("one.backup");
    let end = ["end-case", "--for-ever", "--by", "k1", &ended.case];
    let end = operated.nhs111(&operated.url(), &end);
    assert_eq!(end.status.code(), Some(0), "{}", all(&end));
    let list = operated.path("ended").display().to_string();
    let export = operated.nhs111(&operated.url(), &["tombstones", "export", &list]);
    assert_eq!(export.status.code(), Some(0), "{}", all(&export));
    let (elsewhere, _server) = operated.elsewhere().await;
    let restored = operated.nhs111(&elsewhere, &["restore", &backup, "--tombstones", &list]);
    assert_eq!(restored.status.code(), Some(0), "{}", all(&restored));
    let shown = |case: &str| all(&operated.nhs111(&elsewhere, &["replay-case", case]));
    assert!(shown(&ended.case).contains("the record ended"));
    assert!(!shown(&other.case).contains("the record ended"));
    let again = operated.nhs111(&elsewhere, &["tombstones", "export", &format!("{list}2")]);
    assert_eq!(again.status.code(), Some(0), "{}", all(&again));
    let listed = |path: &str| std::fs::read_to_string(path).unwrap();
    assert_eq!(listed(&list), listed(&format!("{list}2")));
}

#[tokio::test]
async fn a_restore_ends_tokens_and_codes_and_names_who_may_call_again() {
    let operated = Operated::new().await;
    let app = &operated.app;
    let call = Call::sore_throat(app).await;
    let code = json!({"second": {"birth_date": "1991-03-27"}});
    call.send("/carry-on-code", &[], code).await.is(201);
    for id in ["desk", "old-desk"] {
        let secret = app.client("default", id, "triage").await;
        app.token_of(id, &secret).await;
    }
    app.service.credentials().disable("old-desk").await.unwrap();
    let backup = operated.backup("one.backup");
    let (elsewhere, _server) = operated.elsewhere().await;
    let restored = operated.nhs111(&elsewhere, &["restore", &backup]);
    let said = all(&restored);
    assert_eq!(restored.status.code(), Some(0), "{said}");
    // That of the tests, and that of the desk.
    let ended = "Ended: 2 access tokens, 1 codes to carry a case on.";
    assert!(said.contains(ended), "{said}");
    assert!(
        said.contains("\ndesk may call again, for default"),
        "{said}"
    );
    assert!(!said.contains("old-desk"), "{said}");
    let database = nhs111::store::open(&elsewhere.parse().unwrap()).await;
    let database = database.unwrap();
    assert_eq!(database.clients.end_tokens().await.unwrap(), 0);
    assert_eq!(database.carry_on.end_codes().await.unwrap(), 0);
    database.store.close().await;
}

#[tokio::test]
async fn a_list_of_tombstones_that_cannot_be_read_is_refused_before_anything_is_replaced() {
    let operated = Operated::new().await;
    let ended = Call::sore_throat(&operated.app).await;
    let backup = operated.backup("one.backup");
    let url = operated.url();
    operated.app.leaves().await;
    let end = ["end-case", "--for-ever", "--by", "k1", &ended.case];
    let end = operated.nhs111(&url, &end);
    assert_eq!(end.status.code(), Some(0), "{}", all(&end));
    let list = operated.path("ended").display().to_string();
    let restore = || {
        let asked = ["restore", &backup, "--replace", "--tombstones", &list];
        operated.nhs111(&url, &asked)
    };
    refused(&restore(), "cannot be read");
    std::fs::write(&list, "\n{\"case\":\"no tombstone\"}\n").unwrap();
    refused(&restore(), "line 2, is no tombstone");
    let shown = operated.nhs111(&url, &["replay-case", &ended.case]);
    assert!(all(&shown).contains("the record ended"), "{}", all(&shown));
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused_and_one_that_is_there_is_kept() {
    let operated = Operated::new().await;
    Call::sore_throat(&operated.app).await;
    let backup = operated.backup("one.backup");
    let (elsewhere, _server) = operated.elsewhere().await;
    refused(
        &operated.nhs111(&operated.url(), &["backup", &backup]),
        "a backup replaces nothing",
    );
    let whole = std::fs::read(&backup).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    for bytes in [&damaged[..], &whole[..whole.len() - 1]] {
        std::fs::write(&backup, bytes).unwrap();
        refused(
            &operated.nhs111(&elsewhere, &["restore", &backup]),
            "is not whole",
        );
    }
    std::fs::write(&backup, &whole).unwrap();
    std::fs::remove_file(format!("{backup}.manifest.json")).unwrap();
    refused(
        &operated.nhs111(&elsewhere, &["restore", &backup]),
        "it is made with the backup",
    );
}

#[tokio::test]
async fn a_backup_of_another_database_or_a_newer_program_is_refused() {
    let operated = Operated::new().await;
    let backup = operated.backup("one.backup");
    let (elsewhere, _server) = operated.elsewhere().await;
    let path = format!("{backup}.manifest.json");
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    for (name, value, because) in [
        (
            "schema",
            json!(9999),
            "the backup has tables of version 9999",
        ),
        ("database", json!("other"), "the backup is of other"),
        ("nhs111_backup", json!(2), "is of version 2"),
    ] {
        let mut other = manifest.clone();
        other[name] = value;
        std::fs::write(&path, other.to_string()).unwrap();
        refused(&operated.nhs111(&elsewhere, &["restore", &backup]), because);
    }
}

also_on_postgres![
    a_restore_ends_tokens_and_codes_and_names_who_may_call_again,
    a_wrong_key_and_a_manifest_that_names_it_replace_nothing,
    a_restore_without_the_matching_key_of_the_record_is_refused_and_none_is_made,
    what_was_acknowledged_before_a_backup_is_there_after_the_restore,
    a_restore_with_the_wrong_key_is_found_and_named_before_anything_is_written,
    a_record_that_has_cases_or_is_open_is_not_overwritten_unasked,
    what_was_ended_since_the_backup_is_ended_again_by_the_restore,
    a_list_of_tombstones_that_cannot_be_read_is_refused_before_anything_is_replaced,
    a_backup_that_is_not_whole_is_refused_and_one_that_is_there_is_kept,
    a_backup_of_another_database_or_a_newer_program_is_refused,
];
