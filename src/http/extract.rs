//! What handlers are given: bodies, secrets and keys, already read into our types.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use serde::de::DeserializeOwned;

use crate::case::ids::CaseId;
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

/// Who calls the API, as [`super::api::allowed`] let them in. At an address that lets everybody in there is nobody.
#[derive(Debug)]
pub struct ApiCaller(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for ApiCaller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.map(ApiCaller).ok_or(Error::TokenMissing)
    }
}

/// The case in the address, the secret in the header `Case-Secret`, and the provider of whoever calls.
#[derive(Debug)]
pub struct CaseAccess(pub Access);

impl<S: Send + Sync> FromRequestParts<S> for CaseAccess {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(case) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NoRoute)?;
        let ApiCaller(caller) = ApiCaller::from_request_parts(parts, state).await?;
        let given = parts.headers.get(CASE_SECRET).ok_or(Error::SecretMissing)?;
        let secret: Secret = given
            .to_str()
            .ok()
            .and_then(|given| given.trim().parse().ok())
            .ok_or(Error::SecretMalformed)?;
        // An id that none could have is a case that there is not.
        let case: CaseId = case.parse().map_err(|_| TriageError::NotFound)?;
        Ok(CaseAccess(Access {
            provider: caller.provider,
            case,
            secret,
        }))
    }
}

/// The header that holds the secret of a case.
const CASE_SECRET: HeaderName = HeaderName::from_static("case-secret");

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
