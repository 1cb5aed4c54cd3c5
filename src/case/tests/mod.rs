//! The pure record, over the small library that the integration tests use.

mod grounds;
mod keeping;
mod knowing;
mod laws;
mod record;

use jiff::Timestamp;
use uuid::Uuid;

use super::answer::{Occasion, Said, What};
use super::chain::{self, BrokenChain, Head, Link};
use super::commit::{ReleaseError, requested_start};
use super::event::{Actor, Body, Channel, Event, EventError, Mark, Personal, Provenance, SCHEMA};
use super::ground::{GroundId, Holds, ReleaseReason, Standing};
use super::ids::{CaseId, Hash, ProviderId};
use super::retrace::retrace;
use super::routing::{NotOffered, Place};
use super::state::{ReplayError, StartState};
use super::{Begin, Case, Commit, Drafted, Elsewhere, Planned, Stamp};
use crate::pathway;
use crate::walk::{Answer, Moment};

macro_rules! library {
    ($($name:literal),* $(,)?) => { vec![$(($name.to_owned(), include_str!(concat!("../../../tests/it/content/", $name)).to_owned())),*] };
}

fn content() -> Planned {
    content_with("", "")
}

/// The library with one text in the place of another.
fn content_with(text: &str, instead: &str) -> Planned {
    let mut files = library![
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
    if !text.is_empty() {
        assert!(files.iter().any(|(_, file)| file.contains(text)), "{text}");
        for (_, file) in &mut files {
            *file = file.replace(text, instead);
        }
    }
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
    release: Hash,
    /// Releases of earlier contacts.
    earlier: Vec<(Hash, &'a Planned)>,
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
            release: Hash([1; 32]),
            earlier: Vec::new(),
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

    /// A newer release is there, for the contacts that begin from now on.
    fn on(mut self, content: &'a Planned) -> Self {
        self.earlier.push((self.release, self.content));
        self.release.0[0] += 1;
        self.content = content;
        self
    }

    /// What was done, done again, comes to what was recorded.
    #[track_caller]
    fn is_proven(&self) {
        let events: Vec<(Event, Option<Personal>)> = self
            .events
            .iter()
            .map(|drafted| (drafted.event.clone(), drafted.personal.clone()))
            .collect();
        let release = |hash| {
            let mut releases = self.earlier.iter().copied();
            let earlier = releases.find(|(release, _)| *release == hash);
            earlier
                .map(|(_, content)| content)
                .or((hash == self.release).then_some(self.content))
        };
        let moment = |began: Timestamp| moment(began.as_second() - at(0).as_second());
        assert_eq!(retrace(&events, release, moment), Ok(Vec::new()));
    }

    fn resumes(mut self, channel: Channel, after: i64) -> Self {
        self.began = self.now + after;
        self.now = self.began;
        let begin = Begin {
            channel,
            release: self.release,
            content: self.content,
            moment: moment(self.began),
        };
        let stamp = Stamp {
            at: at(self.now),
            actor: self.actor.clone(),
        };
        let mut commit = Commit::resume(self.case, begin, stamp).unwrap();
        commit.look_back(&Elsewhere::NothingToLookUp).unwrap();
        let (case, events) = commit.finish();
        self.case = case;
        self.events.extend(events);
        self
    }

    #[track_caller]
    fn holds(self, disposition: &str) -> Self {
        self.is_proven();
        let held = self.case.held(self.content).map(|held| held.disposition);
        assert_eq!(held.as_deref(), Some(disposition));
        self
    }

    #[track_caller]
    fn holds_nothing(self) -> Self {
        self.is_proven();
        assert_eq!(self.case.held(self.content), None);
        self
    }

    #[track_caller]
    fn starts(&self) -> Vec<&'static str> {
        self.is_proven();
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
