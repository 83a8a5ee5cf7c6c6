//! Beside a host: its pool, its transactions, its tables, its migrations.

use sqlx::{
    Connection, Executor, Pool,
    migrate::{Migrate, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use support_core::store::{Store, StoreError};
use support_store_sqlx::{
    Dialect, Migrations, Prefix, SqliteStore, SqlxStore,
    testing::{TestDatabase, TestOptions, Tested},
};

use crate::fixtures::{Database, add, counts, number, run, tenant, ticket, write};

/// A pool as a host opens it, with a table of its own.
async fn host_pool<DB: Tested>(database: &TestDatabase<DB>) -> Pool<DB> {
    let pool = sqlx::pool::PoolOptions::new().max_connections(4).connect(database.url()).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    if DB::ONE_WRITER {
        run::<DB>(&mut connection, "pragma journal_mode = wal").await.unwrap();
    }
    run::<DB>(&mut connection, "create table orders (id integer primary key)").await.unwrap();
    drop(connection);
    pool
}

async fn store_of<DB: Tested>(pool: &Pool<DB>) -> SqlxStore<DB> {
    SqlxStore::from_pool(pool.clone(), Prefix::default(), Migrations::Auto).await.unwrap()
}

async fn count<DB: Tested>(pool: &Pool<DB>, table: &str) -> i64 {
    let sql = format!("select count(*) as value from {table}");
    number::<DB>(&mut *pool.acquire().await.unwrap(), &sql).await
}

async fn an_order_and_its_ticket_are_committed_together<DB: Tested>(database: TestDatabase<DB>) {
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut host = pool.begin_with(DB::BEGIN_WRITE).await.unwrap();
    run::<DB>(&mut host, "insert into orders values (1)").await.unwrap();
    let mut joined = store.join(&mut host, &tenant()).await.unwrap();
    write(&mut *joined, &ticket(1)).await.unwrap();
    joined.commit().await.unwrap();
    let seen = {
        let mut reading = store.begin_read(&tenant()).await.unwrap();
        reading.tickets().find(&ticket(1).id.into(), &support_core::access::Scope::Everything).await.unwrap()
    };
    assert_eq!(seen, None, "nobody sees it before the host commits");
    host.commit().await.unwrap();
    assert_eq!((counts(&store).await, count(&pool, "orders").await), ((1, 1), 1));
}

async fn a_dropped_view_undoes_the_desks_part_alone<DB: Tested>(database: TestDatabase<DB>) {
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut host = pool.begin_with(DB::BEGIN_WRITE).await.unwrap();
    let mut kept = store.join(&mut host, &tenant()).await.unwrap();
    write(&mut *kept, &ticket(1)).await.unwrap();
    kept.commit().await.unwrap();
    run::<DB>(&mut host, "insert into orders values (1)").await.unwrap();
    let mut dropped = store.join(&mut host, &tenant()).await.unwrap();
    write(&mut *dropped, &ticket(2)).await.unwrap();
    drop(dropped);
    run::<DB>(&mut host, "insert into orders values (2)").await.unwrap();
    host.commit().await.unwrap();
    assert_eq!((counts(&store).await, count(&pool, "orders").await), ((1, 1), 2));
}

async fn a_host_that_rolls_back_takes_the_desks_part_with_it<DB: Tested>(database: TestDatabase<DB>) {
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    for _ in 0..2 {
        let mut host = pool.begin_with(DB::BEGIN_WRITE).await.unwrap();
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

async fn a_connection_without_a_transaction_is_not_joined<DB: Tested>(database: TestDatabase<DB>) {
    let pool = host_pool(&database).await;
    let store = store_of(&pool).await;
    let mut connection = pool.acquire().await.unwrap();
    let refused = store.join(&mut connection, &tenant()).await.err();
    assert!(matches!(refused, Some(StoreError::Backend { .. })), "{refused:?}");
    assert!(!connection.is_in_transaction());
}

/// SQLite's alone: elsewhere, a row that has changed meanwhile is waited for or refused by itself.
#[tokio::test]
async fn a_host_that_read_what_is_old_by_now_meets_a_conflict() {
    let database = Database::new();
    let options: SqliteConnectOptions = database.url().parse().unwrap();
    let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
    pool.execute("create table orders (id integer primary key)").await.unwrap();
    let store = SqliteStore::from_pool(pool.clone(), Prefix::default(), Migrations::Auto).await.unwrap();
    let mut host = pool.begin().await.unwrap();
    host.execute("select count(*) from orders").await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    let mut joined = store.join(&mut host, &tenant()).await.unwrap();
    let refused = joined.tickets().insert(&ticket(2)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict), "{refused:?}");
}

async fn two_desks_with_two_prefixes_share_a_database_and_nothing_else<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let with = |prefix: &str| TestOptions::default().prefix(prefix.parse().unwrap());
    let first = database.open(with("one_")).await.unwrap();
    let second = database.open(with("two_")).await.unwrap();
    add(&first, &ticket(1)).await.unwrap();
    assert_eq!((counts(&first).await, counts(&second).await), ((1, 1), (0, 0)));
    add(&second, &ticket(1)).await.unwrap();
    assert_eq!((counts(&first).await, counts(&second).await), ((1, 1), (1, 1)));
    let names = match <DB as Dialect>::NAME {
        "sqlite" => "select name from sqlite_schema where name not like 'sqlite\\_%' escape '\\'",
        "mysql" => {
            "select cast(table_name as char) as name from information_schema.tables where table_schema = database() \
             union select cast(index_name as char) from information_schema.statistics \
             where table_schema = database() and index_name <> 'PRIMARY'"
        }
        _ => "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace",
    };
    let rows = DB::fetch(&mut *first.pool().acquire().await.unwrap(), names.to_owned(), Vec::new()).await;
    let names: Vec<_> = rows.unwrap().iter().map(|row| DB::text(row, "name").unwrap().unwrap()).collect();
    assert!(names.len() > 40, "{names:?}");
    let strangers: Vec<_> =
        names.iter().filter(|name| !name.starts_with("one_") && !name.starts_with("two_")).collect();
    assert!(strangers.is_empty(), "every name begins with a prefix: {strangers:?}");
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

async fn a_hosts_own_migrations_live_beside_the_desks<DB: Tested<Connection: Migrate>>(
    database: TestDatabase<DB>,
) {
    let other = TestDatabase::empty().await.unwrap();
    for (host_first, database) in [(true, database), (false, other)] {
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
        let host = count(&pool, "_sqlx_migrations").await;
        assert_eq!((host, counts(&store).await), (2, (1, 1)));
    }
}

crate::fixtures::on_each_database! { empty:
    an_order_and_its_ticket_are_committed_together
    a_dropped_view_undoes_the_desks_part_alone
    a_host_that_rolls_back_takes_the_desks_part_with_it
    a_connection_without_a_transaction_is_not_joined
    two_desks_with_two_prefixes_share_a_database_and_nothing_else
    a_hosts_own_migrations_live_beside_the_desks
}
