//! Who may migrate, and what must not be in the way.

use std::io;

use sqlx::{MySql, MySqlConnection, QueryBuilder, mysql::MySqlDatabaseError};

use crate::{dialect::Dialect, prefix::Prefix};

/// For how long others who migrate are waited for, in seconds.
const PATIENCE: u32 = 60;

/// Says whose a table is, as its comment.
const OURS: &str = "support desk";

/// A table has the name of one of the desk's.
#[derive(Debug, thiserror::Error)]
#[error("the table {0} is there already, and is not the desk's")]
struct InTheWay(String);

/// Locks others out until the connection is closed, and refuses to go on where tables of others are in the way.
///
/// DDL ends a transaction, so that no lock of a transaction would do, and passes over a table that is there: it may be
/// the desk's own, from a migration that was cut off.
pub(super) async fn prepare(connection: &mut MySqlConnection, prefix: &Prefix) -> sqlx::Result<()> {
    let lock = "select get_lock(concat('support:', sha1(concat(database(), '/', ?))), ?)";
    let got = sqlx::query_scalar::<_, Option<i64>>(lock).bind(prefix.as_str()).bind(PATIENCE);
    if got.fetch_one(&mut *connection).await? != Some(1) {
        return Err(io::Error::new(io::ErrorKind::TimedOut, "another instance is migrating").into());
    }
    let mut others = QueryBuilder::<MySql>::new(
        "select cast(table_name as char) from information_schema.tables where table_schema = database() \
         and table_comment <> ",
    );
    others.push_bind(OURS).push(" and table_name in (");
    let mut names = others.separated(", ");
    for table in tables() {
        names.push_bind(format!("{prefix}{table}"));
    }
    names.push_unseparated(") limit 1");
    match others.build_query_scalar::<String>().fetch_optional(connection).await? {
        Some(table) => Err(sqlx::Error::Configuration(InTheWay(table).into())),
        None => Ok(()),
    }
}

/// Runs a migration statement by statement. DDL commits as it goes, so that one that was cut off begins again, and what
/// a table has by then is passed over: it is altered wholly or not at all.
pub(super) async fn run(connection: &mut MySqlConnection, sql: String) -> sqlx::Result<()> {
    for statement in statements(&sql) {
        match MySql::script(&mut *connection, statement).await {
            Err(error) if is_done_already(&error) => {}
            done => done?,
        }
    }
    Ok(())
}

/// The statements of a migration, whose text has no semicolon but behind each of them.
fn statements(sql: &str) -> Vec<String> {
    let lines = sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    let sql = lines.collect::<Vec<_>>().join("\n");
    let statements = sql.split(';').map(str::trim).filter(|statement| !statement.is_empty());
    statements.map(str::to_owned).collect()
}

/// Whether a table has the column or the key that is to be added, or has not what is to be dropped.
fn is_done_already(error: &sqlx::Error) -> bool {
    let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>());
    error.is_some_and(|error| matches!(error.number(), 1060 | 1061 | 1091))
}

/// The names of the desk's tables, without their prefix.
fn tables() -> impl Iterator<Item = &'static str> {
    MySql::MIGRATIONS
        .iter()
        .flat_map(|migration| migration.sql.split("create table if not exists @").skip(1))
        .filter_map(|statement| statement.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DDL commits as it goes: after a crash, a migration begins again with its first statement.
    #[test]
    fn every_statement_can_be_run_again() {
        let mut altered = Vec::new();
        for migration in MySql::MIGRATIONS {
            for statement in statements(migration.sql) {
                if let Some(table) = statement.strip_prefix("alter table @") {
                    // A second one of a table would be passed over where the first one is.
                    let table = (migration.version, table.split_whitespace().next().unwrap().to_owned());
                    assert!(!altered.contains(&table), "{statement}");
                    altered.push(table);
                    continue;
                }
                if ["update @", "replace into @", "insert ignore into @", "delete from @"]
                    .iter()
                    .any(|again| statement.starts_with(again))
                {
                    continue;
                }
                assert!(statement.starts_with("create table if not exists @"), "{statement}");
                assert!(statement.contains(&format!("comment = '{OURS}'")), "{statement}");
                assert!(statement.contains("/*!80019 collate utf8mb4_0900_bin */"), "{statement}");
                assert!(statement.contains("/*M! collate utf8mb4_nopad_bin */"), "{statement}");
            }
        }
        assert!(tables().any(|table| table == "unanswered"));
    }
}
