//! A disk that is full.

use support_core::store::{Store, StoreError};

use crate::fixtures::{Database, add, counts, event, tenant, ticket};

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
