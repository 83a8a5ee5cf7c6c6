//! What many who follow cost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use support_core::{
    chat::Session,
    desk::live::Topic,
    id::TenantId,
    memory::MemoryStore,
    store::{Store, StoreError, Transaction},
};

use crate::{
    live::{follow, next, told},
    world::{World, amy, ann},
};

/// Counts what is read.
#[derive(Debug, Clone)]
struct CountingStore {
    inner: MemoryStore,
    reads: Arc<AtomicU64>,
}

#[async_trait]
impl Store for CountingStore {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        self.inner.begin(tenant).await
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.begin_read(tenant).await
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.inner.list_tenants().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    fn assigns_positions_later(&self) -> bool {
        self.inner.assigns_positions_later()
    }

    async fn wait_for_events(&self, at_most: Duration) {
        self.inner.wait_for_events(at_most).await;
    }
}

#[test]
fn a_thousand_watchers_cost_as_much_as_one() {
    let store = MemoryStore::new();
    let counting = CountingStore { inner: store.clone(), reads: Arc::default() };
    let world = World::on(counting.clone(), store, |desk| {
        let mut config = support_core::desk::DeskConfig::default();
        // So that nothing is read but what was asked for.
        config.event_poll = Duration::from_secs(3_600);
        desk.config(config)
    });
    let chat: Session = world.chat(&ann());
    let mut watchers: Vec<_> = (0..1_000).map(|_| follow(&world, &amy(), Topic::Chats)).collect();
    // The feed has settled when the first event has arrived.
    world.say(&ann(), chat.id, "first").unwrap();
    watchers.iter_mut().for_each(|watcher| assert_eq!(told(&next(watcher)), "message_created first"));
    let before = counting.reads.load(Ordering::SeqCst);
    world.say(&ann(), chat.id, "second").unwrap();
    let seen: Vec<_> = watchers.iter_mut().map(next).collect();
    assert!(seen.iter().all(|other| Arc::ptr_eq(other, &seen[0])), "shared");
    let read = counting.reads.load(Ordering::SeqCst) - before;
    assert!(read <= 3, "{read} reads");
    let written: Vec<Arc<String>> = seen.iter().map(|seen| seen.written(told)).collect();
    assert!(written.iter().all(|text| Arc::ptr_eq(text, &written[0])), "written once");

    let before = counting.reads.load(Ordering::SeqCst);
    world.close(&ann(), chat.id);
    watchers.iter_mut().for_each(|watcher| assert_eq!(told(&next(watcher)), "session_updated Closed"));
    let read = counting.reads.load(Ordering::SeqCst) - before;
    assert!(read <= 4, "{read} reads");
}
