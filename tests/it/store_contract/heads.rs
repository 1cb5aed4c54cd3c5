//! Where a case stands, and what an append is refused for.

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::service::ports::heads::StoredHead;
use nhs111::service::ports::{Appended, WrappedKey};

use super::database::Fresh;
use super::said::{case, head, key, next, opening};

const DESTROY: &str = "DELETE FROM case_keys";

pub async fn a_head_is_that_of_the_last_append(fresh: &Fresh) {
    let heads = fresh.ports().await.heads;
    let of = |provider: &'static str, number| {
        let heads = heads.clone();
        async move {
            heads
                .head(&ProviderId(provider.to_owned()), case(number))
                .await
                .unwrap()
        }
    };
    let first = opening(case(1), 2);
    let second = next(case(1), head(&first), 3);
    for append in [first, second] {
        fresh.store.append(append.clone()).await.unwrap();
        let stored = StoredHead {
            secret: Hash([1; 32]),
            key: Some(WrappedKey(vec![4; 72])),
            head: head(&append),
        };
        assert_eq!(of("default", 1).await, Some(stored));
    }
    assert_eq!(of("default", 2).await, None);
    assert_eq!(of("another", 1).await, None);
    fresh.tamper(DESTROY, DESTROY).await;
    assert_eq!(of("default", 1).await.unwrap().key, None);
}

pub async fn a_case_whose_key_was_destroyed_takes_nothing_more(fresh: &Fresh) {
    let first = opening(case(1), 2);
    fresh.store.append(first.clone()).await.unwrap();
    fresh.tamper(DESTROY, DESTROY).await;
    let refused = fresh.store.append(next(case(1), head(&first), 1)).await;
    assert_eq!(refused.unwrap(), Appended::Conflict { seq: 2 });
}

/// What was tried first as if nobody else were writing is judged one by one where somebody was.
pub async fn a_batch_with_one_that_is_too_late_records_the_others(fresh: &Fresh) {
    let mut heads = Vec::new();
    for number in 1..=9 {
        let first = opening(case(number), 1);
        fresh.store.append(first.clone()).await.unwrap();
        heads.push(head(&first));
    }
    let other = fresh.another_node().await;
    let keyed = |number: u128, after, number_of_key| {
        let mut append = next(case(number), after, 2);
        append.remember = key(number_of_key);
        append
    };
    // Case 3 moves on and key 5 is used by another node; then all nine come together.
    other.append(keyed(3, heads[2], 30)).await.unwrap();
    other.append(keyed(5, heads[4], 50)).await.unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for number in 1..=9_u8 {
        let store = fresh.store.clone();
        let of_key = if number == 5 { 50 } else { number };
        let append = keyed(u128::from(number), heads[usize::from(number) - 1], of_key);
        waiting.spawn(async move { (number, store.append(append).await.unwrap()) });
    }
    for (number, outcome) in waiting.join_all().await {
        match number {
            3 => assert_eq!(outcome, Appended::Conflict { seq: 3 }),
            5 => assert!(matches!(outcome, Appended::Remembered(before) if before.case == case(5))),
            _ => assert_eq!(outcome, Appended::Done),
        }
    }
}
