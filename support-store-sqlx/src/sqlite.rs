//! Opening SQLite the way the desk wants it.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Sqlite,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use support_core::store::{Limit, StoreError};

use crate::{SqlxStore, error::meaning, migrations::Migrations, prefix::Prefix};

/// The desk's store on SQLite.
pub type SqliteStore = SqlxStore<Sqlite>;

/// How many rows a connection's thread reads ahead of whoever wants them: the largest page and the row that says
/// whether there are more. With fewer it waits for its reader in the middle of a page, and both switch threads.
const ROW_BUFFER: usize = Limit::MAX as usize + 1;

/// How to open a SQLite database.
///
/// WAL and `synchronous=FULL`: what was acknowledged is still there after the power fails. One connection
/// writes, for SQLite has one writer at a time anyway and a queue is fairer than its busy waiting; several read.
#[derive(Debug, Clone)]
#[must_use]
pub struct SqliteOptions {
    url: String,
    prefix: Prefix,
    migrations: Migrations,
    busy_timeout: Duration,
    acquire_timeout: Duration,
    readers: u32,
}

impl SqliteOptions {
    /// For a database such as `sqlite:support.db`, made if it is not there.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: Prefix::default(),
            migrations: Migrations::default(),
            busy_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_millis(1_500),
            readers: 4,
        }
    }

    /// The beginning of every table's name: `support_`.
    pub fn prefix(mut self, prefix: Prefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// What to do about the tables: bring them to the version that is needed.
    pub const fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = migrations;
        self
    }

    /// How long another process's lock is waited for: 5 seconds.
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How long a connection is waited for: 1.5 seconds.
    pub const fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How many connections read: 4.
    pub const fn readers(mut self, readers: u32) -> Self {
        self.readers = readers;
        self
    }

    /// Opens the store.
    ///
    /// # Errors
    /// [`StoreError::Backend`] for a URL that is none, or one of a database in memory, which each connection would have
    /// to itself ([`MemoryStore`](support_core::memory::MemoryStore) is for that). [`StoreError::Unavailable`] if the
    /// file cannot be opened, or the tables are not what was asked for ([`SchemaError`](crate::SchemaError)).
    pub async fn open(self) -> Result<SqliteStore, StoreError> {
        if self.url.contains(":memory:") || self.url.contains("mode=memory") {
            return Err(StoreError::backend("a database in memory cannot be shared; use `MemoryStore`"));
        }
        let options = SqliteConnectOptions::from_str(&self.url)
            .map_err(meaning::<Sqlite>)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(self.busy_timeout)
            .foreign_keys(true)
            .row_buffer_size(ROW_BUFFER);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                // A file does not hang up while nobody looks; connections are tested when they are given back.
                .test_before_acquire(false)
                .acquire_timeout(self.acquire_timeout + self.busy_timeout)
        };
        let writers = pool(1).connect_with(options.clone()).await.map_err(meaning::<Sqlite>)?;
        // Read-only by pragma, not by open mode: a reader must be able to recover the log of a process that died.
        let readers = pool(self.readers).connect_lazy_with(options.pragma("query_only", "on"));
        SqlxStore::open(writers, readers, self.prefix, self.migrations).await
    }
}

impl SqliteStore {
    /// Opens a database such as `sqlite:support.db` with the options as they are, and makes it if it is not there.
    ///
    /// # Errors
    /// Those of [`SqliteOptions::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        SqliteOptions::new(url).open().await
    }
}
