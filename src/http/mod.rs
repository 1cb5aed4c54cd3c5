//! The JSON API and the public pages. Holds no decisions: every handler makes one call into [`crate::service`] and shows what it says.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;

use crate::service::Service;

pub mod api;
pub mod error;
pub mod extract;
mod health;
pub mod oauth;
pub mod observe;
pub mod public;
#[cfg(test)]
mod reading_age;
pub mod render;
pub mod source;

use error::Error;
use render::Pages;
use source::Front;

/// What every handler is given.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// The figures of this process.
    pub metrics: PrometheusHandle,
    /// The templates of the pages.
    pub pages: Arc<Pages>,
}

/// Every address there is, with nothing in front of it.
pub fn router(app: App) -> Router {
    router_behind(app, Front::default())
}

/// Every address there is.
pub fn router_behind(app: App, front: Front) -> Router {
    let public = public::router(app.service.clone(), app.pages.clone());
    let api = api::router().route_layer(from_fn_with_state(app.clone(), api::allowed::let_in));
    Router::new()
        .nest("/api/v1", api.fallback(async || Error::NoRoute))
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/revoke", post(oauth::revoke))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .method_not_allowed_fallback(async || Error::Method)
        .with_state(app.clone())
        // What is nobody else's is a page: people type addresses, machines do not.
        .merge(public)
        .layer(CatchPanicLayer::custom(|_| Error::Panicked.into_response()))
        .layer(from_fn_with_state((app.clone(), front), source::find))
        .layer(from_fn_with_state(app, observe::observe))
}
