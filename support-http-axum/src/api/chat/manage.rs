//! What is done to a chat as a whole.

use axum::{extract::State, http::StatusCode, response::Response};
use support_core::{
    access::Action,
    chat::Session,
    desk::{Target, chat::NewRating, chat::TicketFromChat},
    id::SessionId,
};

use crate::{
    api::{created, versioned},
    dto::{
        assign::{AssignmentBody, Owner},
        chat::{NewRatingBody, TicketFromChatBody},
        session::SessionView,
        ticket::TicketView,
    },
    extract::{Asked, Call, Id, Nothing, Read, rates, session_id},
    problem::Problem,
    state::AppState,
};

/// Closes a chat.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/close",
    tag = "chats",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn close_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { id, expected, .. } = change::<Nothing, _>(&app, &call, &id, Action::CloseSession).await?;
    let session = app.desk.close_session(&call.principal, id, expected).await?;
    answer(&app, &call, session).await
}

/// Lets a closed or archived chat go on.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/reopen",
    tag = "chats",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn reopen_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { id, expected, .. } = change::<Nothing, _>(&app, &call, &id, Action::ManageSession).await?;
    let session = app.desk.reopen_session(&call.principal, id, expected).await?;
    answer(&app, &call, session).await
}

/// Puts a closed chat away.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/archive",
    tag = "chats",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn archive_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { id, expected, .. } = change::<Nothing, _>(&app, &call, &id, Action::ManageSession).await?;
    let session = app.desk.archive_session(&call.principal, id, expected).await?;
    answer(&app, &call, session).await
}

/// Gives a chat to an agent, back to the queue, or back to the bot.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/assign",
    tag = "chats",
    request_body = AssignmentBody,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn assign_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { id, body, expected } = change::<Owner, _>(&app, &call, &id, Action::AssignSession).await?;
    let session = match body {
        Owner::Human(assign) => app.desk.assign_session(&call.principal, id, &assign, expected).await?,
        Owner::Bot => app.desk.return_session_to_bot(&call.principal, id, expected).await?,
    };
    answer(&app, &call, session).await
}

/// Asks for a human.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/handoff",
    tag = "chats",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn request_handoff(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let Change { id, expected, .. } = change::<Nothing, _>(&app, &call, &id, Action::RequestHandoff).await?;
    let session = app.desk.request_handoff(&call.principal, id, expected).await?;
    answer(&app, &call, session).await
}

/// Rates a closed chat. For its customer.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/rate",
    tag = "chats",
    request_body = NewRatingBody,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn rate_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call<rates::RateSession>,
) -> Result<Response, Problem> {
    let Change { id, body, expected } = change::<NewRating, _>(&app, &call, &id, Action::RateSession).await?;
    let session = app.desk.rate_session(&call.principal, id, &body, expected).await?;
    answer(&app, &call, session).await
}

/// Makes a ticket of a chat.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/ticket",
    tag = "chats",
    request_body(content = Option<TicketFromChatBody>),
    params(
        ("id" = Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer"),
    ),
    responses((status = 201, body = TicketView, headers(("ETag" = String), ("Location" = String)))),
    security(("user" = []))
)]
pub(super) async fn convert_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call<rates::CreateTicket>,
) -> Result<Response, Problem> {
    let id = session_id(&id)?;
    let allowed = app.desk.authorize(&call.principal, Action::ConvertSession, Target::Session(id));
    let Asked { body, key, .. } = call.asked::<TicketFromChat>(allowed).await?;
    let ticket = app.desk.convert_session(&call.principal, id, &body, key.as_ref()).await?;
    let location = call.location(&format!("/support/tickets/{}", ticket.id));
    Ok(created(location, ticket.version, TicketView::from(ticket)))
}

/// A change that somebody asks for.
struct Change<T> {
    id: SessionId,
    body: T,
    expected: Option<u64>,
}

async fn change<T: Read, R>(
    app: &AppState,
    call: &Call<R>,
    id: &str,
    action: Action,
) -> Result<Change<T>, Problem> {
    let id = session_id(id)?;
    let allowed = app.desk.authorize(&call.principal, action, Target::Session(id));
    let Asked { body, if_match, .. } = call.asked::<T>(allowed).await?;
    let current = match if_match.is_choice() {
        true => app.desk.find_session(&call.principal, id).await?.map(|viewed| viewed.session.version),
        false => None,
    };
    Ok(Change { id, body, expected: if_match.expected(current) })
}

async fn answer<R>(app: &AppState, call: &Call<R>, session: Session) -> Result<Response, Problem> {
    let viewed = app.desk.view_session(&call.principal, session).await?;
    let version = viewed.session.version;
    Ok(versioned(StatusCode::OK, version, SessionView::new(&app.desk, &call.principal, viewed)))
}
