//! Records as earlier versions of the program made them (`tests/frozen`, made by `scripts/freeze`): brought up to date, replayed to what
//! was read then, verified, and gone on with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use nhs111::clock::SystemIds;
use nhs111::service::ports::{Database, Digester as _};
use nhs111::service::rebuild::{Found, Heads, Mode, rebuild};
use nhs111::service::verify::verify;
use nhs111::store::key_ring::KeyFile;
use nhs111::store::people::MatchingKey;
use nhs111::store::signing::{SigningKey, TrustedKeys};
use nhs111::store::{postgres, sqlite};

use crate::store_contract::database::Database as OnServer;
use crate::test_app::{Call, TestApp, in_file, on_server};

fn versions() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen");
    let mut versions: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    versions.sort();
    versions
}

fn read(version: &Path, file: &str) -> String {
    std::fs::read_to_string(version.join(file)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_record_on_sqlite_is_read_as_it_was_and_goes_on() {
    for version in versions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.db");
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let mut made = SqliteConnection::connect(&url).await.unwrap();
        // Tables come in the order of their names.
        let sql = format!(
            "PRAGMA foreign_keys = OFF; {}",
            read(&version, "sqlite.sql")
        );
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut made)
            .await
            .unwrap();
        made.close().await.unwrap();
        let database = in_file(&path, sqlite::Limits::default()).await;
        stands(&version, "sqlite", database, (folder, None)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_record_on_postgresql_is_read_as_it_was_and_goes_on() {
    for version in versions() {
        let Some(server) = OnServer::new().await else {
            return;
        };
        let mut made = PgConnection::connect(&server.url()).await.unwrap();
        let sql = read(&version, "postgres.sql");
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut made)
            .await
            .unwrap();
        made.close().await.unwrap();
        let database = on_server(&server.url(), postgres::Limits::default()).await;
        let folder = tempfile::tempdir().unwrap();
        stands(&version, "postgres", database, (folder, Some(server))).await;
    }
}

async fn stands(
    version: &Path,
    kind: &str,
    database: Database,
    place: (tempfile::TempDir, Option<OnServer>),
) {
    let master = KeyFile::open(&version.join("master.key"), Arc::new(SystemIds)).unwrap();
    // The first versions matched nobody and signed nothing.
    let matching = MatchingKey::if_there(&version.join("matching.key")).unwrap();
    let matching = matching.unwrap_or_else(|| MatchingKey::new([6; 32]));
    if let Some(check) = database.people.known_matching_key().await.unwrap() {
        assert_eq!(matching.check(), check, "{}", version.display());
    }
    let app = TestApp::on_record(database, place, Arc::new(master), matching);
    let expected: Value = serde_json::from_str(&read(version, "expected.json")).unwrap();
    let expected = &expected[kind];
    let cases = expected["cases"]
        .as_array()
        .or(expected.as_array())
        .unwrap();
    assert!(cases.len() >= 12);
    if let Some(client) = expected.get("client") {
        let word = |key: &str| client[key].as_str().unwrap().to_owned();
        let (id, secret) = (word("client_id"), word("client_secret"));
        assert!(!app.token_of(&id, &secret).await.is_empty());
    }
    if let Some(inbox) = expected.get("inbox") {
        let what = format!("{}: inbox", version.display());
        let now = app.get("/api/v1/inbox").await.is(200);
        holds(&now["items"], inbox, &what);
    }
    for case in cases {
        let what = format!("{}: {}", version.display(), case["shape"]);
        let call = Call {
            app: &app,
            case: case["case"].as_str().unwrap().to_owned(),
            secret: case["secret"].as_str().unwrap().to_owned(),
            state: Value::Null,
        };
        holds(&call.read("").await, &case["read"], &what);
        if let Some(person) = case.get("person") {
            holds(&call.read("/person").await, person, &what);
        }
        let resumed = call.send("/contacts", &[], json!({})).await.is(200);
        let (now, then) = (&resumed["seq"], &case["read"]["state"]["seq"]);
        assert!(now.as_u64() > then.as_u64(), "{what}: {now} after {then}");
    }
    is_whole(&app, version, cases.len()).await;
}

/// Everything that was read then is read now; there may be more.
#[track_caller]
fn holds(now: &Value, then: &Value, what: &str) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            for (key, then) in then {
                let now = now.get(key).unwrap_or(&Value::Null);
                holds(now, then, &format!("{what}.{key}"));
            }
        }
        (Value::Array(now), Value::Array(then)) => {
            assert_eq!(now.len(), then.len(), "{what}");
            for (place, (now, then)) in now.iter().zip(then).enumerate() {
                holds(now, then, &format!("{what}[{place}]"));
            }
        }
        (now, then) => assert_eq!(now, then, "{what}"),
    }
}

async fn is_whole(app: &TestApp, version: &Path, cases: usize) {
    let database = &app.database;
    let key = SigningKey::new([1; 32]);
    let mut trusted = TrustedKeys::default();
    trusted.trust(&key);
    if let Some(then) = SigningKey::if_there(&version.join("signing.key")).unwrap() {
        trusted.trust(&then);
    }
    let kept = database.checkpoints.as_ref();
    nhs111::service::checkpoint::make(kept, app.clock.as_ref(), &SystemIds, &key)
        .await
        .unwrap();
    let mut found = Vec::new();
    let mut tell = |finding| found.push(finding);
    let store = database.store.as_ref();
    let verified = verify(store, kept, &trusted, Vec::new(), &mut tell)
        .await
        .unwrap();
    assert_eq!(found, []);
    assert_eq!(verified.cases, cases as u64);
    let projections = Arc::clone(&database.projections);
    // What a version did not keep yet is computed from its events; then nothing differs.
    for mode in [Mode::Restore, Mode::Compare] {
        let mut found = Vec::new();
        let mut tell = |case, what| found.push((case, what));
        rebuild(
            &app.service,
            projections.as_ref(),
            mode,
            Heads::Leave,
            &mut tell,
        )
        .await
        .unwrap();
        let is_new = |found: &Found| matches!(found, Found::Different { table, .. } if *table == "inbox_items");
        found.retain(|(_, found)| mode == Mode::Compare || !is_new(found));
        assert_eq!(found, []);
    }
}
