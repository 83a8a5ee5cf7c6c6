//! Saying that one is typing, looks at something, or takes conversations.

use std::sync::Arc;

use super::{
    load::Subject,
    signal::{Doing, Signal, SignalSubject, Who},
};
use crate::{
    access::{Action, Object, Principal},
    desk::{SupportDesk, Target},
    error::{ErrorKind, Result},
    id::{TenantId, UserId},
    message::Side,
    person::{Agent, Availability},
};

impl SupportDesk {
    /// Says that the caller is typing in a chat or on a ticket, or no longer. It ends by itself after six seconds.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`].
    pub async fn show_typing(&self, principal: &Principal, target: Target<'_>, doing: Doing) -> Result<()> {
        let subject =
            self.signal_subject(principal, target, Action::TakePartInSession, Action::ReplyToTicket);
        let (id, subject) = subject.await?;
        let side = self.side_of(principal, &subject);
        if let Some(who) = Who::of(principal, side) {
            self.tell(&principal.tenant, Signal::Typing { subject: id, who, doing }, Some(subject));
        }
        Ok(())
    }

    /// Says that the caller, an agent, looks at a chat or a ticket, or no longer. It ends by itself after a minute.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`] for customers.
    pub async fn show_viewing(&self, principal: &Principal, target: Target<'_>, doing: Doing) -> Result<()> {
        let subject = self.signal_subject(principal, target, Action::ReadSessionDetails, Action::ReadNotes);
        let (id, subject) = subject.await?;
        if let Some(who) = Who::of(principal, Side::Desk) {
            self.tell(&principal.tenant, Signal::Viewing { subject: id, who, doing }, Some(subject));
        }
        Ok(())
    }

    /// Says whether the caller, an agent, takes conversations. It holds while they are there.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`] for customers.
    pub fn set_availability(&self, principal: &Principal, availability: Availability) -> Result<()> {
        self.allow(principal, Action::ListAgents, Object::Desk)?;
        if let Some(who) = Who::of(principal, Side::Desk) {
            let signal = Signal::Present { who, availability: Some(availability), doing: Doing::Now };
            self.tell(&principal.tenant, signal, None);
        }
        Ok(())
    }

    /// Notes that an agent is there, for the next minute. Adapters call it while an agent's client is connected.
    pub fn note_presence(&self, principal: &Principal) {
        if self.allow(principal, Action::ListAgents, Object::Desk).is_err() {
            return;
        }
        if let Some(who) = Who::of(principal, Side::Desk) {
            let signal = Signal::Present { who, availability: None, doing: Doing::Now };
            self.tell(&principal.tenant, signal, None);
        }
    }

    /// Whether an agent takes conversations now: what the host's directory says, or else whether they are there and what
    /// they last said of themselves.
    pub fn availability_of(&self, tenant: &TenantId, agent: &Agent) -> Availability {
        match agent.availability {
            Availability::Away => self.live_availability(tenant, &agent.id).unwrap_or_default(),
            said => said,
        }
    }

    /// Whether anybody of the team takes conversations now: the one answer for the widget, for what customers are told
    /// when they are handed over, and for who is given work.
    ///
    /// # Errors
    /// Those of every read.
    pub async fn team_availability(&self, tenant: &TenantId) -> Result<Availability> {
        let agents = self.all_agents(tenant).await?;
        let mut team = Availability::Away;
        for agent in &agents {
            match self.availability_of(tenant, agent) {
                Availability::Online => return Ok(Availability::Online),
                Availability::Busy => team = Availability::Busy,
                Availability::Away => {}
            }
        }
        Ok(team)
    }

    fn live_availability(&self, tenant: &TenantId, id: &UserId) -> Option<Availability> {
        let person = crate::person::Person::new(id.clone());
        let key = Principal::agent(person).key()?;
        self.inner.live.register().availability(tenant, &key, id, self.now())
    }

    /// Notes a signal, tells it to who follows here, and to other processes.
    pub(super) fn tell(&self, tenant: &TenantId, signal: Signal, subject: Option<Arc<Subject>>) {
        // Also what is no news here: who goes on is renewed at the others too.
        self.say(tenant, &signal);
        let sounded = self.inner.live.register().note(tenant, signal, subject, self.now());
        if let Some(sounded) = sounded {
            self.inner.live.sound(tenant, sounded);
        }
    }

    async fn signal_subject(
        &self,
        principal: &Principal,
        target: Target<'_>,
        on_session: Action,
        on_ticket: Action,
    ) -> Result<(SignalSubject, Arc<Subject>)> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let (id, subject) = match target {
            Target::Session(id) => {
                let session = self.session_for(&mut *tx, principal, id, on_session).await?;
                (SignalSubject::Session(id), Subject::session(session))
            }
            Target::Ticket(key) => {
                let ticket = self.ticket_for(&mut *tx, principal, key, on_ticket).await?;
                (SignalSubject::Ticket(ticket.id), Subject::Ticket(ticket))
            }
            Target::Desk => return Err(ErrorKind::NotFound.into()),
        };
        Ok((id, Arc::new(subject)))
    }

    fn side_of(&self, principal: &Principal, subject: &Subject) -> Side {
        match subject {
            Subject::Session(state) => self.participant(principal, &state.session).side(),
            Subject::Ticket(ticket) if self.is_staff_on(principal, ticket) => Side::Desk,
            Subject::Ticket(_) => Side::Customer,
        }
    }
}
