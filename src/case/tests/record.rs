//! How it is written down: personal parts, replay, versions and the chain.

use super::*;

#[test]
fn what_identifies_a_person_stands_beside_the_event() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler());
    let call = call.changes("age", Answer::BirthDate("1968-03-04".parse().unwrap()));
    let call = call.volunteers("swallowing", Answer::NoneFit("like glass".to_owned()));
    let call = call.commit(|commit| commit.callback_number("07700 900123".to_owned()).unwrap());
    for drafted in &call.events {
        let text = drafted.event.text();
        assert!(
            !text.contains("1968") && !text.contains("glass") && !text.contains("07700"),
            "{text}"
        );
    }
    let sealed: Vec<&Personal> = call
        .events
        .iter()
        .filter_map(|drafted| drafted.personal.as_ref())
        .collect();
    assert_eq!(sealed.len(), 3);
    // Once the sealed parts are gone, the record still replays, and is no less urgent.
    let bare = Case::replay(call.events.iter().map(|drafted| (&drafted.event, None))).unwrap();
    assert_eq!(bare.held(&content), call.case.held(&content));
}

#[test]
fn replay_gives_the_same_case() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler())
        .volunteers("drooling", "yes")
        .changes("drooling", "no");
    let call = call
        .resumes(Channel::Desk, 7200)
        .volunteers("fever_days", Answer::Number(9.0));
    let replayed = Case::replay(
        call.events
            .iter()
            .map(|drafted| (&drafted.event, drafted.personal.as_ref())),
    )
    .unwrap();
    assert_eq!(replayed, call.case);
    let texts: Vec<Event> = call
        .events
        .iter()
        .map(|drafted| Event::read(&drafted.event.text()).unwrap())
        .collect();
    let events: Vec<Event> = call
        .events
        .iter()
        .map(|drafted| drafted.event.clone())
        .collect();
    assert_eq!(texts, events);
}

#[test]
fn events_out_of_place_are_no_case() {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler());
    let events: Vec<&Event> = call.events.iter().map(|drafted| &drafted.event).collect();
    let replay = |events: Vec<&Event>| Case::replay(events.into_iter().map(|event| (event, None)));
    assert_eq!(replay(Vec::new()), Err(ReplayError::NotOpened));
    assert_eq!(replay(events[1..].to_vec()), Err(ReplayError::NotOpened));
    let mut gap = events.clone();
    gap.remove(2);
    assert_eq!(replay(gap), Err(ReplayError::OutOfPlace { seq: 4 }));
    let other = Event {
        case: CaseId(Uuid::nil()),
        ..events[1].clone()
    };
    assert_eq!(
        replay(vec![events[0], &other]),
        Err(ReplayError::OutOfPlace { seq: 2 })
    );
}

#[test]
fn an_event_of_a_newer_shape_is_refused_by_its_version() {
    let newer = format!(
        "{{\"schema\": {}, \"body\": {{\"kind\": \"unheard_of\"}}}}",
        SCHEMA + 1
    );
    assert!(matches!(Event::read(&newer), Err(EventError::Newer { found }) if found == SCHEMA + 1));
    assert!(matches!(Event::read("{}"), Err(EventError::Malformed(_))));
}

/// A recorded event never changes: this text was written by version 1 and must be read for ever.
#[test]
fn the_first_shape_of_an_event_is_still_read() {
    let text = r#"{"schema":1,"case":"00000000-0000-0000-0000-000000000007","seq":4,"contact":1,"at":"2026-11-22T12:00:00Z","actor":{"kind":"handler","id":"h1"},"provenance":"volunteered","body":{"kind":"answered","fact":"drooling","answer":"yes"}}"#;
    let event = Event::read(text).unwrap();
    assert_eq!(
        (event.actor.clone(), event.provenance),
        (handler(), Provenance::Volunteered)
    );
    assert_eq!(
        event.body,
        Body::Answered {
            fact: "drooling".to_owned(),
            answer: Answer::from("yes")
        }
    );
    assert_eq!(event.text(), text);
}

/// As above, for the kinds that version 2 brought.
#[test]
fn the_second_shape_of_an_event_is_still_read() {
    let begin = r#"{"schema":2,"case":"00000000-0000-0000-0000-000000000007","seq":4,"contact":1,"at":"2026-11-22T12:00:00Z","actor":{"kind":"visitor"},"provenance":"asked","body":"#;
    for body in [
        r#"{"kind":"place_given"}"#,
        r#"{"kind":"services_offered","disposition":"primary-care-6-hours","directory":"4f0c","services":["utc-01","gp-02"]}"#,
        r#"{"kind":"service_chosen","service":"utc-01"}"#,
    ] {
        let text = format!("{begin}{body}}}");
        let event = Event::read(&text).unwrap();
        assert!(body.contains(event.body.kind()));
        assert_eq!(event.text(), text);
    }
    for place in [
        r#"{"place":{"postcode":"ZZ1 4DX"}}"#,
        r#"{"place":{"point":{"latitude":54.0,"longitude":1.0}}}"#,
    ] {
        let personal: Personal = serde_json::from_str(place).unwrap();
        assert_eq!(serde_json::to_string(&personal).unwrap(), place);
        assert!(
            !format!("{personal:?}").contains("54") && !format!("{personal:?}").contains("ZZ1")
        );
    }
}

#[test]
fn where_help_was_looked_for_is_replayed_and_a_place_holds_for_its_contact() {
    let content = content();
    let home = Place::Postcode("ZZ1 4DX".to_owned());
    let offered = |commit: &mut Commit<'_>| {
        commit.services_offered(
            "d".to_owned(),
            "e".to_owned(),
            vec!["a".to_owned(), "b".to_owned()],
        );
    };
    let call = Triage::begin(&content, Channel::Desk, handler()).commit(|commit| {
        commit.place_given(home.clone());
        commit.place_given(home.clone());
        offered(commit);
        offered(commit);
        assert_eq!(commit.service_chosen("c"), Err(NotOffered("c".to_owned())));
        commit.service_chosen("b").unwrap();
    });
    let kinds: Vec<&str> = call
        .events
        .iter()
        .map(|drafted| drafted.event.body.kind())
        .collect();
    assert!(
        kinds.ends_with(&["place_given", "services_offered", "service_chosen"]),
        "{kinds:?}"
    );
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "place_given").count(),
        1
    );
    let events = || {
        call.events
            .iter()
            .map(|drafted| (&drafted.event, drafted.personal.as_ref()))
    };
    assert_eq!(Case::replay(events()).unwrap(), call.case);
    assert_eq!(call.case.place(), Some(&home));
    // Without the key of the case nobody knows where it was, and everything else stands.
    let bare = Case::replay(events().map(|(event, _)| (event, None))).unwrap();
    assert_eq!(
        (bare.place(), &bare.routing.chosen),
        (None, &call.case.routing.chosen)
    );
    let call = call.resumes(Channel::Desk, 7200);
    assert_eq!(
        call.case.place(),
        None,
        "somebody may be elsewhere in the next contact"
    );
    call.commit(|commit| {
        assert!(
            commit.service_chosen("b").is_err(),
            "what was offered in another contact"
        );
    });
}

fn chained() -> Vec<Link> {
    let content = content();
    let call = Triage::begin(&content, Channel::Desk, handler()).volunteers("drooling", "yes");
    let mut head = Head::NONE;
    let link = |drafted: &Drafted| {
        let link = chain::link(
            head,
            &drafted.event,
            drafted.event.seq.is_multiple_of(2).then(|| vec![7; 9]),
        );
        head = link.head();
        link
    };
    call.events.iter().map(link).collect()
}

#[test]
fn every_change_of_a_chain_is_found() {
    let links = chained();
    assert_eq!(chain::verify(&links), Ok(links.last().unwrap().head()));
    for place in 0..links.len() {
        let seq = links[place].seq;
        let mut changed = links.clone();
        changed[place].text = changed[place].text.replace("desk", "api") + " ";
        assert_eq!(chain::verify(&changed), Err(BrokenChain::Changed { seq }));
        let mut unsealed = links.clone();
        unsealed[place].sealed = if unsealed[place].sealed.is_some() {
            None
        } else {
            Some(Vec::new())
        };
        assert_eq!(chain::verify(&unsealed), Err(BrokenChain::Changed { seq }));
        let mut cut = links.clone();
        cut.remove(place);
        assert_ne!(chain::verify(&cut), chain::verify(&links));
        let mut swapped = links.clone();
        swapped.swap(place, (place + 1) % links.len());
        assert!(chain::verify(&swapped).is_err());
    }
}
