//! Opening a ticket.

use super::{NewTicket, change::event};
use crate::{
    access::{Action, Object, Principal},
    chat::Customer,
    desk::{SupportDesk, idempotency::Recall, transact::in_transaction},
    error::{Error, ErrorKind, Result},
    event::EventKind,
    id::{SessionId, TicketId},
    store::Transaction,
    text::{IdempotencyKey, Rejection},
    ticket::{Ticket, TicketStatus},
    time::Timestamp,
};

impl SupportDesk {
    /// Opens a ticket.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`], [`ErrorKind::ForbiddenField`] for a `requester` given
    /// by a customer, [`ErrorKind::IdempotencyKeyReused`].
    pub async fn create_ticket(
        &self,
        principal: &Principal,
        new: &NewTicket,
        key: Option<&IdempotencyKey>,
    ) -> Result<Ticket> {
        in_transaction!(self, &principal.tenant, |tx| self.create_ticket_in(tx, principal, new, key))
    }

    /// Opens a ticket inside a transaction of the caller's, such as one that a store joined to the host's own: the
    /// host's rows and the ticket are committed together, or not at all.
    ///
    /// # Errors
    /// Those of [`SupportDesk::create_ticket`], and [`ErrorKind::Internal`] if the transaction was opened for another
    /// tenant than the caller's. After an error, drop the transaction.
    pub async fn create_ticket_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        new: &NewTicket,
        key: Option<&IdempotencyKey>,
    ) -> Result<Ticket> {
        if tx.tenant() != &principal.tenant {
            return Err(Error::internal("the transaction was opened for another tenant"));
        }
        let requester = self.requester(principal, new)?;
        let now = self.now();
        let slot = match self.recall(tx, principal, "create_ticket", key, new, now).await? {
            Recall::Again(ticket) => return Ok(ticket),
            Recall::First(slot) => slot,
        };
        let ticket = self.insert_ticket(tx, new, requester, Links::default(), now).await?;
        slot.keep(tx, &ticket).await?;
        Ok(ticket)
    }

    /// Whether the caller may open such a ticket, and for whom it is.
    fn requester(&self, principal: &Principal, new: &NewTicket) -> Result<Customer> {
        self.allow(principal, Action::CreateTicket, Object::Desk)?;
        if let Some(person) = &new.requester {
            self.allow_requester(principal)?;
            return Ok(Customer::User(person.clone()));
        }
        let caller = principal.person().cloned().map(Customer::User);
        caller.ok_or_else(|| Error::invalid("requester", Rejection::Required))
    }

    /// Whether the caller may open tickets in somebody else's name.
    ///
    /// # Errors
    /// [`ErrorKind::ForbiddenField`].
    pub fn allow_requester(&self, principal: &Principal) -> Result<()> {
        self.allow(principal, Action::CreateTicketForOther, Object::Desk).map_err(|error| {
            match error.kind() {
                ErrorKind::Forbidden => ErrorKind::ForbiddenField { field: "requester" }.into(),
                _ => error,
            }
        })
    }

    /// Writes a new ticket with its number and its event.
    pub(in crate::desk) async fn insert_ticket(
        &self,
        tx: &mut dyn Transaction,
        new: &NewTicket,
        requester: Customer,
        links: Links,
        now: Timestamp,
    ) -> Result<Ticket> {
        let ticket = Ticket {
            id: TicketId::from_uuid(self.next_id(now)),
            number: tx.tickets().next_number(now.date_naive()).await?,
            subject: new.subject.clone(),
            description: new.description.clone(),
            status: TicketStatus::Open,
            priority: new.priority,
            category: new.category.clone(),
            tags: new.tags.clone().into_vec(),
            requester,
            assignee: None,
            custom_fields: new.custom_fields.clone(),
            reply_count: 0,
            // The description is the first thing the customer wants an answer to.
            waiting_since: Some(now),
            first_response_at: None,
            cycle_started_at: now,
            resolved_at: None,
            closed_at: None,
            follow_up_of: links.follow_up_of,
            chat_session_id: links.chat_session_id,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        tx.tickets().insert(&ticket).await?;
        tx.events().append(&event(EventKind::TicketCreated, &ticket, None, now)).await?;
        Ok(ticket)
    }
}

/// What a new ticket comes from.
#[derive(Default)]
pub(in crate::desk) struct Links {
    /// The closed ticket whose late reply opens it.
    pub(in crate::desk) follow_up_of: Option<TicketId>,
    /// The chat it is made from.
    pub(in crate::desk) chat_session_id: Option<SessionId>,
}
