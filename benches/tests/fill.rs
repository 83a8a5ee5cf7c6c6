//! A filled desk is what the desk itself would have written.
#![expect(clippy::unwrap_used, reason = "a test panics when the tool is wrong")]

use support_benches::fill::{Filling, Shown, fill};
use support_core::{
    access::Scope,
    chat::{Participant, SessionFilter, SessionSort},
    id::{TenantId, UserId},
    memory::MemoryStore,
    store::{PageRequest, Store},
    ticket::{TicketFilter, TicketSort},
};
use support_store_sqlx::{
    SqliteStore,
    testing::{MySql, Postgres, TestDatabase, Tested},
};

fn filling(seed: u64) -> Filling {
    let until = "2026-01-31T12:00:00Z".parse().unwrap();
    Filling { tickets: 150, sessions: 150, seed, until, shown: Shown::Nowhere }
}

async fn filled(store: impl Store, seed: u64, writers: u64) -> String {
    fill(&store, filling(seed), writers).await.unwrap();
    let mut tx = store.begin_read(&TenantId::default()).await.unwrap();
    let viewer = Participant::Agent(UserId::parse("agent-0").unwrap());
    let tickets = TicketFilter::within(Scope::Everything);
    let sessions = SessionFilter::within(Scope::Everything, viewer);
    let page = PageRequest::default();
    let tickets = tx.tickets().list(&tickets, TicketSort::CreatedAt, &page).await.unwrap();
    let sessions = tx.chats().list(&sessions, SessionSort::Unread, &page).await.unwrap();
    let stats = tx.chats().stats().await.unwrap();
    format!("{tickets:?} {sessions:?} {stats:?}")
}

#[tokio::test]
async fn counts_of_a_filled_desk_are_true() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("support.db").display());
    let store = SqliteStore::connect(&url).await.unwrap();
    fill(&store, filling(1), 1).await.unwrap();
    let differences = store.check_counts(&TenantId::default()).await.unwrap();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn a_seed_makes_the_same_desk_again_on_any_store() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("support.db").display());
    let of_sqlite = filled(SqliteStore::connect(&url).await.unwrap(), 1, 1).await;
    let of_memory = filled(MemoryStore::new(), 1, 1).await;
    assert!(of_sqlite == of_memory, "SQLite and memory differ");
    let of_another_seed = filled(MemoryStore::new(), 2, 1).await;
    assert!(of_another_seed != of_memory, "seeds make no difference");
}

/// Where writers work side by side, each has days of its own.
async fn several_fill_a_server_as_one_fills_memory<DB: Tested>() {
    let Some(database) = TestDatabase::<DB>::with_tables().await else { return };
    let store = database.store().await;
    assert!(filled(store.clone(), 1, 3).await == filled(MemoryStore::new(), 1, 1).await, "the desks differ");
    let differences = store.check_counts(&TenantId::default()).await.unwrap();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn several_fill_postgres_as_one_fills_memory() {
    several_fill_a_server_as_one_fills_memory::<Postgres>().await;
}

#[tokio::test]
async fn several_fill_mysql_as_one_fills_memory() {
    several_fill_a_server_as_one_fills_memory::<MySql>().await;
}
