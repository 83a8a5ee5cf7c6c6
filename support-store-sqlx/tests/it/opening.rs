//! How databases are opened: settings, memory, and what cannot be opened.

use std::time::Duration;

use sqlx::SqlitePool;
use support_core::store::{Store, StoreError};
use support_store_sqlx::{
    SqliteStore,
    testing::{TestDatabase, Tested},
};

use crate::fixtures::{Database, add, counts, tenant, ticket};

/// A setting as every connection of a pool has it.
async fn settings(pool: &SqlitePool, name: &str) -> Vec<String> {
    let mut connections = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        connections.push(pool.acquire().await.unwrap());
    }
    let mut values = Vec::new();
    for connection in &mut connections {
        let pragma = sqlx::AssertSqlSafe(format!("pragma {name}"));
        let row = sqlx::query(pragma).fetch_one(&mut **connection).await.unwrap();
        let number = sqlx::Row::try_get::<i64, _>(&row, 0).map(|number| number.to_string());
        values.push(number.unwrap_or_else(|_| sqlx::Row::get(&row, 0)));
    }
    values
}

/// what was acknowledged survives a power cut, whichever connection wrote it.
#[tokio::test]
async fn r_02_every_connection_is_safe_against_power_cuts() {
    let database = Database::new();
    let store =
        database.options().readers(3).busy_timeout(Duration::from_millis(4_321)).open().await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    for (pool, connections) in [(store.pool(), 1), (store.reader_pool(), 3)] {
        for (name, expected) in
            [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "4321")]
        {
            assert_eq!(settings(pool, name).await, vec![expected; connections], "{name}");
        }
    }
    assert_eq!(settings(store.pool(), "query_only").await, ["0"]);
    assert_eq!(settings(store.reader_pool(), "query_only").await, ["1"; 3]);
}

#[tokio::test]
async fn a_database_in_memory_lasts_as_long_as_its_store_and_is_its_own() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite:name?mode=memory"] {
        let (store, other) = (
            SqliteStore::connect(url).await.unwrap(),
            SqliteStore::connect("sqlite::memory:").await.unwrap(),
        );
        add(&store, &ticket(1)).await.unwrap();
        add(&store, &ticket(2)).await.unwrap();
        store.check().await.unwrap();
        assert_eq!(counts(&store).await, (2, 2), "{url}");
        assert_eq!(counts(&other).await, (0, 0), "{url}");
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_unavailable_and_what_is_no_url_is_not() {
    let missing = SqliteStore::connect("sqlite:/no/such/directory/support.db").await.err();
    assert!(matches!(missing, Some(StoreError::Unavailable { .. })), "{missing:?}");
    let nonsense = SqliteStore::connect("sqlite:x?no_such_parameter=1").await.err();
    assert!(matches!(nonsense, Some(StoreError::Backend { .. })), "{nonsense:?}");
}

async fn a_closed_store_is_unavailable<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    store.close().await;
    assert!(matches!(store.check().await, Err(StoreError::Unavailable { .. })));
    assert!(matches!(store.begin(&tenant()).await.err(), Some(StoreError::Unavailable { .. })));
    assert!(matches!(store.begin_read(&tenant()).await.err(), Some(StoreError::Unavailable { .. })));
}

async fn waiting_for_events_ends_with_a_commit_or_in_time<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    store.wait_for_events(Duration::from_millis(1)).await;
    // Far longer than a test may take: it is the commit that ends the wait.
    let wait = store.wait_for_events(Duration::from_secs(600));
    let ticket = ticket(1);
    let ((), added) = tokio::join!(biased; wait, add(&store, &ticket));
    added.unwrap();
}

#[tokio::test]
async fn what_is_shown_of_a_store_says_not_where_it_is() {
    let database = Database::new();
    let shown = format!("{:?}", database.open().await);
    assert!(shown.contains("support_") && !shown.contains("support.db"), "{shown}");
}

crate::fixtures::on_each_database! { with_tables:
    a_closed_store_is_unavailable
    waiting_for_events_ends_with_a_commit_or_in_time
}
