//! Beginning, listing and reading chats.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use support_core::{
    access::{Action, Identity, Principal},
    chat::{SessionFilter, SessionSort, Unread},
    desk::Target,
    id::UserId,
    text::{Category, Rejection, SearchText},
};

use crate::{
    api::{created, transcript::transcript, versioned},
    dto::{
        List,
        assign::assignee_filter,
        session::{NewSessionBody, OwnerView, SessionStatusView, SessionView, StartedView, new_session},
        transcript::TranscriptView,
    },
    extract::{Asked, BodyKind, Call, Id, Query, rates, session_id, user_agent},
    problem::{Code, Problem},
    state::AppState,
};

/// Begins a chat.
#[utoipa::path(
    post,
    path = "/chat/sessions",
    tag = "chats",
    request_body = NewSessionBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")),
    responses((status = 201, body = StartedView, headers(("ETag" = String), ("Location" = String)))),
    security((), ("user" = []), ("guest" = []))
)]
pub(super) async fn start_session(
    State(app): State<AppState>,
    call: Call<rates::StartSession>,
) -> Result<Response, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::StartSession, Target::Desk);
    let read = |fields: &mut _| new_session(fields, &app.desk, &call.principal);
    let Asked { mut body, key, .. } =
        call.asked_by(BodyKind::CreatesOptional, read, async |_| allowed.await).await?;
    body.ip_address = call.address;
    body.user_agent = user_agent(&call.headers);
    let started = app.desk.start_session(&call.principal, &body, key.as_ref()).await?;
    let (id, version) = (started.view.session.id, started.view.session.version);
    let view = SessionView::started(&app.desk, &call.principal, started);
    Ok(created(call.location(&format!("/chat/sessions/{id}")), version, view))
}

/// Lists chats: all of the tenant for staff, one's own for customers.
#[utoipa::path(
    get,
    path = "/chat/sessions",
    tag = "chats",
    params(
        ("status" = Option<Vec<SessionStatusView>>, Query, explode, description = "Any of these"),
        ("owner" = Option<Vec<OwnerView>>, Query, explode, description = "Any of these"),
        ("category" = Option<Vec<String>>, Query, explode, description = "Any of these"),
        ("assigned_to" = Option<Vec<String>>, Query, explode, description = "Any of these agents; `me`, `none`"),
        ("user_id" = Option<Vec<String>>, Query, explode, description = "Any of these customers"),
        ("unread" = Option<bool>, Query, description = "Only chats with, or without, messages one has not read"),
        ("search" = Option<String>, Query, max_length = 200, description = "Words in the subject, the guest's name or e-mail, or a message"),
        ("sort" = inline(Option<SessionSortView>), Query, description = "For staff `unread`, else `recent`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = List<SessionView>)),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn list_sessions(
    State(app): State<AppState>,
    call: Call,
) -> Result<Json<List<SessionView>>, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ListSessions, Target::Desk);
    let (filter, sort, page) = call.query(allowed, |query| list_query(query, &call.principal)).await?;
    let listing = app.desk.list_sessions(&call.principal, &filter, sort, &page).await?;
    Ok(Json(List::new(listing, |viewed| SessionView::new(&app.desk, &call.principal, viewed))))
}

/// The orders of a list of chats.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = SessionSort, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes what `sort` takes")]
pub(crate) enum SessionSortView {
    Unread,
    Recent,
    Waiting,
}

fn list_query(
    query: &mut Query,
    principal: &Principal,
) -> (SessionFilter, SessionSort, support_core::desk::PageQuery) {
    let by_default = match principal.identity {
        Identity::Agent(_) => SessionSort::Unread,
        _ => SessionSort::Recent,
    };
    let sort = query.optional("sort", |text| match text.as_str() {
        "unread" => Ok(SessionSort::Unread),
        "recent" => Ok(SessionSort::Recent),
        "waiting" => Ok(SessionSort::Waiting),
        _ => Err(Rejection::Format { expected: "one of unread recent waiting" }),
    });
    let unread = query.optional("unread", |text| match text.as_str() {
        "true" => Ok(Unread::Some),
        "false" => Ok(Unread::None),
        _ => Err(Rejection::Format { expected: "true or false" }),
    });
    let filter = SessionFilter {
        status: query.any_of("status", |text| text.parse()),
        owner: query.any_of("owner", |text| text.parse()),
        category: query.any_of("category", Category::parse),
        assignee: query.any_of("assigned_to", |text| assignee_filter(text, principal)),
        user: query.any_of("user_id", UserId::parse),
        unread,
        search: query
            .optional("search", SearchText::parse)
            .map(|text| support_core::search::SearchQuery::new(&text)),
        ..SessionFilter::default()
    };
    (filter, sort.unwrap_or(by_default), query.page())
}

/// Reads a chat.
#[utoipa::path(
    get,
    path = "/chat/sessions/{id}",
    tag = "chats",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = SessionView, headers(("ETag" = String)))),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn find_session(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let id = session_id(&id)?;
    call.no_query(app.desk.authorize(&call.principal, Action::ReadSession, Target::Session(id))).await?;
    let viewed = app.desk.find_session(&call.principal, id).await?.ok_or(Code::NotFound)?;
    let version = viewed.session.version;
    Ok(versioned(StatusCode::OK, version, SessionView::new(&app.desk, &call.principal, viewed)))
}

/// Reads a chat with all its messages, as text or as JSON.
#[utoipa::path(
    get,
    path = "/chat/sessions/{id}/transcript",
    tag = "chats",
    params(("id" = Uuid, Path)),
    responses((
        status = 200,
        description = "As the client accepts it; text by default",
        content((String = "text/plain"), (TranscriptView = "application/json")),
    )),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn session_transcript(
    State(app): State<AppState>,
    Id(id): Id,
    call: Call,
) -> Result<Response, Problem> {
    let id = session_id(&id)?;
    call.no_query(app.desk.authorize(&call.principal, Action::ReadSession, Target::Session(id))).await?;
    let read = app.desk.session_transcript(&call.principal, id).await?;
    transcript(&app, &call.principal, &call.headers, read).await
}
