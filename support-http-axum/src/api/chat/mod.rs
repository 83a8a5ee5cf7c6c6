//! `/chat`.

mod answers;
mod bot;
mod events;
mod knowledge;
mod manage;
mod messages;
mod sessions;
mod trace;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// All routes below `/chat`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::start_session, sessions::list_sessions))
        .routes(routes!(sessions::find_session))
        .routes(routes!(sessions::session_transcript))
        .routes(routes!(messages::send_message, messages::list_messages))
        .routes(routes!(messages::mark_read))
        .routes(routes!(messages::show_typing))
        .routes(routes!(messages::show_presence))
        .routes(routes!(manage::close_session))
        .routes(routes!(manage::reopen_session))
        .routes(routes!(manage::archive_session))
        .routes(routes!(manage::assign_session))
        .routes(routes!(manage::request_handoff))
        .routes(routes!(manage::rate_session))
        .routes(routes!(manage::convert_session))
        .routes(routes!(bot::converse))
        .routes(routes!(bot::chat_stats))
        .routes(routes!(knowledge::find_knowledge_base, knowledge::save_knowledge_base))
        .routes(routes!(knowledge::list_knowledge_versions))
        .routes(routes!(knowledge::restore_knowledge_base))
        .routes(routes!(trace::explain_message))
        .routes(routes!(answers::list_unanswered))
        .routes(routes!(answers::find_bot_stats))
        .routes(routes!(answers::rate_answer))
        .routes(routes!(events::follow_chats))
}
