//! A receiver, to try it with.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use support_core::time::{Clock, SystemClock};

use crate::{Secret, verify};

/// A receiver that believes what is signed, and hands id and body on. It must be quick: the sender waits for the answer.
pub fn receiver(secret: Secret, take: impl Fn(&str, &[u8]) + Send + Sync + 'static) -> Router {
    let take = Arc::new(take);
    let receive = async move |headers: HeaderMap, body: Bytes| match verify(
        &secret,
        &headers,
        &body,
        SystemClock.now(),
    ) {
        Ok(id) => {
            take(id, &body);
            StatusCode::NO_CONTENT
        }
        Err(refusal) => {
            tracing::warn!(%refusal, "a delivery is not believed");
            StatusCode::UNAUTHORIZED
        }
    };
    Router::new().route("/", post(receive)).layer(DefaultBodyLimit::max(64 * 1_024))
}
