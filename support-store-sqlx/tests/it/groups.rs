//! Transactions that share a wait for the disk: each is acknowledged when it is safe, and none takes another with it.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use sqlx::Executor;
use support_core::{
    access::Scope,
    store::{Store, StoreError, Transaction},
};
use support_store_sqlx::SqliteStore;
use tokio::time::timeout;

use crate::fixtures::{Database, add, counts, poll_at_most, tenant, ticket, write};

/// Longer than a transaction may keep others waiting who have done their part.
const TOO_LONG: Duration = Duration::from_millis(1_250);
/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

type Committing = Pin<Box<dyn Future<Output = Result<(), StoreError>>>>;

/// Whether a ticket is there for others.
async fn is_there(store: &SqliteStore, n: u64) -> bool {
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    transaction.tickets().find(&ticket(n).id.into(), &Scope::Everything).await.unwrap().is_some()
}

/// Polls a future once.
async fn poke<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
    poll_fn(|context| match Pin::new(&mut *future).poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// A ticket that has been written and waits to be committed, and the next transaction, whose turn it is.
///
/// Where the machine is so slow that the first was committed by itself, it is tried again, with the next number.
async fn one_kept_and_the_next(store: &SqliteStore, n: &mut u64) -> (Committing, Box<dyn Transaction>) {
    for _ in 0..1_000 {
        *n += 1;
        let mut first = store.begin(&tenant()).await.unwrap();
        let mut begin = Box::pin(async { store.begin(&tenant()).await.unwrap() });
        assert!(poke(&mut begin).await.is_none(), "its turn comes when the first has ended");
        write(&mut *first, &ticket(*n)).await.unwrap();
        let mut committing: Committing = Box::pin(async move { first.commit().await });
        tokio::select! {
            biased;
            committed = &mut committing => committed.unwrap(),
            next = &mut begin => return (committing, next),
        }
        drop(begin.await);
    }
    panic!("no transaction waits for the next one");
}

#[tokio::test]
async fn what_waits_to_be_committed_is_seen_by_the_next_writer_and_nobody_else() {
    let database = Database::new();
    let store = database.open().await;
    let mut n = 0;
    let (committing, mut next) = one_kept_and_the_next(&store, &mut n).await;
    let found = next.tickets().find(&ticket(n).id.into(), &Scope::Everything).await.unwrap();
    assert!(found.is_some());
    assert!(!is_there(&store, n).await);
    drop(next);
    committing.await.unwrap();
    assert!(is_there(&store, n).await);
}

#[tokio::test]
async fn a_dropped_transaction_takes_back_its_own_part_alone() {
    let database = Database::new();
    let store = database.open().await;
    let mut n = 0;
    let (committing, mut dropped) = one_kept_and_the_next(&store, &mut n).await;
    write(&mut *dropped, &ticket(1_000_000)).await.unwrap();
    drop(dropped);
    committing.await.unwrap();
    assert!(is_there(&store, n).await && !is_there(&store, 1_000_000).await);
}

#[tokio::test]
async fn r_16_a_neighbor_dropped_anywhere_changes_nothing_for_the_others() {
    let database = Database::new();
    let store = database.open().await;
    let (mut n, mut polls, mut cut_short, mut done) = (0, 0, 0, 0);
    while done < 3 || cut_short < 5 {
        polls += 1;
        let (committing, mut neighbor) = one_kept_and_the_next(&store, &mut n).await;
        let other = 1_000_000 + n;
        let work = async move {
            write(&mut *neighbor, &ticket(other)).await.unwrap();
            neighbor.commit().await.unwrap();
        };
        let ended = poll_at_most(polls, work).await;
        committing.await.unwrap();
        assert!(is_there(&store, n).await);
        let (tickets, events) = counts(&store).await;
        assert_eq!(tickets.min(100), events as u64, "a ticket and its event come together, {polls} polls");
        if ended.is_some() {
            assert!(is_there(&store, other).await, "what was acknowledged is there");
            (done, polls) = (done + 1, 0);
        } else {
            cut_short += 1;
        }
    }
}

#[tokio::test]
async fn r_17_a_panic_hurts_no_neighbor() {
    let database = Database::new();
    let store = database.open().await;
    let mut n = 0;
    let (committing, mut neighbor) = one_kept_and_the_next(&store, &mut n).await;
    let panicked = tokio::spawn(async move {
        write(&mut *neighbor, &ticket(1_000_000)).await.unwrap();
        panic!("on purpose");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    committing.await.unwrap();
    assert!(is_there(&store, n).await && !is_there(&store, 1_000_000).await);
}

#[tokio::test]
async fn who_keeps_others_waiting_for_too_long_is_evicted_and_may_try_again() {
    let database = Database::new();
    let store = database.open().await;
    let mut n = 0;
    let (committing, mut slow) = one_kept_and_the_next(&store, &mut n).await;
    write(&mut *slow, &ticket(1_000_000)).await.unwrap();
    timeout(LONG, committing).await.unwrap().unwrap();
    let refused = write(&mut *slow, &ticket(1_000_001)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict), "{refused:?}");
    assert!(slow.commit().await.is_err());
    assert!(!is_there(&store, 1_000_000).await);

    // Now nobody waits for it, however many come before it, and it has all the time it needs.
    let mut before = store.begin(&tenant()).await.unwrap();
    let mut begin = Box::pin(async { store.begin(&tenant()).await.unwrap() });
    assert!(poke(&mut begin).await.is_none());
    write(&mut *before, &ticket(1_000_002)).await.unwrap();
    before.commit().await.unwrap();
    let mut slow = begin.await;
    assert!(timeout(TOO_LONG, store.begin(&tenant())).await.is_err(), "others have their turn later");
    write(&mut *slow, &ticket(1_000_003)).await.unwrap();
    slow.commit().await.unwrap();
    assert!(is_there(&store, 1_000_003).await);
}

#[tokio::test]
async fn who_is_evicted_before_the_commit_learns_it_from_the_commit() {
    let database = Database::new();
    let store = database.open().await;
    let mut n = 0;
    let (committing, mut slow) = one_kept_and_the_next(&store, &mut n).await;
    write(&mut *slow, &ticket(1_000_000)).await.unwrap();
    timeout(LONG, committing).await.unwrap().unwrap();
    let refused = slow.commit().await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict), "{refused:?}");
    assert!(!is_there(&store, 1_000_000).await);
}

#[tokio::test]
async fn r_14_a_neighbor_that_fills_the_disk_leaves_no_half_and_no_false_word() {
    let database = Database::new();
    let store = database.open().await;
    add(&store, &ticket(1_000_000)).await.unwrap();
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(store.pool()).await.unwrap();
    let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {}", pages + 20));
    sqlx::query(limit).execute(store.pool()).await.unwrap();
    let mut n = 0;
    let (committing, mut greedy) = one_kept_and_the_next(&store, &mut n).await;
    let mut refused = None;
    for other in 2_000_000..2_000_100 {
        let mut large = ticket(other);
        large.description = crate::fixtures::body(&"x".repeat(9_000));
        refused = greedy.tickets().insert(&large).await.err();
        if refused.is_some() {
            break;
        }
    }
    assert!(matches!(refused, Some(StoreError::Full { .. })), "{refused:?}");
    assert!(greedy.commit().await.is_err());
    // The database may have undone everything with the statement: then it was told so, and tries again.
    let committed = committing.await;
    assert_eq!(is_there(&store, n).await, committed.is_ok());
    assert!(matches!(committed, Ok(()) | Err(StoreError::Conflict)), "{committed:?}");
    assert_eq!(
        counts(&store).await.0,
        n + u64::from(committed.is_ok()),
        "nothing of the greedy one is there"
    );

    sqlx::query("pragma max_page_count = 1000000").execute(store.pool()).await.unwrap();
    add(&store, &ticket(1_000_001)).await.unwrap();
}

/// Has a ticket with this subject refused when it is committed, by a rule of the host's.
async fn refuse_at_commit(store: &SqliteStore, subject: &str) {
    let rule = format!(
        "create table allowed (subject text primary key);
         create table asked (subject text references allowed deferrable initially deferred);
         create trigger refuse after insert on support_tickets when new.subject = '{subject}'
         begin insert into asked values (new.subject); end"
    );
    store.pool().execute(sqlx::AssertSqlSafe(rule)).await.unwrap();
}

#[tokio::test]
async fn where_a_group_cannot_be_committed_each_tries_again_and_hears_its_own() {
    let database = Database::new();
    let store = database.open().await;
    refuse_at_commit(&store, "Bad").await;
    let mut bad = ticket(1_000_000);
    bad.subject = crate::fixtures::subject("Bad");
    let mut n = 0;
    let (committing, mut neighbor) = one_kept_and_the_next(&store, &mut n).await;
    write(&mut *neighbor, &bad).await.unwrap();
    let (first, second) = tokio::join!(committing, neighbor.commit());
    for refused in [first, second] {
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    }
    assert!(!is_there(&store, n).await && !is_there(&store, 1_000_000).await);

    let good = ticket(n);
    let (first, second) = tokio::join!(add(&store, &good), add(&store, &bad));
    first.unwrap();
    assert!(matches!(second, Err(StoreError::Backend { .. })), "{second:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_in_a_storm_is_there_and_nothing_that_was_not_asked_for() {
    const WRITERS: u64 = 24;
    const EACH: u64 = 30;
    let database = Database::new();
    let store = database.open().await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
                for n in writer * EACH..(writer + 1) * EACH {
                    // Some give up after a while, at another point each time.
                    let polls = if n % 3 == 0 { u32::try_from(n % 23).unwrap() + 1 } else { u32::MAX };
                    match poll_at_most(polls, add(&store, &ticket(n))).await {
                        Some(Ok(())) => acknowledged.push(n),
                        Some(Err(StoreError::Conflict)) => {}
                        Some(Err(error)) => panic!("{error:?}"),
                        None => unknown.push(n),
                    }
                }
                (acknowledged, unknown)
            })
        })
        .collect();
    let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
    for writer in writers {
        let (mut some, mut others) = writer.await.unwrap();
        acknowledged.append(&mut some);
        unknown.append(&mut others);
    }
    // What was given up at the very end may still be on its way: this waits for it.
    add(&store, &ticket(1_000_000)).await.unwrap();
    for n in &acknowledged {
        assert!(is_there(&store, *n).await, "{n} was acknowledged");
    }
    let mut there = acknowledged.len() as u64 + 1;
    for n in &unknown {
        there += u64::from(is_there(&store, *n).await);
    }
    assert_eq!(counts(&store).await.0, there);
    assert!(acknowledged.len() as u64 > WRITERS * EACH / 2);
}
