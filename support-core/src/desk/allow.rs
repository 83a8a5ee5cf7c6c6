//! One door to every object: the caller's scope finds it, then the policy is asked.

use super::SupportDesk;
use crate::{
    access::{Action, Denied, Object, ObjectKind, Principal, Scope},
    chat::{Participant, Session},
    error::{Error, ErrorKind, Result},
    id::SessionId,
    person::{Actor, ActorKind},
    store::Transaction,
    ticket::{Ticket, TicketKey, Visibility},
};

/// What somebody wants to do something to, before it is loaded.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "callers build it")]
pub enum Target<'a> {
    /// The desk as such.
    Desk,
    /// A ticket.
    Ticket(&'a TicketKey),
    /// A chat session.
    Session(SessionId),
}

impl SupportDesk {
    /// Whether the caller may do this, without doing it.
    ///
    /// For adapters that have to answer for a broken request: who may not do it learns that, and nothing of what is
    /// broken.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`] or [`ErrorKind::NotFound`].
    pub async fn authorize(&self, principal: &Principal, action: Action, target: Target<'_>) -> Result<()> {
        match target {
            Target::Desk => self.allow(principal, action, Object::Desk),
            Target::Ticket(key) => {
                let mut tx = self.begin_read(&principal.tenant).await?;
                self.ticket_for(&mut *tx, principal, key, action).await.map(drop)
            }
            Target::Session(id) => {
                let mut tx = self.begin_read(&principal.tenant).await?;
                self.session_for(&mut *tx, principal, id, action).await.map(drop)
            }
        }
    }

    pub(super) fn allow(&self, principal: &Principal, action: Action, object: Object<'_>) -> Result<()> {
        Ok(self.inner.policy.may(principal, action, object)?)
    }

    pub(super) fn scope(&self, principal: &Principal, kind: ObjectKind) -> Scope {
        self.inner.policy.scope(principal, kind)
    }

    /// Which entries of a thread the caller may see.
    pub(super) fn visibility(&self, principal: &Principal, object: Object<'_>) -> Visibility {
        if self.allow(principal, Action::ReadNotes, object).is_ok() {
            Visibility::Staff
        } else {
            Visibility::Public
        }
    }

    /// The ticket, if the caller may do this to it.
    pub(super) async fn ticket_for(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        key: &TicketKey,
        action: Action,
    ) -> Result<Ticket> {
        // Nobody, and who may see no ticket at all, is told so before one is looked for.
        self.allow(principal, Action::ReadTicket, Object::Desk)?;
        let scope = self.scope(principal, ObjectKind::Ticket);
        let ticket = tx.tickets().find(key, &scope).await?.ok_or(ErrorKind::NotFound)?;
        self.allow(principal, action, Object::Ticket(&ticket))?;
        Ok(ticket)
    }

    /// The session, if the caller may do this to it.
    pub(super) async fn session_for(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        id: SessionId,
        action: Action,
    ) -> Result<Session> {
        self.allow(principal, Action::ReadSession, Object::Desk)?;
        let scope = self.scope(principal, ObjectKind::Session);
        let session = tx.chats().find(id, &scope).await?.ok_or(ErrorKind::NotFound)?;
        self.allow(principal, action, Object::Session(&session))?;
        Ok(session)
    }

    /// Whether the caller answers on a ticket for the desk. The policy says who is staff, whatever the host calls them.
    pub(super) fn is_staff_on(&self, principal: &Principal, ticket: &Ticket) -> bool {
        principal.is_staff() || self.allow(principal, Action::EditTicket, Object::Ticket(ticket)).is_ok()
    }

    /// The caller as a ticket's thread and history name them.
    pub(super) fn actor_on(&self, principal: &Principal, ticket: &Ticket) -> Actor {
        match principal.person() {
            Some(person) if self.is_staff_on(principal, ticket) => Actor::person(person, ActorKind::Agent),
            _ => principal.actor(),
        }
    }

    /// Which side of a session the caller is on: an agent who opened it is its customer.
    pub(super) fn participant(&self, principal: &Principal, session: &Session) -> Participant {
        match principal.person() {
            Some(person) if Some(&person.id) == session.customer.user_id() => Participant::Customer,
            _ => self.viewer(principal, Object::Session(session)),
        }
    }

    /// Whose read cursors count for the caller: their own for staff, the customer's for everybody else.
    pub(super) fn viewer(&self, principal: &Principal, object: Object<'_>) -> Participant {
        match principal.person() {
            Some(person) if self.allow(principal, Action::ManageSession, object).is_ok() => {
                Participant::Agent(person.id.clone())
            }
            _ => principal.participant(),
        }
    }

    /// Refuses a caller whose copy of an object is not the one that stands.
    pub(super) fn check_version(expected: Option<u64>, current: u64) -> Result<()> {
        match expected {
            Some(expected) if expected != current => Err(ErrorKind::StaleVersion { current }.into()),
            _ => Ok(()),
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => ErrorKind::Unauthenticated,
            Denied::Forbidden => ErrorKind::Forbidden,
            Denied::Hidden => ErrorKind::NotFound,
        }
        .into()
    }
}
