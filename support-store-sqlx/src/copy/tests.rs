//! That no table and no column is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    copy::table::TABLES,
    testing::{TestDatabase, Tested},
};

/// Tables without content of their own: their rows are made again from those that are copied.
const DERIVED: &[&str] = &["ticket_texts", "session_texts"];

/// Columns that databases make of others.
const GENERATED: &[(&str, &str)] =
    &[("tickets", "response_bucket"), ("tickets", "in_hand_of"), ("resolutions", "duration_bucket")];

/// What a database keeps for itself, beside the tables of the desk.
struct Own {
    /// The beginnings of their names.
    tables: &'static [&'static str],
    /// Columns that number rows anew in each database.
    columns: &'static [(&'static str, &'static str)],
}

async fn every_table_is_copied<DB: Tested>(tables_and_columns: &'static str, own: Own) {
    let Some(database) = TestDatabase::<DB>::with_tables().await else { return };
    let store = database.store().await;
    let mut connection = store.pool().acquire().await.unwrap();
    let rows = DB::fetch(&mut connection, tables_and_columns.to_owned(), Vec::new()).await.unwrap();
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    for row in &rows {
        let (table, column) = (DB::text(row, "t").unwrap().unwrap(), DB::text(row, "c").unwrap().unwrap());
        let Some(table) = table.strip_prefix("support_") else { continue };
        if GENERATED.contains(&(table, column.as_str()))
            || own.columns.contains(&(table, column.as_str()))
            || own.tables.iter().any(|own| table.starts_with(own))
        {
            continue;
        }
        if !DERIVED.contains(&table) && table != "migrations" {
            found.entry(table.to_owned()).or_default().insert(column);
        }
    }
    let copied = TABLES.iter().map(|table| {
        (table.name.to_owned(), table.columns.iter().map(|column| column.name.to_owned()).collect())
    });
    assert_eq!(found, copied.collect::<BTreeMap<_, BTreeSet<_>>>());
}

#[tokio::test]
async fn every_table_of_sqlite_is_copied() {
    let sql = "select m.name as t, c.name as c from sqlite_schema m join pragma_table_info(m.name) c \
               where m.type in ('table', 'view')";
    let tables =
        &["ticket_words", "ticket_parts", "ticket_terms", "session_words", "session_parts", "session_terms"];
    every_table_is_copied::<sqlx::Sqlite>(sql, Own { tables, columns: &[("resolutions", "row_id")] }).await;
}

#[tokio::test]
async fn every_table_of_postgres_is_copied() {
    let sql = "select table_name::text as t, column_name::text as c from information_schema.columns \
               where table_schema = 'public'";
    let columns = &[("resolutions", "row_id"), ("events", "id")];
    every_table_is_copied::<sqlx::Postgres>(sql, Own { tables: &[], columns }).await;
}

#[tokio::test]
async fn every_table_of_mysql_is_copied() {
    let sql = "select cast(table_name as char) as t, cast(column_name as char) as c from information_schema.columns \
               where table_schema = database()";
    let columns = &[("resolutions", "row_id"), ("events", "id"), ("messages", "sender_key")];
    // Rows to lock, made when they are needed.
    every_table_is_copied::<sqlx::MySql>(sql, Own { tables: &["user_locks"], columns }).await;
}
