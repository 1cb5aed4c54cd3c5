//! What handlers are given: bodies, secrets and keys, already read into our types.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::case::ids::{CaseId, ProviderId};
use crate::service::Caller;
use crate::service::access::{Access, Secret};
use crate::service::idempotency::Key;
use crate::service::triage::TriageError;

use super::error::Error;

/// More than any request needs, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// A JSON body. An empty one is `{}` where every part may be left out.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let is_json = is_json(request.headers());
        let bytes = body(request).await?;
        if bytes.is_empty() {
            return serde_json::from_str("{}")
                .map(Json)
                .map_err(|error| Error::Shape(error.to_string()));
        }
        if !is_json {
            return Err(Error::MediaType);
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| Error::NotUtf8 {
            at: error.valid_up_to(),
        })?;
        // A list would be read by position; every body here is an object.
        if !text.trim_start().starts_with('{')
            && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        {
            return Err(Error::Shape("expected an object".to_owned()));
        }
        serde_json::from_str(text).map(Json).map_err(|error| {
            if error.is_data() {
                Error::Shape(error.to_string())
            } else {
                Error::NotJson(error.to_string())
            }
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

async fn body(request: Request) -> Result<Bytes, Error> {
    let too_large = Error::TooLarge { limit: BODY_LIMIT };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large);
    }
    to_bytes(request.into_body(), BODY_LIMIT)
        .await
        .map_err(|error| {
            use std::error::Error as _;
            let is_limit = error
                .source()
                .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
            if is_limit { too_large } else { Error::Broken }
        })
}

/// Who calls the API. Until clients and staff have credentials of their own, everybody is the anonymous machine client, who may do
/// only what [`Caller::may`] lists.
#[derive(Debug)]
pub struct ApiCaller(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for ApiCaller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(ApiCaller(Caller::client()))
    }
}

/// The case in the address, and the secret in the header `Authorization`.
#[derive(Debug)]
pub struct CaseAccess(pub Access);

impl<S: Send + Sync> FromRequestParts<S> for CaseAccess {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(case) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NoRoute)?;
        let given = parts
            .headers
            .get(header::AUTHORIZATION)
            .ok_or(Error::SecretMissing)?;
        let given = given.to_str().map_err(|_| Error::SecretMalformed)?;
        let (scheme, secret) = given.split_once(' ').ok_or(Error::SecretMalformed)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Error::SecretMissing);
        }
        let secret: Secret = secret.trim().parse().map_err(|_| Error::SecretMalformed)?;
        // An id that none could have is a case that there is not.
        let case: CaseId = case.parse().map_err(|_| TriageError::NotFound)?;
        Ok(CaseAccess(Access {
            provider: ProviderId::default(),
            case,
            secret,
        }))
    }
}

/// The key of the request, if it has one.
#[derive(Debug)]
pub struct RequestKey(pub Option<Key>);

impl<S: Send + Sync> FromRequestParts<S> for RequestKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(given) = parts.headers.get("idempotency-key") else {
            return Ok(RequestKey(None));
        };
        let key = given
            .to_str()
            .ok()
            .and_then(|key| key.parse().ok())
            .ok_or(Error::KeyMalformed)?;
        Ok(RequestKey(Some(key)))
    }
}

/// What stands behind the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|query| Query(query.0))
            .map_err(|error| Error::Query(error.body_text()))
    }
}
