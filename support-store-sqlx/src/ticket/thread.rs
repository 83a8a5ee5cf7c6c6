//! Threads and histories.

use support_core::{
    id::{EntryId, TicketId},
    person::Actor,
    store::{Page, PageRequest, StoreError},
    ticket::{Entry, EntryKind, HistoryChange, NewEntry, Visibility},
};

use crate::{
    dialect::Dialect,
    page::{Column, Direction, Key, Order, Rows, Segment},
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

const ENTRY: &str = "id, ticket_id, seq, kind, author_id, author_name, author_kind, body, created_at";
/// The columns of a change.
pub(crate) const CHANGE: &str = "ticket_id, seq, at, actor_id, actor_name, actor_kind, field, old, new";

/// Reads an entry.
pub(crate) fn read_entry<DB: Dialect>(row: &Row<DB>) -> Result<Entry> {
    Ok(Entry {
        id: EntryId::from_uuid(row.uuid("id")?),
        ticket_id: TicketId::from_uuid(row.uuid("ticket_id")?),
        seq: row.unsigned("seq")?,
        kind: row.named("kind")?,
        author: actor(row, "author_id", "author_name", "author_kind")?,
        body: row.parsed("body")?,
        created_at: row.time("created_at")?,
    })
}

/// Reads a change.
pub(crate) fn read_change<DB: Dialect>(row: &Row<DB>) -> Result<HistoryChange> {
    Ok(HistoryChange {
        ticket_id: TicketId::from_uuid(row.uuid("ticket_id")?),
        at: row.time("at")?,
        actor: actor(row, "actor_id", "actor_name", "actor_kind")?,
        field: row.text("field")?,
        old: row.json("old")?,
        new: row.json("new")?,
    })
}

fn actor<DB: Dialect>(
    row: &Row<DB>,
    id: &'static str,
    name: &'static str,
    kind: &'static str,
) -> Result<Actor> {
    let mut actor = Actor::nameless(row.named(kind)?);
    actor.id = row.parsed_or_null(id)?;
    actor.name = row.text_or_null(name)?;
    Ok(actor)
}

fn actor_values(actor: &Actor) -> [Bind; 3] {
    let id = actor.id.as_ref().map(support_core::id::UserId::as_str);
    [id.into(), actor.name.as_deref().into(), actor.kind.as_str().into()]
}

const SEQ: Column = Column::new("seq", "seq");
const ID: Column = Column::new("id", "id");
/// Reads a place that is taken as another transaction that was faster.
fn taken_is_conflict(error: StoreError) -> StoreError {
    match error {
        StoreError::AlreadyExists => StoreError::Conflict,
        other => other,
    }
}

/// ` and …` for what may be seen of a thread.
fn visible(visibility: Visibility) -> Sql {
    match visibility {
        Visibility::Staff => Sql::default(),
        Visibility::Public => Sql::new(" and kind <> ?").bind(EntryKind::InternalNote.as_str()),
    }
}

/// Who finds an entry by its words.
pub(crate) const fn searched_by(kind: EntryKind) -> Visibility {
    if Visibility::Public.admits(kind) { Visibility::Public } else { Visibility::Staff }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn append_to_thread(&mut self, entry: NewEntry) -> Result<Entry> {
        let next = Sql::new(
            "select (select coalesce(max(e.seq), 0) + 1 from @entries e where e.ticket_id = t.id) as value \
             from @tickets t where coalesce(t.tenant, '') = ? and t.id = ?",
        );
        let next = next.bind(self.tenant_id()).bind(entry.ticket_id.as_uuid());
        let next = self.one(next, "entries", "value").await?.ok_or(StoreError::NotFound)?;
        let seq = next.unsigned("value")?;
        let entry = entry.at(seq);
        let [author_id, author_name, author_kind] = actor_values(&entry.author);
        let values = [
            entry.id.as_uuid().into(),
            entry.ticket_id.as_uuid().into(),
            entry.seq.into(),
            entry.kind.as_str().into(),
            author_id,
            author_name,
            author_kind,
            entry.body.as_str().into(),
            entry.created_at.into(),
            self.tenant_id().into(),
        ];
        let sql = Sql::new("insert into @entries (").push(ENTRY).push(", tenant) values ").values(values);
        // An entry that was appended meanwhile has its place.
        self.insert(sql).await.map_err(taken_is_conflict)?;
        self.index_ticket(entry.ticket_id, entry.seq, searched_by(entry.kind), entry.body.as_str()).await?;
        Ok(entry)
    }

    pub(super) async fn find_in_thread(
        &mut self,
        ticket: TicketId,
        seq: u64,
        visibility: Visibility,
    ) -> Result<Option<Entry>> {
        let sql = Sql::new("select ")
            .push(ENTRY)
            .push(" from @entries where ticket_id = ? and seq = ? and tenant = ?");
        let sql = sql.bind(ticket.as_uuid()).bind(seq).bind(self.tenant_id()).append(visible(visibility));
        self.one(sql, "entries", "id").await?.as_ref().map(read_entry).transpose()
    }

    pub(super) async fn list_thread(
        &mut self,
        ticket: TicketId,
        visibility: Visibility,
        page: &PageRequest,
    ) -> Result<Page<Entry>> {
        let entries = Sql::new(" from @entries where ticket_id = ? and tenant = ?")
            .bind(ticket.as_uuid())
            .bind(self.tenant_id())
            .append(visible(visibility));
        let order = Order::new(Key::Integer(SEQ), ID, Direction::Ascending);
        let all = Segment { tier: 0, order, columns: Sql::new(ENTRY), rows: Rows::InOrder(entries) };
        self.page("entries", vec![all], page, read_entry).await
    }

    pub(super) async fn append_changes(&mut self, changes: &[HistoryChange]) -> Result<()> {
        for change in changes {
            let [actor_id, actor_name, actor_kind] = actor_values(&change.actor);
            let id = change.ticket_id.as_uuid();
            // Behind all others of its ticket; without the ticket, nothing is added.
            let sql = Sql::new("insert into @history (")
                .push(CHANGE)
                .push(
                    ", tenant) select t.id, (select coalesce(max(h.seq), 0) + 1 from @history h \
                     where h.ticket_id = t.id), ?, ?, ?, ?, ?, ?, ?, t.tenant from @tickets t \
                     where coalesce(t.tenant, '') = ? and t.id = ?",
                )
                .bind(change.at)
                .bind(actor_id)
                .bind(actor_name)
                .bind(actor_kind)
                .bind(change.field.as_str())
                .bind(change.old.clone())
                .bind(change.new.clone())
                .bind(self.tenant_id())
                .bind(id);
            if !self.add(sql).await? {
                self.need_ticket(change.ticket_id).await?;
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    pub(super) async fn list_changes(
        &mut self,
        ticket: TicketId,
        page: &PageRequest,
    ) -> Result<Page<HistoryChange>> {
        let changes = Sql::new(" from @history where ticket_id = ? and tenant = ?")
            .bind(ticket.as_uuid())
            .bind(self.tenant_id());
        let order = Order::new(Key::Unique(SEQ), SEQ, Direction::Ascending);
        let all = Segment { tier: 0, order, columns: Sql::new(CHANGE), rows: Rows::InOrder(changes) };
        self.page("history", vec![all], page, read_change).await
    }
}
