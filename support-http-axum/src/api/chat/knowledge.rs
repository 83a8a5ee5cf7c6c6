//! What the bot knows: for staff.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use support_core::{
    access::{Action, Principal},
    desk::{Target, bot::NewKnowledge},
    text::LanguageTag,
};

use crate::{
    api::versioned,
    dto::{
        List,
        knowledge::{KnowledgeBaseView, NewKnowledgeBaseBody, RollbackBody, VersionView, language, version},
        params::{IfMatchHeader, PageParams},
    },
    extract::{Asked, Call, IfMatch, rates},
    problem::Problem,
    state::AppState,
};

/// Reads a knowledge base of the bot: the version in force, or another one.
#[utoipa::path(
    get,
    path = "/chat/bot/knowledge-base",
    tag = "bot",
    params(
        ("language" = Option<String>, Query, max_length = 35, description = "The bot's main language without it"),
        ("version" = Option<u64>, Query, description = "The one in force without it"),
    ),
    responses((status = 200, body = KnowledgeBaseView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn find_knowledge_base(
    State(app): State<AppState>,
    call: Call,
) -> Result<Response, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ManageBot, Target::Desk);
    let (language, version) =
        call.query(allowed, |query| (language(query), query.integer("version", version))).await?;
    let found = app.desk.knowledge_base(&call.principal, language.as_ref(), version).await?;
    Ok(versioned(StatusCode::OK, found.version, KnowledgeBaseView::from(found)))
}

/// Saves a knowledge base. The bot answers from it at once, if it is valid; otherwise nothing changes, and the answer
/// names every place that is wrong.
#[utoipa::path(
    put,
    path = "/chat/bot/knowledge-base",
    tag = "bot",
    request_body = NewKnowledgeBaseBody,
    params(
        ("language" = Option<String>, Query, max_length = 35, description = "The bot's main language without it"),
        IfMatchHeader,
    ),
    responses((status = 200, body = KnowledgeBaseView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn save_knowledge_base(
    State(app): State<AppState>,
    call: Call<rates::TeachBot>,
) -> Result<Response, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ManageBot, Target::Desk);
    let (Asked { body, if_match, .. }, language) =
        call.asked_with_query::<NewKnowledge, _>(allowed, language).await?;
    let expected = expected(&app, &call.principal, language.as_ref(), &if_match).await?;
    let saved = app.desk.save_knowledge_base(&call.principal, language.as_ref(), &body, expected).await?;
    Ok(versioned(StatusCode::OK, saved.version, KnowledgeBaseView::from(saved)))
}

/// Lists the versions of a knowledge base that were saved, newest first.
#[utoipa::path(
    get,
    path = "/chat/bot/knowledge-base/versions",
    tag = "bot",
    params(
        ("language" = Option<String>, Query, max_length = 35, description = "The bot's main language without it"),
        PageParams,
    ),
    responses((status = 200, body = List<VersionView>)),
    security(("user" = []))
)]
pub(super) async fn list_knowledge_versions(
    State(app): State<AppState>,
    call: Call,
) -> Result<Json<List<VersionView>>, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ManageBot, Target::Desk);
    let (language, page) = call.query(allowed, |query| (language(query), query.page())).await?;
    let versions = app.desk.list_knowledge_versions(&call.principal, language.as_ref(), &page).await?;
    Ok(Json(List::new(versions, VersionView::from)))
}

/// Saves an earlier version once more, as the last one.
#[utoipa::path(
    post,
    path = "/chat/bot/knowledge-base/rollback",
    tag = "bot",
    request_body = RollbackBody,
    params(
        ("language" = Option<String>, Query, max_length = 35, description = "The bot's main language without it"),
        IfMatchHeader,
    ),
    responses((status = 200, body = KnowledgeBaseView, headers(("ETag" = String)))),
    security(("user" = []))
)]
pub(super) async fn restore_knowledge_base(
    State(app): State<AppState>,
    call: Call<rates::RestoreKnowledge>,
) -> Result<Response, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ManageBot, Target::Desk);
    let (Asked { body: RollbackBody { version, note }, if_match, .. }, language) =
        call.asked_with_query(allowed, language).await?;
    let expected = expected(&app, &call.principal, language.as_ref(), &if_match).await?;
    let language = language.as_ref();
    let saved = app.desk.restore_knowledge_base(&call.principal, language, version, note, expected).await?;
    Ok(versioned(StatusCode::OK, saved.version, KnowledgeBaseView::from(saved)))
}

/// The version that must be in force for the change.
async fn expected(
    app: &AppState,
    principal: &Principal,
    language: Option<&LanguageTag>,
    if_match: &IfMatch,
) -> Result<Option<u64>, Problem> {
    let current = match if_match.is_choice() {
        true => Some(app.desk.knowledge_base(principal, language, None).await?.version),
        false => None,
    };
    Ok(if_match.expected(current))
}
