//! Codes by which a person goes on by phone or on another device.

use axum::Json as Reply;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::{ApiCaller, Json, Query};
use crate::http::source::Source;
use crate::service::codes::SecondThing;

use super::on_case::OnCase;
use super::reply::{CaseReply, StartedReply};
use super::request::InVoice;

/// What the person gives beside the code: one of the two.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondBody {
    /// A date of birth.
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
    /// The last four digits of a phone number.
    last_four: Option<String>,
}

impl SecondBody {
    fn read(self) -> Result<SecondThing, Error> {
        match (self.birth_date, self.last_four) {
            (Some(date), None) => Ok(SecondThing::BirthDate(date)),
            (None, Some(digits)) => {
                SecondThing::last_four(&digits).map_err(|error| Error::Shape(error.to_string()))
            }
            _ => Err(Error::Shape(
                "one of `birth_date` and `last_four` must be there".to_owned(),
            )),
        }
    }
}

/// Make a code.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// What the person will give again.
    second: SecondBody,
}

/// Go on by a code.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarryOnRequest {
    /// As it was shown, written or read out: spaces, hyphens and small letters are fine.
    #[schema(example = "4F7K-9QXM")]
    code: String,
    /// What the person gave when it was made.
    second: SecondBody,
}

/// A code, once.
#[derive(Serialize, ToSchema)]
pub struct CodeReply {
    /// To be shown to its person; it is not shown again.
    #[schema(example = "4F7K-9QXM")]
    code: String,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The last event of the case now.
    seq: u64,
}

/// Make a code by which the person goes on with the case elsewhere, in the place of any other code of it.
#[utoipa::path(post, path = "/cases/{case}/carry-on-code", tag = "carry on", request_body = CodeRequest,
    params(("case" = String, Path)),
    responses((status = 201, body = CodeReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn make(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<CodeRequest>,
) -> Result<Response, Error> {
    let second = request.second.read()?;
    let made = app
        .service
        .make_code(&on.caller, &on.access, &second)
        .await?;
    let reply = CodeReply {
        code: made.code.reveal(),
        expires_at: made.expires_at,
        seq: made.seq,
    };
    Ok((StatusCode::CREATED, Reply(reply)).into_response())
}

/// Go on with a case by its code: begins another contact, and gives a secret of its own. Every secret before it goes on to open the case.
///
/// A code that is wrong, was used or has expired, and a second thing that is another, give the same answer.
#[utoipa::path(post, path = "/carry-on", tag = "carry on", request_body = CarryOnRequest, params(InVoice),
    responses((status = 201, body = StartedReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn redeem(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    source: Source,
    Query(voice): Query<InVoice>,
    Json(request): Json<CarryOnRequest>,
) -> Result<Response, Error> {
    let second = request.second.read()?;
    let started = app
        .service
        .carry_on(&caller, &request.code, &second, source.counted())
        .await?;
    let state = CaseReply::of(&started.view, &started.view.speech(voice.voice.into()));
    let reply = StartedReply {
        secret: started.secret.reveal(),
        state,
    };
    Ok((StatusCode::CREATED, Reply(reply)).into_response())
}
