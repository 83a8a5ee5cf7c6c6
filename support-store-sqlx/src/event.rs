//! Events, numbered in their own transaction: SQLite has one writer at a time, so that they are committed in this order.

use async_trait::async_trait;
use support_core::{
    event::{Event, EventSubject, NewEvent, Position},
    id::{SessionId, TicketId},
    store::{EventRepository, Limit, StoreError},
};

use crate::{
    dialect::Dialect,
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

fn read<DB: Dialect>(row: &Row<DB>) -> Result<Event> {
    let seq = row.integer_or_null("seq")?;
    let seq = seq.map(u64::try_from).transpose().map_err(|error| row.corrupt("seq", error))?;
    let session_id = row.uuid_or_null("session_id")?.map(SessionId::from_uuid);
    let ticket_id = row.uuid_or_null("ticket_id")?.map(TicketId::from_uuid);
    let subject = match (session_id, ticket_id) {
        (Some(session_id), None) => EventSubject::Session { session_id, seq },
        (None, Some(ticket_id)) => EventSubject::Ticket { ticket_id, seq },
        _ => return Err(row.corrupt("session_id", "an event is about a session or a ticket")),
    };
    Ok(Event {
        position: Position(row.unsigned("position")?),
        kind: row.named("kind")?,
        subject,
        at: row.time("at")?,
    })
}

#[async_trait]
impl<DB: Dialect> EventRepository for SqlxTransaction<'_, DB> {
    async fn append(&mut self, event: &NewEvent) -> Result<()> {
        self.note_event();
        let head = Sql::new("insert into @event_heads (tenant, last) values (?, 1)").bind(self.tenant_id());
        self.execute(head.push(&DB::or_increment("event_heads", "tenant", "last"))).await?;
        let (session_id, ticket_id, seq) = match event.subject {
            EventSubject::Session { session_id, seq } => (Some(session_id.as_uuid()), None, seq),
            EventSubject::Ticket { ticket_id, seq } => (None, Some(ticket_id.as_uuid()), seq),
        };
        let sql = Sql::new(
            "insert into @events (tenant, position, kind, session_id, ticket_id, seq, at) \
             select tenant, last, ?, ?, ?, ?, ? from @event_heads where tenant = ?",
        )
        .bind(event.kind.as_str())
        .bind(session_id)
        .bind(ticket_id)
        .bind(seq.and_then(|seq| i64::try_from(seq).ok()))
        .bind(event.at)
        .bind(self.tenant_id());
        self.execute(sql).await.map(drop)
    }

    async fn assign_positions(&mut self) -> Result<()> {
        Ok(())
    }

    async fn list_after(&mut self, after: Position, limit: Limit) -> Result<Vec<Event>> {
        let sql = Sql::new(
            "select position, kind, session_id, ticket_id, seq, at from @events \
             where tenant = ? and position > ? order by position limit ?",
        );
        let sql = sql.bind(self.tenant_id()).bind(after.0).bind(u64::from(limit.get()));
        self.all(sql, "events", "position").await?.iter().map(read).collect()
    }

    async fn last_position(&mut self) -> Result<Position> {
        let sql = Sql::new("select last as value from @event_heads where tenant = ?").bind(self.tenant_id());
        self.number(sql).await.map(Position)
    }

    async fn first_position(&mut self) -> Result<Option<Position>> {
        let sql =
            Sql::new("select position as value from @events where tenant = ? order by position limit 1");
        let first = self.one(sql.bind(self.tenant_id()), "events", "value").await?;
        first.map(|row| row.unsigned("value").map(Position)).transpose()
    }

    async fn sink_position(&mut self, sink: &str) -> Result<Position> {
        let sql = Sql::new("select position as value from @sinks where tenant = ? and sink = ?");
        self.number(sql.bind(self.tenant_id()).bind(sink)).await.map(Position)
    }

    async fn move_sink(&mut self, sink: &str, to: Position) -> Result<()> {
        let values: [Bind; 3] = [self.tenant_id().into(), sink.into(), to.0.into()];
        let sql = Sql::new("insert into @sinks (tenant, sink, position) values ").values(values);
        self.execute(sql.push(&DB::or_replace("tenant, sink", &["position"]))).await.map(drop)
    }
}
