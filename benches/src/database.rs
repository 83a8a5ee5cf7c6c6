//! A database that a run has to itself.

use std::path::Path;

use sqlx::{Connection, Executor, MySqlConnection, PgConnection};
use support_core::time::{Clock as _, IdGenerator as _, SystemClock, SystemIds};
use support_store_sqlx::{MySqlOptions, PostgresOptions, Prefix, SqliteStore};
use tempfile::TempDir;

use crate::{
    Failure,
    host::{sqlite_url, temporary},
    opened::Opened,
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
    /// A database of its own on a server that is there, which [`Database::remove`] drops.
    MySql {
        /// Of the server.
        url: String,
        /// The database.
        name: String,
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
        Self::Postgres { url: url.to_owned(), schema: fresh() }
    }

    /// A database on the MySQL or MariaDB server at this URL.
    ///
    /// # Errors
    /// It could not be made.
    pub async fn mysql(url: &str) -> Result<Self, Failure> {
        let name = fresh();
        let mut connection = MySqlConnection::connect(url).await?;
        // The name is made below, of letters and digits.
        connection.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await?;
        connection.close().await?;
        Ok(Self::MySql { url: url.to_owned(), name })
    }

    /// Its name, as in a URL.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
            Self::MySql { .. } => "MySQL",
        }
    }

    /// Opens the desk's store in it, on a server with so many connections.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&self, connections: u32) -> Result<Opened, Failure> {
        Ok(match self {
            Self::Sqlite(directory) => {
                Opened::Sqlite(SqliteStore::connect(&sqlite_url(directory.path())).await?)
            }
            Self::Postgres { url, schema } => {
                let prefix = Prefix::default().in_schema(schema)?;
                let options = PostgresOptions::new(url).prefix(prefix).connections(connections);
                Opened::Postgres(options.open().await?)
            }
            Self::MySql { url, name } => {
                let options = MySqlOptions::new(with_database(url, name)).connections(connections);
                Opened::MySql(options.open().await?)
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
                connection.execute(sqlx::AssertSqlSafe(format!("drop schema {schema} cascade"))).await?;
                connection.close().await?;
            }
            Self::MySql { url, name } => {
                let mut connection = MySqlConnection::connect(&url).await?;
                connection.execute(sqlx::AssertSqlSafe(format!("drop database {name}"))).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }
}

/// A name that nothing else has, of letters and digits.
pub(crate) fn fresh() -> String {
    format!("support_bench_{}", SystemIds::default().next_id(SystemClock.now()).simple())
}

/// A server's URL with another database in it.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let (address, parameters) = url.split_at(url.find('?').unwrap_or(url.len()));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    format!("{}/{database}{parameters}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gets_another_database() {
        for (url, expected) in [
            ("mysql://root@localhost", "mysql://root@localhost/mine"),
            ("mysql://root@127.0.0.1:3306", "mysql://root@127.0.0.1:3306/mine"),
            (
                "postgres://me@localhost/postgres?sslmode=disable",
                "postgres://me@localhost/mine?sslmode=disable",
            ),
            (
                "mysql://root:pass%2Fword@[::1]:3307/a?ssl-mode=disabled",
                "mysql://root:pass%2Fword@[::1]:3307/mine?ssl-mode=disabled",
            ),
        ] {
            assert_eq!(with_database(url, "mine"), expected);
        }
    }
}
