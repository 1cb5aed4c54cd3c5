//! Checkpoints: what they note, and who makes them.

use std::sync::Arc;

use nhs111::case::checkpoint::{Checkpoint, Signed, Tree};
use nhs111::case::ids::{Hash, ProviderId};
use nhs111::clock::{SystemClock, SystemIds};
use nhs111::service::checkpoint::{Made, is_due, make};
use nhs111::service::ports::checkpoints::{Checkpoints, Run, Turn};
use nhs111::service::ports::{Appended, Clock as _};
use nhs111::store::signing::SigningKey;

use super::database::Fresh;
use super::evidence::findings;
use super::said::{case, head, next, opening};

pub fn key() -> SigningKey {
    SigningKey::new([7; 32])
}

/// Makes the next one.
pub async fn checkpoint(kept: &Arc<dyn Checkpoints>) -> Signed {
    match make(kept.as_ref(), &SystemClock, &SystemIds, &key()).await {
        Ok(Made::Kept(signed)) => signed,
        other => panic!("{other:?}"),
    }
}

pub async fn a_checkpoint_notes_every_new_head_once(fresh: &Fresh) {
    let kept = fresh.ports().await.checkpoints;
    let empty = checkpoint(&kept).await.checkpoint;
    assert_eq!((empty.number, empty.cases, empty.leaves), (1, 0, 0));
    assert_eq!(
        (empty.root, empty.previous),
        (Tree::default().root(), Hash::NONE)
    );
    for number in [9, 2, 300] {
        fresh.store.append(opening(case(number), 2)).await.unwrap();
    }
    let second = checkpoint(&kept).await.checkpoint;
    assert_eq!((second.number, second.cases, second.leaves), (2, 3, 3));
    assert_eq!(second.previous, empty.hash());
    let first = opening(case(9), 2);
    fresh
        .store
        .append(next(case(9), head(&first), 3))
        .await
        .unwrap();
    let third = checkpoint(&kept).await.checkpoint;
    assert_eq!((third.number, third.cases, third.leaves), (3, 3, 1));
    let noted = |number| kept.noted(number, None, 10);
    let cases: Vec<_> = noted(2)
        .await
        .unwrap()
        .iter()
        .map(|leaf| leaf.case)
        .collect();
    assert_eq!(cases, [case(2), case(9), case(300)]);
    let [leaf] = noted(3).await.unwrap()[..] else {
        panic!("one case went on")
    };
    assert_eq!((leaf.case, leaf.head.seq), (case(9), 5));
    assert_eq!(kept.unnoted(None, 10).await.unwrap().heads, []);
    assert_eq!(kept.checkpoints_after(1, 10).await.unwrap().len(), 2);
    let now = SystemClock.now();
    let minute = std::time::Duration::from_secs(60);
    assert!(!is_due(kept.as_ref(), now, minute).await.unwrap());
    assert!(is_due(kept.as_ref(), now + minute, minute).await.unwrap());
    assert_eq!(findings(fresh, Vec::new()).await, [""; 0]);
}

fn some(number: u64) -> Signed {
    Signed {
        checkpoint: Checkpoint {
            number,
            made_at: SystemClock.now(),
            cases: 0,
            leaves: 0,
            root: Tree::default().root(),
            previous: Hash::NONE,
            key_id: String::new(),
        },
        signature: vec![1; 64],
    }
}

pub async fn who_begins_last_makes_the_checkpoint(fresh: &Fresh) {
    let kept = [
        fresh.ports().await.checkpoints,
        fresh.ports().await.checkpoints,
    ];
    let runs = [Run([1; 16]), Run([2; 16])];
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    for (kept, run) in kept.iter().zip(runs) {
        assert_eq!(kept.begin_checkpoint(run).await.unwrap(), None);
    }
    let heads = kept[0].unnoted(None, 10).await.unwrap().heads;
    for (kept, run, turn) in [
        (&kept[0], runs[0], Turn::Lost),
        (&kept[1], runs[1], Turn::Mine),
    ] {
        assert_eq!(kept.note(run, 1, heads.clone()).await.unwrap(), turn);
        assert_eq!(kept.keep_checkpoint(run, &some(1)).await.unwrap(), turn);
    }
    // Once more changes nothing.
    assert_eq!(kept[1].note(runs[1], 1, heads).await.unwrap(), Turn::Mine);
    assert_eq!(kept[1].noted(1, None, 10).await.unwrap().len(), 1);
    assert_eq!(kept[1].checkpoints_after(0, 10).await.unwrap().len(), 1);
}

pub async fn a_checkpoint_that_was_begun_and_left_is_taken_up(fresh: &Fresh) {
    let kept = fresh.ports().await.checkpoints;
    let first = opening(case(1), 2);
    fresh.store.append(first.clone()).await.unwrap();
    let run = Run([1; 16]);
    kept.begin_checkpoint(run).await.unwrap();
    let heads = kept.unnoted(None, 10).await.unwrap().heads;
    assert_eq!(heads.len(), 1);
    assert_eq!(heads[0].0, ProviderId::default());
    kept.note(run, 1, heads).await.unwrap();
    fresh
        .store
        .append(next(case(1), head(&first), 1))
        .await
        .unwrap();
    let signed = checkpoint(&kept).await;
    assert_eq!((signed.checkpoint.number, signed.checkpoint.leaves), (1, 2));
    assert_eq!(
        kept.keep_checkpoint(run, &some(2)).await.unwrap(),
        Turn::Lost
    );
    assert_eq!(findings(fresh, Vec::new()).await, [""; 0]);
}

pub async fn two_nodes_that_make_checkpoints_at_once_give_each_number_once(fresh: &Fresh) {
    let nodes = [fresh.ports().await, fresh.ports().await];
    let mut appends: Vec<_> = (1..=30).map(|number| opening(case(number), 2)).collect();
    let mut made = 0;
    for _ in 0..6 {
        for append in &mut appends {
            assert_eq!(
                fresh.store.append(append.clone()).await.unwrap(),
                Appended::Done
            );
            *append = next(append.case, head(append), 1);
        }
        let both = nodes.each_ref().map(|node| {
            let kept = node.checkpoints.clone();
            tokio::spawn(async move { make(kept.as_ref(), &SystemClock, &SystemIds, &key()).await })
        });
        for one in both {
            made += u64::from(matches!(one.await.unwrap().unwrap(), Made::Kept(_)));
        }
    }
    let kept = nodes[0]
        .checkpoints
        .checkpoints_after(0, 100)
        .await
        .unwrap();
    assert!(made >= 6, "{made}");
    let numbers: Vec<u64> = kept.iter().map(|signed| signed.checkpoint.number).collect();
    assert_eq!(numbers, (1..=made).collect::<Vec<_>>());
    assert_eq!(findings(fresh, Vec::new()).await, [""; 0]);
}

pub async fn checkpoints_are_made_while_cases_go_on(fresh: &Fresh) {
    let kept = fresh.ports().await.checkpoints;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8_u128 {
        let store = fresh.store.clone();
        writers.spawn(async move {
            for round in 0..5 {
                let first = opening(case(1 + writer + 8 * round), 2);
                store.append(first.clone()).await.unwrap();
                store
                    .append(next(first.case, head(&first), 2))
                    .await
                    .unwrap();
            }
        });
    }
    while !writers.is_empty() {
        checkpoint(&kept).await;
        assert_eq!(findings(fresh, Vec::new()).await, [""; 0]);
        while let Some(ended) = writers.try_join_next() {
            ended.unwrap();
        }
    }
    checkpoint(&kept).await;
    assert_eq!(kept.unnoted(None, 100).await.unwrap().heads, []);
    assert_eq!(findings(fresh, Vec::new()).await, [""; 0]);
}

pub async fn what_a_checkpoint_noted_can_be_neither_changed_nor_deleted(fresh: &Fresh) {
    let kept = fresh.ports().await.checkpoints;
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    checkpoint(&kept).await;
    for sql in [
        "UPDATE checkpoints SET cases = 2",
        "DELETE FROM checkpoints",
        "UPDATE checkpoint_leaves SET seq = 2",
        "DELETE FROM checkpoint_leaves",
    ] {
        assert!(fresh.try_to(sql, sql).await.is_err(), "{sql}");
    }
}
