//! A transaction on a connection of the store's own pool.

use sqlx::{Pool, pool::PoolConnection};

use crate::{dialect::Dialect, store::in_time};

/// A transaction that has a connection to itself. Dropped without a commit, it is rolled back.
pub(crate) enum OwnTransaction<DB: Dialect> {
    /// As sqlx has it.
    Plain(sqlx::Transaction<'static, DB>),
    /// On a connection that is of no use any more once a statement was given up on it.
    Guarded(Guarded<DB>),
}

impl<DB: Dialect> OwnTransaction<DB> {
    pub(crate) async fn begin(pool: &Pool<DB>, statement: &'static str) -> sqlx::Result<Self> {
        if DB::SURVIVES_GIVING_UP {
            return pool.begin_with(statement).await.map(Self::Plain);
        }
        let mut guarded = Guarded { connection: Some(pool.acquire().await?), is_waiting: false };
        DB::script(guarded.statement(), statement.to_owned()).await?;
        guarded.is_waiting = false;
        Ok(Self::Guarded(guarded))
    }

    /// The connection, for one statement, of which [`answered`](Self::answered) says that it has come to its end.
    pub(crate) fn statement(&mut self) -> &mut DB::Connection {
        match self {
            Self::Plain(transaction) => transaction,
            Self::Guarded(guarded) => guarded.statement(),
        }
    }

    /// Says that the database has answered.
    pub(crate) const fn answered(&mut self) {
        if let Self::Guarded(guarded) = self {
            guarded.is_waiting = false;
        }
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Plain(transaction) => transaction.commit().await,
            Self::Guarded(mut guarded) => {
                DB::script(guarded.statement(), "commit".to_owned()).await?;
                guarded.is_waiting = false;
                // It goes back to the pool as it is.
                drop(guarded.connection.take());
                Ok(())
            }
        }
    }
}

/// A connection that is closed, and not handed on, if something was asked on it and the answer was not waited for.
pub(crate) struct Guarded<DB: Dialect> {
    /// `None` once the transaction has ended.
    connection: Option<PoolConnection<DB>>,
    is_waiting: bool,
}

impl<DB: Dialect> Guarded<DB> {
    fn statement(&mut self) -> &mut DB::Connection {
        self.is_waiting = true;
        self.connection.as_mut().expect("only ending the transaction takes the connection")
    }
}

impl<DB: Dialect> Drop for Guarded<DB> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if self.is_waiting {
            connection.close_on_drop();
            return;
        }
        // As the pool itself does with what is given back.
        tokio::spawn(async move {
            let rollback = DB::script(&mut connection, "rollback".to_owned());
            if !matches!(in_time::<DB, _>(rollback).await, Ok(Ok(()))) {
                connection.close_on_drop();
            }
        });
    }
}
