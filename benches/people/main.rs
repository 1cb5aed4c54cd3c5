//! How long it takes to find a person again in a record of a million keyed digests.
//!
//! `cargo bench --bench people -- [DATABASE-URL [CASES]]`: fills an empty database (a file of its own unless one is named) with cases of
//! 25 digests each, 40,000 unless told, then looks for people who are there, people who are not, and the number of a care home that
//! rings ten times a day.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench stops where something is not as it should be, and prints its figures"
)]

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use uuid::Uuid;

use nhs111::case::chain::{self, Head};
use nhs111::case::event::{Actor, Body, Channel, Event, Mark, Provenance, SCHEMA};
use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::case::person::{Key, Kind};
use nhs111::service::ports::{
    Append, Database, MatchKey, Opening, Sought, StoredRelease, Summary, WrappedKey,
};
use nhs111::store;

const RELEASE: Hash = Hash([9; 32]);
const LOOKS: usize = 1000;

fn main() {
    // `cargo bench` adds `--bench`.
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|given| given != "--bench")
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let own = format!("sqlite://{}", folder.path().join("record.db").display());
    let url = given.first().unwrap_or(&own).parse().unwrap();
    let cases = given.get(1).map_or(40_000, |cases| cases.parse().unwrap());
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(measure(&url, cases));
}

async fn measure(url: &store::DatabaseUrl, cases: u64) {
    let database = store::open(url).await.unwrap();
    let release = StoredRelease {
        hash: RELEASE,
        language: 1,
        canonical: "{}".to_owned(),
        kept_at: Timestamp::UNIX_EPOCH,
    };
    database.store.keep_release(&release).await.unwrap();
    let began = Instant::now();
    fill(&database, cases).await;
    println!(
        "{cases} cases with {} digests in {:.1} s",
        cases * 25,
        began.elapsed().as_secs_f64()
    );
    for (who, number) in [
        (
            "somebody who was there",
            (|look| look * 37) as fn(u64) -> u64,
        ),
        ("somebody who was not", |look| 1_000_000_000 + look),
    ] {
        look(&database, who, |look| keys(number(look % cases.max(1)))).await;
    }
    look(&database, "the number of a care home", |_| vec![home()]).await;
    database.store.close().await;
}

/// All over the last thirty days; one in a thousand is rung from the care home.
async fn fill(database: &Database, cases: u64) {
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..cases {
        if waiting.len() >= 512 {
            waiting.join_next().await.unwrap().unwrap();
        }
        let store = Arc::clone(&database.store);
        waiting.spawn(async move { drop(store.append(case(number, cases)).await.unwrap()) });
    }
    waiting.join_all().await;
}

async fn look(database: &Database, who: &str, keys: impl Fn(u64) -> Vec<Key>) {
    let mut took = Vec::with_capacity(LOOKS);
    let mut found = 0;
    for number in 0..LOOKS {
        let sought = Sought {
            keys: keys(number as u64),
            since: at(THIRTY_DAYS - 96 * 3600),
            mark: Mark::Real,
            besides: CaseId(Uuid::nil()),
            limit: 100,
        };
        let began = Instant::now();
        found += database.people.seen(&sought).await.unwrap().len();
        took.push(began.elapsed());
    }
    took.sort();
    let at = |share: usize| took[LOOKS * share / 1000].as_secs_f64() * 1000.0;
    println!(
        "{who}: {:.2} ms (median), {:.2} ms (p99), {:.2} ms (longest); {found} cases named in {LOOKS} looks",
        at(500),
        at(990),
        at(999)
    );
}

const THIRTY_DAYS: i64 = 30 * 24 * 3600;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn key(kind: Kind, what: impl std::fmt::Display) -> Key {
    Key {
        kind,
        digest: Hash::of(format!("{}{what}", kind.code())),
    }
}

fn home() -> Key {
    key(Kind::Phone, "care home")
}

/// What a person has: names that thousands share, the rest their own.
fn keys(person: u64) -> Vec<Key> {
    let mut keys = vec![
        key(Kind::Phone, person),
        key(Kind::Phone, format!("second {person}")),
        key(Kind::NhsNumber, person),
        key(Kind::Address, person / 2),
        key(Kind::BirthDate, person % 30_000),
        key(Kind::Postcode, person / 20),
    ];
    for name in 0..4 {
        let sound = (person + name) % 500;
        keys.push(key(Kind::Name, format!("{sound} {}", person % 7)));
        keys.push(key(Kind::Sound, sound));
        keys.push(key(Kind::Initial, format!("{} {name}", person % 26)));
        keys.push(key(
            Kind::BirthDateSound,
            format!("{} {sound}", person % 30_000),
        ));
        if name < 3 {
            keys.push(key(Kind::PostcodeSound, format!("{} {sound}", person / 20)));
        }
    }
    keys
}

fn case(number: u64, cases: u64) -> Append {
    let case = CaseId(Uuid::from_u128(u128::from(number) + 1));
    let mut keys = keys(number);
    if number.is_multiple_of(1000) {
        keys[1] = home();
    }
    let second = THIRTY_DAYS * i64::try_from(number).unwrap() / i64::try_from(cases).unwrap();
    let event = Event {
        schema: SCHEMA,
        case,
        seq: 1,
        contact: 1,
        at: at(second),
        actor: Actor::Service,
        provenance: Provenance::Asked,
        body: Body::LeftEarly,
    };
    Append {
        provider: ProviderId::default(),
        case,
        after: Head::NONE,
        opened: Some(Opening {
            secret: Hash([1; 32]),
            key: WrappedKey(vec![4; 72]),
            mark: Mark::Real,
        }),
        links: vec![chain::link(Head::NONE, &event, None)],
        at: event.at,
        errands: Vec::new(),
        remember: None,
        match_keys: keys
            .into_iter()
            .map(|key| MatchKey {
                seq: 1,
                kind: key.kind.code(),
                digest: key.digest,
            })
            .collect(),
        inbox: Vec::new(),
        summary: Summary {
            contacts: 1,
            channel: Channel::Desk,
            release: RELEASE,
            disposition: None,
            ended: false,
        },
    }
}
