//! How long records are kept.

use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

use crate::case::event::{Actor, Body, Event, Mark, Personal, Provenance, SCHEMA};
use crate::case::ids::{CaseId, ProviderId};
use crate::case::keeping::{Keeping, Periods};
use crate::case::person::{Part, Person};
use crate::walk::Answer;

fn event(seq: u64, at: Timestamp, body: Body) -> Event {
    Event {
        schema: SCHEMA,
        case: CaseId(uuid::Uuid::from_u128(7)),
        seq,
        contact: 1,
        at,
        actor: Actor::Visitor,
        provenance: Provenance::Asked,
        body,
    }
}

fn opened(mark: Mark, at: Timestamp) -> Event {
    let provider = ProviderId::default();
    event(1, at, Body::Opened { provider, mark })
}

fn answered(seq: u64, at: Timestamp, answer: Answer) -> Event {
    let fact = "age".to_owned();
    event(seq, at, Body::Answered { fact, answer })
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn keeping(events: &[Event]) -> Keeping {
    Keeping::of(events.iter().map(|event| (event, None))).unwrap()
}

/// The day on which a record ends whose person was so old, in a contact at noon of 22 November 2026.
#[track_caller]
fn ends(answer: Answer, expected: &str) {
    let then = at("2026-11-22T12:00:00Z");
    let events = [opened(Mark::Real, then), answered(2, then, answer)];
    let ends = keeping(&events).ends(&Periods::default());
    assert_eq!(ends, at(&format!("{expected}T00:00:00Z")));
}

#[test]
fn an_adult_is_kept_eight_years_and_a_child_until_the_birthday_of_the_code() {
    ends(Answer::Age("58 years".to_owned()), "2034-11-23");
    ends(
        Answer::BirthDate("1990-03-01".parse().unwrap()),
        "2034-11-23",
    );
    ends(
        Answer::BirthDate("2020-03-01".parse().unwrap()),
        "2045-03-02",
    );
    ends(
        Answer::BirthDate("2020-02-29".parse().unwrap()),
        "2045-03-01",
    );
    // Seventeen: until 26. Eighteen on the day itself: an adult.
    ends(
        Answer::BirthDate("2009-11-22".parse().unwrap()),
        "2035-11-23",
    );
    ends(
        Answer::BirthDate("2008-11-23".parse().unwrap()),
        "2034-11-24",
    );
    ends(
        Answer::BirthDate("2008-11-22".parse().unwrap()),
        "2034-11-23",
    );
    ends(Answer::Age("17 years".to_owned()), "2035-11-24");
    ends(Answer::Age("18 years".to_owned()), "2034-11-24");
    ends(Answer::Age("20 months".to_owned()), "2050-03-24");
    ends(Answer::Age("3 days".to_owned()), "2051-11-21");
}

#[test]
fn an_age_that_nobody_told_is_that_of_a_newborn_child() {
    ends(Answer::NotTold, "2051-11-23");
    ends(Answer::Age("old".to_owned()), "2051-11-23");
}

#[test]
fn of_two_ages_the_younger_counts() {
    let then = at("2026-11-22T12:00:00Z");
    let events = [
        opened(Mark::Real, then),
        answered(2, then, Answer::Age("58 years".to_owned())),
        answered(3, then, Answer::Age("4 years".to_owned())),
        answered(4, then, Answer::Age("58 years".to_owned())),
    ];
    let ends = keeping(&events).ends(&Periods::default());
    assert_eq!(ends, at("2047-11-24T00:00:00Z"));
}

#[test]
fn a_date_of_birth_counts_though_it_is_sealed() {
    let then = at("2026-11-22T12:00:00Z");
    let events = [opened(Mark::Real, then), answered(2, then, Answer::NotTold)];
    let whole = Personal::Answer(Answer::BirthDate("1990-03-01".parse().unwrap()));
    let keeping = Keeping::of([(&events[0], None), (&events[1], Some(&whole))]).unwrap();
    assert_eq!(
        keeping.ends(&Periods::default()),
        at("2034-11-23T00:00:00Z")
    );
}

#[test]
fn the_date_of_birth_of_who_the_person_is_counts_as_well() {
    let then = at("2026-11-22T12:00:00Z");
    let given = Body::IdentityGiven {
        parts: vec![Part::BirthDate],
    };
    let events = [
        opened(Mark::Real, then),
        answered(2, then, Answer::Age("58 years".to_owned())),
        event(3, then, given),
    ];
    let mut person = Person::default();
    person.patient.birth_date = Some("2020-03-01".parse().unwrap());
    let person = Personal::Person(Box::new(person));
    let events = events.iter().zip([None, None, Some(&person)]);
    let ends = Keeping::of(events).unwrap().ends(&Periods::default());
    assert_eq!(ends, at("2045-03-02T00:00:00Z"), "the younger of the two");
}

#[test]
fn looking_after_the_record_does_not_prolong_it_and_care_does() {
    let (then, later) = (at("2026-11-22T12:00:00Z"), at("2027-01-05T12:00:00Z"));
    let exported = Body::Exported {
        format: "json".to_owned(),
    };
    let mut events = vec![opened(Mark::Test, then), event(2, later, exported)];
    let periods = Periods::default();
    assert_eq!(keeping(&events).ends(&periods), at("2026-12-23T00:00:00Z"));
    events.push(event(3, later, Body::LeftEarly));
    assert_eq!(keeping(&events).ends(&periods), at("2027-02-05T00:00:00Z"));
}

#[test]
fn a_record_on_hold_is_never_over_until_the_hold_is_lifted() {
    let then = at("2026-11-22T12:00:00Z");
    let mut events = vec![opened(Mark::Test, then), event(2, then, Body::HoldPlaced)];
    let (periods, far) = (Periods::default(), at("2999-01-01T00:00:00Z"));
    assert!(!keeping(&events).is_over(&periods, far));
    events.push(event(3, then, Body::HoldLifted));
    assert!(keeping(&events).is_over(&periods, far));
}

proptest! {
    #[test]
    fn nothing_is_over_before_its_period_whatever_was_told_and_whenever(
        second in -2_000_000_000_i64..9_000_000_000,
        told in prop_oneof![
            (0_i64..120).prop_map(|years| Answer::Age(format!("{years} years"))),
            (0_i64..400).prop_map(|months| Answer::Age(format!("{months} months"))),
            (1_i16..120, 1_i8..=12, 1_i8..=28).prop_map(|(age, month, day)| {
                Answer::BirthDate(jiff::civil::date(2020 - age, month, day))
            }),
            Just(Answer::NotTold),
        ],
        mark in prop_oneof![Just(Mark::Real), Just(Mark::Practice), Just(Mark::Test)],
        adult_years in 0_u16..100,
        child_birthday in 18_u16..60,
        days in 0_u16..4000,
    ) {
        let then = Timestamp::from_second(second).unwrap();
        let events = [opened(mark, then), answered(2, then, told)];
        let periods = Periods {
            adult_years,
            child_birthday,
            seventeen_birthday: child_birthday + 1,
            practice_days: days,
            test_days: days,
        };
        let keeping = keeping(&events);
        let ends = keeping.ends(&periods);
        let period = if mark == Mark::Real {
            i64::from(adult_years).years()
        } else {
            i64::from(days).days()
        };
        let zoned = then.to_zoned(jiff::tz::TimeZone::UTC);
        let least = zoned.checked_add(period).unwrap().timestamp();
        prop_assert!(ends >= least, "{ends} is before {least}");
        prop_assert!(!keeping.is_over(&periods, least - 1.second()));
        prop_assert!(keeping.is_over(&periods, ends));
    }
}
