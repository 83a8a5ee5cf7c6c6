//! The thread of a ticket.

use axum::{Json, extract::State, http::StatusCode};
use support_core::{
    access::Action,
    desk::{Target, ticket::NewReply},
};

use super::ticket_key;
use crate::{
    dto::{
        List,
        params::{IdempotencyHeader, PageParams, TicketPath},
        reply::{NewReplyBody, RepliedView, ReplyView},
    },
    extract::{Asked, Call, Fields, Id, Query, rates},
    problem::Problem,
    state::AppState,
};

/// Lists a ticket's thread, oldest first; customers without the notes.
#[utoipa::path(
    get,
    path = "/support/tickets/{id}/replies",
    tag = "tickets",
    params(TicketPath, PageParams),
    responses((status = 200, description = "A page of the thread", body = List<ReplyView>)),
    security(("user" = []))
)]
pub(super) async fn list_replies(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Json<List<ReplyView>>, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    let allowed = app.desk.authorize(&call.principal, Action::ReadTicket, Target::Ticket(&key));
    let page = call.query(allowed, Query::page).await?;
    let replies = app.desk.list_replies(&call.principal, &key, &page).await?;
    Ok(Json(List::new(replies, ReplyView::from)))
}

/// Replies to a ticket, or writes a note; notes and a status are for staff.
#[utoipa::path(
    post,
    path = "/support/tickets/{id}/replies",
    tag = "tickets",
    request_body = NewReplyBody,
    params(TicketPath, IdempotencyHeader),
    responses((status = 201, description = "The entry of the thread", body = RepliedView)),
    security(("user" = []))
)]
pub(super) async fn create_reply(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call<rates::Send>,
) -> Result<(StatusCode, Json<RepliedView>), Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    let allowed = async |fields: &Fields| {
        let (sets_kind, sets_status) = (fields.has("internal"), fields.has("status"));
        app.desk.authorize_reply(&call.principal, &key, sets_kind, sets_status).await
    };
    let asked: Asked<NewReply> = call.asked_with_fields(allowed).await?;
    let replied = app.desk.reply_to_ticket(&call.principal, &key, &asked.body, asked.key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(replied.into())))
}
