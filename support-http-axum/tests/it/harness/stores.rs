//! The stores that tests run on, each new and empty.

use std::sync::Arc;

use support_core::{memory::MemoryStore, store::Store};

use super::TempSqlite;

/// Runs a test on a store in memory.
pub(crate) async fn memory(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    test(Arc::new(MemoryStore::new())).await;
}

/// Runs a test on SQLite.
pub(crate) async fn sqlite(test: impl AsyncFnOnce(Arc<dyn Store>)) {
    let sqlite = TempSqlite::new().await;
    test(Arc::new(sqlite.store.clone())).await;
}
