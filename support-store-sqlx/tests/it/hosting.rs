//! Beside a host: its pool, its transactions, its tables, its migrations.

use sqlx::{
    Connection, Executor,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use support_core::store::{Store, StoreError};
use support_store_sqlx::{Migrations, Prefix, SqliteStore};

use crate::fixtures::{Database, add, counts, tenant, ticket, write};

/// A pool as a host opens it, with a table of its own.
async fn host_pool(database: &Database) -> sqlx::SqlitePool {
    let options: SqliteConnectOptions = database.url().parse().unwrap();
    let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
    pool.execute("create table orders (id integer primary key)").await.unwrap();
    pool
}

async fn store_of(pool: &sqlx::SqlitePool) -> SqliteStore {
    SqliteStore::from_pool(pool.clone(), Prefix::default(), Migrations::Auto).await.unwrap()
}

async fn orders(pool: &sqlx::SqlitePool) -> i64 {
    sqlx::query_scalar("select count(*) from orders").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn an_order_and_its_ticket_are_committed_together() {
    let database = Database::new();
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut host = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    host.execute("insert into orders values (1)").await.unwrap();
    let mut joined = store.join(&mut host, &tenant()).await.unwrap();
    write(&mut *joined, &ticket(1)).await.unwrap();
    joined.commit().await.unwrap();
    assert_eq!(counts(&store).await, (0, 0), "nobody sees it before the host commits");
    host.commit().await.unwrap();
    assert_eq!((counts(&store).await, orders(&pool).await), ((1, 1), 1));
}

#[tokio::test]
async fn a_dropped_view_undoes_the_desks_part_alone() {
    let database = Database::new();
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut host = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let mut kept = store.join(&mut host, &tenant()).await.unwrap();
    write(&mut *kept, &ticket(1)).await.unwrap();
    kept.commit().await.unwrap();
    host.execute("insert into orders values (1)").await.unwrap();
    let mut dropped = store.join(&mut host, &tenant()).await.unwrap();
    write(&mut *dropped, &ticket(2)).await.unwrap();
    drop(dropped);
    host.execute("insert into orders values (2)").await.unwrap();
    host.commit().await.unwrap();
    assert_eq!((counts(&store).await, orders(&pool).await), ((1, 1), 2));
}

#[tokio::test]
async fn a_host_that_rolls_back_takes_the_desks_part_with_it() {
    let database = Database::new();
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    for _ in 0..2 {
        let mut host = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let mut joined = store.join(&mut host, &tenant()).await.unwrap();
        write(&mut *joined, &ticket(1)).await.unwrap();
        joined.commit().await.unwrap();
        host.rollback().await.unwrap();
        assert_eq!(counts(&store).await, (0, 0));
        assert_eq!(store.list_tenants().await.unwrap(), []);
    }
    // Nothing that was rolled back is remembered as done.
    add(&store, &ticket(1)).await.unwrap();
    assert_eq!(store.list_tenants().await.unwrap(), [tenant()]);
}

#[tokio::test]
async fn a_connection_without_a_transaction_is_not_joined() {
    let database = Database::new();
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut connection = pool.acquire().await.unwrap();
    let refused = store.join(&mut connection, &tenant()).await.err();
    assert!(matches!(refused, Some(StoreError::Backend { .. })), "{refused:?}");
    assert!(!connection.is_in_transaction());
}

#[tokio::test]
async fn a_host_that_read_what_is_old_by_now_meets_a_conflict() {
    let database = Database::new();
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut host = pool.begin().await.unwrap();
    host.execute("select count(*) from orders").await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    let mut joined = store.join(&mut host, &tenant()).await.unwrap();
    let refused = joined.tickets().insert(&ticket(2)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict), "{refused:?}");
}

#[tokio::test]
async fn two_desks_with_two_prefixes_share_a_file_and_nothing_else() {
    let database = Database::new();
    let first = database.options().prefix("one_".parse().unwrap()).open().await.unwrap();
    let second = database.options().prefix("two_".parse().unwrap()).open().await.unwrap();
    add(&first, &ticket(1)).await.unwrap();
    assert_eq!((counts(&first).await, counts(&second).await), ((1, 1), (0, 0)));
    add(&second, &ticket(1)).await.unwrap();
    assert_eq!((counts(&first).await, counts(&second).await), ((1, 1), (1, 1)));
    let strangers: i64 = sqlx::query_scalar(
        "select count(*) from sqlite_schema where name not like 'one\\_%' escape '\\' \
         and name not like 'two\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\'",
    )
    .fetch_one(first.pool())
    .await
    .unwrap();
    assert_eq!(strangers, 0, "every name begins with a prefix");
}

/// A host's own migrations, in the table that sqlx keeps for them.
fn host_migrations() -> Migrator {
    let step = |version, sql: &'static str| {
        Migration::new(
            version,
            "host".into(),
            MigrationType::Simple,
            sqlx::SqlSafeStr::into_sql_str(sql),
            false,
        )
    };
    Migrator::with_migrations(vec![
        step(1, "create table customers (id integer primary key)"),
        step(2, "create table invoices (id integer primary key)"),
    ])
}

#[tokio::test]
async fn a_hosts_own_migrations_live_beside_the_desks() {
    for host_first in [true, false] {
        let database = Database::new();
        let pool = host_pool(&database).await;
        if host_first {
            host_migrations().run(&pool).await.unwrap();
        }
        let store = store_of(&pool).await;
        add(&store, &ticket(1)).await.unwrap();
        // Both run at every start, and find nothing amiss.
        for _ in 0..2 {
            host_migrations().run(&pool).await.unwrap();
            store_of(&pool).await.check().await.unwrap();
        }
        let host: i64 =
            sqlx::query_scalar("select count(*) from _sqlx_migrations").fetch_one(&pool).await.unwrap();
        assert_eq!((host, counts(&store).await), (2, (1, 1)));
    }
}
