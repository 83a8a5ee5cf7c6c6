//! One call for simple clients, and the public figures.

use axum::{Json, extract::State};
use support_core::{
    access::{Action, Principal},
    desk::Target,
};

use crate::{
    dto::chat::{ChatStatsView, ConverseBody, ConversedView, converse as read},
    extract::{Asked, BodyKind, Call, Fields, rates, session_id, user_agent},
    problem::Problem,
    rate::Rate,
    state::AppState,
};

/// Sends a message and returns what the bot answered; begins a chat if there is none.
#[utoipa::path(
    post,
    path = "/chat/bot",
    tag = "chats",
    request_body = ConverseBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")),
    responses((status = 200, body = ConversedView)),
    security((), ("user" = []), ("guest" = []))
)]
pub(super) async fn converse(
    State(app): State<AppState>,
    call: Call<rates::Bot>,
) -> Result<Json<ConversedView>, Problem> {
    // Who names a chat has to be its participant, whatever else is wrong with the request.
    let allowed = async |fields: &Fields| match fields.str("session_id").map(session_id) {
        Some(Ok(id)) => {
            app.desk.authorize(&call.principal, Action::TakePartInSession, Target::Session(id)).await
        }
        _ => app.desk.authorize(&call.principal, Action::StartSession, Target::Desk).await,
    };
    let read = |fields: &mut _| read(fields, &app.desk, &call.principal);
    let Asked { mut body, key, .. } = call.asked_by(BodyKind::Creates, read, allowed).await?;
    if app.rates.is_some() && app.desk.current_session(&call.principal, body.session_id).await?.is_none() {
        // It begins a chat, and counts as that too.
        app.count(&[Rate::StartSession], &call.principal, call.address).await?;
    }
    body.session.ip_address = call.address;
    body.session.user_agent = user_agent(&call.headers);
    Ok(Json(app.desk.converse(&call.principal, &body, key.as_ref()).await?.into()))
}

/// Figures about all chats. Public, and alike for everybody.
#[utoipa::path(
    get,
    path = "/chat/stats",
    tag = "chats",
    responses((status = 200, body = ChatStatsView)),
    security(())
)]
pub(super) async fn chat_stats(
    State(app): State<AppState>,
    call: Call<rates::PublicStats>,
) -> Result<Json<ChatStatsView>, Problem> {
    call.query(std::future::ready(Ok(())), |_| ()).await?;
    Ok(Json(app.desk.chat_stats(&Principal::anonymous().tenant).await?.into()))
}
