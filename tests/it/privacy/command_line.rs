//! The program itself, as whoever keeps the records calls it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use nhs111::case::ids::ProviderId;
use nhs111::clock::{SystemClock, SystemIds};
use nhs111::service::Service;
use nhs111::service::ports::{Clock as _, Database as Ports};
use nhs111::service::triage::{StartCase, Started};
use nhs111::store::key_ring::KeyFile;
use nhs111::store::postgres::{self, PostgresStore, PostgresUrl};
use nhs111::store::seal::CaseSealer;
use nhs111::store::sqlite::{self, SqliteStore};

use super::matching;
use crate::store_contract::database::Database;
use crate::test_app::machine;

/// A node with the key file that the program has as well.
struct Node {
    service: Service,
    ports: Ports,
}

/// Where the record and its key file are.
struct Place {
    folder: tempfile::TempDir,
    database: Option<Database>,
}

impl Place {
    fn url(&self) -> String {
        match &self.database {
            Some(database) => database.url(),
            None => format!(
                "sqlite://{}",
                self.folder.path().join("record.db").display()
            ),
        }
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    async fn node(&self) -> Node {
        let ports = match &self.database {
            None => {
                let path = self.folder.path().join("record.db");
                Ports::of(Arc::new(
                    SqliteStore::open(&path, sqlite::Limits::default())
                        .await
                        .unwrap(),
                ))
            }
            Some(database) => {
                let url = PostgresUrl::new(&database.url()).unwrap();
                Ports::of(Arc::new(
                    PostgresStore::open(&url, postgres::Limits::default())
                        .await
                        .unwrap(),
                ))
            }
        };
        let ids = Arc::new(SystemIds);
        let keys = Arc::new(KeyFile::open(&self.key(), ids.clone()).unwrap());
        let sealer = Arc::new(CaseSealer::under(keys, ids.clone()));
        let service = Service::new(
            ports.clone(),
            Arc::new(SystemClock),
            ids,
            sealer,
            matching(),
        );
        Node { service, ports }
    }

    fn nhs111(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args(arguments)
            .args([
                "--database-url",
                &self.url(),
                "--log",
                "error",
                "--master-key",
            ])
            .arg(self.key())
            .output()
            .unwrap();
        let said = [stdout, stderr].concat();
        (status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// Rotates while others work.
    async fn rotating(&self) -> String {
        let ended = tokio::process::Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args([
                "keys",
                "rotate",
                "--database-url",
                &self.url(),
                "--master-key",
            ])
            .arg(self.key())
            .output()
            .await
            .unwrap();
        let said = [ended.stdout, ended.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(ended.status.success(), "{said}");
        said
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let (code, said) = self.nhs111(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        said
    }
}

impl Node {
    async fn start(&self) -> Started {
        let known = nhs111::case::answer::Said {
            name: "age".to_owned(),
            what: nhs111::case::answer::What::Answer(nhs111::walk::Answer::BirthDate(
                "1990-03-01".parse().unwrap(),
            )),
        };
        let start = StartCase {
            known: vec![known],
            ..StartCase::default()
        };
        self.service.start(&machine(), &start, None).await.unwrap()
    }

    async fn opens(&self, started: &Started) {
        let export = self
            .service
            .export(&super::keeper(), &[started.view.case.id], "json")
            .await
            .unwrap();
        let all = serde_json::to_string(&export).unwrap();
        assert!(all.contains("1990-03-01"), "{all}");
    }
}

async fn sqlite() -> Place {
    Place {
        folder: tempfile::tempdir().unwrap(),
        database: None,
    }
}

async fn postgres() -> Option<Place> {
    let database = Some(Database::new().await?);
    Some(Place {
        database,
        ..sqlite().await
    })
}

/// The name of the current master key, and how many cases are under it.
fn current(place: &Place) -> (String, u64) {
    let listed: serde_json::Value =
        serde_json::from_str(&place.done(&["keys", "list", "--json"])).unwrap();
    let keys = listed["keys"].as_array().unwrap();
    let current = keys.iter().find(|key| key["current"] == true).unwrap();
    (
        current["id"].as_str().unwrap().to_owned(),
        current["cases"].as_u64().unwrap(),
    )
}

async fn publish(place: &Place) -> Node {
    // An old file, of one key.
    std::fs::write(place.key(), format!("{}\n", hex::encode([9; 32]))).unwrap();
    place.done(&["keys", "list"]);
    let node = place.node().await;
    let releases = node.service.releases();
    releases
        .publish_example(
            &ProviderId::default(),
            crate::test_app::content(),
            SystemClock.now(),
        )
        .await
        .unwrap();
    node
}

async fn keys_go_over_while_two_nodes_serve(place: &Place) {
    let (one, two) = (publish(place).await, place.node().await);
    let mut cases = Vec::new();
    for number in 0..30 {
        cases.push(if number % 2 == 0 {
            one.start().await
        } else {
            two.start().await
        });
    }
    let (first, under) = current(place);
    assert_eq!(under, 30);
    let serving = async {
        let mut started = Vec::new();
        for _ in 0..20 {
            started.push(one.start().await);
            started.push(two.start().await);
        }
        started
    };
    let (rotated, meanwhile) = tokio::join!(place.rotating(), serving);
    assert!(rotated.contains("is the current master key"), "{rotated}");
    cases.extend(meanwhile);
    // Nodes that were there before go on under the new key, and open what is old.
    for node in [&one, &two] {
        cases.push(node.start().await);
    }
    if current(place).1 < 72 {
        // One was opened under the old key just before its node saw the new one.
        assert!(
            place
                .done(&["keys", "rotate"])
                .contains("going on with the rotation")
        );
    }
    let (second, under) = current(place);
    assert_ne!(first, second);
    assert_eq!(under, 72);
    for case in &cases {
        one.opens(case).await;
        two.opens(case).await;
    }
    let (code, said) = place.nhs111(&["keys", "retire", &second]);
    assert!(
        code == Some(1) && said.contains("is the current master key"),
        "{said}"
    );
    assert!(
        place
            .done(&["keys", "retire", &first])
            .contains("is retired")
    );
    assert!(
        !std::fs::read_to_string(place.key())
            .unwrap()
            .contains(&hex::encode([9; 32]))
    );
    for case in &cases {
        one.opens(case).await;
    }
}

async fn a_key_that_still_wraps_is_not_retired_and_a_rotation_goes_on(place: &Place) {
    let node = publish(place).await;
    let started = node.start().await;
    let (first, _) = current(place);
    // A node with a copy of the file from before goes on wrapping under the old key.
    let copy = Place {
        folder: tempfile::tempdir().unwrap(),
        database: None,
    };
    std::fs::copy(place.key(), copy.key()).unwrap();
    let ids = Arc::new(SystemIds);
    let keys = Arc::new(KeyFile::open(&copy.key(), ids.clone()).unwrap());
    let sealer = Arc::new(CaseSealer::under(keys, ids.clone()));
    let behind = Node {
        service: Service::new(
            node.ports.clone(),
            Arc::new(SystemClock),
            ids,
            sealer,
            matching(),
        ),
        ports: node.ports.clone(),
    };
    place.done(&["keys", "add"]);
    assert_eq!(current(place).0, first, "it only opens as yet");
    place.done(&["keys", "rotate"]);
    let (second, under) = current(place);
    assert_eq!(under, 1);
    let late = behind.start().await;
    let (code, said) = place.nhs111(&["keys", "retire", &first]);
    assert!(
        code == Some(1) && said.contains(&format!("1 cases are wrapped under {first}")),
        "{said}"
    );
    assert!(
        place
            .done(&["keys", "rotate"])
            .contains(&format!("going on with the rotation to {second}"))
    );
    assert_eq!(current(place), (second, 2));
    place.done(&["keys", "retire", &first]);
    // Whoever is still behind is refused by the record: nothing is sealed under a key that is gone.
    let refused = behind
        .service
        .start(&machine(), &StartCase::default(), None)
        .await;
    assert!(refused.is_err(), "{refused:?}");
    for case in [&started, &late] {
        node.opens(case).await;
    }
    assert_eq!(behind.ports.case_keys.wrapped().await.unwrap().len(), 1);
}

async fn another_records_keys_are_refused(place: &Place) {
    let node = publish(place).await;
    let (first, _) = current(place);
    let started = node.start().await;
    let kept = std::fs::read(place.key()).unwrap();
    let refused = |wanted: &str| {
        let (code, said) =
            place.nhs111(&["serve", "--listen", "127.0.0.1:0", "--pathways", "none"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(wanted), "{wanted} is not in {said}");
    };
    std::fs::write(place.key(), hex::encode([8; 32])).unwrap();
    refused(&format!("the record is sealed under master key {first}"));
    std::fs::remove_file(place.key()).unwrap();
    refused("there is no master key file");
    assert!(!place.key().exists(), "no other is made");
    std::fs::write(place.key(), "nonsense").unwrap();
    refused("line 1: expected 64 hexadecimal digits");
    std::fs::write(place.key(), kept).unwrap();
    place.done(&["keys", "list"]);
    node.opens(&started).await;
}

async fn a_record_is_held_corrected_handed_out_and_ended(place: &Place) {
    let node = publish(place).await;
    let started = node.start().await;
    let case = started.view.case.id.to_string();
    let file = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let written = |name: &str, text: &str| {
        std::fs::write(file(name), text).unwrap();
        file(name)
    };
    let why = written("why", "asked for by the coroner");
    let right = written("right", "1991-03-01");
    place.done(&["hold", "place", &case, "--reason-file", &why, "--by", "k1"]);
    place.done(&[
        "rectify",
        &case,
        "--event",
        "3",
        "--field",
        "answer",
        "--right-file",
        &right,
        "--by",
        "k1",
    ]);
    let (code, said) = place.nhs111(&["end-case", &case, "--for-ever", "--by", "k1"]);
    assert!(
        code == Some(2) && said.contains("is on hold already"),
        "{said}"
    );
    place.done(&[
        "export-case",
        &case,
        "--json",
        &file("export.json"),
        "--by",
        "k1",
    ]);
    place.done(&[
        "export-case",
        &case,
        "--html",
        &file("export.html"),
        "--by",
        "k1",
    ]);
    for name in ["export.json", "export.html"] {
        let text = std::fs::read_to_string(file(name)).unwrap();
        for wanted in ["1990-03-01", "1991-03-01", "asked for by the coroner"] {
            assert!(text.contains(wanted), "{wanted} is not in {name}: {text}");
        }
    }
    let (code, _) = place.nhs111(&[
        "export-case",
        &case,
        "--json",
        &file("export.json"),
        "--by",
        "k1",
    ]);
    assert_eq!(code, Some(2), "a file that is there is not replaced");
    place.done(&["hold", "lift", &case, "--reason-file", &why, "--by", "k1"]);
    assert!(
        place
            .done(&["retain", "--dry-run"])
            .starts_with("0 old cases: 0 would be ended")
    );
    place.done(&["end-case", &case, "--for-ever", "--by", "k1"]);
    place.done(&["retain"]);
    assert!(place.done(&["verify-log"]).contains("1 cases, "));
    assert!(
        place
            .done(&["tombstones", "export", &file("ended")])
            .contains("1 tombstones")
    );
    let listed = std::fs::read_to_string(file("ended")).unwrap();
    assert!(
        listed.contains(&case) && listed.contains("decided"),
        "{listed}"
    );
    assert!(
        place
            .done(&["tombstones", "apply", &file("ended")])
            .contains("1 tombstones applied")
    );
    let (code, said) = place.nhs111(&["tombstones", "apply", &written("wrong", "{}\n")]);
    assert!(
        code == Some(2) && said.contains("line 1, is no tombstone"),
        "{said}"
    );
    assert!(Path::new(&file("ended")).exists());
}

macro_rules! on_every_database {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&super::sqlite().await).await;
            })*
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(place) = super::postgres().await {
                    super::$name(&place).await;
                }
            })*
        }
    };
}

on_every_database![
    keys_go_over_while_two_nodes_serve,
    a_key_that_still_wraps_is_not_retired_and_a_rotation_goes_on,
    another_records_keys_are_refused,
    a_record_is_held_corrected_handed_out_and_ended,
];
