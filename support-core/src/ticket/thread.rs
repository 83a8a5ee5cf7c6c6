//! What was said and done on a ticket.

use serde::{Deserialize, Serialize};

use crate::{
    id::{EntryId, TicketId, UserId},
    person::{Actor, ActorKind, codes},
    text::Body,
    time::Timestamp,
};

/// What an entry of the thread is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum EntryKind {
    /// A reply that the customer and staff read.
    PublicReply,
    /// A note that staff alone read.
    InternalNote,
    /// What the desk itself tells both sides, such as a reopening.
    System,
}

codes!(EntryKind { PublicReply => "public_reply", InternalNote => "internal_note", System => "system" });

/// An entry of the thread, as the store keeps it. Only staff may be handed one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The ticket it belongs to.
    pub ticket_id: TicketId,
    /// Its place in the thread, from 1. The order of the thread; clocks may lie.
    pub seq: u64,
    /// What it is.
    pub kind: EntryKind,
    /// Who wrote it.
    pub author: Actor,
    /// What it says.
    pub body: Body,
    /// When it was written.
    pub created_at: Timestamp,
}

/// An entry that the store gives its place in the thread.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct NewEntry {
    /// Its id.
    pub id: EntryId,
    /// The ticket it belongs to.
    pub ticket_id: TicketId,
    /// What it is.
    pub kind: EntryKind,
    /// Who writes it.
    pub author: Actor,
    /// What it says.
    pub body: Body,
    /// When it is written.
    pub created_at: Timestamp,
}

impl NewEntry {
    /// Gives the entry its place.
    pub fn at(self, seq: u64) -> Entry {
        let Self { id, ticket_id, kind, author, body, created_at } = self;
        Entry { id, ticket_id, seq, kind, author, body, created_at }
    }
}

/// Which entries a reader may see. Part of every query for entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum Visibility {
    /// Everything but notes.
    Public,
    /// Everything.
    Staff,
}

impl Visibility {
    /// Whether an entry of this kind may be seen.
    pub const fn admits(self, kind: EntryKind) -> bool {
        match self {
            Self::Staff => true,
            Self::Public => !matches!(kind, EntryKind::InternalNote),
        }
    }
}

/// An entry as a customer sees it. It has no way to hold a note (S-18).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PublicEntry {
    /// Its id.
    pub id: EntryId,
    /// The ticket it belongs to.
    pub ticket_id: TicketId,
    /// Its place in the thread.
    pub seq: u64,
    /// Who wrote it.
    pub author: Actor,
    /// What it says.
    pub body: Body,
    /// When it was written.
    pub created_at: Timestamp,
}

impl PublicEntry {
    /// The entry for a customer, or `None` if it is a note.
    pub fn from_entry(entry: Entry) -> Option<Self> {
        let Entry { id, ticket_id, seq, kind, author, body, created_at } = entry;
        Visibility::Public.admits(kind).then_some(Self { id, ticket_id, seq, author, body, created_at })
    }
}

/// An entry as this caller may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "adapters render both")]
pub enum ThreadEntry {
    /// For staff.
    Staff(Entry),
    /// For the requester.
    Customer(PublicEntry),
}

impl ThreadEntry {
    /// Its place in the thread.
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Staff(entry) => entry.seq,
            Self::Customer(entry) => entry.seq,
        }
    }

    /// What it says.
    pub const fn body(&self) -> &Body {
        match self {
            Self::Staff(entry) => &entry.body,
            Self::Customer(entry) => &entry.body,
        }
    }

    /// Who wrote it.
    pub const fn author(&self) -> &Actor {
        match self {
            Self::Staff(entry) => &entry.author,
            Self::Customer(entry) => &entry.author,
        }
    }

    /// Whether staff wrote it.
    pub fn is_staff(&self) -> bool {
        self.author().kind == ActorKind::Agent
    }

    /// Whether it is a note.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Staff(entry) if entry.kind == EntryKind::InternalNote)
    }
}

/// One change of one field of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct HistoryChange {
    /// The ticket that changed.
    pub ticket_id: TicketId,
    /// When.
    pub at: Timestamp,
    /// Who changed it.
    pub actor: Actor,
    /// Which field.
    pub field: String,
    /// What it was; `null` if it was unset.
    pub old: serde_json::Value,
    /// What it became; `null` if it was cleared.
    pub new: serde_json::Value,
}

impl HistoryChange {
    /// Takes a person's id and name out: as the actor, and as a value. Values name people by an object with their id, and
    /// `assigned_to` by the id alone; elsewhere the same text means something else. Returns whether they were in it.
    pub fn blot_out(&mut self, id: &UserId) -> bool {
        let is_actor = self.actor.id.as_ref() == Some(id);
        if is_actor {
            (self.actor.id, self.actor.name) = (None, None);
        }
        let mut changed = is_actor;
        for value in [&mut self.old, &mut self.new] {
            let alone = value.as_str().filter(|_| self.field == "assigned_to");
            let named = alone.or_else(|| value.get("id").and_then(serde_json::Value::as_str));
            if named == Some(id.as_str()) {
                *value = serde_json::Value::Null;
                changed = true;
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erasing_somebody_called_open_leaves_statuses_alone() {
        let change = |field: &str| HistoryChange {
            ticket_id: TicketId::from_uuid(uuid::Uuid::nil()),
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::nameless(ActorKind::System),
            field: field.to_owned(),
            old: serde_json::json!("open"),
            new: serde_json::json!("closed"),
        };
        let id = UserId::parse("open").unwrap();
        assert!(!change("status").blot_out(&id));
        let mut assigned = change("assigned_to");
        assert!(assigned.blot_out(&id));
        assert_eq!(assigned.old, serde_json::Value::Null);
    }
}
