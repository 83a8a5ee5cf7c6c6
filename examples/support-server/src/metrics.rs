//! `/metrics` for Prometheus, on a listener of its own: figures are not for customers.

use axum::{Router, http::header, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::error::Error;

/// How many requests were answered, by method, route and status.
pub(crate) const REQUESTS: &str = "http_requests_total";
/// How long they took, by the same.
pub(crate) const DURATION: &str = "http_request_duration_seconds";

/// From half a millisecond, which is a read, to ten seconds, which is where the router gives up.
const BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Starts recording. To be called once.
pub(crate) fn start() -> Result<PrometheusHandle, Error> {
    let matcher = Matcher::Full(DURATION.to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(matcher, &BUCKETS)?.install_recorder()?;
    metrics::describe_counter!(REQUESTS, "requests answered");
    metrics::describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "time from a request's headers to its answer's"
    );
    Ok(handle)
}

/// Serves what was recorded.
pub(crate) fn router(handle: PrometheusHandle) -> Router {
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    Router::new().route("/metrics", get(move || std::future::ready((content_type, handle.render()))))
}
