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
pub mod public;
pub mod render;

use error::Error;
use render::Pages;

/// What every handler is given.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// The templates of the public pages.
    pub pages: Arc<Pages>,
    /// The figures of this process.
    pub metrics: PrometheusHandle,
}

/// Every address there is: what machines ask, and the public pages.
pub fn router(app: App) -> Router {
    let api = api::router()
        .fallback(async || Error::NoRoute)
        .method_not_allowed_fallback(async || Error::Method);
    let machines = Router::new()
        .nest("/api/v1", api)
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .layer(CatchPanicLayer::custom(|_| Error::Panicked.into_response()))
        .with_state(app.clone());
    machines
        .merge(public::router(app.service.clone(), app.pages.clone()))
        .layer(from_fn_with_state(app, observe::observe))
}
