//! The events of a case: what happened, as it is kept for ever.
//!
//! The JSON of an event is written once and never again: its text is what the chain hashes and what is stored.
//! Nothing that identifies a person, and nothing that a person said in words, stands in it; that is [`Personal`], kept
//! beside the event under a key of the case's own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::walk::answer::Answer;

use super::ground::{Ground, GroundId, ReleaseReason, Urgency};
use super::ids::{CaseId, Hash, ProviderId};
use super::person::{Key, Part, Person};
use super::routing::Place;
use super::start::StartKey;

/// The version of the shape of events that this code writes. Older ones are still read.
///
/// 1: the first. 2: who the person is, what was looked up of earlier contacts, missed call-backs, linked people; where help was looked
/// for, offered and chosen; feedback; codes to carry a case on; a release of grounds names the earlier judgements that it takes the place of.
pub const SCHEMA: u16 = 2;

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The version of this shape.
    pub schema: u16,
    /// The case it belongs to.
    pub case: CaseId,
    /// Its place in the case, from 1, without gaps.
    pub seq: u64,
    /// The call or visit in which it happened, from 1.
    pub contact: u32,
    /// When, in UTC.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// How it became known.
    pub provenance: Provenance,
    /// What happened.
    pub body: Body,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// A member of the public.
    Visitor,
    /// A machine client.
    Client(String),
    /// A call handler.
    Handler(String),
    /// A clinician.
    Clinician(String),
    /// The service itself.
    Service,
    /// Whoever keeps the records, at the command line.
    Operator(String),
}

impl Actor {
    /// Their name as it is recorded; of somebody without one, what they are.
    pub fn name(&self) -> &str {
        match self {
            Actor::Visitor => "visitor",
            Actor::Service => "service",
            Actor::Client(name)
            | Actor::Handler(name)
            | Actor::Clinician(name)
            | Actor::Operator(name) => name,
        }
    }
}

/// How something became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// It was asked, or done on request.
    Asked,
    /// It was said before it was asked.
    Volunteered,
    /// It was known from an earlier contact and put back on a person's word.
    CarriedOver,
    /// The service concluded it, or looked it up.
    Inferred,
}

/// By what way a contact reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A call handler at the desk.
    Desk,
    /// The public pages. Dispatches nothing.
    Public,
    /// A machine client.
    Api,
}

/// What a case is for; everything but a real one is excluded from every queue, message and figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A person who needs help.
    #[default]
    Real,
    /// Somebody learning.
    Practice,
    /// A test of the service.
    Test,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Body {
    /// The case began. Always the first event.
    Opened {
        /// Whose case it is.
        provider: ProviderId,
        /// What it is for.
        mark: Mark,
    },
    /// A call or visit began; it stays on this release to its end.
    ContactBegan {
        /// By what way.
        channel: Channel,
        /// The release on which it is triaged.
        release: Hash,
    },
    /// A complaint was chosen.
    ComplaintChosen {
        /// The family of pathways.
        family: String,
    },
    /// A complaint is no longer walked. It removes no ground.
    ComplaintRemoved {
        /// The family of pathways.
        family: String,
    },
    /// A question was answered, or a fact was stated. The latest counts.
    Answered {
        /// The fact, by its name in the release.
        fact: String,
        /// What was said, without what identifies a person and without free words.
        answer: Answer,
    },
    /// An answer was taken back: the question is unanswered again.
    Withdrawn {
        /// The fact, by its name in the release.
        fact: String,
    },
    /// The contact ended before its walk.
    LeftEarly,
    /// A number on which the caller can be rung back was given; the number itself is personal.
    CallbackNumberGiven,
    /// It was said who the person is, whole; what was said before no longer counts. The values are personal.
    IdentityGiven {
        /// Which parts are known now.
        parts: Vec<Part>,
    },
    /// Earlier contacts in other cases were looked at: their times, complaints and dispositions, no words.
    HistoryConsulted {
        /// In how many cases.
        cases: u32,
        /// Of which providers, each once.
        providers: Vec<ProviderId>,
    },
    /// A call back did not reach the person, or was not made in time.
    CallBackMissed {
        /// Which of the two.
        reason: MissedReason,
    },
    /// Somebody said that another case is the same person's.
    Linked {
        /// Which.
        other: CaseId,
        /// Whose case it is.
        provider: ProviderId,
        /// Why.
        reason: LinkReason,
    },
    /// Somebody said that another case is another person's. What the two shared then is personal.
    Unlinked {
        /// Which.
        other: CaseId,
        /// Whose case it is.
        provider: ProviderId,
        /// Why.
        reason: UnlinkReason,
    },
    /// Lines became true: from now on the case holds these.
    Held {
        /// One for every line that is newly true.
        grounds: Vec<Ground>,
    },
    /// A visitor corrected an answer in the same contact; these no longer count.
    GroundsWithdrawn {
        /// Which.
        grounds: Vec<GroundId>,
        /// The event that corrected it.
        corrected_by: u64,
    },
    /// A clinician judged that these no longer count.
    GroundsReleased {
        /// Which.
        grounds: Vec<GroundId>,
        /// Why, from a closed list.
        reason: ReleaseReason,
        /// The clinician's own disposition, which holds in their place.
        disposition: String,
        /// How urgent that is.
        urgency: Urgency,
        /// Earlier judgements that no longer count, by the number of their event. In shape 1 it took the place of all of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<u64>,
    },
    /// A service must start at once; a request for it stands in the outbox.
    StartRequested(Start),
    /// A service must start at once, and a person has to do or confirm it first.
    StartPending(Start),
    /// A started or pending service became more urgent.
    StartUpgraded(Start),
    /// A person confirmed that a started service was cancelled.
    StartCancelled {
        /// Which.
        key: StartKey,
        /// Why, in a word of the desk's list.
        reason: String,
    },
    /// What was advised when the walk came to its end. For the record; never read back to decide.
    Advised {
        /// The walk's own disposition.
        disposition: String,
        /// Parallel needs.
        needs: Vec<String>,
    },
    /// A code was made by which the person can go on elsewhere.
    CarryOnCodeMade,
    /// Somebody went on with the case by its code.
    CarriedOn,
    /// The record is wanted as evidence: it is not ended while this stands. Why is personal.
    HoldPlaced,
    /// The record is no longer wanted as evidence. Why is personal.
    HoldLifted,
    /// A part of an earlier event was found to be wrong; what is right is personal. The earlier event stays as it is, and so does
    /// what it led to.
    Rectified {
        /// That event.
        seq: u64,
        /// The part of it: `answer`, or `number` of a number to ring back on.
        field: String,
    },
    /// Everything that is held on the case was handed out.
    Exported {
        /// `json` or `html`.
        format: String,
    },
    /// The time of the record is over: its key is destroyed, and nothing follows.
    Destroyed {
        /// Why.
        reason: EndReason,
    },
    /// Where the patient is now was told; the place itself is personal. Since version 2.
    PlaceGiven,
    /// Services of a directory were shown. For the record; never read back to decide. Since version 2.
    ServicesOffered {
        /// What for.
        disposition: String,
        /// The edition of the directory.
        directory: String,
        /// Their ids there, the nearest first.
        services: Vec<String>,
    },
    /// One of the services that were offered was chosen. Since version 2.
    ServiceChosen {
        /// Its id in the directory.
        service: String,
    },
    /// Somebody said what they thought of the service; their words are personal. It bears on nothing.
    FeedbackGiven {
        /// Whether it was helpful.
        helpful: Helpful,
        /// What the case came to when it was said.
        disposition: Option<String>,
    },
}

/// Why a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its retention period is over.
    RetentionEnded,
    /// Whoever answers for the records decided so, for example on a request for erasure.
    Decided,
}

impl EndReason {
    /// The word that stands for it in the record.
    pub fn code(self) -> &'static str {
        match self {
            EndReason::RetentionEnded => "retention_ended",
            EndReason::Decided => "decided",
        }
    }

    /// The reason that a word of the record stands for.
    pub fn of_code(code: &str) -> Option<Self> {
        [EndReason::RetentionEnded, EndReason::Decided]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

/// Whether somebody found the service helpful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Helpful {
    /// It was.
    Yes,
    /// In part.
    Partly,
    /// It was not.
    No,
}

/// A service that starts at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Which: the same key is never started twice.
    pub key: StartKey,
    /// What it is started for.
    pub disposition: String,
    /// How urgent that is.
    pub urgency: Urgency,
}

/// How a call back came to be missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissedReason {
    /// It was made, and nobody answered who could speak for the person.
    NoAnswer,
    /// It was not made in time.
    NotMade,
}

/// Why two cases are taken for one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkReason {
    /// The person, or whoever rings for them, said so.
    SaidByPerson,
    /// The records were compared.
    RecordsCompared,
}

/// Why two cases are taken for two people's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlinkReason {
    /// They are two people who share a number, a house or a name.
    AnotherPerson,
    /// They were linked by mistake.
    LinkedByMistake,
}

impl Body {
    /// Whether the walk may stand elsewhere after it. What follows from the walk does not move it.
    pub fn moves_the_walk(&self) -> bool {
        match self {
            Body::Opened { .. }
            | Body::ContactBegan { .. }
            | Body::ComplaintChosen { .. }
            | Body::ComplaintRemoved { .. }
            | Body::Answered { .. }
            | Body::Withdrawn { .. }
            | Body::LeftEarly => true,
            Body::CallbackNumberGiven
            | Body::Held { .. }
            | Body::GroundsWithdrawn { .. }
            | Body::GroundsReleased { .. }
            | Body::StartRequested(_)
            | Body::StartPending(_)
            | Body::StartUpgraded(_)
            | Body::StartCancelled { .. }
            | Body::Advised { .. }
            | Body::PlaceGiven
            | Body::ServicesOffered { .. }
            | Body::ServiceChosen { .. }
            | Body::FeedbackGiven { .. }
            | Body::CarryOnCodeMade
            | Body::CarriedOn
            | Body::IdentityGiven { .. }
            | Body::HistoryConsulted { .. }
            | Body::CallBackMissed { .. }
            | Body::Linked { .. }
            | Body::Unlinked { .. }
            | Body::HoldPlaced
            | Body::HoldLifted
            | Body::Rectified { .. }
            | Body::Exported { .. }
            | Body::Destroyed { .. } => false,
        }
    }

    /// Whether all that it does to the walk is to tell, or take back, one thing.
    pub fn tells(&self) -> bool {
        matches!(self, Body::Answered { .. } | Body::Withdrawn { .. })
    }

    /// The word that stands for it in the record.
    pub fn kind(&self) -> &'static str {
        match self {
            Body::Opened { .. } => "opened",
            Body::ContactBegan { .. } => "contact_began",
            Body::ComplaintChosen { .. } => "complaint_chosen",
            Body::ComplaintRemoved { .. } => "complaint_removed",
            Body::Answered { .. } => "answered",
            Body::Withdrawn { .. } => "withdrawn",
            Body::LeftEarly => "left_early",
            Body::CallbackNumberGiven => "callback_number_given",
            Body::IdentityGiven { .. } => "identity_given",
            Body::HistoryConsulted { .. } => "history_consulted",
            Body::CallBackMissed { .. } => "call_back_missed",
            Body::Linked { .. } => "linked",
            Body::Unlinked { .. } => "unlinked",
            Body::Held { .. } => "held",
            Body::GroundsWithdrawn { .. } => "grounds_withdrawn",
            Body::GroundsReleased { .. } => "grounds_released",
            Body::StartRequested(_) => "start_requested",
            Body::StartPending(_) => "start_pending",
            Body::StartUpgraded(_) => "start_upgraded",
            Body::StartCancelled { .. } => "start_cancelled",
            Body::Advised { .. } => "advised",
            Body::CarryOnCodeMade => "carry_on_code_made",
            Body::CarriedOn => "carried_on",
            Body::HoldPlaced => "hold_placed",
            Body::HoldLifted => "hold_lifted",
            Body::Rectified { .. } => "rectified",
            Body::Exported { .. } => "exported",
            Body::Destroyed { .. } => "destroyed",
            Body::PlaceGiven => "place_given",
            Body::ServicesOffered { .. } => "services_offered",
            Body::ServiceChosen { .. } => "service_chosen",
            Body::FeedbackGiven { .. } => "feedback_given",
        }
    }

    /// Whether it is about the keeping of the record, and not about the care of the person.
    pub fn is_of_keeping(&self) -> bool {
        matches!(
            self,
            Body::HoldPlaced
                | Body::HoldLifted
                | Body::Rectified { .. }
                | Body::Exported { .. }
                | Body::Destroyed { .. }
        )
    }

    /// The part of it that can be wrong about the person, by the name under which it is rectified.
    pub fn rectifiable(&self) -> Option<&'static str> {
        match self {
            Body::Answered { .. } => Some("answer"),
            Body::CallbackNumberGiven => Some("number"),
            _ => None,
        }
    }
}

/// What identifies a person or was said in words: sealed beside the event, and gone when the key of its case is destroyed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// The whole answer: a date of birth, or words.
    Answer(Answer),
    /// A number to ring back on.
    CallbackNumber(String),
    /// Why a record was put on hold, or is no longer.
    Why(String),
    /// What is right in the place of what was recorded.
    Right(String),
    /// Where the patient is now.
    Place(Place),
    /// What somebody said of the service.
    Feedback(String),
    /// Who the person is.
    Person(Box<Person>),
    /// What two cases shared when they were found to be two people's.
    Shared(Vec<Key>),
}

/// An event text that this code cannot read.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A newer node wrote it.
    #[error("event has shape version {found}; this code reads up to {SCHEMA}")]
    Newer {
        /// The version found.
        found: u16,
    },
    /// It is no event. What stands there instead is not repeated: it may have been said by somebody.
    #[error("what stands at column {} is no part of an event", .0.column())]
    Malformed(serde_json::Error),
}

impl Event {
    /// The text that is hashed and stored.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: an event is plain data; JSON can hold all of it"
    )]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("an event is JSON")
    }

    /// The kind of a stored text, found without reading it; `None` if it does not stand where this code writes it.
    ///
    /// Whoever has many cases to go through and needs few kinds of events is spared the others by it.
    pub fn kind_of(text: &str) -> Option<&str> {
        // No text that somebody said can look so: a quotation mark in it is written with a backslash before it.
        let (_, rest) = text.split_once(r#""body":{"kind":""#)?;
        rest.split_once('"').map(|(kind, _)| kind)
    }

    /// Reads a stored text of this or an older shape.
    ///
    /// # Errors
    /// [`EventError`] if it is no event, or of a newer shape.
    pub fn read(text: &str) -> Result<Self, EventError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u16,
        }
        // A text of a newer shape may read as one of ours and mean something else, or not read at all: its version decides.
        let read = serde_json::from_str(text);
        let found = match &read {
            Ok(Event { schema, .. }) => *schema,
            Err(_) => {
                let Version { schema } =
                    serde_json::from_str(text).map_err(EventError::Malformed)?;
                schema
            }
        };
        if found > SCHEMA {
            return Err(EventError::Newer { found });
        }
        read.map_err(EventError::Malformed)
    }
}
