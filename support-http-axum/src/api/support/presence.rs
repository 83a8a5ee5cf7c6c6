//! Who is typing on a ticket, and who looks at it.

use axum::{extract::State, http::StatusCode};
use support_core::{access::Action, desk::Target};

use super::ticket_key;
use crate::{
    dto::chat::{TypingBody, ViewingBody},
    extract::{Asked, Call, Id},
    problem::Problem,
    state::AppState,
};

/// Says that the caller is typing, or no longer. Never stored; ends by itself after six seconds.
#[utoipa::path(
    post,
    path = "/support/tickets/{id}/typing",
    tag = "tickets",
    request_body = TypingBody,
    params(("id" = String, Path, description = "The ticket's id or number")),
    responses((status = 204, description = "It is told")),
    security(("user" = []))
)]
pub(super) async fn show_typing_on_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<StatusCode, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    let target = Target::Ticket(&key);
    let allowed = app.desk.authorize(&call.principal, Action::ReplyToTicket, target);
    let Asked { body, .. } = call.asked::<TypingBody>(allowed).await?;
    app.desk.show_typing(&call.principal, target, body.typing).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that the caller, an agent, looks at the ticket, or no longer. Never stored; ends by itself after a minute.
#[utoipa::path(
    post,
    path = "/support/tickets/{id}/presence",
    tag = "tickets",
    request_body = ViewingBody,
    params(("id" = String, Path, description = "The ticket's id or number")),
    responses((status = 204, description = "It is told")),
    security(("user" = []))
)]
pub(super) async fn show_presence_on_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<StatusCode, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    let target = Target::Ticket(&key);
    let allowed = app.desk.authorize(&call.principal, Action::ReadNotes, target);
    let Asked { body, .. } = call.asked::<ViewingBody>(allowed).await?;
    app.desk.show_viewing(&call.principal, target, body.viewing).await?;
    Ok(StatusCode::NO_CONTENT)
}
