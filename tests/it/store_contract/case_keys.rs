//! The keys of cases, and the master keys that wrap them.

use jiff::Timestamp;

use nhs111::service::ports::{
    Append, Appended, KnownMasterKey, MasterKeyId, Opening, Rewrapped, StoreError, Wrapped,
    WrappedKey,
};

use super::database::Fresh;
use super::said::{case, opening};

const ONE: MasterKeyId = MasterKeyId([1; 8]);
const TWO: MasterKeyId = MasterKeyId([2; 8]);

fn known(id: MasterKeyId, second: i64) -> KnownMasterKey {
    KnownMasterKey {
        id,
        proof: WrappedKey::under(id, &[3; 72]),
        since: Timestamp::from_second(second).unwrap(),
    }
}

fn opened_under(number: u128, id: MasterKeyId) -> Append {
    let append = opening(case(number), 1);
    Append {
        opened: append.opened.map(|opened| Opening {
            key: WrappedKey::under(id, &[u8::try_from(number).unwrap(); 72]),
            ..opened
        }),
        ..append
    }
}

pub async fn a_case_is_opened_under_a_known_master_key_only(fresh: &Fresh) {
    let keys = fresh.ports().await.case_keys;
    assert_eq!(keys.master_keys().await.unwrap(), []);
    let refused = fresh.store.append(opened_under(1, ONE)).await;
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    for second in [7, 9] {
        keys.know_master_key(&known(ONE, second)).await.unwrap();
    }
    keys.know_master_key(&known(TWO, 8)).await.unwrap();
    let all = keys.master_keys().await.unwrap();
    assert_eq!(all, [known(ONE, 7), known(TWO, 8)], "the first stays");
    let done = fresh.store.append(opened_under(1, ONE)).await.unwrap();
    assert_eq!(done, Appended::Done);
}

pub async fn a_master_key_is_forgotten_only_when_nothing_is_wrapped_under_it(fresh: &Fresh) {
    let keys = fresh.ports().await.case_keys;
    for id in [ONE, TWO] {
        keys.know_master_key(&known(id, 7)).await.unwrap();
    }
    fresh.store.append(opened_under(1, ONE)).await.unwrap();
    fresh.store.append(opening(case(2), 1)).await.unwrap();
    let wrapped = keys.wrapped().await.unwrap();
    for under in [None, Some(ONE)] {
        assert!(
            wrapped.contains(&Wrapped { under, cases: 1 }),
            "{wrapped:?}"
        );
    }
    assert!(!keys.forget_master_key(ONE).await.unwrap());
    assert!(keys.forget_master_key(TWO).await.unwrap());
    assert!(
        keys.forget_master_key(TWO).await.unwrap(),
        "twice is as once"
    );
    assert_eq!(keys.master_keys().await.unwrap(), [known(ONE, 7)]);
    let refused = fresh.store.append(opened_under(3, TWO)).await;
    assert!(
        refused.is_err(),
        "nothing comes under it again: {refused:?}"
    );
}

pub async fn keys_of_cases_are_replaced_only_as_they_were_found(fresh: &Fresh) {
    let keys = fresh.ports().await.case_keys;
    for id in [ONE, TWO] {
        keys.know_master_key(&known(id, 7)).await.unwrap();
    }
    for number in 1..=3 {
        fresh.store.append(opened_under(number, ONE)).await.unwrap();
    }
    fresh.store.append(opening(case(4), 1)).await.unwrap();
    let first = keys.case_keys(Some(TWO), None, 3).await.unwrap();
    assert_eq!(first.len(), 3);
    let rest = keys
        .case_keys(Some(TWO), Some(first[2].0), 3)
        .await
        .unwrap();
    assert_eq!(rest, [(case(4), WrappedKey(vec![4; 72]))]);
    let to = |number: u128| WrappedKey::under(TWO, &[40 + u8::try_from(number).unwrap(); 72]);
    let anew: Vec<Rewrapped> = first
        .iter()
        .chain(&rest)
        .zip(1..)
        .map(|((case, from), number)| Rewrapped {
            case: *case,
            // Somebody was faster with the second.
            from: if number == 2 { to(9) } else { from.clone() },
            to: to(number),
        })
        .collect();
    for _ in 0..2 {
        keys.rewrap(&anew).await.unwrap();
        let left = keys.case_keys(Some(TWO), None, 10).await.unwrap();
        assert_eq!(left, [first[1].clone()]);
    }
    let all = keys.case_keys(None, None, 10).await.unwrap();
    assert_eq!(all[3], (case(4), to(4)));
    let stored = fresh
        .store
        .case(&Default::default(), case(1))
        .await
        .unwrap();
    assert_eq!(stored.unwrap().key, Some(to(1)));
}
