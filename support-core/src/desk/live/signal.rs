//! What is told and never kept: who is typing, who looks at what, who is there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Topic, load::Subject};
use crate::{
    access::{Action, Object, Principal},
    desk::SupportDesk,
    id::{SessionId, TicketId, UserId},
    message::Side,
    person::Availability,
    ticket::Visibility,
};

/// What a signal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "adapters render each")]
pub enum SignalSubject {
    /// A chat.
    Session(SessionId),
    /// A ticket.
    Ticket(TicketId),
}

/// Whether somebody does something now, or has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "it goes on or it does not")]
pub enum Doing {
    /// They do.
    Now,
    /// They have stopped.
    NoMore,
}

/// Somebody as signals name them. Several tabs are one person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Who {
    /// [`Principal::key`].
    pub(super) key: String,
    pub(super) id: Option<UserId>,
    pub(super) name: Option<String>,
    pub(super) side: Side,
}

/// What is told, as it goes from process to process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Signal {
    Typing {
        subject: SignalSubject,
        who: Who,
        doing: Doing,
    },
    Viewing {
        subject: SignalSubject,
        who: Who,
        doing: Doing,
    },
    /// `None`: nothing was said by hand.
    Present {
        who: Who,
        availability: Option<Availability>,
        doing: Doing,
    },
}

/// A signal, with what it is about for the question who may hear it.
#[derive(Debug)]
pub(super) struct Sounded {
    pub(super) signal: Signal,
    pub(super) subject: Option<Arc<Subject>>,
}

/// A signal as a subscriber hears it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "adapters render each")]
pub enum Heard {
    /// Somebody is typing, or no longer. It ends by itself after six seconds without another one.
    Typing {
        /// Where.
        subject: SignalSubject,
        /// On which side.
        by: Side,
        /// Who, as far as the subscriber may know.
        name: Option<String>,
        /// Whether they are.
        doing: Doing,
    },
    /// An agent looks at something, or no longer.
    Viewing {
        /// At what.
        subject: SignalSubject,
        /// Who.
        agent: UserId,
        /// What they are called.
        name: String,
        /// Whether they do.
        doing: Doing,
    },
    /// An agent came, went, or said whether they take conversations.
    Availability {
        /// Who.
        agent: UserId,
        /// What they are called.
        name: String,
        /// Whether they take conversations now.
        availability: Availability,
    },
}

impl Signal {
    pub(super) const fn subject(&self) -> Option<SignalSubject> {
        match self {
            Self::Typing { subject, .. } | Self::Viewing { subject, .. } => Some(*subject),
            Self::Present { .. } => None,
        }
    }

    /// On which topics it is told.
    pub(super) const fn topics(&self) -> &'static [Topic] {
        match self.subject() {
            Some(SignalSubject::Session(_)) => &[Topic::Chats],
            Some(SignalSubject::Ticket(_)) => &[Topic::Tickets],
            None => &[Topic::Chats, Topic::Tickets],
        }
    }

    pub(super) const fn who(&self) -> &Who {
        match self {
            Self::Typing { who, .. } | Self::Viewing { who, .. } | Self::Present { who, .. } => who,
        }
    }
}

impl Who {
    /// `None` for nobody in particular, and for the host itself: neither types nor looks.
    pub(super) fn of(principal: &Principal, side: Side) -> Option<Self> {
        let person = principal.person();
        if side == Side::Desk && person.is_none() {
            return None;
        }
        Some(Self {
            key: principal.key()?,
            id: person.map(|person| person.id.clone()),
            name: person.map(|person| person.display_name().to_owned()),
            side,
        })
    }
}

impl SupportDesk {
    /// A signal as this caller hears it; `None` if it is not for them. Customers hear that an agent is typing in their
    /// chat, and of no agent by name.
    pub(super) fn hear(&self, principal: &Principal, sounded: &Sounded) -> Option<Heard> {
        let who = sounded.signal.who();
        if principal.key().as_ref() == Some(&who.key) {
            return None;
        }
        let is_staff = match sounded.subject.as_deref() {
            Some(subject) if !self.may_see(principal, subject) => return None,
            Some(Subject::Session(state)) => self.sees_details(principal, &state.session),
            Some(Subject::Ticket(ticket)) => {
                self.visibility(principal, Object::Ticket(ticket)) == Visibility::Staff
            }
            None => self.allow(principal, Action::ListAgents, Object::Desk).is_ok(),
        };
        match &sounded.signal {
            Signal::Typing { subject, doing, .. } if is_staff => {
                let name = who.name.clone().or_else(|| sounded.customer_name());
                Some(Heard::Typing { subject: *subject, by: who.side, name, doing: *doing })
            }
            // On a ticket it may be a note that is being written.
            Signal::Typing { subject: subject @ SignalSubject::Session(_), doing, .. }
                if who.side == Side::Desk =>
            {
                Some(Heard::Typing { subject: *subject, by: who.side, name: None, doing: *doing })
            }
            Signal::Viewing { subject, doing, .. } if is_staff => {
                let (agent, name) = who.agent()?;
                Some(Heard::Viewing { subject: *subject, agent, name, doing: *doing })
            }
            Signal::Present { availability, doing, .. } if is_staff => {
                let (agent, name) = who.agent()?;
                let availability = match doing {
                    Doing::Now => availability.unwrap_or(Availability::Online),
                    Doing::NoMore => Availability::Away,
                };
                Some(Heard::Availability { agent, name, availability })
            }
            Signal::Typing { .. } | Signal::Viewing { .. } | Signal::Present { .. } => None,
        }
    }
}

impl Who {
    fn agent(&self) -> Option<(UserId, String)> {
        let id = self.id.clone()?;
        let name = self.name.clone().unwrap_or_else(|| id.as_str().to_owned());
        Some((id, name))
    }
}

impl Sounded {
    /// What a guest calls themselves.
    fn customer_name(&self) -> Option<String> {
        match self.subject.as_deref()? {
            Subject::Session(state) => state.session.customer.name().map(str::to_owned),
            Subject::Ticket(ticket) => ticket.requester.name().map(str::to_owned),
        }
    }
}
