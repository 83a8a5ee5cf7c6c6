//! Following events: what happens at the desk, shown to each subscriber as they may see it.
//!
//! A [`Subscription`] is a place in the tenant's order of events and a way to be woken. It holds no queue and no
//! connection: what it reads comes from a small cache that all subscribers of a tenant share, and that one task keeps
//! up to date ([`SupportDesk::feed`](crate::SupportDesk::feed)). A subscriber who is slow falls behind in that cache
//! and is told so in the end; nobody waits for them.
//!
//! Who is typing and who looks at what is told on the same line and never kept.
//!
//! Who may see an event is asked when it is delivered, of the policy and of the object as it stands then.

mod cursor;
mod feed;
mod hub;
mod line;
mod load;
mod register;
mod resume;
mod seen;
mod show;
mod signal;
mod subscription;
mod tail;
mod view;
mod waiting;

pub(super) use self::hub::Hub;
pub use self::{
    resume::Start,
    seen::{Details, Seen, SeenObject, SeenSession},
    signal::{Doing, Heard, SignalSubject},
    subscription::{Delivery, Subscription, SubscriptionEnded},
};
use crate::event::{Event, EventSubject};

/// What a subscriber wants to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "each topic is a door of its own")]
pub enum Topic {
    /// Chats and their messages.
    Chats,
    /// Tickets and their threads.
    Tickets,
}

impl Topic {
    const fn of(event: &Event) -> Self {
        match event.subject {
            EventSubject::Session { .. } => Self::Chats,
            EventSubject::Ticket { .. } => Self::Tickets,
        }
    }
}
