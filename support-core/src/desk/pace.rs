//! Looking at the store as often as there is something to see.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use super::SupportDesk;

/// How long to wait before a store is asked again that promised something and had nothing.
const PAUSE: Duration = Duration::from_millis(20);

/// What came of one look at the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Something,
    Nothing,
    Failed,
    /// Nobody wants to know any more.
    Over,
}

impl SupportDesk {
    /// Looks once, and waits until it is time to look again. Returns what came of it.
    pub(super) async fn look_and_wait(
        &self,
        change: impl Future<Output = ()>,
        look: impl Future<Output = Look>,
    ) -> Look {
        // Listens before it looks: what is committed in between is not slept through.
        let mut change = pin!(change);
        let changed = poll_fn(|context| Poll::Ready(change.as_mut().poll(context).is_ready())).await;
        let look = look.await;
        match (look, changed) {
            (Look::Over, _) | (Look::Something, true) => {}
            (Look::Failed, _) => self.inner.timer.sleep(self.config().event_poll).await,
            (Look::Nothing, true) => self.inner.timer.sleep(PAUSE).await,
            (Look::Something | Look::Nothing, false) => change.await,
        }
        look
    }
}
