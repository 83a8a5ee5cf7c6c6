//! Threads and histories.

use support_core::{
    id::{EntryId, TicketId},
    person::Actor,
    search,
    store::{Page, PageRequest, StoreError},
    ticket::{Entry, EntryKind, HistoryChange, NewEntry, Visibility},
};

use crate::{
    dialect::Dialect,
    page::{Direction, Kind, Order, Segment},
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

const ENTRY: &str = "id, ticket_id, seq, kind, author_id, author_name, author_kind, body, created_at";
const CHANGE: &str = "ticket_id, seq, at, actor_id, actor_name, actor_kind, field, old, new";

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

fn read_change<DB: Dialect>(row: &Row<DB>) -> Result<HistoryChange> {
    Ok(HistoryChange {
        ticket_id: TicketId::from_uuid(row.uuid("ticket_id")?),
        at: row.time("at")?,
        actor: actor(row, "actor_id", "actor_name", "actor_kind")?,
        field: row.text("field")?,
        old: row.value("old")?,
        new: row.value("new")?,
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

const fn by_seq(id: &'static str) -> Order {
    Order::new("seq", Kind::Integer, id, Direction::Ascending)
}

/// ` and …` for what may be seen of a thread.
fn visible(visibility: Visibility) -> Sql {
    match visibility {
        Visibility::Staff => Sql::default(),
        Visibility::Public => Sql::new(" and kind <> ?").bind(EntryKind::InternalNote.as_str()),
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn append_to_thread(&mut self, entry: NewEntry) -> Result<Entry> {
        self.need_ticket(entry.ticket_id).await?;
        let seq = self
            .next_seq(Sql::new("select max(seq) as value from @entries where ticket_id = ?"), entry.ticket_id)
            .await?;
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
        self.execute(sql).await?;
        self.index_entry(&entry).await?;
        Ok(entry)
    }

    async fn next_seq(&mut self, max: Sql, ticket: TicketId) -> Result<u64> {
        let last = self.one(max.bind(ticket.as_uuid()), "entries", "value").await?;
        let last = last.map(|row| row.integer_or_null("value")).transpose()?.flatten().unwrap_or(0);
        Ok(u64::try_from(last).unwrap_or(0) + 1)
    }

    async fn index_entry(&mut self, entry: &Entry) -> Result<()> {
        let sql = match entry.kind {
            EntryKind::InternalNote => Sql::new("update @ticket_search set notes = notes || ' ' || ?"),
            EntryKind::PublicReply | EntryKind::System => {
                Sql::new("update @ticket_search set replies = replies || ' ' || ?")
            }
        };
        let sql = sql
            .bind(search::normalize(entry.body.as_str()))
            .push(" where rowid = (select row_id from @tickets where id = ?)")
            .bind(entry.ticket_id.as_uuid());
        self.execute(sql).await.map(drop)
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
        let select =
            |_| Sql::new("select ").push(ENTRY).push(", seq as place_key, id as place_id from @entries");
        let of_ticket =
            Sql::new(" where ticket_id = ? and tenant = ?").bind(ticket.as_uuid()).bind(self.tenant_id());
        let all = vec![Segment { tier: 0, only: visible(visibility), order: by_seq("id") }];
        self.page("entries", all, select, &of_ticket, page, read_entry).await
    }

    pub(super) async fn append_changes(&mut self, changes: &[HistoryChange]) -> Result<()> {
        for change in changes {
            self.need_ticket(change.ticket_id).await?;
            let max = Sql::new("select max(seq) as value from @history where ticket_id = ?");
            let seq = self.next_seq(max, change.ticket_id).await?;
            let [actor_id, actor_name, actor_kind] = actor_values(&change.actor);
            let values = [
                change.ticket_id.as_uuid().into(),
                seq.into(),
                change.at.into(),
                actor_id,
                actor_name,
                actor_kind,
                change.field.as_str().into(),
                change.old.clone().into(),
                change.new.clone().into(),
                self.tenant_id().into(),
            ];
            let sql =
                Sql::new("insert into @history (").push(CHANGE).push(", tenant) values ").values(values);
            self.execute(sql).await?;
        }
        Ok(())
    }

    pub(super) async fn list_changes(
        &mut self,
        ticket: TicketId,
        page: &PageRequest,
    ) -> Result<Page<HistoryChange>> {
        let select =
            |_| Sql::new("select ").push(CHANGE).push(", seq as place_key, null as place_id from @history");
        let of_ticket =
            Sql::new(" where ticket_id = ? and tenant = ?").bind(ticket.as_uuid()).bind(self.tenant_id());
        // The place within a history is unique, so that no id breaks ties.
        let all = vec![Segment { tier: 0, only: Sql::default(), order: by_seq("seq") }];
        self.page("history", all, select, &of_ticket, page, read_change).await
    }
}
