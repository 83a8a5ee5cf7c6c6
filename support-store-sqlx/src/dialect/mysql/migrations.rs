//! Who may migrate, and what must not be in the way.

use std::io;

use sqlx::{MySql, MySqlConnection, QueryBuilder};

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
        for migration in MySql::MIGRATIONS {
            let lines = migration.sql.lines().filter(|line| !line.trim_start().starts_with("--"));
            let sql = lines.collect::<Vec<_>>().join("\n");
            for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
                if statement.starts_with("insert ignore into @") {
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
