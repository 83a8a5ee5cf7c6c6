//! First answers to requests that must not be carried out twice.

use serde_json::json;

use super::fixtures::{Desk, HOSTILE, assert_refused, at, idempotency_key, together};
use crate::{
    store::{IdempotencyRecord, Store, StoreError},
    text::IdempotencyKey,
};

pub(super) fn record(actor: &str, operation: &str, key: &str) -> IdempotencyRecord {
    IdempotencyRecord {
        actor: actor.to_owned(),
        operation: operation.to_owned(),
        key: idempotency_key(key),
        fingerprint: [7; 32],
        outcome: json!({"id": 1}),
        created_at: at(0),
    }
}

async fn found(desk: &Desk<'_>, record: &IdempotencyRecord) -> Option<IdempotencyRecord> {
    let IdempotencyRecord { actor, operation, key, .. } = record;
    desk.read(async |t| t.idempotency().find(actor, operation, key).await.unwrap()).await
}

async fn add(desk: &Desk<'_>, record: &IdempotencyRecord) {
    desk.write(async |t| t.idempotency().insert(record).await.unwrap()).await;
}

pub async fn a_first_answer_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut fingerprint = [0; 32];
    fingerprint[0] = 0xff;
    fingerprint[31] = 0x80;
    let outcomes = [json!(null), json!("text"), json!({"text": HOSTILE, "n": u64::MAX}), json!([1, [2, {}]])];
    for (n, outcome) in outcomes.into_iter().enumerate() {
        let longest = "~".repeat(IdempotencyKey::MAX - 1);
        let record = IdempotencyRecord {
            fingerprint,
            outcome,
            created_at: at(5),
            ..record(&format!("user:{}", "ü".repeat(128)), "reply_to_ticket", &format!("{n}{longest}"))
        };
        add(&desk, &record).await;
        assert_eq!(found(&desk, &record).await, Some(record));
    }
}

pub async fn a_key_is_an_actors_for_an_operation(store: &dyn Store) {
    let desk = Desk::new(store);
    let records = [
        record("user:ann", "create_ticket", "key"),
        record("user:Ann", "create_ticket", "key"),
        record("user:ann ", "create_ticket", "key"),
        record("agent:ann", "create_ticket", "key"),
        record("user:ann", "create_session", "key"),
        record("user:ann", "create_ticket", "KEY"),
        record("user:ann", "create_ticket", "key'--"),
    ];
    for (n, record) in records.iter().enumerate() {
        assert_eq!(found(&desk, record).await, None, "{record:?}");
        add(&desk, &IdempotencyRecord { outcome: json!(n), ..record.clone() }).await;
    }
    for (n, record) in records.iter().enumerate() {
        assert_eq!(found(&desk, record).await.unwrap().outcome, json!(n), "{record:?}");
    }
}

pub async fn a_second_answer_conflicts(store: &dyn Store) {
    let desk = Desk::new(store);
    let first = record("user:ann", "create_ticket", "key");
    add(&desk, &first).await;
    let second = IdempotencyRecord { outcome: json!("second"), created_at: at(9), ..first.clone() };
    assert_refused!(
        desk.refused(async |t| t.idempotency().insert(&second).await).await,
        StoreError::Conflict
    );
    assert_eq!(found(&desk, &first).await, Some(first));
}

/// of requests side by side with one key, one is carried out.
pub async fn of_answers_side_by_side_one_is_kept(store: &dyn Store) {
    let desk = Desk::new(store);
    let answers = together((0..8).map(|n| {
        let desk = &desk;
        async move {
            let record =
                IdempotencyRecord { outcome: json!(n), ..record("user:ann", "create_ticket", "key") };
            let insert = desk.try_to_write(async |t| {
                t.idempotency().insert(&record).await?;
                // Gives the others a chance to come in between.
                desk.store.pause(0).await;
                Ok(())
            });
            match insert.await {
                Ok(()) => Some(n),
                Err(error) => {
                    assert_refused!(error, StoreError::Conflict);
                    None
                }
            }
        }
    }))
    .await;
    let kept: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let found = found(&desk, &record("user:ann", "create_ticket", "key")).await.unwrap();
    assert_eq!(found.outcome, json!(kept[0]));
}

pub async fn a_forgotten_answer_makes_room_for_another(store: &dyn Store) {
    let desk = Desk::new(store);
    let first = record("user:ann", "create_ticket", "key");
    let other = record("user:ann", "create_ticket", "other");
    add(&desk, &first).await;
    add(&desk, &other).await;
    let second = IdempotencyRecord { outcome: json!("second"), ..first.clone() };
    desk.write(async |t| {
        t.idempotency().delete(&first.actor, &first.operation, &first.key).await.unwrap();
        t.idempotency().insert(&second).await.unwrap();
    })
    .await;
    assert_eq!(found(&desk, &first).await, Some(second));
    desk.write(async |t| t.idempotency().delete(&first.actor, &first.operation, &first.key).await.unwrap())
        .await;
    assert_eq!(found(&desk, &first).await, None);
    assert_eq!(found(&desk, &other).await, Some(other));
}
