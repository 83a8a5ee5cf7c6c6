//! Changing, closing, reopening and assigning tickets.

use axum::{extract::State, http::StatusCode, response::Response};
use support_core::{
    access::{Action, Principal},
    desk::{Assign, Target, ticket::TicketChange},
    ticket::{Ticket, TicketKey},
};

use super::ticket_key;
use crate::{
    api::versioned,
    dto::{
        assign::AssignmentBody,
        params::{IfMatchHeader, TicketPath},
        ticket::{TicketChangeBody, TicketView, changed_fields},
    },
    extract::{Asked, Call, Fields, Id, IfMatch, Nothing, Read},
    problem::{Code, Problem},
    state::AppState,
};

/// Changes fields of a ticket: staff any, its requester the priority.
#[utoipa::path(
    patch,
    path = "/support/tickets/{id}",
    tag = "tickets",
    request_body = TicketChangeBody,
    params(TicketPath, IfMatchHeader),
    responses((
        status = 200,
        description = "The ticket",
        body = TicketView,
        headers(("ETag" = String, description = "Its version"))
    )),
    security(("user" = []))
)]
pub(super) async fn update_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    let allowed = async |fields: &Fields| {
        app.desk.authorize_ticket_change(&call.principal, &key, &changed_fields(fields)).await
    };
    let Asked { body, if_match, .. } = call.asked_with_fields::<TicketChange>(allowed).await?;
    let expected = expected(&app, &call.principal, &key, &if_match).await?;
    Ok(changed(app.desk.update_ticket(&call.principal, &key, &body, expected).await?))
}

/// Closes a ticket; a closed one stays as it is.
#[utoipa::path(
    post,
    path = "/support/tickets/{id}/close",
    tag = "tickets",
    params(TicketPath, IfMatchHeader),
    responses((
        status = 200,
        description = "The ticket",
        body = TicketView,
        headers(("ETag" = String, description = "Its version"))
    )),
    security(("user" = []))
)]
pub(super) async fn close_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { key, expected, .. } = change::<Nothing>(&app, &call, &id, Action::CloseTicket).await?;
    Ok(changed(app.desk.close_ticket(&call.principal, &key, expected).await?))
}

/// Opens a resolved or closed ticket again; one that is worked on stays as it is.
#[utoipa::path(
    post,
    path = "/support/tickets/{id}/reopen",
    tag = "tickets",
    params(TicketPath, IfMatchHeader),
    responses((
        status = 200,
        description = "The ticket",
        body = TicketView,
        headers(("ETag" = String, description = "Its version"))
    )),
    security(("user" = []))
)]
pub(super) async fn reopen_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { key, expected, .. } = change::<Nothing>(&app, &call, &id, Action::ReopenTicket).await?;
    Ok(changed(app.desk.reopen_ticket(&call.principal, &key, expected).await?))
}

/// Gives a ticket to an agent or to nobody; for staff.
#[utoipa::path(
    post,
    path = "/support/tickets/{id}/assign",
    tag = "tickets",
    request_body = AssignmentBody,
    params(TicketPath, IfMatchHeader),
    responses((
        status = 200,
        description = "The ticket",
        body = TicketView,
        headers(("ETag" = String, description = "Its version"))
    )),
    security(("user" = []))
)]
pub(super) async fn assign_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { key, body, expected } = change::<Assign>(&app, &call, &id, Action::AssignTicket).await?;
    Ok(changed(app.desk.assign_ticket(&call.principal, &key, &body, expected).await?))
}

fn changed(ticket: Ticket) -> Response {
    versioned(StatusCode::OK, ticket.version, TicketView::from(ticket))
}

/// A change that somebody asks for.
struct Change<T> {
    key: TicketKey,
    body: T,
    expected: Option<u64>,
}

async fn change<T: Read>(
    app: &AppState,
    call: &Call,
    id: &str,
    action: Action,
) -> Result<Change<T>, Problem> {
    let key = ticket_key(app, &call.principal, id).await?;
    let allowed = app.desk.authorize(&call.principal, action, Target::Ticket(&key));
    let Asked { body, if_match, .. } = call.asked::<T>(allowed).await?;
    let expected = expected(app, &call.principal, &key, &if_match).await?;
    Ok(Change { key, body, expected })
}

/// The version that the ticket must have for a change of it.
async fn expected(
    app: &AppState,
    principal: &Principal,
    key: &TicketKey,
    if_match: &IfMatch,
) -> Result<Option<u64>, Problem> {
    if !if_match.is_choice() {
        return Ok(if_match.expected(None));
    }
    let ticket = app.desk.find_ticket(principal, key).await?.ok_or(Code::NotFound)?;
    Ok(if_match.expected(Some(ticket.version)))
}
