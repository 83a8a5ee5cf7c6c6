//! Changes to a ticket in hand: every field's change goes through here, with what follows from it.

use serde_json::Value;

use crate::{
    error::{ErrorKind, Result},
    event::{EventKind, EventSubject, NewEvent},
    person::Actor,
    store::Transaction,
    ticket::{Assignee, HistoryChange, ResolutionCycle, Ticket, TicketStatus},
    time::Timestamp,
};

/// A ticket that is being changed, with the history of it.
pub(super) struct Edit {
    pub(super) ticket: Ticket,
    actor: Actor,
    now: Timestamp,
    history: Vec<HistoryChange>,
    ended: Option<ResolutionCycle>,
    /// Whether something changed that has no history: what follows from an entry.
    touched: bool,
}

impl Edit {
    pub(super) const fn new(ticket: Ticket, actor: Actor, now: Timestamp) -> Self {
        Self { ticket, actor, now, history: Vec::new(), ended: None, touched: false }
    }

    /// Notes a field's change in the history. Call it with the old and new value before setting the field.
    pub(super) fn record(&mut self, field: &str, old: impl Into<Value>, new: impl Into<Value>) {
        self.history.push(HistoryChange {
            ticket_id: self.ticket.id,
            at: self.now,
            actor: self.actor.clone(),
            field: field.to_owned(),
            old: old.into(),
            new: new.into(),
        });
    }

    /// The ticket, to change what has no history.
    pub(super) const fn touch(&mut self) -> &mut Ticket {
        self.touched = true;
        &mut self.ticket
    }

    /// Moves the ticket to a status, with the moments that go with it. The same status changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::TransitionNotAllowed`].
    pub(super) fn set_status(&mut self, to: TicketStatus) -> Result<()> {
        let from = self.ticket.status;
        if from == to {
            return Ok(());
        }
        if !from.may_become(to) {
            return Err(ErrorKind::TransitionNotAllowed { from, to }.into());
        }
        self.record("status", from.as_str(), to.as_str());
        let now = self.now;
        let ticket = &mut self.ticket;
        ticket.status = to;
        match to {
            TicketStatus::Resolved => ticket.resolved_at = Some(now),
            TicketStatus::Closed => ticket.closed_at = Some(now),
            _ => {}
        }
        if to.is_done() {
            ticket.waiting_since = None;
            // Resolved and then closed is one end, not two.
            if !from.is_done() {
                let started_at = ticket.cycle_started_at;
                self.ended = Some(ResolutionCycle { ticket_id: ticket.id, started_at, ended_at: now });
            }
        } else if from.is_done() {
            ticket.resolved_at = None;
            ticket.closed_at = None;
            ticket.cycle_started_at = now;
        }
        Ok(())
    }

    /// Gives the ticket to an agent or to nobody.
    pub(super) fn set_assignee(&mut self, to: Option<Assignee>) {
        let id =
            |assignee: &Option<Assignee>| assignee.as_ref().map(|assignee| assignee.id.as_str().to_owned());
        let (old, new) = (id(&self.ticket.assignee), id(&to));
        if old != new {
            self.record("assigned_to", old, new);
            self.ticket.assignee = to;
        }
    }

    /// An open ticket that somebody takes is in progress.
    ///
    /// # Errors
    /// None in practice: the move is always allowed.
    pub(super) fn start_if_taken(&mut self) -> Result<()> {
        if self.ticket.assignee.is_some() && self.ticket.status == TicketStatus::Open {
            return self.set_status(TicketStatus::InProgress);
        }
        Ok(())
    }

    /// Writes what changed, with its event, and returns the ticket as it stands. Nothing changed, nothing written.
    ///
    /// # Errors
    /// Those of every write.
    pub(super) async fn save(mut self, tx: &mut dyn Transaction) -> Result<Ticket> {
        if self.history.is_empty() && !self.touched {
            return Ok(self.ticket);
        }
        self.ticket.updated_at = self.now;
        tx.tickets().update(&mut self.ticket).await?;
        tx.tickets().append_history(&self.history).await?;
        if let Some(cycle) = &self.ended {
            tx.tickets().append_resolution(cycle).await?;
        }
        tx.events().append(&event(EventKind::TicketUpdated, &self.ticket, None, self.now)).await?;
        Ok(self.ticket)
    }
}

/// An event about a ticket, or about an entry of its thread.
pub(super) const fn event(kind: EventKind, ticket: &Ticket, seq: Option<u64>, at: Timestamp) -> NewEvent {
    NewEvent { kind, subject: EventSubject::Ticket { ticket_id: ticket.id, seq }, at }
}
