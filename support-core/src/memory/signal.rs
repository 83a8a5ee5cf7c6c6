//! Wakes those who wait for events.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    pin::pin,
    sync::Mutex,
    task::{Poll, Waker},
    time::Duration,
};

use futures_timer::Delay;

use super::lock;

/// Wakes everybody who waits when it is raised.
#[derive(Debug, Default)]
pub(super) struct Signal {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How many have come to wait so far; tells them apart.
    arrivals: u64,
    /// Whom to wake. Those who were woken are not in it any more.
    waiting: BTreeMap<u64, Waker>,
}

/// Somebody who waits. Dropping it takes their waker back.
struct Waiter<'a> {
    signal: &'a Signal,
    arrival: u64,
}

impl Signal {
    /// Wakes everybody who waits.
    pub(super) fn raise(&self) {
        // Taken out of the lock: what a waker does is not ours to know.
        let waiting = std::mem::take(&mut lock(&self.state).waiting);
        for waker in waiting.into_values() {
            waker.wake();
        }
    }

    /// Returns when the signal was raised after this call, or after `at_most`.
    pub(super) async fn wait(&self, at_most: Duration) {
        let waiter = self.arrive();
        let mut patience = pin!(Delay::new(at_most));
        poll_fn(|context| {
            if waiter.was_woken(context.waker()) {
                return Poll::Ready(());
            }
            patience.as_mut().poll(context)
        })
        .await;
    }

    fn arrive(&self) -> Waiter<'_> {
        let mut state = lock(&self.state);
        state.arrivals += 1;
        let arrival = state.arrivals;
        state.waiting.insert(arrival, Waker::noop().clone());
        Waiter { signal: self, arrival }
    }
}

impl Waiter<'_> {
    /// Whether the signal was raised; if not, leaves word whom to wake when it is.
    fn was_woken(&self, waker: &Waker) -> bool {
        let mut state = lock(&self.signal.state);
        match state.waiting.get_mut(&self.arrival) {
            Some(word) => {
                word.clone_from(waker);
                false
            }
            None => true,
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        lock(&self.signal.state).waiting.remove(&self.arrival);
    }
}
