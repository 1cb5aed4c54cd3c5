//! Attacks on the record by somebody who may do anything to the database, its triggers included, and does not have the signing key.

use nhs111::case::chain::{Head, Link};
use nhs111::case::checkpoint::{Leaf, Signed};
use nhs111::service::ports::checkpoints::Signer as _;
use nhs111::service::verify::{Finding, Given, verify};
use nhs111::store::signing::{SigningKey, TrustedKeys};

use super::checkpoints::{checkpoint, key};
use super::database::{Fresh, Place, postgres, sqlite};
use super::said::{case, head, next, next_by, opening};

/// What `verify-log` finds: a word, then the case or checkpoint, then what is said of it.
pub async fn findings(fresh: &Fresh, given: Vec<Given>) -> Vec<String> {
    let mut trusted = TrustedKeys::default();
    trusted.trust(&key());
    let ports = fresh.ports().await;
    let mut found = Vec::new();
    let mut tell = |finding: Finding| {
        found.push(match &finding {
            Finding::Case(case, fault) => {
                format!("{} {}: {fault}", finding.code(), case.0.as_u128())
            }
            Finding::Checkpoint(number, fault) => format!("{} {number}: {fault}", finding.code()),
            Finding::File(name, line) => format!("{} {name}:{line}", finding.code()),
        });
    };
    let (store, kept) = (ports.store.as_ref(), ports.checkpoints.as_ref());
    verify(store, kept, &trusted, given, &mut tell)
        .await
        .unwrap();
    found.sort();
    found
}

/// Checkpoints with their heads, as they were kept elsewhere.
#[derive(Clone)]
struct Kept {
    checkpoints: Vec<Signed>,
    leaves: Vec<(u64, Leaf)>,
}

impl Kept {
    async fn of(fresh: &Fresh) -> Self {
        let kept = fresh.ports().await.checkpoints;
        Kept {
            checkpoints: kept.checkpoints_after(0, 100).await.unwrap(),
            leaves: kept.leaves_after(None, 100).await.unwrap(),
        }
    }

    fn without_heads(self) -> Vec<Given> {
        vec![Given {
            name: "elsewhere".to_owned(),
            checkpoints: self.checkpoints,
            leaves: None,
        }]
    }

    fn whole(self) -> Vec<Given> {
        vec![Given {
            name: "elsewhere".to_owned(),
            checkpoints: self.checkpoints,
            leaves: Some(Box::new(self.leaves.into_iter().map(Ok))),
        }]
    }
}

/// Five cases of three events in checkpoint 1; case 2 goes on and case 6 begins before checkpoint 2; nothing is new in checkpoint 3.
async fn record(fresh: &Fresh) -> Kept {
    let kept = fresh.ports().await.checkpoints;
    for number in 1..=5 {
        fresh.store.append(opening(case(number), 3)).await.unwrap();
    }
    checkpoint(&kept).await;
    let second = head(&opening(case(2), 3));
    fresh.store.append(next(case(2), second, 2)).await.unwrap();
    fresh.store.append(opening(case(6), 1)).await.unwrap();
    checkpoint(&kept).await;
    checkpoint(&kept).await;
    Kept::of(fresh).await
}

/// Does something to the database with everything out of the way that the database has against it. `#1` is the id of case 1.
async fn attack(fresh: &Fresh, sql: &str) {
    let literal = |bytes: &[u8]| match &fresh.place {
        Place::Sqlite(_) => format!("X'{}'", hex::encode(bytes)),
        Place::Postgres(_) => format!("'\\x{}'::bytea", hex::encode(bytes)),
    };
    let sql = (1..=9).fold(sql.to_owned(), |sql, number| {
        let id = literal(case(number).0.as_bytes());
        sql.replace(&format!("#{number}"), &id)
    });
    // A hash or text between bars stands for its bytes.
    let mut parts = sql.split('|');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    while let (Some(bytes), Some(rest)) = (parts.next(), parts.next()) {
        sql.push_str(&literal(&hex::decode(bytes).unwrap()));
        sql.push_str(rest);
    }
    let on_sqlite = format!(
        "PRAGMA foreign_keys = OFF; DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted;
         DROP TRIGGER checkpoints_are_never_changed; DROP TRIGGER checkpoints_are_never_deleted;
         DROP TRIGGER checkpoint_leaves_are_never_changed; DROP TRIGGER checkpoint_leaves_are_never_deleted; {sql}"
    );
    let on_postgres = format!("SET session_replication_role = replica; {sql}");
    fresh.try_to(on_sqlite, on_postgres).await.unwrap();
}

pub async fn an_untouched_record_verifies(fresh: &Fresh) {
    let kept = record(fresh).await;
    assert_eq!(findings(fresh, Vec::new()).await, [""; 0]);
    assert_eq!(findings(fresh, kept.clone().without_heads()).await, [""; 0]);
    assert_eq!(findings(fresh, kept.clone().whole()).await, [""; 0]);
    // What goes on after it was kept elsewhere is no fault.
    let second = head(&next(case(2), head(&opening(case(2), 3)), 2));
    fresh.store.append(next(case(2), second, 2)).await.unwrap();
    fresh.store.append(opening(case(7), 1)).await.unwrap();
    assert_eq!(findings(fresh, kept.clone().whole()).await, [""; 0]);
    checkpoint(&fresh.ports().await.checkpoints).await;
    assert_eq!(findings(fresh, kept.whole()).await, [""; 0]);
}

pub async fn a_destroyed_key_breaks_nothing(fresh: &Fresh) {
    let kept = record(fresh).await;
    attack(fresh, "DELETE FROM case_keys WHERE case_id IN (#1, #2)").await;
    assert_eq!(findings(fresh, kept.whole()).await, [""; 0]);
}

/// Events of case 4 that nobody recorded, chained as well as any.
fn forged() -> Vec<Link> {
    next_by(case(4), Head::NONE, 3, "forged").links
}

fn rewriting(links: &[Link]) -> String {
    let mut sql = String::new();
    for link in links {
        let (seq, text) = (link.seq, link.text.replace('\'', "''"));
        sql.push_str(&format!(
            "UPDATE events SET event = '{text}', previous = |{}|, hash = |{}| WHERE case_id = #4 AND seq = {seq};",
            link.previous, link.hash
        ));
    }
    let head = links.last().unwrap().hash;
    sql.push_str(&format!(
        "UPDATE cases SET head = |{head}| WHERE case_id = #4;"
    ));
    sql
}

const CUT_WITH_HEAD: &str = "DELETE FROM events WHERE case_id = #2 AND seq > 3;
    UPDATE cases SET seq = 3, head = (SELECT hash FROM events WHERE case_id = #2 AND seq = 3) WHERE case_id = #2;";

const TAKEN_AWAY: &str =
    "DELETE FROM events WHERE case_id = #3; DELETE FROM case_keys WHERE case_id = #3;
    DELETE FROM cases WHERE case_id = #3;";

pub async fn every_attack_on_a_case_is_found_and_named(fresh: &Fresh) {
    let rewritten = rewriting(&forged());
    let forget = |sql: &str, number: u8| {
        format!("{sql} DELETE FROM checkpoint_leaves WHERE case_id = #{number};")
    };
    let heads = "checkpoint_heads_changed 1: the record notes 4 heads for it, which are not the 5 that were signed";
    let attacks: Vec<(&str, String, Vec<&str>)> = vec![
        (
            "an event is edited",
            "UPDATE events SET event = replace(event, 'family', 'femily') WHERE case_id = #1 AND seq = 2".into(),
            vec!["event_changed 1: event 2 is not what was recorded"],
        ),
        (
            "a sealed part is edited",
            "UPDATE events SET sealed = |ff| WHERE case_id = #1 AND seq = 2".into(),
            vec!["event_changed 1: event 2 is not what was recorded"],
        ),
        (
            "two events change places",
            "UPDATE events SET seq = 9 WHERE case_id = #1 AND seq = 2; UPDATE events SET seq = 2 WHERE case_id = #1 AND seq = 3;
             UPDATE events SET seq = 3 WHERE case_id = #1 AND seq = 9".into(),
            vec!["event_changed 1: event 2 is not what was recorded"],
        ),
        (
            "an event in the middle is taken out",
            "DELETE FROM events WHERE case_id = #1 AND seq = 2".into(),
            vec!["event_out_of_place 1: event 2 is missing or out of place"],
        ),
        (
            "a tail is cut",
            "DELETE FROM events WHERE case_id = #2 AND seq > 3".into(),
            vec!["tail_cut 2: ends with event 3, and 5 were recorded"],
        ),
        (
            "a tail is cut together with the recorded head",
            CUT_WITH_HEAD.into(),
            vec!["case_shorter 2: ends with event 3, and checkpoint 2 has event 5 of it"],
        ),
        (
            "a case is taken away",
            TAKEN_AWAY.into(),
            vec!["case_missing 3: is missing: checkpoint 1 has it with 3 events"],
        ),
        (
            "a case is taken away together with what was noted of it",
            forget(TAKEN_AWAY, 3),
            vec!["case_missing 3: is missing: checkpoint 1 has it with 3 events", heads],
        ),
        (
            "a case is written anew, chain and head",
            rewritten.clone(),
            vec!["case_rewritten 4: event 3 is not the one that checkpoint 1 has"],
        ),
        (
            "a case is written anew, and what was noted of it",
            format!("{rewritten} UPDATE checkpoint_leaves SET head = |{}| WHERE case_id = #4;", forged()[2].hash),
            vec![
                "case_rewritten 4: event 3 is not the one that checkpoint 1 has",
                "checkpoint_heads_changed 1: the record notes 5 heads for it, which are not the 5 that were signed",
            ],
        ),
        (
            "everything at once",
            format!("{CUT_WITH_HEAD}{TAKEN_AWAY}{rewritten}"),
            vec![
                "case_missing 3: is missing: checkpoint 1 has it with 3 events",
                "case_rewritten 4: event 3 is not the one that checkpoint 1 has",
                "case_shorter 2: ends with event 3, and checkpoint 2 has event 5 of it",
            ],
        ),
    ];
    for (what, sql, wanted) in attacks {
        let fresh = fresh_like(fresh).await;
        let kept = record(&fresh).await;
        attack(&fresh, &sql).await;
        assert_eq!(findings(&fresh, kept.whole()).await, wanted, "{what}");
        // Without what was kept elsewhere, the record finds it too; what nothing names any more is counted.
        let alone = findings(&fresh, Vec::new()).await;
        assert!(!alone.is_empty(), "{what}");
        let is_forgotten = sql.contains("checkpoint_leaves");
        assert!(is_forgotten || alone == wanted, "{what}: {alone:?}");
        // A checkpoint that is made afterwards washes nothing clean.
        let ports = fresh.ports().await;
        checkpoint(&ports.checkpoints).await;
        let after = findings(&fresh, Vec::new()).await;
        assert!(!after.is_empty(), "{what}, then a checkpoint");
    }
}

pub async fn every_attack_on_a_checkpoint_is_found_and_named(fresh: &Fresh) {
    let other = SigningKey::new([8; 32]);
    let attacks: Vec<(&str, String, Vec<String>)> = vec![
        (
            "it is altered",
            "UPDATE checkpoints SET cases = 4 WHERE number = 1".into(),
            vec!["checkpoint_changed 1: is not what was signed".into(), "checkpoint_other_in_record 1: is another in the record than in `elsewhere`".into(),
                 "checkpoint_unchained 2: does not follow the checkpoint before it".into()],
        ),
        (
            "its time is altered",
            "UPDATE checkpoints SET made_at = '2020-01-01T00:00:00Z' WHERE number = 3".into(),
            vec!["checkpoint_changed 3: is not what was signed".into(), "checkpoint_other_in_record 3: is another in the record than in `elsewhere`".into()],
        ),
        (
            "one in the middle is taken away",
            "DELETE FROM checkpoints WHERE number = 2".into(),
            vec!["checkpoint_missing 2: is missing from the record".into(), "checkpoint_not_in_record 2: is in `elsewhere` and not in the record".into()],
        ),
        (
            "one in the middle is taken away, and the next takes its number",
            "DELETE FROM checkpoints WHERE number = 2; UPDATE checkpoints SET number = 2 WHERE number = 3".into(),
            vec![
                "checkpoint_changed 2: is not what was signed".into(),
                "checkpoint_heads_changed 2: the record notes 2 heads for it, which are not the 0 that were signed".into(),
                "checkpoint_not_in_record 3: is in `elsewhere` and not in the record".into(),
                "checkpoint_other_in_record 2: is another in the record than in `elsewhere`".into(),
            ],
        ),
        (
            "the last ones are taken away with what they noted",
            "DELETE FROM checkpoints WHERE number > 1; DELETE FROM checkpoint_leaves WHERE number > 1".into(),
            vec!["checkpoint_not_in_record 2: is in `elsewhere` and not in the record".into(), "checkpoint_not_in_record 3: is in `elsewhere` and not in the record".into()],
        ),
        (
            "it is signed by another key under the name of the right one",
            format!("UPDATE checkpoints SET signature = |{}| WHERE number = 1", hex::encode(other.sign("nhs111 checkpoint 1"))),
            vec!["checkpoint_changed 1: is not what was signed".into()],
        ),
        (
            "what it noted is altered",
            "UPDATE checkpoint_leaves SET number = 1 WHERE case_id = #6".into(),
            vec![
                "checkpoint_heads_changed 1: the record notes 6 heads for it, which are not the 5 that were signed".into(),
                "checkpoint_heads_changed 2: the record notes 1 heads for it, which are not the 2 that were signed".into(),
            ],
        ),
        (
            "it is said to have noted a case that never was",
            "INSERT INTO checkpoint_leaves (number, case_id, seq, provider, head) SELECT 1, #9, 4, provider, head FROM checkpoint_leaves WHERE case_id = #6".into(),
            vec![
                "case_missing 9: is missing: checkpoint 1 has it with 4 events".into(),
                "checkpoint_heads_changed 1: the record notes 6 heads for it, which are not the 5 that were signed".into(),
            ],
        ),
    ];
    for (what, sql, wanted) in attacks {
        let fresh = fresh_like(fresh).await;
        let kept = record(&fresh).await;
        attack(&fresh, &sql).await;
        assert_eq!(findings(&fresh, kept.whole()).await, wanted, "{what}");
    }
}

pub async fn a_record_that_was_signed_anew_is_found(fresh: &Fresh) {
    let kept = record(fresh).await;
    attack(
        fresh,
        &format!("{TAKEN_AWAY} DELETE FROM checkpoints; DELETE FROM checkpoint_leaves;"),
    )
    .await;
    let ports = fresh.ports().await;
    let (clock, ids) = (nhs111::clock::SystemClock, nhs111::clock::SystemIds);
    let other = SigningKey::new([8; 32]);
    for _ in 0..3 {
        nhs111::service::checkpoint::make(ports.checkpoints.as_ref(), &clock, &ids, &other)
            .await
            .unwrap();
    }
    let by_another = |number: u64| {
        format!(
            "checkpoint_key_unknown {number}: is signed by the key {}, which is not trusted",
            other.key_id()
        )
    };
    assert_eq!(findings(fresh, Vec::new()).await, [1, 2, 3].map(by_another));
    let found = findings(fresh, kept.whole()).await;
    let missing = "case_missing 3: is missing: checkpoint 1 has it with 3 events".to_owned();
    assert!(found.contains(&missing), "{found:?}");
    let replaced = "checkpoint_other_in_record 1: is another in the record than in `elsewhere`";
    assert!(found.contains(&replaced.to_owned()), "{found:?}");
}

pub async fn what_was_kept_elsewhere_and_changed_is_named(fresh: &Fresh) {
    let kept = record(fresh).await;
    let mut edited = kept.clone();
    edited.leaves[0].1.head.seq = 2;
    let found = findings(fresh, edited.whole()).await;
    let wanted =
        "file_heads_changed 1: the heads kept with `elsewhere` are not those that were signed";
    assert!(found.contains(&wanted.to_owned()), "{found:?}");
    let mut short = kept.clone();
    short.leaves.pop();
    assert_eq!(
        findings(fresh, short.whole()).await,
        ["file_heads_changed 2: the heads kept with `elsewhere` are not those that were signed"]
    );
    let mut edited = kept;
    edited.checkpoints[1].checkpoint.cases = 7;
    assert_eq!(
        findings(fresh, edited.without_heads()).await,
        ["file_changed 2: is not what was signed in `elsewhere`"]
    );
}

/// Another empty record on the same kind of database.
async fn fresh_like(fresh: &Fresh) -> Fresh {
    match &fresh.place {
        Place::Sqlite(_) => sqlite().await,
        Place::Postgres(_) => postgres().await.unwrap(),
    }
}
