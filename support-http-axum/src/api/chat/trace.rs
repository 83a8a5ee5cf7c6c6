//! Why the bot said something: for staff.

use axum::{Json, extract::State};
use support_core::{access::Action, desk::Target};

use crate::{
    dto::trace::TraceView,
    extract::{Call, MessagePath},
    problem::Problem,
    state::AppState,
};

/// Says why the bot said something.
#[utoipa::path(
    get,
    path = "/chat/sessions/{id}/messages/{seq}/trace",
    tag = "bot",
    params(("id" = Uuid, Path), ("seq" = u64, Path, minimum = 1)),
    responses((status = 200, body = TraceView)),
    security(("user" = []))
)]
pub(super) async fn explain_message(
    State(app): State<AppState>,
    path: MessagePath,
    call: Call,
) -> Result<Json<TraceView>, Problem> {
    let (id, seq) = path.read()?;
    call.no_query(app.desk.authorize(&call.principal, Action::ReadBotLog, Target::Session(id))).await?;
    Ok(Json(app.desk.explain_message(&call.principal, id, seq).await?.into()))
}
