//! A transaction on a server, over a network that may swallow what it is given.
//!
//! What is asked is not waited for without end, and neither is a connection that has been given up: where it does not
//! answer, it is closed. Otherwise it would keep its place in the pool until the system calls it dead, which takes a
//! quarter of an hour, and with a few of them the store would be gone for as long.

use std::time::Duration;

use sqlx::{Pool, pool::PoolConnection};
use support_core::store::StoreError;
use tokio::{runtime::Handle, time::timeout};

use crate::{
    dialect::Dialect,
    error::{TookTooLong, meaning},
};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool of so many connections to a server, each of which is waited for so long.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) fn pool<DB: Dialect>(connections: u32, acquire_timeout: Duration) -> sqlx::pool::PoolOptions<DB> {
    use sqlx::Connection as _;

    /// For how long an idle connection is taken to be good without asking it.
    const FRESH: Duration = Duration::from_secs(5);

    sqlx::pool::PoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(acquire_timeout)
        // Asking each time would cost a round trip for each transaction.
        .test_before_acquire(false)
        .before_acquire(|connection: &mut DB::Connection, idle| {
            Box::pin(async move {
                if idle.idle_for >= FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

/// A transaction on a connection of a pool. Dropped without a commit, it is rolled back.
pub(crate) struct Remote<DB: Dialect> {
    /// There until it is dropped.
    connection: Option<PoolConnection<DB>>,
    is_open: bool,
    /// Whether something was asked that has not been answered.
    is_waiting: bool,
}

/// Waits for an answer for as long as there is hope for one.
async fn answer<DB: Dialect, T>(work: impl Future<Output = sqlx::Result<T>>) -> Result<T, StoreError> {
    match timeout(PATIENCE, work).await {
        Ok(answer) => answer.map_err(meaning::<DB>),
        Err(_) => Err(StoreError::unavailable(TookTooLong(PATIENCE))),
    }
}

impl<DB: Dialect> Remote<DB> {
    pub(crate) async fn begin(pool: &Pool<DB>, statement: &'static str) -> Result<Self, StoreError> {
        // Any connection of the pool may be one that the server has closed since it was used last; each is met once.
        let mut lost = 0;
        loop {
            let connection = answer::<DB, _>(pool.acquire()).await?;
            let mut begun = Self { connection: Some(connection), is_open: true, is_waiting: false };
            let begin = DB::script(begun.statement(), statement.to_owned());
            match timeout(PATIENCE, begin).await {
                Ok(Ok(())) => {
                    begun.answered();
                    return Ok(begun);
                }
                Ok(Err(error)) if DB::is_lost(&error) && lost < pool.options().get_max_connections() => {
                    lost += 1;
                }
                Ok(Err(error)) => return Err(meaning::<DB>(error)),
                Err(_) => return Err(StoreError::unavailable(TookTooLong(PATIENCE))),
            }
        }
    }

    /// The connection, for one statement, of which [`answered`](Self::answered) says that it has come to its end.
    pub(crate) fn statement(&mut self) -> &mut DB::Connection {
        self.is_waiting = true;
        self.connection.as_deref_mut().expect("a connection is taken away when it is dropped, and not before")
    }

    /// Says that the server has answered.
    pub(crate) const fn answered(&mut self) {
        self.is_waiting = false;
    }

    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        answer::<DB, _>(DB::script(self.statement(), "commit".to_owned())).await?;
        self.is_open = false;
        self.answered();
        Ok(())
    }
}

impl<DB: Dialect> Drop for Remote<DB> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let Ok(runtime) = Handle::try_current() else {
            // Nobody is left to talk to the server; it undoes what a closed connection had begun.
            drop(connection.leak());
            return;
        };
        if self.is_waiting && !DB::SURVIVES_GIVING_UP {
            connection.close_on_drop();
            return;
        }
        let is_open = self.is_open;
        runtime.spawn(async move {
            if is_open {
                let rollback = DB::script(&mut connection, "rollback".to_owned());
                if !matches!(timeout(PATIENCE, rollback).await, Ok(Ok(()))) {
                    connection.close_on_drop();
                    return;
                }
            }
            // The pool asks whether it is still there. Given up, this closes it.
            let _ = timeout(PATIENCE, connection.return_to_pool()).await;
        });
    }
}
