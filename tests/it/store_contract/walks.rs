//! Many cases at once.

use nhs111::case::event::Mark;
use nhs111::case::ids::{CaseId, ProviderId};
use nhs111::service::ports::WrappedKey;
use nhs111::service::ports::walks::StoredWalk;

use super::database::Fresh;
use super::said::{RELEASE, case, head, next, opening};

pub async fn cases_are_read_whole_page_by_page_in_order_and_by_mark(fresh: &Fresh) {
    let walks = fresh.ports().await.walks;
    let mut wanted = Vec::new();
    for number in [4, 2, 7, 3, 9] {
        let mut first = opening(case(number), 3);
        if let Some(opening) = &mut first.opened {
            opening.mark = if number == 3 { Mark::Real } else { Mark::Test };
        }
        let second = next(case(number), head(&first), 2);
        let texts = first.links.iter().chain(&second.links);
        let events = texts.map(|link| (link.text.clone(), link.sealed.clone()));
        wanted.push(StoredWalk {
            provider: ProviderId::default(),
            case: case(number),
            release: Some(RELEASE),
            key: Some(WrappedKey(vec![4; 72])),
            events: Some(events.collect()),
        });
        fresh.store.append(first).await.unwrap();
        fresh.store.append(second).await.unwrap();
    }
    let (real, mut test): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|walk| walk.case == case(3));
    test.sort_by_key(|walk| walk.case);
    let read = |after: Option<CaseId>, mark, limit| {
        let walks = walks.clone();
        async move { walks.walks_after(after, mark, limit).await.unwrap() }
    };
    assert!(read(None, Mark::Test, 10).await == test);
    assert!(read(None, Mark::Test, 3).await == test[..3]);
    assert!(read(Some(test[2].case), Mark::Test, 3).await == test[3..]);
    assert!(read(Some(test[3].case), Mark::Test, 3).await.is_empty());
    assert!(read(None, Mark::Real, 3).await == real);
    assert!(read(None, Mark::Practice, 3).await.is_empty());
    fresh
        .tamper("DELETE FROM case_keys", "DELETE FROM case_keys")
        .await;
    assert!(read(None, Mark::Real, 3).await[0].key.is_none());
}
