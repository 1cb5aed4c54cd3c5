//! What follows from what somebody does: the events of one commit, before they are sealed and chained.
//!
//! Every answer is its own event, and what it makes true is recorded right after it: new grounds, services that start at
//! once, and, at the end of the walk, what was advised.

use std::cell::OnceCell;
use std::sync::Arc;

use jiff::Timestamp;

use crate::walk::{Answer, Moment, UnknownComplaint};

use super::event::{Actor, Body, Channel, Event, Helpful, Mark, Personal, Provenance, SCHEMA};
use super::ground::{GroundId, ReleaseReason, Standing, Urgency};
use super::ids::{CaseId, Hash, ProviderId};
use super::person::feature::tells_who;
use super::planned::Planned;
use super::present::{Present, present, present_also};
use super::routing::{NotOffered, Place};
use super::state::Case;
use super::{consequence, state};

/// An event that is not yet recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Drafted {
    /// What happened.
    pub event: Event,
    /// What of it must be sealed.
    pub personal: Option<Personal>,
}

impl Drafted {
    /// Whether it tells something of the person by which they can be found again, or makes the time the latest at which they were there.
    pub fn tells_who(&self) -> bool {
        tells_who(&self.event.body)
    }
}

/// Who does something, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    /// When, in UTC.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
}

/// The next events of a case, taking shape.
#[derive(Debug, Clone)]
pub struct Commit<'a> {
    pub(super) case: Case,
    pub(super) content: &'a Planned,
    pub(super) moment: Moment,
    stamp: Stamp,
    drafted: Vec<Drafted>,
    /// Where the case stands, until something is recorded that moves it.
    standing: OnceCell<Arc<Present>>,
    pub(super) looks_back: bool,
}

/// A ground that cannot be released.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// Only a clinician may.
    #[error("only a clinician releases a ground")]
    NotAClinician,
    /// The case holds no such ground.
    #[error("ground {} is not held", .0.0)]
    NotHeld(GroundId),
    /// No judgement of this event counts.
    #[error("no judgement of event {0} is held")]
    NotJudged(u64),
    /// The catalogue has no such disposition.
    #[error("there is no such disposition")]
    UnknownDisposition,
}

impl<'a> Commit<'a> {
    /// Opens a case with its first contact, on the release that `content` is.
    pub fn open(
        id: CaseId,
        provider: ProviderId,
        mark: Mark,
        begin: Begin<'a>,
        stamp: Stamp,
    ) -> Self {
        let event = Event {
            schema: SCHEMA,
            case: id,
            seq: 1,
            contact: 1,
            at: stamp.at,
            actor: stamp.actor.clone(),
            provenance: Provenance::Asked,
            body: Body::Opened { provider, mark },
        };
        #[expect(
            clippy::expect_used,
            reason = "INVARIANT: the event made above opens a case"
        )]
        let case = Case::open(&event).expect("it opens a case");
        let drafted = vec![Drafted {
            event,
            personal: None,
        }];
        let mut commit = Commit {
            case,
            content: begin.content,
            moment: begin.moment,
            stamp,
            drafted,
            standing: OnceCell::new(),
            looks_back: false,
        };
        commit.begin_contact(begin.channel, begin.release);
        commit
    }

    /// Begins the next contact of a case, on the release that `content` is. [`Commit::look_back`] then states the earlier ones.
    ///
    /// # Errors
    /// As [`present`].
    pub fn resume(case: Case, begin: Begin<'a>, stamp: Stamp) -> Result<Self, UnknownComplaint> {
        let mut commit = Commit {
            case,
            content: begin.content,
            moment: begin.moment,
            stamp,
            drafted: Vec::new(),
            standing: OnceCell::new(),
            looks_back: false,
        };
        commit.begin_contact(begin.channel, begin.release);
        commit.follow()?;
        Ok(commit)
    }

    /// Goes on in the present contact, on the release on which it began.
    pub fn go_on(case: Case, content: &'a Planned, moment: Moment, stamp: Stamp) -> Self {
        Commit {
            case,
            content,
            moment,
            stamp,
            drafted: Vec::new(),
            standing: OnceCell::new(),
            looks_back: false,
        }
    }

    /// The same, by somebody who knows already where the case stands: what [`present`] says of it, with this content at this moment.
    #[must_use]
    pub fn standing_at(mut self, present: Arc<Present>) -> Self {
        self.standing = OnceCell::from(present);
        self
    }

    fn begin_contact(&mut self, channel: Channel, release: Hash) {
        self.looks_back = true;
        self.record(
            Provenance::Asked,
            Body::ContactBegan { channel, release },
            None,
        );
    }

    /// The content that it is read against.
    pub fn content(&self) -> &'a Planned {
        self.content
    }

    /// The case as it is after what was recorded so far.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// Where it stands after what was recorded so far.
    ///
    /// # Errors
    /// As [`present`].
    pub fn present(&self) -> Result<Arc<Present>, UnknownComplaint> {
        if let Some(present) = self.standing.get() {
            return Ok(present.clone());
        }
        let present = Arc::new(present(&self.case, self.content, self.moment)?);
        Ok(self.standing.get_or_init(|| present).clone())
    }

    /// The case, and the events to record.
    pub fn finish(self) -> (Case, Vec<Drafted>) {
        (self.case, self.drafted)
    }

    /// The case, where it stands and the events to record.
    ///
    /// # Errors
    /// As [`present`].
    pub fn finish_at(self) -> Result<(Case, Arc<Present>, Vec<Drafted>), UnknownComplaint> {
        let present = self.present()?;
        Ok((self.case, present, self.drafted))
    }

    /// Chooses complaints; one that is walked already is left as it is.
    ///
    /// # Errors
    /// [`UnknownComplaint`] if the release has no such family; nothing is then recorded.
    pub fn choose(&mut self, families: &[String]) -> Result<(), UnknownComplaint> {
        let names: Vec<&str> = families.iter().map(String::as_str).collect();
        self.content.plan(&names, false)?;
        for family in families {
            if !self
                .case
                .walked()
                .any(|complaint| complaint.family == *family)
            {
                self.record(
                    Provenance::Asked,
                    Body::ComplaintChosen {
                        family: family.clone(),
                    },
                    None,
                );
                self.follow()?;
            }
        }
        Ok(())
    }

    /// Ends the contact before its walk: only what was on the screen and unanswered is not sure.
    ///
    /// # Errors
    /// As [`present`].
    pub fn leave_early(&mut self) -> Result<(), UnknownComplaint> {
        let present = self.present()?;
        let certain = matches!(present.position.next, crate::walk::Next::Keep { .. });
        for fact in present.position.next.shown() {
            // What is kept for the hand-over does not bear on the result; it stays unanswered.
            if !certain {
                let fact = self.content.fact(*fact).id.clone();
                self.record(
                    Provenance::Inferred,
                    Body::Answered {
                        fact,
                        answer: Answer::TimedOut,
                    },
                    None,
                );
            }
        }
        self.record(Provenance::Asked, Body::LeftEarly, None);
        self.follow()
    }

    /// Keeps a number to ring back on; what waited for one starts.
    ///
    /// # Errors
    /// As [`present`].
    pub fn callback_number(&mut self, number: String) -> Result<(), UnknownComplaint> {
        self.record(
            Provenance::Asked,
            Body::CallbackNumberGiven,
            Some(Personal::CallbackNumber(number)),
        );
        self.looks_back = true;
        consequence::confirm(self);
        self.follow()
    }

    /// Keeps where the patient is now; the same place again is no new event.
    pub fn place_given(&mut self, place: Place) {
        if self.case.place() != Some(&place) {
            let personal = Some(Personal::Place(place));
            self.record(Provenance::Asked, Body::PlaceGiven, personal);
        }
    }

    /// Records which services were shown; the same again in this contact is no new event.
    pub fn services_offered(
        &mut self,
        disposition: String,
        directory: String,
        services: Vec<String>,
    ) {
        let contact = self.case.contact().map_or(0, |contact| contact.number);
        let is_known = self.case.routing.offered.as_ref().is_some_and(|last| {
            last.contact == contact
                && last.disposition == disposition
                && last.directory == directory
                && last.services == services
        });
        if !is_known {
            let body = Body::ServicesOffered {
                disposition,
                directory,
                services,
            };
            self.record(Provenance::Inferred, body, None);
        }
    }

    /// Records which of the services that were offered last is chosen.
    ///
    /// # Errors
    /// [`NotOffered`] if it is not among them; nothing is then recorded.
    pub fn service_chosen(&mut self, service: &str) -> Result<(), NotOffered> {
        let contact = self.case.contact().map_or(0, |contact| contact.number);
        let offered = self.case.routing.offered.as_ref();
        let is_offered = offered.is_some_and(|last| {
            last.contact == contact && last.services.iter().any(|offered| offered == service)
        });
        if !is_offered {
            return Err(NotOffered(service.to_owned()));
        }
        let service = service.to_owned();
        self.record(Provenance::Asked, Body::ServiceChosen { service }, None);
        Ok(())
    }

    /// Releases grounds and earlier judgements (by the number of their event), with the clinician's own disposition in their place.
    ///
    /// A judgement that is not named goes on to count: a second release lowers nothing that it did not see.
    ///
    /// # Errors
    /// [`ReleaseError`]; nothing is then recorded.
    pub fn release(
        &mut self,
        grounds: Vec<GroundId>,
        judgements: Vec<u64>,
        reason: ReleaseReason,
        disposition: &str,
    ) -> Result<(), ReleaseError> {
        if !matches!(self.stamp.actor, Actor::Clinician(_)) {
            return Err(ReleaseError::NotAClinician);
        }
        let id = self
            .content
            .disposition_named(disposition)
            .ok_or(ReleaseError::UnknownDisposition)?;
        let held = |id: &GroundId| {
            self.case
                .grounds
                .iter()
                .any(|kept| kept.ground.id == *id && kept.standing == Standing::Holds)
        };
        if let Some(missing) = grounds.iter().find(|id| !held(id)) {
            return Err(ReleaseError::NotHeld(*missing));
        }
        let judged = |seq: &u64| {
            self.case
                .judgements
                .iter()
                .any(|judged| judged.seq == *seq && judged.standing == Standing::Holds)
        };
        if let Some(missing) = judgements.iter().find(|seq| !judged(seq)) {
            return Err(ReleaseError::NotJudged(*missing));
        }
        let urgency = Urgency::of(self.content, id);
        let disposition = disposition.to_owned();
        self.record(
            Provenance::Asked,
            Body::GroundsReleased {
                grounds,
                reason,
                disposition,
                urgency,
                replaces: judgements,
            },
            None,
        );
        Ok(())
    }

    /// Records that a person confirmed the cancellation of a start.
    pub fn cancelled(&mut self, key: super::start::StartKey, reason: String) {
        self.record(
            Provenance::Asked,
            Body::StartCancelled { key, reason },
            None,
        );
    }

    /// Records something by which nothing becomes true.
    pub fn note(&mut self, provenance: Provenance, body: Body) {
        self.record(provenance, body, None);
    }

    /// Keeps what somebody said of the service. It bears on nothing, and is taken at any time.
    ///
    /// `disposition` is what the case has come to, as it was shown.
    pub fn feedback(&mut self, helpful: Helpful, words: String, disposition: Option<String>) {
        let personal = (!words.is_empty()).then_some(Personal::Feedback(words));
        self.record(
            Provenance::Asked,
            Body::FeedbackGiven {
                helpful,
                disposition,
            },
            personal,
        );
    }

    /// What follows is done by somebody, or at a time, of its own.
    pub fn stamped(&mut self, stamp: Stamp) {
        self.stamp = stamp;
    }

    /// Who does this.
    pub fn actor(&self) -> &Actor {
        &self.stamp.actor
    }

    /// Everything that is now true is recorded.
    pub(super) fn follow(&mut self) -> Result<(), UnknownComplaint> {
        consequence::follow(self)
    }

    /// Puts an event behind the others.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: the event is made to follow the last one of this very case"
    )]
    pub(super) fn record(
        &mut self,
        provenance: Provenance,
        body: Body,
        personal: Option<Personal>,
    ) -> u64 {
        let begins = matches!(body, Body::ContactBegan { .. });
        let contact = self.case.contact().map_or(0, |contact| contact.number) + u32::from(begins);
        let actor = if provenance == Provenance::Inferred {
            Actor::Service
        } else {
            self.stamp.actor.clone()
        };
        let standing = self.standing.take();
        let (moves, tells) = (body.moves_the_walk(), body.tells());
        let told = self.case.told.len();
        let seq = self.case.seq + 1;
        let event = Event {
            schema: SCHEMA,
            case: self.case.id,
            seq,
            contact,
            at: self.stamp.at,
            actor,
            provenance,
            body,
        };
        self.case
            .apply(&event, personal.as_ref())
            .expect("it follows");
        self.standing = match (standing, self.case.contact()) {
            (Some(present), _) if !moves => OnceCell::from(present),
            (Some(present), Some(contact)) if tells => {
                let told = self.case.told.get(told..).unwrap_or_default();
                let present = present_also(&present, told, contact, self.content, self.moment);
                OnceCell::from(Arc::new(present))
            }
            _ => OnceCell::new(),
        };
        self.drafted.push(Drafted { event, personal });
        seq
    }
}

/// How a contact begins.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'a> {
    /// By what way.
    pub channel: Channel,
    /// The release on which it is triaged.
    pub release: Hash,
    /// What that release holds.
    pub content: &'a Planned,
    /// When the contact begins, as the walk reckons.
    pub moment: Moment,
}

/// The start that an event asks for, if it asks for one.
pub fn requested_start(event: &Event) -> Option<&super::event::Start> {
    match &event.body {
        Body::StartRequested(start) | Body::StartUpgraded(start) => Some(start),
        _ => None,
    }
}

/// A start that a person still has to do or confirm.
pub fn pending_starts(case: &Case) -> impl Iterator<Item = &state::KeptStart> {
    case.starts
        .iter()
        .filter(|kept| kept.state == state::StartState::Pending)
}
