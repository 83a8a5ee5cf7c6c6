//! Replies and notes.

use super::{NewReply, NewTicket, Replied, ReplyKind, change::Edit, change::event, create::Links};
use crate::{
    access::{Action, Object, Principal},
    desk::{SupportDesk, idempotency::Recall, transact::in_transaction},
    error::{Error, ErrorKind, Result},
    event::EventKind,
    id::EntryId,
    person::{Actor, ActorKind},
    store::Transaction,
    text::{Body, IdempotencyKey},
    ticket::{
        Entry, EntryKind, NewEntry, PublicEntry, Tags, ThreadEntry, Ticket, TicketKey, TicketStatus,
        Visibility,
    },
    time::Timestamp,
};

impl SupportDesk {
    /// Writes a reply or a note.
    ///
    /// A customer's reply opens a ticket that waits for them, is on hold, resolved, or was closed within
    /// [`ticket_reopen_window`](crate::desk::DeskConfig::ticket_reopen_window); after that it opens a follow-up
    /// ([`Replied::follow_up`]). A public reply of staff takes an open ticket in hand, unless it names a status.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::ForbiddenField`] for what only staff may set,
    /// [`ErrorKind::TransitionNotAllowed`], [`ErrorKind::TicketClosed`] for a public reply of staff to a closed ticket
    /// that does not reopen it, [`ErrorKind::IdempotencyKeyReused`].
    pub async fn reply_to_ticket(
        &self,
        principal: &Principal,
        key: &TicketKey,
        reply: &NewReply,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Replied> {
        in_transaction!(self, &principal.tenant, |tx| self.reply_in(
            tx,
            principal,
            key,
            reply,
            idempotency_key
        ))
    }

    async fn reply_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        key: &TicketKey,
        reply: &NewReply,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Replied> {
        let ticket = self.ticket_for(tx, principal, key, Action::ReplyToTicket).await?;
        self.allow_reply_fields(principal, &ticket, reply.kind.is_some(), reply.status.is_some())?;
        let now = self.now();
        let operation = format!("reply_to_ticket/{}", ticket.id);
        let slot = match self.recall(tx, principal, operation, idempotency_key, reply, now).await? {
            Recall::Again(replied) => return Ok(replied),
            Recall::First(slot) => slot,
        };
        let author = self.actor_on(principal, &ticket);
        let replied = match reply.kind {
            Some(ReplyKind::Internal) => self.note(tx, author, ticket, reply, now).await?,
            _ if self.is_staff_on(principal, &ticket) => {
                self.staff_reply(tx, principal, author, ticket, reply, now).await?
            }
            _ if self.is_closed_for_good(&ticket) => self.follow_up(tx, ticket, reply, now).await?,
            _ => self.customer_reply(tx, principal, author, ticket, reply, now).await?,
        };
        slot.keep(tx, &replied).await?;
        Ok(replied)
    }

    /// Whether the caller may set these fields of a reply, without writing one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::ForbiddenField`].
    pub async fn authorize_reply(
        &self,
        principal: &Principal,
        key: &TicketKey,
        sets_kind: bool,
        sets_status: bool,
    ) -> Result<()> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let ticket = self.ticket_for(&mut *tx, principal, key, Action::ReplyToTicket).await?;
        self.allow_reply_fields(principal, &ticket, sets_kind, sets_status)
    }

    fn allow_reply_fields(
        &self,
        principal: &Principal,
        ticket: &Ticket,
        sets_kind: bool,
        sets_status: bool,
    ) -> Result<()> {
        let object = Object::Ticket(ticket);
        if sets_kind && self.allow(principal, Action::ReadNotes, object).is_err() {
            return Err(ErrorKind::ForbiddenField { field: "internal" }.into());
        }
        if sets_status && self.allow(principal, Action::EditTicket, object).is_err() {
            return Err(ErrorKind::ForbiddenField { field: "status" }.into());
        }
        Ok(())
    }

    /// A note changes nothing that a customer could notice, unless it sets a status.
    async fn note(
        &self,
        tx: &mut dyn Transaction,
        author: Actor,
        ticket: Ticket,
        reply: &NewReply,
        now: Timestamp,
    ) -> Result<Replied> {
        let entry = self.entry(&ticket, EntryKind::InternalNote, author.clone(), reply.message.clone(), now);
        let entry = tx.tickets().append_entry(entry).await?;
        tx.events().append(&event(EventKind::NoteCreated, &ticket, Some(entry.seq), now)).await?;
        let mut edit = Edit::new(ticket, author, now);
        if let Some(status) = reply.status {
            edit.set_status(status)?;
        }
        let ticket = edit.save(tx).await?;
        Ok(Replied { entry: ThreadEntry::Staff(entry), ticket, follow_up: None })
    }

    async fn staff_reply(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        author: Actor,
        ticket: Ticket,
        reply: &NewReply,
        now: Timestamp,
    ) -> Result<Replied> {
        let was_closed = ticket.status == TicketStatus::Closed;
        let mut edit = Edit::new(ticket, author.clone(), now);
        match reply.status {
            Some(status) => edit.set_status(status)?,
            None if edit.ticket.status == TicketStatus::Open => edit.set_status(TicketStatus::InProgress)?,
            None => {}
        }
        // A reply may close a ticket; one that is closed must be opened by it.
        if was_closed && edit.ticket.status == TicketStatus::Closed {
            return Err(ErrorKind::TicketClosed.into());
        }
        let ticket = edit.touch();
        ticket.reply_count += 1;
        ticket.waiting_since = None;
        ticket.first_response_at.get_or_insert(now);
        let (entry, ticket) = self.append_public(tx, edit, author, reply, now).await?;
        Ok(Replied { entry: self.as_seen(principal, &ticket, entry)?, ticket, follow_up: None })
    }

    async fn customer_reply(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        author: Actor,
        ticket: Ticket,
        reply: &NewReply,
        now: Timestamp,
    ) -> Result<Replied> {
        let mut edit = Edit::new(ticket, author.clone(), now);
        match edit.ticket.status {
            TicketStatus::Open | TicketStatus::InProgress => {}
            TicketStatus::WaitingForCustomer
            | TicketStatus::OnHold
            | TicketStatus::Resolved
            | TicketStatus::Closed => edit.set_status(TicketStatus::Open)?,
        }
        let ticket = edit.touch();
        ticket.reply_count += 1;
        ticket.waiting_since.get_or_insert(now);
        let (entry, ticket) = self.append_public(tx, edit, author, reply, now).await?;
        Ok(Replied { entry: self.as_seen(principal, &ticket, entry)?, ticket, follow_up: None })
    }

    async fn append_public(
        &self,
        tx: &mut dyn Transaction,
        edit: Edit,
        author: Actor,
        reply: &NewReply,
        now: Timestamp,
    ) -> Result<(Entry, Ticket)> {
        let entry = self.entry(&edit.ticket, EntryKind::PublicReply, author, reply.message.clone(), now);
        let ticket = edit.save(tx).await?;
        let entry = tx.tickets().append_entry(entry).await?;
        tx.events().append(&event(EventKind::ReplyCreated, &ticket, Some(entry.seq), now)).await?;
        Ok((entry, ticket))
    }

    /// The closed ticket stays closed and says where it goes on; the reply is the new ticket's description.
    async fn follow_up(
        &self,
        tx: &mut dyn Transaction,
        ticket: Ticket,
        reply: &NewReply,
        now: Timestamp,
    ) -> Result<Replied> {
        let mut new = NewTicket::new(ticket.subject.clone(), reply.message.clone());
        new.category = ticket.category.clone();
        new.tags = Tags::new(ticket.tags.clone()).map_err(Error::internal)?;
        let links = Links { follow_up_of: Some(ticket.id), chat_session_id: None };
        let follow_up = self.insert_ticket(tx, &new, ticket.requester.clone(), links, now).await?;

        let text = self.config().texts.follow_up.replace("{number}", follow_up.number.as_str());
        let text = Body::parse(text).map_err(Error::internal)?;
        let desk = Actor::nameless(ActorKind::System);
        let entry = self.entry(&ticket, EntryKind::System, desk.clone(), text, now);
        let mut edit = Edit::new(ticket, desk, now);
        edit.touch();
        let ticket = edit.save(tx).await?;
        let entry = tx.tickets().append_entry(entry).await?;
        tx.events().append(&event(EventKind::ReplyCreated, &ticket, Some(entry.seq), now)).await?;
        let entry =
            PublicEntry::from_entry(entry).ok_or_else(|| Error::internal("a system entry is public"))?;
        Ok(Replied { entry: ThreadEntry::Customer(entry), ticket, follow_up: Some(follow_up) })
    }

    fn entry(&self, ticket: &Ticket, kind: EntryKind, author: Actor, body: Body, now: Timestamp) -> NewEntry {
        let id = EntryId::from_uuid(self.next_id(now));
        NewEntry { id, ticket_id: ticket.id, kind, author, body, created_at: now }
    }

    /// The one filter that decides what of a thread a caller gets (S-18).
    pub(in crate::desk) fn as_seen(
        &self,
        principal: &Principal,
        ticket: &Ticket,
        entry: Entry,
    ) -> Result<ThreadEntry> {
        match self.visibility(principal, Object::Ticket(ticket)) {
            Visibility::Staff => Ok(ThreadEntry::Staff(entry)),
            Visibility::Public => PublicEntry::from_entry(entry)
                .map(ThreadEntry::Customer)
                .ok_or_else(|| ErrorKind::NotFound.into()),
        }
    }
}
