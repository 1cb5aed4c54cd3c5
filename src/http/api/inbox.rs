//! What authors are to read, and the feedback that somebody gives on a case.

use axum::Json as Reply;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::event::{Helpful, Mark};
use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::http::extract::{ApiCaller, Json, Query};
use crate::service::inbox::{ReadItem, Words};
use crate::service::ports::{InboxQuery, ItemName, ItemState, OfCases};

use super::on_case::OnCase;
use super::reply::CaseReply;
use super::request::InVoice;

/// So many items are given unless another number is asked for.
const ITEMS: u32 = 50;

/// What somebody thinks of the service.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRequest {
    /// Whether it was helpful.
    helpful: HelpfulBody,
    /// In their own words; at most 2,000 characters. Kept sealed.
    #[serde(default)]
    words: String,
    /// The `seq` of the case as last seen; if it has moved on, nothing is kept and the reply is 409.
    after: Option<u64>,
}

/// Whether somebody found the service helpful.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpfulBody {
    /// It was.
    Yes,
    /// In part.
    Partly,
    /// It was not.
    No,
}

impl From<HelpfulBody> for Helpful {
    fn from(body: HelpfulBody) -> Self {
        match body {
            HelpfulBody::Yes => Helpful::Yes,
            HelpfulBody::Partly => Helpful::Partly,
            HelpfulBody::No => Helpful::No,
        }
    }
}

impl From<Helpful> for HelpfulBody {
    fn from(helpful: Helpful) -> Self {
        match helpful {
            Helpful::Yes => HelpfulBody::Yes,
            Helpful::Partly => HelpfulBody::Partly,
            Helpful::No => HelpfulBody::No,
        }
    }
}

/// Which items of the inbox.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxParams {
    /// Only in this state.
    state: Option<StateBody>,
    /// Only of this kind: `none_fit` or `feedback`.
    kind: Option<String>,
    /// Only those before this one, for the next page.
    before: Option<String>,
    /// At most so many; 50 unless given, 200 at most.
    limit: Option<u32>,
}

/// How far an item is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateBody {
    /// Nobody has read it.
    New,
    /// Somebody has.
    Read,
    /// Nothing more is to be done about it.
    Done,
}

impl From<StateBody> for ItemState {
    fn from(body: StateBody) -> Self {
        match body {
            StateBody::New => ItemState::New,
            StateBody::Read => ItemState::Read,
            StateBody::Done => ItemState::Done,
        }
    }
}

impl From<ItemState> for StateBody {
    fn from(state: ItemState) -> Self {
        match state {
            ItemState::New => StateBody::New,
            ItemState::Read => StateBody::Read,
            ItemState::Done => StateBody::Done,
        }
    }
}

/// Sets how far an item is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateRequest {
    /// How far it is now.
    state: StateBody,
}

/// Items of the inbox, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxReply {
    /// In order.
    pub items: Vec<ItemReply>,
}

/// Something that authors are to read. It does not say whose case it is from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemReply {
    /// Its name.
    #[schema(value_type = String)]
    pub item: ItemName,
    /// `none_fit` or `feedback`.
    pub kind: String,
    /// The id of a question, or of a disposition.
    pub subject: String,
    /// The release of the contact.
    pub release: String,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `real`, `practice` or `test`.
    #[schema(value_type = String)]
    pub mark: Mark,
    /// Of feedback: whether it was helpful.
    pub helpful: Option<HelpfulBody>,
    /// What was said, if anything was and it can still be read.
    pub words: Option<String>,
    /// What became of the words: `said`, `none`, `destroyed` (with the key of their case) or `unreadable`.
    pub words_are: &'static str,
    /// How far it is.
    pub state: StateBody,
    /// Who set that.
    pub state_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub state_at: Option<Timestamp>,
}

impl From<ReadItem> for ItemReply {
    fn from(item: ReadItem) -> Self {
        let (state_by, state_at) = item.changed.unzip();
        ItemReply {
            item: item.name,
            kind: item.kind,
            subject: item.subject,
            release: item.release.to_string(),
            at: item.at,
            mark: item.mark,
            helpful: item.helpful.map(HelpfulBody::from),
            words_are: item.words.code(),
            words: match item.words {
                Words::Said(words) => Some(words),
                Words::None | Words::Destroyed | Words::Unreadable => None,
            },
            state: item.state.into(),
            state_by,
            state_at,
        }
    }
}

/// Say whether the service was helpful. Nobody reads it at once: whoever is worse phones 111 or 999.
#[utoipa::path(post, path = "/cases/{case}/feedback", tag = "cases", request_body = FeedbackRequest, security(("case_secret" = [])),
    params(("case" = String, Path), InVoice, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CaseReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn give_feedback(
    State(app): State<App>,
    on: OnCase,
    Json(request): Json<FeedbackRequest>,
) -> Result<Reply<CaseReply>, Error> {
    let asked = on.asked(request.after);
    let words = request.words.parse().map_err(Error::Feedback)?;
    let helpful = request.helpful.into();
    let view = app
        .service
        .give_feedback(&on.caller, &on.access, helpful, &words, &asked)
        .await?;
    Ok(CaseReply::shown(&view, on.voice))
}

/// What people said that authors are to read; practice and test cases left out. 403 `not_allowed` without the right to.
#[utoipa::path(get, path = "/inbox", tag = "inbox", params(InboxParams),
    responses((status = 200, body = InboxReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn read(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Query(params): Query<InboxParams>,
) -> Result<Reply<InboxReply>, Error> {
    let before = params.before.map(|before| before.parse());
    let query = InboxQuery {
        only: None,
        kind: params.kind,
        state: params.state.map(ItemState::from),
        cases: OfCases::Real,
        before: before.transpose().map_err(Error::ItemName)?,
        limit: params.limit.unwrap_or(ITEMS),
    };
    let items = app.service.read_inbox(&caller, query).await?;
    Ok(Reply(InboxReply {
        items: items.into_iter().map(ItemReply::from).collect(),
    }))
}

/// Say how far an item of the inbox is. 403 `not_allowed` without the right to read it.
#[utoipa::path(put, path = "/inbox/{item}/state", tag = "inbox", request_body = StateRequest, params(("item" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn set_state(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Path(item): Path<String>,
    Json(request): Json<StateRequest>,
) -> Result<axum::http::StatusCode, Error> {
    let item: ItemName = item.parse().map_err(Error::ItemName)?;
    let who = caller.actor.name().to_owned();
    let state = request.state.into();
    app.service
        .set_inbox_state(&caller, item, state, who)
        .await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
