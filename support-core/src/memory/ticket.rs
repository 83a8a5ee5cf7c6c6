//! Tickets and what belongs to them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    lock,
    page::{Order, page_of},
    state::TicketRow,
    ticket_list, ticket_stats,
    transaction::MemoryTransaction,
};
use crate::{
    access::Scope,
    id::TicketId,
    store::{Keyset, Page, PageRequest, StoreError, TicketRepository, Transaction},
    ticket::{
        Entry, HistoryChange, NewEntry, ResolutionCycle, Ticket, TicketFilter, TicketKey, TicketNumber,
        TicketSort, TicketStats, TicketStatsFilter, Visibility,
    },
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl TicketRepository for MemoryTransaction {
    async fn find(&mut self, key: &TicketKey, scope: &Scope) -> Result<Option<Ticket>> {
        let tickets = &self.rows().tickets;
        let row = match key {
            TicketKey::Id(id) => tickets.get(id),
            TicketKey::Number(number) => tickets.values().find(|row| row.ticket.number == *number),
        };
        Ok(row.filter(|row| row.is_in(scope)).map(|row| row.ticket.clone()))
    }

    async fn list(
        &mut self,
        filter: &TicketFilter,
        sort: TicketSort,
        page: &PageRequest,
    ) -> Result<Page<Ticket>> {
        Ok(ticket_list::list(self.rows(), filter, sort, page))
    }

    async fn count(&mut self, filter: &TicketFilter) -> Result<u64> {
        Ok(ticket_list::matching(self.rows(), filter).count() as u64)
    }

    async fn insert(&mut self, ticket: &Ticket) -> Result<()> {
        let tickets = &mut self.rows_mut()?.tickets;
        let is_taken = |row: &Arc<TicketRow>| row.ticket.number == ticket.number;
        if tickets.contains_key(&ticket.id) || tickets.values().any(is_taken) {
            return Err(StoreError::AlreadyExists);
        }
        let row = TicketRow { ticket: ticket.clone(), entries: vec![], history: vec![], resolutions: vec![] };
        tickets.insert(ticket.id, Arc::new(row));
        Ok(())
    }

    async fn update(&mut self, ticket: &mut Ticket) -> Result<()> {
        let row = self.rows_mut()?.ticket_mut(ticket.id)?;
        if row.ticket.version != ticket.version {
            return Err(StoreError::Conflict);
        }
        ticket.version += 1;
        row.ticket = ticket.clone();
        Ok(())
    }

    async fn next_number(&mut self, day: NaiveDate) -> Result<TicketNumber> {
        let mut numbers = lock(&self.shared()?.numbers);
        let last = numbers.entry((self.tenant().clone(), day)).or_default();
        *last += 1;
        Ok(TicketNumber::new(day, *last))
    }

    async fn append_entry(&mut self, entry: NewEntry) -> Result<Entry> {
        let row = self.rows_mut()?.ticket_mut(entry.ticket_id)?;
        let entry = entry.at(row.entries.len() as u64 + 1);
        row.entries.push(Arc::new(entry.clone()));
        Ok(entry)
    }

    async fn find_entry(
        &mut self,
        ticket: TicketId,
        seq: u64,
        visibility: Visibility,
    ) -> Result<Option<Entry>> {
        let is_meant = |entry: &&Arc<Entry>| entry.seq == seq && visibility.admits(entry.kind);
        let row = self.rows().tickets.get(&ticket);
        Ok(row.and_then(|row| row.entries.iter().find(is_meant)).map(|entry| (**entry).clone()))
    }

    async fn list_entries(
        &mut self,
        ticket: TicketId,
        visibility: Visibility,
        page: &PageRequest,
    ) -> Result<Page<Entry>> {
        let entries = self.rows().tickets.get(&ticket).into_iter().flat_map(|row| &row.entries);
        let placed = entries
            .filter(|entry| visibility.admits(entry.kind))
            .map(|entry| (Keyset { tier: 0, key: key(entry.seq), id: entry.id.as_uuid() }, entry));
        Ok(page_of(placed, |_| Order::ASCENDING, page).map(|entry| (**entry).clone()))
    }

    async fn append_history(&mut self, changes: &[HistoryChange]) -> Result<()> {
        let rows = self.rows_mut()?;
        for change in changes {
            rows.ticket_mut(change.ticket_id)?.history.push(Arc::new(change.clone()));
        }
        Ok(())
    }

    async fn list_history(&mut self, ticket: TicketId, page: &PageRequest) -> Result<Page<HistoryChange>> {
        let history = self.rows().tickets.get(&ticket).into_iter().flat_map(|row| &row.history);
        let placed = (1..)
            .zip(history)
            .map(|(position, change)| (Keyset { tier: 0, key: key(position), id: Uuid::nil() }, change));
        Ok(page_of(placed, |_| Order::ASCENDING, page).map(|change| (**change).clone()))
    }

    async fn append_resolution(&mut self, cycle: &ResolutionCycle) -> Result<()> {
        self.rows_mut()?.ticket_mut(cycle.ticket_id)?.resolutions.push(*cycle);
        Ok(())
    }

    async fn stats(&mut self, filter: &TicketStatsFilter) -> Result<TicketStats> {
        Ok(ticket_stats::stats(self.rows(), filter))
    }
}

/// A place in a thread or a history as a key; there are never so many that it does not fit.
fn key(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
