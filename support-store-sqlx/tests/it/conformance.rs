//! What every store must do.

use support_core::store::Store;
use support_store_sqlx::SqliteStore;

fn with_store(test: impl AsyncFnOnce(&dyn Store)) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("support.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::connect(&url).await.unwrap();
        test(&store).await;
    });
}

support_core::conformance_suite!(with_store);
