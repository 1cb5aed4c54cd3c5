//! What authors are to read.

use jiff::Timestamp;

use nhs111::case::event::Mark;
use nhs111::case::ids::ProviderId;
use nhs111::service::ports::{
    Append, Appended, InboxQuery, ItemName, ItemState, NewInboxItem, OfCases, StateChange,
    WrappedKey,
};

use super::database::Fresh;
use super::said::{RELEASE, case, head, next, opening};

fn all() -> InboxQuery {
    InboxQuery {
        only: None,
        kind: None,
        state: None,
        cases: OfCases::All,
        before: None,
        limit: 10,
    }
}

fn item(seq: u64, kind: &'static str) -> NewInboxItem {
    NewInboxItem {
        seq,
        kind,
        subject: "swallowing".to_owned(),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_348_800 + second).unwrap()
}

/// A case of two events, the second with something sealed and an item of the inbox.
fn with_item(number: u128, mark: Mark, second: i64, kind: &'static str) -> Append {
    let mut append = opening(case(number), 2);
    append.at = at(second);
    append.inbox = vec![item(2, kind)];
    append.opened.as_mut().unwrap().mark = mark;
    append
}

async fn names(fresh: &Fresh, query: &InboxQuery) -> Vec<ItemName> {
    let items = fresh.inbox.items(&ProviderId::default(), query).await;
    items.unwrap().into_iter().map(|item| item.name).collect()
}

pub async fn an_item_of_the_inbox_is_there_with_its_event(fresh: &Fresh) {
    let append = with_item(1, Mark::Real, 0, "none_fit");
    let (event, sealed) = (append.links[1].text.clone(), append.links[1].sealed.clone());
    assert_eq!(
        fresh.store.append(append.clone()).await.unwrap(),
        Appended::Done
    );
    // What was refused leaves no item.
    let mut late = next(case(1), head(&opening(case(1), 1)), 1);
    late.inbox = vec![item(2, "none_fit")];
    assert_eq!(
        fresh.store.append(late).await.unwrap(),
        Appended::Conflict { seq: 2 }
    );
    let found = fresh.inbox.items(&ProviderId::default(), &all()).await;
    let [found] = found.unwrap().try_into().unwrap();
    assert_eq!(found.name, ItemName::of(case(1), 2));
    assert_eq!((found.case, found.seq), (case(1), 2));
    assert_eq!(
        (found.kind.as_str(), found.subject.as_str()),
        ("none_fit", "swallowing")
    );
    assert_eq!(
        (found.release, found.at, found.mark),
        (RELEASE, at(0), Mark::Real)
    );
    assert_eq!((found.event, found.sealed), (event, sealed));
    assert_eq!(found.key, Some(WrappedKey(vec![4; 72])));
    assert_eq!((found.state, found.changed), (ItemState::New, None));
    let other = ProviderId("other".to_owned());
    assert!(fresh.inbox.items(&other, &all()).await.unwrap().is_empty());
}

pub async fn the_inbox_gives_what_is_asked_for_the_latest_first(fresh: &Fresh) {
    for append in [
        with_item(1, Mark::Real, 0, "none_fit"),
        with_item(2, Mark::Test, 60, "feedback"),
        with_item(3, Mark::Practice, 120, "none_fit"),
        with_item(4, Mark::Real, 180, "feedback"),
    ] {
        fresh.store.append(append).await.unwrap();
    }
    let name = |number| ItemName::of(case(number), 2);
    assert_eq!(names(fresh, &all()).await, [4, 3, 2, 1].map(name));
    let real = InboxQuery {
        cases: OfCases::Real,
        ..all()
    };
    assert_eq!(names(fresh, &real).await, [4, 1].map(name));
    let feedback = InboxQuery {
        kind: Some("feedback".to_owned()),
        ..all()
    };
    assert_eq!(names(fresh, &feedback).await, [4, 2].map(name));
    let one = InboxQuery {
        only: Some(name(3)),
        ..all()
    };
    assert_eq!(names(fresh, &one).await, [3].map(name));
    let two = InboxQuery { limit: 2, ..all() };
    assert_eq!(names(fresh, &two).await, [4, 3].map(name));
    let after_them = InboxQuery {
        before: Some(name(3)),
        ..all()
    };
    assert_eq!(names(fresh, &after_them).await, [2, 1].map(name));
}

pub async fn how_far_an_item_is_is_kept_with_who_and_when(fresh: &Fresh) {
    fresh
        .store
        .append(with_item(1, Mark::Real, 0, "none_fit"))
        .await
        .unwrap();
    let name = ItemName::of(case(1), 2);
    let change = |state, who: &str| StateChange {
        state,
        who: who.to_owned(),
        at: at(30),
    };
    let set = async |provider: &ProviderId, name, change: StateChange| {
        fresh
            .inbox
            .set_state(provider, name, &change)
            .await
            .unwrap()
    };
    let (ours, other) = (ProviderId::default(), ProviderId("other".to_owned()));
    assert!(set(&ours, name, change(ItemState::Read, "ann")).await);
    assert!(set(&ours, name, change(ItemState::Done, "ben")).await);
    assert!(!set(&other, name, change(ItemState::New, "eve")).await);
    let unknown = ItemName::of(case(2), 2);
    assert!(!set(&ours, unknown, change(ItemState::Done, "ann")).await);
    let found = fresh
        .inbox
        .items(&ours, &all())
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(found.state, ItemState::Done);
    assert_eq!(found.changed, Some(("ben".to_owned(), at(30))));
    let new = InboxQuery {
        state: Some(ItemState::New),
        ..all()
    };
    assert!(names(fresh, &new).await.is_empty());
    let done = InboxQuery {
        state: Some(ItemState::Done),
        ..all()
    };
    assert_eq!(names(fresh, &done).await, [name]);
}

pub async fn an_item_outlives_the_key_of_its_case(fresh: &Fresh) {
    fresh
        .store
        .append(with_item(1, Mark::Real, 0, "none_fit"))
        .await
        .unwrap();
    fresh
        .tamper("DELETE FROM case_keys", "DELETE FROM case_keys")
        .await;
    let found = fresh.inbox.items(&ProviderId::default(), &all()).await;
    let [found] = found.unwrap().try_into().unwrap();
    assert_eq!(found.key, None);
    assert!(found.sealed.is_some());
}
