//! Tickets.

mod durations;
mod list;
mod narrow;
mod resolution;
pub(crate) mod row;
mod stats;
pub(crate) mod thread;

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

use crate::{
    counts::{Fact, ticket_facts},
    dialect::Dialect,
    row::json,
    search::HEAD,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

pub(crate) use self::{
    list::assigned,
    narrow::{agents, distinct},
    resolution::{COUNTED_CYCLE, read_cycle_facts},
    row::{COUNTED, read_facts},
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

/// What of a ticket itself is searched, apart from its thread.
pub(crate) fn head(ticket: &Ticket) -> String {
    [ticket.number.as_str(), ticket.subject.as_str(), ticket.description.as_str()].join("\n")
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
        let sql = Sql::new("select ").push(row::COLUMNS).push(" from @tickets t where ");
        let sql = match key {
            TicketKey::Id(id) => {
                let sql = sql.push("coalesce(t.tenant, '') = ? and t.id = ?");
                sql.bind(self.tenant_id()).bind(id.as_uuid())
            }
            TicketKey::Number(number) => {
                sql.push("t.tenant = ? and t.number = ?").bind(self.tenant_id()).bind(number.as_str())
            }
        };
        let sql = sql.append(in_scope(scope)).push(self.locking());
        let Some(row) = self.one(sql, "tickets", "id").await? else { return Ok(None) };
        let ticket = row::read(&row)?;
        if self.may_write() {
            self.loaded.ticket(&ticket);
        }
        Ok(Some(ticket))
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
        let conditions = self.ticket_conditions(filter).await?;
        let sql = Sql::new("select count(*) as value from @tickets t").append(conditions);
        self.number(sql).await
    }

    async fn insert(&mut self, ticket: &Ticket) -> Result<()> {
        let mut values = row::values(ticket)?;
        values.insert(0, self.tenant_id().into());
        let sql = Sql::default().push("insert into @tickets (tenant, ").push(row::COLUMNS).push(") values ");
        SqlxTransaction::insert(self, sql.values(values)).await?;
        self.counts.add(ticket_facts(ticket));
        self.insert_derived(ticket).await
    }

    async fn update(&mut self, ticket: &mut Ticket) -> Result<()> {
        let before = self.ticket_before(ticket).await?;
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
        } else if !ticket.tags.is_empty() {
            self.order_tags(ticket).await?;
        }
        ticket.version += 1;
        self.counts.remove(before.into_iter().flatten());
        self.counts.add(ticket_facts(ticket));
        self.loaded.ticket(ticket);
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
        self.append_cycle(cycle).await
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
        let sql = sql.push(" where coalesce(tenant, '') = ? and id = ? and version = ?");
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

    /// What a ticket counts for in the version that is to be changed; `None` if it is not there in that version.
    async fn ticket_before(&mut self, ticket: &Ticket) -> Result<Option<Vec<Fact>>> {
        if let Some(facts) = self.loaded.ticket_in(ticket.id, ticket.version) {
            return Ok(Some(facts.clone()));
        }
        let sql = Sql::new("select ")
            .push(COUNTED)
            .push(" from @tickets where coalesce(tenant, '') = ? and id = ? and version = ?")
            .bind(self.tenant_id())
            .bind(ticket.id.as_uuid())
            .bind(ticket.version);
        self.one(sql, "tickets", "id").await?.as_ref().map(read_facts).transpose()
    }

    /// Counts tickets no more that are about to be deleted.
    pub(crate) async fn uncount_tickets(&mut self, ids: &[uuid::Uuid]) -> Result<()> {
        let sql = Sql::new("select ").push(COUNTED).push(" from @tickets where id in ");
        for row in self.all(sql.values(ids.iter().copied()), "tickets", "id").await? {
            self.counts.remove(read_facts(&row)?);
        }
        self.uncount_resolutions(ids).await
    }

    /// Keeps with a ticket's tags what lists are ordered by.
    async fn order_tags(&mut self, ticket: &Ticket) -> Result<()> {
        let sql = Sql::new(
            "update @ticket_tags set ticket_updated_at = ?, ticket_created_at = ?, ticket_priority = ? \
             where ticket_id = ?",
        );
        let sql = sql.bind(ticket.updated_at).bind(ticket.created_at).bind(i64::from(ticket.priority.rank()));
        self.execute(sql.bind(ticket.id.as_uuid())).await.map(drop)
    }

    /// Adds what tickets are filtered and searched by beside their own row.
    async fn insert_derived(&mut self, ticket: &Ticket) -> Result<()> {
        if !ticket.tags.is_empty() {
            let mut sql = Sql::new(
                "insert into @ticket_tags (ticket_id, tag, tenant, ticket_updated_at, ticket_created_at, \
                 ticket_priority) values ",
            );
            for (place, tag) in ticket.tags.iter().enumerate() {
                let values: [Bind; 6] = [
                    ticket.id.as_uuid().into(),
                    tag.as_str().into(),
                    self.tenant_id().into(),
                    ticket.updated_at.into(),
                    ticket.created_at.into(),
                    i64::from(ticket.priority.rank()).into(),
                ];
                sql = if place == 0 { sql } else { sql.push(", ") }.values(values);
            }
            self.execute(sql).await?;
        }
        self.index_ticket(ticket.id, HEAD, Visibility::Public, &head(ticket)).await
    }

    /// Refuses what is to be added to a ticket that is not there.
    pub(super) async fn need_ticket(&mut self, id: TicketId) -> Result<()> {
        let sql =
            Sql::new("select count(*) as value from @tickets where coalesce(tenant, '') = ? and id = ?");
        match self.number(sql.bind(self.tenant_id()).bind(id.as_uuid())).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}
