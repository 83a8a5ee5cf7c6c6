//! What a store must do. How well it does it, the conformance suite tells.
//!
//! A [`Transaction`] is opened for one tenant; its repositories see that tenant's rows only. Filters are values, and
//! what the caller may see ([`Scope`]) is part of every read: there is no way to load an object without saying for
//! whom.
//!
//! Rules every store keeps:
//!
//! - A transaction that is dropped is rolled back. Nothing of it is seen by others before `commit` returns `Ok`.
//! - In a transaction of [`Store::begin`], `find` keeps other writers from the row until the end, or a later `update`
//!   of it fails with [`StoreError::Conflict`].
//! - `update` compares the version it is given with the row's, fails with [`StoreError::Conflict`] if they differ, and
//!   raises it by one in the row and in the value it was given.
//! - Moments are kept to the microsecond, text exactly, lengths as the text types allow them.

mod error;
mod page;
mod repositories;
mod types;

use std::time::Duration;

use async_trait::async_trait;

pub use self::{
    error::StoreError,
    page::{Keyset, Limit, Page, PageRequest},
    repositories::{
        AgentRepository, AnswerRepository, BotLogRepository, ChatRepository, DeliveryRepository,
        EventRepository, IdempotencyRepository, KnowledgeRepository, MessageRepository, PersonRepository,
        TicketRepository,
    },
    types::{
        AgentLoad, AnswerRecord, ErasureCounts, IdempotencyRecord, PersonExport, PersonKey, PruneBefore,
        PruneCounts, TraceRecord, UnansweredGroup, UnansweredQuestion, UnansweredSample, UnansweredSort,
    },
};
use crate::{access::Scope, id::TenantId};

/// Where the desk keeps what it knows.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Opens a transaction that may write.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if none can be had in time.
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError>;

    /// Opens a transaction that only reads. Its reads belong together, and it does not wait for writers.
    /// `commit` and dropping it are the same.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if none can be had in time.
    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError>;

    /// Every tenant that has ever written something, in a stable order.
    ///
    /// # Errors
    /// As for every read.
    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError>;

    /// Whether the store can be used: it is reachable, and its schema is the one this version needs.
    ///
    /// # Errors
    /// What keeps it from being used.
    async fn check(&self) -> Result<(), StoreError>;

    /// Waits before a write that met another is tried again. A store that knows its runtime waits a little, at random
    /// and longer each time; the default does not wait.
    async fn pause(&self, attempt: u32) {
        let _ = attempt;
    }

    /// Whether events get their positions after the commit, so that readers of events first call
    /// [`EventRepository::assign_positions`]. A store that gives them in
    /// [`EventRepository::append`] says no and spares readers a transaction that writes.
    fn assigns_positions_later(&self) -> bool {
        true
    }

    /// Returns when something was committed that readers of events may want, or after `at_most`. A hint, never a
    /// promise: returning early is always allowed, which is what the default does.
    async fn wait_for_events(&self, at_most: Duration) {
        let _ = at_most;
    }
}

#[async_trait]
impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        (**self).begin(tenant).await
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        (**self).begin_read(tenant).await
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        (**self).list_tenants().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        (**self).check().await
    }

    async fn pause(&self, attempt: u32) {
        (**self).pause(attempt).await;
    }

    fn assigns_positions_later(&self) -> bool {
        (**self).assigns_positions_later()
    }

    async fn wait_for_events(&self, at_most: Duration) {
        (**self).wait_for_events(at_most).await;
    }
}

/// One tenant's view of the store, all or nothing.
#[async_trait]
pub trait Transaction: Send {
    /// Whose rows it sees.
    fn tenant(&self) -> &TenantId;
    /// Tickets, their threads and their figures.
    fn tickets(&mut self) -> &mut dyn TicketRepository;
    /// Chat sessions, read cursors and their figures.
    fn chats(&mut self) -> &mut dyn ChatRepository;
    /// Messages.
    fn messages(&mut self) -> &mut dyn MessageRepository;
    /// Events.
    fn events(&mut self) -> &mut dyn EventRepository;
    /// What is known of telling the host's hooks.
    fn deliveries(&mut self) -> &mut dyn DeliveryRepository;
    /// First answers to requests that must not be carried out twice.
    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository;
    /// Agents that were registered, or that have called.
    fn agents(&mut self) -> &mut dyn AgentRepository;
    /// What the bot did, and did not know.
    fn bot_log(&mut self) -> &mut dyn BotLogRepository;
    /// What became of messages to the bot.
    fn answers(&mut self) -> &mut dyn AnswerRepository;
    /// What the bot knows, as staff saved it.
    fn knowledge(&mut self) -> &mut dyn KnowledgeRepository;
    /// Everything about one person.
    fn people(&mut self) -> &mut dyn PersonRepository;

    /// Makes everything last. Returns once it does.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it met another transaction and was rolled back, [`StoreError::Unavailable`],
    /// [`StoreError::Full`].
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
