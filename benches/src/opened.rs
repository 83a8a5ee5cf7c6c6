//! A store on any database that the desk can be kept in, by its URL.

use std::sync::Arc;

use sqlx::Executor;
use support_core::{id::TenantId, store::Store};
use support_store_sqlx::{Difference, MySqlStore, PostgresStore, SqliteStore};

use crate::{Failure, database::Kind};

/// A store on a database, whichever it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Opened {
    /// In a SQLite file.
    Sqlite(SqliteStore),
    /// On PostgreSQL.
    Postgres(PostgresStore),
    /// On MySQL or MariaDB.
    MySql(MySqlStore),
}

/// The kilobytes of pages that a connection keeps while much is written, as SQLite has them: below zero. More than the
/// ends of all indexes of a desk of a million, where new rows go.
const PAGES_WHILE_LOADING: &str = "pragma synchronous = off; pragma cache_size = -262144; \
    pragma wal_autocheckpoint = 16384; pragma temp_store = memory";
/// What the store itself had set, and nothing left in the log.
const PAGES_AS_BEFORE: &str = "pragma synchronous = full; pragma cache_size = -2000; pragma wal_autocheckpoint = 1000; \
    pragma temp_store = default; pragma wal_checkpoint(truncate)";

impl Opened {
    /// Opens the store in a database such as `sqlite:support.db`, `postgres://…` or `mysql://…`.
    ///
    /// # Errors
    /// The database cannot be reached, or there is no store for it.
    pub async fn at(url: &str) -> Result<Self, Failure> {
        Ok(match Kind::of(url)? {
            Kind::Sqlite => Self::Sqlite(SqliteStore::connect(url).await?),
            Kind::Postgres => Self::Postgres(PostgresStore::connect(url).await?),
            Kind::MySql => Self::MySql(MySqlStore::connect(url).await?),
        })
    }

    /// The store.
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::new(store.clone()),
            Self::Postgres(store) => Arc::new(store.clone()),
            Self::MySql(store) => Arc::new(store.clone()),
        }
    }

    /// Which database it is in.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
            Self::MySql(_) => Kind::MySql,
        }
    }

    /// How many may write at the same time with profit.
    pub(crate) const fn writers(&self) -> u64 {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) | Self::MySql(_) => 4,
        }
    }

    /// Kept counts that are not what the rows say.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn check_counts(&self) -> Result<Vec<Difference>, Failure> {
        let tenant = TenantId::default();
        Ok(match self {
            Self::Sqlite(store) => store.check_counts(&tenant).await?,
            Self::Postgres(store) => store.check_counts(&tenant).await?,
            Self::MySql(store) => store.check_counts(&tenant).await?,
        })
    }

    /// Gets ready for much to be written that could be written again: SQLite does not wait for the disk meanwhile, and
    /// keeps more pages. Rows, indexes and counts are those of the store all the same.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn hurry(&self) -> Result<(), Failure> {
        if let Self::Sqlite(store) = self {
            // It has one connection that writes.
            store.pool().execute(PAGES_WHILE_LOADING).await?;
        }
        Ok(())
    }

    /// Ends what [`hurry`](Self::hurry) began, and has a server look at what it has now, as it would by itself within
    /// minutes.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn settle(&self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(store) => _ = store.pool().execute(PAGES_AS_BEFORE).await?,
            Self::Postgres(store) => _ = store.pool().execute("vacuum analyze").await?,
            // It counts in the background.
            Self::MySql(_) => {}
        }
        Ok(())
    }
}
