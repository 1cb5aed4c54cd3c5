//! The cases of a record walked again.

use nhs111::case::event::Mark;
use nhs111::case::impact::LeftOut;
use nhs111::service::Caller;
use nhs111::service::impact::{Which, impact};

use super::*;
use crate::test_app::{Other, also_on_postgres, machine};

/// Made-up cases of this mark in a record, walked as they are recorded.
async fn recorded(place: &Place, mark: Mark, seed: u64, count: u64) -> (Vec<Made>, Generator) {
    let plan = Plan {
        mark,
        ..Plan::of_seed(seed)
    };
    let mut generator = place.generator(plan).await;
    let mut made = Vec::new();
    for number in 0..count {
        made.push(generator.case(number).unwrap());
        // Made twice: what is recorded is used up by it.
        let again = generator.case(number).unwrap().composed;
        assert!(generator.service().record_composed(again).await.unwrap());
    }
    (made, generator)
}

async fn walked(place: &Place, draft: &Arc<Planned>, which: Which) -> Tally {
    let (walks, caller) = (place.served.walks.clone(), Caller::at_command_line());
    let walked = impact(&service(place), walks.as_ref(), &caller, draft, which).await;
    walked.unwrap()
}

const EVER: Which = Which {
    since: Timestamp::UNIX_EPOCH,
    mark: Mark::Real,
};

#[tokio::test]
async fn the_record_gives_what_its_cases_give_one_by_one() {
    let place = Place::new().await;
    place.publish(content()).await;
    // More than one page, and another content for the last of them.
    let (mut made, generator) = recorded(&place, Mark::Real, 21, 150).await;
    recorded(&place, Mark::Practice, 22, 20).await;
    recorded(&place, Mark::Test, 23, 20).await;
    let draft = Arc::new(planned(&asks_more()));
    let mut wanted = tally(&made, &generator.release().content, &draft);
    assert_eq!(walked(&place, &draft, EVER).await, wanted);
    place.publish(without_headache()).await;
    let (later, generator) = recorded(&place, Mark::Real, 24, 30).await;
    wanted.merge(tally(&later, &generator.release().content, &draft));
    assert_eq!(walked(&place, &draft, EVER).await, wanted);
    assert_eq!(wanted.whole.cases(), 180);
    assert!(wanted.whole.unknown > 0 && wanted.whole.same > 0);
    // Those opened from a time on.
    made.extend(later);
    let opened = |made: &Made| made.composed.events.first().unwrap().event.at;
    let mut times: Vec<Timestamp> = made.iter().map(opened).collect();
    times.sort_unstable();
    let since = times[90];
    let which = Which { since, ..EVER };
    let wanted = times.iter().filter(|at| **at >= since).count();
    assert_eq!(
        walked(&place, &draft, which).await.whole.cases(),
        wanted as u64
    );
    let test = Which {
        mark: Mark::Test,
        ..EVER
    };
    assert_eq!(walked(&place, &draft, test).await.whole.cases(), 20);
}

#[tokio::test]
async fn what_the_record_advised_stands_whatever_its_release_comes_to() {
    let place = Place::new().await;
    place.publish(content()).await;
    let (made, generator) = recorded(&place, Mark::Real, 21, 60).await;
    let then = &generator.release().content;
    let draft = Arc::new(planned(&content()));
    assert_eq!(walked(&place, &draft, EVER).await.differ, 0);
    // Another advice than the walk gives, written past this program.
    let edit = r#"UPDATE events SET event = replace(event, '"kind":"advised","disposition":"pharmacy-24-hours"', '"kind":"advised","disposition":"self-care"')"#;
    let on_sqlite = format!("DROP TRIGGER events_are_never_changed; {edit}");
    let on_postgres = format!("SET session_replication_role = replica; {edit}");
    let mut other = Other::at(&place.url()).await;
    other.does(on_sqlite.leak(), on_postgres.leak()).await;
    let differing = made.iter().filter(|made| {
        let again = on(&made.composed.view.case, then, &draft);
        let ended = &made.composed.view.present.position.next;
        again.recorded.as_deref() == Some("pharmacy-24-hours") && *ended == nhs111::walk::Next::End
    });
    let wanted = differing.count() as u64;
    assert!(wanted > 0);
    let tally = walked(&place, &draft, EVER).await;
    assert_eq!((tally.differ, tally.whole.up), (wanted, wanted));
}

#[tokio::test]
async fn a_case_that_cannot_be_walked_is_counted_apart_and_holds_up_nobody() {
    let place = Place::new().await;
    place.publish(content()).await;
    let (made, _generator) = recorded(&place, Mark::Real, 21, 12).await;
    let draft = Arc::new(planned(&content()));
    let id = |place: usize| made[place].composed.view.case.id.0.as_simple().to_string();
    let on = |sql: &str| {
        let on_sqlite = format!("DROP TRIGGER IF EXISTS events_are_never_changed; {sql}");
        let on_postgres = sql.replace("x'", "'\\x");
        let on_postgres = format!("SET session_replication_role = replica; {on_postgres}");
        (&*on_sqlite.leak(), &*on_postgres.leak())
    };
    let mut other = Other::at(&place.url()).await;
    // A record that has ended, a text that is no event, one that is two lines, and a release that is not there.
    for sql in [
        format!("DELETE FROM case_keys WHERE case_id = x'{}'", id(1)),
        format!(
            "UPDATE events SET event = 'no event' WHERE seq = 3 AND case_id = x'{}'",
            id(2)
        ),
        format!(
            "UPDATE events SET event = 'no\nevent' WHERE seq = 2 AND case_id = x'{}'",
            id(3)
        ),
        format!(
            "UPDATE events SET event = replace(event, '\"release\":\"', '\"release\":\"{0}') WHERE seq = 2 AND case_id = x'{1}'",
            "0",
            id(4)
        ),
    ] {
        let (on_sqlite, on_postgres) = on(&sql);
        other.does(on_sqlite, on_postgres).await;
    }
    let tally = walked(&place, &draft, EVER).await;
    assert_eq!(tally.whole.same, 8);
    assert_eq!(tally.whole.cases(), 8);
    assert_eq!(tally.left_out[&LeftOut::Ended], 1);
    assert_eq!(tally.left_out[&LeftOut::Unreadable], 3);
}

#[tokio::test]
async fn only_the_operator_walks_the_record_again() {
    let place = Place::new().await;
    place.publish(content()).await;
    let draft = Arc::new(planned(&content()));
    let walks = place.served.walks.clone();
    for caller in [machine(), Caller::visitor()] {
        let refused = impact(&service(&place), walks.as_ref(), &caller, &draft, EVER).await;
        assert!(refused.is_err(), "{caller:?}");
    }
}

also_on_postgres![
    the_record_gives_what_its_cases_give_one_by_one,
    what_the_record_advised_stands_whatever_its_release_comes_to,
    a_case_that_cannot_be_walked_is_counted_apart_and_holds_up_nobody,
];
