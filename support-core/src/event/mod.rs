//! What happened at the desk, in one order that never changes afterwards.

mod delivery;
mod sink;

use serde::{Deserialize, Serialize};

pub use self::{
    delivery::{DeadLetter, DeliveryState, Lease},
    sink::{EventSink, Undeliverable},
};
use crate::{
    id::{SessionId, TicketId},
    person::codes,
    time::Timestamp,
};

/// Something that happened, as the use case that did it appends it.
///
/// It names objects and holds none of their content: readers are shown the object as they may see it now, and
/// erasing a person leaves nothing of them behind here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// What it happened to.
    pub subject: EventSubject,
    /// When.
    pub at: Timestamp,
}

/// Something that happened, in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Event {
    /// Its place in the tenant's order. Who has seen a position never later finds a new event before it.
    pub position: Position,
    /// What happened.
    pub kind: EventKind,
    /// What it happened to.
    pub subject: EventSubject,
    /// When.
    pub at: Timestamp,
}

/// A place in a tenant's order of events; 0 is before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[expect(clippy::exhaustive_structs, reason = "a number")]
pub struct Position(pub u64);

/// What an event happened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum EventSubject {
    /// A chat session.
    Session {
        /// Which.
        session_id: SessionId,
        /// The message it is about, or up to which was read.
        seq: Option<u64>,
    },
    /// A ticket.
    Ticket {
        /// Which.
        ticket_id: TicketId,
        /// The thread entry it is about.
        seq: Option<u64>,
    },
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the kinds are the product's contract")]
pub enum EventKind {
    /// A session began.
    SessionCreated,
    /// A session changed: status, owner, assignee, category, rating or ticket.
    SessionUpdated,
    /// A message was written.
    MessageCreated,
    /// The customer read up to a message.
    MessagesReadByCustomer,
    /// Staff read up to a message.
    MessagesReadByStaff,
    /// A ticket was opened.
    TicketCreated,
    /// A ticket changed.
    TicketUpdated,
    /// A public reply or a system entry was written.
    ReplyCreated,
    /// A note was written. For staff only.
    NoteCreated,
}

impl EventKind {
    /// Whether it is about the message or entry that its subject's `seq` names, and not about the whole object.
    pub const fn names_a_piece(self) -> bool {
        matches!(self, Self::MessageCreated | Self::ReplyCreated | Self::NoteCreated)
    }
}

codes!(EventKind {
    SessionCreated => "session_created",
    SessionUpdated => "session_updated",
    MessageCreated => "message_created",
    MessagesReadByCustomer => "messages_read_by_customer",
    MessagesReadByStaff => "messages_read_by_staff",
    TicketCreated => "ticket_created",
    TicketUpdated => "ticket_updated",
    ReplyCreated => "reply_created",
    NoteCreated => "note_created",
});
