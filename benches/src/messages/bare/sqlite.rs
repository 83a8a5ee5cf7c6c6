//! On SQLite: one task writes, what has come meanwhile in one transaction.

use std::{str::FromStr as _, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::post,
};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use support_core::time::SystemIds;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{Draft, ROUTE, Sent, Texts, Written, answer, texts, write_message};
use crate::Failure;

/// How many messages are written in one transaction at most.
pub(in crate::messages) const BATCH: usize = 256;

type Job = (Draft, oneshot::Sender<sqlx::Result<Written>>);

#[derive(Clone)]
struct Bare {
    ids: Arc<SystemIds>,
    writer: mpsc::Sender<Job>,
}

/// Serves messages into the database at a URL.
pub(in crate::messages) async fn router(url: &str) -> Result<Router, Failure> {
    let options = SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let connection = SqliteConnection::connect_with(&options).await?;
    let (writer, jobs) = mpsc::channel(BATCH);
    tokio::spawn(write(connection, jobs));
    let bare = Bare { ids: Arc::default(), writer };
    Ok(Router::new().route(ROUTE, post(send)).with_state(bare))
}

async fn send(State(bare): State<Bare>, Path(session): Path<Uuid>, Json(sent): Json<Sent>) -> Response {
    let (written, told) = oneshot::channel();
    let sent = bare.writer.send((Draft::new(&bare.ids, session, sent), written)).await;
    let gone = || sqlx::Error::WorkerCrashed;
    answer(match sent {
        Ok(()) => told.await.unwrap_or_else(|_| Err(gone())),
        Err(_) => Err(gone()),
    })
}

async fn write(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>) {
    let texts = texts(
        "support_",
        "",
        "$3",
        "insert into @event_heads (tenant, last) values ($1, 1) on conflict (tenant) do update set last = last + 1; \
         insert into @events (tenant, position, kind, session_id, seq, at) \
         select tenant, last, 'message.created', $2, $3, $4 from @event_heads where tenant = $1",
        1,
    );
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let written = write_batch(&mut connection, &texts, &batch).await;
        match written {
            Ok(written) => {
                for ((_, told), written) in batch.drain(..).zip(written) {
                    _ = told.send(Ok(written));
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a batch was not written");
                batch.clear();
            }
        }
    }
}

async fn write_batch(
    connection: &mut SqliteConnection,
    texts: &Texts,
    batch: &[Job],
) -> sqlx::Result<Vec<Written>> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut written = Vec::with_capacity(batch.len());
    for (draft, _) in batch {
        written.push(one(&mut transaction, texts, draft).await?);
    }
    transaction.commit().await?;
    Ok(written)
}

async fn one(connection: &mut SqliteConnection, texts: &Texts, draft: &Draft) -> sqlx::Result<Written> {
    write_message!(connection, texts, draft, |moment| moment.timestamp_micros())
}
