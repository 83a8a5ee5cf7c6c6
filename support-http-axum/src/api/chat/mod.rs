//! `/chat`.

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// All routes below `/chat`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}
