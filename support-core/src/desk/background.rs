//! Long work on a thread of its own, so that whoever polls the desk goes on polling others.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    thread,
};

use super::guard::{Interrupted, guarded_call};
use crate::memory::lock;

/// What the thread leaves behind, and whom it wakes.
struct Handover<T> {
    result: Option<Result<T, Interrupted>>,
    waiting: Option<Waker>,
}

/// The result of work that takes its time, unless it panics. It is done even if nobody waits for it any more.
pub(super) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Interrupted> {
    let handover = Arc::new(Mutex::new(Handover { result: None, waiting: None }));
    let ours = Arc::clone(&handover);
    let begun = thread::Builder::new().name("support-desk".to_owned()).spawn(move || {
        let result = guarded_call(work);
        let waiting = {
            let mut handover = lock(&ours);
            handover.result = Some(result);
            handover.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    });
    begun.map_err(Interrupted::NoThread)?;
    poll_fn(|cx| {
        let mut handover = lock(&handover);
        if let Some(result) = handover.result.take() {
            return Poll::Ready(result);
        }
        handover.waiting = Some(cx.waker().clone());
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_elsewhere_and_its_panic_stays_there() {
        let here = thread::current().id();
        let there = pollster::block_on(in_background(|| thread::current().id())).unwrap();
        assert_ne!(here, there);
        let panicked = pollster::block_on(in_background(|| panic!("as scripted")));
        assert!(matches!(panicked, Err::<(), _>(Interrupted::Panicked)));
    }
}
