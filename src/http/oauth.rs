//! Tokens for machine clients: OAuth 2.0 client credentials (RFC 6749 section 4.4), and ending a token (RFC 7009).
//!
//! A client shows its name and secret by HTTP Basic or in the form, not both. Errors are those of RFC 6749 section 5.2.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::service::credentials::{Issued, TokenError};
use crate::service::limits::TooMany;

use super::App;
use super::error::Error;
use super::source::Source;

/// A token, once.
#[derive(Serialize)]
struct TokenReply {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
}

impl TokenReply {
    fn of(issued: &Issued) -> Self {
        let grant = &issued.grant;
        TokenReply {
            access_token: issued.token.reveal(),
            token_type: "Bearer",
            expires_in: grant.expires_at.duration_since(grant.issued_at).as_secs(),
            scope: grant.scopes.to_string(),
        }
    }
}

/// Why there is no token.
enum Refusal {
    /// The form cannot be understood; why, in a sentence.
    Request(&'static str),
    /// No such client for this secret. Whether it came by HTTP Basic.
    Client { by_basic: bool },
    /// Another grant than client credentials.
    GrantType,
    /// Scopes that it was not given.
    Scope,
    /// Too often.
    TooMany(TooMany),
    /// A fault of ours.
    Ours(Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, description) = match &self {
            Refusal::Request(why) => (StatusCode::BAD_REQUEST, "invalid_request", *why),
            Refusal::Client { .. } => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "There is no such client for this secret.",
            ),
            Refusal::GrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant type must be client_credentials.",
            ),
            Refusal::Scope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "This client was not given these scopes.",
            ),
            Refusal::TooMany(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "temporarily_unavailable",
                "Too many requests. Ask again later.",
            ),
            Refusal::Ours(_) => return no_store(self.ours()),
        };
        let body = serde_json::json!({"error": error, "error_description": description});
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        match self {
            Refusal::Client { by_basic: true } => {
                let scheme = HeaderValue::from_static("Basic realm=\"nhs111\"");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            Refusal::TooMany(wait) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.retry_after));
            }
            _ => {}
        }
        no_store(response)
    }
}

impl Refusal {
    fn ours(self) -> Response {
        match self {
            Refusal::Ours(error) => error.into_response(),
            other => other.into_response(),
        }
    }

    fn of(error: TokenError, by_basic: bool) -> Self {
        match error {
            TokenError::Client => Refusal::Client { by_basic },
            TokenError::Scope => Refusal::Scope,
            TokenError::TooMany(wait) => Refusal::TooMany(wait),
            TokenError::Store(error) => Refusal::Ours(error.into()),
        }
    }
}

fn no_store(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A client's name and secret, and the other fields of its form.
struct Asked {
    client: String,
    secret: String,
    by_basic: bool,
    fields: Vec<(String, String)>,
}

impl Asked {
    fn read(headers: &HeaderMap, body: &str) -> Result<Self, Refusal> {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::Request(
                "The body must be application/x-www-form-urlencoded.",
            ));
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let is_twice = |(at, (name, _)): (usize, &(String, String))| {
            fields.iter().take(at).any(|(before, _)| before == name)
        };
        if fields.iter().enumerate().any(is_twice) {
            return Err(Refusal::Request("A field stands in the form twice."));
        }
        let mut asked = Asked {
            client: String::new(),
            secret: String::new(),
            by_basic: headers.contains_key(header::AUTHORIZATION),
            fields,
        };
        let in_form = asked
            .get("client_id")
            .map(str::to_owned)
            .zip(asked.get("client_secret").map(str::to_owned));
        (asked.client, asked.secret) = match (asked.by_basic, in_form) {
            (true, _) if asked.get("client_secret").is_some() => {
                return Err(Refusal::Request(
                    "The secret must come by HTTP Basic or in the form, not both.",
                ));
            }
            (true, _) => basic(headers).ok_or(Refusal::Client { by_basic: true })?,
            (false, Some(pair)) => pair,
            (false, None) => return Err(Refusal::Client { by_basic: false }),
        };
        Ok(asked)
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

/// Name and secret of HTTP Basic, each form-encoded as RFC 6749 section 2.3.1 has it.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, pair) = given.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok()?;
    let (client, secret) = pair.split_once(':')?;
    let decoded = |text: &str| {
        form_urlencoded::parse(format!("v={text}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((decoded(client)?, decoded(secret)?))
}

/// A token for a client.
pub async fn token(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    body: String,
) -> Response {
    issue(&app, source, &headers, &body)
        .await
        .map_or_else(Refusal::into_response, |issued| {
            no_store(Json(TokenReply::of(&issued)).into_response())
        })
}

async fn issue(
    app: &App,
    source: Source,
    headers: &HeaderMap,
    body: &str,
) -> Result<Issued, Refusal> {
    let source = source.counted();
    app.service.admit_token(source).map_err(Refusal::TooMany)?;
    let asked = Asked::read(headers, body)?;
    match asked.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::GrantType),
        None => return Err(Refusal::Request("The grant type is missing.")),
    }
    app.service
        .credentials()
        .issue(&asked.client, &asked.secret, asked.get("scope"), source)
        .await
        .map_err(|error| Refusal::of(error, asked.by_basic))
}

/// Ends a token of the client that asks. One that there is not is ended already.
pub async fn revoke(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    body: String,
) -> Response {
    end(&app, source, &headers, &body)
        .await
        .map_or_else(Refusal::into_response, |()| {
            no_store(StatusCode::OK.into_response())
        })
}

async fn end(app: &App, source: Source, headers: &HeaderMap, body: &str) -> Result<(), Refusal> {
    let source = source.counted();
    app.service.admit_token(source).map_err(Refusal::TooMany)?;
    let asked = Asked::read(headers, body)?;
    let token = asked
        .get("token")
        .ok_or(Refusal::Request("The token is missing."))?;
    app.service
        .credentials()
        .revoke(&asked.client, &asked.secret, token, source)
        .await
        .map_err(|error| Refusal::of(error, asked.by_basic))
}
