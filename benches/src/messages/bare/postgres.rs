//! On PostgreSQL: a transaction of a pool for each request.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::post,
};
use sqlx::{PgConnection, PgPool, postgres::PgPoolOptions};
use support_core::time::SystemIds;
use uuid::Uuid;

use super::{Draft, ROUTE, Sent, Texts, Written, answer, texts, write_message};
use crate::Failure;

#[derive(Clone)]
struct Bare {
    ids: Arc<SystemIds>,
    pool: PgPool,
    texts: Arc<Texts>,
}

/// Serves messages into the database at a URL, on so many connections.
pub(in crate::messages) async fn router(url: &str, connections: u32) -> Result<Router, Failure> {
    let pool =
        PgPoolOptions::new().max_connections(connections).test_before_acquire(false).connect(url).await?;
    let texts = texts(
        "support_",
        " for update",
        "array_to_tsvector(string_to_array($3, ' '))",
        "insert into @events (tenant, kind, session_id, seq, at) values ($1, 'message.created', $2, $3, $4)",
        32,
    );
    let bare = Bare { ids: Arc::default(), pool, texts: Arc::new(texts) };
    Ok(Router::new().route(ROUTE, post(send)).with_state(bare))
}

async fn send(State(bare): State<Bare>, Path(session): Path<Uuid>, Json(sent): Json<Sent>) -> Response {
    let draft = Draft::new(&bare.ids, session, sent);
    answer(write(&bare.pool, &bare.texts, &draft).await)
}

async fn write(pool: &PgPool, texts: &Texts, draft: &Draft) -> sqlx::Result<Written> {
    let mut transaction = pool.begin().await?;
    let written = one(&mut transaction, texts, draft).await?;
    transaction.commit().await?;
    Ok(written)
}

async fn one(connection: &mut PgConnection, texts: &Texts, draft: &Draft) -> sqlx::Result<Written> {
    write_message!(connection, texts, draft, |moment| moment)
}
