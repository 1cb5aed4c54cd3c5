//! The one error of everything that answers over HTTP, and the one match to a status and a stable code.
//!
//! A handler returns an [`Error`]; the response carries it to the boundary ([`super::observe`]), where a fault of ours is logged
//! once with the id of the request, and rendered as an RFC 9457 problem. Pages render the same error as a page of theirs.

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::case::answer::AnswerError;
use crate::case::commit::ReleaseError;
use crate::case::person::PersonFault;
use crate::pathway::text::Voice;
use crate::service::carry_on::CarryOnError;
use crate::service::guarded::NotAPhoneNumber;
use crate::service::inbox::{InboxError, TooManyWords};
use crate::service::limits::TooMany;
use crate::service::ports::{NotAnItemName, StoreError};
use crate::service::releases::PinError;
use crate::service::rights::NotAllowed;
use crate::service::staff::NotStaff;
use crate::service::triage::TriageError;
use crate::service::view::View;
use crate::service::walk::WalkError;
use crate::walk::{FactError, UnknownComplaint};

use super::api::reply::ResultReply;

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NoRoute,
    /// The address does not take this method.
    #[error("this address does not take this method")]
    Method,
    /// The body is larger than any request needs.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The body is not `application/json`.
    #[error("the body must be `application/json`")]
    MediaType,
    /// The body broke off.
    #[error("the body broke off")]
    Broken,
    /// The body is not UTF-8.
    #[error("the body is not UTF-8: byte {at} cannot be read")]
    NotUtf8 {
        /// From 0.
        at: usize,
    },
    /// The body is not JSON.
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    /// The body is JSON of another shape.
    #[error("the body cannot be understood: {0}")]
    Shape(String),
    /// A value in the address cannot be understood.
    #[error("the address cannot be understood: {0}")]
    Query(String),
    /// The token is missing.
    #[error(
        "a token of the client must stand in the header `Authorization`, as `Bearer` and the token"
    )]
    TokenMissing,
    /// The token is no token that is good now.
    #[error("the token is unknown, has expired or was ended; ask for another")]
    TokenEnded,
    /// What stands in the header `On-Behalf-Of` names nobody.
    #[error(transparent)]
    OnBehalfOf(NotStaff),
    /// An address that nobody said who may use.
    #[error("nobody may use this address")]
    NotListed,
    /// It is not for this caller to do.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Too much in too short a time.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// From a code to carry a case on.
    #[error(transparent)]
    CarryOn(#[from] CarryOnError),
    /// The secret of the case is missing.
    #[error("the secret of the case must stand in the header `Case-Secret`")]
    SecretMissing,
    /// What stands in its place is no secret.
    #[error("what stands in the header `Case-Secret` is no case secret")]
    SecretMalformed,
    /// The key of the request cannot be used.
    #[error("the header `Idempotency-Key` must hold 16 to 128 visible ASCII characters")]
    KeyMalformed,
    /// A number to ring back on that is none.
    #[error(transparent)]
    PhoneNumber(NotAPhoneNumber),
    /// A place that is none.
    #[error(
        "the place is no postcode such as `ZZ1 4DX`, no district such as `ZZ1`, and no point in the United Kingdom"
    )]
    Place,
    /// More words of feedback than are taken.
    #[error(transparent)]
    Feedback(TooManyWords),
    /// A text that names no item of the inbox.
    #[error(transparent)]
    ItemName(NotAnItemName),
    /// Something said of the person that cannot be.
    #[error("`{field}`: {fault}")]
    Person {
        /// Which part.
        field: &'static str,
        /// Why.
        fault: PersonFault,
    },
    /// No release has this name.
    #[error("there is no release of this name")]
    NoSuchRelease,
    /// It took too long.
    #[error("the answer took too long")]
    TooSlow,
    /// A fault in this program.
    #[error("a fault in this program")]
    Panicked,
    /// From a case.
    #[error(transparent)]
    Triage(#[from] TriageError),
    /// From a walk that stores nothing.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// From the releases.
    #[error(transparent)]
    Release(#[from] PinError),
    /// From the inbox.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// From the record.
    #[error(transparent)]
    Store(#[from] StoreError),
}

use StatusCode as S;

impl Error {
    /// Its status and its stable code.
    pub fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Error::NoRoute => (S::NOT_FOUND, "no_such_address"),
            Error::Method => (S::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Error::TooLarge { .. } => (S::PAYLOAD_TOO_LARGE, "body_too_large"),
            Error::MediaType => (S::UNSUPPORTED_MEDIA_TYPE, "not_json_media_type"),
            Error::Broken => (S::BAD_REQUEST, "body_broken_off"),
            Error::NotUtf8 { .. } => (S::BAD_REQUEST, "body_not_utf8"),
            Error::NotJson(_) => (S::BAD_REQUEST, "body_not_json"),
            Error::Shape(_) => (S::UNPROCESSABLE_ENTITY, "body_not_understood"),
            Error::Query(_) => (S::BAD_REQUEST, "address_not_understood"),
            Error::TokenMissing => (S::UNAUTHORIZED, "token_missing"),
            Error::TokenEnded => (S::UNAUTHORIZED, "token_ended"),
            Error::OnBehalfOf(_) => (S::BAD_REQUEST, "on_behalf_of_malformed"),
            Error::NotListed | Error::NotAllowed(_) => (S::FORBIDDEN, "not_allowed"),
            Error::TooMany(_) => (S::TOO_MANY_REQUESTS, "too_many_requests"),
            Error::CarryOn(error) => of_carry_on(error),
            Error::SecretMissing => (S::BAD_REQUEST, "secret_missing"),
            Error::SecretMalformed => (S::BAD_REQUEST, "secret_malformed"),
            Error::KeyMalformed => (S::BAD_REQUEST, "idempotency_key_malformed"),
            Error::PhoneNumber(_) => (S::UNPROCESSABLE_ENTITY, "not_a_phone_number"),
            Error::Place => (S::UNPROCESSABLE_ENTITY, "not_a_place"),
            Error::Feedback(_) => (S::UNPROCESSABLE_ENTITY, "too_many_words"),
            Error::ItemName(_) | Error::Inbox(InboxError::NoSuchItem(_)) => {
                (S::NOT_FOUND, "no_such_item")
            }
            Error::Inbox(InboxError::NotAllowed(_)) => (S::FORBIDDEN, "not_allowed"),
            Error::Inbox(InboxError::Store(error)) => of_store(error),
            Error::Person { fault, .. } => (S::UNPROCESSABLE_ENTITY, fault.code()),
            Error::NoSuchRelease => (S::NOT_FOUND, "no_such_release"),
            Error::TooSlow => (S::SERVICE_UNAVAILABLE, "too_slow"),
            Error::Panicked => (S::INTERNAL_SERVER_ERROR, "internal"),
            Error::Triage(error) => of_triage(error),
            Error::Walk(error) => of_walk(error),
            Error::Release(error) => of_release(error),
            Error::Store(error) => of_store(error),
        }
    }

    /// One sentence for whoever asked. Of a fault of ours it says nothing of the inside.
    pub fn sentence(&self) -> String {
        let (status, _) = self.kind();
        if status.is_server_error() {
            return "The service cannot answer now. If somebody may be in danger, phone 999."
                .to_owned();
        }
        let text = self.to_string();
        let mut letters = text.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>() + ".")
            .unwrap_or_default()
    }

    /// How to be let in (RFC 6750).
    fn scheme(&self) -> Option<&'static str> {
        match self {
            Error::TokenMissing => Some("Bearer"),
            Error::TokenEnded => Some("Bearer error=\"invalid_token\""),
            Error::NotAllowed(_) | Error::Triage(TriageError::NotAllowed(_)) => {
                Some("Bearer error=\"insufficient_scope\"")
            }
            _ => None,
        }
    }

    /// When to ask again.
    fn wait(&self) -> Option<TooMany> {
        match self {
            Error::TooMany(wait) | Error::CarryOn(CarryOnError::TooMany(wait)) => Some(*wait),
            _ => None,
        }
    }

    /// The cause below, for the log.
    pub fn chain(&self) -> String {
        let mut chain = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            // A transparent error has the text of the one it carries.
            if !chain.ends_with(&error.to_string()) {
                let _ = write!(chain, ": {error}");
            }
            cause = error.source();
        }
        chain
    }

    /// Where an answer that could not be recorded would have led.
    pub fn unrecorded(&self) -> Option<&View> {
        match self {
            Error::Triage(TriageError::NotRecorded { view, .. }) => Some(view),
            _ => None,
        }
    }
}

fn of_triage(error: &TriageError) -> (StatusCode, &'static str) {
    match error {
        TriageError::NotFound => (S::NOT_FOUND, "case_not_found"),
        TriageError::Conflict { .. } => (S::CONFLICT, "case_has_moved_on"),
        TriageError::KeyReused => (S::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
        TriageError::UnknownComplaint(_) => (S::UNPROCESSABLE_ENTITY, "unknown_complaint"),
        TriageError::Answer(error) => (S::UNPROCESSABLE_ENTITY, of_answer(error)),
        TriageError::ContactEnded => (S::CONFLICT, "contact_ended"),
        TriageError::NotAllowed(_) => (S::FORBIDDEN, "not_allowed"),
        TriageError::Grounds(ReleaseError::NotAClinician) => (S::FORBIDDEN, "not_allowed"),
        TriageError::Grounds(ReleaseError::NotHeld(_) | ReleaseError::NotJudged(_)) => {
            (S::UNPROCESSABLE_ENTITY, "not_held")
        }
        TriageError::Grounds(ReleaseError::UnknownDisposition) => {
            (S::UNPROCESSABLE_ENTITY, "unknown_disposition")
        }
        TriageError::GroundsAbove(_) => (S::UNPROCESSABLE_ENTITY, "grounds_above"),
        TriageError::NotMatched(_) => (S::UNPROCESSABLE_ENTITY, "case_not_matched"),
        TriageError::LookUpTooSlow => (S::SERVICE_UNAVAILABLE, "too_slow"),
        TriageError::NoSuchStart(_) => (S::UNPROCESSABLE_ENTITY, "no_such_start"),
        TriageError::ServiceNotOffered(_) => (S::UNPROCESSABLE_ENTITY, "service_not_offered"),
        TriageError::Destroyed => (S::GONE, "case_closed"),
        TriageError::Release(error) => of_release(error),
        TriageError::Store(error) => of_store(error),
        TriageError::NotRecorded { .. } => (S::SERVICE_UNAVAILABLE, "not_recorded"),
        TriageError::Replay(_) | TriageError::Event { .. } | TriageError::Seal(_) => {
            (S::INTERNAL_SERVER_ERROR, "internal")
        }
    }
}

fn of_carry_on(error: &CarryOnError) -> (StatusCode, &'static str) {
    match error {
        CarryOnError::Refused => (S::NOT_FOUND, "code_refused"),
        CarryOnError::TooMany(_) => (S::TOO_MANY_REQUESTS, "too_many_requests"),
        CarryOnError::Triage(error) => of_triage(error),
    }
}

fn of_answer(error: &AnswerError) -> &'static str {
    match error {
        AnswerError::Empty => "no_answer",
        AnswerError::ContactEnded => "contact_ended",
        AnswerError::NotAsked { .. } => "not_asked",
        AnswerError::AlreadyAnswered { .. } => "already_answered",
        AnswerError::NotAnswered { .. } => "not_answered",
        AnswerError::NotTheCallers { .. } => "not_the_callers_to_say",
        AnswerError::NothingTicked { .. } => "nothing_ticked",
        AnswerError::NotListed { .. } => "not_listed",
        AnswerError::Fact { error, .. } => error.code(),
        AnswerError::Complaint(_) => "unknown_complaint",
    }
}

fn of_walk(error: &WalkError) -> (StatusCode, &'static str) {
    match error {
        WalkError::UnknownRelease(_) => (S::UNPROCESSABLE_ENTITY, "unknown_release"),
        WalkError::UnknownComplaint(_) => (S::UNPROCESSABLE_ENTITY, "unknown_complaint"),
        WalkError::Fact { error, .. } => (S::UNPROCESSABLE_ENTITY, error.code()),
        WalkError::WrongPlace {
            is_system: true, ..
        } => (S::UNPROCESSABLE_ENTITY, "not_the_callers_to_say"),
        WalkError::WrongPlace {
            is_system: false, ..
        } => (S::UNPROCESSABLE_ENTITY, "not_a_system_fact"),
        WalkError::Release(error) => of_release(error),
    }
}

fn of_release(error: &PinError) -> (StatusCode, &'static str) {
    match error {
        PinError::NoneActive => (S::SERVICE_UNAVAILABLE, "no_release"),
        PinError::NotApproved(_) => (S::SERVICE_UNAVAILABLE, "release_not_approved"),
        PinError::Missing(_) | PinError::Unreadable { .. } | PinError::Unsound { .. } => {
            (S::INTERNAL_SERVER_ERROR, "release_not_readable")
        }
        PinError::Store(error) => of_store(error),
    }
}

fn of_store(error: &StoreError) -> (StatusCode, &'static str) {
    match error {
        StoreError::Busy(_) => (S::SERVICE_UNAVAILABLE, "record_busy"),
        StoreError::Full(_) => (S::INSUFFICIENT_STORAGE, "record_full"),
        StoreError::Closed => (S::SERVICE_UNAVAILABLE, "shutting_down"),
        StoreError::Gone(_) | StoreError::ReadOnly(_) => {
            (S::SERVICE_UNAVAILABLE, "record_unavailable")
        }
        StoreError::Unreadable { .. }
        | StoreError::UnknownRelease(_)
        | StoreError::Unsafe { .. }
        | StoreError::Failed(_) => (S::INTERNAL_SERVER_ERROR, "record_failed"),
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, _) = self.kind();
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if let Some(scheme) = self.scheme() {
            let scheme = HeaderValue::from_static(scheme);
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(wait) = self.wait() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.retry_after));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem, as a URN that ends in `code`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The status of the response.
    status: u16,
    /// One sentence about this one.
    detail: String,
    /// Stable; what a program should look at.
    code: &'static str,
    /// What to quote when asking about it.
    request_id: String,
    /// The question that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The nearest name that there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    did_you_mean: Option<String>,
    /// What may be answered instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<String>>,
    /// The last event of the case now.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    /// The grounds that hold something more urgent, and were not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    grounds: Option<Vec<u32>>,
    /// Where an answer that could not be recorded would have led. It is not recorded: send it again with the same key.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrecorded_result: Option<ResultReply>,
}

impl Problem {
    fn of(error: &Error, request_id: &str) -> Self {
        let (status, code) = error.kind();
        let about = About::of(error);
        let result = error
            .unrecorded()
            .and_then(|view| ResultReply::of(view, &view.speech(Voice::Public)));
        Problem {
            kind: format!("urn:nhs111:problem:{code}"),
            title: code.replace('_', " "),
            status: status.as_u16(),
            detail: error.sentence(),
            code,
            request_id: request_id.to_owned(),
            field: about.field,
            did_you_mean: about.did_you_mean,
            options: about.options,
            seq: about.seq,
            grounds: about.grounds,
            unrecorded_result: result,
        }
    }
}

/// The parts of a problem that a program can act on.
#[derive(Default)]
struct About {
    field: Option<String>,
    did_you_mean: Option<String>,
    options: Option<Vec<String>>,
    seq: Option<u64>,
    grounds: Option<Vec<u32>>,
}

impl About {
    fn of(error: &Error) -> Self {
        match error {
            Error::Person { field, .. } => About {
                field: Some((*field).to_owned()),
                ..About::default()
            },
            Error::Triage(TriageError::Conflict { seq }) => About {
                seq: Some(*seq),
                ..About::default()
            },
            Error::Triage(TriageError::GroundsAbove(grounds)) => About {
                grounds: Some(grounds.iter().map(|ground| ground.0).collect()),
                ..About::default()
            },
            Error::Triage(TriageError::UnknownComplaint(unknown))
            | Error::Walk(WalkError::UnknownComplaint(unknown)) => About::complaint(unknown),
            Error::Triage(TriageError::Answer(AnswerError::Fact { name, error }))
            | Error::Walk(WalkError::Fact { name, error }) => About::fact(name, error),
            Error::Triage(TriageError::Answer(
                AnswerError::NotAsked { name }
                | AnswerError::AlreadyAnswered { name }
                | AnswerError::NotAnswered { name }
                | AnswerError::NotTheCallers { name }
                | AnswerError::NothingTicked { name }
                | AnswerError::NotListed { name },
            ))
            | Error::Walk(WalkError::WrongPlace { name, .. }) => About {
                field: Some(name.clone()),
                ..About::default()
            },
            _ => About::default(),
        }
    }

    fn complaint(unknown: &UnknownComplaint) -> Self {
        About {
            field: Some(unknown.family.clone()),
            did_you_mean: unknown.did_you_mean.clone(),
            ..About::default()
        }
    }

    fn fact(name: &str, error: &FactError) -> Self {
        let mut about = About {
            field: Some(name.to_owned()),
            ..About::default()
        };
        match error {
            FactError::UnknownFact { did_you_mean } => about.did_you_mean = did_you_mean.clone(),
            FactError::NotOffered { options } => about.options = Some(options.clone()),
            _ => {}
        }
        about
    }
}

/// Puts the problem document of an error into a response.
pub fn render(mut response: Response, error: &Error, request_id: &str) -> Response {
    let problem = Problem::of(error, request_id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = body.into();
    response
}
