//! Changing, closing, reopening and assigning a ticket.

use serde_json::json;

use super::{TicketChange, TicketField, change::Edit};
use crate::{
    access::{Action, Object, Principal},
    desk::{Assign, SupportDesk, Target, transact::in_transaction},
    error::{ErrorKind, Result},
    store::Transaction,
    ticket::{Assignee, Tags, Ticket, TicketKey, TicketStatus},
};

impl SupportDesk {
    /// Changes fields of a ticket.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::ForbiddenField`], [`ErrorKind::StaleVersion`] if `expected` no longer
    /// holds, [`ErrorKind::TransitionNotAllowed`], [`ErrorKind::TicketClosed`] for a customer's change of a closed
    /// ticket, [`ErrorKind::Invalid`] for an assignee the directory does not know.
    pub async fn update_ticket(
        &self,
        principal: &Principal,
        key: &TicketKey,
        change: &TicketChange,
        expected: Option<u64>,
    ) -> Result<Ticket> {
        // A stranger must not learn who is an agent, and no directory is asked within a transaction.
        let assignee = match &change.assigned_to {
            None => None,
            Some(assign) => {
                self.authorize_ticket_change(principal, key, &change.fields()).await?;
                Some(self.assignee(principal, assign).await?)
            }
        };
        in_transaction!(self, &principal.tenant, |tx| {
            self.update_ticket_in(tx, principal, key, change, assignee.clone(), expected)
        })
    }

    async fn update_ticket_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        key: &TicketKey,
        change: &TicketChange,
        assignee: Option<Option<Assignee>>,
        expected: Option<u64>,
    ) -> Result<Ticket> {
        let ticket = self.ticket_for(tx, principal, key, Action::ReadTicket).await?;
        self.allow_fields(principal, &ticket, &change.fields())?;
        Self::check_version(expected, ticket.version)?;
        let is_staff = self.allow(principal, Action::EditTicket, Object::Ticket(&ticket)).is_ok();
        if ticket.status == TicketStatus::Closed && !is_staff {
            return Err(ErrorKind::TicketClosed.into());
        }
        let actor = self.actor_on(principal, &ticket);
        let mut edit = Edit::new(ticket, actor, self.now());
        apply_fields(&mut edit, change);
        if let Some(assignee) = assignee {
            edit.set_assignee(assignee);
        }
        // A status that is given wins over the one that follows from the assignment.
        match (change.status, &change.assigned_to) {
            (Some(status), _) => edit.set_status(status)?,
            (None, Some(_)) => edit.start_if_taken()?,
            (None, None) => {}
        }
        edit.save(tx).await
    }

    /// Whether the caller may change these fields of a ticket, without changing them.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::ForbiddenField`].
    pub async fn authorize_ticket_change(
        &self,
        principal: &Principal,
        key: &TicketKey,
        fields: &[TicketField],
    ) -> Result<()> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let ticket = self.ticket_for(&mut *tx, principal, key, Action::ReadTicket).await?;
        self.allow_fields(principal, &ticket, fields)
    }

    fn allow_fields(&self, principal: &Principal, ticket: &Ticket, fields: &[TicketField]) -> Result<()> {
        let object = Object::Ticket(ticket);
        for field in fields {
            let allowed = self.allow(principal, Action::EditTicket, object).is_ok()
                || (*field == TicketField::Priority
                    && self.allow(principal, Action::PrioritizeTicket, object).is_ok());
            if !allowed {
                return Err(ErrorKind::ForbiddenField { field: field.as_str() }.into());
            }
        }
        Ok(())
    }

    /// Closes a ticket; a closed one stays as it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::StaleVersion`].
    pub async fn close_ticket(
        &self,
        principal: &Principal,
        key: &TicketKey,
        expected: Option<u64>,
    ) -> Result<Ticket> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let ticket = self.ticket_for(tx, principal, key, Action::CloseTicket).await?;
            Self::check_version(expected, ticket.version)?;
            let actor = self.actor_on(principal, &ticket);
            let mut edit = Edit::new(ticket, actor, self.now());
            edit.set_status(TicketStatus::Closed)?;
            edit.save(tx).await
        })
    }

    /// Opens a resolved or closed ticket again; one that is worked on stays as it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::StaleVersion`], [`ErrorKind::TicketClosed`] for
    /// a customer once [`ticket_reopen_window`](crate::desk::DeskConfig::ticket_reopen_window) has passed.
    pub async fn reopen_ticket(
        &self,
        principal: &Principal,
        key: &TicketKey,
        expected: Option<u64>,
    ) -> Result<Ticket> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let ticket = self.ticket_for(tx, principal, key, Action::ReopenTicket).await?;
            Self::check_version(expected, ticket.version)?;
            let is_staff = self.allow(principal, Action::EditTicket, Object::Ticket(&ticket)).is_ok();
            if !is_staff && self.is_closed_for_good(&ticket) {
                return Err(ErrorKind::TicketClosed.into());
            }
            let is_done = ticket.status.is_done();
            let actor = self.actor_on(principal, &ticket);
            let mut edit = Edit::new(ticket, actor, self.now());
            if is_done {
                edit.set_status(TicketStatus::Open)?;
            }
            edit.save(tx).await
        })
    }

    /// Whether a customer can no longer reopen the ticket.
    pub(super) fn is_closed_for_good(&self, ticket: &Ticket) -> bool {
        ticket.closed_at.is_some_and(|closed_at| self.now() - closed_at > self.config().ticket_reopen_window)
    }

    /// Gives a ticket to an agent or to nobody.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::StaleVersion`], [`ErrorKind::Invalid`] for
    /// somebody the directory does not know.
    pub async fn assign_ticket(
        &self,
        principal: &Principal,
        key: &TicketKey,
        assign: &Assign,
        expected: Option<u64>,
    ) -> Result<Ticket> {
        self.authorize(principal, Action::AssignTicket, Target::Ticket(key)).await?;
        let assignee = self.assignee(principal, assign).await?;
        in_transaction!(self, &principal.tenant, |tx| async {
            let ticket = self.ticket_for(tx, principal, key, Action::AssignTicket).await?;
            Self::check_version(expected, ticket.version)?;
            let actor = self.actor_on(principal, &ticket);
            let mut edit = Edit::new(ticket, actor, self.now());
            edit.set_assignee(assignee.clone());
            edit.start_if_taken()?;
            edit.save(tx).await
        })
    }
}

/// Sets the plain fields that differ, each with its history.
fn apply_fields(edit: &mut Edit, change: &TicketChange) {
    macro_rules! set {
        ($field:ident, $name:ident, $new:expr) => {
            if let Some(new) = $new
                && edit.ticket.$field != new
            {
                let old = json!(edit.ticket.$field);
                edit.record(TicketField::$name.as_str(), old, json!(new));
                edit.ticket.$field = new;
            }
        };
    }
    set!(subject, Subject, change.subject.clone());
    set!(priority, Priority, change.priority);
    set!(category, Category, change.category.clone());
    set!(tags, Tags, change.tags.clone().map(Tags::into_vec));
    set!(custom_fields, CustomFields, change.custom_fields.clone());
}
