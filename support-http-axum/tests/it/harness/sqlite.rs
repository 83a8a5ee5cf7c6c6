//! A SQLite store in a directory of its own.

use support_store_sqlx::SqliteStore;

/// A SQLite store that goes away with this value.
pub(crate) struct TempSqlite {
    pub(crate) store: SqliteStore,
    dir: tempfile::TempDir,
}

impl TempSqlite {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { store: open(&dir).await, dir }
    }

    /// The same database as another process would open it.
    pub(crate) async fn reopen(&self) -> SqliteStore {
        open(&self.dir).await
    }
}

async fn open(dir: &tempfile::TempDir) -> SqliteStore {
    let url = format!("sqlite:{}", dir.path().join("desk.db").display());
    SqliteStore::connect(&url).await.unwrap()
}
