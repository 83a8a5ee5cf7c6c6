//! What is shown of events beside the objects themselves.

use serde::Serialize;
use support_core::{
    desk::live::{Doing, Heard, SignalSubject},
    message::Side,
    person::Availability,
};
use uuid::Uuid;

use super::session::SessionView;

/// A chat in which messages were read.
#[derive(Debug, Serialize)]
pub(crate) struct MessagesReadView {
    session_id: Uuid,
    up_to_seq: u64,
    /// Who read them.
    kind: SideView,
    #[serde(flatten)]
    session: SessionView,
}

/// A side of a conversation.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SideView {
    Customer,
    Agent,
}

impl MessagesReadView {
    pub(crate) fn new(session: SessionView, up_to_seq: u64, by: Side) -> Self {
        Self { session_id: session.id(), up_to_seq, kind: by.into(), session }
    }
}

impl From<Side> for SideView {
    fn from(side: Side) -> Self {
        match side {
            Side::Customer => Self::Customer,
            Side::Desk => Self::Agent,
        }
    }
}

/// What goes on now.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum SignalView {
    Typing {
        #[serde(flatten)]
        subject: SubjectView,
        kind: SideView,
        name: Option<String>,
        typing: bool,
    },
    Viewing {
        #[serde(flatten)]
        subject: SubjectView,
        agent: AgentNameView,
        viewing: bool,
    },
    Availability {
        agent: AgentNameView,
        availability: Availability,
    },
}

/// What a signal is about.
#[derive(Debug, Serialize)]
pub(crate) enum SubjectView {
    #[serde(rename = "session_id")]
    Session(Uuid),
    #[serde(rename = "ticket_id")]
    Ticket(Uuid),
}

/// An agent, for other agents.
#[derive(Debug, Serialize)]
pub(crate) struct AgentNameView {
    id: String,
    name: String,
}

impl From<SignalSubject> for SubjectView {
    fn from(subject: SignalSubject) -> Self {
        match subject {
            SignalSubject::Session(id) => Self::Session(id.as_uuid()),
            SignalSubject::Ticket(id) => Self::Ticket(id.as_uuid()),
        }
    }
}

impl From<Heard> for SignalView {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Typing { subject, by, name, doing } => {
                Self::Typing { subject: subject.into(), kind: by.into(), name, typing: doing == Doing::Now }
            }
            Heard::Viewing { subject, agent, name, doing } => Self::Viewing {
                subject: subject.into(),
                agent: AgentNameView { id: agent.into(), name },
                viewing: doing == Doing::Now,
            },
            Heard::Availability { agent, name, availability } => {
                Self::Availability { agent: AgentNameView { id: agent.into(), name }, availability }
            }
        }
    }
}
