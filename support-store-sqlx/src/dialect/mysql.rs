//! MySQL 8 and MariaDB.
//!
//! Ids are `BINARY(16)`, moments `DATETIME(6)` in UTC, JSON is `JSON` (on MariaDB `LONGTEXT` that is checked). Where the
//! two servers want different words, both stand there, each in a comment that the other one skips: `/*!80019 … */` is
//! for MySQL, `/*M! … */` for MariaDB.
//!
//! Words are kept in a table of their own, one row for each word of a part, and not in a `FULLTEXT` index, which cannot
//! answer as the other stores do: it does not see what its own transaction wrote, leaves out short and common words
//! and long ones as the server is configured, keeps the words of what was erased until the table is rebuilt, and
//! gathers everything that holds a word before it returns the first row, however few are wanted.

mod migrations;
mod session;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{
    Database, MySql, MySqlConnection, Row,
    error::{DatabaseError, ErrorKind},
    mysql::MySqlDatabaseError,
    types::Json,
};
use support_core::{event::Position, store::StoreError, ticket::Visibility, time::Timestamp};
use uuid::Uuid;

use super::{BoxFuture, Dialect, Meaning, NumberEvents, Numbering, plain_access};
use crate::{
    error::meaning,
    migrations::Migration,
    prefix::Prefix,
    search::{Searched, Word},
    sql::{Bind, Sql},
};

/// A moment as `DATETIME` takes it. None of the desk lies outside of its range; the place that a forged cursor names may.
///
/// Without a time zone, for sqlx sends what has one as `TIMESTAMP`, which ends in 2038.
fn date_time(moment: Timestamp) -> NaiveDateTime {
    let midnight = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN);
    moment.naive_utc().clamp(midnight(1_000), midnight(9_999))
}

plain_access!(bound for MySql, |moment| date_time(moment), |value| value);

impl Dialect for MySql {
    const NAME: &'static str = "mysql";
    const MIGRATIONS: &'static [Migration] = &[
        Migration { version: 1, name: "initial", sql: include_str!("../migrations/mysql/0001_initial.sql") },
        Migration {
            version: 2,
            name: "deliveries",
            sql: include_str!("../migrations/mysql/0002_deliveries.sql"),
        },
        Migration { version: 3, name: "bot", sql: include_str!("../migrations/mysql/0003_bot.sql") },
        Migration {
            version: 4,
            name: "durations and work in hand",
            sql: include_str!("../migrations/mysql/0004_durations_and_work_in_hand.sql"),
        },
        Migration {
            version: 5,
            name: "what agents have read",
            sql: include_str!("../migrations/mysql/0005_what_agents_have_read.sql"),
        },
        Migration {
            version: 6,
            name: "months with news",
            sql: include_str!("../migrations/mysql/0006_months_with_news.sql"),
        },
    ];
    const ONE_WRITER: bool = false;
    const IS_REMOTE: bool = true;
    const HAS_SCHEMAS: bool = false;
    const NUMBERING: Numbering = Numbering::AfterCommit(NumberEvents::Named(number));
    // Said each time, for the server's own default is another, and a host's pool has what the host wants.
    const BEGIN_WRITE: &'static str = "set transaction isolation level read committed; start transaction";
    const BEGIN_READ: &'static str = "set transaction isolation level repeatable read; \
         start transaction with consistent snapshot, read only";
    // An index of a large table takes as long as it takes; others wait for it, but not for ever.
    const BEGIN_MIGRATION: &'static str = "set session lock_wait_timeout = 60, \
         /*!80019 session max_execution_time = 0 */ /*M! session max_statement_time = 0 */; start transaction";
    const MIGRATES_ALONE: bool = true;
    // While a statement is prepared, sqlx 0.9 does not note what it still has to read: whoever comes next would take the
    // rest of the answer for their own.
    const SURVIVES_GIVING_UP: bool = false;
    const TAKES_ALONG: bool = false;
    const FOR_UPDATE: &'static str = " for update";
    const LIMIT: &'static str = " limit ?";
    // The end of a range that a query tells is compared with each row, and rows beyond it are read to the last.
    const RANGES_BY_QUERY: bool = false;
    const UNLESS_TAKEN: &'static str = "";
    const IS: &'static str = " <=> ";

    plain_access!(rows of MySql, DateTime<Utc>, |moment| Ok(moment));

    fn placeholder(text: &mut String, _: usize) {
        text.push('?');
    }

    fn check_session(connection: &mut MySqlConnection) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async {
            let fit = session::check(connection).await.map_err(meaning::<Self>)?;
            fit.map_err(StoreError::backend)
        })
    }

    // DDL ends a transaction, and no lock of a transaction outlives it.
    fn prepare_migrations<'c>(
        connection: &'c mut MySqlConnection,
        prefix: &'c Prefix,
    ) -> BoxFuture<'c, sqlx::Result<()>> {
        Box::pin(migrations::prepare(connection, prefix))
    }

    fn migrate(connection: &mut MySqlConnection, sql: String) -> BoxFuture<'_, sqlx::Result<()>> {
        Box::pin(migrations::run(connection, sql))
    }

    fn meaning(error: &dyn DatabaseError) -> Option<Meaning> {
        if error.kind() == ErrorKind::UniqueViolation {
            return Some(Meaning::Taken);
        }
        let error = error.try_downcast_ref::<MySqlDatabaseError>()?;
        // https://mariadb.com/kb/en/mariadb-error-code-reference/,
        // https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
        match error.number() {
            // Deadlock (the whole transaction is undone), a row that changed since the snapshot, and a transaction
            // that lost against one of another node.
            1213 | 1020 | 3101 => Some(Meaning::Conflict),
            // Disk full, table full.
            1021 | 1114 => Some(Meaning::Full),
            // Errors of the storage engine or of a file. 28 is the system's "no space left on device".
            3 | 1026 | 1030 if says_errno_28(error.message()) => Some(Meaning::Full),
            // Whoever holds the lock was waited for as long as `innodb_lock_wait_timeout` says. It undoes the statement
            // only, unless the server has `innodb_rollback_on_timeout`.
            1205
            // Took too long, or was interrupted.
            | 1317 | 1969 | 3024
            // Too many connections, of all or of one user.
            | 1040 | 1203 | 1226
            // Shutting down, or the connection was killed or aborted.
            | 1053 | 1927 | 4031 | 1152 | 1158..=1161 | 1184 | 3168 | 3169
            // Read-only, or a node that is not ready.
            | 1290 | 1836 | 1047
            // The machine.
            | 3 | 1026 | 1030 | 1037 | 1041 => Some(Meaning::Unavailable),
            _ => None,
        }
    }

    fn is_lost(error: &sqlx::Error) -> bool {
        // Shutting down, killed, or closed because it was idle.
        let farewell = |error: &MySqlDatabaseError| matches!(error.number(), 1053 | 1927 | 4031);
        let error_of_server = error.as_database_error().and_then(|error| error.try_downcast_ref());
        matches!(error, sqlx::Error::Io(_)) || error_of_server.is_some_and(farewell)
    }

    fn undoes_the_statement_only(error: &StoreError) -> bool {
        // Not a conflict, which may be a deadlock; nor what is unavailable, which may be a lock waited for in vain.
        matches!(error, StoreError::AlreadyExists)
    }

    fn or_nothing(key: &str) -> String {
        let first = key.split(", ").next().unwrap_or(key);
        format!(" on duplicate key update {first} = {first}")
    }

    // A row that is there for nobody else: what it leaves is the lock of its key.
    fn lock_user(tenant: &str, user: &str) -> Vec<Sql> {
        let insert = Sql::new("insert into @user_locks (tenant, user_id) values (?, ?)");
        let insert = insert.bind(tenant).bind(user).push(&Self::or_nothing("tenant, user_id"));
        let delete = Sql::new("delete from @user_locks where tenant = ? and user_id = ?");
        vec![insert, delete.bind(tenant).bind(user)]
    }

    fn json_holds(column: &str) -> String {
        format!("instr(cast({column} as char), ?) > 0")
    }

    fn json_is(column: &str) -> String {
        format!("{column} = cast(? as /*!80019 json */ /*M! char */)")
    }

    fn whole(sum: &str) -> String {
        format!("cast({sum} as signed)")
    }

    fn micros(from: &str, to: &str) -> String {
        format!("greatest(timestampdiff(microsecond, {from}, {to}), 0)")
    }

    fn or_replace(_: &str, columns: &[&str]) -> String {
        let new = |column| format!("{column} = /*!80019 new.{column} */ /*M! values({column}) */");
        let set: Vec<_> = columns.iter().map(|column| new(*column)).collect();
        format!(" /*!80019 as new */ on duplicate key update {}", set.join(", "))
    }

    // Where much lies behind the place of a page, what is equal alone is taken for the key, and everything before the place
    // is read past (MariaDB 10.11).
    fn by_index(index: &str) -> String {
        format!(" force index (@{index})")
    }

    fn or_increment(_: &str, _: &str, counter: &str) -> String {
        format!(" on duplicate key update {counter} = {counter} + 1")
    }

    fn or_add(table: &str, _: &str, counter: &str) -> String {
        format!(
            " /*!80019 as new */ on duplicate key update \
             {counter} = @{table}.{counter} + /*!80019 new.{counter} */ /*M! values({counter}) */"
        )
    }

    fn index(searched: Searched, id: Uuid, part: u64, words: String) -> Sql {
        let (insert, staff_only) = match searched {
            Searched::Tickets(visibility) => (
                "insert into @ticket_texts (ticket_id, part, word, staff_only) select ?, ?, w.word, ?",
                Some(i64::from(visibility == Visibility::Staff)),
            ),
            Searched::Sessions => {
                ("insert into @session_texts (session_id, part, word) select ?, ?, w.word", None)
            }
        };
        let different: BTreeSet<_> = words.split(' ').collect();
        let words = Value::from_iter(different);
        Sql::new(insert)
            .push(" from json_table(?, '$[*]' columns (word varchar(200) character set utf8mb4 path '$')) w")
            .bind(id)
            .bind(part)
            .bind_all(staff_only.map(Bind::from))
            .bind(words)
    }

    fn holders(searched: Searched, word: &str, as_a: Word) -> Sql {
        let holders = match searched {
            Searched::Tickets(_) => "select w.ticket_id from @ticket_texts w where ",
            Searched::Sessions => "select w.session_id from @session_texts w where ",
        };
        Sql::new(holders).append(is(searched, word, as_a))
    }

    fn holds(searched: Searched, id: &'static str, word: &str, as_a: Word) -> Sql {
        // A count of one ticket's words: anything else may be turned into a walk through all that hold the word.
        let words = match searched {
            Searched::Tickets(_) => "(select count(*) from @ticket_texts w where w.ticket_id = ",
            Searched::Sessions => "(select count(*) from @session_texts w where w.session_id = ",
        };
        Sql::new(words).push(id).push(" and ").append(is(searched, word, as_a)).push(") > 0")
    }
}

fn number(ids: &[i64], last: Position) -> Sql {
    let ids = || ids.iter().copied().map(Bind::from);
    let among = vec!["?"; ids().len()].join(", ");
    Sql::new("update @events set position = ? + field(id, ")
        .bind(last.0)
        .push(&among)
        .bind_all(ids())
        .push(") where id in ")
        .values(ids())
}

/// Whether a row's word is the one, and may be seen.
fn is(searched: Searched, word: &str, as_a: Word) -> Sql {
    let sql = match as_a {
        Word::Whole => Sql::new("w.word = ?").bind(word),
        // The last of all characters is part of no word.
        Word::Beginning => {
            Sql::new("w.word >= ? and w.word < ?").bind(word).bind(format!("{word}{}", char::MAX))
        }
    };
    match searched {
        Searched::Tickets(Visibility::Public) => sql.push(" and w.staff_only = 0"),
        Searched::Tickets(Visibility::Staff) | Searched::Sessions => sql,
    }
}

/// Whether the server quotes the operating system's error 28, that the disk is full.
fn says_errno_28(message: &str) -> bool {
    ["error 28 ", "errno: 28 ", "errno 28 ", "Errcode: 28 "].iter().any(|quoted| message.contains(quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_errors_of_files() {
        for message in [
            "Got error 28 \"No space left on device\" from storage engine InnoDB",
            "Error writing file './desk/tickets.ibd' (errno: 28 \"No space left on device\")",
            "Error writing file './MY0' (OS errno 28 - No space left on device)",
        ] {
            assert!(says_errno_28(message), "{message}");
        }
        assert!(!says_errno_28("Got error 128 \"Out of memory in engine\" from storage engine"));
        assert!(!says_errno_28("Error writing file './28 ' (errno: 5 \"Input/output error\")"));
    }

    #[test]
    fn notes_are_left_out_for_customers_and_words_are_bound() {
        let text = |visibility| {
            let sql = MySql::holders(Searched::Tickets(visibility), "it's", Word::Beginning);
            sql.finish("", MySql::placeholder).0
        };
        assert!(text(Visibility::Public).contains("staff_only = 0"));
        assert!(!text(Visibility::Staff).contains("staff_only"));
        assert!(!text(Visibility::Staff).contains("it's"));
    }

    #[test]
    fn moments_out_of_range_become_the_nearest_there_is() {
        assert_eq!(date_time(DateTime::<Utc>::MAX_UTC).to_string(), "9999-01-01 00:00:00");
        assert_eq!(date_time(DateTime::<Utc>::MIN_UTC).to_string(), "1000-01-01 00:00:00");
    }
}
