//! What the transactions of one store share, within one process.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use support_core::id::TenantId;
use tokio::sync::Notify;

/// What others are to know of a transaction once it lasts.
#[derive(Debug)]
pub(crate) struct Notice {
    /// Who is in the table of tenants then.
    pub(crate) tenant: TenantId,
    /// Whether readers of events have something to look for.
    pub(crate) has_events: bool,
}

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

    /// Takes note of transactions that were committed.
    pub(crate) fn note(&self, committed: impl IntoIterator<Item = Notice>) {
        let mut has_events = false;
        for notice in committed {
            has_events |= notice.has_events;
            self.tenants().insert(notice.tenant);
        }
        if has_events {
            self.wake();
        }
    }

    fn tenants(&self) -> MutexGuard<'_, HashSet<TenantId>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
