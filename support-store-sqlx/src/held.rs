//! The connection that a transaction's statements run on, and what ends it.

use std::ops::{Deref, DerefMut};

use sqlx::Pool;
use support_core::store::StoreError;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    dialect::Dialect,
    error::meaning,
    group::{self, Member},
    remote::Remote,
    shared::{Notice, Shared},
};

/// The connection that statements run on, and what ends their transaction. Dropped, it is rolled back.
pub(crate) enum Held<'t, DB: Dialect> {
    /// A transaction of the store's own. Its rollback is under way before the next writer has its turn.
    Own { transaction: sqlx::Transaction<'static, DB>, turn: Option<OwnedSemaphorePermit> },
    /// A transaction of the store's own on a server.
    Remote(Remote<DB>),
    /// A turn in a transaction of several ([`crate::group`]).
    Member(Member<DB>),
    /// A savepoint in a transaction of the host's, which alone makes it last.
    Joined(sqlx::Transaction<'t, DB>),
}

impl<DB: Dialect> Held<'static, DB> {
    /// Begins a transaction of the store's own.
    pub(crate) async fn begin(pool: &Pool<DB>, statement: &'static str) -> Result<Self, StoreError> {
        if DB::IS_REMOTE {
            return Ok(Self::Remote(Remote::begin(pool, statement).await?));
        }
        let transaction = pool.begin_with(statement).await.map_err(meaning::<DB>)?;
        Ok(Self::Own { transaction, turn: None })
    }

    /// The same, as long as it is somebody's turn to write.
    pub(crate) fn in_turn(self, permit: OwnedSemaphorePermit) -> Self {
        match self {
            Self::Own { transaction, .. } => Self::Own { transaction, turn: Some(permit) },
            held => held,
        }
    }
}

impl<DB: Dialect> Held<'_, DB> {
    /// The connection, for one statement.
    pub(crate) async fn statement(&mut self) -> Result<Connection<'_, DB>, StoreError> {
        Ok(match self {
            Self::Own { transaction, .. } => Connection::Whole(&mut **transaction),
            Self::Remote(remote) => Connection::Whole(remote.statement()),
            Self::Member(member) => Connection::Lent(member.connection().await?),
            Self::Joined(savepoint) => Connection::Whole(&mut **savepoint),
        })
    }

    /// Says that the last statement was answered, whatever the answer.
    pub(crate) const fn answered(&mut self) {
        if let Self::Remote(remote) = self {
            remote.answered();
        }
    }

    /// Makes it last, as far as that is the store's to do.
    pub(crate) async fn commit(self, notice: Notice, shared: &Shared) -> Result<(), StoreError> {
        match self {
            Self::Own { transaction, turn } => {
                transaction.commit().await.map_err(meaning::<DB>)?;
                drop(turn);
                shared.note([notice]);
            }
            Self::Remote(remote) => {
                remote.commit().await?;
                shared.note([notice]);
            }
            Self::Member(member) => member.commit(notice).await?,
            Self::Joined(savepoint) => {
                savepoint.commit().await.map_err(meaning::<DB>)?;
                // What a savepoint holds, the host may still take back. Those woken by it may come before the host's
                // commit; they look again at their own pace.
                if notice.has_events {
                    shared.wake();
                }
            }
        }
        Ok(())
    }
}

/// A connection, for one statement.
pub(crate) enum Connection<'c, DB: Dialect> {
    Whole(&'c mut DB::Connection),
    Lent(group::Connection<'c, DB>),
}

impl<DB: Dialect> Deref for Connection<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Whole(connection) => connection,
            Self::Lent(connection) => connection,
        }
    }
}

impl<DB: Dialect> DerefMut for Connection<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Whole(connection) => connection,
            Self::Lent(connection) => connection,
        }
    }
}
