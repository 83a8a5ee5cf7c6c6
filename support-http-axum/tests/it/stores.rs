//! Runs a test on each store that comes with the desk.

/// Makes two tests of each function: one on the store in memory, one on SQLite.
macro_rules! on_each_store {
    ($($name:ident),+ $(,)?) => {
        mod memory {$(
            #[tokio::test]
            async fn $name() {
                super::$name(&crate::harness::TestDesk::with_bot()).await;
            }
        )+}

        mod sqlite {$(
            #[tokio::test]
            async fn $name() {
                let sqlite = crate::harness::TempSqlite::new().await;
                super::$name(&sqlite.desk()).await;
            }
        )+}
    };
}
