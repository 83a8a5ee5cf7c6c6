//! SQLite.
//!
//! Ids are `BLOB`, moments `INTEGER` microseconds, JSON is `TEXT`; full text is FTS5.

use std::collections::HashSet;

use chrono::DateTime;
use serde::de::DeserializeOwned;
use sqlx::{Database, Row, Sqlite, error::DatabaseError, types::Json};
use support_core::{store::StoreError, ticket::Visibility, time::Timestamp};
use uuid::Uuid;

use super::{BoxFuture, Dialect, Meaning, Numbering, plain_access};
use crate::{
    migrations::Migration,
    search::{Searched, Word},
    sql::{Bind, Sql},
};

plain_access!(bound for Sqlite, |moment| moment.timestamp_micros(), |value| value);

impl Dialect for Sqlite {
    const NAME: &'static str = "sqlite";
    const MIGRATIONS: &'static [Migration] = &[
        Migration { version: 1, name: "initial", sql: include_str!("../migrations/sqlite/0001_initial.sql") },
        Migration {
            version: 2,
            name: "deliveries",
            sql: include_str!("../migrations/sqlite/0002_deliveries.sql"),
        },
        Migration { version: 3, name: "bot", sql: include_str!("../migrations/sqlite/0003_bot.sql") },
        Migration {
            version: 4,
            name: "durations and work in hand",
            sql: include_str!("../migrations/sqlite/0004_durations_and_work_in_hand.sql"),
        },
        Migration {
            version: 5,
            name: "what agents have read",
            sql: include_str!("../migrations/sqlite/0005_what_agents_have_read.sql"),
        },
        Migration {
            version: 6,
            name: "months with news",
            sql: include_str!("../migrations/sqlite/0006_months_with_news.sql"),
        },
    ];
    const ONE_WRITER: bool = true;
    const IS_REMOTE: bool = false;
    const HAS_SCHEMAS: bool = false;
    const NUMBERING: Numbering = Numbering::AtOnce;
    // A transaction that reads first and then writes fails at once where another has written between (`BEGIN`).
    const BEGIN_WRITE: &'static str = "BEGIN IMMEDIATE";
    const BEGIN_READ: &'static str = "BEGIN";
    // What the transaction has locked, the migrations of others wait for.
    const BEGIN_MIGRATION: &'static str = Self::BEGIN_WRITE;
    const TAKES_ALONG: bool = false;
    // Whoever writes has the whole database.
    const FOR_UPDATE: &'static str = "";
    // SQLite looks into a bare `limit ?` to plan for its value, and so compiles the statement anew whenever a value is
    // bound (3.51). It does not look behind the sign.
    const LIMIT: &'static str = " limit +?";
    const MERGES_IN_ORDER: bool = true;
    const ROW: &'static str = "rowid";
    const UNLESS_TAKEN: &'static str = " on conflict do nothing";
    const IS: &'static str = " is ";

    plain_access!(rows of Sqlite, i64, |micros| {
        DateTime::from_timestamp_micros(micros).ok_or_else(|| sqlx::Error::Decode("no such moment".into()))
    });

    fn placeholder(text: &mut String, _: usize) {
        text.push('?');
    }

    fn meaning(error: &dyn DatabaseError) -> Option<Meaning> {
        if error.is_unique_violation() {
            return Some(Meaning::Taken);
        }
        // The primary result code is the lowest byte of an extended one (https://sqlite.org/rescode.html).
        let code: u32 = error.code()?.parse().ok()?;
        match (code, code & 0xFF) {
            // BUSY_SNAPSHOT: a transaction that the host did not begin as a writer has read what is old by now.
            (517, _) => Some(Meaning::Conflict),
            // BUSY, LOCKED: whoever holds the lock was waited for as long as `busy_timeout` says.
            (_, 5 | 6) => Some(Meaning::Unavailable),
            // FULL.
            (_, 13) => Some(Meaning::Full),
            // NOMEM, READONLY, INTERRUPT, IOERR, CANTOPEN, PROTOCOL: the machine or the file, not the statement.
            (_, 7 | 8 | 9 | 10 | 14 | 15) => Some(Meaning::Unavailable),
            _ => None,
        }
    }

    fn undoes_the_statement_only(error: &StoreError) -> bool {
        matches!(error, StoreError::AlreadyExists)
    }

    // Of two indexes with a range at both ends it takes the narrower one, and looks through all that the other one would
    // have left out (3.51).
    fn by_index(index: &str) -> String {
        format!(" indexed by @{index}")
    }

    fn or_nothing(key: &str) -> String {
        format!(" on conflict ({key}) do nothing")
    }

    fn json_holds(column: &str) -> String {
        format!("instr({column}, ?) > 0")
    }

    fn whole(sum: &str) -> String {
        sum.to_owned()
    }

    fn micros(from: &str, to: &str) -> String {
        format!("max({to} - {from}, 0)")
    }

    fn bucket(_: &str, from: &str, to: &str) -> String {
        let micros = Self::micros(from, to);
        format!("(length({micros}) * 100 + substr({micros}, 1, 2))")
    }

    fn or_replace(key: &str, columns: &[&str]) -> String {
        let set: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!(" on conflict ({key}) do update set {}", set.join(", "))
    }

    fn or_increment(table: &str, key: &str, counter: &str) -> String {
        format!(" on conflict ({key}) do update set {counter} = @{table}.{counter} + 1")
    }

    fn index(searched: Searched, id: Uuid, part: u64, words: String) -> Sql {
        let insert = match searched {
            Searched::Tickets(Visibility::Public) => "insert into @ticket_texts (ticket_id, part, public)",
            Searched::Tickets(Visibility::Staff) => "insert into @ticket_texts (ticket_id, part, notes)",
            Searched::Sessions => "insert into @session_texts (session_id, part, words)",
        };
        Sql::new(insert).push(" values (?, ?, ?)").bind(id).bind(part).bind(distinct(&words))
    }

    fn or_add(table: &str, key: &str, counter: &str) -> String {
        format!(" on conflict ({key}) do update set {counter} = @{table}.{counter} + excluded.{counter}")
    }

    fn holders(searched: Searched, word: &str, as_a: Word) -> Sql {
        let holders = match searched {
            Searched::Tickets(_) => {
                "select p.ticket_id from @ticket_words(?) w join @ticket_parts p on p.doc = w.rowid"
            }
            Searched::Sessions => {
                "select p.session_id from @session_words(?) w join @session_parts p on p.doc = w.rowid"
            }
        };
        Sql::new(holders).bind(query(searched, word, as_a))
    }

    fn parts(searched: Searched, word: &str, as_a: Word) -> Sql {
        let (words, terms) = match searched {
            Searched::Tickets(_) => {
                ("select w.rowid from @ticket_words(?) w", "select v.doc from @ticket_terms v")
            }
            Searched::Sessions => {
                ("select w.rowid from @session_words(?) w", "select v.doc from @session_terms v")
            }
        };
        match as_a {
            Word::Whole => Sql::new(words).bind(query(searched, word, as_a)),
            // Asked for a beginning, the index gathers all that holds any word of it before it returns the first. Here
            // they come word by word. The last of all characters is part of no word.
            Word::Beginning => {
                let sql = Sql::new(terms).push(" where v.term >= ? and v.term < ?");
                let sql = sql.bind(word).bind(format!("{word}{}", char::MAX));
                match searched {
                    Searched::Tickets(Visibility::Public) => sql.push(" and v.col = 'public'"),
                    Searched::Tickets(Visibility::Staff) | Searched::Sessions => sql,
                }
            }
        }
    }

    fn holds(searched: Searched, id: &'static str, word: &str, as_a: Word) -> Sql {
        // Words stand between blanks. Looking through the parts of one ticket is quicker than asking the index, which
        // walks all that hold the word.
        let end = if as_a == Word::Whole { " " } else { "" };
        let words = format!(" {word}{end}");
        let parts = match searched {
            Searched::Tickets(_) => "exists (select 1 from @ticket_parts p where p.ticket_id = ",
            Searched::Sessions => "exists (select 1 from @session_parts p where p.session_id = ",
        };
        let sql = Sql::new(parts).push(id).push(" and ");
        match searched {
            Searched::Tickets(Visibility::Public) => sql.push("instr(p.public, ?) > 0)").bind(words),
            Searched::Tickets(Visibility::Staff) => {
                sql.push("(instr(p.public, ?) > 0 or instr(p.notes, ?) > 0))").bind(words.clone()).bind(words)
            }
            Searched::Sessions => sql.push("instr(p.words, ?) > 0)").bind(words),
        }
    }
}

/// Each word once, between blanks.
fn distinct(words: &str) -> String {
    let mut seen = HashSet::new();
    let mut distinct = String::with_capacity(words.len() + 2);
    distinct.push(' ');
    for word in words.split(' ').filter(|word| seen.insert(*word)) {
        distinct.push_str(word);
        distinct.push(' ');
    }
    distinct
}

/// A word in FTS5's own language. Quoted, so that nothing in it is syntax (S-31).
fn query(searched: Searched, word: &str, as_a: Word) -> String {
    let columns = match searched {
        Searched::Tickets(Visibility::Public) => "public : ",
        Searched::Tickets(Visibility::Staff) | Searched::Sessions => "",
    };
    let star = if as_a == Word::Beginning { " *" } else { "" };
    format!("{columns}\"{}\"{star}", word.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_notes_left_out_for_customers() {
        let customers = Searched::Tickets(Visibility::Public);
        assert_eq!(query(customers, "refund", Word::Whole), r#"public : "refund""#);
        assert_eq!(query(Searched::Tickets(Visibility::Staff), "ref", Word::Beginning), r#""ref" *"#);
        assert_eq!(query(Searched::Sessions, "a\" OR \"b", Word::Whole), r#""a"" OR ""b""#);
    }
}
