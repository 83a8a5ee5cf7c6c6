//! One transaction of a group, as its caller has it.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use support_core::store::StoreError;
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard, oneshot};

use crate::{dialect::Dialect, shared::Notice};

/// The outer transaction while a member has its turn; empty as soon as the server has taken it back.
pub(super) type Seat<DB> = Arc<Mutex<Option<sqlx::Transaction<'static, DB>>>>;

/// A transaction that is made to last together with others. Dropped, it is rolled back.
pub(crate) struct Member<DB: Dialect> {
    seat: Seat<DB>,
    /// Closed without a word, it says that the member is to be rolled back.
    end: oneshot::Sender<Kept>,
}

/// A member that has done its part and is to last.
pub(super) struct Kept {
    pub(super) notice: Notice,
    pub(super) committed: oneshot::Sender<Result<(), StoreError>>,
}

impl<DB: Dialect> Member<DB> {
    /// A member on a seat, and where its end is heard of.
    pub(super) fn on(seat: Seat<DB>) -> (Self, oneshot::Receiver<Kept>) {
        let (end, ended) = oneshot::channel();
        (Self { seat, end }, ended)
    }

    /// The connection, for one statement. It is not taken away meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the member was evicted.
    pub(crate) async fn connection(&mut self) -> Result<Connection<'_, DB>, StoreError> {
        let seat = self.seat.lock().await;
        MutexGuard::try_map(seat, Option::as_mut).map(Connection).map_err(|_| StoreError::Conflict)
    }

    /// Waits until the group is committed. Where this is dropped meanwhile, it is committed all the same, or not.
    pub(crate) async fn commit(self, notice: Notice) -> Result<(), StoreError> {
        let (committed, told) = oneshot::channel();
        self.end.send(Kept { notice, committed }).map_err(|_| StoreError::Conflict)?;
        drop(self.seat);
        // Where the server was ended with its runtime, nobody knows what became of the commit.
        told.await.map_err(StoreError::unavailable)?
    }
}

/// The connection that a member's statements run on.
pub(crate) struct Connection<'m, DB: Dialect>(MappedMutexGuard<'m, sqlx::Transaction<'static, DB>>);

impl<DB: Dialect> Deref for Connection<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.0
    }
}

impl<DB: Dialect> DerefMut for Connection<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.0
    }
}
