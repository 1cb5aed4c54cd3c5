//! Records end when their time is over, no sooner, and stay ended.

use nhs111::case::event::EndReason;
use nhs111::case::ids::ProviderId;
use nhs111::service::endings::{Retained, Retention, Run};
use nhs111::service::notes::NoteError;
use nhs111::service::rights::{NotAllowed, Right};
use nhs111::service::{Caller, Service};

use super::{Held, keeper, on_every_database};
use crate::test_app::machine;

on_every_database![
    a_record_ends_when_its_time_is_over_and_twice_is_as_once,
    a_clock_that_steps_back_ends_nothing_early,
    a_record_on_hold_is_never_ended,
    an_end_that_was_broken_off_is_finished,
    what_was_ended_stays_ended_after_a_restore,
    only_whoever_keeps_the_records_may,
];

const DAY: i64 = 24 * 3600;
const YEAR: i64 = 366 * DAY;

async fn retain(held: &Held, run: Run) -> Retained {
    let retention = Retention::default();
    let retained = held.service.retain(&keeper(), &retention, run).await;
    retained.unwrap()
}

async fn a_record_ends_when_its_time_is_over_and_twice_is_as_once(held: &Held) {
    let test = held.born("1990-03-01", "test").await;
    let adult = held.born("1990-03-01", "real").await;
    let child = held.born("2020-03-01", "real").await;
    assert_eq!(retain(held, Run::Earnest).await, Retained::default());
    held.clock.forward(32 * DAY);
    let dry = retain(held, Run::Dry).await;
    assert_eq!((dry.looked_at, dry.ended, dry.requests), (1, 1, 0));
    assert_eq!(held.looks(&test).await.0, 200, "a dry run ends nothing");
    let once = retain(held, Run::Earnest).await;
    assert_eq!((once.ended, once.requests), (1, 3), "{once:?}");
    let (status, body) = held.looks(&test).await;
    assert_eq!((status, body["code"].as_str()), (410, Some("case_closed")));
    assert_eq!(retain(held, Run::Earnest).await, Retained::default());
    held.clock.forward(8 * YEAR);
    let later = retain(held, Run::Earnest).await;
    assert_eq!((later.looked_at, later.ended, later.kept), (2, 1, 1));
    assert_eq!(held.looks(&adult).await.0, 410);
    assert_eq!(held.looks(&child).await.0, 200);
    held.clock.forward(17 * YEAR);
    assert_eq!(retain(held, Run::Earnest).await.ended, 1);
    let stones = held.service.tombstones(None).await.unwrap();
    assert_eq!(stones.len(), 3);
    assert!(
        stones
            .iter()
            .all(|stone| stone.reason == EndReason::RetentionEnded)
    );
}

async fn a_clock_that_steps_back_ends_nothing_early(held: &Held) {
    let test = held.born("1990-03-01", "test").await;
    // What is recorded next bears an earlier time than what was recorded before.
    held.clock.forward(-400 * DAY);
    held.answers(&test, "worry", "a clock".into()).await;
    held.clock.forward(40 * DAY);
    assert_eq!(retain(held, Run::Earnest).await.ended, 0);
    held.clock.forward(360 * DAY + 29 * DAY);
    assert_eq!(retain(held, Run::Earnest).await.ended, 0);
    assert_eq!(held.looks(&test).await.0, 200);
    held.clock.forward(3 * DAY);
    assert_eq!(retain(held, Run::Earnest).await.ended, 1);
}

async fn a_record_on_hold_is_never_ended(held: &Held) {
    let test = held.born("1990-03-01", "test").await;
    let why = "asked for by the coroner";
    held.service
        .place_hold(&keeper(), test.case, why)
        .await
        .unwrap();
    let again = held.service.place_hold(&keeper(), test.case, "again").await;
    assert!(matches!(again, Err(NoteError::OnHold(_))), "{again:?}");
    held.clock.forward(200 * YEAR);
    let retained = retain(held, Run::Earnest).await;
    assert_eq!((retained.on_hold, retained.ended), (1, 0));
    let decided = held.service.end_record(&keeper(), test.case).await;
    assert!(matches!(decided, Err(NoteError::OnHold(_))), "{decided:?}");
    let no_reason = held.service.lift_hold(&keeper(), test.case, " ").await;
    assert!(matches!(no_reason, Err(NoteError::Empty)), "{no_reason:?}");
    held.service
        .lift_hold(&keeper(), test.case, "the inquest is over")
        .await
        .unwrap();
    let lifted = held.service.lift_hold(&keeper(), test.case, "again").await;
    assert!(matches!(lifted, Err(NoteError::NotOnHold(_))), "{lifted:?}");
    assert_eq!(retain(held, Run::Earnest).await.ended, 1);
}

async fn an_end_that_was_broken_off_is_finished(held: &Held) {
    let test = held.born("1990-03-01", "test").await;
    let provider = ProviderId::default();
    let before = held
        .ports
        .store
        .case(&provider, test.case)
        .await
        .unwrap()
        .unwrap();
    held.service.end_record(&keeper(), test.case).await.unwrap();
    // As it is when the process dies between the last event and the key.
    let key = before.key.unwrap();
    let (case, key) = (hex::encode(test.case.0.as_bytes()), hex::encode(key.0));
    let sqlite = format!(
        "INSERT INTO case_keys (case_id, provider, wrapped) VALUES (unhex('{case}'), 'default', unhex('{key}'))"
    );
    let postgres = format!(
        "INSERT INTO case_keys (case_id, provider, wrapped) VALUES (decode('{case}', 'hex'), 'default', decode('{key}', 'hex'))"
    );
    held.fresh.tamper(sqlite.leak(), postgres.leak()).await;
    assert_eq!(
        held.looks(&test).await.0,
        410,
        "closed from its last event on"
    );
    held.clock.forward(32 * DAY);
    assert_eq!(retain(held, Run::Earnest).await.ended, 1);
    let after = held
        .ports
        .store
        .case(&provider, test.case)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((after.key, after.head.seq), (None, before.head.seq + 1));
}

async fn what_was_ended_stays_ended_after_a_restore(held: &Held) {
    let test = held.born("1990-03-01", "test").await;
    held.clock.forward(32 * DAY);
    // Another record, in which the case was not ended: what a restore of an older backup gives.
    let restored = Held::sqlite().await;
    retain(held, Run::Earnest).await;
    let stones = held.service.tombstones(None).await.unwrap();
    assert_eq!(stones.len(), 1);
    let there = restored.born("1990-03-01", "test").await;
    let mut listed = stones.clone();
    listed.push(nhs111::service::ports::Tombstone {
        case: there.case,
        ..stones[0].clone()
    });
    let head = |service: &std::sync::Arc<Service>| {
        let _ = service;
        let (store, case) = (restored.ports.store.clone(), there.case);
        async move {
            store
                .case(&ProviderId::default(), case)
                .await
                .unwrap()
                .unwrap()
                .head
        }
    };
    for _ in 0..2 {
        restored
            .service
            .apply_tombstones(&keeper(), &listed)
            .await
            .unwrap();
        assert_eq!(restored.looks(&there).await.0, 410);
    }
    assert_eq!(restored.service.tombstones(None).await.unwrap(), {
        let mut sorted = listed.clone();
        sorted.sort_by_key(|stone| stone.case);
        sorted
    });
    let once = head(&restored.service).await;
    restored
        .service
        .apply_tombstones(&keeper(), &listed)
        .await
        .unwrap();
    assert_eq!(head(&restored.service).await, once, "twice is as once");
    assert_eq!(test.case, stones[0].case);
}

async fn only_whoever_keeps_the_records_may(held: &Held) {
    let test = held.born("1990-03-01", "test").await;
    for caller in [Caller::visitor(), machine()] {
        let denied = |denied: Result<(), NoteError>, right| {
            assert!(
                matches!(denied, Err(NoteError::NotAllowed(NotAllowed(what))) if what == right),
                "{denied:?}"
            );
        };
        let (service, case) = (&held.service, test.case);
        denied(
            service.place_hold(&caller, case, "x").await,
            Right::KeepRecords,
        );
        denied(
            service.lift_hold(&caller, case, "x").await,
            Right::KeepRecords,
        );
        denied(service.end_record(&caller, case).await, Right::KeepRecords);
        denied(
            service.rectify(&caller, case, 2, "answer", "x").await,
            Right::Rectify,
        );
        let exported = service.export(&caller, &[case], "json").await;
        denied(exported.map(drop), Right::KeepRecords);
        let retained = service
            .retain(&caller, &Retention::default(), Run::Earnest)
            .await;
        denied(retained.map(drop), Right::KeepRecords);
        denied(
            service.apply_tombstones(&caller, &[]).await,
            Right::KeepRecords,
        );
    }
    let other = Caller::operator(ProviderId("other".to_owned()), "k2".to_owned());
    let theirs = held.service.place_hold(&other, test.case, "x").await;
    assert!(matches!(theirs, Err(NoteError::NoCase(_))), "{theirs:?}");
}
