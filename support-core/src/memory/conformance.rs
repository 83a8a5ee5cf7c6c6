//! The suite of store behaviour, run with this store.

use super::MemoryStore;
use crate::store::Store;

fn with_store(test: impl AsyncFnOnce(&dyn Store)) {
    pollster::block_on(test(&MemoryStore::new()));
}

crate::conformance_suite!(with_store);
