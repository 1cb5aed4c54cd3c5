//! What the process says about itself: log lines in JSON, and metrics for Prometheus. Never health data.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// In seconds; from a page from memory to a caller who gives up.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// How many were recorded in one transaction.
const BATCH: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// A log filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("log filter cannot be read")]
pub struct BadFilter(#[from] tracing_subscriber::filter::ParseError);

/// Begins to log, one JSON object a line, on standard error. A second call changes nothing.
///
/// # Errors
/// [`BadFilter`] if `filter` is no filter of `tracing`.
pub fn log(filter: &str) -> Result<(), BadFilter> {
    let filter = EnvFilter::builder().parse(filter)?;
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .finish();
    // A process that already logs (a test) keeps its way.
    drop(tracing::subscriber::set_global_default(subscriber));
    Ok(())
}

/// The metrics of this process. There is one recorder a process; every call gives the same.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: the lists of buckets above are not empty"
)]
pub fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
                .and_then(|builder| {
                    builder.set_buckets_for_metric(Matcher::Suffix("_batch_size".to_owned()), BATCH)
                })
                .expect("there are buckets")
                .build_recorder();
            let handle = recorder.handle();
            // Another recorder is only there in a test of its own.
            drop(::metrics::set_global_recorder(recorder));
            handle
        })
        .clone()
}
