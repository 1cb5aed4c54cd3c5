//! Finding the cases of one person again, and what of them stands in the database.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use nhs111::case::event::{Actor, Channel, Mark};
use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::case::person::{Address, Caller as Rings, Key, Kind, Patient, Person, Places};
use nhs111::clock::{SystemClock, SystemIds};
use nhs111::service::access::Access;
use nhs111::service::idempotency::Asked;
use nhs111::service::ports::{Append, Digester as _, MatchKey, Opening, Sought, WrappedKey};
use nhs111::service::rights::Scopes;
use nhs111::service::triage::StartCase;
use nhs111::service::{Caller, Service};
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};

use super::database::{Fresh, Place};
use super::said::{case, head, next, opening};

fn key(kind: Kind, number: u8) -> Key {
    Key {
        kind,
        digest: Hash([number; 32]),
    }
}

/// A real case that can be found by these keys.
fn known(id: CaseId, at: &str, keys: &[Key]) -> Append {
    let append = opening(id, 1);
    Append {
        opened: Some(Opening {
            secret: Hash([1; 32]),
            key: WrappedKey(vec![4; 72]),
            mark: Mark::Real,
        }),
        at: at.parse().unwrap(),
        match_keys: match_keys(1, keys),
        ..append
    }
}

fn match_keys(seq: u64, keys: &[Key]) -> Vec<MatchKey> {
    keys.iter()
        .map(|key| MatchKey {
            seq,
            kind: key.kind.code(),
            digest: key.digest,
        })
        .collect()
}

fn sought(keys: &[Key]) -> Sought {
    Sought {
        keys: keys.to_vec(),
        since: "2026-11-20T12:00:00Z".parse().unwrap(),
        mark: Mark::Real,
        besides: case(99),
        limit: 10,
    }
}

async fn found(fresh: &Fresh, sought: &Sought) -> Vec<CaseId> {
    let ports = fresh.ports().await;
    let seen = ports.people.seen(sought).await.unwrap();
    let cases = seen.iter().map(|seen| seen.case).collect();
    ports.store.close().await;
    cases
}

const PHONE: Kind = Kind::Phone;

pub async fn a_case_is_found_by_what_it_shares_in_the_time_asked_for(fresh: &Fresh) {
    let (phone, other, sound) = (key(PHONE, 1), key(PHONE, 2), key(Kind::Sound, 1));
    for append in [
        known(case(1), "2026-11-22T12:00:00Z", &[phone, sound]),
        known(case(2), "2026-11-20T12:00:00.25Z", &[phone]),
        known(case(3), "2026-11-20T11:59:00Z", &[phone]),
        known(case(4), "2026-11-22T12:00:00Z", &[other, sound]),
        known(case(99), "2026-11-22T12:00:00Z", &[phone]),
    ] {
        fresh.store.append(append).await.unwrap();
    }
    assert_eq!(found(fresh, &sought(&[phone])).await, [case(1), case(2)]);
    assert_eq!(found(fresh, &sought(&[other])).await, [case(4)]);
    // The same digest of another kind is something else, and by a name alone nobody is looked for.
    assert_eq!(
        found(fresh, &sought(&[key(Kind::Address, 1), sound])).await,
        []
    );
    assert_eq!(found(fresh, &sought(&[])).await, []);
    let few = Sought {
        limit: 1,
        ..sought(&[phone])
    };
    assert_eq!(found(fresh, &few).await, [case(1)]);
}

pub async fn those_that_share_most_come_first(fresh: &Fresh) {
    let (phone, number, house) = (
        key(PHONE, 1),
        key(Kind::NhsNumber, 2),
        key(Kind::Address, 3),
    );
    for append in [
        known(case(1), "2026-11-22T12:00:00Z", &[phone]),
        known(case(2), "2026-11-21T12:00:00Z", &[phone]),
        known(case(3), "2026-11-21T11:00:00Z", &[phone, house]),
        known(case(4), "2026-11-21T10:00:00Z", &[number]),
    ] {
        fresh.store.append(append).await.unwrap();
    }
    let wanted = [4, 3, 1, 2].map(case);
    assert_eq!(found(fresh, &sought(&[phone, number, house])).await, wanted);
}

pub async fn a_case_is_compared_by_what_is_known_now(fresh: &Fresh) {
    let (phone, corrected, born) = (key(PHONE, 1), key(PHONE, 2), key(Kind::BirthDate, 3));
    let first = known(case(1), "2026-11-22T12:00:00Z", &[phone]);
    fresh.store.append(first.clone()).await.unwrap();
    let second = Append {
        at: "2026-11-22T12:01:00Z".parse().unwrap(),
        match_keys: match_keys(2, &[corrected, born]),
        ..next(case(1), head(&first), 1)
    };
    fresh.store.append(second).await.unwrap();
    let ports = fresh.ports().await;
    let seen = ports.people.seen(&sought(&[phone])).await.unwrap();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0].keys, [corrected, born]);
    assert_eq!(seen[0].provider, ProviderId::default());
}

pub async fn practice_and_test_never_count_for_a_real_case(fresh: &Fresh) {
    let phone = key(PHONE, 1);
    for (number, mark) in [(1, Mark::Real), (2, Mark::Practice), (3, Mark::Test)] {
        let append = known(case(number), "2026-11-22T12:00:00Z", &[phone]);
        let opened = append
            .opened
            .clone()
            .map(|opened| Opening { mark, ..opened });
        fresh
            .store
            .append(Append { opened, ..append })
            .await
            .unwrap();
    }
    for (number, mark) in [(1, Mark::Real), (2, Mark::Practice), (3, Mark::Test)] {
        let sought = Sought {
            mark,
            ..sought(&[phone])
        };
        assert_eq!(found(fresh, &sought).await, [case(number)], "{mark:?}");
    }
}

pub async fn people_are_found_over_all_providers(fresh: &Fresh) {
    let insert = "INSERT INTO providers (provider, title) VALUES ('other', 'Other')";
    fresh.tamper(insert, insert).await;
    let phone = key(PHONE, 1);
    let theirs = Append {
        provider: ProviderId("other".to_owned()),
        ..known(case(1), "2026-11-22T12:00:00Z", &[phone])
    };
    fresh.store.append(theirs).await.unwrap();
    let ports = fresh.ports().await;
    let seen = ports.people.seen(&sought(&[phone])).await.unwrap();
    assert_eq!(
        (seen[0].provider.0.as_str(), seen[0].case),
        ("other", case(1))
    );
}

pub async fn looking_for_people_reads_nothing_but_what_is_asked_for(fresh: &Fresh) {
    let plan: Vec<String> = match &fresh.place {
        Place::Sqlite(folder) => {
            let path = folder.path().join("record.db");
            let mut other = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
                .await
                .unwrap();
            let sql = include_str!("../../../src/store/sqlite/people.sql");
            let rows = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                .fetch_all(&mut other)
                .await
                .unwrap();
            rows.iter().map(|row| row.get(3)).collect()
        }
        Place::Postgres(database) => {
            let mut other = PgConnection::connect(&database.url()).await.unwrap();
            let sql = include_str!("../../../src/store/postgres/people.sql");
            // As the sessions of the service are set up.
            let explain = format!(
                "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
                 PREPARE looked (text[], bytea[], text, text, bytea, bigint) AS {sql};
                 EXPLAIN EXECUTE looked ('{{phone}}', '{{}}', '2026', 'real', '', 10)"
            );
            let rows = sqlx::raw_sql(AssertSqlSafe(explain))
                .fetch_all(&mut other)
                .await
                .unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    };
    let plan = plan.join("\n");
    assert!(plan.contains("match_keys_by_digest"), "{plan}");
    for read_whole in [
        "SCAN shared",
        "SCAN cases",
        "SCAN now",
        "SCAN last",
        "Seq Scan",
    ] {
        assert!(!plan.contains(read_whole), "{plan}");
    }
}

pub async fn the_matching_key_of_the_first_node_is_that_of_the_record(fresh: &Fresh) {
    let (one, other) = (MatchingKey::new([1; 32]), MatchingKey::new([2; 32]));
    let first = fresh.ports().await;
    let second = fresh.ports().await;
    for _ in 0..2 {
        let known = second.people.known_matching_key().await.unwrap();
        assert_eq!(known, None, "to ask keeps nothing");
    }
    for _ in 0..2 {
        assert_eq!(
            first.people.matching_key(one.check()).await.unwrap(),
            one.check()
        );
        let kept = second.people.matching_key(other.check()).await.unwrap();
        assert_eq!(
            kept,
            one.check(),
            "a node with another key sees that it has another"
        );
    }
    let known = second.people.known_matching_key().await.unwrap();
    assert_eq!(known, Some(one.check()));
}

/// What identifies her, in the forms in which it might be stored.
const HERS: [&str; 13] = [
    "Quennelle",
    "quennelle",
    "Featherstonehaugh",
    "featherstonehaugh",
    "1984-02-29",
    "9434765919",
    "7700900123",
    "447700900123",
    "7700900456",
    "Wibbleton",
    "wibbleton",
    "LS1 4AP",
    "LS14AP",
];

fn quennelle() -> Person {
    Person {
        patient: Patient {
            name: Some("Quennelle Featherstonehaugh".to_owned()),
            birth_date: Some("1984-02-29".parse().unwrap()),
            age: None,
            nhs_number: Some("943 476 5919".parse().unwrap()),
            phones: vec!["07700 900123".parse().unwrap()],
        },
        caller: Rings {
            name: Some("Wibbleton".to_owned()),
            phones: vec!["+44 7700 900456".parse().unwrap()],
        },
        places: Places {
            home: Some(Address {
                lines: vec!["12 Wibbleton Street".to_owned()],
                postcode: Some("LS1 4AP".parse().unwrap()),
            }),
            ..Places::default()
        },
    }
}

pub async fn nothing_that_identifies_a_person_stands_in_the_clear(fresh: &Fresh) {
    let ids = Arc::new(SystemIds);
    let ports = fresh.ports().await;
    let service = Service::new(
        ports.clone(),
        Arc::new(SystemClock),
        ids.clone(),
        Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids)),
        Arc::new(MatchingKey::new([6; 32])),
    );
    let provider = ProviderId::default();
    let published =
        service
            .releases()
            .publish_example(&provider, crate::test_app::content(), service.now());
    published.await.unwrap();
    let caller = Caller {
        provider: provider.clone(),
        channel: Channel::Desk,
        actor: Actor::Handler("h1".to_owned()),
        scopes: Scopes::NONE,
    };
    let start = StartCase {
        complaints: vec!["sore-throat".to_owned()],
        person: quennelle(),
        ..StartCase::default()
    };
    let key = "0190e3a0-7b8e-7c3a".parse().unwrap();
    let started = service.start(&caller, &start, Some(&key)).await.unwrap();
    let access = Access {
        provider,
        case: started.view.case.id,
        secret: started.secret,
    };
    let mut changed = quennelle();
    changed.patient.phones.push("07700 900456".parse().unwrap());
    let asked = Asked {
        key: Some("0190e3a0-7b8e-7c3b".parse().unwrap()),
        after: None,
    };
    let view = service
        .identify(&caller, &access, &changed, &asked)
        .await
        .unwrap();
    assert_eq!(view.case.person.as_ref().unwrap().person, changed);
    let (_, kept) = service.person(&caller, &access).await.unwrap();
    assert_eq!(kept.unwrap().person, changed, "it opens again");
    let stored = match &fresh.place {
        Place::Sqlite(folder) => {
            let files = std::fs::read_dir(folder.path()).unwrap();
            files
                .map(|file| std::fs::read(file.unwrap().path()).unwrap())
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .collect()
        }
        Place::Postgres(database) => every_row(&database.url()).await,
    };
    assert!(
        stored.concat().contains("identity_given"),
        "it is what is looked at"
    );
    for text in HERS {
        let digits = hex::encode(text);
        for stored in &stored {
            assert!(
                !stored.contains(text) && !stored.contains(&digits),
                "{text}"
            );
        }
    }
    service.close().await;
}

/// Every row of every table as text, in which bytes are hexadecimal digits.
async fn every_row(url: &str) -> Vec<String> {
    let mut other = PgConnection::connect(url).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&mut other)
            .await
            .unwrap();
    let mut rows: Vec<String> = Vec::new();
    for table in tables {
        let sql = format!("SELECT whole::text FROM {table} AS whole");
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut other)
            .await
            .unwrap();
        rows.extend(found);
    }
    rows
}
