//! Events as subscribers see them.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex},
};

use crate::{
    chat::SessionView,
    event::EventKind,
    memory::lock,
    message::{Message, Side},
    ticket::{ThreadEntry, Ticket},
};

/// An event as some subscribers see it: one value for all who see it alike.
pub struct Seen {
    /// The place behind it: who resumes from here has seen it.
    pub cursor: String,
    /// What happened.
    pub kind: EventKind,
    /// What it happened to.
    pub object: SeenObject,
    /// What adapters made of it, one value for each type.
    written: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

/// What an event happened to, as it stands now, without what the subscriber may not see of it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "adapters render each")]
pub enum SeenObject {
    /// A session that began or changed.
    Session(SeenSession),
    /// A session whose messages were read.
    Read {
        /// The session.
        session: SeenSession,
        /// Up to which message.
        up_to_seq: u64,
        /// Who read them.
        by: Side,
    },
    /// A message that was written.
    Message(Message),
    /// A ticket that was opened or changed.
    Ticket(Ticket),
    /// What was written in a ticket's thread.
    Entry(ThreadEntry),
}

/// A session as a subscriber sees it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "adapters render it")]
pub struct SeenSession {
    /// The session, with what the subscriber has not read of it.
    pub view: SessionView,
    /// How much of it they may see.
    pub details: Details,
}

/// Whether somebody may see what of a session is for staff
/// ([`SupportDesk::sees_details`](crate::SupportDesk::sees_details)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "it is seen or not")]
pub enum Details {
    /// They may.
    Shown,
    /// They may not.
    Hidden,
}

impl Seen {
    pub(super) fn new(cursor: String, kind: EventKind, object: SeenObject) -> Self {
        Self { cursor, kind, object, written: Mutex::default() }
    }

    /// What an adapter makes of it, made once for all subscribers who see it alike. `T` is the adapter's own type.
    pub fn written<T: Any + Send + Sync>(&self, write: impl FnOnce(&Self) -> T) -> Arc<T> {
        let mut written = lock(&self.written);
        let made = written.iter().find_map(|made| Arc::clone(made).downcast::<T>().ok());
        made.unwrap_or_else(|| {
            let made = Arc::new(write(self));
            written.push(Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
            made
        })
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("cursor", &self.cursor)
            .field("kind", &self.kind)
            .field("object", &self.object)
            .finish_non_exhaustive()
    }
}
