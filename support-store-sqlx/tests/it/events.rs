//! Events have one order, which never changes: whoever has read up to a position finds nothing new before it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use support_core::{
    access::Scope,
    event::{Event, EventKind, EventSubject, NewEvent, Position},
    id::SessionId,
    store::{Limit, PersonKey, Store, StoreError},
    ticket::TicketFilter,
};
use support_store_sqlx::{
    SqlxStore,
    testing::{TestDatabase, TestOptions, Tested},
};
use tokio::{runtime::Builder, task::JoinSet};

use crate::fixtures::{at, id, session, settle, tenant};

const WRITERS: usize = 64;

/// What a writer does in one transaction.
#[derive(Debug, Clone)]
struct Work {
    /// How many events it appends.
    events: u64,
    /// How often it asks the database something, between two events and before it commits.
    questions: u8,
    /// How often it lets others go first, in each of these places.
    yields: u8,
    /// Whether it commits in the end.
    keeps: bool,
}

fn work() -> impl Strategy<Value = Work> {
    let yields = prop_oneof![3 => 0..3_u8, 1 => Just(60)];
    (1..4_u64, 0..4_u8, yields, prop::bool::weighted(0.9))
        .prop_map(|(events, questions, yields, keeps)| Work { events, questions, yields, keeps })
}

/// The `n`th event of a writer.
fn event(writer: usize, n: u64) -> NewEvent {
    let session_id = SessionId::from_uuid(id(writer as u64));
    let subject = EventSubject::Session { session_id, seq: Some(n) };
    NewEvent { kind: EventKind::MessageCreated, subject, at: at(0) }
}

/// Carries out a writer's work; returns how many events were committed.
async fn write(store: &impl Store, writer: usize, works: &[Work]) -> Result<u64, StoreError> {
    let mut kept = 0;
    for work in works {
        let mut transaction = store.begin(&tenant()).await?;
        for n in 0..work.events {
            transaction.events().append(&event(writer, kept + n + 1)).await?;
            for _ in 0..work.questions {
                let all = TicketFilter::within(Scope::Everything);
                transaction.tickets().count(&all).await?;
            }
            for _ in 0..work.yields {
                tokio::task::yield_now().await;
            }
        }
        if work.keeps {
            transaction.commit().await?;
            kept += work.events;
        }
    }
    Ok(kept)
}

async fn list_after(store: &impl Store, after: Position, limit: i64) -> Vec<Event> {
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    transaction.events().list_after(after, Limit::new(limit).unwrap()).await.unwrap()
}

/// Follows the events, a few at a time, until all writers are done and there is no more.
async fn follow(store: &impl Store, limit: i64, writing: &AtomicUsize) -> Vec<Event> {
    let mut seen: Vec<Event> = Vec::new();
    loop {
        let is_last = writing.load(Ordering::SeqCst) == 0;
        settle(store).await;
        loop {
            let after = seen.last().map_or(Position::default(), |event| event.position);
            let new = list_after(store, after, limit).await;
            if new.is_empty() {
                break;
            }
            seen.extend(new);
        }
        if is_last {
            return seen;
        }
    }
}

/// All events in their order, read when nobody writes.
async fn all(store: &impl Store) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    loop {
        let after = all.last().map_or(Position::default(), |event| event.position);
        let more = list_after(store, after, 100).await;
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Lets writers and readers loose on a tenant without events.
async fn compare<DB: Tested>(stores: &[SqlxStore<DB>], works: Vec<Vec<Work>>) {
    let before = all(&stores[0]).await.len();
    let writing = Arc::new(AtomicUsize::new(works.len()));
    let mut readers = JoinSet::new();
    for (limit, store) in [1, 7, 100].into_iter().zip(stores.iter().cycle()) {
        let (store, writing) = (store.clone(), Arc::clone(&writing));
        readers.spawn(async move { follow(&store, limit, &writing).await });
    }
    let mut writers = JoinSet::new();
    for ((writer, works), store) in works.into_iter().enumerate().zip(stores.iter().cycle()) {
        let (store, writing) = (store.clone(), Arc::clone(&writing));
        writers.spawn(async move {
            let kept = write(&store, writer, &works).await;
            writing.fetch_sub(1, Ordering::SeqCst);
            kept.unwrap()
        });
    }
    let kept: u64 = writers.join_all().await.into_iter().sum();
    let readers = readers.join_all().await;
    let all = all(&stores[0]).await;
    for seen in readers {
        assert!(seen.is_sorted_by(|a, b| a.position < b.position), "positions rise");
        let differs = (0..all.len()).find(|n| seen.get(*n) != all.get(*n));
        let shown = differs.map(|n| (n, seen.get(n), &all[n]));
        assert_eq!(shown, None, "what was seen is what there is: nothing came later in between");
        assert_eq!(seen.len(), all.len());
    }
    assert_eq!(all.len() as u64, before as u64 + kept, "nothing is lost, and nothing was rolled back");
}

async fn whoever_reads_on_never_misses_an_event<DB: Tested>(database: TestDatabase<DB>) {
    // Two instances, where a database is for several.
    let options = || TestOptions::default().connections(8);
    let mut stores = vec![database.open(options()).await.unwrap()];
    if !DB::ONE_WRITER {
        stores.push(database.open(options()).await.unwrap());
    }
    let works = vec(vec(work(), 1..4), WRITERS);
    let config = Config { cases: 6, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    // On a thread of its own: what it runs may block, and must not block the test's own runtime.
    let run = move || {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let compared = TestRunner::new(config).run(&works, |works| {
            runtime.block_on(compare(&stores, works));
            Ok(())
        });
        compared.unwrap();
    };
    tokio::task::spawn_blocking(run).await.unwrap();
}

/// An event that is erased while it is numbered leaves a gap, and no number for another to be given again.
async fn an_event_that_is_erased_meanwhile_takes_no_position_from_others<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.store().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    for n in 1..=4 {
        transaction.chats().insert(&session(n), None).await.unwrap();
        transaction.events().append(&event(usize::try_from(n).unwrap(), 1)).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let mut erasing = store.begin(&tenant()).await.unwrap();
    erasing.people().erase(&PersonKey::Guest(session(2).id)).await.unwrap();
    let mut numbering = std::pin::pin!(settle(&store));
    let waited = tokio::time::timeout(Duration::from_millis(500), &mut numbering).await;
    assert!(waited.is_err(), "it waits for who erases");
    erasing.commit().await.unwrap();
    numbering.await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.events().append(&event(4, 2)).await.unwrap();
    transaction.commit().await.unwrap();
    settle(&store).await;
    let all = all(&store).await;
    let subjects: Vec<_> = all.iter().map(|event| event.subject).collect();
    let expected = [event(1, 1), event(3, 1), event(4, 1), event(4, 2)].map(|event| event.subject);
    assert_eq!(subjects, expected);
    assert!(all.is_sorted_by(|a, b| a.position < b.position));
    let mut reading = store.begin_read(&tenant()).await.unwrap();
    assert_eq!(reading.events().last_position().await.unwrap(), all[3].position);
}

/// Somebody is always at work: who waited for them would give no positions before all were done.
async fn positions_do_not_wait_for_writers_at_work<DB: Tested>(database: TestDatabase<DB>) {
    if DB::ONE_WRITER {
        return;
    }
    let store = database.store().await;
    let mut at_work = store.begin(&tenant()).await.unwrap();
    at_work.events().append(&event(1, 1)).await.unwrap();
    let mut done = store.begin(&tenant()).await.unwrap();
    done.events().append(&event(2, 1)).await.unwrap();
    done.commit().await.unwrap();
    // The statement itself is cut off after five seconds.
    tokio::time::timeout(Duration::from_secs(4), settle(&store)).await.expect("nobody is waited for");
    assert_eq!(
        all(&store).await.iter().map(|event| event.subject).collect::<Vec<_>>(),
        [event(2, 1).subject]
    );
    at_work.commit().await.unwrap();
    settle(&store).await;
    let subjects: Vec<_> = all(&store).await.iter().map(|event| event.subject).collect();
    assert_eq!(subjects, [event(2, 1), event(1, 1)].map(|event| event.subject));
}

crate::fixtures::on_each_database! { with_tables:
    positions_do_not_wait_for_writers_at_work
    an_event_that_is_erased_meanwhile_takes_no_position_from_others
    whoever_reads_on_never_misses_an_event
}
