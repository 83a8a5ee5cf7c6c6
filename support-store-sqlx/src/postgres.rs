//! Opening PostgreSQL the way the desk wants it.

use std::{fmt, str::FromStr, time::Duration};

use sqlx::{Postgres, postgres::PgConnectOptions};
use support_core::store::StoreError;

use crate::{SqlxStore, error::meaning, migrations::Migrations, prefix::Prefix, remote, store::Patience};

/// The desk's store on PostgreSQL.
pub type PostgresStore = SqlxStore<Postgres>;

/// How to open a PostgreSQL database, which is to be in UTF-8.
///
/// One pool reads and writes, at READ COMMITTED with row locks; several instances may share a database. A statement that
/// takes longer than 5 seconds is ended by the server, as is one that waits as long for a lock. These limits belong to
/// each transaction, so that a pooler between desk and database may hand its connections from transaction to
/// transaction; such a pooler wants `statement-cache-capacity=0` in the URL, unless it knows prepared statements.
///
/// With the feature `tls`, `sslmode=verify-full` in the URL asks for an encrypted connection to the right server, and
/// `sslrootcert=…` names its authority; [the rest](PgConnectOptions) of PostgreSQL's parameters is understood too.
#[derive(Clone)]
#[must_use]
pub struct PostgresOptions {
    url: String,
    prefix: Prefix,
    migrations: Migrations,
    acquire_timeout: Duration,
    connections: u32,
}

impl PostgresOptions {
    /// For a database such as `postgres://desk@localhost/support`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: Prefix::default(),
            migrations: Migrations::default(),
            acquire_timeout: Patience::default().acquire,
            connections: 16,
        }
    }

    /// The beginning of every table's name, `support_`, and perhaps the schema they are in ([`Prefix::in_schema`]).
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

    /// Opens the store.
    ///
    /// # Errors
    /// [`StoreError::Backend`] for a URL that is none. [`StoreError::Unavailable`] if the database cannot be reached, or
    /// the tables are not what was asked for ([`SchemaError`](crate::SchemaError)).
    pub async fn open(self) -> Result<PostgresStore, StoreError> {
        let mut options = PgConnectOptions::from_str(&self.url).map_err(meaning::<Postgres>)?;
        if !self.url.contains("statement-cache-capacity") {
            // More than there are statements; fewer would be prepared again and again.
            options = options.statement_cache_capacity(256);
        }
        let pool = remote::pool(self.connections, self.acquire_timeout).connect_lazy_with(options);
        let patience = Patience { acquire: self.acquire_timeout, ..Patience::default() };
        SqlxStore::open(pool.clone(), pool, patience, self.prefix, self.migrations).await
    }
}

/// Without the URL, which may hold a password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("prefix", &self.prefix)
            .field("migrations", &self.migrations)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Opens a database such as `postgres://desk@localhost/support` with the options as they are.
    ///
    /// # Errors
    /// Those of [`PostgresOptions::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        PostgresOptions::new(url).open().await
    }
}
