//! The pure record, over the small library that the integration tests use.

use jiff::Timestamp;
use uuid::Uuid;

use super::answer::{Occasion, Said, What};
use super::chain::{self, BrokenChain, Head, Link};
use super::commit::{ReleaseError, requested_start};
use super::event::{Actor, Body, Channel, Event, EventError, Mark, Personal, Provenance, SCHEMA};
use super::ground::{Holds, ReleaseReason, Standing};
use super::ids::{CaseId, Hash, ProviderId};
use super::state::{ReplayError, StartState};
use super::{Begin, Case, Commit, Drafted, Stamp};
use crate::case::Planned;
use crate::pathway;
use crate::walk::{Answer, Moment};

macro_rules! library {
    ($($name:literal),* $(,)?) => { vec![$(($name.to_owned(), include_str!(concat!("../../tests/it/content/", $name)).to_owned())),*] };
}

fn content() -> Planned {
    let files = library![
        "dispositions.yaml",
        "first-flow.yaml",
        "risk-history.yaml",
        "interrupts.yaml",
        "questions/system.yaml",
        "complaints/sore-throat.yaml",
        "complaints/headache.yaml",
        "guides/cpr.yaml",
        "advice/sore-throat.yaml",
        "evidence/e1.yaml",
    ];
    Planned::new(pathway::read(&files).unwrap().content)
}

const CASE: CaseId = CaseId(Uuid::from_u128(7));

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_348_800 + second).unwrap()
}

fn moment(second: i64) -> Moment {
    Moment {
        contact_began: at(second),
        today: "2026-11-22".parse().unwrap(),
    }
}

fn visitor() -> Actor {
    Actor::Visitor
}

fn handler() -> Actor {
    Actor::Handler("h1".to_owned())
}

/// A case under way, with every event so far.
struct Triage<'a> {
    content: &'a Planned,
    case: Case,
    events: Vec<Drafted>,
    actor: Actor,
    began: i64,
    now: i64,
}

impl<'a> Triage<'a> {
    fn begin(content: &'a Planned, channel: Channel, actor: Actor) -> Self {
        let begin = Begin {
            channel,
            release: Hash([1; 32]),
            content,
            moment: moment(0),
        };
        let stamp = Stamp {
            at: at(0),
            actor: actor.clone(),
        };
        let mut commit = Commit::open(CASE, ProviderId::default(), Mark::Real, begin, stamp);
        commit.choose(&["sore-throat".to_owned()]).unwrap();
        let (case, events) = commit.finish();
        let triage = Triage {
            content,
            case,
            events,
            actor,
            began: 0,
            now: 0,
        };
        triage
            .said(Occasion::Volunteered, "party", "first")
            .said(Occasion::Volunteered, "sex", "female")
            .said(
                Occasion::Volunteered,
                "age",
                Answer::Age("34 years".to_owned()),
            )
    }

    fn commit(mut self, act: impl FnOnce(&mut Commit<'a>)) -> Self {
        self.now += 1;
        let stamp = Stamp {
            at: at(self.now),
            actor: self.actor.clone(),
        };
        let mut commit = Commit::go_on(self.case, self.content, moment(self.began), stamp);
        act(&mut commit);
        let (case, events) = commit.finish();
        self.case = case;
        self.events.extend(events);
        self
    }

    #[track_caller]
    fn said(self, occasion: Occasion, name: &str, answer: impl Into<Answer>) -> Self {
        let said = Said {
            name: name.to_owned(),
            what: What::Answer(answer.into()),
        };
        self.commit(|commit| commit.answer(occasion, &[said]).unwrap())
    }

    #[track_caller]
    fn volunteers(self, name: &str, answer: impl Into<Answer>) -> Self {
        self.said(Occasion::Volunteered, name, answer)
    }

    #[track_caller]
    fn changes(self, name: &str, answer: impl Into<Answer>) -> Self {
        self.said(Occasion::Changed, name, answer)
    }

    fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    fn resumes(mut self, channel: Channel, after: i64) -> Self {
        self.began = self.now + after;
        self.now = self.began;
        let begin = Begin {
            channel,
            release: Hash([1; 32]),
            content: self.content,
            moment: moment(self.began),
        };
        let stamp = Stamp {
            at: at(self.now),
            actor: self.actor.clone(),
        };
        let (case, events) = Commit::resume(self.case, begin, stamp).unwrap().finish();
        self.case = case;
        self.events.extend(events);
        self
    }

    #[track_caller]
    fn holds(self, disposition: &str) -> Self {
        let held = self.case.held(self.content).map(|held| held.disposition);
        assert_eq!(held.as_deref(), Some(disposition));
        self
    }

    #[track_caller]
    fn holds_nothing(self) -> Self {
        assert_eq!(self.case.held(self.content), None);
        self
    }

    fn starts(&self) -> Vec<&'static str> {
        self.events
            .iter()
            .map(|drafted| drafted.event.body.kind())
            .filter(|kind| kind.starts_with("start_"))
            .collect()
    }

    fn standing(&self, disposition: &str) -> Vec<Standing> {
        let holds =
            |holds: &Holds| matches!(holds, Holds::Disposition { id, .. } if id == disposition);
        self.case
            .grounds
            .iter()
            .filter(|kept| holds(&kept.ground.holds))
            .map(|kept| kept.standing)
            .collect()
    }
}

const CAT_2: &str = "ambulance-category-2";

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
        let refused = commit.release(ground.clone(), ReleaseReason::Assessed, "self-care");
        assert_eq!(refused, Err(ReleaseError::NotAClinician));
    });
    let call = call.by(Actor::Clinician("c1".to_owned())).commit(|commit| {
        assert_eq!(
            commit.release(ground.clone(), ReleaseReason::Assessed, "no-such"),
            Err(ReleaseError::UnknownDisposition)
        );
        commit
            .release(ground.clone(), ReleaseReason::Assessed, "pharmacy-24-hours")
            .unwrap();
        assert_eq!(
            commit.release(ground.clone(), ReleaseReason::Assessed, "self-care"),
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
