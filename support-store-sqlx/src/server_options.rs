//! What is said of every database on a server before it is opened.

use std::{fmt, marker::PhantomData, time::Duration};

use sqlx::{Pool, pool::PoolOptions};
use support_core::store::StoreError;

use crate::{SqlxStore, dialect::Dialect, migrations::Migrations, prefix::Prefix, remote, store::Patience};

/// How to open a database on a server. Each has a name for it, under which it says more: `PostgresOptions`,
/// `MySqlOptions`.
#[must_use]
pub struct ServerOptions<DB> {
    pub(crate) url: String,
    prefix: Prefix,
    migrations: Migrations,
    acquire_timeout: Duration,
    connections: u32,
    database: PhantomData<fn() -> DB>,
}

impl<DB: Dialect> ServerOptions<DB> {
    /// For a database such as `postgres://desk@localhost/support` or `mysql://desk@localhost/support`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: Prefix::default(),
            migrations: Migrations::default(),
            acquire_timeout: Patience::default().acquire,
            connections: 16,
            database: PhantomData,
        }
    }

    /// The beginning of every table's name, `support_`, and perhaps, on PostgreSQL, the schema they are in
    /// ([`Prefix::in_schema`]).
    pub fn prefix(mut self, prefix: Prefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// What to do about the tables: bring them to the version that is needed.
    pub const fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = migrations;
        self
    }

    /// How long a connection is waited for while the store has too much to do: 1.5 seconds.
    pub const fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How many connections there are at most: 16.
    pub const fn connections(mut self, connections: u32) -> Self {
        self.connections = connections;
        self
    }

    /// The pool that is asked for.
    pub(crate) fn pool(&self) -> PoolOptions<DB> {
        remote::pool(self.connections, self.acquire_timeout)
    }

    /// Opens the store in its pool.
    pub(crate) async fn open_in(self, pool: Pool<DB>) -> Result<SqlxStore<DB>, StoreError> {
        let patience = Patience { acquire: self.acquire_timeout, ..Patience::default() };
        SqlxStore::open(pool.clone(), pool, patience, self.prefix, self.migrations).await
    }
}

// Derived, it would want the database to be cloned.
impl<DB> Clone for ServerOptions<DB> {
    fn clone(&self) -> Self {
        Self { url: self.url.clone(), prefix: self.prefix.clone(), ..*self }
    }
}

/// Without the URL, which may hold a password.
impl<DB> fmt::Debug for ServerOptions<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerOptions")
            .field("prefix", &self.prefix)
            .field("migrations", &self.migrations)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}
