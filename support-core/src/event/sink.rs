//! The host's hook.

use async_trait::async_trait;

use super::Event;
use crate::{id::TenantId, store::Limit};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The host's hook: told of every event after its commit, at least once, in order.
///
/// [`SupportDesk::deliver_events`](crate::SupportDesk::deliver_events) calls it and keeps its place in the store, so
/// that a restart goes on where it stopped. It is told by one process at a time, and it never delays the desk itself.
///
/// A hook that fails is told again, later and later. What it has failed on too often, or calls [`Undeliverable`], is
/// kept as a [`DeadLetter`](super::DeadLetter), and what lies behind it comes next. That is the one exception to the
/// order: a dead letter that is told again comes when somebody asks for it.
#[async_trait]
pub trait EventSink: Send + Sync + std::fmt::Debug {
    /// The name under which its place is kept. Two sinks with one name would skip each other's events.
    fn name(&self) -> &str {
        "host"
    }

    /// How many events it is told of at a time, at most: as many as a page holds. For a hook that takes them one by one, and
    /// whose time limit is for one, [`Limit::ONE`].
    fn events_at_once(&self) -> Limit {
        Limit::LARGEST
    }

    /// Takes events in order.
    ///
    /// # Errors
    /// Any error leaves the place where it was: all these events come again, one at a time, so that one that always
    /// fails is found. [`Undeliverable`] says that trying again is of no use. What the error and its sources say is
    /// kept with a dead letter, so it should name nobody.
    async fn deliver(&self, tenant: &TenantId, events: &[Event]) -> Result<(), Source>;
}

/// What an [`EventSink`] fails with when telling it the same again is of no use: the event becomes a dead letter at
/// once.
#[derive(Debug, thiserror::Error)]
#[error("the event is refused for good")]
pub struct Undeliverable {
    #[source]
    source: Source,
}

impl Undeliverable {
    /// Wraps the reason.
    pub fn new(reason: impl Into<Source>) -> Self {
        Self { source: reason.into() }
    }
}
