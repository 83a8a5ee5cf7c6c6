//! A database that a run has to itself.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection};
use support_core::time::{Clock as _, IdGenerator as _, SystemClock, SystemIds};
use support_store_sqlx::testing::with_database;
use tempfile::TempDir;

use crate::{
    Failure,
    host::{sqlite_url, temporary},
};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    MySql,
}

impl Kind {
    /// The one that a URL names.
    ///
    /// # Errors
    /// It names none of them.
    pub fn of(url: &str) -> Result<Self, Failure> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            Some("mysql" | "mariadb") => Ok(Self::MySql),
            _ => Err("expected a URL that begins with sqlite:, postgres: or mysql:".into()),
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
        }
    }
}

/// An empty database for one run, which whoever has its URL may open.
#[derive(Debug)]
pub struct Database {
    url: String,
    kind: Kind,
    made: Made,
}

#[derive(Debug)]
enum Made {
    /// A file in a directory of its own, which goes when this is dropped.
    File(TempDir),
    /// A database of this name on the server at this URL, which [`Database::remove`] drops.
    OnServer { server: String, name: String },
}

impl Database {
    /// On the server at a URL, or else a SQLite file below a directory, or below the system's own.
    ///
    /// # Errors
    /// It could not be made.
    pub async fn make(server: Option<&str>, below: Option<&Path>) -> Result<Self, Failure> {
        let Some(server) = server else {
            let directory = temporary(below)?;
            let url = sqlite_url(directory.path());
            return Ok(Self { url, kind: Kind::Sqlite, made: Made::File(directory) });
        };
        let kind = Kind::of(server)?;
        let name = fresh();
        run(server, kind, format!("create database {name}")).await?;
        let url = with_database(server, &name);
        Ok(Self { url, kind, made: Made::OnServer { server: server.to_owned(), name } })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Leaves nothing of it.
    ///
    /// # Errors
    /// It is still there.
    pub async fn remove(self) -> Result<(), Failure> {
        match self.made {
            Made::File(directory) => Ok(directory.close()?),
            Made::OnServer { server, name } => {
                // Pools that are being closed would keep PostgreSQL from it.
                let force = if self.kind == Kind::Postgres { " with (force)" } else { "" };
                run(&server, self.kind, format!("drop database {name}{force}")).await
            }
        }
    }
}

/// Runs a statement at a server. The one name in it is [`fresh`].
async fn run(server: &str, kind: Kind, sql: String) -> Result<(), Failure> {
    let sql = AssertSqlSafe(sql);
    match kind {
        Kind::Sqlite => return Err("SQLite has no server".into()),
        Kind::Postgres => {
            let mut connection = PgConnection::connect(server).await?;
            connection.execute(sql).await?;
            connection.close().await?;
        }
        Kind::MySql => {
            let mut connection = MySqlConnection::connect(server).await?;
            connection.execute(sql).await?;
            connection.close().await?;
        }
    }
    Ok(())
}

/// A name that nothing else has, of letters and digits.
fn fresh() -> String {
    format!("support_bench_{}", SystemIds::default().next_id(SystemClock.now()).simple())
}
