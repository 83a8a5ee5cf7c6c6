//! A figure and a log line for each request.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};

use crate::metrics::{DURATION, REQUESTS};

/// Counts and logs a request by its route, never by its path: paths are without number, and hold what clients like.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;

    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let status = response.status();
    let took = began.elapsed();
    let labels =
        [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.as_str().to_owned())];
    metrics::counter!(REQUESTS, &labels).increment(1);
    metrics::histogram!(DURATION, &labels).record(took);

    let request_id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    tracing::debug!(method, route, status = status.as_u16(), ms = took.as_millis(), request_id, "answered");
    response
}

/// Methods are whatever a client sends; labels must not be.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
