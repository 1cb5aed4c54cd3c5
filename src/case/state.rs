//! A case as its events make it, and what it holds.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::pathway::Content;
use crate::walk::answer::Answer;

use super::event::{Actor, Channel, Mark, Provenance, Start};
use super::ground::{Ground, GroundId, Holds, ReleaseReason, Standing, Urgency};
use super::ids::{CaseId, Hash, ProviderId};
use super::person::{Key, Person, Phone};
use super::routing::{Place, Routing};

pub use super::replay::ReplayError;

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
    /// What clinicians put in the place of what they released, in order.
    pub judgements: Vec<Judgement>,
    /// Services that started at once or should have, the latest of each key.
    pub starts: Vec<KeptStart>,
    /// Confirmed cancellations, by service.
    pub cancellations: HashMap<String, u32>,
    /// A number to ring back on is known.
    pub has_callback_number: bool,
    /// What was last advised.
    pub advised: Option<Advised>,
    /// The time of the record is over.
    pub is_destroyed: bool,
    /// Where help was looked for, what was offered and chosen.
    pub routing: Routing,
    /// Who the person is, as it was said last; `None` also once what identifies them was destroyed.
    pub person: Option<KnownPerson>,
    /// Numbers that were given to ring back on, in order.
    pub callback_numbers: Vec<Phone>,
    /// When call-backs were missed, in order.
    pub missed: Vec<Timestamp>,
    /// Other cases that somebody linked or unlinked, the latest word on each.
    pub links: Vec<PersonLink>,
}

/// Who the person is, and since when that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The event that said so.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Person,
}

/// What somebody said of another case: that it is the same person's, or another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLink {
    /// Which case.
    pub other: CaseId,
    /// Whose.
    pub provider: ProviderId,
    /// The event.
    pub seq: u64,
    /// It is the same person's.
    pub is_linked: bool,
    /// What the two shared when they were found to be two people's.
    pub apart: Vec<Key>,
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
    /// The contact in which it was chosen.
    pub contact: u32,
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
    /// Whether it still counts: a later release may name it as replaced.
    pub standing: Standing,
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

impl Case {
    /// The contact that is under way, or was the last.
    pub fn contact(&self) -> Option<&Contact> {
        self.contacts.last()
    }

    /// Where the patient is, if it was told in this contact and can still be read.
    pub fn place(&self) -> Option<&Place> {
        let now = self.contact()?.number;
        let kept = self.routing.place.as_ref();
        kept.filter(|kept| kept.contact == now)?.place.as_ref()
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
        let judged = self.judgements.iter();
        let judged = judged.filter(|judged| judged.standing == Standing::Holds);
        let judged = judged.map(|judged| {
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
}
