//! Following chats.

use axum::{extract::State, http::request::Parts, response::Response};
use support_core::desk::live::Topic;

use crate::{extract::Call, live, problem::Problem, state::AppState};

/// Follows chats: all of the tenant for staff, one's own for customers.
///
/// Server-sent events, whose `data` is the object as the API shows it to the caller: `session_created`,
/// `session_updated`, `message_created`, `messages_read`. `reset` means that something was missed and everything must be
/// fetched anew, `lagged` that the client was too slow, `shutdown` that it should come back, `denied` that it may not
/// (with the problem as `data`).
#[utoipa::path(
    get,
    path = "/chat/events",
    tag = "chats",
    params(("Last-Event-ID" = Option<String>, Header, description = "Goes on behind the event with this `id`")),
    responses((status = 200, body = String, content_type = "text/event-stream")),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn follow_chats(
    State(app): State<AppState>,
    parts: Parts,
    call: Call,
) -> Result<Response, Problem> {
    live::open(app, parts, call, Topic::Chats).await
}
