//! Messages, read cursors and typing.

use axum::{Json, extract::State, http::StatusCode};
use support_core::{
    SupportDesk,
    access::Action,
    desk::{Target, chat::NewMessage},
    id::{SessionId, TenantId},
    message::MessageRange,
    text::Rejection,
};

use crate::{
    dto::{
        List,
        chat::{NewMessageBody, ReadUpToBody, TypingBody},
        message::MessageView,
    },
    extract::{Asked, Call, Id, Query, rates, session_id},
    problem::Problem,
    state::AppState,
};

/// Reads messages, ascending by `seq`; without bounds the latest page.
#[utoipa::path(
    get,
    path = "/chat/sessions/{id}/messages",
    tag = "chats",
    params(
        ("id" = Uuid, Path),
        ("after_seq" = Option<u64>, Query, description = "Only those beyond this one, the first of them"),
        ("before_seq" = Option<u64>, Query, description = "Only those before this one"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100),
    ),
    responses((status = 200, body = List<MessageView>)),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn list_messages(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Json<List<MessageView>>, Problem> {
    let id = session_id(&id)?;
    let allowed = app.desk.authorize(&call.principal, Action::ReadSession, Target::Session(id));
    let range = call.query(allowed, message_range).await?;
    let messages = app.desk.list_messages(&call.principal, id, &range).await?;
    Ok(Json(List::whole(messages.into_iter().map(MessageView::from).collect())))
}

fn message_range(query: &mut Query) -> MessageRange {
    let seq = |seq: i64| u64::try_from(seq).map_err(|_| Rejection::OutOfRange { min: 0, max: i64::MAX });
    MessageRange {
        after_seq: query.integer("after_seq", seq),
        before_seq: query.integer("before_seq", seq),
        limit: query.limit(),
    }
}

/// Sends a message. If the bot owns the chat, it answers after the message is committed.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/messages",
    tag = "chats",
    request_body = NewMessageBody,
    params(
        ("id" = Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer"),
    ),
    responses(
        (status = 201, body = MessageView),
        (status = 200, body = MessageView, description = "The message of the same `client_message_id`"),
    ),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn send_message(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call<rates::Send>,
) -> Result<(StatusCode, Json<MessageView>), Problem> {
    let id = session_id(&id)?;
    let allowed = app.desk.authorize(&call.principal, Action::TakePartInSession, Target::Session(id));
    let Asked { body, key, .. } = call.asked::<NewMessage>(allowed).await?;
    let sent = app.desk.post_message(&call.principal, id, &body, key.as_ref()).await?;
    if sent.awaits_bot {
        let answer = tokio::spawn(answer(app.desk.clone(), call.principal.tenant.clone(), id));
        // Late or failed, the message is sent all the same.
        let _ = tokio::time::timeout(app.bot_head_start, answer).await;
    }
    let status = if sent.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(sent.message.into())))
}

/// The bot's turn, in a task of its own: a client that goes away takes no answer with it.
async fn answer(desk: SupportDesk, tenant: TenantId, id: SessionId) {
    if let Err(error) = desk.answer_session(&tenant, id, None).await {
        tracing::error!(session_id = %id, %error, "the bot's answer was not written");
    }
}

/// Moves the caller's read cursor forward.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/read",
    tag = "chats",
    request_body = ReadUpToBody,
    params(("id" = Uuid, Path)),
    responses((status = 204)),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn mark_read(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<StatusCode, Problem> {
    let id = session_id(&id)?;
    let allowed = app.desk.authorize(&call.principal, Action::TakePartInSession, Target::Session(id));
    let Asked { body, .. } = call.asked::<ReadUpToBody>(allowed).await?;
    app.desk.mark_read(&call.principal, id, body.up_to_seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that the caller is typing, or no longer. Never stored.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/typing",
    tag = "chats",
    request_body = TypingBody,
    params(("id" = Uuid, Path)),
    responses((status = 204)),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn show_typing(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<StatusCode, Problem> {
    let id = session_id(&id)?;
    app.desk.authorize(&call.principal, Action::TakePartInSession, Target::Session(id)).await?;
    call.asked::<TypingBody>(std::future::ready(Ok(()))).await?;
    Ok(StatusCode::NO_CONTENT)
}
