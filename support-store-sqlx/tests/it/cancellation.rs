//! Clients that vanish: whatever they were doing is done as a whole or not at all.

use sqlx::Connection;
use support_core::store::{Store, StoreError, Transaction};
use support_store_sqlx::{
    SqlxStore,
    testing::{TestDatabase, Tested},
};

use crate::fixtures::{add, counts, event, number, outsider, poll_at_most, run, tenant, ticket};

async fn r_16_a_future_dropped_anywhere_leaves_all_or_nothing<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let (mut given_up, mut done) = (0, 0);
    // Each further round lets the work come one step further, until it comes to its end; then from the start again, for
    // how much a step is depends on how fast the database answers.
    let mut polls = 0;
    for round in 1..=10_000 {
        polls += 1;
        let finished = poll_at_most(polls, add(&store, &ticket(round))).await;
        let (mut tickets, mut events) = counts(&store).await;
        // A commit that nobody waits for may come between giving positions and looking.
        for _ in 0..100 {
            if tickets != events as u64 {
                (tickets, events) = counts(&store).await;
            }
        }
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

async fn nothing_follows_a_statement_that_was_given_up<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    begin_and_give_up(&mut *transaction).await;
    let refused = transaction.tickets().insert(&ticket(2)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
    assert!(transaction.commit().await.is_err());
    assert_eq!(counts(&store).await, (0, 0));
}

/// Where the driver loses its place with a statement that is given up, the host has to close the connection.
async fn a_given_up_statement_in_the_hosts_transaction_leaves_the_hosts_work_alone<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.store().await;
    let orders = "create table orders (id integer primary key)";
    run::<DB>(&mut outsider(&database).await, orders).await.unwrap();
    let mut connection = outsider(&database).await;
    let mut host = connection.begin_with(DB::BEGIN_WRITE).await.unwrap();
    run::<DB>(&mut host, "insert into orders values (1)").await.unwrap();
    let mut joined = store.join(&mut host, &tenant()).await.unwrap();
    joined.tickets().insert(&ticket(1)).await.unwrap();
    begin_and_give_up(&mut *joined).await;
    drop(joined);
    let expected = if DB::SURVIVES_GIVING_UP {
        run::<DB>(&mut host, "insert into orders values (2)").await.unwrap();
        host.commit().await.unwrap();
        2
    } else {
        drop(host);
        drop(connection);
        0
    };
    let mut connection = store.pool().acquire().await.unwrap();
    let orders = number::<DB>(&mut connection, "select count(*) as value from orders").await;
    assert_eq!(orders, expected);
    assert_eq!(counts(&store).await, (0, 0));
}

async fn a_refused_row_spoils_nothing_else<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    let refused = transaction.tickets().insert(&ticket(1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::AlreadyExists), "{refused:?}");
    transaction.tickets().insert(&ticket(2)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(counts(&store).await.0, 2);
}

async fn a_reading_transaction_writes_nothing_on_any_pool<DB: Tested>(database: TestDatabase<DB>) {
    let own = database.store().await;
    let hosts =
        SqlxStore::from_pool(own.pool().clone(), Default::default(), Default::default()).await.unwrap();
    for store in [own, hosts] {
        let mut transaction = store.begin_read(&tenant()).await.unwrap();
        let refused = transaction.tickets().insert(&ticket(1)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
        transaction.commit().await.unwrap();
        assert_eq!(counts(&store).await, (0, 0));
    }
}

crate::fixtures::on_each_database! { with_tables:
    r_16_a_future_dropped_anywhere_leaves_all_or_nothing
    nothing_follows_a_statement_that_was_given_up
    a_given_up_statement_in_the_hosts_transaction_leaves_the_hosts_work_alone
    a_refused_row_spoils_nothing_else
    a_reading_transaction_writes_nothing_on_any_pool
}
