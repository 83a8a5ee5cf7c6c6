//! Events, and the one order in which they are read.
//!
//! Where writers work side by side, an event has no position while its transaction is open: one that was numbered
//! earlier could be committed later, behind the back of who has read on. Positions are given to what was committed, by
//! whoever looks next, under a lock on the tenant's head that lasts until they are committed themselves. So each is
//! behind all that anybody can have seen.

use async_trait::async_trait;
use support_core::{
    event::{Event, EventSubject, NewEvent, Position},
    id::{SessionId, TicketId},
    store::{EventRepository, Limit, StoreError},
};

use crate::{
    dialect::{Dialect, NumberEvents, Numbering},
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Reads an event that has its position.
pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<Event> {
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

/// The columns of an event that say what happened.
const CONTENT: &str = "kind, session_id, ticket_id, seq, at";

fn content(event: &NewEvent) -> [Bind; 5] {
    let (session_id, ticket_id, seq) = match event.subject {
        EventSubject::Session { session_id, seq } => (Some(session_id.as_uuid()), None, seq),
        EventSubject::Ticket { ticket_id, seq } => (None, Some(ticket_id.as_uuid()), seq),
    };
    let seq = seq.and_then(|seq| i64::try_from(seq).ok());
    [event.kind.as_str().into(), session_id.into(), ticket_id.into(), seq.into(), event.at.into()]
}

/// How many events get their positions in one statement, and how many in one call at most, so that neither takes long
/// where nobody has asked for a while.
const AT_ONCE: u64 = 1_000;
const IN_ONE_CALL: u64 = 20 * AT_ONCE;

#[async_trait]
impl<DB: Dialect> EventRepository for SqlxTransaction<'_, DB> {
    async fn append(&mut self, event: &NewEvent) -> Result<()> {
        self.note_event();
        let insert = match DB::NUMBERING {
            Numbering::AtOnce => {
                // Both in one text: there is one round trip to the database, whose events are many.
                self.next_position()
                    .push("; insert into @events (tenant, position, ")
                    .push(CONTENT)
                    .push(") select tenant, last, ?, ?, ?, ?, ? from @event_heads where tenant = ?")
                    .bind_all(content(event))
                    .bind(self.tenant_id())
            }
            Numbering::AfterCommit(_) => {
                let tenant = [self.tenant_id().into()];
                Sql::new("insert into @events (tenant, ")
                    .push(CONTENT)
                    .push(") values ")
                    .values(tenant.into_iter().chain(content(event)))
            }
        };
        self.write_later("@events", insert).await
    }

    async fn assign_positions(&mut self) -> Result<()> {
        match DB::NUMBERING {
            Numbering::AtOnce => Ok(()),
            Numbering::AfterCommit(number) => self.number_events(number).await,
        }
    }

    async fn list_after(&mut self, after: Position, limit: Limit) -> Result<Vec<Event>> {
        let sql = Sql::new(
            "select position, kind, session_id, ticket_id, seq, at from @events \
             where tenant = ? and position > ? order by position",
        );
        let sql = sql.bind(self.tenant_id()).bind(after.0);
        let sql = sql.push(DB::LIMIT).bind(u64::from(limit.get()));
        self.all(sql, "events", "position").await?.iter().map(read).collect()
    }

    async fn last_position(&mut self) -> Result<Position> {
        let sql = Sql::new("select last as value from @event_heads where tenant = ?").bind(self.tenant_id());
        self.number(sql).await.map(Position)
    }

    async fn first_position(&mut self) -> Result<Option<Position>> {
        let sql = Sql::new(
            "select position as value from @events where tenant = ? and position > 0 order by position limit 1",
        );
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

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Moves the head of the tenant's events on by one.
    fn next_position(&self) -> Sql {
        let head = Sql::new("insert into @event_heads (tenant, last) values (?, 1)").bind(self.tenant_id());
        head.push(&DB::or_increment("event_heads", "tenant", "last"))
    }

    /// Gives positions to the events that have none, in the order in which they were appended.
    pub(crate) async fn number_events(&mut self, number: NumberEvents) -> Result<()> {
        if !self.has_unnumbered_events().await? {
            return Ok(());
        }
        let mut last = self.lock_head().await?;
        let mut numbered = 0;
        while numbered < IN_ONE_CALL {
            let now = self.number_some(number, last).await?;
            if now > 0 {
                self.note_event();
                // Not the last one and their number: there is a gap where one was erased in between.
                let max = Sql::new("select max(position) as value from @events where tenant = ?");
                last = Position(self.number(max.bind(self.tenant_id())).await?);
            }
            numbered += now;
            if now < AT_ONCE {
                break;
            }
        }
        if numbered > 0 {
            let head = Sql::new("update @event_heads set last = ? where tenant = ?");
            self.execute(head.bind(last.0).bind(self.tenant_id())).await?;
        }
        Ok(())
    }

    /// Returns how many there were.
    async fn number_some(&mut self, number: NumberEvents, last: Position) -> Result<u64> {
        let sql = match number {
            NumberEvents::Found(number) => number(self.tenant_id(), last, AT_ONCE),
            NumberEvents::Named(number) => {
                let sql =
                    Sql::new("select id from @events where tenant = ? and position is null order by id");
                let sql = sql.bind(self.tenant_id()).push(DB::LIMIT).bind(AT_ONCE);
                let found = self.all(sql, "events", "id").await?;
                let ids = found.iter().map(|row| row.integer("id")).collect::<Result<Vec<_>>>()?;
                if ids.is_empty() {
                    return Ok(0);
                }
                number(&ids, last)
            }
        };
        self.execute(sql).await
    }

    async fn has_unnumbered_events(&mut self) -> Result<bool> {
        let sql = Sql::new("select kind from @events where tenant = ? and position is null limit 1");
        Ok(self.one(sql.bind(self.tenant_id()), "events", "kind").await?.is_some())
    }

    /// Waits until nobody else gives positions, and keeps it so. Returns the last one that was given.
    async fn lock_head(&mut self) -> Result<Position> {
        let lock =
            || Sql::new("select last as value from @event_heads where tenant = ?").push(DB::FOR_UPDATE);
        let lock = lock().bind(self.tenant_id());
        if let Some(head) = self.one(lock.clone(), "event_heads", "value").await? {
            return head.unsigned("value").map(Position);
        }
        let first = Sql::new("insert into @event_heads (tenant, last) values (?, 0)").bind(self.tenant_id());
        self.execute(first.push(&DB::or_nothing("tenant"))).await?;
        self.number(lock).await.map(Position)
    }
}
