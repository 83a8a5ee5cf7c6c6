//! The limit: the same rows with axum and sqlx alone, as little as a list can be.
//!
//! Nobody is asked who they are, nothing is checked, columns go into the answer as they are in the table. The second
//! list counts what the agent has not read, in the same statement.

use std::{str::FromStr as _, sync::Arc};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::{
    FromRow, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
    types::Json as JsonColumn,
};
use uuid::Uuid;

use crate::Failure;

/// Where the bare list is.
pub(super) const BARE: &str = "/bare";
/// Where the bare list with counts is.
pub(super) const BARE_WITH_COUNTS: &str = "/bare-with-counts";

/// As many connections as the desk's store reads with.
const READERS: u32 = 4;

macro_rules! columns {
    () => {
        "select s.id, s.status, s.owner, s.user_id, s.customer, s.subject, s.category, s.assignee_id, \
         s.assignee_name, s.rating, s.feedback, s.last_seq, s.last_sender, s.last_preview, s.last_at, s.ticket_id, \
         s.metadata, s.ip_address, s.user_agent, s.version, s.created_at, s.updated_at, s.closed_at"
    };
}

macro_rules! latest {
    () => {
        " from support_sessions s where s.tenant = ? order by s.updated_at desc, s.id desc limit 50"
    };
}

const ROWS: &str = concat!(columns!(), ", null as unread_count", latest!());
const ROWS_WITH_COUNTS: &str = concat!(
    columns!(),
    ", (select count(*) from support_messages m where m.session_id = s.id and m.sender_kind = 'user' and m.seq > \
     coalesce((select c.up_to from support_read_cursors c where c.session_id = s.id and c.participant = ?), 0)) \
     as unread_count",
    latest!()
);

/// What the API shows of a chat, as it is in the table.
#[derive(Serialize, FromRow)]
struct Row {
    id: Uuid,
    status: String,
    owner: String,
    user_id: Option<String>,
    customer: JsonColumn<Box<RawValue>>,
    subject: Option<String>,
    category: Option<String>,
    assignee_id: Option<String>,
    assignee_name: Option<String>,
    rating: Option<i64>,
    feedback: Option<String>,
    last_seq: i64,
    last_sender: Option<String>,
    last_preview: Option<String>,
    last_at: Option<i64>,
    ticket_id: Option<Uuid>,
    metadata: JsonColumn<Box<RawValue>>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    version: i64,
    created_at: i64,
    updated_at: i64,
    closed_at: Option<i64>,
    unread_count: Option<i64>,
}

#[derive(Serialize)]
struct List {
    items: Vec<Row>,
}

#[derive(Clone)]
struct Bare {
    pool: SqlitePool,
    participant: Arc<str>,
}

/// Serves both lists from the database at a URL.
pub(super) async fn router(url: &str, agent: &str) -> Result<Router, Failure> {
    let options = SqliteConnectOptions::from_str(url)?.journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
    let state = Bare { pool, participant: format!("agent:{agent}").into() };
    Ok(Router::new().route(BARE, get(list)).route(BARE_WITH_COUNTS, get(list_with_counts)).with_state(state))
}

async fn list(State(bare): State<Bare>) -> Result<Json<List>, StatusCode> {
    answer(sqlx::query_as(ROWS).bind("default").fetch_all(&bare.pool).await)
}

async fn list_with_counts(State(bare): State<Bare>) -> Result<Json<List>, StatusCode> {
    let query = sqlx::query_as(ROWS_WITH_COUNTS).bind(&*bare.participant).bind("default");
    answer(query.fetch_all(&bare.pool).await)
}

fn answer(rows: sqlx::Result<Vec<Row>>) -> Result<Json<List>, StatusCode> {
    match rows {
        Ok(items) => Ok(Json(List { items })),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the bare select failed");
            Err(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}
