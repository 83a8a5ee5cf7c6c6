//! Figures about tickets.

use axum::{Json, extract::State};
use support_core::{access::Action, desk::Target};

use crate::{
    dto::stats::{StatsParams, TicketStatsView, period},
    extract::{Call, rates},
    problem::Problem,
    state::AppState,
};

/// Reads figures about tickets: customers about their own, staff about all.
#[utoipa::path(
    get,
    path = "/support/stats",
    tag = "tickets",
    params(StatsParams),
    responses((status = 200, description = "The figures", body = TicketStatsView)),
    security(("user" = []))
)]
pub(super) async fn find_ticket_stats(
    State(app): State<AppState>,
    call: Call<rates::Stats>,
) -> Result<Json<TicketStatsView>, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ReadTicketStats, Target::Desk);
    let period = call.query(allowed, |query| period(query, &app.desk)).await?;
    Ok(Json(app.desk.ticket_stats(&call.principal, period).await?.into()))
}
