//! Earlier contacts of a person in other cases, the linking of cases, and call-backs that were missed.

use axum::Json as Reply;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::event::{Channel, LinkReason, MissedReason, UnlinkReason};
use crate::case::ids::CaseId;
use crate::case::past::Direction;
use crate::case::person::{Because, Likeness};
use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::{ApiCaller, CaseAccess, Json};
use crate::service::history::{EarlierContact, History};
use crate::service::person::Word;
use crate::service::triage::TriageError;

use super::on_case::OnCase;
use super::reply::CaseReply;
use super::request::InVoice;

/// Earlier contacts in other cases, the latest first: times, complaints and dispositions, nothing that anybody said.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryReply {
    /// The last event of the case now: that somebody looked is on its record.
    seq: u64,
    /// From when on contacts count.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Call-backs that were missed since then, of this case too.
    missed_call_backs: u32,
    /// Cases that may be the same person's and cannot be read: there may be more than is told here.
    unread: u32,
    /// The contacts.
    contacts: Vec<EarlierReply>,
}

/// A contact of another case.
#[derive(Debug, Serialize, ToSchema)]
pub struct EarlierReply {
    /// The case, to link or unlink it.
    case: String,
    /// The organisation whose case it is.
    provider: String,
    /// `certain`, `probable`, or `number_or_address`: they share a number or an address and may be two people.
    likeness: &'static str,
    /// Why: `linked`, `nhs_number`, `birth_date_and_name`, `phone` and so on.
    because: &'static str,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    began: Timestamp,
    /// `desk`, `public` or `api`.
    channel: &'static str,
    /// It ended before its walk.
    left_early: bool,
    /// The complaints of its case.
    complaints: Vec<String>,
    /// What it ended in, by its id in the catalogue of its release; absent while nothing was reached.
    disposition: Option<String>,
    /// Against the contact before it: `worse`, `same`, `better`, or `unknown`.
    direction: &'static str,
}

impl From<History> for HistoryReply {
    fn from(history: History) -> Self {
        HistoryReply {
            seq: history.seq,
            since: history.since,
            missed_call_backs: history.missed_call_backs,
            unread: history.unread,
            contacts: history
                .contacts
                .into_iter()
                .map(EarlierReply::from)
                .collect(),
        }
    }
}

impl From<EarlierContact> for EarlierReply {
    fn from(contact: EarlierContact) -> Self {
        EarlierReply {
            case: contact.case.to_string(),
            provider: contact.provider.0,
            likeness: match contact.likeness {
                Likeness::Certain => "certain",
                Likeness::Probable => "probable",
                Likeness::NumberOrAddress => "number_or_address",
            },
            because: because(contact.because),
            began: contact.began,
            channel: match contact.channel {
                Channel::Desk => "desk",
                Channel::Public => "public",
                Channel::Api => "api",
            },
            left_early: contact.left_early,
            complaints: contact.complaints,
            disposition: contact.disposition,
            direction: match contact.direction {
                Direction::Unknown => "unknown",
                Direction::Worse => "worse",
                Direction::Same => "same",
                Direction::Better => "better",
            },
        }
    }
}

fn because(because: Because) -> &'static str {
    match because {
        Because::Linked => "linked",
        Because::NhsNumber => "nhs_number",
        Because::BirthDateNameAndContact => "birth_date_name_and_contact",
        Because::BirthDateAndName => "birth_date_and_name",
        Because::BirthDateAndPhone => "birth_date_and_phone",
        Because::BirthDateAndAddress => "birth_date_and_address",
        Because::NameAndPhone => "name_and_phone",
        Because::NameAndAddress => "name_and_address",
        Because::NameAndPostcode => "name_and_postcode",
        Because::Phone => "phone",
        Because::Address => "address",
    }
}

/// Link this case and another.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// The other case, from `history`.
    case: String,
    /// Why.
    reason: LinkReasonBody,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    after: Option<u64>,
}

/// Why two cases are one person's.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkReasonBody {
    /// The person, or whoever rings for them, said so.
    SaidByPerson,
    /// The records were compared.
    RecordsCompared,
}

/// Unlink this case and another.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlinkRequest {
    /// The other case, from `history`.
    case: String,
    /// Why.
    reason: UnlinkReasonBody,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    after: Option<u64>,
}

/// Why two cases are two people's.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnlinkReasonBody {
    /// They are two people who share a number, a house or a name.
    AnotherPerson,
    /// They were linked by mistake.
    LinkedByMistake,
}

/// Record a missed call back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissedRequest {
    /// How it came to be missed.
    reason: MissedReasonBody,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    after: Option<u64>,
}

/// How a call back came to be missed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissedReasonBody {
    /// It was made, and nobody answered who could speak for the person.
    NoAnswer,
    /// It was not made in time.
    NotMade,
}

/// Earlier contacts of the same person, number or address in 96 hours, over all channels and providers. For a call
/// handler or a clinician named in `On-Behalf-Of`. That somebody looked is recorded before it is answered, so `seq` moves on.
#[utoipa::path(get, path = "/cases/{case}/history", tag = "people", params(("case" = String, Path)),
    responses((status = 200, body = HistoryReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn history(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    CaseAccess(access): CaseAccess,
) -> Result<Reply<HistoryReply>, Error> {
    let history = app.service.history(&caller, &access).await?;
    Ok(Reply(history.into()))
}

/// Say that another case is the same person's, on the record of both. For a call handler or a clinician named
/// in `On-Behalf-Of`.
#[utoipa::path(post, path = "/cases/{case}/links", tag = "people", request_body = LinkRequest,
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn link(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<LinkRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let word = Word::Linked(match request.reason {
        LinkReasonBody::SaidByPerson => LinkReason::SaidByPerson,
        LinkReasonBody::RecordsCompared => LinkReason::RecordsCompared,
    });
    say(&app, &on, &request.case, word, request.after).await
}

/// Say that another case is another person's, on the record of both: the two are not matched again by what they share now. For a
/// call handler or a clinician named in `On-Behalf-Of`.
#[utoipa::path(post, path = "/cases/{case}/unlinks", tag = "people", request_body = UnlinkRequest,
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn unlink(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<UnlinkRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let word = Word::Unlinked(match request.reason {
        UnlinkReasonBody::AnotherPerson => UnlinkReason::AnotherPerson,
        UnlinkReasonBody::LinkedByMistake => UnlinkReason::LinkedByMistake,
    });
    say(&app, &on, &request.case, word, request.after).await
}

async fn say(
    app: &App,
    on: &OnCase,
    other: &str,
    word: Word,
    after: Option<u64>,
) -> Result<Reply<CaseReply>, Error> {
    // An id that none could have is a case that there is not.
    let other: CaseId = other.parse().map_err(|_| TriageError::NotFound)?;
    let view = app
        .service
        .link(&on.caller, &on.access, other, word, &on.asked(after))
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// Record a call back that did not reach the person, or was not made in time. It counts at once, and for later cases of the same person.
#[utoipa::path(post, path = "/cases/{case}/missed-call-backs", tag = "people", request_body = MissedRequest,
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn call_back_missed(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<MissedRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let reason = match request.reason {
        MissedReasonBody::NoAnswer => MissedReason::NoAnswer,
        MissedReasonBody::NotMade => MissedReason::NotMade,
    };
    let view = app
        .service
        .call_back_missed(&on.caller, &on.access, reason, &on.asked(request.after))
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}
