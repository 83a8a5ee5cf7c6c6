//! Telling readers of events, within one process, that there is something to look for.

use std::time::Duration;

use tokio::sync::Notify;

/// Wakes everybody who waits. A hint: who looks at the wrong moment looks again later.
#[derive(Debug, Default)]
pub(crate) struct Wake(Notify);

impl Wake {
    pub(crate) fn all(&self) {
        self.0.notify_waiters();
    }

    pub(crate) async fn wait(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.notified()).await;
    }
}
