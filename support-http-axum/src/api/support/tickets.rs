//! Opening and reading tickets.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use support_core::{
    access::Action,
    desk::{Target, ticket::NewTicket},
};

use crate::{
    api::{created, versioned},
    dto::ticket::{NewTicketBody, TicketView},
    extract::{Asked, Call, Fields, rates, ticket_key},
    problem::{Code, Problem},
    state::AppState,
};

/// Opens a ticket.
#[utoipa::path(
    post,
    path = "/support/tickets",
    tag = "tickets",
    request_body = NewTicketBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")),
    responses((status = 201, body = TicketView, headers(("ETag" = String), ("Location" = String)))),
    security(("user" = []))
)]
pub(super) async fn create_ticket(
    State(app): State<AppState>,
    call: Call<rates::CreateTicket>,
) -> Result<Response, Problem> {
    let allowed = async |fields: &Fields| {
        app.desk.authorize(&call.principal, Action::CreateTicket, Target::Desk).await?;
        if fields.has("requester") { app.desk.allow_requester(&call.principal) } else { Ok(()) }
    };
    let Asked { body, key, .. } = call.asked_with_fields::<NewTicket>(allowed).await?;
    let ticket = app.desk.create_ticket(&call.principal, &body, key.as_ref()).await?;
    let location = call.location(&format!("/support/tickets/{}", ticket.id));
    Ok(created(location, ticket.version, TicketView::from(ticket)))
}

/// Reads a ticket, by id or by number.
#[utoipa::path(
    get,
    path = "/support/tickets/{id}",
    tag = "tickets",
    params(("id" = String, Path, description = "The ticket's id or number")),
    responses((status = 200, body = TicketView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn find_ticket(
    State(app): State<AppState>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, Problem> {
    let key = ticket_key(&id)?;
    let ticket = app.desk.find_ticket(&call.principal, &key).await?.ok_or(Code::NotFound)?;
    Ok(versioned(StatusCode::OK, ticket.version, TicketView::from(ticket)))
}
