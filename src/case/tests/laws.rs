//! The laws of a case: what may lower it, what may start by it, and what it comes to when it is done again.

use super::*;
use crate::case::event::Helpful;

fn clinician(name: &str) -> Actor {
    Actor::Clinician(name.to_owned())
}

/// The grounds that hold this disposition and count.
fn grounds(triage: &Triage<'_>, disposition: &str) -> Vec<GroundId> {
    let holds = |holds: &Holds| matches!(holds, Holds::Disposition { id, .. } if id == disposition);
    let kept = triage.case.grounds.iter();
    kept.filter(|kept| kept.standing == Standing::Holds && holds(&kept.ground.holds))
        .map(|kept| kept.ground.id)
        .collect()
}

fn releases<'a>(
    triage: Triage<'a>,
    grounds: Vec<GroundId>,
    judgements: Vec<u64>,
    disposition: &str,
) -> Triage<'a> {
    triage.commit(|commit| {
        commit
            .release(grounds, judgements, ReleaseReason::Assessed, disposition)
            .unwrap();
    })
}

fn with_number(triage: Triage<'_>) -> Triage<'_> {
    triage.commit(|commit| commit.callback_number("07700 900123".to_owned()).unwrap())
}

#[test]
fn a_second_release_lowers_nothing_that_it_did_not_name() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .volunteers("drooling", "yes")
        .volunteers("swallowing", "unable")
        .holds(CAT_2)
        .by(clinician("c1"));
    let danger = grounds(&call, CAT_2);
    let call =
        releases(call, danger, Vec::new(), "clinician-30-minutes").holds("clinician-30-minutes");
    // Another clinician judges the fluids, and has not looked at the airway.
    let fluids = grounds(&call, "primary-care-24-hours");
    assert!(!fluids.is_empty());
    let call = releases(call.by(clinician("c2")), fluids, Vec::new(), "self-care")
        .holds("clinician-30-minutes");
    let first = call.case.judgements[0].seq;
    let call = releases(call, Vec::new(), vec![first], "primary-care-24-hours")
        .holds("primary-care-24-hours");
    let call = call.commit(|commit| {
        let twice = commit.release(
            Vec::new(),
            vec![first],
            ReleaseReason::Assessed,
            "self-care",
        );
        assert_eq!(twice, Err(ReleaseError::NotJudged(first)));
    });
    let standing: Vec<Standing> = call
        .case
        .judgements
        .iter()
        .map(|judged| judged.standing)
        .collect();
    assert_eq!(
        standing,
        [Standing::Released, Standing::Holds, Standing::Holds]
    );
}

#[test]
fn a_release_of_the_first_shape_took_the_place_of_every_one_before_it() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, clinician("c1"));
    let call = releases(call, Vec::new(), Vec::new(), "clinician-30-minutes");
    let mut call =
        releases(call, Vec::new(), Vec::new(), "self-care").holds("clinician-30-minutes");
    for drafted in &mut call.events {
        drafted.event.schema = 1;
    }
    let events = call.events.iter().map(|drafted| (&drafted.event, None));
    let then = Case::replay(events).unwrap();
    assert_eq!(then.held(&content).unwrap().disposition, "self-care");
}

#[test]
fn grounds_of_two_contacts_are_each_released_by_name() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .volunteers("drooling", "yes")
        .resumes(Channel::Desk, 7200)
        .volunteers("drooling", "yes")
        .holds(CAT_2)
        .by(clinician("c1"));
    let held = grounds(&call, CAT_2);
    assert_eq!(
        held.len(),
        2,
        "still drooling on the next call counts again"
    );
    let call = releases(call, held[..1].to_vec(), Vec::new(), "self-care").holds(CAT_2);
    let call = releases(call, held[1..].to_vec(), Vec::new(), "self-care").holds("self-care");
    // A third contact within the half hour: the answers are carried over, and bring nothing back. That it is the third holds by itself.
    let third = "clinician-30-minutes";
    let call = call.by(handler()).resumes(Channel::Desk, 60).holds(third);
    assert!(grounds(&call, CAT_2).is_empty());
    call.volunteers("swallowing", "sore")
        .holds(third)
        .changes("drooling", "yes")
        .holds(CAT_2);
}

#[test]
fn removing_a_complaint_removes_no_ground() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler()).volunteers("drooling", "yes");
    let before = grounds(&call, CAT_2);
    let call = call.commit(|commit| {
        let family = "sore-throat".to_owned();
        commit.record(Provenance::Asked, Body::ComplaintRemoved { family }, None);
        commit.follow().unwrap();
    });
    let call = call.holds(CAT_2);
    assert_eq!(grounds(&call, CAT_2), before);
    let call = call.commit(|commit| commit.choose(&["headache".to_owned()]).unwrap());
    call.volunteers("worst_ever", "no").holds(CAT_2);
}

#[test]
fn a_system_fact_with_the_same_value_is_no_new_event() {
    let content = content();
    let stated = |triage: &Triage<'_>| {
        let told = triage.case.told.iter();
        told.filter(|told| told.name == "earlier_contacts").count()
    };
    let week = 7 * 24 * 3600;
    let call = Triage::begin(&content, Channel::Desk, handler());
    let call = call.resumes(Channel::Desk, week);
    assert_eq!(stated(&call), 1, "none");
    let call = call.resumes(Channel::Desk, week);
    assert_eq!(stated(&call), 1, "none again");
    let call = call.resumes(Channel::Desk, 60);
    assert_eq!(stated(&call), 2, "one");
}

#[test]
fn what_waited_for_a_person_starts_when_a_handler_hears_it() {
    let content = content();
    let machine = Actor::Client("c".to_owned());
    let call = Triage::begin(&content, Channel::Api, machine)
        .volunteers("unresponsive", "yes")
        .changes("unresponsive", "no");
    let call = with_number(call).by(handler()).resumes(Channel::Desk, 7200);
    assert_eq!(call.starts(), ["start_pending"]);
    let call = call.volunteers("drooling", "yes");
    assert_eq!(call.starts(), ["start_pending", "start_requested"]);
    let start = &call.case.starts[0].start;
    assert_eq!(
        start.disposition, "ambulance-category-1",
        "as urgent as it ever was"
    );
}

#[test]
fn what_the_service_looks_up_starts_nothing_by_itself() {
    let content = content_with(
        "danger:\n  - ask: throat_signs\n",
        "danger:\n  - ask: throat_signs\n  - reach: ambulance-category-1\n    if: drooling && earlier_contacts >= 1\n    because: Again.\n",
    );
    let call = with_number(Triage::begin(&content, Channel::Desk, handler()));
    let call = call
        .volunteers("drooling", "yes")
        .resumes(Channel::Desk, 60);
    let call = call.holds("ambulance-category-1");
    assert_eq!(call.starts(), ["start_requested"], "it is told to a person");
    let call = call.changes("drooling", "yes");
    assert_eq!(call.starts(), ["start_requested", "start_upgraded"]);
}

#[test]
fn choosing_a_complaint_is_an_answer_of_its_contact() {
    let content = content();
    let call = with_number(Triage::begin(&content, Channel::Desk, handler()));
    let call = call
        .volunteers("worst_ever", "yes")
        .resumes(Channel::Desk, 60);
    assert!(call.starts().is_empty());
    let call = call.commit(|commit| commit.choose(&["headache".to_owned()]).unwrap());
    assert_eq!(call.holds(CAT_2).starts(), ["start_requested"]);
}

#[test]
fn a_case_resumed_on_a_newer_release_keeps_facts_and_grounds_and_starts_nothing_by_itself() {
    let old = content();
    let newer = content_with(
        "danger:\n  - ask: throat_signs\n",
        "danger:\n  - ask: throat_signs\n  - reach: ambulance-category-1\n    if: drooling && !stridor\n    because: Now.\n",
    );
    let call = with_number(Triage::begin(&old, Channel::Desk, handler()))
        .volunteers("drooling", "yes")
        .volunteers("stridor", "no")
        .holds(CAT_2);
    let (told, held) = (call.case.told.clone(), call.case.grounds.clone());
    let call = call.on(&newer).resumes(Channel::Desk, 60);
    assert_eq!(call.case.told[..told.len()], told);
    assert_eq!(call.case.grounds[..held.len()], held);
    let call = call.holds("ambulance-category-1");
    assert_eq!(call.starts(), ["start_requested"]);
    // The facts are there: nothing that is fresh is asked again.
    let moment = moment(call.began);
    let present = crate::case::present(&call.case, &newer, moment).unwrap();
    let drooling = newer.fact_named("drooling").unwrap();
    assert!(present.facts.said(drooling).is_some());
}

#[test]
fn feedback_bears_on_nothing_and_its_words_stand_beside_it() {
    let content = content();
    let visit = Triage::begin(&content, Channel::Public, visitor()).volunteers("drooling", "yes");
    let before = visit.case.clone();
    let visit = visit.commit(|commit| {
        commit.feedback(Helpful::No, "I am Ann".to_owned(), Some(CAT_2.to_owned()));
    });
    let given = visit.events.last().unwrap();
    assert!(!given.event.text().contains("Ann"));
    assert_eq!(
        given.personal,
        Some(Personal::Feedback("I am Ann".to_owned()))
    );
    let seq = before.seq + 1;
    assert_eq!(visit.holds(CAT_2).case, Case { seq, ..before });
}

/// A visit with everything in it: corrections, a birth date, words, a second contact, an early exit.
fn long_visit(content: &Planned) -> Triage<'_> {
    Triage::begin(content, Channel::Public, visitor())
        .changes("age", Answer::BirthDate("1968-03-04".parse().unwrap()))
        .volunteers("drooling", "yes")
        .changes("drooling", "no")
        .volunteers("swallowing", Answer::NoneFit("like glass".to_owned()))
        .resumes(Channel::Public, 7200)
        .volunteers("fever_days", Answer::Number(9.0))
        .commit(|commit| commit.leave_early().unwrap())
}

#[test]
fn a_consequence_that_was_changed_or_made_up_is_found() {
    let content = content();
    let visit = long_visit(&content);
    visit.is_proven();
    let events: Vec<(Event, Option<Personal>)> = visit
        .events
        .iter()
        .map(|drafted| (drafted.event.clone(), drafted.personal.clone()))
        .collect();
    let moment = |began: Timestamp| moment(began.as_second() - at(0).as_second());
    let mut changes = 0;
    for place in 0..events.len() {
        let mut changed = events.clone();
        match &mut changed[place].0.body {
            Body::Held { grounds } => grounds[0].line.push('x'),
            Body::GroundsWithdrawn { grounds, .. } => grounds.clear(),
            Body::StartPending(start) => start.disposition.push('x'),
            Body::Advised { disposition, .. } => disposition.push('x'),
            _ => continue,
        }
        changes += 1;
        let found = retrace(&changed, |_| Some(&content), moment).unwrap();
        assert!(!found.is_empty(), "event {}", place + 1);
        assert!(found[0].seq <= changed[place].0.seq);
    }
    assert!(changes >= 5, "{changes}");
    assert!(matches!(
        retrace(&events, |_| None, moment),
        Err(super::super::retrace::RetraceError::NoRelease(_))
    ));
}

#[test]
fn at_any_event_and_without_its_sealed_parts_a_case_is_no_less_urgent() {
    let content = content();
    let visit = long_visit(&content);
    for count in 1..=visit.events.len() {
        let events = &visit.events[..count];
        let whole = events
            .iter()
            .map(|drafted| (&drafted.event, drafted.personal.as_ref()));
        let bare = events.iter().map(|drafted| (&drafted.event, None));
        let (whole, bare) = (Case::replay(whole).unwrap(), Case::replay(bare).unwrap());
        assert_eq!(bare.held(&content), whole.held(&content));
        assert_eq!(bare.starts, whole.starts);
        assert_eq!(bare.advised, whole.advised);
        let Some(contact) = whole.contact() else {
            continue;
        };
        let moment = moment(contact.began.as_second() - at(0).as_second());
        let reached = |case: &Case| {
            let present = crate::case::present(case, &content, moment).unwrap();
            present.position.disposition
        };
        assert!(reached(&bare) <= reached(&whole) || reached(&whole).is_none());
    }
}
