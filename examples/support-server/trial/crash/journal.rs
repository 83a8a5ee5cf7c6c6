//! What clients sent, and what they were told.

use std::{
    collections::BTreeMap,
    io,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What all clients sent, and what they were told.
#[derive(Debug, Default)]
pub struct Journal {
    writes: Mutex<Writes>,
    more: Condvar,
}

/// All writes, each by a text that no other has.
#[derive(Debug, Default)]
struct Writes {
    by_mark: BTreeMap<String, Write>,
    acknowledged: usize,
}

/// One write.
#[derive(Debug, Clone)]
pub(super) struct Write {
    pub(super) place: Place,
    /// What the client was told: the ticket's number, the session's id, the `seq` in it. `None` if nothing, so that
    /// nobody knows whether it was carried out.
    pub(super) told: Option<String>,
}

/// Where a write goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    NewTicket,
    /// The ticket with a number.
    Ticket(String),
    NewSession,
    /// The session with an id.
    Session(String),
}

impl Journal {
    /// How many writes were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.lock().acknowledged
    }

    /// How many writes were acknowledged, and how many were not.
    pub fn counts(&self) -> (usize, usize) {
        let writes = self.lock();
        (writes.acknowledged, writes.by_mark.len() - writes.acknowledged)
    }

    /// Notes that a ticket with this subject was to be opened, and the number that was told.
    pub fn note_ticket(&self, mark: String, told: Option<String>) {
        self.note(mark, Place::NewTicket, told);
    }

    pub(super) fn note(&self, mark: String, place: Place, told: Option<String>) {
        let mut writes = self.lock();
        writes.acknowledged += usize::from(told.is_some());
        writes.by_mark.insert(mark, Write { place, told });
        self.more.notify_all();
    }

    /// All writes by their marks.
    pub(super) fn writes(&self) -> BTreeMap<String, Write> {
        self.lock().by_mark.clone()
    }

    /// Waits until so many writes were acknowledged.
    pub(super) fn wait_for(&self, acknowledged: usize, patience: Duration) -> io::Result<()> {
        let deadline = Instant::now() + patience;
        let mut writes = self.lock();
        while writes.acknowledged < acknowledged {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::Error::other(format!("{} writes in {patience:?}", writes.acknowledged)));
            }
            writes = self.more.wait_timeout(writes, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// Nothing panics while it holds the lock, so that what a poisoned one guards is whole.
    fn lock(&self) -> MutexGuard<'_, Writes> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
