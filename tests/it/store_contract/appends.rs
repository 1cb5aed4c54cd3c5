//! One node: what is appended, kept under a key, queued and published.

use jiff::Timestamp;

use nhs111::case::chain::{self, Head};
use nhs111::case::ids::{Hash, ProviderId};
use nhs111::service::ports::{Append, Appended, NewErrand, StoreError, StoredRelease, WrappedKey};

use super::database::Fresh;
use super::said::{RELEASE, case, head, key, next, opening};

pub async fn what_was_appended_is_read_back_whole(fresh: &Fresh) {
    let first = opening(case(1), 3);
    assert_eq!(
        fresh.store.append(first.clone()).await.unwrap(),
        Appended::Done
    );
    let second = next(case(1), head(&first), 2);
    assert_eq!(
        fresh.store.append(second.clone()).await.unwrap(),
        Appended::Done
    );
    let stored = fresh
        .store
        .case(&ProviderId::default(), case(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.links, [first.links, second.links.clone()].concat());
    assert_eq!(stored.head, head(&second));
    assert_eq!(chain::verify(&stored.links), Ok(stored.head));
    assert_eq!(
        (stored.secret, stored.key),
        (Hash([1; 32]), Some(WrappedKey(vec![4; 72])))
    );
    assert!(
        fresh
            .store
            .case(&ProviderId::default(), case(2))
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn a_second_writer_of_the_same_event_gets_a_conflict(fresh: &Fresh) {
    let first = opening(case(1), 1);
    fresh.store.append(first.clone()).await.unwrap();
    let (one, other) = (
        next(case(1), head(&first), 1),
        next(case(1), head(&first), 2),
    );
    let (one, other) = tokio::join!(fresh.store.append(one), fresh.store.append(other));
    let outcomes = [one.unwrap(), other.unwrap()];
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Appended::Done)
            .count(),
        1
    );
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Appended::Conflict { seq: 2 | 3 }))
            .count(),
        1
    );
}

pub async fn a_conflict_in_a_batch_fails_nobody_else(fresh: &Fresh) {
    let first = opening(case(1), 1);
    fresh.store.append(first.clone()).await.unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = fresh.store.clone();
        // Every fourth one follows an event that is not there.
        let append = if number % 4 == 0 {
            next(
                case(1),
                Head {
                    seq: 77,
                    hash: Hash([7; 32]),
                },
                1,
            )
        } else {
            opening(case(100 + number), 2)
        };
        waiting.spawn(async move { (number % 4 == 0, store.append(append).await.unwrap()) });
    }
    while let Some(outcome) = waiting.join_next().await {
        let (conflicts, outcome) = outcome.unwrap();
        assert_eq!(
            outcome,
            if conflicts {
                Appended::Conflict { seq: 1 }
            } else {
                Appended::Done
            }
        );
    }
}

pub async fn a_key_that_was_used_has_no_second_effect(fresh: &Fresh) {
    let first = Append {
        remember: key(1),
        ..opening(case(1), 2)
    };
    fresh.store.append(first.clone()).await.unwrap();
    let again = Append {
        remember: key(1),
        ..opening(case(2), 1)
    };
    let Appended::Remembered(remembered) = fresh.store.append(again).await.unwrap() else {
        panic!("it had an effect")
    };
    assert_eq!(
        (remembered.case, remembered.seq, remembered.request),
        (case(1), 2, Hash([2; 32]))
    );
    assert_eq!(remembered.sealed, Some(vec![1]));
    assert!(
        fresh
            .store
            .case(&ProviderId::default(), case(2))
            .await
            .unwrap()
            .is_none()
    );
    let asked = fresh
        .store
        .remembered(&ProviderId::default(), Hash([1; 32]))
        .await
        .unwrap();
    assert_eq!(asked, Some(remembered));
    assert_eq!(
        fresh
            .store
            .remembered(&ProviderId::default(), Hash([3; 32]))
            .await
            .unwrap(),
        None
    );
}

pub async fn a_key_used_twice_at_once_has_one_effect(fresh: &Fresh) {
    let mut waiting = tokio::task::JoinSet::new();
    for number in 1..=20 {
        let (store, append) = (
            fresh.store.clone(),
            Append {
                remember: key(5),
                ..opening(case(number), 1)
            },
        );
        waiting.spawn(async move { store.append(append).await.unwrap() });
    }
    let outcomes = waiting.join_all().await;
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Appended::Done)
            .count(),
        1
    );
}

pub async fn another_provider_does_not_see_the_case(fresh: &Fresh) {
    let first = opening(case(1), 1);
    fresh.store.append(first.clone()).await.unwrap();
    let other = ProviderId("other".to_owned());
    assert!(fresh.store.case(&other, case(1)).await.unwrap().is_none());
    let theirs = Append {
        provider: other,
        ..next(case(1), head(&first), 1)
    };
    assert_eq!(
        fresh.store.append(theirs).await.unwrap(),
        Appended::Conflict { seq: 1 }
    );
}

pub async fn every_case_is_named_once_in_order_of_its_id(fresh: &Fresh) {
    let numbers = [9, 2, 300, 7, 255];
    for number in numbers {
        fresh.store.append(opening(case(number), 1)).await.unwrap();
    }
    let mut named = Vec::new();
    loop {
        let after = named.last().map(|(_, case)| *case);
        let page = fresh.store.cases_after(after, 2).await.unwrap();
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        named.extend(page);
    }
    let wanted = [2, 7, 9, 255, 300].map(|number| (ProviderId::default(), case(number)));
    assert_eq!(named, wanted);
}

pub async fn a_new_case_cannot_take_the_place_of_another(fresh: &Fresh) {
    fresh.store.append(opening(case(1), 2)).await.unwrap();
    assert_eq!(
        fresh.store.append(opening(case(1), 1)).await.unwrap(),
        Appended::Conflict { seq: 2 }
    );
    assert_eq!(
        fresh
            .store
            .append(next(case(3), Head::NONE, 1))
            .await
            .unwrap(),
        Appended::Conflict { seq: 0 }
    );
}

pub async fn an_errand_is_recorded_with_its_event(fresh: &Fresh) {
    let errand = NewErrand {
        seq: 2,
        kind: "start",
        key: "one/ambulance/0".to_owned(),
        payload: "{\"a\":1}".to_owned(),
    };
    let with = Append {
        errands: vec![errand.clone()],
        ..opening(case(1), 2)
    };
    fresh.store.append(with).await.unwrap();
    let without = Append {
        errands: vec![errand],
        ..opening(case(1), 2)
    };
    assert!(matches!(
        fresh.store.append(without).await.unwrap(),
        Appended::Conflict { .. }
    ));
    let waiting = fresh
        .store
        .waiting(&ProviderId::default(), 10)
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].case, waiting[0].seq, waiting[0].key.as_str()),
        (case(1), 2, "one/ambulance/0")
    );
    assert_eq!(waiting[0].payload, "{\"a\":1}");
}

pub async fn a_release_is_kept_whole_and_activated(fresh: &Fresh) {
    let provider = ProviderId::default();
    assert_eq!(fresh.store.active_release(&provider).await.unwrap(), None);
    let release = StoredRelease {
        hash: Hash([3; 32]),
        language: 1,
        canonical: "{\"ü\":1}".to_owned(),
        kept_at: Timestamp::UNIX_EPOCH,
    };
    fresh.store.keep_release(&release).await.unwrap();
    fresh.store.keep_release(&release).await.unwrap();
    assert_eq!(
        fresh.store.release(release.hash).await.unwrap(),
        Some(release.clone())
    );
    for hash in [RELEASE, release.hash] {
        fresh
            .store
            .activate(&provider, hash, Timestamp::UNIX_EPOCH)
            .await
            .unwrap();
    }
    assert_eq!(
        fresh.store.active_release(&provider).await.unwrap(),
        Some(release.hash)
    );
    let all: Vec<Hash> = fresh
        .store
        .releases(&provider)
        .await
        .unwrap()
        .into_iter()
        .map(|activation| activation.hash)
        .collect();
    assert_eq!(all, [release.hash, RELEASE]);
}

pub async fn a_release_that_was_never_kept_cannot_be_activated(fresh: &Fresh) {
    let unknown = fresh
        .store
        .activate(&ProviderId::default(), Hash([8; 32]), Timestamp::UNIX_EPOCH)
        .await;
    assert!(matches!(unknown, Err(StoreError::UnknownRelease(_))));
}

pub async fn what_is_waiting_is_recorded_before_the_store_closes(fresh: &Fresh) {
    let mut waiting = tokio::task::JoinSet::new();
    for number in 1..=50 {
        let (store, append) = (fresh.store.clone(), opening(case(number), 1));
        waiting.spawn(async move { store.append(append).await });
    }
    tokio::task::yield_now().await;
    fresh.store.close().await;
    let outcomes = waiting.join_all().await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Ok(Appended::Done) | Err(StoreError::Closed)))
    );
    let recorded = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let again = fresh.another_node().await;
    let mut found = 0;
    for number in 1..=50 {
        found += usize::from(
            again
                .case(&ProviderId::default(), case(number))
                .await
                .unwrap()
                .is_some(),
        );
    }
    assert_eq!(found, recorded);
}

pub async fn many_writers_lose_nothing(fresh: &Fresh) {
    let mut writers = tokio::task::JoinSet::new();
    for number in 1..=32 {
        let store = fresh.store.clone();
        writers.spawn(async move {
            let mut append = opening(case(number), 2);
            for _ in 0..10 {
                assert_eq!(store.append(append.clone()).await.unwrap(), Appended::Done);
                append = next(case(number), head(&append), 2);
            }
        });
    }
    writers.join_all().await;
    for number in 1..=32 {
        let stored = fresh
            .store
            .case(&ProviderId::default(), case(number))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stored.links.len(), 20);
        assert_eq!(chain::verify(&stored.links), Ok(stored.head));
    }
}
