//! The desk's use cases: everything that HTTP, jobs and the host's own code do goes through [`SupportDesk`].

mod agents;
mod allow;
mod background;
pub mod bot;
mod builder;
pub mod chat;
mod config;
mod cursor;
mod delivery;
mod events;
mod guard;
mod idempotency;
pub mod live;
mod pace;
mod people;
mod tick;
pub mod ticket;
mod transact;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

pub use self::{
    agents::{AgentOverview, Assign},
    allow::Target,
    builder::SupportDeskBuilder,
    config::{DeskConfig, DeskTexts, IpAddresses},
    cursor::{Listing, PageQuery},
    delivery::Delivered,
    tick::Ticked,
};
use crate::{
    access::AccessPolicy,
    bot::Bot,
    directory::Directory,
    error::Result,
    event::EventSink,
    id::{TenantId, UserId},
    store::Store,
    time::{Clock, IdGenerator, Timer, Timestamp, to_micros},
    wake::Wake,
};

/// The support desk. A cheap clone; every use case is a method on it.
///
/// Each call takes the [`Principal`](crate::access::Principal) who asks, and refuses what the
/// [`AccessPolicy`] does not grant. What a caller may not know of is
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound), whether it exists or not.
///
/// Each call that writes does so in one transaction: rows, counters, events and the idempotency key together, or
/// nothing. Any call may fail with [`ErrorKind::Unavailable`](crate::ErrorKind::Unavailable) when the store cannot be
/// reached, with [`ErrorKind::StorageFull`](crate::ErrorKind::StorageFull) when it has no room, and with
/// [`ErrorKind::Internal`](crate::ErrorKind::Internal) on a fault of the desk; the methods name what else is refused.
#[derive(Clone)]
pub struct SupportDesk {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    bot: Option<Arc<dyn Bot>>,
    responder: Option<chat::Grounded>,
    policy: Arc<dyn AccessPolicy>,
    directory: Option<Arc<dyn Directory>>,
    sinks: Vec<Arc<dyn EventSink>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    timer: Arc<dyn Timer>,
    config: DeskConfig,
    live: live::Hub,
    wake: Option<Arc<dyn Wake>>,
    /// The bots of tenants with knowledge bases of their own.
    taught: bot::TaughtBots,
    /// Names this process on the line.
    process: uuid::Uuid,
    /// Agents that are in the store under this name, so that not every call of theirs writes.
    known_agents: Mutex<HashMap<(TenantId, UserId), String>>,
}

impl SupportDesk {
    /// Begins a desk on a store.
    pub fn builder(store: impl Store + 'static) -> SupportDeskBuilder {
        SupportDeskBuilder::new(store)
    }

    /// The numbers and texts it goes by.
    pub fn config(&self) -> &DeskConfig {
        &self.inner.config
    }

    /// The store it keeps everything in.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.inner.store
    }

    /// Whether a bot answers first in new chats.
    pub fn has_bot(&self) -> bool {
        self.inner.bot.is_some()
    }

    /// Whether the desk can work: its store is reachable and current.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`](crate::ErrorKind::Unavailable) or [`ErrorKind::Internal`](crate::ErrorKind::Internal)
    /// with the reason as source.
    pub async fn check(&self) -> Result<()> {
        Ok(self.inner.store.check().await?)
    }

    fn now(&self) -> Timestamp {
        to_micros(self.inner.clock.now())
    }

    fn next_id(&self, now: Timestamp) -> uuid::Uuid {
        self.inner.ids.next_id(now)
    }
}

impl std::fmt::Debug for SupportDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SupportDesk").field("store", &self.inner.store).finish_non_exhaustive()
    }
}
