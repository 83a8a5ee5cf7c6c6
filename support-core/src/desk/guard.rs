//! Running the host's own code, a bot or a hook: what it does wrong stays its own.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use super::SupportDesk;

/// Why the host's code gave no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interrupted {
    /// It panicked.
    #[error("it panicked")]
    Panicked,
    /// Its time was over.
    #[error("it took too long")]
    TookTooLong,
    /// There was no thread for it.
    #[error("no thread could be started")]
    NoThread(#[source] std::io::Error),
}

/// The result of work that does not wait, unless it panics.
pub(super) fn guarded_call<T>(work: impl FnOnce() -> T) -> Result<T, Interrupted> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Interrupted::Panicked)
}

impl SupportDesk {
    /// The result of work, unless it panics or takes longer than its time.
    pub(super) async fn guarded<T>(
        &self,
        at_most: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Interrupted> {
        let mut work = pin!(work);
        let mut limit = pin!(self.inner.timer.sleep(at_most));
        poll_fn(|cx| {
            match guarded_call(|| work.as_mut().poll(cx)) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(result)) => return Poll::Ready(Ok(result)),
                Err(interrupted) => return Poll::Ready(Err(interrupted)),
            }
            limit.as_mut().poll(cx).map(|()| Err(Interrupted::TookTooLong))
        })
        .await
    }
}
