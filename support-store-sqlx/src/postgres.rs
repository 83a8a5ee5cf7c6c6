//! Opening PostgreSQL the way the desk wants it.

use std::str::FromStr as _;

use sqlx::{Postgres, postgres::PgConnectOptions};
use support_core::store::StoreError;

use crate::{ServerOptions, SqlxStore, error::meaning};

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
pub type PostgresOptions = ServerOptions<Postgres>;

impl PostgresOptions {
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
        let pool = self.pool().connect_lazy_with(options);
        self.open_in(pool).await
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
