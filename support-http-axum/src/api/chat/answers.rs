//! What became of messages to the bot.

use axum::{Json, extract::State};
use support_core::{
    access::Action,
    desk::{Target, bot::NewAnswerFeedback},
    store::UnansweredSort,
};

use crate::{
    dto::{
        List,
        bot::{BotStatsView, NewAnswerFeedbackBody, UnansweredView},
        message::MessageView,
        params::PageParams,
        stats::{StatsParams, period},
    },
    extract::{Asked, Call, MessagePath, rates},
    problem::Problem,
    state::AppState,
};

/// Lists what the bot had no answer to, questions that say the same as one; for staff.
#[utoipa::path(
    get,
    path = "/chat/bot/unanswered",
    tag = "bot",
    params(
        ("sort" = Option<String>, Query, description = "`count`, most frequent first (the default), or `recent`"),
        PageParams,
    ),
    responses((status = 200, body = List<UnansweredView>)),
    security(("user" = []))
)]
pub(super) async fn list_unanswered(
    State(app): State<AppState>,
    call: Call,
) -> Result<Json<List<UnansweredView>>, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ReadBotLog, Target::Desk);
    let sort = |text: String| text.parse::<UnansweredSort>();
    let (sort, page) = call.query(allowed, |query| (query.optional("sort", sort), query.page())).await?;
    let groups = app.desk.list_unanswered(&call.principal, sort.unwrap_or_default(), &page).await?;
    Ok(Json(List::new(groups, UnansweredView::from)))
}

/// Reads figures about the bot; for staff.
#[utoipa::path(
    get,
    path = "/chat/bot/stats",
    tag = "bot",
    params(StatsParams),
    responses((status = 200, body = BotStatsView)),
    security(("user" = []))
)]
pub(super) async fn find_bot_stats(
    State(app): State<AppState>,
    call: Call<rates::Stats>,
) -> Result<Json<BotStatsView>, Problem> {
    let allowed = app.desk.authorize(&call.principal, Action::ReadBotLog, Target::Desk);
    let period = call.query(allowed, |query| period(query, &app.desk)).await?;
    Ok(Json(app.desk.bot_stats(&call.principal, &period).await?.into()))
}

/// Says whether an answer of the bot helped. For the chat's customer; it can be said again, and the last word counts.
#[utoipa::path(
    post,
    path = "/chat/sessions/{id}/messages/{seq}/feedback",
    tag = "bot",
    request_body = NewAnswerFeedbackBody,
    params(("id" = Uuid, Path), ("seq" = u64, Path, minimum = 1)),
    responses((status = 200, body = MessageView)),
    security(("user" = []), ("guest" = []))
)]
pub(super) async fn rate_answer(
    State(app): State<AppState>,
    path: MessagePath,
    call: Call,
) -> Result<Json<MessageView>, Problem> {
    let (id, seq) = path.read()?;
    let allowed = app.desk.authorize(&call.principal, Action::RateAnswer, Target::Session(id));
    let Asked { body, .. } = call.asked::<NewAnswerFeedback>(allowed).await?;
    Ok(Json(app.desk.rate_answer(&call.principal, id, seq, &body).await?.into()))
}
