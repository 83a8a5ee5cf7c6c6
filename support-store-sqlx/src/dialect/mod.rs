//! What differs between databases. Everything else is written once.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::{
    future::{Future, ready},
    pin::Pin,
};

use serde::de::DeserializeOwned;
use sqlx::{Database, error::DatabaseError};
use support_core::{event::Position, store::StoreError, ticket::Visibility, time::Timestamp};
use uuid::Uuid;

use crate::{
    migrations::Migration,
    prefix::Prefix,
    search::{self, Searched, Word},
    sql::{Bind, Sql},
};

/// A future that a dialect returns.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

mod sealed {
    pub trait Sealed {}

    #[cfg(feature = "sqlite")]
    impl Sealed for sqlx::Sqlite {}

    #[cfg(feature = "postgres")]
    impl Sealed for sqlx::Postgres {}

    #[cfg(feature = "mysql")]
    impl Sealed for sqlx::MySql {}
}

/// A database that the desk can be kept in.
///
/// Sealed, and its items hidden: the few differences between databases are this crate's own business.
pub trait Dialect: Database + sealed::Sealed {
    /// Its name, as in a connection URL.
    const NAME: &'static str;
    #[doc(hidden)]
    const MIGRATIONS: &'static [Migration];
    /// Whether writers take turns, because the database lets only one write at a time.
    #[doc(hidden)]
    const ONE_WRITER: bool;
    /// Whether it is reached over a network, which may swallow what it is given.
    #[doc(hidden)]
    const IS_REMOTE: bool;
    /// Whether tables may be in a schema of their own ([`Prefix::in_schema`]).
    #[doc(hidden)]
    const HAS_SCHEMAS: bool;
    /// When events get their positions.
    #[doc(hidden)]
    const NUMBERING: Numbering;
    #[doc(hidden)]
    const BEGIN_WRITE: &'static str;
    #[doc(hidden)]
    const BEGIN_READ: &'static str;
    #[doc(hidden)]
    const BEGIN_MIGRATION: &'static str;
    /// Whether a statement may have others before it that write (`with … as (insert …)`).
    #[doc(hidden)]
    const TAKES_ALONG: bool;
    /// Behind a select of one row: keeps other writers from it until the transaction ends.
    #[doc(hidden)]
    const FOR_UPDATE: &'static str;
    /// Behind a statement that is run often: at most as many rows as the next value says.
    #[doc(hidden)]
    const LIMIT: &'static str;

    /// The column by which a row is found soonest. Where that is not the id, an index tells it for an id.
    #[doc(hidden)]
    const ROW: &'static str = "id";

    /// Whether it reads a union that is put in order from the indexes that have its queries in that order, each as far as
    /// rows are wanted. Elsewhere each query has the order, and a limit, by itself.
    #[doc(hidden)]
    const MERGES_IN_ORDER: bool = false;

    /// Whether an index is read from, or up to, what a query in the statement says. Elsewhere that is a value, which is asked
    /// for first.
    #[doc(hidden)]
    const RANGES_BY_QUERY: bool = true;

    /// Behind a table in a list: reads it by this index, which has its rows in the order of the list. Nothing, where the
    /// database finds out by itself.
    #[doc(hidden)]
    fn by_index(_index: &str) -> String {
        String::new()
    }

    /// Whether a connection is still good after a statement was given up on it: its future dropped, half-way.
    #[doc(hidden)]
    const SURVIVES_GIVING_UP: bool = true;

    /// Writes the place of the `index`th value, from 1.
    #[doc(hidden)]
    fn placeholder(text: &mut String, index: usize);

    #[doc(hidden)]
    fn fetch(
        connection: &mut Self::Connection,
        sql: String,
        binds: Vec<Bind>,
    ) -> BoxFuture<'_, sqlx::Result<Vec<Self::Row>>>;

    #[doc(hidden)]
    fn execute(
        connection: &mut Self::Connection,
        sql: String,
        binds: Vec<Bind>,
    ) -> BoxFuture<'_, sqlx::Result<u64>>;

    /// Runs statements without values.
    #[doc(hidden)]
    fn script(connection: &mut Self::Connection, sql: String) -> BoxFuture<'_, sqlx::Result<()>>;

    #[doc(hidden)]
    fn text(row: &Self::Row, column: &str) -> sqlx::Result<Option<String>>;
    #[doc(hidden)]
    fn integer(row: &Self::Row, column: &str) -> sqlx::Result<Option<i64>>;
    #[doc(hidden)]
    fn uuid(row: &Self::Row, column: &str) -> sqlx::Result<Option<Uuid>>;
    #[doc(hidden)]
    fn time(row: &Self::Row, column: &str) -> sqlx::Result<Option<Timestamp>>;
    #[doc(hidden)]
    fn bytes(row: &Self::Row, column: &str) -> sqlx::Result<Option<Vec<u8>>>;
    #[doc(hidden)]
    fn json<T: DeserializeOwned + 'static>(row: &Self::Row, column: &str) -> sqlx::Result<Option<T>>;

    /// Refuses a server, or a connection's settings, that would spoil what is written.
    #[doc(hidden)]
    fn check_session(_connection: &mut Self::Connection) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    /// Whether what migrations lock and set belongs to a connection, which is closed after them, and not to a transaction.
    #[doc(hidden)]
    const MIGRATES_ALONE: bool = false;

    /// Keeps other instances from migrating until the transaction ends, and goes to where the tables are to be.
    #[doc(hidden)]
    fn prepare_migrations<'c>(
        _connection: &'c mut Self::Connection,
        _prefix: &'c Prefix,
    ) -> BoxFuture<'c, sqlx::Result<()>> {
        Box::pin(ready(Ok(())))
    }

    /// Runs a migration.
    #[doc(hidden)]
    fn migrate(connection: &mut Self::Connection, sql: String) -> BoxFuture<'_, sqlx::Result<()>> {
        Self::script(connection, sql)
    }

    /// What the database's own error means; `None` for nothing in particular.
    #[doc(hidden)]
    fn meaning(error: &dyn DatabaseError) -> Option<Meaning>;

    /// Whether an error says that the connection is of no use any more, while another may well be.
    #[doc(hidden)]
    fn is_lost(error: &sqlx::Error) -> bool {
        matches!(error, sqlx::Error::Io(_))
    }

    /// Whether a statement that failed like this took nothing else of its transaction with it.
    #[doc(hidden)]
    fn undoes_the_statement_only(error: &StoreError) -> bool;

    /// Behind an insert: does nothing if one of the row's keys is taken.
    #[doc(hidden)]
    const UNLESS_TAKEN: &'static str;

    /// Whether a JSON column is the next value, as a condition.
    #[doc(hidden)]
    fn json_is(column: &str) -> String {
        format!("{column} = ?")
    }

    /// Keeps others who run the same from going on until the transaction ends. Nothing, where one writes at a time.
    #[doc(hidden)]
    fn lock_user(_tenant: &str, _user: &str) -> Vec<Sql> {
        Vec::new()
    }

    /// How far the words of a search are counted, one by one in each round, until it turns out which is rare. Where a
    /// plan depends on the limit, one round is enough: a low one makes a word that is rare be looked for in every row.
    #[doc(hidden)]
    const COUNTED: &'static [u64] = &[search::VERY_FEW, search::FEW];

    /// Equality for which `null` is a value.
    #[doc(hidden)]
    const IS: &'static str;

    /// Behind an insert: does nothing if the row is there already.
    #[doc(hidden)]
    fn or_nothing(key: &str) -> String;

    /// Whether the text of a JSON column holds the next value, as a condition.
    #[doc(hidden)]
    fn json_holds(column: &str) -> String;

    /// A sum of whole numbers as a whole number.
    #[doc(hidden)]
    fn whole(sum: &str) -> String;

    /// The time between two columns in microseconds. Negative ones, from clocks that were set back, count as zero.
    #[doc(hidden)]
    fn micros(from: &str, to: &str) -> String;

    /// The bucket of that time, which is in a column, or as an index has it.
    #[doc(hidden)]
    fn bucket(column: &str, _from: &str, _to: &str) -> String {
        column.to_owned()
    }

    /// Behind an insert: replaces these columns of the row that has this key.
    #[doc(hidden)]
    fn or_replace(key: &str, columns: &[&str]) -> String;

    /// Behind an insert of a counter's first value: adds one to a counter that is there.
    #[doc(hidden)]
    fn or_increment(table: &str, key: &str, counter: &str) -> String;

    /// Behind an insert into counters: adds what was to be inserted to a counter that is there.
    #[doc(hidden)]
    fn or_add(table: &str, key: &str, counter: &str) -> String;

    /// The next value, a document of [`normalize`](support_core::search::normalize), as the index keeps it.
    #[doc(hidden)]
    const WORDS: &'static str = "?";

    /// Adds a part of what is searched, whose words are in the form of [`normalize`](support_core::search::normalize).
    #[doc(hidden)]
    fn index(searched: Searched, id: Uuid, part: u64, words: String) -> Sql {
        let insert = match searched {
            Searched::Tickets(Visibility::Public) => "insert into @ticket_texts (ticket_id, part, public)",
            Searched::Tickets(Visibility::Staff) => "insert into @ticket_texts (ticket_id, part, notes)",
            Searched::Sessions => "insert into @session_texts (session_id, part, words)",
        };
        let sql = Sql::new(insert).push(" values (?, ?, ").push(Self::WORDS).push(")");
        sql.bind(id).bind(part).bind(words)
    }

    /// The ids of what holds a word, as a query.
    #[doc(hidden)]
    fn holders(searched: Searched, word: &str, as_a: Word) -> Sql;

    /// Something of each part that holds a word, as a query: as [`Dialect::holders`], with nothing to find out for each.
    #[doc(hidden)]
    fn parts(searched: Searched, word: &str, as_a: Word) -> Sql {
        Self::holders(searched, word, as_a)
    }

    /// Whether what has the id in a column holds a word, as a condition. It looks at that one alone, however many hold
    /// the word.
    #[doc(hidden)]
    fn holds(searched: Searched, id: &'static str, word: &str, as_a: Word) -> Sql;
}

/// When events get their positions.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Numbering {
    /// As they are appended: there is one writer at a time, so that they are committed in this order.
    AtOnce,
    /// After the commit: while writers work side by side, nobody knows in which order they will be done.
    AfterCommit(NumberEvents),
}

/// How events that were committed get positions behind `last`, those that were appended first before others.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum NumberEvents {
    /// The statement finds so many of a tenant's events without one.
    Found(fn(tenant: &str, last: Position, at_most: u64) -> Sql),
    /// The statement is told their ids, in order: one that looked for them would wait for every writer at work.
    Named(fn(ids: &[i64], last: Position) -> Sql),
}

/// What an error of a database means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Meaning {
    /// A unique key is taken.
    Taken,
    /// Another transaction was faster.
    Conflict,
    /// It cannot be used now.
    Unavailable,
    /// It has no room left.
    Full,
}

/// Implements what is the same text for each database and needs its types to be known.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! plain_access {
    (rows of $database:ty, $time:ty, |$stored:ident| $decode:expr) => {
        fn fetch(
            connection: &mut Self::Connection,
            sql: String,
            binds: Vec<Bind>,
        ) -> BoxFuture<'_, sqlx::Result<Vec<Self::Row>>> {
            Box::pin(async move { bound(sql, binds).fetch_all(connection).await })
        }

        fn execute(
            connection: &mut Self::Connection,
            sql: String,
            binds: Vec<Bind>,
        ) -> BoxFuture<'_, sqlx::Result<u64>> {
            Box::pin(
                async move { bound(sql, binds).execute(connection).await.map(|done| done.rows_affected()) },
            )
        }

        fn script(connection: &mut Self::Connection, sql: String) -> BoxFuture<'_, sqlx::Result<()>> {
            Box::pin(
                async move { sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.map(drop) },
            )
        }

        fn text(row: &Self::Row, column: &str) -> sqlx::Result<Option<String>> {
            row.try_get(column)
        }

        fn integer(row: &Self::Row, column: &str) -> sqlx::Result<Option<i64>> {
            row.try_get(column)
        }

        fn uuid(row: &Self::Row, column: &str) -> sqlx::Result<Option<Uuid>> {
            row.try_get(column)
        }

        fn time(row: &Self::Row, column: &str) -> sqlx::Result<Option<Timestamp>> {
            let stored: Option<$time> = row.try_get(column)?;
            stored.map(|$stored| $decode).transpose()
        }

        fn bytes(row: &Self::Row, column: &str) -> sqlx::Result<Option<Vec<u8>>> {
            row.try_get(column)
        }

        fn json<T: DeserializeOwned + 'static>(row: &Self::Row, column: &str) -> sqlx::Result<Option<T>> {
            let stored: Option<Json<T>> = row.try_get(column)?;
            Ok(stored.map(|Json(value)| value))
        }
    };
    (bound for $database:ty, |$moment:ident| $encode:expr, |$value:ident| $encode_json:expr) => {
        fn bound(
            sql: String,
            binds: Vec<Bind>,
        ) -> sqlx::query::Query<'static, $database, <$database as Database>::Arguments> {
            let mut query = sqlx::query::<$database>(sqlx::AssertSqlSafe(sql));
            for bind in binds {
                query = match bind {
                    Bind::Text(text) => query.bind(text),
                    Bind::Integer(number) => query.bind(number),
                    Bind::Uuid(id) => query.bind(id),
                    Bind::Time(moment) => query.bind(moment.map(|$moment| $encode)),
                    Bind::Bytes(bytes) => query.bind(bytes),
                    Bind::Json($value) => query.bind($encode_json),
                };
            }
            query
        }
    };
}
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use plain_access;
