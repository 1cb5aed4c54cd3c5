//! What becomes of each append of a batch, and which rows are written, without a database.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::case::chain::Link;
use crate::service::ports::{Opening, Remember, Summary, WrappedKey};

fn append(case: u128, after: u64, count: u64) -> Append {
    let hash = |seq: u64| match seq {
        0 => Hash::NONE,
        seq => Hash::of(format!("{case}/{seq}")),
    };
    Append {
        provider: ProviderId::default(),
        case: CaseId(Uuid::from_u128(case)),
        after: Head {
            seq: after,
            hash: hash(after),
        },
        opened: (after == 0).then(|| Opening {
            secret: Hash([1; 32]),
            key: WrappedKey(vec![4; 72]),
            mark: Mark::Test,
        }),
        links: (after + 1..=after + count)
            .map(|seq| Link {
                seq,
                text: "{}".to_owned(),
                sealed: None,
                previous: hash(seq - 1),
                hash: hash(seq),
            })
            .collect(),
        at: Timestamp::UNIX_EPOCH,
        errands: Vec::new(),
        remember: None,
        match_keys: Vec::new(),
        inbox: Vec::new(),
        summary: Summary {
            contacts: 1,
            channel: Channel::Api,
            release: Hash([9; 32]),
            disposition: None,
            ended: false,
        },
    }
}

fn standing(head: Head) -> Standing {
    Standing {
        provider: ProviderId::default(),
        head,
        keyed: true,
    }
}

#[test]
fn a_case_whose_key_was_destroyed_takes_nothing_more() {
    let closed = Standing {
        keyed: false,
        ..standing(append(1, 0, 1).links[0].head())
    };
    let known = Known {
        heads: [(CaseId(Uuid::from_u128(1)), closed)].into(),
        ..Known::default()
    };
    let batch = [append(1, 1, 1)];
    let judged = known.judge(&batch);
    assert_eq!(judged.outcomes, [Appended::Conflict { seq: 1 }]);
    assert!(judged.accepted.is_empty());
}

#[test]
fn a_case_that_is_opened_and_goes_on_in_one_batch_has_one_row() {
    let batch = [append(2, 0, 1), append(1, 0, 2), append(2, 1, 3)];
    let judged = Known::default().judge(&batch);
    assert_eq!(
        judged.outcomes,
        [Appended::Done, Appended::Done, Appended::Done]
    );
    let rows = Rows::of(&judged.accepted);
    assert!(rows.moved.is_empty());
    let cases: Vec<_> = rows
        .cases
        .iter()
        .map(|row| (row.summary.case.0.last().copied(), row.summary.seq))
        .collect();
    assert_eq!(cases, [(Some(1), 2), (Some(2), 4)]);
    assert_eq!((rows.keys.len(), rows.events.len()), (2, 6));
}

#[test]
fn of_two_that_follow_the_same_event_the_first_is_taken() {
    let heads = [(
        CaseId(Uuid::from_u128(1)),
        standing(append(1, 0, 1).links[0].head()),
    )];
    let known = Known {
        heads: heads.into(),
        ..Known::default()
    };
    let batch = [append(1, 1, 2), append(1, 1, 1)];
    let judged = known.judge(&batch);
    assert_eq!(
        judged.outcomes,
        [Appended::Done, Appended::Conflict { seq: 3 }]
    );
    assert_eq!(Rows::of(&judged.accepted).moved[0].seq, 3);
}

#[test]
fn what_an_unanswered_commit_did_record_is_done_and_not_written_again() {
    let mut keyed = append(1, 0, 1);
    keyed.remember = Some(Remember {
        key: Hash([5; 32]),
        request: Hash([6; 32]),
        sealed: None,
    });
    let remembered = Remembered {
        request: Hash([6; 32]),
        case: keyed.case,
        seq: 1,
        sealed: None,
    };
    let batch = [keyed];
    let known = Known {
        heads: [(batch[0].case, standing(batch[0].links[0].head()))].into(),
        keys: [((ProviderId::default(), Hash([5; 32])), remembered.clone())].into(),
        recorded: [batch[0].links[0].hash].into(),
    };
    let judged = known.judge(&batch);
    assert_eq!(judged.outcomes, [Appended::Done]);
    assert!(judged.accepted.is_empty());
}

#[test]
fn words_in_rows_are_those_of_events() {
    for way in [Channel::Desk, Channel::Public, Channel::Api] {
        assert_eq!(serde_json::to_value(way).unwrap(), channel(way));
    }
    for purpose in [Mark::Real, Mark::Practice, Mark::Test] {
        assert_eq!(serde_json::to_value(purpose).unwrap(), mark(purpose));
    }
}
