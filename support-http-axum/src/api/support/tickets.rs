//! Opening, listing and reading tickets.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use support_core::{
    access::Action,
    desk::{Target, ticket::NewTicket},
};

use super::ticket_key;
use crate::{
    api::{created, versioned},
    dto::{
        List,
        params::{IdempotencyHeader, TicketPath},
        ticket::{NewTicketBody, TicketListParams, TicketView, ticket_list},
    },
    extract::{Asked, Call, Fields, Id, rates},
    problem::{Code, Problem},
    state::AppState,
};

/// Opens a ticket.
#[utoipa::path(
    post,
    path = "/support/tickets",
    tag = "tickets",
    request_body = NewTicketBody,
    params(IdempotencyHeader),
    responses((
        status = 201,
        description = "The ticket",
        body = TicketView,
        headers(("ETag" = String, description = "Its version"), ("Location" = String, description = "Its address"))
    )),
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

/// Lists tickets: customers their own, staff all.
#[utoipa::path(
    get,
    path = "/support/tickets",
    tag = "tickets",
    params(TicketListParams),
    responses((status = 200, description = "A page of tickets", body = List<TicketView>)),
    security(("user" = []))
)]
pub(super) async fn list_tickets(
    State(app): State<AppState>,
    call: Call,
) -> Result<Json<List<TicketView>>, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ListTickets, Target::Desk);
    let (filter, sort, page) = call.query(allowed, |query| ticket_list(query, &call.principal)).await?;
    let tickets = app.desk.list_tickets(&call.principal, &filter, sort, &page).await?;
    Ok(Json(List::new(tickets, TicketView::from)))
}

/// Reads a ticket, by id or by number.
#[utoipa::path(
    get,
    path = "/support/tickets/{id}",
    tag = "tickets",
    params(TicketPath),
    responses((
        status = 200,
        description = "The ticket",
        body = TicketView,
        headers(("ETag" = String, description = "Its version"))
    )),
    security(("user" = []))
)]
pub(super) async fn find_ticket(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    call.no_query(app.desk.authorize(&call.principal, Action::ReadTicket, Target::Ticket(&key))).await?;
    let ticket = app.desk.find_ticket(&call.principal, &key).await?.ok_or(Code::NotFound)?;
    Ok(versioned(StatusCode::OK, ticket.version, TicketView::from(ticket)))
}
