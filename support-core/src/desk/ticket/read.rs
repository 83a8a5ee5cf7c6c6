//! Reading tickets, threads, histories and figures.

use super::Transcript;
use crate::{
    access::{Action, Object, ObjectKind, Principal, Scope},
    desk::{Listing, PageQuery, SupportDesk, cursor::Binding},
    error::{ErrorKind, Result},
    ticket::{
        HistoryChange, NamedPeriod, Period, ThreadEntry, Ticket, TicketFilter, TicketKey, TicketSort,
        TicketStats, TicketStatsFilter,
    },
};

impl SupportDesk {
    /// One ticket, or `None` if there is none that the caller may know of.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`].
    pub async fn find_ticket(&self, principal: &Principal, key: &TicketKey) -> Result<Option<Ticket>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        absent_is_none(self.ticket_for(&mut *tx, principal, key, Action::ReadTicket).await)
    }

    /// A page of the tickets that the caller may see. Scope and visibility of the filter are set here.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`], [`ErrorKind::BadCursor`].
    pub async fn list_tickets(
        &self,
        principal: &Principal,
        filter: &TicketFilter,
        sort: TicketSort,
        page: &PageQuery,
    ) -> Result<Listing<Ticket>> {
        let filter = self.scoped_tickets(principal, filter)?;
        let binding = Binding::new(principal, &("tickets", &filter, sort));
        let request = binding.request(page)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(binding.listing(tx.tickets().list(&filter, sort, &request).await?))
    }

    /// How many tickets of a filter the caller may see.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`].
    pub async fn count_tickets(&self, principal: &Principal, filter: &TicketFilter) -> Result<u64> {
        let filter = self.scoped_tickets(principal, filter)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(tx.tickets().count(&filter).await?)
    }

    fn scoped_tickets(&self, principal: &Principal, filter: &TicketFilter) -> Result<TicketFilter> {
        self.allow(principal, Action::ListTickets, Object::Desk)?;
        let scope = self.scope(principal, ObjectKind::Ticket);
        let visibility = self.visibility(principal, Object::Desk);
        Ok(TicketFilter { scope, visibility, ..filter.clone() })
    }

    /// A page of a ticket's thread, oldest first, without what the caller may not see.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::BadCursor`].
    pub async fn list_replies(
        &self,
        principal: &Principal,
        key: &TicketKey,
        page: &PageQuery,
    ) -> Result<Listing<ThreadEntry>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let ticket = self.ticket_for(&mut *tx, principal, key, Action::ReadTicket).await?;
        let binding = Binding::new(principal, &("replies", ticket.id));
        let request = binding.request(page)?;
        let visibility = self.visibility(principal, Object::Ticket(&ticket));
        let page = tx.tickets().list_entries(ticket.id, visibility, &request).await?;
        let mut entries = Vec::with_capacity(page.items.len());
        for entry in page.items {
            entries.push(self.as_seen(principal, &ticket, entry)?);
        }
        Ok(binding.listing(crate::store::Page { items: entries, next: page.next }))
    }

    /// A page of a ticket's history, oldest first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::BadCursor`].
    pub async fn list_ticket_history(
        &self,
        principal: &Principal,
        key: &TicketKey,
        page: &PageQuery,
    ) -> Result<Listing<HistoryChange>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let ticket = self.ticket_for(&mut *tx, principal, key, Action::ReadTicketHistory).await?;
        let binding = Binding::new(principal, &("history", ticket.id));
        let request = binding.request(page)?;
        Ok(binding.listing(tx.tickets().list_history(ticket.id, &request).await?))
    }

    /// The chat that a ticket was made from, for its requester and staff; `None` without one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] without such a ticket.
    pub async fn ticket_transcript(
        &self,
        principal: &Principal,
        key: &TicketKey,
    ) -> Result<Option<Transcript>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let ticket = self.ticket_for(&mut *tx, principal, key, Action::ReadTicket).await?;
        let Some(session_id) = ticket.chat_session_id else { return Ok(None) };
        // Who may read the ticket may read the chat it was made from, also where the chat is not theirs otherwise.
        let Some(session) = tx.chats().find(session_id, &Scope::Everything).await? else { return Ok(None) };
        let transcript = Self::read_transcript(&mut *tx, session).await?;
        Ok(Some(self.visible_transcript(principal, transcript)))
    }

    /// A stretch of the calendar, by the desk's clock.
    pub fn period(&self, name: NamedPeriod) -> Period {
        Period::named(name, self.now())
    }

    /// Figures about the tickets that the caller may see.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`].
    pub async fn ticket_stats(&self, principal: &Principal, period: Period) -> Result<TicketStats> {
        self.allow(principal, Action::ReadTicketStats, Object::Desk)?;
        let tickets = self.scope(principal, ObjectKind::Ticket);
        let chats = self.scope(principal, ObjectKind::Session);
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(tx.tickets().stats(&TicketStatsFilter { tickets, chats, period }).await?)
    }
}

/// Reads "there is none that you may know of" as `None`.
pub(in crate::desk) fn absent_is_none<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
