//! A case read back whole: everything that was said, by whom, and what it made the case hold.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::case::event::{Actor, Channel, Provenance};
use crate::case::ground::{Holds, Standing};
use crate::case::state::{Case, StartState};
use crate::service::speech::Speech;
use crate::service::view::View;
use crate::walk::Answer;

use super::reply::CaseReply;

/// A case read back whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordReply {
    /// Where the case stands.
    pub state: CaseReply,
    /// Calls and visits, in order.
    pub contacts: Vec<ContactReply>,
    /// Everything that was said or taken back, in order; nothing is ever overwritten.
    pub answers: Vec<ToldReply>,
    /// Answers of earlier contacts that are too old to use; shown as suggestions.
    pub suggestions: Vec<String>,
    /// Everything that was ever held, in order.
    pub grounds: Vec<GroundReply>,
    /// Services that started at once or should have.
    pub starts: Vec<StartReply>,
}

/// A call or a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactReply {
    /// From 1.
    pub number: u32,
    /// `desk`, `public` or `api`.
    pub channel: &'static str,
    /// The release on which it is triaged.
    pub release: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub began: Timestamp,
    /// It ended before its walk.
    pub left_early: bool,
}

/// Something that was said or taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToldReply {
    /// The event.
    pub seq: u64,
    /// The contact.
    pub contact: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom: `visitor`, `client`, `handler`, `clinician`, `service` or `operator`.
    pub by: &'static str,
    /// `asked`, `volunteered`, `carried_over` or `inferred`.
    pub provenance: &'static str,
    /// The question, guide or checklist.
    pub question: String,
    /// What was said; absent where it was taken back.
    #[schema(value_type = Option<super::request::AnswerBody>)]
    pub answer: Option<Answer>,
    /// It counts now.
    pub counts: bool,
}

/// Why the case holds something.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroundReply {
    /// From 1.
    pub id: u32,
    /// `holds`, `withdrawn` or `released`.
    pub standing: &'static str,
    /// The disposition it holds, if it holds one.
    pub disposition: Option<String>,
    /// The parallel need it holds, if it holds one.
    pub need: Option<String>,
    /// The events that made it so.
    pub rests_on: Vec<u64>,
    /// The contact in which it came to be held.
    pub contact: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A service that starts at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartReply {
    /// The kind of service.
    pub service: String,
    /// What it is started for.
    pub disposition: String,
    /// `pending` (a person has to do or confirm it), `requested` or `cancelled`.
    pub state: &'static str,
}

impl RecordReply {
    /// Of a case, in the words of `speech`.
    pub fn of(view: &View, speech: &Speech) -> Self {
        let case = &view.case;
        RecordReply {
            state: CaseReply::of(view, speech),
            contacts: contacts(case),
            answers: answers(view),
            suggestions: view
                .present
                .suggestions
                .iter()
                .map(|told| told.name.clone())
                .collect(),
            grounds: grounds(case),
            starts: case
                .starts
                .iter()
                .map(|kept| StartReply {
                    service: kept.start.key.service.clone(),
                    disposition: kept.start.disposition.clone(),
                    state: match kept.state {
                        StartState::Pending => "pending",
                        StartState::Requested => "requested",
                        StartState::Cancelled => "cancelled",
                    },
                })
                .collect(),
        }
    }
}

fn contacts(case: &Case) -> Vec<ContactReply> {
    let channel = |channel| match channel {
        Channel::Desk => "desk",
        Channel::Public => "public",
        Channel::Api => "api",
    };
    case.contacts
        .iter()
        .map(|contact| ContactReply {
            number: contact.number,
            channel: channel(contact.channel),
            release: contact.release.to_string(),
            began: contact.began,
            left_early: contact.left_early.is_some(),
        })
        .collect()
}

fn answers(view: &View) -> Vec<ToldReply> {
    let counting: Vec<u64> = view.present.events.values().copied().collect();
    view.case
        .told
        .iter()
        .map(|told| ToldReply {
            seq: told.seq,
            contact: told.contact,
            at: told.at,
            by: match told.actor {
                Actor::Visitor => "visitor",
                Actor::Client(_) => "client",
                Actor::Handler(_) => "handler",
                Actor::Clinician(_) => "clinician",
                Actor::Service => "service",
                Actor::Operator(_) => "operator",
            },
            provenance: match told.provenance {
                Provenance::Asked => "asked",
                Provenance::Volunteered => "volunteered",
                Provenance::CarriedOver => "carried_over",
                Provenance::Inferred => "inferred",
            },
            question: told.name.clone(),
            counts: told.answer.is_some() && counting.contains(&told.seq),
            answer: told.answer.clone(),
        })
        .collect()
}

fn grounds(case: &Case) -> Vec<GroundReply> {
    case.grounds
        .iter()
        .map(|kept| {
            let (disposition, need) = match &kept.ground.holds {
                Holds::Disposition { id, .. } => (Some(id.clone()), None),
                Holds::Need { id } => (None, Some(id.clone())),
            };
            GroundReply {
                id: kept.ground.id.0,
                standing: match kept.standing {
                    Standing::Holds => "holds",
                    Standing::Withdrawn => "withdrawn",
                    Standing::Released => "released",
                },
                disposition,
                need,
                rests_on: kept.ground.operands.clone(),
                contact: kept.contact,
                at: kept.at,
            }
        })
        .collect()
}
