//! Who the person is, and what is known of their earlier contacts.

use super::*;
use crate::case::event::{LinkReason, MissedReason, UnlinkReason};
use crate::case::past::{Direction, direction, earlier_since};
use crate::case::person::feature::features;
use crate::case::person::{Key, Kind, Patient, Person};

fn amira() -> Person {
    Person {
        patient: Patient {
            name: Some("Amira Khan".to_owned()),
            birth_date: Some("1984-02-29".parse().unwrap()),
            phones: vec!["07700 900123".parse().unwrap()],
            ..Patient::default()
        },
        ..Person::default()
    }
}

fn found(contacts: u32, missed_call_backs: u32) -> Elsewhere {
    Elsewhere::Found {
        contacts,
        missed_call_backs,
        cases: 1,
        providers: vec![ProviderId::default()],
        unread: 0,
    }
}

fn stated(call: &Triage<'_>, name: &str) -> Vec<Option<Answer>> {
    let told = call.case.told.iter().filter(|told| told.name == name);
    told.map(|told| told.answer.clone()).collect()
}

fn number(number: f64) -> Option<Answer> {
    Some(Answer::Number(number))
}

#[test]
fn who_the_person_is_stands_in_no_event() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(|commit| commit.identify(amira()).unwrap());
    for drafted in &call.events {
        let text = drafted.event.text();
        assert!(
            !text.contains("mira") && !text.contains("900123") && !text.contains("1984"),
            "{text}"
        );
    }
    assert!(call.events.iter().any(|drafted| {
        drafted
            .event
            .text()
            .contains(r#""kind":"identity_given","parts":["name","birth_date","phone"]"#)
    }));
    assert_eq!(call.case.person.as_ref().unwrap().person, amira());
    let bare = Case::replay(call.events.iter().map(|drafted| (&drafted.event, None))).unwrap();
    assert_eq!(bare.person, None, "it is gone with the key of the case");
    assert!(features(&bare).is_empty());
    // The same again is no new event; something else takes its place.
    let events = call.events.len();
    let call = call.commit(|commit| commit.identify(amira()).unwrap());
    assert_eq!(call.events.len(), events);
    let call = call.commit(|commit| commit.identify(Person::default()).unwrap());
    assert_eq!(call.case.person.as_ref().unwrap().person, Person::default());
}

#[test]
fn a_date_of_birth_answers_the_question_of_age_where_that_is_open() {
    let content = content();
    let begin = Begin {
        channel: Channel::Desk,
        release: Hash([1; 32]),
        content: &content,
        moment: moment(0),
    };
    let stamp = Stamp {
        at: at(0),
        actor: handler(),
    };
    let mut commit = Commit::open(CASE, ProviderId::default(), Mark::Real, begin, stamp);
    commit.identify(amira()).unwrap();
    let (case, _) = commit.finish();
    assert_eq!(
        case.told.last().unwrap().answer,
        Some(Answer::BirthDate("1984-02-29".parse().unwrap()))
    );
    let call = Triage::begin(&content, Channel::Desk, handler());
    let told = call.case.told.len();
    let call = call.commit(|commit| commit.identify(amira()).unwrap());
    assert_eq!(call.case.told.len(), told, "an age that was told stands");
}

#[test]
fn earlier_contacts_of_this_case_and_of_others_are_stated_once() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(|commit| {
            commit.identify(amira()).unwrap();
            assert!(commit.has_to_look_back());
            commit.look_back(&found(1, 0)).unwrap();
            assert!(!commit.has_to_look_back());
        })
        .commit(|commit| commit.look_back(&found(1, 0)).unwrap());
    assert_eq!(stated(&call, "earlier_contacts"), [number(1.0)]);
    let consulted = call
        .events
        .iter()
        .filter(|drafted| drafted.event.body.kind() == "history_consulted");
    assert_eq!(consulted.count(), 2, "each look is on the record");
    let call = call.commit(|commit| commit.look_back(&found(2, 0)).unwrap());
    assert_eq!(
        call.case.held(&content).unwrap().disposition,
        "clinician-30-minutes"
    );
}

#[test]
fn a_look_up_that_failed_is_not_sure_and_at_least_as_urgent() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(|commit| commit.look_back(&Elsewhere::Failed).unwrap());
    assert_eq!(stated(&call, "earlier_contacts"), [Some(Answer::Unknown)]);
    assert_eq!(
        call.case.held(&content).unwrap().disposition,
        "clinician-30-minutes"
    );
    let nothing = Triage::begin(&content, Channel::Public, visitor())
        .commit(|commit| commit.look_back(&Elsewhere::NothingToLookUp).unwrap());
    assert!(
        stated(&nothing, "earlier_contacts").is_empty(),
        "an anonymous visitor: nothing to look up"
    );
}

#[test]
fn what_could_be_read_only_in_part_is_not_sure_and_the_look_is_on_the_record() {
    let content = content();
    let in_part = Elsewhere::Found {
        contacts: 1,
        missed_call_backs: 0,
        cases: 1,
        providers: vec![ProviderId::default()],
        unread: 1,
    };
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(|commit| commit.look_back(&in_part).unwrap());
    for fact in ["earlier_contacts", "missed_call_backs"] {
        assert_eq!(stated(&call, fact), [Some(Answer::Unknown)], "{fact}");
    }
    let mut kinds = call.events.iter().map(|drafted| drafted.event.body.kind());
    assert!(kinds.any(|kind| kind == "history_consulted"));
    assert_eq!(
        call.case.held(&content).unwrap().disposition,
        "clinician-30-minutes"
    );
}

#[test]
fn what_a_handler_corrected_stands_until_the_service_knows_something_else() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(|commit| commit.look_back(&found(2, 0)).unwrap())
        .changes("earlier_contacts", Answer::Number(0.0))
        .commit(|commit| commit.look_back(&found(2, 0)).unwrap());
    assert_eq!(
        stated(&call, "earlier_contacts"),
        [number(2.0), number(0.0)]
    );
    assert_eq!(
        call.case.held(&content).unwrap().disposition,
        "clinician-30-minutes",
        "it lowers nothing that is held"
    );
    let call = call.commit(|commit| commit.look_back(&found(3, 0)).unwrap());
    assert_eq!(
        stated(&call, "earlier_contacts").last().unwrap(),
        &number(3.0)
    );
    let said = |commit: &mut Commit<'_>, actor: &str| {
        let said = Said {
            name: "earlier_contacts".to_owned(),
            what: What::Answer(Answer::Number(0.0)),
        };
        assert!(
            commit.answer(Occasion::Changed, &[said]).is_err(),
            "{actor}"
        );
    };
    Triage::begin(&content, Channel::Public, visitor())
        .commit(|commit| commit.look_back(&found(2, 0)).unwrap())
        .commit(|commit| said(commit, "a visitor corrects nothing"));
}

#[test]
fn a_missed_call_back_counts_for_four_days() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(|commit| commit.call_back_missed(MissedReason::NoAnswer));
    let missed = call.case.missed[0];
    assert_eq!(call.case.missed_since(earlier_since(missed)), 1);
    let later = at(4 * 24 * 3600 + 10);
    assert_eq!(call.case.missed_since(earlier_since(later)), 0);
    assert_eq!(call.case.contacts_since(earlier_since(at(60)), None), 1);
    assert_eq!(call.case.contacts_since(earlier_since(at(60)), Some(1)), 0);
}

#[test]
fn the_latest_word_on_two_cases_counts_and_is_said_once() {
    let content = content();
    let other = CaseId(Uuid::from_u128(8));
    let key = Key {
        kind: Kind::Phone,
        digest: Hash([3; 32]),
    };
    let link = |commit: &mut Commit<'_>| {
        commit.link(other, ProviderId::default(), LinkReason::SaidByPerson)
    };
    let unlink = |commit: &mut Commit<'_>| {
        commit.unlink(
            other,
            ProviderId::default(),
            UnlinkReason::AnotherPerson,
            vec![key],
        );
    };
    let call = Triage::begin(&content, Channel::Desk, handler())
        .commit(link)
        .commit(link);
    assert!(call.case.links[0].is_linked);
    let call = call.commit(unlink).commit(unlink);
    assert_eq!(
        (
            call.case.links.len(),
            call.case.links[0].is_linked,
            &call.case.links[0].apart
        ),
        (1, false, &vec![key])
    );
    let said = call
        .events
        .iter()
        .filter(|drafted| drafted.event.body.kind().ends_with("linked"));
    assert_eq!(said.count(), 2);
    for drafted in &call.events {
        assert!(
            !drafted.event.text().contains("030303"),
            "digests are sealed"
        );
    }
}

#[test]
fn a_contact_is_worse_or_better_than_the_one_before_it() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .resumes(Channel::Desk, 3600)
        .volunteers("drooling", "yes")
        .resumes(Channel::Public, 7200);
    let past = call.case.past();
    assert_eq!(past.len(), 3);
    assert_eq!(past[0].ended_in, None);
    assert_eq!(past[1].ended_in.as_ref().unwrap().0, "ambulance-category-2");
    assert_eq!(direction(Some(&past[0]), &past[1]), Direction::Unknown);
    assert_eq!(direction(Some(&past[1]), &past[2]), Direction::Same);
    assert_eq!(direction(None, &past[1]), Direction::Unknown);
    let mut milder = past[2].clone();
    milder.ended_in = Some((
        "x".to_owned(),
        call.case
            .grounds
            .iter()
            .filter_map(|kept| match &kept.ground.holds {
                Holds::Disposition { urgency, .. } => Some(*urgency),
                Holds::Need { .. } => None,
            })
            .max()
            .unwrap(),
    ));
    assert!(matches!(
        direction(Some(&past[1]), &milder),
        Direction::Same | Direction::Better
    ));
}

/// A recorded event never changes: these texts were written by version 2 and must be read for ever.
#[test]
fn the_second_shape_of_an_event_is_still_read() {
    for body in [
        r#"{"kind":"identity_given","parts":["name","birth_date","age","nhs_number","phone","place_now","place_home","caller_name","caller_phone","place_caller"]}"#,
        r#"{"kind":"history_consulted","cases":2,"providers":["default","other"]}"#,
        r#"{"kind":"call_back_missed","reason":"no_answer"}"#,
        r#"{"kind":"call_back_missed","reason":"not_made"}"#,
        r#"{"kind":"linked","other":"00000000-0000-0000-0000-000000000008","provider":"default","reason":"said_by_person"}"#,
        r#"{"kind":"unlinked","other":"00000000-0000-0000-0000-000000000008","provider":"default","reason":"another_person"}"#,
    ] {
        let text = format!(
            r#"{{"schema":2,"case":"00000000-0000-0000-0000-000000000007","seq":4,"contact":1,"at":"2026-11-22T12:00:00Z","actor":{{"kind":"handler","id":"h1"}},"provenance":"asked","body":{body}}}"#
        );
        assert_eq!(Event::read(&text).unwrap().text(), text);
    }
}
