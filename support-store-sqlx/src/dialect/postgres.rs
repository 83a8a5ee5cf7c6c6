//! PostgreSQL.
//!
//! Ids are `uuid`, moments `timestamptz`, JSON is `jsonb`; full text is `tsvector` under a GIN index. Text is compared
//! bytewise (`collate "C"`), whatever the database's own language.

mod json;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::{Database, PgConnection, Postgres, Row, error::DatabaseError, types::Json};
use support_core::{event::Position, store::StoreError, ticket::Visibility, time::Timestamp};
use uuid::Uuid;

use self::json::Jsonb;
use super::{BoxFuture, Dialect, Meaning, NumberEvents, Numbering, plain_access};
use crate::{
    migrations::{Migration, checksum},
    prefix::Prefix,
    search::{FEW, Searched, Word},
    sql::{Bind, Sql},
};

plain_access!(bound for Postgres, |moment| within_range(moment), |value| Jsonb(value));

impl Dialect for Postgres {
    const NAME: &'static str = "postgres";
    const MIGRATIONS: &'static [Migration] = &[
        Migration {
            version: 1,
            name: "initial",
            sql: include_str!("../migrations/postgres/0001_initial.sql"),
        },
        Migration {
            version: 2,
            name: "deliveries",
            sql: include_str!("../migrations/postgres/0002_deliveries.sql"),
        },
        Migration { version: 3, name: "bot", sql: include_str!("../migrations/postgres/0003_bot.sql") },
        Migration {
            version: 4,
            name: "durations and work in hand",
            sql: include_str!("../migrations/postgres/0004_durations_and_work_in_hand.sql"),
        },
        Migration {
            version: 5,
            name: "what agents have read",
            sql: include_str!("../migrations/postgres/0005_what_agents_have_read.sql"),
        },
        Migration {
            version: 6,
            name: "months with news",
            sql: include_str!("../migrations/postgres/0006_months_with_news.sql"),
        },
    ];
    const ONE_WRITER: bool = false;
    const IS_REMOTE: bool = true;
    const HAS_SCHEMAS: bool = true;
    const NUMBERING: Numbering = Numbering::AfterCommit(NumberEvents::Found(number));
    // Limits are the transaction's own and go with it, so that poolers which hand a connection from transaction to
    // transaction are no trouble. They are sent along with `begin`, in one round trip. A client that vanished without a
    // word holds its row locks no longer than the last of them says.
    const BEGIN_WRITE: &'static str = "begin isolation level read committed read write; \
        set local statement_timeout = '5s'; set local lock_timeout = '5s'; \
        set local idle_in_transaction_session_timeout = '30s'";
    // Reads of a transaction belong together. Every list has its index, in its order; the planner takes conditions that no
    // index is to be entered by for much rarer than they are, and would rather read a whole table and sort it. What it is
    // kept from counts as so dear that it would compile the rest to machine code first.
    const BEGIN_READ: &'static str = "begin isolation level repeatable read read only; \
        set local statement_timeout = '5s'; set local idle_in_transaction_session_timeout = '30s'; \
        set local enable_seqscan = off; set local enable_sort = off; set local jit = off";
    // An index of a large table takes as long as it takes; others wait for it, but not for ever.
    const BEGIN_MIGRATION: &'static str = "begin isolation level read committed read write; \
        set local statement_timeout = 0; set local lock_timeout = '60s'";
    const TAKES_ALONG: bool = true;
    const FOR_UPDATE: &'static str = " for update";
    const LIMIT: &'static str = " limit ?";
    const UNLESS_TAKEN: &'static str = " on conflict do nothing";
    const COUNTED: &'static [u64] = &[FEW];
    const IS: &'static str = " is not distinct from ";
    // Lexemes as they are: no parser and no dictionary has a say.
    const WORDS: &'static str = "array_to_tsvector(string_to_array(?, ' '))";

    plain_access!(rows of Postgres, DateTime<Utc>, |moment| Ok(moment));

    fn placeholder(text: &mut String, index: usize) {
        text.push('$');
        text.push_str(&index.to_string());
    }

    fn prepare_migrations<'c>(
        connection: &'c mut PgConnection,
        prefix: &'c Prefix,
    ) -> BoxFuture<'c, sqlx::Result<()>> {
        Box::pin(async move {
            let key = i64::from_str_radix(&checksum(prefix.qualified())[1..], 16).unwrap_or(0);
            let lock = sqlx::query("select pg_advisory_xact_lock($1)").bind(key);
            lock.execute(&mut *connection).await?;
            let Some(schema) = prefix.schema() else { return Ok(()) };
            // To ask first is not to need the right to make it where it is there.
            let there = sqlx::query("select 1 from pg_namespace where nspname = $1").bind(schema);
            if there.fetch_optional(&mut *connection).await?.is_none() {
                Self::script(connection, format!("create schema \"{schema}\"")).await?;
            }
            Self::script(connection, format!("set local search_path to \"{schema}\"")).await
        })
    }

    fn meaning(error: &dyn DatabaseError) -> Option<Meaning> {
        if error.is_unique_violation() {
            return Some(Meaning::Taken);
        }
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        let code = error.code()?;
        match &*code {
            // serialization_failure, deadlock_detected.
            "40001" | "40P01" => Some(Meaning::Conflict),
            // disk_full.
            "53100" => Some(Meaning::Full),
            // query_canceled, as `statement_timeout` does; lock_not_available, as `lock_timeout` does;
            // read_only_sql_transaction: a standby that was not promoted yet; idle_in_transaction_session_timeout.
            "57014" | "55P03" | "25006" | "25P03" => Some(Meaning::Unavailable),
            // Connections, resources, an administrator at work, starting up or shutting down, and the machine.
            code if ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class)) => {
                Some(Meaning::Unavailable)
            }
            _ => None,
        }
    }

    fn is_lost(error: &sqlx::Error) -> bool {
        // What a server says last to a connection that it ends: admin_shutdown, crash_shutdown and the like.
        let farewell = |error: &dyn DatabaseError| error.code().is_some_and(|code| code.starts_with("57P"));
        matches!(error, sqlx::Error::Io(_)) || error.as_database_error().is_some_and(farewell)
    }

    fn undoes_the_statement_only(_: &StoreError) -> bool {
        // After any error, every statement is refused until the transaction, or a savepoint in it, is rolled back.
        false
    }

    fn or_nothing(key: &str) -> String {
        format!(" on conflict ({key}) do nothing")
    }

    fn lock_user(tenant: &str, user: &str) -> Vec<Sql> {
        let lock = "select pg_advisory_xact_lock(hashtextextended(? || chr(10) || ?, 0))";
        vec![Sql::new(lock).bind(tenant).bind(user)]
    }

    fn json_holds(column: &str) -> String {
        format!("strpos({column}::text, ?) > 0")
    }

    fn whole(sum: &str) -> String {
        format!("({sum})::bigint")
    }

    fn micros(from: &str, to: &str) -> String {
        format!("greatest((extract(epoch from ({to} - {from})) * 1000000)::bigint, 0)")
    }

    fn or_replace(key: &str, columns: &[&str]) -> String {
        let set: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!(" on conflict ({key}) do update set {}", set.join(", "))
    }

    fn or_increment(table: &str, key: &str, counter: &str) -> String {
        format!(" on conflict ({key}) do update set {counter} = @{table}.{counter} + 1")
    }

    fn or_add(table: &str, key: &str, counter: &str) -> String {
        format!(" on conflict ({key}) do update set {counter} = @{table}.{counter} + excluded.{counter}")
    }

    fn holders(searched: Searched, word: &str, as_a: Word) -> Sql {
        let (owner, table) = owner_and_table(searched);
        Sql::new("select p.")
            .push(owner)
            .push(" from ")
            .push(table)
            .push(" p where ")
            .append(found(searched, word, as_a))
    }

    fn holds(searched: Searched, id: &'static str, word: &str, as_a: Word) -> Sql {
        // An aggregate of one ticket's parts: anything else may be turned into a walk through all that hold the word.
        let (owner, table) = owner_and_table(searched);
        Sql::new("coalesce((select bool_or(")
            .append(found(searched, word, as_a))
            .push(") from ")
            .push(table)
            .push(" p where p.")
            .push(owner)
            .push(" = ")
            .push(id)
            .push("), false)")
    }
}

fn number(tenant: &str, last: Position, at_most: u64) -> Sql {
    Sql::new(
        "update @events e set position = ? + n.place from (\
         select id, row_number() over (order by id) as place from @events \
         where tenant = ? and position is null order by id limit ?) n where e.id = n.id",
    )
    .bind(last.0)
    .bind(tenant)
    .bind(at_most)
}

const fn owner_and_table(searched: Searched) -> (&'static str, &'static str) {
    match searched {
        Searched::Tickets(_) => ("ticket_id", "@ticket_texts"),
        Searched::Sessions => ("session_id", "@session_texts"),
    }
}

/// Whether a part, called `p`, holds a word, as a condition.
fn found(searched: Searched, word: &str, as_a: Word) -> Sql {
    let query = query(word, as_a);
    match searched {
        Searched::Tickets(Visibility::Public) => Sql::new("p.public @@ ?::tsquery").bind(query),
        Searched::Tickets(Visibility::Staff) => {
            Sql::new("(p.public @@ ?::tsquery or p.notes @@ ?::tsquery)").bind(query.clone()).bind(query)
        }
        Searched::Sessions => Sql::new("p.words @@ ?::tsquery").bind(query),
    }
}

/// A word in the language of `tsquery`. Quoted, so that nothing in it is syntax (S-31).
fn query(word: &str, as_a: Word) -> String {
    let star = if as_a == Word::Beginning { ":*" } else { "" };
    let word = word.replace('\\', r"\\").replace('\'', "''");
    format!("'{word}'{star}")
}

/// A moment that PostgreSQL has. Those before have no row, and come from forged cursors and senseless filters alone.
fn within_range(moment: Timestamp) -> Timestamp {
    // 4713 BC is the first year that it has.
    moment.max(DateTime::from_timestamp_micros(-210_000_000_000_000_000).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        assert_eq!(query("refund", Word::Whole), "'refund'");
        assert_eq!(query("ref", Word::Beginning), "'ref':*");
        assert_eq!(query(r"a' | b\", Word::Beginning), r"'a'' | b\\':*");
    }

    #[test]
    fn notes_are_left_out_for_customers() {
        let text = |visibility| {
            let sql = Postgres::holders(Searched::Tickets(visibility), "x", Word::Whole);
            sql.finish("", Postgres::placeholder).0
        };
        assert!(!text(Visibility::Public).contains("notes"));
        assert!(text(Visibility::Staff).contains("notes"));
    }
}
