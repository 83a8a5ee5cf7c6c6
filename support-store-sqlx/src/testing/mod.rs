//! A database of its own for each test: this crate's, and those of hosts and adapters.
//!
//! ```
//! use support_core::store::Store;
//! use support_store_sqlx::testing::{Sqlite, TestDatabase};
//!
//! # async fn a_test() {
//! let Some(database) = TestDatabase::<Sqlite>::with_tables().await else { return };
//! database.store().await.check().await.unwrap();
//! # }
//! ```
//!
//! SQLite's are files in a temporary directory. The others are made on a server, which environment variables name:
//!
//! | variable | |
//! |---|---|
//! | `SUPPORT_TEST_POSTGRES_URL` | a PostgreSQL server on which databases may be created, such as `postgres://root@localhost/postgres` |
//! | `SUPPORT_TEST_MYSQL_URL` | a MySQL or MariaDB server on which databases may be created, such as `mysql://root@localhost` |
//! | `SUPPORT_TEST_REQUIRE` | the databases without which tests fail, such as `postgres,mysql`; without it they are skipped, and say so |
//!
//! A database goes when its test ends, well or badly. What a killed run leaves behind is removed by a run an hour later.
//! On MySQL, where making tables takes long, a few databases stay, `support_test_kept_…`, and are emptied before a test
//! gets one.

mod environment;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::{fmt, marker::PhantomData, time::Duration};

pub use self::environment::with_database;

#[cfg(feature = "mysql")]
pub use sqlx::MySql;
#[cfg(feature = "postgres")]
pub use sqlx::Postgres;
#[cfg(feature = "sqlite")]
pub use sqlx::Sqlite;
use support_core::store::StoreError;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::ServerOptions;
use crate::{
    SqlxStore,
    dialect::{BoxFuture, Dialect},
    migrations::Migrations,
    prefix::Prefix,
};

/// A database that tests can have for themselves.
///
/// Sealed, as [`Dialect`] is.
pub trait Tested: Dialect {
    /// Makes a database, unless tests go without.
    #[doc(hidden)]
    fn make(contents: Contents) -> BoxFuture<'static, Option<Made>>;

    #[doc(hidden)]
    fn open(url: String, options: TestOptions) -> BoxFuture<'static, Result<SqlxStore<Self>, StoreError>>;
}

/// What a database has in it when a test begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Contents {
    Nothing,
    Tables,
}

/// A database that was made for a test.
#[doc(hidden)]
pub struct Made {
    url: String,
    /// Removes it.
    remove: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").finish_non_exhaustive()
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Some(remove) = self.remove.take() {
            remove();
        }
    }
}

/// How a test opens its store.
#[derive(Debug, Clone)]
#[must_use]
pub struct TestOptions {
    prefix: Prefix,
    migrations: Migrations,
    acquire_timeout: Duration,
    connections: u32,
}

impl Default for TestOptions {
    /// As a host opens it, but with four connections: many tests run at the same time.
    fn default() -> Self {
        Self {
            prefix: Prefix::default(),
            migrations: Migrations::default(),
            // A machine that runs tests is busy.
            acquire_timeout: Duration::from_secs(30),
            connections: 4,
        }
    }
}

impl TestOptions {
    /// The beginning of every table's name.
    pub fn prefix(mut self, prefix: Prefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// What to do about the tables.
    pub const fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = migrations;
        self
    }

    /// How long a connection is waited for: 30 seconds.
    pub const fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How many connections there are at most: 4.
    pub const fn connections(mut self, connections: u32) -> Self {
        self.connections = connections;
        self
    }

    /// The same for a database on a server.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn on_server<DB: Dialect>(self, url: String) -> ServerOptions<DB> {
        let Self { prefix, migrations, acquire_timeout, connections } = self;
        let options = ServerOptions::new(url).prefix(prefix).migrations(migrations);
        options.acquire_timeout(acquire_timeout).connections(connections)
    }
}

/// A database of a test's own, which goes with this.
pub struct TestDatabase<DB: Tested> {
    made: Made,
    database: PhantomData<fn() -> DB>,
}

impl<DB: Tested> TestDatabase<DB> {
    /// A database with the desk's tables in it.
    ///
    /// `None` if there is no server for it and tests may go without, which was said on the standard error output then.
    ///
    /// # Panics
    /// If there is none and [`SUPPORT_TEST_REQUIRE`](self) names it, or if the server fails.
    pub async fn with_tables() -> Option<Self> {
        Self::make(Contents::Tables).await
    }

    /// An empty database.
    ///
    /// `None` as for [`with_tables`](Self::with_tables).
    ///
    /// # Panics
    /// As [`with_tables`](Self::with_tables) does.
    pub async fn empty() -> Option<Self> {
        Self::make(Contents::Nothing).await
    }

    async fn make(contents: Contents) -> Option<Self> {
        Some(Self { made: DB::make(contents).await?, database: PhantomData })
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.made.url
    }

    /// Opens a store on it.
    ///
    /// # Panics
    /// If that fails.
    pub async fn store(&self) -> SqlxStore<DB> {
        match self.open(TestOptions::default()).await {
            Ok(store) => store,
            Err(error) => panic!("the test's database cannot be opened: {error:?}"),
        }
    }

    /// Opens a store on it in another way.
    ///
    /// # Errors
    /// As for every store.
    pub async fn open(&self, options: TestOptions) -> Result<SqlxStore<DB>, StoreError> {
        DB::open(self.made.url.clone(), options).await
    }
}

impl<DB: Tested> fmt::Debug for TestDatabase<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase").field("database", &<DB as Dialect>::NAME).finish_non_exhaustive()
    }
}
