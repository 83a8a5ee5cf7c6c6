//! What changed on a ticket.

use axum::{Json, extract::State};
use support_core::{access::Action, desk::Target};

use super::ticket_key;
use crate::{
    dto::{
        List,
        history::HistoryView,
        params::{PageParams, TicketPath},
    },
    extract::{Call, Id, Query},
    problem::Problem,
    state::AppState,
};

/// Lists what changed on a ticket, oldest first; for staff.
#[utoipa::path(
    get,
    path = "/support/tickets/{id}/history",
    tag = "tickets",
    params(TicketPath, PageParams),
    responses((status = 200, description = "A page of changes", body = List<HistoryView>)),
    security(("user" = []))
)]
pub(super) async fn list_ticket_history(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Json<List<HistoryView>>, Problem> {
    let key = ticket_key(&app, &call.principal, &id).await?;
    let allowed = app.desk.authorize(&call.principal, Action::ReadTicketHistory, Target::Ticket(&key));
    let page = call.query(allowed, Query::page).await?;
    let history = app.desk.list_ticket_history(&call.principal, &key, &page).await?;
    Ok(Json(List::new(history, HistoryView::from)))
}
