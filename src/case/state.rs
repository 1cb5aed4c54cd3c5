//! A case as its events make it. Replay starts nothing and reads nothing but events.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::pathway::Content;
use crate::walk::answer::Answer;

use super::event::{Actor, Body, Channel, Event, Mark, Personal, Provenance, Start};
use super::ground::{Ground, GroundId, Holds, ReleaseReason, Standing, Urgency};
use super::ids::{CaseId, Hash, ProviderId};

/// An episode of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Which.
    pub id: CaseId,
    /// Whose.
    pub provider: ProviderId,
    /// What it is for.
    pub mark: Mark,
    /// The last event.
    pub seq: u64,
    /// Calls and visits, in order.
    pub contacts: Vec<Contact>,
    /// Complaints, in the order in which they were chosen, removed ones too.
    pub complaints: Vec<Complaint>,
    /// Everything that was said or taken back, in order. The latest of a fact counts.
    pub told: Vec<Told>,
    /// Everything that was ever held, in order.
    pub grounds: Vec<KeptGround>,
    /// What a clinician put in the place of released grounds, the latest.
    pub judgement: Option<Judgement>,
    /// Services that started at once or should have, the latest of each key.
    pub starts: Vec<KeptStart>,
    /// Confirmed cancellations, by service.
    pub cancellations: HashMap<String, u32>,
    /// A number to ring back on is known.
    pub has_callback_number: bool,
    /// What was last advised.
    pub advised: Option<Advised>,
}

/// A call or a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// From 1.
    pub number: u32,
    /// By what way.
    pub channel: Channel,
    /// The release on which it is triaged to its end.
    pub release: Hash,
    /// When it began.
    pub began: Timestamp,
    /// The event by which it ended before its walk.
    pub left_early: Option<u64>,
}

/// A chosen complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The family of pathways.
    pub family: String,
    /// The event that chose it.
    pub chosen: u64,
    /// It is no longer walked.
    pub removed: bool,
}

/// Something that was said, or taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The event.
    pub seq: u64,
    /// The contact in which it was said.
    pub contact: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// How it became known.
    pub provenance: Provenance,
    /// The fact, guide or checklist, by its name.
    pub name: String,
    /// What was said; `None` where it was taken back.
    pub answer: Option<Answer>,
}

/// A ground, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptGround {
    /// What.
    pub ground: Ground,
    /// Whether it still counts.
    pub standing: Standing,
    /// The contact in which it came to be held.
    pub contact: u32,
    /// When.
    pub at: Timestamp,
}

/// A clinician's own disposition, in the place of released grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The event.
    pub seq: u64,
    /// In the catalogue of its contact's release.
    pub disposition: String,
    /// How urgent.
    pub urgency: Urgency,
    /// Why.
    pub reason: ReleaseReason,
}

/// A service that starts at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStart {
    /// What was started, and for what.
    pub start: Start,
    /// How far it is.
    pub state: StartState,
    /// The event of its last change.
    pub seq: u64,
}

/// How far a start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartState {
    /// A person has to do or confirm it.
    Pending,
    /// The request is recorded.
    Requested,
    /// A person confirmed that it was cancelled.
    Cancelled,
}

/// What was advised at the end of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advised {
    /// The contact.
    pub contact: u32,
    /// The walk's own disposition.
    pub disposition: String,
    /// Parallel needs.
    pub needs: Vec<String>,
}

/// What a case holds: the most urgent of its grounds that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// In the catalogue of the release on which it was reached.
    pub disposition: String,
    /// How urgent, in the release it is compared in.
    pub urgency: Urgency,
    /// The grounds that hold it; none where a clinician's judgement does.
    pub grounds: Vec<GroundId>,
}

/// Events that do not add up to a case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// There is no event, or the first one opens no case.
    #[error("a case does not begin with its opening")]
    NotOpened,
    /// An event is missing, twice there, or another case's.
    #[error("event {seq} does not follow")]
    OutOfPlace {
        /// Its place.
        seq: u64,
    },
}

impl Case {
    /// The case that events make, with the personal part of each where it is known.
    ///
    /// # Errors
    /// [`ReplayError`] if they are not the events of one case from its first.
    pub fn replay<'a>(
        events: impl IntoIterator<Item = (&'a Event, Option<&'a Personal>)>,
    ) -> Result<Self, ReplayError> {
        let mut events = events.into_iter();
        let (first, _) = events.next().ok_or(ReplayError::NotOpened)?;
        let mut case = Case::open(first)?;
        for (event, personal) in events {
            case.apply(event, personal)?;
        }
        Ok(case)
    }

    /// The case that its first event makes.
    ///
    /// # Errors
    /// [`ReplayError::NotOpened`] if that event opens no case.
    pub fn open(event: &Event) -> Result<Self, ReplayError> {
        let (Body::Opened { provider, mark }, 1) = (&event.body, event.seq) else {
            return Err(ReplayError::NotOpened);
        };
        Ok(Case {
            id: event.case,
            provider: provider.clone(),
            mark: *mark,
            seq: 1,
            contacts: Vec::new(),
            complaints: Vec::new(),
            told: Vec::new(),
            grounds: Vec::new(),
            judgement: None,
            starts: Vec::new(),
            cancellations: HashMap::new(),
            has_callback_number: false,
            advised: None,
        })
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// [`ReplayError`] if it does not follow.
    pub fn apply(&mut self, event: &Event, personal: Option<&Personal>) -> Result<(), ReplayError> {
        let follows = event.seq == self.seq + 1
            && event.case == self.id
            && !matches!(event.body, Body::Opened { .. });
        if !follows {
            return Err(ReplayError::OutOfPlace { seq: event.seq });
        }
        self.seq = event.seq;
        match &event.body {
            Body::Opened { .. } => {}
            Body::ContactBegan { channel, release } => self.contacts.push(Contact {
                number: event.contact,
                channel: *channel,
                release: *release,
                began: event.at,
                left_early: None,
            }),
            Body::ComplaintChosen { family } => {
                self.complaints.push(Complaint {
                    family: family.clone(),
                    chosen: event.seq,
                    removed: false,
                });
            }
            Body::ComplaintRemoved { family } => {
                self.complaints
                    .iter_mut()
                    .filter(|complaint| complaint.family == *family)
                    .for_each(|complaint| complaint.removed = true);
            }
            Body::Answered { fact, answer } => {
                let whole = match personal {
                    Some(Personal::Answer(answer)) => answer,
                    _ => answer,
                };
                self.tell(event, fact, Some(whole.clone()));
            }
            Body::Withdrawn { fact } => self.tell(event, fact, None),
            Body::LeftEarly => {
                if let Some(contact) = self.contacts.last_mut() {
                    contact.left_early = Some(event.seq);
                }
            }
            Body::CallbackNumberGiven => self.has_callback_number = true,
            Body::Held { grounds } => self.hold(event, grounds),
            Body::GroundsWithdrawn { grounds, .. } => self.stand(grounds, Standing::Withdrawn),
            Body::GroundsReleased {
                grounds,
                reason,
                disposition,
                urgency,
            } => {
                self.stand(grounds, Standing::Released);
                let disposition = disposition.clone();
                self.judgement = Some(Judgement {
                    seq: event.seq,
                    disposition,
                    urgency: *urgency,
                    reason: *reason,
                });
            }
            Body::StartRequested(start) | Body::StartUpgraded(start) => {
                self.start(event, start, StartState::Requested)
            }
            Body::StartPending(start) => self.start(event, start, StartState::Pending),
            Body::StartCancelled { key, .. } => {
                *self.cancellations.entry(key.service.clone()).or_default() += 1;
                for start in self
                    .starts
                    .iter_mut()
                    .filter(|start| start.start.key == *key)
                {
                    start.state = StartState::Cancelled;
                }
            }
            Body::Advised { disposition, needs } => {
                self.advised = Some(Advised {
                    contact: event.contact,
                    disposition: disposition.clone(),
                    needs: needs.clone(),
                });
            }
        }
        Ok(())
    }

    /// The contact that is under way, or was the last.
    pub fn contact(&self) -> Option<&Contact> {
        self.contacts.last()
    }

    /// The complaints that are walked, with the events that chose them.
    pub fn walked(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints
            .iter()
            .filter(|complaint| !complaint.removed)
    }

    /// What the case holds; `None` while nothing is.
    ///
    /// A disposition that `content` still has is compared as `content` ranks it, another one as it was ranked when it was reached.
    pub fn held(&self, content: &Content) -> Option<Held> {
        let rank = |id: &str, then: Urgency| {
            content
                .disposition_named(id)
                .map_or(then, |now| Urgency::of(content, now))
        };
        let grounds = self
            .grounds
            .iter()
            .filter(|kept| kept.standing == Standing::Holds)
            .filter_map(|kept| match &kept.ground.holds {
                Holds::Disposition { id, urgency } => {
                    Some((id, rank(id, *urgency), Some(kept.ground.id)))
                }
                Holds::Need { .. } => None,
            });
        let judged = self.judgement.iter().map(|judged| {
            (
                &judged.disposition,
                rank(&judged.disposition, judged.urgency),
                None,
            )
        });
        let mut held: Option<Held> = None;
        for (id, urgency, ground) in grounds.chain(judged) {
            match &mut held {
                Some(held) if held.urgency < urgency => {}
                Some(held) if held.urgency == urgency => held.grounds.extend(ground),
                _ => {
                    held = Some(Held {
                        disposition: id.clone(),
                        urgency,
                        grounds: ground.into_iter().collect(),
                    })
                }
            }
        }
        held
    }

    /// The parallel needs that are held, each once, in the order in which they came.
    pub fn needs(&self) -> Vec<&str> {
        let mut needs = Vec::new();
        for kept in self
            .grounds
            .iter()
            .filter(|kept| kept.standing == Standing::Holds)
        {
            if let Holds::Need { id } = &kept.ground.holds
                && !needs.contains(&id.as_str())
            {
                needs.push(id.as_str());
            }
        }
        needs
    }

    fn tell(&mut self, event: &Event, name: &str, answer: Option<Answer>) {
        self.told.push(Told {
            seq: event.seq,
            contact: event.contact,
            at: event.at,
            actor: event.actor.clone(),
            provenance: event.provenance,
            name: name.to_owned(),
            answer,
        });
    }

    fn hold(&mut self, event: &Event, grounds: &[Ground]) {
        self.grounds.extend(grounds.iter().map(|ground| KeptGround {
            ground: ground.clone(),
            standing: Standing::Holds,
            contact: event.contact,
            at: event.at,
        }));
    }

    fn stand(&mut self, grounds: &[GroundId], standing: Standing) {
        for kept in self
            .grounds
            .iter_mut()
            .filter(|kept| grounds.contains(&kept.ground.id))
        {
            kept.standing = standing;
        }
    }

    fn start(&mut self, event: &Event, start: &Start, state: StartState) {
        self.starts.retain(|kept| kept.start.key != start.key);
        self.starts.push(KeptStart {
            start: start.clone(),
            state,
            seq: event.seq,
        });
    }
}
