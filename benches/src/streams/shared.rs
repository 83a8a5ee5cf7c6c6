//! A database that several servers open, each by its URL.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection};
use tempfile::TempDir;

use crate::{
    Failure,
    database::{fresh, with_database},
    host::{sqlite_url, temporary},
};

/// A database of its own for one run.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) url: String,
    made: Made,
}

#[derive(Debug)]
enum Made {
    /// A file in a directory, which goes when this is dropped.
    File { _directory: TempDir },
    /// A database on the server at this URL.
    OnServer { server: String, name: String, kind: Kind },
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Postgres,
    MySql,
}

impl Shared {
    /// Makes one: on the server at a URL, or a SQLite file below a directory.
    pub(super) async fn make(server: Option<&str>, below: Option<&Path>) -> Result<Self, Failure> {
        let Some(server) = server else {
            let directory = temporary(below)?;
            return Ok(Self {
                url: sqlite_url(directory.path()),
                made: Made::File { _directory: directory },
            });
        };
        let kind = match server.split_once("://").map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql") => Kind::Postgres,
            Some("mysql" | "mariadb") => Kind::MySql,
            _ => return Err("a server is named as postgres://… or mysql://…".into()),
        };
        let name = fresh();
        let made = Made::OnServer { server: server.to_owned(), name: name.clone(), kind };
        let shared = Self { url: with_database(server, &name), made };
        shared.run(&format!("create database {name}")).await?;
        Ok(shared)
    }

    /// What the database is called.
    pub(super) const fn kind(&self) -> &'static str {
        match self.made {
            Made::File { .. } => "SQLite",
            Made::OnServer { kind: Kind::Postgres, .. } => "PostgreSQL",
            Made::OnServer { kind: Kind::MySql, .. } => "MySQL",
        }
    }

    /// Leaves nothing of it. Nobody may have it open any more.
    pub(super) async fn remove(self) -> Result<(), Failure> {
        if let Made::OnServer { name, kind, .. } = &self.made {
            let force = if matches!(kind, Kind::Postgres) { " with (force)" } else { "" };
            self.run(&format!("drop database {name}{force}")).await?;
        }
        Ok(())
    }

    /// Runs a statement at the server. Names in it are made above, of letters and digits.
    async fn run(&self, sql: &str) -> Result<(), Failure> {
        let Made::OnServer { server, kind, .. } = &self.made else { return Ok(()) };
        let sql = AssertSqlSafe(sql.to_owned());
        match kind {
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
}
