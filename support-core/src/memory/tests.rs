use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use super::*;
use crate::{
    event::{EventKind, EventSubject, NewEvent},
    id::SessionId,
    time::Timestamp,
};

const LONG: Duration = Duration::from_secs(3600);

async fn append_event(transaction: &mut dyn Transaction) {
    let subject = EventSubject::Session { session_id: SessionId::from_uuid(uuid::Uuid::nil()), seq: None };
    let event = NewEvent { kind: EventKind::SessionCreated, subject, at: Timestamp::UNIX_EPOCH };
    transaction.events().append(&event).await.unwrap();
}

#[test]
fn whoever_waits_for_events_is_woken_by_their_commit() {
    let store = MemoryStore::new();
    let mut waiting = pin!(store.wait_for_events(LONG));
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    pollster::block_on(async {
        let mut transaction = store.begin(&TenantId::default()).await.unwrap();
        append_event(&mut *transaction).await;
        drop(transaction);
        assert!(waiting.as_mut().poll(&mut context).is_pending());

        let mut transaction = store.begin(&TenantId::default()).await.unwrap();
        append_event(&mut *transaction).await;
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        transaction.commit().await.unwrap();
        assert!(waiting.as_mut().poll(&mut context).is_ready());
    });
}

#[test]
fn waiting_for_events_ends_in_time() {
    pollster::block_on(MemoryStore::new().wait_for_events(Duration::from_millis(1)));
}

#[test]
fn a_commit_without_events_wakes_nobody() {
    let store = MemoryStore::new();
    let mut waiting = pin!(store.wait_for_events(LONG));
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    pollster::block_on(async {
        let mut transaction = store.begin(&TenantId::default()).await.unwrap();
        transaction.events().move_sink("host", crate::event::Position(1)).await.unwrap();
        transaction.commit().await.unwrap();
    });
    assert!(waiting.as_mut().poll(&mut context).is_pending());
}

#[test]
fn a_tenant_that_wrote_nothing_is_not_listed() {
    pollster::block_on(async {
        let store = MemoryStore::new();
        store.begin(&TenantId::default()).await.unwrap().commit().await.unwrap();
        assert_eq!(store.list_tenants().await.unwrap(), []);
        let mut transaction = store.begin(&TenantId::default()).await.unwrap();
        append_event(&mut *transaction).await;
        transaction.commit().await.unwrap();
        assert_eq!(store.list_tenants().await.unwrap(), [TenantId::default()]);
    });
}

#[test]
fn a_number_of_a_transaction_that_was_rolled_back_is_not_given_again() {
    pollster::block_on(async {
        let store = MemoryStore::new();
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        let mut transaction = store.begin(&TenantId::default()).await.unwrap();
        let lost = transaction.tickets().next_number(day).await.unwrap();
        drop(transaction);
        let mut transaction = store.begin(&TenantId::default()).await.unwrap();
        assert_ne!(transaction.tickets().next_number(day).await.unwrap(), lost);
    });
}

#[test]
fn a_reading_transaction_refuses_to_write() {
    pollster::block_on(async {
        let store = MemoryStore::new();
        let mut transaction = store.begin_read(&TenantId::default()).await.unwrap();
        let refused = transaction.events().move_sink("host", crate::event::Position(1)).await;
        assert!(matches!(refused, Err(StoreError::Backend { .. })), "{refused:?}");
    });
}

#[test]
fn debug_output_holds_nothing_of_what_people_wrote() {
    assert_eq!(format!("{:?}", MemoryStore::new()), "MemoryStore { .. }");
}
