//! The databases that tests get: theirs alone, gone afterwards, and missed where they are promised.

use std::{
    env,
    process::{Command, Output},
};

use sqlx::{Connection, PgConnection, Postgres};
use support_store_sqlx::testing::TestDatabase;

use crate::fixtures::{add, counts, number, run, ticket};

/// Some test on PostgreSQL, for running it once more in a process of its own.
const TEST: &str = "conformance::postgres::transactions::a_pause_ends";

fn run_elsewhere(change: impl FnOnce(&mut Command)) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", TEST]);
    change(&mut command);
    command.output().unwrap()
}

#[test]
fn tests_without_a_server_are_skipped_and_say_so() {
    let done = run_elsewhere(|command| {
        command.env_remove("SUPPORT_TEST_POSTGRES_URL").env_remove("SUPPORT_TEST_REQUIRE");
    });
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    assert!(said.contains("SKIPPED") && said.contains("SUPPORT_TEST_POSTGRES_URL is not set"), "{said}");
}

#[test]
fn a_server_that_is_promised_and_absent_fails_the_tests() {
    for required in ["postgres", "sqlite, postgres"] {
        let done = run_elsewhere(|command| {
            command.env_remove("SUPPORT_TEST_POSTGRES_URL").env("SUPPORT_TEST_REQUIRE", required);
        });
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(!done.status.success() && said.contains("SUPPORT_TEST_REQUIRE names postgres"), "{said}");
    }
}

/// The name of a database, and a connection to the server that it is on.
async fn name_and_server(database: &TestDatabase<Postgres>) -> (String, PgConnection) {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let name =
        sqlx::query_scalar("select current_database()::text").fetch_one(&mut connection).await.unwrap();
    let server = PgConnection::connect(&env::var("SUPPORT_TEST_POSTGRES_URL").unwrap()).await.unwrap();
    (name, server)
}

async fn is_there(server: &mut PgConnection, name: &str) -> bool {
    let sql = format!("select count(*) as value from pg_database where datname = '{name}'");
    number::<Postgres>(server, &sql).await > 0
}

#[tokio::test]
async fn a_database_goes_with_its_test_also_when_it_fails() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let (name, mut server) = name_and_server(&database).await;
    assert!(is_there(&mut server, &name).await);
    let failed = tokio::spawn(async move {
        // Connections that are open are no hindrance.
        let store = database.store().await;
        add(&store, &ticket(1)).await.unwrap();
        assert_eq!(counts(&store).await, (2, 2), "it is one");
    });
    assert!(failed.await.unwrap_err().is_panic());
    assert!(!is_there(&mut server, &name).await);
}

#[tokio::test]
async fn what_a_killed_run_left_behind_is_removed_by_a_later_one() {
    let Some(database) = TestDatabase::<Postgres>::empty().await else { return };
    let (own, mut server) = name_and_server(&database).await;
    // Made when the epoch was young.
    let old = format!("support_test_1000_{}_0", std::process::id());
    run::<Postgres>(&mut server, &format!("create database {old}")).await.unwrap();
    let done = tokio::task::spawn_blocking(|| run_elsewhere(|_| {})).await.unwrap();
    assert!(done.status.success());
    assert!(!is_there(&mut server, &old).await, "it is still there");
    assert!(is_there(&mut server, &own).await, "what is in use is left alone");
}
