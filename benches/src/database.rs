//! A database that a run has to itself.

use std::{path::Path, sync::Arc};

use sqlx::{Connection, Executor, PgConnection};
use support_core::{
    store::Store,
    time::{Clock as _, IdGenerator as _, SystemClock, SystemIds},
};
use support_store_sqlx::{PostgresOptions, Prefix, SqliteStore};
use tempfile::TempDir;

use crate::{
    Failure,
    host::{sqlite_url, temporary},
};

/// An empty database for one run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Database {
    /// A file in a directory of its own, which goes when this is dropped.
    Sqlite(TempDir),
    /// A schema of its own in a database that is there, which [`Database::remove`] drops.
    Postgres {
        /// Of the database.
        url: String,
        /// The schema.
        schema: String,
    },
}

impl Database {
    /// A SQLite file, below the directory given or the system's own.
    ///
    /// # Errors
    /// No directory could be made.
    pub fn sqlite(below: Option<&Path>) -> Result<Self, Failure> {
        temporary(below).map(Self::Sqlite)
    }

    /// A schema in the PostgreSQL database at this URL.
    pub fn postgres(url: &str) -> Self {
        let id = SystemIds::default().next_id(SystemClock.now()).simple();
        Self::Postgres { url: url.to_owned(), schema: format!("support_bench_{id}") }
    }

    /// Its name, as in a URL.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Opens the desk's store in it, on PostgreSQL with so many connections.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&self, connections: u32) -> Result<Arc<dyn Store>, Failure> {
        Ok(match self {
            Self::Sqlite(directory) => Arc::new(SqliteStore::connect(&sqlite_url(directory.path())).await?),
            Self::Postgres { url, schema } => {
                let prefix = Prefix::default().in_schema(schema)?;
                Arc::new(PostgresOptions::new(url).prefix(prefix).connections(connections).open().await?)
            }
        })
    }

    /// Leaves nothing of it.
    ///
    /// # Errors
    /// It is still there.
    pub async fn remove(self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(directory) => directory.close()?,
            Self::Postgres { url, schema } => {
                let mut connection = PgConnection::connect(&url).await?;
                // The name is made above, of letters and digits.
                connection.execute(sqlx::AssertSqlSafe(format!("drop schema {schema} cascade"))).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }
}
