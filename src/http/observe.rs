//! The boundary: every request gets an id, a time limit, a log line without health data, figures, and safe headers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use super::App;
use super::error::{Error, render};

/// The id of a request; in its log lines, its problems and the header `x-request-id`.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long an answer may take. What was being recorded is recorded all the same.
const LIMIT: Duration = Duration::from_secs(30);

/// Only our own scripts, styles, pictures and forms; never in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers for every response that does not set its own.
const HEADERS: [(HeaderName, &str); 9] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=31536000; includeSubDomains",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    ),
];

/// Wraps everything.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = request_id(&app, &request);
    let method = method(request.method());
    // The template of the address, never the address: what stands in it stays out of logs and figures.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", request_id = %id, method, route);
    let began = Instant::now();
    let answer = tokio::time::timeout(LIMIT, next.run(request))
        .instrument(span.clone())
        .await;
    let mut response = answer.unwrap_or_else(|_| Error::TooSlow.into_response());
    span.in_scope(|| note(&response, method, &route, began.elapsed()));
    if let Some(error) = response.extensions_mut().remove::<Arc<Error>>() {
        response = render(response, &error, &id);
    }
    finish(response, &id)
}

/// The id that a proxy gave, if it is a UUID; anything else might say something about somebody.
fn request_id(app: &App, request: &Request) -> String {
    let given = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| Uuid::try_parse(value.to_str().ok()?).ok());
    let id = given.unwrap_or_else(|| {
        let mut random = [0; 16];
        app.service.ids().fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    });
    id.to_string()
}

fn note(response: &Response, method: &'static str, route: &str, took: Duration) {
    let status = response.status().as_u16();
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!("nhs111_http_requests_total", &labels).increment(1);
    metrics::histogram!("nhs111_http_request_seconds", "route" => route.to_owned())
        .record(took.as_secs_f64());
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match response.extensions().get::<Arc<Error>>() {
        Some(error) if response.status().is_server_error() => {
            tracing::error!(
                status,
                took_ms,
                code = error.kind().1,
                error = error.chain(),
                "request failed"
            );
        }
        Some(error) => tracing::info!(status, took_ms, code = error.kind().1, "request refused"),
        None => tracing::info!(status, took_ms, "request answered"),
    }
}

fn finish(mut response: Response, id: &str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// A closed set, so that nobody can make figures without end.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
