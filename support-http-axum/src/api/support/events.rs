//! Following tickets.

use axum::{extract::State, http::request::Parts, response::Response};
use support_core::desk::live::Topic;

use crate::{extract::Call, live, problem::Problem, state::AppState};

/// Follows tickets: all of the tenant for staff, one's own for customers.
///
/// Server-sent events, whose `data` is the object as the API shows it to the caller: `ticket_created`, `ticket_updated`,
/// `reply_created`, for staff `note_created`. The others are those of `/chat/events`.
#[utoipa::path(
    get,
    path = "/support/events",
    tag = "tickets",
    params(("Last-Event-ID" = Option<String>, Header, description = "Goes on behind the event with this `id`")),
    responses((status = 200, description = "What happens", body = String, content_type = "text/event-stream")),
    security(("user" = []))
)]
pub(super) async fn follow_tickets(
    State(app): State<AppState>,
    parts: Parts,
    call: Call,
) -> Result<Response, Problem> {
    live::open(app, parts, call, Topic::Tickets).await
}
