//! A store in memory, for tests, demos and for comparing other stores with.
//!
//! What is committed is an immutable snapshot per tenant. A reading transaction holds on to one; a writing
//! transaction edits a copy and puts it in the snapshot's place when it commits. Writers take turns in the order in
//! which they came, so no commit ever meets another; readers wait for nobody. A write therefore copies the tenant's
//! index of rows, which suits thousands of rows and not millions, and everything is gone when the store is.

mod agent;
mod answer;
mod bot_log;
mod chat;
mod chat_list;
mod delivery;
mod erase;
mod event;
mod export;
mod idempotency;
mod knowledge;
mod message;
mod page;
mod person;
mod prune;
mod signal;
mod state;
mod ticket;
mod ticket_list;
mod ticket_stats;
mod transaction;

#[cfg(all(test, feature = "conformance"))]
mod conformance;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};

use async_trait::async_trait;
use chrono::NaiveDate;

use self::{
    signal::Signal,
    state::Tenant,
    transaction::{MemoryTransaction, Mode},
};
use crate::{
    gate::Gate,
    id::TenantId,
    store::{Store, StoreError, Transaction},
};

/// How long a writer waits for its turn before the store counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(5);

/// A store in memory. Its clones are the same store.
///
/// ```
/// use support_core::{id::TenantId, memory::MemoryStore, store::Store};
///
/// # pollster::block_on(async {
/// let store = MemoryStore::new();
/// let transaction = store.begin(&TenantId::default()).await?;
/// transaction.commit().await?;
/// # Ok::<(), support_core::store::StoreError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

/// What all clones of a store and their transactions share.
#[derive(Default)]
struct Shared {
    /// The last committed snapshot of each tenant that has ever written something.
    committed: Mutex<BTreeMap<TenantId, Arc<Tenant>>>,
    /// The last number given on each day. Outside of the snapshots, so that no rollback can take one back.
    numbers: Mutex<BTreeMap<(TenantId, NaiveDate), u64>>,
    /// Where writers take turns.
    gate: Arc<Gate>,
    /// Told of every commit that appended events.
    events: Signal,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Shared {
    /// The tenant's rows as they were last committed.
    fn snapshot(&self, tenant: &TenantId) -> Arc<Tenant> {
        lock(&self.committed).get(tenant).cloned().unwrap_or_default()
    }
}

/// Nothing panics while it holds one of the locks, so that what a poisoned one guards is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        let turn = self.shared.gate.enter(PATIENCE).await.ok_or_else(|| {
            StoreError::unavailable("other writing transactions were held open for too long")
        })?;
        let rows = self.shared.snapshot(tenant);
        let (shared, before) = (Arc::clone(&self.shared), Arc::clone(&rows));
        let mode = Mode::Write { shared, before, _turn: turn };
        Ok(Box::new(MemoryTransaction::new(tenant.clone(), rows, mode)))
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        let rows = self.shared.snapshot(tenant);
        Ok(Box::new(MemoryTransaction::new(tenant.clone(), rows, Mode::Read)))
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        Ok(lock(&self.shared.committed).keys().cloned().collect())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Lets others go on first.
    async fn pause(&self, _attempt: u32) {
        let mut others_went_on = false;
        poll_fn(|context| {
            if others_went_on {
                return Poll::Ready(());
            }
            others_went_on = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn assigns_positions_later(&self) -> bool {
        false
    }

    async fn wait_for_events(&self, at_most: Duration) {
        self.shared.events.wait(at_most).await;
    }
}

impl fmt::Debug for MemoryStore {
    /// Says that it is one, and nothing of what people wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
