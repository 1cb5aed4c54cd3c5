//! The JSON API, version 1. Its request and response types are its own; inner types never leave.

use axum::Json as Reply;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use utoipa::OpenApi;

use crate::pathway::text::{Party, UNNAMED, Voice};
use crate::service::speech::Speech;

use super::App;
use super::error::{Error, Problem};
use super::extract::{ApiCaller, Json, Query};

pub mod allowed;
pub mod carry_on;
pub mod cases;
pub mod guarded;
pub mod history;
pub mod inbox;
pub mod on_case;
pub mod person;
pub mod proof;
pub mod record;
pub mod reply;
pub mod request;
pub mod screen;
pub mod services;
pub mod who;
pub mod why;

use allowed::InDescription;
use reply::{
    ActivationReply, ComplaintReply, ComplaintsReply, ReleaseReply, ReleasesReply, ResultReply,
};
use request::{InVoice, WalkRequest};
use why::{WalkReply, WhyReply};

/// Every address of the API.
pub fn router() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(description))
        .route("/complaints", get(complaints))
        .route("/releases", get(releases))
        .route("/releases/{hash}/proof", get(proof::proof))
        .route("/walk", post(walk))
        .route("/cases", post(cases::start))
        .route("/cases/{case}", get(cases::read_back))
        .route("/cases/{case}/contacts", post(cases::resume))
        .route("/cases/{case}/complaints", post(cases::choose))
        .route("/cases/{case}/next", get(cases::next))
        .route("/cases/{case}/answers", post(cases::answer))
        .route("/cases/{case}/early-exit", post(cases::leave_early))
        .route("/cases/{case}/outcome", get(cases::outcome))
        .route(
            "/cases/{case}/callback-number",
            put(guarded::give_callback_number),
        )
        .route("/carry-on", post(carry_on::redeem))
        .route("/cases/{case}/carry-on-code", post(carry_on::make))
        .route(
            "/cases/{case}/person",
            put(person::identify).get(person::person),
        )
        .route("/cases/{case}/history", get(history::history))
        .route("/cases/{case}/links", post(history::link))
        .route("/cases/{case}/unlinks", post(history::unlink))
        .route(
            "/cases/{case}/missed-call-backs",
            post(history::call_back_missed),
        )
        .route("/cases/{case}/releases", post(guarded::release_grounds))
        .route("/cases/{case}/cancellations", post(guarded::cancel_start))
        .route("/cases/{case}/services/search", post(services::search))
        .route("/cases/{case}/services/choice", post(services::choose))
        .route("/cases/{case}/feedback", post(inbox::give_feedback))
        .route("/inbox", get(inbox::read))
        .route("/inbox/{item}/state", put(inbox::set_state))
}

/// The description that is generated from the code.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "NHS 111 triage",
        description = "Fewest safe questions, worst danger first, ending in who should help and how soon. \
                       All content is an example and not clinically approved."
    ),
    servers((url = "/api/v1")),
    paths(complaints, releases, proof::proof, walk, cases::start, cases::read_back, cases::resume, cases::choose, cases::next, cases::answer,
          cases::leave_early, cases::outcome, guarded::give_callback_number, guarded::release_grounds, guarded::cancel_start,
          carry_on::make, carry_on::redeem, services::search, services::choose, inbox::give_feedback, inbox::read, inbox::set_state,
          person::identify, person::person, history::history, history::link, history::unlink, history::call_back_missed),
    modifiers(&InDescription)
)]
struct Description;

/// The description of this API.
async fn description() -> Reply<utoipa::openapi::OpenApi> {
    Reply(Description::openapi())
}

/// The complaints that can be chosen.
#[utoipa::path(get, path = "/complaints", tag = "content", params(InVoice),
    responses((status = 200, body = ComplaintsReply), (status = "5XX", body = Problem, content_type = "application/problem+json")))]
async fn complaints(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Query(voice): Query<InVoice>,
) -> Result<Reply<ComplaintsReply>, Error> {
    let release = app
        .service
        .releases()
        .active_or_last(&caller.provider)
        .await?;
    let speech = Speech {
        voice: voice.voice.into(),
        party: Party::First,
        patient: UNNAMED,
    };
    let found_by = |family: &str| {
        let members = release
            .content
            .pathways
            .iter()
            .filter(|pathway| pathway.family == family);
        let mut words: Vec<String> = members
            .flat_map(|pathway| pathway.found_by.iter().cloned())
            .collect();
        words.sort();
        words.dedup();
        words
    };
    let families = release.content.families();
    let complaints = families.iter().map(|(id, title)| ComplaintReply {
        id: (*id).to_owned(),
        title: speech.say(title),
        found_by: found_by(id),
    });
    Ok(Reply(ComplaintsReply {
        release: ReleaseReply::of(&release),
        complaints: complaints.collect(),
    }))
}

/// The release on which new contacts begin, and those before it.
#[utoipa::path(get, path = "/releases", tag = "content",
    responses((status = 200, body = ReleasesReply), (status = "5XX", body = Problem, content_type = "application/problem+json")))]
async fn releases(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
) -> Result<Reply<ReleasesReply>, Error> {
    let (active, activations) = app.service.list_releases(&caller.provider).await?;
    let active = ReleaseReply::of(&active);
    let activations = activations
        .into_iter()
        .map(|activation| ActivationReply {
            hash: activation.hash.to_string(),
            approval: active.approval,
            at: activation.at,
        })
        .collect();
    Ok(Reply(ReleasesReply {
        active,
        activations,
    }))
}

/// Where the facts lead: the next question or the outcome, and why. Nothing is stored.
#[utoipa::path(post, path = "/walk", tag = "walk", request_body = WalkRequest,
    responses((status = 200, body = WalkReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
async fn walk(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Json(request): Json<WalkRequest>,
) -> Result<Reply<WalkReply>, Error> {
    let voice: Voice = request.voice.into();
    let walked = app.service.walk(&caller, &request.into(), voice).await?;
    let content = &walked.release.content;
    Ok(Reply(WalkReply {
        release: ReleaseReply::of(&walked.release),
        result: walked
            .result()
            .map(|result| ResultReply::of_disposition(content, result, &walked.speech)),
        next: screen::NextReply::of_walked(&walked),
        explanation: WhyReply::of(content, &walked.explanation, &walked.speech),
    }))
}
