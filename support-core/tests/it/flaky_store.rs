//! A store whose commits fail when the test wants them to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use support_core::{
    id::TenantId,
    memory::MemoryStore,
    store::{
        AgentRepository, BotLogRepository, ChatRepository, EventRepository, IdempotencyRepository,
        MessageRepository, PersonRepository, Store, StoreError, TicketRepository, Transaction,
    },
};

/// Its next commits meet another writer: they roll back and say so.
#[derive(Debug, Clone)]
pub(crate) struct FlakyStore {
    inner: MemoryStore,
    conflicts: Arc<AtomicU32>,
}

struct FlakyTransaction {
    inner: Box<dyn Transaction>,
    conflicts: Arc<AtomicU32>,
}

impl FlakyStore {
    pub(crate) fn new(inner: MemoryStore) -> Self {
        Self { inner, conflicts: Arc::default() }
    }

    pub(crate) fn fail_commits(&self, count: u32) {
        self.conflicts.store(count, Ordering::SeqCst);
    }
}

#[async_trait]
impl Store for FlakyStore {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        let inner = self.inner.begin(tenant).await?;
        Ok(Box::new(FlakyTransaction { inner, conflicts: Arc::clone(&self.conflicts) }))
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        self.inner.begin_read(tenant).await
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.inner.list_tenants().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    async fn pause(&self, attempt: u32) {
        self.inner.pause(attempt).await;
    }

    async fn wait_for_events(&self, at_most: Duration) {
        self.inner.wait_for_events(at_most).await;
    }
}

#[async_trait]
impl Transaction for FlakyTransaction {
    fn tenant(&self) -> &TenantId {
        self.inner.tenant()
    }

    fn tickets(&mut self) -> &mut dyn TicketRepository {
        self.inner.tickets()
    }

    fn chats(&mut self) -> &mut dyn ChatRepository {
        self.inner.chats()
    }

    fn messages(&mut self) -> &mut dyn MessageRepository {
        self.inner.messages()
    }

    fn events(&mut self) -> &mut dyn EventRepository {
        self.inner.events()
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self.inner.idempotency()
    }

    fn agents(&mut self) -> &mut dyn AgentRepository {
        self.inner.agents()
    }

    fn bot_log(&mut self) -> &mut dyn BotLogRepository {
        self.inner.bot_log()
    }

    fn people(&mut self) -> &mut dyn PersonRepository {
        self.inner.people()
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let fails = |left: u32| left.checked_sub(1);
        if self.conflicts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
            return Err(StoreError::Conflict);
        }
        self.inner.commit().await
    }
}
