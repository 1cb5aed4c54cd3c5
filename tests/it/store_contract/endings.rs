//! The end of records: destroyed keys, tombstones, and what is not needed any more.

use jiff::Timestamp;

use nhs111::case::event::{EndReason, Mark};
use nhs111::case::ids::{Hash, ProviderId};
use nhs111::service::ports::{
    Append, Appended, Endings, Listed, MatchKey, NewErrand, OpenedBefore, Opening, Tombstone,
};

use super::database::Fresh;
use super::said::{case, head, key, next, opening, summary};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn tombstone(number: u128, second: i64) -> Tombstone {
    Tombstone {
        case: case(number),
        provider: ProviderId::default(),
        at: at(second),
        reason: EndReason::RetentionEnded,
    }
}

pub async fn a_destroyed_key_is_gone_with_its_match_keys_and_leaves_a_tombstone(fresh: &Fresh) {
    let endings = fresh.ports().await.endings;
    for number in [1, 2] {
        let match_key = MatchKey {
            seq: 1,
            kind: "phone",
            digest: Hash([7; 32]),
        };
        let append = Append {
            match_keys: vec![match_key],
            ..opening(case(number), 2)
        };
        fresh.store.append(append).await.unwrap();
    }
    let carry_on = fresh.ports().await.carry_on;
    for number in [1, 2] {
        let code = super::access::code(number, u8::try_from(number).unwrap());
        assert!(carry_on.keep_code(&code).await.unwrap());
    }
    endings.destroy(&tombstone(1, 5)).await.unwrap();
    endings.destroy(&tombstone(1, 6)).await.unwrap();
    endings.settle().await.unwrap();
    let provider = ProviderId::default();
    let ended = fresh.store.case(&provider, case(1)).await.unwrap().unwrap();
    assert_eq!((ended.key, ended.links.len()), (None, 2));
    let other = fresh.store.case(&provider, case(2)).await.unwrap().unwrap();
    assert!(other.key.is_some());
    for (number, found) in [(1, None), (2, Some(case(2)))] {
        let redeemed = carry_on
            .redeem(
                &provider,
                Hash([number; 32]),
                Hash([number + 10; 32]),
                at(1500),
            )
            .await;
        assert_eq!(
            redeemed.unwrap(),
            found,
            "a code opens no record that ended"
        );
    }
    let stones = endings.tombstones(None, 10).await.unwrap();
    assert_eq!(stones, [tombstone(1, 5)], "the first stands");
    assert_eq!(endings.tombstones(Some(case(1)), 10).await.unwrap(), []);
    // The match keys of the other case alone are left: the database refuses a change that finds more or fewer than one row.
    fresh
        .tamper(
            "CREATE TABLE one (n INTEGER CHECK (n = 1)); INSERT INTO one SELECT count(*) FROM match_keys",
            "CREATE TABLE one (n BIGINT CHECK (n = 1)); INSERT INTO one SELECT count(*) FROM match_keys",
        )
        .await;
    for sql in [
        "UPDATE tombstones SET reason = 'decided'",
        "DELETE FROM tombstones",
    ] {
        assert!(fresh.try_to(sql, sql).await.is_err(), "{sql}");
    }
    // Nothing follows, and its key does not come back.
    let first = opening(case(1), 2);
    let appended = fresh.store.append(next(case(1), head(&first), 1)).await;
    assert_eq!(appended.unwrap(), Appended::Conflict { seq: 2 });
    let still = fresh.store.case(&provider, case(1)).await.unwrap().unwrap();
    assert_eq!(still.key, None);
}

pub async fn a_tombstone_of_a_case_that_is_not_here_is_kept(fresh: &Fresh) {
    let endings = fresh.ports().await.endings;
    for number in [9, 3, 6] {
        endings.destroy(&tombstone(number, 1)).await.unwrap();
    }
    let first = endings.tombstones(None, 2).await.unwrap();
    assert_eq!(first, [tombstone(3, 1), tombstone(6, 1)]);
    let rest = endings.tombstones(Some(case(6)), 2).await.unwrap();
    assert_eq!(rest, [tombstone(9, 1)]);
}

pub async fn cases_with_a_key_are_listed_by_age_and_mark(fresh: &Fresh) {
    let endings = fresh.ports().await.endings;
    for (number, mark, second) in [
        (1, Mark::Real, 100),
        (2, Mark::Real, 300),
        (3, Mark::Test, 100),
        (4, Mark::Practice, 300),
        (5, Mark::Test, 500),
    ] {
        let append = opening(case(number), 1);
        let append = Append {
            at: at(second),
            opened: append.opened.map(|opened| Opening { mark, ..opened }),
            ..append
        };
        fresh.store.append(append).await.unwrap();
    }
    endings.destroy(&tombstone(3, 1)).await.unwrap();
    let before = OpenedBefore {
        real: at(200),
        other: at(400),
    };
    let numbers = async |endings: &dyn Endings, after, limit| {
        let listed = endings.kept(before, after, limit).await.unwrap();
        listed.iter().map(|listed| listed.case).collect::<Vec<_>>()
    };
    assert_eq!(
        numbers(endings.as_ref(), None, 10).await,
        [case(1), case(4)]
    );
    assert_eq!(numbers(endings.as_ref(), None, 1).await, [case(1)]);
    assert_eq!(
        numbers(endings.as_ref(), Some(case(1)), 10).await,
        [case(4)]
    );
    let provider = ProviderId::default();
    let listed = endings.listed(&provider, case(4)).await.unwrap();
    let wanted = Listed {
        provider: provider.clone(),
        case: case(4),
        mark: Mark::Practice,
        summary: summary(),
    };
    assert_eq!(listed, Some(wanted));
    let other = ProviderId("other".to_owned());
    assert_eq!(endings.listed(&other, case(4)).await.unwrap(), None);
    assert_eq!(endings.listed(&provider, case(7)).await.unwrap(), None);
}

pub async fn old_keys_of_requests_and_done_errands_go_and_others_stay(fresh: &Fresh) {
    let endings = fresh.ports().await.endings;
    for (number, second) in [(1, 100), (2, 200), (3, 300), (4, 100)] {
        let errand = NewErrand {
            seq: 1,
            kind: "start",
            key: format!("errand {number}"),
            payload: "{}".to_owned(),
        };
        let append = Append {
            at: at(second),
            remember: key(number),
            errands: vec![errand],
            ..opening(case(u128::from(number)), 1)
        };
        fresh.store.append(append).await.unwrap();
    }
    // 1 was delivered and acknowledged long ago, 2 just now, 3 is not acknowledged, 4 was never delivered.
    let done = "UPDATE outbox SET delivered_at = '1970-01-01T00:01:40Z', acknowledged_at = '1970-01-01T00:01:41Z' WHERE key = 'errand 1';
                UPDATE outbox SET delivered_at = '1970-01-01T00:05:00Z', acknowledged_at = '1970-01-01T00:05:01Z' WHERE key = 'errand 2';
                UPDATE outbox SET delivered_at = '1970-01-01T00:01:40Z' WHERE key = 'errand 3'";
    fresh.tamper(done, done).await;
    let (mut requests, mut errands) = ((0, None), (0, None));
    loop {
        let looked = endings
            .forget_requests(at(200), requests.1, 3)
            .await
            .unwrap();
        requests = (requests.0 + looked.gone, looked.last);
        let looked = endings.forget_errands(at(200), errands.1, 3).await.unwrap();
        errands = (errands.0 + looked.gone, looked.last);
        if requests.1.is_none() && errands.1.is_none() {
            break;
        }
    }
    assert_eq!((requests.0, errands.0), (2, 1));
    let provider = ProviderId::default();
    for (number, stays) in [(1, false), (2, true), (3, true), (4, false)] {
        let hash = Hash([number; 32]);
        let known = fresh.store.remembered(&provider, hash).await.unwrap();
        assert_eq!(known.is_some(), stays, "{number}");
    }
    let waiting = fresh.store.waiting(&provider, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
}
