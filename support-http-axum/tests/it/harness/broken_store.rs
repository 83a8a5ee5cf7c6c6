//! A store that fails as the test wants it to.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use support_core::{
    id::TenantId,
    memory::MemoryStore,
    store::{
        AgentRepository, BotLogRepository, ChatRepository, EventRepository, IdempotencyRepository,
        MessageRepository, PersonRepository, Store, StoreError, TicketRepository, Transaction,
    },
};

/// What a failing store says of itself; no client may read it.
const INNER: &str = "canary: relation support_sessions at db.internal:5432";

/// How a store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
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

/// Works until it is told to fail. Its clones are the same store.
#[derive(Debug, Clone, Default)]
pub(crate) struct BrokenStore {
    inner: MemoryStore,
    failure: Arc<Mutex<Option<Failure>>>,
}

struct BrokenTransaction {
    inner: Box<dyn Transaction>,
    at_commit: Option<Failure>,
}

impl BrokenStore {
    pub(crate) fn fail(&self, failure: impl Into<Option<Failure>>) {
        *self.failure.lock().unwrap() = failure.into();
    }

    /// The failure that comes at once; others come at the commit.
    fn at_once(&self) -> Result<Option<Failure>, StoreError> {
        let failure = *self.failure.lock().unwrap();
        match failure {
            Some(Failure::Away | Failure::Corrupt | Failure::Broken) => Err(error(failure)),
            Some(Failure::Panics) => panic!("{INNER}"),
            Some(Failure::Busy | Failure::Full) | None => Ok(failure),
        }
    }
}

fn error(failure: Option<Failure>) -> StoreError {
    match failure {
        Some(Failure::Away) => StoreError::unavailable(INNER),
        Some(Failure::Full) => StoreError::Full { source: INNER.into() },
        Some(Failure::Corrupt) => StoreError::Corrupt {
            table: "canary_table",
            column: "canary_column",
            row: "canary_row".to_owned(),
            source: INNER.into(),
        },
        Some(Failure::Busy) => StoreError::Conflict,
        Some(Failure::Broken | Failure::Panics) | None => StoreError::backend(INNER),
    }
}

#[async_trait]
impl Store for BrokenStore {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        let at_commit = self.at_once()?;
        Ok(Box::new(BrokenTransaction { inner: self.inner.begin(tenant).await?, at_commit }))
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        self.at_once()?;
        self.inner.begin_read(tenant).await
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.inner.list_tenants().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.at_once().map(drop)
    }
}

#[async_trait]
impl Transaction for BrokenTransaction {
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
        match self.at_commit {
            None => self.inner.commit().await,
            failure => Err(error(failure)),
        }
    }
}
