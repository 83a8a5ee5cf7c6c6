//! Clients that vanish: whatever they were doing is done as a whole or not at all.

use support_core::store::{Store, StoreError, Transaction};
use support_store_sqlx::SqliteStore;

use crate::fixtures::{Database, add, counts, event, poll_at_most, tenant, ticket};

#[tokio::test]
async fn r_16_a_future_dropped_anywhere_leaves_all_or_nothing() {
    let database = Database::new();
    let store = database.open().await;
    let (mut given_up, mut done) = (0, 0);
    // Each further round lets the work come one step further, until it comes to its end; then from the start again, for
    // how much a step is depends on how fast the database answers.
    let mut polls = 0;
    for round in 1..=10_000 {
        polls += 1;
        let finished = poll_at_most(polls, add(&store, &ticket(round))).await;
        let (tickets, events) = counts(&store).await;
        assert_eq!(tickets, events as u64, "a ticket and its event come together, {polls} polls");
        match finished {
            None => given_up += 1,
            Some(result) => {
                result.unwrap();
                done += 1;
                polls = 0;
                let mut transaction = store.begin_read(&tenant()).await.unwrap();
                let key = ticket(round).id.into();
                let found = transaction.tickets().find(&key, &support_core::access::Scope::Everything).await;
                assert!(found.unwrap().is_some(), "what was acknowledged is there");
            }
        }
        if done >= 3 && given_up > 4 {
            return;
        }
    }
    panic!("{given_up} rounds were cut short, and {done} came to their end");
}

/// Begins to append an event and loses interest while the database is at it.
async fn begin_and_give_up(transaction: &mut dyn Transaction) {
    let event = event(&ticket(1));
    // The first poll hands the statement over. Where the database has answered before the poll is over, try again.
    for _ in 0..10_000 {
        match poll_at_most(1, transaction.events().append(&event)).await {
            None => return,
            Some(appended) => appended.unwrap(),
        }
    }
    panic!("every statement ended within its first poll");
}

#[tokio::test]
async fn nothing_follows_a_statement_that_was_given_up() {
    let database = Database::new();
    let store = database.open().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    begin_and_give_up(&mut *transaction).await;
    let refused = transaction.tickets().insert(&ticket(2)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
    assert!(transaction.commit().await.is_err());
    assert_eq!(counts(&store).await, (0, 0));
}

#[tokio::test]
async fn a_given_up_statement_in_the_hosts_transaction_leaves_the_hosts_work_alone() {
    let database = Database::new();
    let store = database.open().await;
    let mut host = store.pool().begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query("create table orders (id integer primary key)").execute(&mut *host).await.unwrap();
    let mut joined = store.join(&mut host, &tenant()).await.unwrap();
    joined.tickets().insert(&ticket(1)).await.unwrap();
    begin_and_give_up(&mut *joined).await;
    drop(joined);
    sqlx::query("insert into orders values (1)").execute(&mut *host).await.unwrap();
    host.commit().await.unwrap();
    let orders: i64 =
        sqlx::query_scalar("select count(*) from orders").fetch_one(store.pool()).await.unwrap();
    assert_eq!(orders, 1);
    assert_eq!(counts(&store).await, (0, 0));
}

#[tokio::test]
async fn a_refused_row_spoils_nothing_else() {
    let database = Database::new();
    let store = database.open().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    let refused = transaction.tickets().insert(&ticket(1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::AlreadyExists), "{refused:?}");
    transaction.tickets().insert(&ticket(2)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(counts(&store).await.0, 2);
}

#[tokio::test]
async fn r_14_a_full_database_is_told_and_nothing_of_the_transaction_remains() {
    let database = Database::new();
    let store = database.open().await;
    add(&store, &ticket(1)).await.unwrap();
    // No page more than there are now.
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(store.pool()).await.unwrap();
    let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"));
    sqlx::query(limit).execute(store.pool()).await.unwrap();

    let mut transaction = store.begin(&tenant()).await.unwrap();
    let mut refused = None;
    for n in 2..1_000 {
        if let Err(error) = transaction.tickets().insert(&ticket(n)).await {
            refused = Some(error);
            break;
        }
    }
    assert!(matches!(refused, Some(StoreError::Full { .. })), "{refused:?}");
    // SQLite may have undone everything: a row that came now would be committed by itself.
    assert!(transaction.events().append(&event(&ticket(1))).await.is_err());
    assert!(transaction.commit().await.is_err());
    assert_eq!(counts(&store).await, (1, 1));

    // Reads went on; with room again, writes do as well.
    sqlx::query("pragma max_page_count = 1000000").execute(store.pool()).await.unwrap();
    add(&store, &ticket(2)).await.unwrap();
    assert_eq!(counts(&store).await, (2, 2));
}

#[tokio::test]
async fn a_reading_transaction_writes_nothing_on_any_pool() {
    let database = Database::new();
    let own = database.open().await;
    let hosts =
        SqliteStore::from_pool(own.pool().clone(), Default::default(), Default::default()).await.unwrap();
    for store in [own, hosts] {
        let mut transaction = store.begin_read(&tenant()).await.unwrap();
        let refused = transaction.tickets().insert(&ticket(1)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
        transaction.commit().await.unwrap();
        assert_eq!(counts(&store).await, (0, 0));
    }
}
