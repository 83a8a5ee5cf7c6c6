//! The database that an URL names, and the store on it.

use std::{fmt, str::FromStr, sync::Arc};

use support_core::{store::Store, wake::Wake};
use support_store_sqlx::{Migrations, Prefix};
#[cfg(feature = "mysql")]
use support_store_sqlx::{MySqlOptions, MySqlStore};
#[cfg(feature = "postgres")]
use support_store_sqlx::{PostgresOptions, PostgresStore, PostgresWake};
#[cfg(feature = "sqlite")]
use support_store_sqlx::{SqliteOptions, SqliteStore};

use crate::{
    args::{DatabaseKind, TablesArgs},
    error::Error,
};

/// Where a database is. It may hold a password, and is never shown; it is checked when it is used, because a parser's
/// error would print it.
#[derive(Clone)]
pub(crate) struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Which kind of database it names.
    pub(crate) fn kind(&self) -> Result<DatabaseKind, Error> {
        let kind = match self.0.split_once(':') {
            Some(("sqlite", _)) => DatabaseKind::Sqlite,
            Some(("postgres" | "postgresql", _)) => DatabaseKind::Postgres,
            Some(("mysql" | "mariadb", _)) => DatabaseKind::Mysql,
            _ => return Err(Error::Database("expected sqlite:FILE, postgres://… or mysql://…".to_owned())),
        };
        Ok(kind)
    }
}

impl FromStr for DatabaseUrl {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) migrations: Migrations,
    /// How many connections there are at most, if it matters.
    pub(crate) connections: Option<u32>,
}

/// A store on one of the databases.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteStore),
    #[cfg(feature = "postgres")]
    Postgres(PostgresStore),
    #[cfg(feature = "mysql")]
    MySql(MySqlStore),
}

/// Does the same with whichever store it is.
macro_rules! with_store {
    ($database:expr, $store:ident => $work:expr) => {
        match $database {
            #[cfg(feature = "sqlite")]
            $crate::database::Database::Sqlite($store) => $work,
            #[cfg(feature = "postgres")]
            $crate::database::Database::Postgres($store) => $work,
            #[cfg(feature = "mysql")]
            $crate::database::Database::MySql($store) => $work,
        }
    };
}
pub(crate) use with_store;

impl Database {
    /// Opens the store that an URL names.
    pub(crate) async fn open(
        url: &DatabaseUrl,
        tables: &TablesArgs,
        opening: Opening,
    ) -> Result<Self, Error> {
        let kind = url.kind()?;
        let prefix = prefix(kind, tables)?;
        match kind {
            #[cfg(feature = "sqlite")]
            DatabaseKind::Sqlite => {
                let options = SqliteOptions::new(&url.0).prefix(prefix).migrations(opening.migrations);
                let options = opening.connections.into_iter().fold(options, SqliteOptions::readers);
                Ok(Self::Sqlite(options.open().await?))
            }
            #[cfg(feature = "postgres")]
            DatabaseKind::Postgres => {
                let options = PostgresOptions::new(&url.0).prefix(prefix).migrations(opening.migrations);
                let options = opening.connections.into_iter().fold(options, PostgresOptions::connections);
                Ok(Self::Postgres(options.open().await?))
            }
            #[cfg(feature = "mysql")]
            DatabaseKind::Mysql => {
                let options = MySqlOptions::new(&url.0).prefix(prefix).migrations(opening.migrations);
                let options = opening.connections.into_iter().fold(options, MySqlOptions::connections);
                Ok(Self::MySql(options.open().await?))
            }
            #[expect(clippy::allow_attributes, reason = "with all databases, none is left")]
            #[allow(unreachable_patterns)]
            left_out => Err(left_out.is_left_out()),
        }
    }

    /// The store, for a desk.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        with_store!(self, store => Arc::new(store.clone()))
    }

    /// Brings the tables to the version that is needed.
    pub(crate) async fn migrate(&self) -> Result<(), Error> {
        with_store!(self, store => Ok(store.migrate().await?))
    }

    /// Closes its connections, once what runs on them has ended.
    pub(crate) async fn close(&self) {
        with_store!(self, store => store.close().await);
    }
}

/// A line between the servers of the desk with these tables, over the PostgreSQL database that an URL names.
#[cfg(feature = "postgres")]
pub(crate) async fn wake(url: &DatabaseUrl, tables: &TablesArgs) -> Result<Arc<dyn Wake>, Error> {
    match url.kind()? {
        kind @ DatabaseKind::Postgres => {
            Ok(Arc::new(PostgresWake::start(&url.0, &prefix(kind, tables)?).await?))
        }
        DatabaseKind::Sqlite | DatabaseKind::Mysql => {
            Err(Error::Database("servers tell each other over PostgreSQL alone".to_owned()))
        }
    }
}

/// The same, where PostgreSQL is left out.
#[cfg(not(feature = "postgres"))]
pub(crate) fn wake(_: &DatabaseUrl, _: &TablesArgs) -> std::future::Ready<Result<Arc<dyn Wake>, Error>> {
    std::future::ready(Err(DatabaseKind::Postgres.is_left_out()))
}

/// What the tables of a database are called.
pub(crate) fn prefix(kind: DatabaseKind, tables: &TablesArgs) -> Result<Prefix, Error> {
    match (&tables.schema, kind) {
        (None, _) => Ok(tables.prefix.clone()),
        (Some(schema), DatabaseKind::Postgres) => {
            tables.prefix.clone().in_schema(schema).map_err(|error| Error::Database(error.to_string()))
        }
        (Some(_), DatabaseKind::Sqlite | DatabaseKind::Mysql) => {
            Err(Error::Database(format!("{} has no schemas", kind.as_str())))
        }
    }
}
