//! What the transactions of one store share, within one process.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use support_core::id::TenantId;
use tokio::sync::Notify;

/// What the transactions of one store share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    events: Notify,
    /// Tenants that are in their table already, so that not every commit writes there.
    tenants: Mutex<HashSet<TenantId>>,
}

impl Shared {
    /// Wakes everybody who waits for events. A hint: who looks at the wrong moment looks again later.
    pub(crate) fn wake(&self) {
        self.events.notify_waiters();
    }

    pub(crate) async fn wait(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.events.notified()).await;
    }

    pub(crate) fn knows(&self, tenant: &TenantId) -> bool {
        self.tenants().contains(tenant)
    }

    pub(crate) fn remember(&self, tenant: TenantId) {
        self.tenants().insert(tenant);
    }

    fn tenants(&self) -> MutexGuard<'_, HashSet<TenantId>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
