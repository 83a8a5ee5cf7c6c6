//! Bringing the tables to the version that is needed.

use std::{
    env,
    io::{BufRead, Write},
    process::{Child, Command, Stdio},
};

use sqlx::{Connection, Executor};
use support_core::store::{Store, StoreError};
use support_store_sqlx::{Migrations, Prefix, SchemaError, SqliteStore, migrations};

use crate::fixtures::{Database, add, counts, ticket};

/// Names the database for a test that runs once more in a process of its own.
const ELSEWHERE: &str = "SUPPORT_TEST_OPEN";

/// Opens a store on an empty file and uses it; in other processes, on the file that all of them open.
#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    let own = Database::new();
    let url = env::var(ELSEWHERE).unwrap_or_else(|_| own.url());
    let process = u64::from(std::process::id());
    if env::var_os(ELSEWHERE).is_some() {
        // Everybody is there before anybody begins.
        let mut go = String::new();
        std::io::stdin().lock().read_line(&mut go).unwrap();
    }
    let store = SqliteStore::connect(&url).await.unwrap();
    store.check().await.unwrap();
    add(&store, &ticket(process)).await.unwrap();
}

fn run_elsewhere(url: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "migrations::an_empty_file_becomes_a_store"])
        .env(ELSEWHERE, url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

///
#[tokio::test]
async fn r_11_eight_processes_may_start_at_once_on_an_empty_file() {
    for round in 0..5 {
        let database = Database::new();
        let mut processes: Vec<_> = (0..8).map(|_| run_elsewhere(&database.url())).collect();
        for process in &mut processes {
            process.stdin.take().unwrap().write_all(b"go\n").unwrap();
        }
        for process in processes {
            let done = process.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success() && said.contains("1 passed"), "round {round}: {said}");
        }
        assert_eq!(counts(&database.open().await).await, (8, 8), "round {round}");
    }
}

#[tokio::test]
async fn a_store_that_only_checks_needs_the_tables() {
    let database = Database::new();
    // A file that was not there is not made either.
    for _ in 0..2 {
        let refused = database.options().migrations(Migrations::Check).open().await.unwrap_err();
        assert!(!matches!(refused, StoreError::Backend { .. }), "{refused:?}");
        assert!(std::error::Error::source(&refused).unwrap().downcast_ref::<SchemaError>().is_none());
    }
    database.outsider().await.execute("pragma user_version = 1").await.unwrap();
    let refused = database.options().migrations(Migrations::Check).open().await.unwrap_err();
    assert!(matches!(schema_error(&refused), SchemaError::Behind { found: 0, needed: 1 }), "{refused:?}");
    database.open().await;
    database.options().migrations(Migrations::Check).open().await.unwrap();
}

#[tokio::test]
async fn a_store_that_leaves_the_tables_alone_says_that_they_are_missing() {
    let database = Database::new();
    let store = database.options().migrations(Migrations::Manual).open().await.unwrap();
    assert!(matches!(schema_error(&store.check().await.unwrap_err()), SchemaError::Behind { .. }));
    assert!(add(&store, &ticket(1)).await.is_err());
    store.migrate().await.unwrap();
    store.check().await.unwrap();
    store.migrate().await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
}

#[tokio::test]
async fn the_printed_script_is_what_opening_does() {
    let (by_hand, by_itself) = (Database::new(), Database::new());
    let prefix: Prefix = "desk_".parse().unwrap();
    let script = sqlx::AssertSqlSafe(migrations::sql::<sqlx::Sqlite>(&prefix));
    by_hand.outsider().await.execute(sqlx::raw_sql(script)).await.unwrap();
    by_hand.options().prefix(prefix.clone()).migrations(Migrations::Check).open().await.unwrap();
    by_itself.options().prefix(prefix).open().await.unwrap();
    let schema = "select group_concat(name || ': ' || coalesce(sql, ''), char(10)) from \
                  (select * from sqlite_schema order by type, name)";
    let mut schemas = Vec::new();
    for database in [&by_hand, &by_itself] {
        let mut outsider = database.outsider().await;
        schemas.push(sqlx::query_scalar::<_, String>(schema).fetch_one(&mut outsider).await.unwrap());
    }
    assert!(schemas[0].contains("desk_tickets"));
    assert_eq!(schemas[0], schemas[1]);
}

#[tokio::test]
async fn tables_of_a_newer_release_are_refused_and_left_alone() {
    let database = Database::new();
    let store = database.open().await;
    let mut outsider = database.outsider().await;
    outsider.execute("insert into support_migrations values (2, 'later', 'x')").await.unwrap();
    for migrations in [Migrations::Auto, Migrations::Check] {
        let refused = database.options().migrations(migrations).open().await.unwrap_err();
        assert!(matches!(schema_error(&refused), SchemaError::Ahead { found: 2, known: 1 }), "{refused:?}");
    }
    assert!(matches!(schema_error(&store.check().await.unwrap_err()), SchemaError::Ahead { .. }));
}

#[tokio::test]
async fn a_migration_that_was_another_is_refused() {
    let database = Database::new();
    database.open().await.close().await;
    let mut outsider = database.outsider().await;
    outsider.execute("update support_migrations set checksum = 'x'").await.unwrap();
    outsider.close().await.unwrap();
    let refused = database.options().open().await.unwrap_err();
    assert!(matches!(schema_error(&refused), SchemaError::Changed { version: 1 }), "{refused:?}");
}

/// A migration that fails half-way leaves nothing behind.
#[tokio::test]
async fn tables_that_are_in_the_way_leave_the_file_as_it_was() {
    let database = Database::new();
    let mut outsider = database.outsider().await;
    outsider.execute("create table support_messages (theirs text)").await.unwrap();
    let refused = database.options().open().await.unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
    let tables: Vec<String> =
        sqlx::query_scalar("select name from sqlite_schema").fetch_all(&mut outsider).await.unwrap();
    assert_eq!(tables, ["support_messages"]);
}

fn schema_error(error: &StoreError) -> &SchemaError {
    std::error::Error::source(error).unwrap().downcast_ref().unwrap()
}
