//! Who the person of a case is. Who may say and read it is decided in [`crate::service::rights`].

use axum::Json as Reply;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::{ApiCaller, CaseAccess, Json};

use super::on_case::OnCase;
use super::reply::CaseReply;
use super::request::InVoice;
use super::who::PersonBody;

/// Say who the person is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRequest {
    /// Who. It replaces what was said before, which stays on the record: send all that is known.
    person: PersonBody,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    after: Option<u64>,
}

/// Who the person is, as it was said last.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonReply {
    /// The last event of the case.
    seq: u64,
    /// When it was said; absent where it never was.
    #[schema(value_type = Option<String>, format = DateTime)]
    given_at: Option<Timestamp>,
    /// Who.
    person: PersonBody,
}

/// Say who the person is. It is kept sealed; their earlier contacts are looked up by digests of it, in a second at most.
#[utoipa::path(put, path = "/cases/{case}/person", tag = "people", request_body = PersonRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn identify(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<PersonRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let asked = on.asked(request.after);
    let person = request.person.read()?;
    let view = app
        .service
        .identify(&on.caller, &on.access, &person, &asked)
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// Who the person is, as it was said last.
#[utoipa::path(get, path = "/cases/{case}/person", tag = "people", security(("case_secret" = [])), params(("case" = String, Path)),
    responses((status = 200, body = PersonReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn person(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    CaseAccess(access): CaseAccess,
) -> Result<Reply<PersonReply>, Error> {
    let (seq, known) = app.service.person(&caller, &access).await?;
    Ok(Reply(PersonReply {
        seq,
        given_at: known.as_ref().map(|known| known.at),
        person: known
            .map(|known| PersonBody::from(&known.person))
            .unwrap_or_default(),
    }))
}
