//! What is held, by whom it is let go, and what starts by it.

use super::*;

#[test]
fn a_handlers_correction_lowers_nothing() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .volunteers("drooling", "yes")
        .holds(CAT_2);
    call.changes("drooling", "no").holds(CAT_2);
}

#[test]
fn a_visitors_own_correction_in_the_same_contact_withdraws_what_rested_on_it() {
    let content = content();
    let visit = Triage::begin(&content, Channel::Public, visitor())
        .volunteers("drooling", "yes")
        .holds(CAT_2);
    let visit = visit.changes("drooling", "no").holds_nothing();
    assert_eq!(
        visit.standing(CAT_2),
        [Standing::Withdrawn],
        "it stays on the record"
    );
}

#[test]
fn a_line_that_is_still_true_makes_a_new_ground() {
    let content = content();
    let visit = Triage::begin(&content, Channel::Public, visitor())
        .volunteers("drooling", "yes")
        .volunteers("stridor", "yes");
    let visit = visit.changes("drooling", "no").holds(CAT_2);
    assert_eq!(
        visit.standing(CAT_2),
        [Standing::Withdrawn, Standing::Withdrawn, Standing::Holds]
    );
    visit.changes("stridor", "no").holds_nothing();
}

#[test]
fn a_visitor_in_a_later_contact_and_anybody_else_withdraws_nothing() {
    let content = content();
    let visit = Triage::begin(&content, Channel::Public, visitor()).volunteers("drooling", "yes");
    let later = visit
        .resumes(Channel::Public, 60)
        .changes("drooling", "no")
        .holds(CAT_2);
    later
        .by(handler())
        .changes("drooling", "yes")
        .changes("drooling", "no")
        .holds(CAT_2);
    let machine = Triage::begin(&content, Channel::Api, Actor::Client("c".to_owned()))
        .volunteers("drooling", "yes");
    machine.changes("drooling", "no").holds(CAT_2);
}

#[test]
fn only_a_clinician_releases_with_a_disposition_in_its_place() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .volunteers("drooling", "yes")
        .changes("drooling", "no");
    let ground = call.case.held(&content).unwrap().grounds;
    let call = call.commit(|commit| {
        let refused = commit.release(
            ground.clone(),
            Vec::new(),
            ReleaseReason::Assessed,
            "self-care",
        );
        assert_eq!(refused, Err(ReleaseError::NotAClinician));
    });
    let call = call.by(Actor::Clinician("c1".to_owned())).commit(|commit| {
        assert_eq!(
            commit.release(
                ground.clone(),
                Vec::new(),
                ReleaseReason::Assessed,
                "no-such"
            ),
            Err(ReleaseError::UnknownDisposition)
        );
        commit
            .release(
                ground.clone(),
                Vec::new(),
                ReleaseReason::Assessed,
                "pharmacy-24-hours",
            )
            .unwrap();
        assert_eq!(
            commit.release(
                ground.clone(),
                Vec::new(),
                ReleaseReason::Assessed,
                "self-care"
            ),
            Err(ReleaseError::NotHeld(ground[0]))
        );
    });
    let call = call.holds("pharmacy-24-hours");
    // An unrelated answer brings nothing back; the same answer said again counts again.
    let call = call
        .by(handler())
        .volunteers("weak_immunity", "no")
        .holds("pharmacy-24-hours");
    call.changes("drooling", "yes").holds(CAT_2);
}

#[test]
fn yes_no_yes_sends_one_ambulance() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler());
    let call = call.commit(|commit| commit.callback_number("07700 900123".to_owned()).unwrap());
    let call = call
        .volunteers("drooling", "yes")
        .changes("drooling", "no")
        .changes("drooling", "yes");
    assert_eq!(call.starts(), ["start_requested"]);
    // A more urgent one upgrades the same job; a confirmed cancellation makes a new one possible.
    let call = call.volunteers("unresponsive", "yes");
    assert_eq!(call.starts(), ["start_requested", "start_upgraded"]);
    let key = call.case.starts[0].start.key.clone();
    let call = call
        .commit(|commit| commit.cancelled(key, "caller_cancelled".to_owned()))
        .changes("unresponsive", "no")
        .changes("unresponsive", "yes");
    assert_eq!(
        call.starts(),
        [
            "start_requested",
            "start_upgraded",
            "start_cancelled",
            "start_requested"
        ]
    );
    let keys: Vec<String> = call
        .events
        .iter()
        .filter_map(|drafted| requested_start(&drafted.event))
        .map(|start| start.key.name(CASE))
        .collect();
    assert_eq!(
        keys,
        [
            format!("{CASE}/ambulance/0"),
            format!("{CASE}/ambulance/0"),
            format!("{CASE}/ambulance/1")
        ]
    );
}

#[test]
fn without_a_number_to_ring_back_on_a_start_waits_for_it() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler()).volunteers("drooling", "yes");
    assert_eq!(call.starts(), ["start_pending"]);
    let call = call.commit(|commit| commit.callback_number("07700 900123".to_owned()).unwrap());
    assert_eq!(call.starts(), ["start_pending", "start_requested"]);
    assert_eq!(call.case.starts[0].state, StartState::Requested);
}

#[test]
fn the_public_channel_dispatches_nothing() {
    let content = content();
    let visit = Triage::begin(&content, Channel::Public, visitor()).volunteers("drooling", "yes");
    let visit = visit.commit(|commit| commit.callback_number("07700 900123".to_owned()).unwrap());
    assert_eq!(visit.starts(), ["start_pending"]);
}

#[test]
fn carried_over_facts_start_nothing_by_themselves() {
    let content = content();
    let visit = Triage::begin(&content, Channel::Public, visitor()).volunteers("drooling", "yes");
    let call = visit.by(handler()).resumes(Channel::Desk, 60);
    assert_eq!(call.starts(), ["start_pending"], "it waits for a person");
    let call = call.commit(|commit| commit.callback_number("07700 900123".to_owned()).unwrap());
    assert_eq!(call.starts(), ["start_pending", "start_requested"]);
}
