//! Tickets.

mod list;
pub(crate) mod row;
mod stats;
mod thread;

use async_trait::async_trait;
use chrono::NaiveDate;
use support_core::{
    access::Scope,
    id::TicketId,
    store::{Page, PageRequest, StoreError, TicketRepository},
    ticket::{
        Entry, HistoryChange, NewEntry, ResolutionCycle, Ticket, TicketFilter, TicketKey, TicketNumber,
        TicketSort, TicketStats, TicketStatsFilter, Visibility,
    },
};

use crate::{dialect::Dialect, row::json, search::HEAD, sql::Sql, transaction::SqlxTransaction};

pub(crate) use self::{
    list::assigned,
    thread::{CHANGE, read_change, read_entry},
};

type Result<T> = std::result::Result<T, StoreError>;

/// ` and …` for what a scope holds of tickets, called `t`.
pub(crate) fn in_scope(scope: &Scope) -> Sql {
    match scope {
        Scope::Everything => Sql::default(),
        Scope::Customer(user) => Sql::new(" and t.requester_id = ?").bind(user.as_str()),
        // A chat's guest has no tickets.
        Scope::Session(_) | Scope::Nothing => Sql::new(" and 1 = 0"),
    }
}

/// Which tickets an update touches, beside those with the right version.
#[derive(Clone, Copy, PartialEq)]
enum If {
    /// One whose text and labels are already what they are to be.
    TextIsTheSame,
    /// Any.
    Whatever,
}

#[async_trait]
impl<DB: Dialect> TicketRepository for SqlxTransaction<'_, DB> {
    async fn find(&mut self, key: &TicketKey, scope: &Scope) -> Result<Option<Ticket>> {
        let sql =
            Sql::default().push("select ").push(row::COLUMNS).push(" from @tickets t where t.tenant = ?");
        let sql = sql.bind(self.tenant_id());
        let sql = match key {
            TicketKey::Id(id) => sql.push(" and t.id = ?").bind(id.as_uuid()),
            TicketKey::Number(number) => sql.push(" and t.number = ?").bind(number.as_str()),
        };
        let sql = sql.append(in_scope(scope)).push(self.locking());
        let found = self.one(sql, "tickets", "id").await?;
        found.as_ref().map(row::read).transpose()
    }

    async fn list(
        &mut self,
        filter: &TicketFilter,
        sort: TicketSort,
        page: &PageRequest,
    ) -> Result<Page<Ticket>> {
        self.list_tickets(filter, sort, page).await
    }

    async fn count(&mut self, filter: &TicketFilter) -> Result<u64> {
        let conditions = self.ticket_conditions(filter, None).await?;
        let sql = Sql::new("select count(*) as value from @tickets t").append(conditions);
        self.number(sql).await
    }

    async fn insert(&mut self, ticket: &Ticket) -> Result<()> {
        let mut values = row::values(ticket)?;
        values.insert(0, self.tenant_id().into());
        let sql = Sql::default().push("insert into @tickets (tenant, ").push(row::COLUMNS).push(") values ");
        SqlxTransaction::insert(self, sql.values(values)).await?;
        self.insert_derived(ticket).await
    }

    async fn update(&mut self, ticket: &mut Ticket) -> Result<()> {
        // The usual change leaves text and labels alone, and with them all that is derived from them.
        if !self.update_ticket(ticket, If::TextIsTheSame).await? {
            if !self.update_ticket(ticket, If::Whatever).await? {
                self.need_ticket(ticket.id).await?;
                return Err(StoreError::Conflict);
            }
            let id = ticket.id.as_uuid();
            self.execute(Sql::new("delete from @ticket_tags where ticket_id = ?").bind(id)).await?;
            let head = Sql::new("delete from @ticket_texts where ticket_id = ? and part = ?");
            self.execute(head.bind(id).bind(HEAD)).await?;
            self.insert_derived(ticket).await?;
        }
        ticket.version += 1;
        Ok(())
    }

    async fn next_number(&mut self, day: NaiveDate) -> Result<TicketNumber> {
        let insert = Sql::new("insert into @ticket_numbers (tenant, day, last) values (?, ?, 1)");
        let insert = insert.bind(self.tenant_id()).bind(day.to_string());
        self.execute(insert.push(&DB::or_increment("ticket_numbers", "tenant, day", "last"))).await?;
        let read = Sql::new("select last as value from @ticket_numbers where tenant = ? and day = ?");
        let last = self.number(read.bind(self.tenant_id()).bind(day.to_string())).await?;
        Ok(TicketNumber::new(day, last))
    }

    async fn append_entry(&mut self, entry: NewEntry) -> Result<Entry> {
        self.append_to_thread(entry).await
    }

    async fn find_entry(
        &mut self,
        ticket: TicketId,
        seq: u64,
        visibility: Visibility,
    ) -> Result<Option<Entry>> {
        self.find_in_thread(ticket, seq, visibility).await
    }

    async fn list_entries(
        &mut self,
        ticket: TicketId,
        visibility: Visibility,
        page: &PageRequest,
    ) -> Result<Page<Entry>> {
        self.list_thread(ticket, visibility, page).await
    }

    async fn append_history(&mut self, changes: &[HistoryChange]) -> Result<()> {
        self.append_changes(changes).await
    }

    async fn list_history(&mut self, ticket: TicketId, page: &PageRequest) -> Result<Page<HistoryChange>> {
        self.list_changes(ticket, page).await
    }

    async fn append_resolution(&mut self, cycle: &ResolutionCycle) -> Result<()> {
        self.need_ticket(cycle.ticket_id).await?;
        let sql = Sql::new(
            "insert into @resolutions (tenant, ticket_id, started_at, ended_at) values (?, ?, ?, ?)",
        );
        let sql = sql.bind(self.tenant_id()).bind(cycle.ticket_id.as_uuid());
        self.execute(sql.bind(cycle.started_at).bind(cycle.ended_at)).await?;
        Ok(())
    }

    async fn stats(&mut self, filter: &TicketStatsFilter) -> Result<TicketStats> {
        self.ticket_stats(filter).await
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Changes a ticket. `false` if it is not there in this version, or the condition does not hold.
    async fn update_ticket(&mut self, ticket: &Ticket, condition: If) -> Result<bool> {
        let next = Ticket { version: ticket.version + 1, ..ticket.clone() };
        let sql = Sql::new("update @tickets set ").append(row::set(row::COLUMNS, row::values(&next)?));
        let sql = sql.push(" where tenant = ? and id = ? and version = ?");
        let sql = sql.bind(self.tenant_id()).bind(ticket.id.as_uuid()).bind(ticket.version);
        let sql = match condition {
            If::Whatever => sql,
            If::TextIsTheSame => sql
                .push(" and subject = ? and description = ? and ")
                .bind(ticket.subject.as_str())
                .bind(ticket.description.as_str())
                .push(&DB::json_is("tags"))
                .bind(json(&ticket.tags)?),
        };
        Ok(self.execute(sql).await? > 0)
    }

    /// Adds what tickets are filtered and searched by beside their own row.
    async fn insert_derived(&mut self, ticket: &Ticket) -> Result<()> {
        for tag in &ticket.tags {
            let sql = Sql::new("insert into @ticket_tags (ticket_id, tag) values (?, ?)");
            self.execute(sql.bind(ticket.id.as_uuid()).bind(tag.as_str())).await?;
        }
        let head = [ticket.number.as_str(), ticket.subject.as_str(), ticket.description.as_str()].join("\n");
        self.index_ticket(ticket.id, HEAD, Visibility::Public, &head).await
    }

    /// Refuses what is to be added to a ticket that is not there.
    pub(super) async fn need_ticket(&mut self, id: TicketId) -> Result<()> {
        let sql = Sql::new("select count(*) as value from @tickets where tenant = ? and id = ?");
        match self.number(sql.bind(self.tenant_id()).bind(id.as_uuid())).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}
