//! Who answers customers.

use axum::{Json, extract::State};
use support_core::{access::Action, desk::Target};

use crate::{dto::agent::AgentListView, extract::Call, problem::Problem, state::AppState};

/// Lists the agents with what they have in hand; for staff.
#[utoipa::path(
    get,
    path = "/support/agents",
    tag = "tickets",
    responses((status = 200, description = "The agents", body = AgentListView)),
    security(("user" = []))
)]
pub(super) async fn list_agents(
    State(app): State<AppState>,
    call: Call,
) -> Result<Json<AgentListView>, Problem> {
    call.no_query(app.desk.authorize(&call.principal, Action::ListAgents, Target::Desk)).await?;
    Ok(Json(app.desk.list_agents(&call.principal).await?.into()))
}
