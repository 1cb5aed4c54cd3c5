//! Whether the process lives, whether it can serve, and its figures.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::case::ids::ProviderId;

use super::App;
use super::error::Error;

/// The process lives. Asks nothing of anybody.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The record can be read and there is a release to triage on; 503 or 500 otherwise.
pub async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    app.service.ready(&ProviderId::default()).await?;
    Ok("ready\n")
}

/// Figures for Prometheus. No label ever says anything about a person.
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        app.metrics.render(),
    )
}
