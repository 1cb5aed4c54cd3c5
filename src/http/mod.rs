//! The JSON API and the public pages. Holds no decisions: every handler makes one call into [`crate::service`] and shows what it says.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;

use crate::service::Service;

pub mod api;
pub mod error;
pub mod extract;
mod health;
pub mod observe;

use error::Error;

/// What every handler is given.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// The figures of this process.
    pub metrics: PrometheusHandle,
}

/// Every address there is.
pub fn router(app: App) -> Router {
    Router::new()
        .nest("/api/v1", api::router())
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(async || Error::NoRoute)
        .method_not_allowed_fallback(async || Error::Method)
        .layer(CatchPanicLayer::custom(|_| Error::Panicked.into_response()))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}
