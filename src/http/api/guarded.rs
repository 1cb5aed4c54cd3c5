//! What is done to a case beside answering. Who may do it is decided in [`crate::service::rights`]: whoever is not allowed gets 403.

use axum::Json as Reply;
use axum::extract::State;

use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::Json;

use super::on_case::OnCase;
use super::reply::CaseReply;
use super::request::{CallbackNumberRequest, CancelRequest, InVoice, ReleaseRequest};

/// Give a number to ring back on. It is kept sealed, and no reply shows it. From the API nothing is started by it.
#[utoipa::path(put, path = "/cases/{case}/callback-number", tag = "cases", request_body = CallbackNumberRequest,
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn give_callback_number(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<CallbackNumberRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let asked = on.asked(request.after);
    let number = request.number.parse().map_err(Error::PhoneNumber)?;
    let view = app
        .service
        .give_callback_number(&on.caller, &on.access, &number, &asked)
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// Release grounds with a clinician's own disposition in their place, for a clinician named in `On-Behalf-Of`.
///
/// Every ground that holds something more urgent than that disposition has to be named (422 `grounds_above` says which are not).
#[utoipa::path(post, path = "/cases/{case}/releases", tag = "cases", request_body = ReleaseRequest,
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn release_grounds(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<ReleaseRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let asked = on.asked(request.after);
    let view = app
        .service
        .release_grounds(&on.caller, &on.access, &request.into(), &asked)
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// Record that a start was cancelled, for a call handler or a clinician named in `On-Behalf-Of`.
#[utoipa::path(post, path = "/cases/{case}/cancellations", tag = "cases", request_body = CancelRequest,
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn cancel_start(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<CancelRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let asked = on.asked(request.after);
    let view = app
        .service
        .cancel_start(
            &on.caller,
            &on.access,
            &request.service,
            request.reason.into(),
            &asked,
        )
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}
