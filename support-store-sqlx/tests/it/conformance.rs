//! What every store must do.

use support_core::store::Store;
use support_store_sqlx::testing::{TestDatabase, Tested};

fn with_store_on<DB: Tested>(test: impl AsyncFnOnce(&dyn Store)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(database) = TestDatabase::<DB>::with_tables().await else { return };
        test(&database.store().await).await;
    });
}

mod sqlite {
    use super::*;

    fn with_store(test: impl AsyncFnOnce(&dyn Store)) {
        with_store_on::<sqlx::Sqlite>(test);
    }

    support_core::conformance_suite!(with_store);
}

mod mysql {
    use super::*;

    fn with_store(test: impl AsyncFnOnce(&dyn Store)) {
        with_store_on::<sqlx::MySql>(test);
    }

    support_core::conformance_suite!(with_store);
}

mod postgres {
    use super::*;

    fn with_store(test: impl AsyncFnOnce(&dyn Store)) {
        with_store_on::<sqlx::Postgres>(test);
    }

    support_core::conformance_suite!(with_store);
}
