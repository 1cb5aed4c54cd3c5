//! Two nodes on one database.

use std::collections::BTreeSet;
use std::sync::Arc;

use nhs111::case::chain::{self, Head};
use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::service::ports::{Append, Appended, Store, StoreError, StoredCase};

use super::database::Fresh;
use super::said::{RELEASE, case, head, key, next, next_by, opening};

async fn stored(store: &Arc<dyn Store>, case: CaseId) -> StoredCase {
    store
        .case(&ProviderId::default(), case)
        .await
        .unwrap()
        .unwrap()
}

/// Writes `count` appends to a case on which others write as well; gives what was acknowledged.
async fn insist(store: Arc<dyn Store>, case: CaseId, count: usize, who: String) -> Vec<Head> {
    let mut acknowledged = Vec::new();
    while acknowledged.len() < count {
        let append = next_by(case, stored(&store, case).await.head, 2, &who);
        match store.append(append.clone()).await.unwrap() {
            Appended::Done => acknowledged.push(head(&append)),
            Appended::Conflict { .. } => {}
            Appended::Remembered(_) => panic!("there was no key"),
        }
    }
    acknowledged
}

/// 320 appends a round; `NHS111_NODE_ROUNDS` asks for more of them.
pub async fn two_nodes_lose_and_double_nothing(fresh: &Fresh) {
    let asked = std::env::var("NHS111_NODE_ROUNDS").ok();
    let rounds = asked.and_then(|asked| asked.parse().ok()).unwrap_or(1);
    let nodes = [fresh.store.clone(), fresh.another_node().await];
    for round in 0..rounds {
        lose_and_double_nothing(fresh, &nodes, round * 10_000).await;
    }
}

async fn lose_and_double_nothing(fresh: &Fresh, nodes: &[Arc<dyn Store>; 2], first_case: u128) {
    const WRITERS: u128 = 64;
    const APPENDS: usize = 5;
    // Every fourth writer has a case of its own; the others share eight.
    let of = |writer: u128| match writer % 4 {
        0 => case(first_case + 1000 + writer),
        _ => case(first_case + writer % 8),
    };
    let cases: BTreeSet<CaseId> = (0..WRITERS).map(of).collect();
    for case in &cases {
        let opened = fresh.store.append(opening(*case, 1)).await.unwrap();
        assert_eq!(opened, Appended::Done);
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = nodes[usize::try_from(writer / 4 % 2).unwrap()].clone();
        let case = of(writer);
        writers.spawn(async move {
            let who = format!("writer {writer}");
            (case, insist(store, case, APPENDS, who).await)
        });
    }
    let acknowledged = writers.join_all().await;
    for case in cases {
        let stored = stored(&nodes[1], case).await;
        assert_eq!(chain::verify(&stored.links), Ok(stored.head));
        let mine: Vec<Head> = acknowledged
            .iter()
            .filter(|(of, _)| *of == case)
            .flat_map(|(_, heads)| heads.clone())
            .collect();
        assert_eq!(stored.links.len(), 1 + 2 * mine.len());
        let kept: BTreeSet<(u64, Hash)> = stored
            .links
            .iter()
            .map(|link| (link.seq, link.hash))
            .collect();
        assert!(
            mine.iter()
                .all(|head| kept.contains(&(head.seq, head.hash)))
        );
    }
}

pub async fn two_nodes_that_follow_the_same_event_agree_who_was_first(fresh: &Fresh) {
    let other = fresh.another_node().await;
    for number in 1..=20 {
        let first = opening(case(number), 1);
        fresh.store.append(first.clone()).await.unwrap();
        let (one, two) = tokio::join!(
            fresh
                .store
                .append(next_by(case(number), head(&first), 1, "one")),
            other.append(next_by(case(number), head(&first), 1, "two")),
        );
        let outcomes = [one.unwrap(), two.unwrap()];
        assert!(outcomes.contains(&Appended::Done), "{outcomes:?}");
        assert!(
            outcomes.contains(&Appended::Conflict { seq: 2 }),
            "{outcomes:?}"
        );
    }
}

pub async fn a_key_used_on_two_nodes_at_once_has_one_effect(fresh: &Fresh) {
    let nodes = [fresh.store.clone(), fresh.another_node().await];
    let mut waiting = tokio::task::JoinSet::new();
    for number in 1..=40_u8 {
        let store = nodes[usize::from(number % 2)].clone();
        // Ten keys, each used four times, on both nodes, for four cases.
        let append = Append {
            remember: key(number % 10),
            ..opening(case(u128::from(number)), 1)
        };
        waiting.spawn(async move { (number % 10, store.append(append).await.unwrap()) });
    }
    let outcomes = waiting.join_all().await;
    for key in 0..10 {
        let done = outcomes
            .iter()
            .filter(|(of, outcome)| *of == key && *outcome == Appended::Done)
            .count();
        let remembered = outcomes
            .iter()
            .filter(|(of, outcome)| *of == key && matches!(outcome, Appended::Remembered(_)))
            .count();
        assert_eq!((done, remembered), (1, 3), "key {key}: {outcomes:?}");
    }
}

pub async fn what_one_node_acknowledged_another_reads(fresh: &Fresh) {
    let nodes = [fresh.store.clone(), fresh.another_node().await];
    let mut append = opening(case(1), 1);
    for turn in 0..20 {
        let (writes, reads) = (&nodes[turn % 2], &nodes[(turn + 1) % 2]);
        assert_eq!(writes.append(append.clone()).await.unwrap(), Appended::Done);
        let stored = stored(reads, case(1)).await;
        assert_eq!(stored.head, head(&append));
        append = next(case(1), stored.head, 1);
    }
}

pub async fn a_case_opened_on_two_nodes_at_once_is_opened_once(fresh: &Fresh) {
    let other = fresh.another_node().await;
    for number in 1..=20 {
        let (one, two) = tokio::join!(
            fresh.store.append(opening(case(number), 1)),
            other.append(opening(case(number), 1)),
        );
        let outcomes = [one.unwrap(), two.unwrap()];
        assert!(outcomes.contains(&Appended::Done), "{outcomes:?}");
        assert!(
            outcomes.contains(&Appended::Conflict { seq: 1 }),
            "{outcomes:?}"
        );
        assert_eq!(stored(&other, case(number)).await.links.len(), 1);
    }
}

pub async fn a_release_kept_on_two_nodes_at_once_is_kept_once(fresh: &Fresh) {
    let other = fresh.another_node().await;
    let release = fresh.store.release(RELEASE).await.unwrap().unwrap();
    let later = nhs111::service::ports::StoredRelease {
        hash: Hash([7; 32]),
        ..release
    };
    let (one, two) = tokio::join!(fresh.store.keep_release(&later), other.keep_release(&later));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(other.release(later.hash).await.unwrap(), Some(later));
}

pub async fn a_case_that_goes_on_in_the_batch_that_opens_it_is_whole(fresh: &Fresh) {
    for number in 1..=20 {
        let first = opening(case(number), 1);
        let second = next(case(number), head(&first), 2);
        // The first fills the writer, so that the two wait together.
        let (filler, one, two) = tokio::join!(
            fresh.store.append(opening(case(1000 + number), 1)),
            fresh.store.append(first),
            fresh.store.append(second.clone()),
        );
        assert_eq!(
            [filler.unwrap(), one.unwrap(), two.unwrap()],
            [Appended::Done, Appended::Done, Appended::Done]
        );
        let stored = stored(&fresh.store, case(number)).await;
        assert_eq!((stored.head, stored.links.len()), (head(&second), 3));
        assert!(stored.key.is_some());
    }
}

pub async fn a_store_that_is_closed_takes_nothing(fresh: &Fresh) {
    let other = fresh.another_node().await;
    fresh.store.close().await;
    let refused = fresh.store.append(opening(case(1), 1)).await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
    let unread = fresh.store.case(&ProviderId::default(), case(1)).await;
    assert!(matches!(unread, Err(StoreError::Closed)), "{unread:?}");
    assert!(fresh.store.ready().await.is_err());
    // The other node goes on.
    assert_eq!(
        other.append(opening(case(1), 1)).await.unwrap(),
        Appended::Done
    );
}
