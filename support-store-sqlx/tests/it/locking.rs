//! A busy database is no error that users see, and too much work is shed soon.

use std::time::Duration;

use chrono::NaiveDate;
use sqlx::{Connection, Executor, SqliteConnection};
use support_core::{
    access::Scope,
    store::{Store, StoreError},
    ticket::{Ticket, TicketNumber},
};
use support_store_sqlx::{
    Dialect, SqlxStore,
    testing::{TestDatabase, TestOptions, Tested},
};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::fixtures::{Database, add, at, counts, tenant, ticket};

/// Much longer than anything takes here that is not waiting.
const LONG: Duration = Duration::from_secs(20);

/// Keeps everybody else from writing until it is closed.
async fn lock(database: &Database) -> SqliteConnection {
    let mut outsider = database.outsider().await;
    outsider.execute("begin immediate").await.unwrap();
    outsider
}

/// So many tickets at the same time.
fn writers<DB: Dialect>(
    store: &SqlxStore<DB>,
    tickets: std::ops::RangeInclusive<u64>,
) -> JoinSet<Result<(), StoreError>> {
    tickets
        .map(|n| {
            let store = store.clone();
            async move { add(&store, &ticket(n)).await }
        })
        .collect()
}

#[tokio::test]
async fn r_12_a_lock_held_outside_is_waited_out_by_everybody() {
    let database = Database::new();
    // The queue is for the impatient here, so that the two kinds of waiting are told apart.
    let store = database.options().acquire_timeout(Duration::from_millis(300)).open().await.unwrap();
    let outsider = lock(&database).await;
    let mut writers = writers(&store, 1..=8);
    let waited = timeout(Duration::from_millis(700), writers.join_next()).await;
    assert!(waited.is_err(), "nobody gives up or gets through: {waited:?}");
    assert_eq!(counts(&store).await, (0, 0), "readers wait for nobody");
    outsider.close().await.unwrap();
    while let Some(done) = timeout(LONG, writers.join_next()).await.unwrap() {
        done.unwrap().unwrap();
    }
    assert_eq!(counts(&store).await, (8, 8));
}

#[tokio::test]
async fn r_12_a_lock_held_for_too_long_makes_the_store_unavailable() {
    let database = Database::new();
    let options = database.options().acquire_timeout(Duration::from_millis(200));
    let store = options.busy_timeout(Duration::from_millis(500)).open().await.unwrap();
    let outsider = lock(&database).await;
    let mut writers = writers(&store, 1..=4);
    while let Some(done) = timeout(LONG, writers.join_next()).await.unwrap() {
        let error = done.unwrap().unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    }
    outsider.close().await.unwrap();
    // It heals by itself.
    add(&store, &ticket(5)).await.unwrap();
}

#[tokio::test]
async fn r_12_three_seconds_are_waited_out_and_ten_are_too_long() {
    let database = Database::new();
    let store = database.open().await;
    let outsider = lock(&database).await;
    let mut patient = writers(&store, 1..=8);
    let waited = timeout(Duration::from_secs(3), patient.join_next()).await;
    assert!(waited.is_err(), "nobody gives up or gets through: {waited:?}");
    outsider.close().await.unwrap();
    while let Some(done) = timeout(LONG, patient.join_next()).await.unwrap() {
        done.unwrap().unwrap();
    }

    let outsider = lock(&database).await;
    let mut writers = writers(&store, 11..=18);
    while let Some(done) = timeout(Duration::from_secs(10), writers.join_next()).await.unwrap() {
        let error = done.unwrap().unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    }
    outsider.close().await.unwrap();
    assert_eq!(counts(&store).await, (8, 8));
    add(&store, &ticket(20)).await.unwrap();
}

/// switching a file to WAL needs it alone.
#[tokio::test]
async fn a_file_that_others_use_is_opened_when_they_are_done() {
    let database = Database::new();
    let mut outsider = database.outsider().await;
    outsider.execute("create table theirs (id integer primary key)").await.unwrap();
    outsider.execute("begin; select * from theirs").await.unwrap();
    let mut opening = std::pin::pin!(database.open());
    let opened = timeout(Duration::from_millis(200), &mut opening).await;
    assert!(opened.is_err(), "it is not switched while others read it: {opened:?}");
    outsider.close().await.unwrap();
    add(&timeout(LONG, opening).await.unwrap(), &ticket(1)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_others_use_for_too_long_is_unavailable() {
    let database = Database::new();
    let mut outsider = database.outsider().await;
    outsider.execute("create table theirs (id integer primary key)").await.unwrap();
    outsider.execute("begin exclusive").await.unwrap();
    let refused = database.options().busy_timeout(Duration::from_millis(100)).open().await.err();
    assert!(matches!(refused, Some(StoreError::Unavailable { .. })), "{refused:?}");
}

#[tokio::test]
async fn r_09_writers_that_are_too_many_are_shed_soon() {
    let database = Database::new();
    let store = database.options().acquire_timeout(Duration::from_millis(300)).open().await.unwrap();
    let holder = store.begin(&tenant()).await.unwrap();
    let begun = Instant::now();
    let refused = store.begin(&tenant()).await.err();
    assert!(matches!(refused, Some(StoreError::Unavailable { .. })), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(2), "long before a lock would be given up");
    drop(holder);
    add(&store, &ticket(1)).await.unwrap();
}

#[tokio::test]
async fn writers_have_their_turn_in_the_order_in_which_they_came() {
    let database = Database::new();
    let store = database.open().await;
    let holder = store.begin(&tenant()).await.unwrap();
    let order = std::sync::Mutex::new(Vec::new());
    let turn = |n: u64| {
        let (store, order) = (&store, &order);
        async move {
            let transaction = store.begin(&tenant()).await.unwrap();
            order.lock().unwrap().push(n);
            transaction.commit().await.unwrap();
        }
    };
    let release = async { drop(holder) };
    tokio::join!(biased; turn(1), turn(2), turn(3), turn(4), release);
    assert_eq!(order.into_inner().unwrap(), [1, 2, 3, 4]);
}

/// whoever read a row and then writes it has kept others from it.
async fn r_12_reading_before_writing_never_fails<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    add(&store, &ticket(1)).await.unwrap();
    let mut tasks: JoinSet<Result<(), StoreError>> = (0..16)
        .map(|_| {
            let store = store.clone();
            async move {
                let mut transaction = store.begin(&tenant()).await?;
                let key = ticket(1).id.into();
                let mut found = transaction.tickets().find(&key, &Scope::Everything).await?.unwrap();
                found.reply_count += 1;
                transaction.tickets().update(&mut found).await?;
                transaction.commit().await
            }
        })
        .collect();
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    let found = transaction.tickets().find(&ticket(1).id.into(), &Scope::Everything).await.unwrap().unwrap();
    assert_eq!((found.reply_count, found.version), (16, 17));
}

/// creators side by side, across midnight, some of whom roll back.
/// What becomes of a transaction.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Kept,
    GivenUp,
}

async fn number_ticket<DB: Tested>(
    store: &SqlxStore<DB>,
    day: NaiveDate,
    ticket: Ticket,
    fate: Fate,
) -> Result<TicketNumber, StoreError> {
    let mut transaction = store.begin(&tenant()).await?;
    let number = transaction.tickets().next_number(day).await?;
    if fate == Fate::Kept {
        transaction.tickets().insert(&Ticket { number: number.clone(), ..ticket }).await?;
        transaction.commit().await?;
    }
    Ok(number)
}

async fn r_05_numbers_are_unique_and_without_gaps_but_those_given_up<DB: Tested>(database: TestDatabase<DB>) {
    const CREATORS: u64 = 64;
    const EACH: u64 = 8;
    let store = database.store().await;
    let midnight = at(0).date_naive();
    let mut tasks: JoinSet<Vec<String>> = (0..CREATORS)
        .map(|creator| {
            let store = store.clone();
            async move {
                let mut kept = Vec::new();
                for n in 0..EACH {
                    let day = if n < EACH / 2 { midnight } else { midnight.succ_opt().unwrap() };
                    let fate = if (creator + n).is_multiple_of(4) { Fate::GivenUp } else { Fate::Kept };
                    // Whom a deadlock is solved with begins again, as with the desk.
                    let number = loop {
                        match number_ticket(&store, day, ticket(creator * EACH + n), fate).await {
                            Err(StoreError::Conflict) => {}
                            numbered => break numbered.unwrap(),
                        }
                    };
                    if fate == Fate::Kept {
                        kept.push(number.as_str().to_owned());
                    }
                }
                kept
            }
        })
        .collect();
    let mut numbers = Vec::new();
    while let Some(kept) = tasks.join_next().await {
        numbers.extend(kept.unwrap());
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len() as u64, CREATORS * EACH * 3 / 4);
}

/// R-09, with nobody done in time: the excess is told soon, and the store is well afterwards.
async fn r_09_hundreds_of_writers_are_shed_soon<DB: Tested>(database: TestDatabase<DB>) {
    let options = TestOptions::default().connections(4).acquire_timeout(Duration::from_millis(500));
    let store = database.open(options).await.unwrap();
    let mut holders = Vec::new();
    for _ in 0..if DB::ONE_WRITER { 1 } else { 4 } {
        holders.push(store.begin(&tenant()).await.unwrap());
    }
    let mut writers = writers(&store, 1..=500);
    let begun = Instant::now();
    while let Some(done) = timeout(LONG, writers.join_next()).await.unwrap() {
        let refused = done.unwrap().unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    drop(holders);
    add(&store, &ticket(1)).await.unwrap();
    assert_eq!(counts(&store).await, (1, 1));
}

crate::fixtures::on_each_database! { with_tables:
    r_12_reading_before_writing_never_fails
    r_05_numbers_are_unique_and_without_gaps_but_those_given_up
    r_09_hundreds_of_writers_are_shed_soon
}
