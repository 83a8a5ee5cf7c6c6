//! The chat behind a ticket.

use axum::{extract::State, response::Response};
use support_core::{access::Action, desk::Target};

use super::ticket_key;
use crate::{
    api::transcript::transcript,
    dto::{params::TicketPath, transcript::TranscriptView},
    extract::{Call, Id},
    problem::{Code, Problem},
    state::AppState,
};

/// Reads the chat that a ticket was made from, as text or as JSON by `Accept`.
#[utoipa::path(
    get,
    path = "/support/tickets/{id}/transcript",
    tag = "tickets",
    params(TicketPath),
    responses((
        status = 200,
        description = "The chat",
        content((String = "text/plain"), (TranscriptView = "application/json"))
    )),
    security(("user" = []))
)]
pub(super) async fn find_ticket_transcript(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    call.no_query(app.desk.authorize(&call.principal, Action::ReadTicket, Target::Ticket(&key))).await?;
    let chat = app.desk.ticket_transcript(&call.principal, &key).await?.ok_or(Code::NotFound)?;
    transcript(&app, &call.principal, &call.headers, chat).await
}
