//! A store that fails as a test wants it to, for tests of whatever stands on a store.
//!
//! ```
//! use support_core::{conformance::failing::{FailingStore, StoreFailure}, id::TenantId, store::Store};
//!
//! # pollster::block_on(async {
//! let store = FailingStore::default();
//! store.fail(StoreFailure::Away);
//! assert!(store.begin(&TenantId::default()).await.is_err());
//! store.fail(None);
//! assert!(store.begin(&TenantId::default()).await.is_ok());
//! # });
//! ```

mod repositories;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use crate::{
    id::TenantId,
    memory::MemoryStore,
    store::{
        AgentRepository, AnswerRepository, BotLogRepository, ChatRepository, DeliveryRepository,
        EventRepository, IdempotencyRepository, KnowledgeRepository, MessageRepository, PersonRepository,
        Store, StoreError, TicketRepository, Transaction,
    },
};

/// What a failing store says of itself, for tests that look whether it gets anywhere.
pub const SAID_OF_ITSELF: &str = "canary: relation support_sessions at db.internal:5432";

/// How a store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFailure {
    /// It cannot be reached.
    Away,
    /// It cannot be written: every commit meets another writer.
    Busy,
    /// It cannot be written: there is no room.
    Full,
    /// It cannot read what it holds.
    Corrupt,
    /// It fails in a way that has no name.
    Broken,
    /// It panics.
    Panics,
}

impl StoreFailure {
    /// The error that a store returns, which says [`SAID_OF_ITSELF`].
    ///
    /// # Panics
    /// With that text, for [`StoreFailure::Panics`].
    pub fn error(self) -> StoreError {
        match self {
            Self::Away => StoreError::unavailable(SAID_OF_ITSELF),
            Self::Busy => StoreError::Conflict,
            Self::Full => StoreError::Full { source: SAID_OF_ITSELF.into() },
            Self::Corrupt => StoreError::Corrupt {
                table: "canary_table",
                column: "canary_column",
                row: "canary_row".to_owned(),
                source: SAID_OF_ITSELF.into(),
            },
            Self::Broken => StoreError::backend(SAID_OF_ITSELF),
            Self::Panics => panic!("{SAID_OF_ITSELF}"),
        }
    }

    /// Whether reads go on, and writes fail when they are committed.
    const fn is_of_writes(self) -> bool {
        matches!(self, Self::Busy | Self::Full)
    }
}

/// Works until it is told to fail, on another store. Its clones are the same store.
#[derive(Debug, Clone)]
pub struct FailingStore {
    inner: Arc<dyn Store>,
    plan: Arc<Mutex<Plan>>,
}

/// What is to fail.
#[derive(Debug, Default)]
struct Plan {
    always: Option<StoreFailure>,
    /// So many commits meet another writer.
    commits: u32,
    calls: u64,
    /// The call that fails.
    call: Option<u64>,
}

/// A transaction of a failing store.
struct FailingTransaction {
    inner: Box<dyn Transaction>,
    plan: Arc<Mutex<Plan>>,
}

impl FailingStore {
    /// A store that works as another one does.
    pub fn new(inner: impl Store + 'static) -> Self {
        Self { inner: Arc::new(inner), plan: Arc::default() }
    }

    /// Fails like this from now on, or works again.
    pub fn fail(&self, failure: impl Into<Option<StoreFailure>>) {
        lock(&self.plan).always = failure.into();
    }

    /// The next commits, so many of them, meet another writer: they roll back and say so.
    pub fn fail_commits(&self, count: u32) {
        lock(&self.plan).commits = count;
    }

    /// The `n`th call from now on, from 1, finds the store away: one that opens a transaction, one of a repository, or a
    /// commit. The others work, and all of them from now on without a number.
    ///
    /// Returns whether the call that was to fail before has come.
    pub fn fail_call(&self, n: impl Into<Option<u64>>) -> bool {
        let mut plan = lock(&self.plan);
        let has_failed = plan.call.is_some_and(|call| plan.calls >= call);
        plan.call = n.into().map(|n| plan.calls + n);
        has_failed
    }
}

impl Default for FailingStore {
    /// An empty store in memory.
    fn default() -> Self {
        Self::new(MemoryStore::new())
    }
}

/// Nothing panics while it holds the lock, so that what a poisoned one guards is whole.
fn lock(plan: &Mutex<Plan>) -> MutexGuard<'_, Plan> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a call, which may be the one that fails.
fn call(plan: &Mutex<Plan>) -> Result<(), StoreError> {
    let mut plan = lock(plan);
    plan.calls += 1;
    if plan.call == Some(plan.calls) { Err(StoreFailure::Away.error()) } else { Ok(()) }
}

/// Counts a call that opens something.
fn open(plan: &Mutex<Plan>) -> Result<(), StoreError> {
    let always = lock(plan).always.filter(|failure| !failure.is_of_writes());
    always.map_or_else(|| call(plan), |failure| Err(failure.error()))
}

#[async_trait]
impl Store for FailingStore {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        open(&self.plan)?;
        let inner = self.inner.begin(tenant).await?;
        Ok(Box::new(FailingTransaction { inner, plan: Arc::clone(&self.plan) }))
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        open(&self.plan)?;
        self.inner.begin_read(tenant).await
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.inner.list_tenants().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        open(&self.plan)?;
        self.inner.check().await
    }

    async fn pause(&self, attempt: u32) {
        self.inner.pause(attempt).await;
    }

    fn assigns_positions_later(&self) -> bool {
        self.inner.assigns_positions_later()
    }

    async fn wait_for_events(&self, at_most: Duration) {
        self.inner.wait_for_events(at_most).await;
    }
}

#[async_trait]
impl Transaction for FailingTransaction {
    fn tenant(&self) -> &TenantId {
        self.inner.tenant()
    }

    fn tickets(&mut self) -> &mut dyn TicketRepository {
        self
    }

    fn chats(&mut self) -> &mut dyn ChatRepository {
        self
    }

    fn messages(&mut self) -> &mut dyn MessageRepository {
        self
    }

    fn events(&mut self) -> &mut dyn EventRepository {
        self
    }

    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        self
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    fn agents(&mut self) -> &mut dyn AgentRepository {
        self
    }

    fn bot_log(&mut self) -> &mut dyn BotLogRepository {
        self
    }

    fn answers(&mut self) -> &mut dyn AnswerRepository {
        self
    }

    fn knowledge(&mut self) -> &mut dyn KnowledgeRepository {
        self
    }

    fn people(&mut self) -> &mut dyn PersonRepository {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        call(&self.plan)?;
        let failure = {
            let mut plan = lock(&self.plan);
            let is_met = plan.commits > 0;
            plan.commits = plan.commits.saturating_sub(1);
            plan.always.filter(|failure| failure.is_of_writes()).or(is_met.then_some(StoreFailure::Busy))
        };
        match failure {
            Some(failure) => Err(failure.error()),
            None => self.inner.commit().await,
        }
    }
}
