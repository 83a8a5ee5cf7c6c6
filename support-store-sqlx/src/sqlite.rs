//! Opening SQLite the way the desk wants it.

use std::{future::ready, str::FromStr, time::Duration};

use sqlx::{
    Connection, Sqlite, SqliteConnection,
    error::DatabaseError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use support_core::store::{Limit, StoreError};

use crate::{SqlxStore, error::meaning, migrations::Migrations, prefix::Prefix, store::Patience};

/// How long to wait before a locked database is tried again.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(5);

/// The desk's store on SQLite.
pub type SqliteStore = SqlxStore<Sqlite>;

/// How many rows a connection's thread reads ahead of whoever wants them: the largest page and the row that says
/// whether there are more. With fewer it waits for its reader in the middle of a page, and both switch threads.
const ROW_BUFFER: usize = Limit::MAX as usize + 1;

/// How to open a SQLite database.
///
/// WAL and `synchronous=FULL`: what was acknowledged is still there after the power fails. One connection
/// writes, for SQLite has one writer at a time anyway and a queue is fairer than its busy waiting; several read. Writes
/// that come at the same time share one wait for the disk: each is acknowledged when all of them are safe. One that
/// takes long while others wait for that ends with [`StoreError::Conflict`] and is to be tried again, as the desk does.
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

    /// How long a lock is waited for that something outside of the store holds: 5 seconds.
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How long a connection, or a turn to write, is waited for while the store has too much to do: 1.5 seconds.
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
    /// `sqlite::memory:` is a database in memory that goes with the store. It has one connection, for readers and
    /// writers alike: whoever holds a transaction open while they begin another wait in vain.
    ///
    /// # Errors
    /// [`StoreError::Backend`] for a URL that is none. [`StoreError::Unavailable`] if the file cannot be opened, or the
    /// tables are not what was asked for ([`SchemaError`](crate::SchemaError)).
    pub async fn open(self) -> Result<SqliteStore, StoreError> {
        let options = SqliteConnectOptions::from_str(&self.url)
            .map_err(meaning::<Sqlite>)?
            .create_if_missing(true)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(self.busy_timeout)
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .row_buffer_size(ROW_BUFFER);
        let patience = Patience { acquire: self.acquire_timeout, outside: self.busy_timeout };
        let pool = SqlitePoolOptions::new()
            .acquire_timeout(self.acquire_timeout)
            // A connection to a file does not go stale: the database need not be asked before it is used again.
            .test_before_acquire(false)
            // Where SQLite undid a transaction by itself, as it does when the disk is full, rolling it back failed, and
            // sqlx takes it for open for ever. Such a connection is closed, so that writes resume.
            .before_acquire(|connection, _| Box::pin(ready(Ok(!connection.is_in_transaction()))));
        // The one connection is never replaced: in memory, it is the database.
        let one = pool.clone().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        if is_in_memory(&self.url) {
            let one = one.connect_with(options).await.map_err(meaning::<Sqlite>)?;
            return SqlxStore::open(one.clone(), one, patience, self.prefix, self.migrations).await;
        }
        let writing = options.clone().journal_mode(SqliteJournalMode::Wal);
        let first = connect(&writing, self.busy_timeout).await?;
        let writers = one.connect_with(writing).await.map_err(meaning::<Sqlite>)?;
        drop(first);
        // Read-only by pragma, not by open mode: a reader must be able to recover the log of a process that died.
        // Nor does it switch the file to WAL, which the writer has done and which would take a lock.
        let readers = pool.max_connections(self.readers.max(1));
        let readers = readers.connect_lazy_with(options.pragma("query_only", "on"));
        let store = SqlxStore::open(writers, readers, patience, self.prefix, self.migrations).await?;
        Ok(store.in_groups())
    }
}

/// Opens a file for the first time, which may take longer than a pool waits: the log of a process that died is
/// recovered, or a fresh file switched to WAL. The latter fails at once while others do the same, whatever `busy_timeout`
/// says, and is tried again.
async fn connect(options: &SqliteConnectOptions, patience: Duration) -> Result<SqliteConnection, StoreError> {
    let attempts = async {
        loop {
            match SqliteConnection::connect_with(options).await {
                Err(error) if is_locked(&error) => tokio::time::sleep(BETWEEN_ATTEMPTS).await,
                done => return done.map_err(meaning::<Sqlite>),
            }
        }
    };
    tokio::time::timeout(patience, attempts).await.map_err(StoreError::unavailable)?
}

/// Whether others hold the database (`SQLITE_BUSY`).
fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xFF == 5)
}

/// Whether a URL names a database that each connection would have to itself.
fn is_in_memory(url: &str) -> bool {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    let (path, parameters) = path.split_once('?').unwrap_or((path, ""));
    path.is_empty() || path == ":memory:" || parameters.split('&').any(|parameter| parameter == "mode=memory")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_in_memory_are_told_from_files() {
        for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite:x?mode=memory&cache=shared", "sqlite:"] {
            assert!(is_in_memory(url), "{url}");
        }
        for url in ["sqlite:desk.db", "sqlite:///var/lib/desk.db?mode=rwc", "sqlite:memory"] {
            assert!(!is_in_memory(url), "{url}");
        }
    }
}
