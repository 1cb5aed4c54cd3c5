//! A case from its start to its outcome.

use axum::Json as Reply;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::{ApiCaller, CaseAccess, Json, Query, RequestKey};

use super::on_case::OnCase;
use super::record::RecordReply;
use super::reply::{AnsweredReply, CaseReply, PreviewReply, StartedReply};
use super::request::{AnswersRequest, ComplaintsRequest, InVoice, PlainRequest, StartRequest};
use super::why::{OutcomeReply, WhyReply};

/// Start a case on the active release.
///
/// Sent again with the same `Idempotency-Key` and body, it gives the same case and secret.
#[utoipa::path(post, path = "/cases", tag = "cases", request_body = StartRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "16 to 128 visible ASCII characters, best a random UUID")),
    responses((status = 201, body = StartedReply, headers(("Location" = String, description = "the case"))),
              (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn start(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    RequestKey(key): RequestKey,
    Query(voice): Query<InVoice>,
    Json(request): Json<StartRequest>,
) -> Result<Response, Error> {
    let started = app
        .service
        .start(&caller, &request.try_into()?, key.as_ref())
        .await?;
    let state = CaseReply::of(&started.view, &started.view.speech(voice.voice.into()));
    let location = HeaderValue::from_str(&format!("/api/v1/cases/{}", state.case)).ok();
    let reply = StartedReply {
        secret: started.secret.reveal(),
        state,
    };
    let mut response = (StatusCode::CREATED, Reply(reply)).into_response();
    response
        .headers_mut()
        .extend(location.map(|location| (header::LOCATION, location)));
    Ok(response)
}

/// Begin another contact of a case, on the release that is active now, with its facts and grounds.
#[utoipa::path(post, path = "/cases/{case}/contacts", tag = "cases", request_body = PlainRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn resume(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<PlainRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let view = app
        .service
        .resume(&on.caller, &on.access, &on.asked(request.after))
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// Choose complaints, one or more; their lines join those of the complaints chosen before.
#[utoipa::path(post, path = "/cases/{case}/complaints", tag = "cases", request_body = ComplaintsRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn choose(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<ComplaintsRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let asked = on.asked(request.after);
    let view = app
        .service
        .choose(&on.caller, &on.access, &request.complaints, &asked)
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// What comes next.
#[utoipa::path(get, path = "/cases/{case}/next", tag = "cases", security(("case_secret" = [])), params(("case" = String, Path), InVoice),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn next(
    State(app): State<App>,
    CaseAccess(access): CaseAccess,
    Query(voice): Query<InVoice>,
) -> Result<Reply<CaseReply>, Error> {
    let view = app.service.look(&access).await?;
    Ok(CaseReply::shown(&view, voice))
}

/// Answer what is asked, volunteer something, or change an answer; with `preview`, only show what would become of the case.
///
/// An answer is on disk before the reply leaves.
#[utoipa::path(post, path = "/cases/{case}/answers", tag = "cases", request_body = AnswersRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = AnsweredReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn answer(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<AnswersRequest>,
) -> Result<Reply<AnsweredReply>, Error> {
    let (preview, asked) = (request.preview, on.asked(request.after));
    let (occasion, said) = request.said();
    let voice = on.voice.voice.into();
    if preview {
        let preview = app
            .service
            .preview(&on.caller, &on.access, occasion, &said)
            .await?;
        let shown = |view: &crate::service::view::View| CaseReply::of(view, &view.speech(voice));
        return Ok(Reply(AnsweredReply::Preview(Box::new(PreviewReply {
            before: shown(&preview.before),
            after: shown(&preview.after),
        }))));
    }
    let view = app
        .service
        .answer(&on.caller, &on.access, occasion, &said, &asked)
        .await?;
    Ok(Reply(AnsweredReply::Done(Box::new(CaseReply::of(
        &view,
        &view.speech(voice),
    )))))
}

/// End the contact before its walk: what is on the screen becomes not sure, and somebody rings back.
#[utoipa::path(post, path = "/cases/{case}/early-exit", tag = "cases", request_body = PlainRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OutcomeReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn leave_early(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<PlainRequest>,
) -> Result<Reply<OutcomeReply>, Error> {
    let view = app
        .service
        .leave_early(&on.caller, &on.access, &on.asked(request.after))
        .await?;
    Ok(Reply(outcome_of(&view, on.voice)))
}

/// What the case comes to so far, why, and what would change it.
#[utoipa::path(get, path = "/cases/{case}/outcome", tag = "cases", security(("case_secret" = [])), params(("case" = String, Path), InVoice),
    responses((status = 200, body = OutcomeReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn outcome(
    State(app): State<App>,
    CaseAccess(access): CaseAccess,
    Query(voice): Query<InVoice>,
) -> Result<Reply<OutcomeReply>, Error> {
    let view = app.service.look(&access).await?;
    Ok(Reply(outcome_of(&view, voice)))
}

/// The case read back whole.
#[utoipa::path(get, path = "/cases/{case}", tag = "cases", security(("case_secret" = [])), params(("case" = String, Path), InVoice),
    responses((status = 200, body = RecordReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn read_back(
    State(app): State<App>,
    CaseAccess(access): CaseAccess,
    Query(voice): Query<InVoice>,
) -> Result<Reply<RecordReply>, Error> {
    let view = app.service.look(&access).await?;
    Ok(Reply(RecordReply::of(
        &view,
        &view.speech(voice.voice.into()),
    )))
}

fn outcome_of(view: &crate::service::view::View, voice: InVoice) -> OutcomeReply {
    let speech = view.speech(voice.voice.into());
    let explanation = WhyReply::of(&view.release.content, &view.explanation(), &speech);
    OutcomeReply {
        state: CaseReply::of(view, &speech),
        explanation,
    }
}
