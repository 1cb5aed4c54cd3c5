//! The public pages: plain words, any device, no script.
//!
//! A page is a view of [`view`], rendered by [`super::render`]. Every form is answered by an address to go to, never by a page, so
//! that "back" and "refresh" always show a page that stands. No address says anything about anybody's health: a question is named by
//! how many events the case had when it was asked.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::render::{Assets, Pages};
use crate::service::Service;

use reply::{Reply, Shown};
use trouble::Trouble;
use view::Page;
use visit::{Public, Visit};

pub mod begin;
pub mod carry_on;
pub mod change;
pub mod device;
pub mod ends;
pub mod feedback;
pub mod form;
pub mod information;
pub mod outcome;
pub mod proof;
pub mod questions;
pub mod reply;
pub mod screen;
pub mod search;
pub mod services;
pub mod told;
pub mod trouble;
pub mod view;
pub mod visit;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod well_made;

/// Whoever would wait longer than this is told to phone.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than the longest form.
const BODY_LIMIT: usize = 64 * 1024;

/// Only our own style sheet, no script, no frame; addresses stay with us.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
];

/// The public pages.
pub fn router(service: Arc<Service>, pages: Arc<Pages>) -> Router {
    let public = Public { service, pages };
    let pages = Router::new()
        .route("/", get(async || Reply::plain(Page::Start)))
        .route(
            "/emergency-check",
            get(async || Reply::page(Page::EmergencyCheck, Some("/".to_owned()), None)),
        )
        .route("/about-you", get(begin::about).post(begin::start))
        .route(
            "/about-you/change",
            get(begin::about_change).post(begin::about_changed),
        )
        .route("/complaints", get(begin::complaints).post(begin::choose))
        .route("/questions", get(questions::here))
        .route(
            "/questions/{step}",
            get(questions::show).post(questions::take),
        )
        .route("/answers", get(ends::answers))
        .route("/answers/{seq}", get(questions::answer_of))
        .route("/change", get(change::preview).post(change::make))
        .route("/outcome", get(ends::outcome))
        .route("/carry-on", get(carry_on::enter).post(carry_on::entered))
        .route(
            "/carry-on/code",
            get(carry_on::choose).post(carry_on::chosen),
        )
        .route("/services", get(services::ask).post(services::look))
        .route("/feedback", get(feedback::elsewhere).post(feedback::give))
        .route("/stop", get(ends::stop).post(ends::stopped))
        .route("/leave", get(ends::leave).post(ends::left))
        .route("/left", get(async || Reply::plain(information::left())))
        .route(
            "/about-this-service",
            get(async || Reply::plain(information::about_this_service())),
        )
        .route("/about/release/{hash}", get(proof::of_release))
        .route(
            "/privacy",
            get(async || Reply::plain(information::privacy())),
        )
        .route(
            "/accessibility",
            get(async || Reply::plain(information::accessibility())),
        )
        .fallback(async || Trouble::NotFound)
        .method_not_allowed_fallback(async || Trouble::Elsewhere("/questions".to_owned()))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(public.clone(), show))
        .with_state(public);
    Router::new()
        .route("/assets/public.css", get(stylesheet))
        .merge(pages)
        .layer(from_fn(guarded))
        .layer(CompressionLayer::new())
}

/// Makes the page of what a handler came to. Forms come from our own pages, nobody waits for ever, and whatever goes wrong
/// becomes a page that says to phone.
async fn show(State(_): State<Public>, visit: Visit, request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST;
    if is_form && visit::is_from_elsewhere(request.headers()) {
        return visit.respond(Err(Trouble::Refused)).await;
    }
    let Ok(mut response) = tokio::time::timeout(PATIENCE, next.run(request)).await else {
        tracing::error!(
            patience_s = PATIENCE.as_secs(),
            "a public page took too long"
        );
        return visit.respond(Err(Trouble::Busy { emergency: false })).await;
    };
    match response.extensions_mut().remove::<Shown>() {
        Some(Shown(reply)) => visit.respond(reply).await,
        // A panic, or a form that no page of ours makes.
        None if response.status().is_server_error() => {
            visit
                .respond(Err(Trouble::Failed { emergency: false }))
                .await
        }
        // An address is typed, a form is sent.
        None if response.status() == StatusCode::BAD_REQUEST && !is_form => {
            visit.respond(Err(Trouble::NotFound)).await
        }
        None => visit.respond(Err(Trouble::Refused)).await,
    }
}

/// The headers of every response; only the style sheet may be kept.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers: &mut HeaderMap = response.headers_mut();
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// The style sheet; its address changes with it, so it may be kept for ever.
async fn stylesheet() -> Response {
    match Assets::get("public.css") {
        Some(file) => (
            [
                (CONTENT_TYPE, "text/css; charset=utf-8"),
                (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            file.data.into_owned(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
