//! What is known of telling the host's hooks.

use async_trait::async_trait;
use support_core::{
    event::{DeadLetter, DeliveryState, EventSubject, Lease, Position},
    id::DeadLetterId,
    store::{DeliveryRepository, Page, PageRequest, StoreError},
};

use crate::{
    dialect::Dialect,
    event,
    page::{Column, Direction, Key, Order, Rows, Segment},
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// The columns of a dead letter, among them those of its event.
const LETTER: &str = "id, sink, position, kind, session_id, ticket_id, seq, at, failures, error, given_up_at";

fn read_state<DB: Dialect>(row: &Row<DB>) -> Result<DeliveryState> {
    let lease = match (row.uuid_or_null("holder")?, row.time_or_null("held_until")?) {
        (Some(holder), Some(until)) => Some(Lease { holder, until }),
        _ => None,
    };
    Ok(DeliveryState {
        lease,
        failures: failures(row)?,
        retry_at: row.time_or_null("retry_at")?,
        one_by_one_to: Position(row.unsigned("one_by_one_to")?),
    })
}

/// Reads a dead letter.
pub(crate) fn read_letter<DB: Dialect>(row: &Row<DB>) -> Result<DeadLetter> {
    Ok(DeadLetter {
        id: DeadLetterId::from_uuid(row.uuid("id")?),
        sink: row.text("sink")?,
        event: event::read(row)?,
        failures: failures(row)?,
        error: row.text("error")?,
        given_up_at: row.time("given_up_at")?,
    })
}

fn failures<DB: Dialect>(row: &Row<DB>) -> Result<u32> {
    u32::try_from(row.unsigned("failures")?).map_err(|error| row.corrupt("failures", error))
}

#[async_trait]
impl<DB: Dialect> DeliveryRepository for SqlxTransaction<'_, DB> {
    async fn find(&mut self, sink: &str) -> Result<DeliveryState> {
        let found = self.find_delivery(sink).await?;
        if found.is_some() || !self.may_write() {
            return Ok(found.unwrap_or_default());
        }
        // There is no row to lock before there is one.
        let values = state_values(self.tenant_id(), sink, &DeliveryState::default());
        let sql = Sql::new(INSERT_STATE).values(values).push(&DB::or_nothing("tenant, sink"));
        self.execute(sql).await?;
        Ok(self.find_delivery(sink).await?.unwrap_or_default())
    }

    async fn upsert(&mut self, sink: &str, state: &DeliveryState) -> Result<()> {
        let sql = Sql::new(INSERT_STATE).values(state_values(self.tenant_id(), sink, state));
        let changed = ["holder", "held_until", "failures", "retry_at", "one_by_one_to"];
        self.execute(sql.push(&DB::or_replace("tenant, sink", &changed))).await.map(drop)
    }

    async fn upsert_dead_letter(&mut self, letter: &DeadLetter) -> Result<()> {
        let event = &letter.event;
        let (session_id, ticket_id, seq) = match event.subject {
            EventSubject::Session { session_id, seq } => (Some(session_id.as_uuid()), None, seq),
            EventSubject::Ticket { ticket_id, seq } => (None, Some(ticket_id.as_uuid()), seq),
        };
        let values: [Bind; 12] = [
            self.tenant_id().into(),
            letter.id.as_uuid().into(),
            letter.sink.as_str().into(),
            event.position.0.into(),
            event.kind.as_str().into(),
            session_id.into(),
            ticket_id.into(),
            seq.and_then(|seq| i64::try_from(seq).ok()).into(),
            event.at.into(),
            u64::from(letter.failures).into(),
            letter.error.as_str().into(),
            letter.given_up_at.into(),
        ];
        let sql =
            Sql::new("insert into @dead_letters (tenant, ").push(LETTER).push(") values ").values(values);
        let changed = ["failures", "error", "given_up_at"];
        self.execute(sql.push(&DB::or_replace("tenant, id", &changed))).await.map(drop)
    }

    async fn find_dead_letter(&mut self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        let sql = Sql::new("select ").push(LETTER).push(" from @dead_letters where tenant = ? and id = ?");
        let sql = sql.bind(self.tenant_id()).bind(id.as_uuid()).push(self.locking());
        self.one(sql, "dead_letters", "id").await?.as_ref().map(read_letter).transpose()
    }

    async fn list_dead_letters(&mut self, page: &PageRequest) -> Result<Page<DeadLetter>> {
        let rows = Rows::InOrder(Sql::new(" from @dead_letters where tenant = ?").bind(self.tenant_id()));
        let by_age = Key::Time(Column::new("given_up_at", "given_up_at"));
        let order = Order::new(by_age, Column::new("id", "id"), Direction::Descending);
        let all = Segment { tier: 0, order, columns: Sql::new(LETTER), rows };
        self.page("dead_letters", vec![all], page, read_letter).await
    }

    async fn delete_dead_letter(&mut self, id: DeadLetterId) -> Result<bool> {
        let sql = Sql::new("delete from @dead_letters where tenant = ? and id = ?");
        Ok(self.execute(sql.bind(self.tenant_id()).bind(id.as_uuid())).await? > 0)
    }
}

const INSERT_STATE: &str =
    "insert into @deliveries (tenant, sink, holder, held_until, failures, retry_at, one_by_one_to) values ";

fn state_values(tenant: &str, sink: &str, state: &DeliveryState) -> [Bind; 7] {
    [
        tenant.into(),
        sink.into(),
        state.lease.map(|lease| lease.holder).into(),
        state.lease.map(|lease| lease.until).into(),
        u64::from(state.failures).into(),
        state.retry_at.into(),
        state.one_by_one_to.0.into(),
    ]
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    async fn find_delivery(&mut self, sink: &str) -> Result<Option<DeliveryState>> {
        let sql = Sql::new(
            "select sink, holder, held_until, failures, retry_at, one_by_one_to from @deliveries \
             where tenant = ? and sink = ?",
        );
        let sql = sql.bind(self.tenant_id()).bind(sink).push(self.locking());
        self.one(sql, "deliveries", "sink").await?.as_ref().map(read_state).transpose()
    }
}
