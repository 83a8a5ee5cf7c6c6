//! `/support`.

mod tickets;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// All routes below `/support`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(tickets::create_ticket)).routes(routes!(tickets::find_ticket))
}
