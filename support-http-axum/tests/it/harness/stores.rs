//! The stores that tests run on, each new and empty.

use std::sync::Arc;

use support_core::{memory::MemoryStore, store::Store};
use support_store_sqlx::testing::{MySql, Postgres, Sqlite, TestDatabase, Tested};

/// Runs a test on a store in memory.
pub(crate) async fn memory(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    test(Arc::new(MemoryStore::new())).await;
}

/// Runs a test on SQLite.
pub(crate) async fn sqlite(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    on::<Sqlite>(test).await;
}

/// Runs a test on PostgreSQL, if tests have a server.
pub(crate) async fn postgres(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    on::<Postgres>(test).await;
}

/// Runs a test on MySQL, if tests have a server.
pub(crate) async fn mysql(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    on::<MySql>(test).await;
}

async fn on<DB: Tested>(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    let Some(database) = TestDatabase::<DB>::with_tables().await else { return };
    test(Arc::new(database.store().await)).await;
}
