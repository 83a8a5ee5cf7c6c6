//! Writers taking turns, in the order in which they came.
//!
//! SQLite lets one write at a time and makes the others sleep and try again, which starves some of them for seconds.
//! Here they queue.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use support_core::store::StoreError;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use crate::store::Patience;

/// Where writers queue.
#[derive(Debug)]
pub(crate) struct Turns {
    semaphore: Arc<Semaphore>,
    patience: Patience,
    lockout: Mutex<Lockout>,
}

/// When the writer whose turn it is could not begin, because something outside of the store held the database.
#[derive(Debug, Default)]
struct Lockout {
    /// Since when it is trying now.
    since: Option<Instant>,
    /// When trying last came to an end that took long.
    ended: Option<Instant>,
}

/// The time for which the writer whose turn it is tries to begin; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Beginning<'a>(&'a Turns);

impl Turns {
    pub(crate) fn new(patience: Patience) -> Self {
        Self { semaphore: Arc::new(Semaphore::new(1)), patience, lockout: Mutex::default() }
    }

    /// Waits for a turn, which lasts until the permit is dropped.
    pub(crate) async fn wait(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let turn = Arc::clone(&self.semaphore).acquire_owned();
        self.patiently(turn).await?.map_err(StoreError::unavailable)
    }

    /// Waits for a turn, of whatever kind.
    ///
    /// Too many writers are shed soon. A lock that is held outside is waited out, by those who queue as
    /// well as by the first of them, and what they waited for it does not count against them.
    pub(crate) async fn patiently<T>(&self, turn: impl Future<Output = T>) -> Result<T, StoreError> {
        let mut turn = pin!(turn);
        let mut waited = Duration::ZERO;
        loop {
            match timeout(self.patience.acquire, &mut turn).await {
                Ok(turn) => return Ok(turn),
                Err(elapsed) => {
                    waited += self.patience.acquire;
                    if waited >= self.patience.outside || !self.were_locked_out() {
                        return Err(StoreError::unavailable(elapsed));
                    }
                }
            }
        }
    }

    /// Says that the writer whose turn it is now tries to begin.
    pub(crate) fn begin(&self) -> Beginning<'_> {
        self.lock().since = Some(Instant::now());
        Beginning(self)
    }

    /// Whether writers were kept from their work by something outside while one has waited in vain for a turn.
    fn were_locked_out(&self) -> bool {
        let Lockout { since, ended } = *self.lock();
        since.is_some_and(|since| self.is_long(since.elapsed()))
            || ended.is_some_and(|ended| ended.elapsed() < self.patience.acquire)
    }

    /// Whether beginning took so long that it was not for its own sake.
    fn is_long(&self, beginning: Duration) -> bool {
        beginning >= self.patience.acquire / 8
    }

    /// Nothing panics while it holds the lock, so that what a poisoned one guards is whole.
    fn lock(&self) -> MutexGuard<'_, Lockout> {
        self.lockout.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Beginning<'_> {
    fn drop(&mut self) {
        let mut lockout = self.0.lock();
        if lockout.since.take().is_some_and(|since| self.0.is_long(since.elapsed())) {
            lockout.ended = Some(Instant::now());
        }
    }
}
