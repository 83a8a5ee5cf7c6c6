//! `/healthz`, `/readyz`, and answers for what is neither they nor the API.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, header::RETRY_AFTER},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;
use support_core::{
    SupportDesk,
    time::{Clock as _, IdGenerator as _, SystemClock, SystemIds},
};
use support_http_axum::{Code, Problem};

/// Routes for whoever watches over the process.
pub(crate) fn router(desk: SupportDesk) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(async || problem(Code::NotFound))
        .method_not_allowed_fallback(async || problem(Code::MethodNotAllowed))
        .with_state(desk)
}

/// The process answers.
async fn alive() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// The store is reachable, and its schema is the one this version needs.
async fn ready(State(desk): State<SupportDesk>) -> Response {
    match desk.check().await {
        Ok(()) => Json(json!({"status": "ok"})).into_response(),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            let mut response = problem(Code::Unavailable);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
    }
}

fn problem(code: Code) -> Response {
    let request_id = SystemIds::default().next_id(SystemClock.now());
    Problem::new(code).render(&request_id.to_string())
}
