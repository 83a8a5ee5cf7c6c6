//! One tenant's view: a snapshot, and in a writing transaction the copy that may take its place.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Shared, lock, state::Tenant};
use crate::{
    gate::Turn,
    id::TenantId,
    store::{
        AgentRepository, AnswerRepository, BotLogRepository, ChatRepository, DeliveryRepository,
        EventRepository, IdempotencyRepository, KnowledgeRepository, MessageRepository, PersonRepository,
        StoreError, TicketRepository, Transaction,
    },
};

/// A transaction, which is every repository itself.
pub(super) struct MemoryTransaction {
    tenant: TenantId,
    rows: Arc<Tenant>,
    mode: Mode,
}

/// What a transaction may do.
pub(super) enum Mode {
    /// Read its snapshot.
    Read,
    /// Write, until the turn ends by dropping it.
    Write {
        shared: Arc<Shared>,
        /// The rows that it started from; nobody else can change them during the turn.
        before: Arc<Tenant>,
        _turn: Turn,
    },
}

impl MemoryTransaction {
    pub(super) fn new(tenant: TenantId, rows: Arc<Tenant>, mode: Mode) -> Self {
        Self { tenant, rows, mode }
    }

    /// The rows as this transaction sees them.
    pub(super) fn rows(&self) -> &Tenant {
        &self.rows
    }

    /// The rows to be changed. The first change parts them from the committed snapshot.
    pub(super) fn rows_mut(&mut self) -> Result<&mut Tenant, StoreError> {
        self.shared()?;
        Ok(Arc::make_mut(&mut self.rows))
    }

    /// What the store shares, for a transaction that may write.
    pub(super) fn shared(&self) -> Result<&Shared, StoreError> {
        match &self.mode {
            Mode::Read => Err(StoreError::backend("the transaction was opened for reading")),
            Mode::Write { shared, .. } => Ok(shared),
        }
    }

    /// Puts the rows in the committed ones' place, if any were changed.
    fn publish(self) {
        let Mode::Write { shared, before, _turn } = self.mode else { return };
        if Arc::ptr_eq(&before, &self.rows) {
            return;
        }
        let has_new_events = self.rows.last_position > before.last_position;
        lock(&shared.committed).insert(self.tenant, self.rows);
        if has_new_events {
            shared.events.raise();
        }
    }
}

#[async_trait]
impl Transaction for MemoryTransaction {
    fn tenant(&self) -> &TenantId {
        &self.tenant
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
        self.publish();
        Ok(())
    }
}
