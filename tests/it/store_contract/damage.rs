//! A database that somebody else wrote to.

use nhs111::case::chain::{self, BrokenChain};
use nhs111::case::ids::ProviderId;
use nhs111::service::ports::{Append, Appended, NewErrand, StoreError};

use super::database::Fresh;
use super::said::{case, head, next, opening};

pub async fn a_recorded_event_can_be_neither_changed_nor_deleted(fresh: &Fresh) {
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    for sql in ["UPDATE events SET event = '{}'", "DELETE FROM events"] {
        assert!(fresh.try_to(sql, sql).await.is_err(), "{sql}");
    }
    let truncated = fresh.try_to("DELETE FROM events", "TRUNCATE events").await;
    assert!(truncated.is_err());
}

pub async fn a_changed_event_is_named_and_everything_is_served(fresh: &Fresh) {
    for number in 1..=2 {
        fresh.store.append(opening(case(number), 3)).await.unwrap();
    }
    fresh
        .tamper(
            "DROP TRIGGER events_are_never_changed;
             UPDATE events SET event = '{}' WHERE seq = 2 AND case_id = unhex('00000000000000000000000000000001')",
            "ALTER TABLE events DISABLE TRIGGER ALL;
             UPDATE events SET event = '{}' WHERE seq = 2 AND case_id = decode('00000000000000000000000000000001', 'hex')",
        )
        .await;
    let provider = ProviderId::default();
    let changed = fresh.store.case(&provider, case(1)).await.unwrap().unwrap();
    assert_eq!(changed.links.len(), 3);
    assert_eq!(
        chain::verify(&changed.links),
        Err(BrokenChain::Changed { seq: 2 })
    );
    let whole = fresh.store.case(&provider, case(2)).await.unwrap().unwrap();
    assert_eq!(chain::verify(&whole.links), Ok(whole.head));
}

pub async fn a_row_that_cannot_be_read_is_named_and_holds_up_nobody_else(fresh: &Fresh) {
    for number in 1..=3 {
        let errand = NewErrand {
            seq: 1,
            kind: "start",
            key: format!("errand {number}"),
            payload: "{}".to_owned(),
        };
        let with = Append {
            errands: vec![errand],
            ..opening(case(number), 2)
        };
        fresh.store.append(with).await.unwrap();
    }
    fresh
        .tamper(
            "PRAGMA ignore_check_constraints = ON; DROP TRIGGER events_are_never_changed;
             UPDATE cases SET head = x'0102' WHERE case_id = unhex('00000000000000000000000000000001');
             UPDATE outbox SET seq = -1 WHERE key = 'errand 1';
             UPDATE events SET hash = x'01' WHERE seq = 2 AND case_id = unhex('00000000000000000000000000000002')",
            "ALTER TABLE cases DROP CONSTRAINT cases_head_check; ALTER TABLE outbox DROP CONSTRAINT outbox_seq_check;
             ALTER TABLE events DROP CONSTRAINT events_hash_check; ALTER TABLE events DISABLE TRIGGER ALL;
             UPDATE cases SET head = decode('0102', 'hex') WHERE case_id = decode('00000000000000000000000000000001', 'hex');
             UPDATE outbox SET seq = -1 WHERE key = 'errand 1';
             UPDATE events SET hash = decode('01', 'hex') WHERE seq = 2 AND case_id = decode('00000000000000000000000000000002', 'hex')",
        )
        .await;
    let provider = ProviderId::default();
    for (number, part) in [(1, "the head"), (2, "event 2")] {
        let unread = fresh.store.case(&provider, case(number)).await;
        let Err(StoreError::Unreadable { what }) = unread else {
            panic!("{unread:?}")
        };
        assert_eq!(what, format!("{part} of case {}", case(number)));
    }
    let keys: Vec<String> = fresh
        .store
        .waiting(&provider, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|errand| errand.key)
        .collect();
    assert_eq!(keys, ["errand 2", "errand 3"]);
    let mut waiting = tokio::task::JoinSet::new();
    for number in [1, 3, 10, 11, 12] {
        let store = fresh.store.clone();
        let append = match number {
            1 | 3 => next(case(number), head(&opening(case(number), 2)), 1),
            _ => opening(case(number), 1),
        };
        waiting.spawn(async move { (number, store.append(append).await) });
    }
    for (number, outcome) in waiting.join_all().await {
        match number {
            1 => assert!(
                matches!(&outcome, Err(StoreError::Unreadable { .. })),
                "{outcome:?}"
            ),
            _ => assert_eq!(outcome.unwrap(), Appended::Done),
        }
    }
}
