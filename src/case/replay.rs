//! From events to a case. Replay starts nothing and reads nothing but events.

use std::collections::HashMap;

use super::event::{Body, Event, Personal, Start};
use super::ground::{Ground, GroundId, Standing};
use super::ids::{CaseId, ProviderId};
use super::person::Key;
use super::routing::{Chosen, KeptPlace, Offered, Routing};
use super::state::{
    Advised, Case, Complaint, Contact, Judgement, KeptGround, KeptStart, KnownPerson, PersonLink,
    StartState, Told,
};
use crate::walk::answer::Answer;

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
            judgements: Vec::new(),
            starts: Vec::new(),
            cancellations: HashMap::new(),
            has_callback_number: false,
            advised: None,
            is_destroyed: false,
            routing: Routing::default(),
            person: None,
            callback_numbers: Vec::new(),
            missed: Vec::new(),
            links: Vec::new(),
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
                    contact: event.contact,
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
            Body::CallbackNumberGiven => {
                self.has_callback_number = true;
                if let Some(Personal::CallbackNumber(number)) = personal {
                    self.callback_numbers.extend(number.parse());
                }
            }
            Body::IdentityGiven { .. } => {
                self.person = match personal {
                    Some(Personal::Person(person)) => Some(KnownPerson {
                        seq: event.seq,
                        at: event.at,
                        person: (**person).clone(),
                    }),
                    _ => None,
                };
            }
            // For the record; never read back to decide.
            Body::HistoryConsulted { .. } => {}
            Body::CallBackMissed { .. } => self.missed.push(event.at),
            Body::Linked {
                other, provider, ..
            } => self.link(event, *other, provider, None),
            Body::Unlinked {
                other, provider, ..
            } => {
                let apart = match personal {
                    Some(Personal::Shared(shared)) => shared.clone(),
                    _ => Vec::new(),
                };
                self.link(event, *other, provider, Some(apart));
            }
            Body::Held { grounds } => self.hold(event, grounds),
            Body::GroundsWithdrawn { grounds, .. } => self.stand(grounds, Standing::Withdrawn),
            Body::GroundsReleased {
                grounds,
                reason,
                disposition,
                urgency,
                replaces,
            } => {
                self.stand(grounds, Standing::Released);
                // The first shape named none: a release then took the place of every one before it.
                let is_replaced = |seq: u64| event.schema < 2 || replaces.contains(&seq);
                for earlier in self.judgements.iter_mut() {
                    if is_replaced(earlier.seq) {
                        earlier.standing = Standing::Released;
                    }
                }
                self.judgements.push(Judgement {
                    seq: event.seq,
                    disposition: disposition.clone(),
                    urgency: *urgency,
                    reason: *reason,
                    standing: Standing::Holds,
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
            // For the record: nothing is decided by them.
            Body::CarryOnCodeMade | Body::CarriedOn => {}
            Body::Advised { disposition, needs } => {
                self.advised = Some(Advised {
                    contact: event.contact,
                    disposition: disposition.clone(),
                    needs: needs.clone(),
                });
            }
            // About the keeping of the record: nothing that is held or asked changes by it.
            Body::HoldPlaced
            | Body::HoldLifted
            | Body::Rectified { .. }
            | Body::Exported { .. } => {}
            Body::Destroyed { .. } => self.is_destroyed = true,
            Body::PlaceGiven => {
                self.routing.place = Some(KeptPlace {
                    contact: event.contact,
                    place: match personal {
                        Some(Personal::Place(place)) => Some(place.clone()),
                        _ => None,
                    },
                });
            }
            Body::ServicesOffered {
                disposition,
                directory,
                services,
            } => {
                self.routing.offered = Some(Offered {
                    seq: event.seq,
                    contact: event.contact,
                    disposition: disposition.clone(),
                    directory: directory.clone(),
                    services: services.clone(),
                });
            }
            Body::ServiceChosen { service } => {
                self.routing.chosen = Some(Chosen {
                    seq: event.seq,
                    contact: event.contact,
                    service: service.clone(),
                });
            }
            // What somebody thinks of the service changes nothing of the case.
            Body::FeedbackGiven { .. } => {}
        }
        Ok(())
    }

    /// Passes over the next event, which the walk does not read ([`Body::moves_the_walk`]): for whoever only walks the case again.
    pub(super) fn pass(&mut self) {
        self.seq += 1;
    }

    /// The latest word counts; what was once found to be shared by two people stays so until they are linked.
    fn link(
        &mut self,
        event: &Event,
        other: CaseId,
        provider: &ProviderId,
        apart: Option<Vec<Key>>,
    ) {
        let is_linked = apart.is_none();
        let mut apart = apart.unwrap_or_default();
        self.links.retain(|link| {
            let is_it = link.other == other;
            if is_it && !is_linked {
                apart.extend(link.apart.iter().copied());
            }
            !is_it
        });
        self.links.push(PersonLink {
            other,
            provider: provider.clone(),
            seq: event.seq,
            is_linked,
            apart,
        });
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
