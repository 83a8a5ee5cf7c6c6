//! Who answers customers.

use axum::{Json, extract::State, http::StatusCode};
use support_core::{access::Action, desk::Target};

use crate::{
    dto::agent::{AgentListView, AvailabilityBody},
    extract::{Asked, Call},
    problem::Problem,
    state::AppState,
};

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

/// Says whether the caller, an agent, takes conversations. Holds while they follow what happens.
#[utoipa::path(
    patch,
    path = "/support/agents/me",
    tag = "tickets",
    request_body = AvailabilityBody,
    responses((status = 204, description = "It is told")),
    security(("user" = []))
)]
pub(super) async fn set_availability(State(app): State<AppState>, call: Call) -> Result<StatusCode, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ListAgents, Target::Desk);
    let Asked { body, .. } = call.asked::<AvailabilityBody>(allowed).await?;
    app.desk.set_availability(&call.principal, body.availability)?;
    Ok(StatusCode::NO_CONTENT)
}
