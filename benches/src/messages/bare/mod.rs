//! The limit: what a message writes, with axum and sqlx alone.
//!
//! Nobody is asked who they are, nothing is checked, nothing is read into types. The statements are those that the desk
//! sends for a message, with the columns that change and no others.

mod postgres;
mod sqlite;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use support_core::{
    search::normalize,
    time::{Clock as _, IdGenerator as _, SystemClock, SystemIds, Timestamp, to_micros},
};
use uuid::Uuid;

pub(super) use self::{
    postgres::router as postgres,
    sqlite::{BATCH, router as sqlite},
};

/// Where messages go: `/bare/{session}`.
const ROUTE: &str = "/bare/{session}";

/// What is sent.
#[derive(Deserialize)]
struct Sent {
    message: String,
}

/// What is answered.
#[derive(Serialize)]
struct Written {
    id: Uuid,
    seq: i64,
}

/// A message to write.
struct Draft {
    id: Uuid,
    session: Uuid,
    message: String,
    words: String,
    now: Timestamp,
}

impl Draft {
    fn new(ids: &SystemIds, session: Uuid, Sent { message }: Sent) -> Self {
        let now = to_micros(SystemClock.now());
        Self { id: ids.next_id(now), session, words: normalize(&message), message, now }
    }
}

fn answer(written: sqlx::Result<Written>) -> Response {
    match written {
        Ok(written) => (StatusCode::CREATED, Json(written)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the bare message was not written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Writes a message on a connection: the statements of [`Texts`] one after the other.
macro_rules! write_message {
    ($connection:expr, $texts:expr, $draft:expr, |$moment:ident| $time:expr) => {{
        let (connection, texts, draft): (_, &Texts, &Draft) = ($connection, $texts, $draft);
        let $moment = draft.now;
        let (now, session, tenant) = ($time, draft.session, "default");
        let text = |text: &str| sqlx::AssertSqlSafe(text.to_owned());
        let found =
            sqlx::query(text(&texts.find)).bind(tenant).bind(session).fetch_one(&mut *connection).await?;
        let seq = sqlx::Row::try_get::<i64, _>(&found, 0)? + 1;
        sqlx::query(text(&texts.update))
            .bind(seq)
            .bind(&draft.message)
            .bind(now)
            .bind(tenant)
            .bind(session)
            .execute(&mut *connection)
            .await?;
        sqlx::query(text(&texts.insert))
            .bind(session)
            .bind(seq)
            .bind(draft.id)
            .bind(tenant)
            .bind(&draft.message)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        sqlx::query(text(&texts.index))
            .bind(session)
            .bind(seq)
            .bind(&draft.words)
            .execute(&mut *connection)
            .await?;
        sqlx::query(text(&texts.event))
            .bind(tenant)
            .bind(session)
            .bind(seq)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        sqlx::query(text(&texts.cursor)).bind(seq).bind(session).execute(&mut *connection).await?;
        sqlx::query(text(&texts.read))
            .bind(now)
            .bind(session)
            .bind(tenant)
            .bind(seq)
            .execute(&mut *connection)
            .await?;
        let shard = i64::try_from(draft.id.as_u128() % texts.shards).unwrap_or_default();
        sqlx::query(text(&texts.count)).bind(tenant).bind(shard).execute(&mut *connection).await?;
        Ok(Written { id: draft.id, seq })
    }};
}
use write_message;

/// The statements, in the order in which they are sent.
struct Texts {
    find: String,
    update: String,
    insert: String,
    index: String,
    event: String,
    cursor: String,
    read: String,
    count: String,
    /// Over how many rows the count is spread.
    shards: u128,
}

/// Those of one database: where its tables are, what keeps a row from others, how words are kept, its event, and over how
/// many rows a count is spread.
fn texts(tables: &str, locking: &str, words: &str, event: &str, shards: u128) -> Texts {
    let place = |text: &str| text.replace('@', tables);
    Texts {
        find: place("select last_seq from @sessions where tenant = $1 and id = $2") + locking,
        update: place(
            "update @sessions set last_seq = $1, last_customer_seq = $1, last_sender = 'user', last_preview = $2, \
             last_at = $3, waiting_since = coalesce(waiting_since, $3), customer_active_at = $3, \
             version = version + 1, updated_at = $3 where tenant = $4 and id = $5",
        ),
        insert: place(
            "insert into @messages (session_id, seq, id, tenant, sender_kind, body, metadata, suggestions, created_at) \
             values ($1, $2, $3, $4, 'user', $5, '{}', '[]', $6)",
        ),
        index: place(&format!(
            "insert into @session_texts (session_id, part, words) values ($1, $2, {words})"
        )),
        event: place(event),
        cursor: place(
            "update @read_cursors set up_to = $1 where session_id = $2 and participant = 'customer' and up_to < $1",
        ),
        read: place(
            "update @messages set read_at = $1 where session_id = $2 and tenant = $3 and seq < $4 \
             and read_at is null and sender_kind in ('admin', 'bot', 'system')",
        ),
        count: place(
            "insert into @counts (tenant, kind, label, shard, n) values ($1, 'messages', '', $2, 1) \
             on conflict (tenant, kind, label, shard) do update set n = @counts.n + 1",
        ),
        shards,
    }
}
