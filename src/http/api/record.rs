//! A case read back whole: everything that was said, by whom, and what it made the case hold.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::case::event::{Actor, Channel, Provenance};
use crate::case::ground::{Holds, ReleaseReason, Standing};
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
    /// What clinicians put in the place of what they released, in order.
    pub judgements: Vec<JudgementReply>,
    /// Services that started at once or should have.
    pub starts: Vec<StartReply>,
    /// The services that were offered last, and the one that was chosen.
    pub routing: RoutingReply,
}

/// Where help was looked for. The place itself is sealed and not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoutingReply {
    /// Where the patient is was told in this contact.
    pub has_place: bool,
    /// What the services were offered for.
    pub disposition: Option<String>,
    /// The edition of the directory that they are from.
    pub directory: Option<String>,
    /// The ids of the services that were offered last, nearest first.
    pub offered: Vec<String>,
    /// The id of the service that was chosen.
    pub chosen: Option<String>,
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

/// A clinician's own disposition, in the place of what was released.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgementReply {
    /// The event.
    pub seq: u64,
    /// The disposition it holds.
    pub disposition: String,
    /// `assessed`, `recorded_by_mistake`, `resolved` or `care_plan`.
    #[schema(value_type = String)]
    pub reason: ReleaseReason,
    /// `holds`, or `released` where a later judgement took its place.
    pub standing: &'static str,
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
            judgements: judgements(case),
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
            routing: routing(case),
        }
    }
}

fn routing(case: &Case) -> RoutingReply {
    let offered = case.routing.offered.as_ref();
    RoutingReply {
        has_place: case.place().is_some(),
        disposition: offered.map(|offered| offered.disposition.clone()),
        directory: offered.map(|offered| offered.directory.clone()),
        offered: offered.map_or_else(Vec::new, |offered| offered.services.clone()),
        chosen: case
            .routing
            .chosen
            .as_ref()
            .map(|chosen| chosen.service.clone()),
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

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Holds => "holds",
        Standing::Withdrawn => "withdrawn",
        Standing::Released => "released",
    }
}

fn judgements(case: &Case) -> Vec<JudgementReply> {
    case.judgements
        .iter()
        .map(|judged| JudgementReply {
            seq: judged.seq,
            disposition: judged.disposition.clone(),
            reason: judged.reason,
            standing: standing(judged.standing),
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
                standing: standing(kept.standing),
                disposition,
                need,
                rests_on: kept.ground.operands.clone(),
                contact: kept.contact,
                at: kept.at,
            }
        })
        .collect()
}
