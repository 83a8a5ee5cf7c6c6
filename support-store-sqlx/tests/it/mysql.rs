//! What MySQL alone has: settings that spoil text, deadlocks that undo everything, connections that are killed.

use sqlx::{Executor, MySql, MySqlPool, mysql::MySqlPoolOptions};
use support_core::{
    access::Scope,
    store::{Store, StoreError},
    ticket::Ticket,
};
use support_store_sqlx::{
    Migrations, MySqlStore, Prefix,
    testing::{TestDatabase, TestOptions},
};

use crate::fixtures::{add, counts, tenant, ticket};

/// A test's database, unless tests go without the server.
async fn database() -> Option<TestDatabase<MySql>> {
    TestDatabase::with_tables().await
}

/// A host's pool, whose connections are told something first.
async fn host_pool(database: &TestDatabase<MySql>, settings: &'static str) -> MySqlPool {
    let pool = MySqlPoolOptions::new().max_connections(2).after_connect(move |connection, _| {
        Box::pin(async move { connection.execute(settings).await.map(drop) })
    });
    pool.connect(database.url()).await.unwrap()
}

async fn store_of(pool: &MySqlPool) -> Result<MySqlStore, StoreError> {
    MySqlStore::from_pool(pool.clone(), Prefix::default(), Migrations::Check).await
}

#[tokio::test]
async fn every_connection_is_strict_and_patient_within_limits() {
    let Some(database) = database().await else { return };
    let store = database.open(TestOptions::default().connections(3)).await.unwrap();
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(store.pool().acquire().await.unwrap());
    }
    for connection in &mut connections {
        let settings = "select concat_ws(' ', @@session.sql_mode, @@session.time_zone, \
            @@session.innodb_lock_wait_timeout, /*!80019 @@session.transaction_isolation */ \
            /*M! @@session.tx_isolation */, /*!80019 @@session.max_execution_time */ \
            /*M! @@session.max_statement_time */)";
        let settings: String = sqlx::query_scalar(settings).fetch_one(&mut **connection).await.unwrap();
        for part in ["STRICT_ALL_TABLES", " +00:00 4 READ-COMMITTED 5"] {
            assert!(settings.contains(part), "{settings}");
        }
    }
}

#[tokio::test]
async fn a_hosts_pool_that_would_spoil_text_is_refused() {
    let Some(database) = database().await else { return };
    for (settings, named) in [
        ("set sql_mode = ''", "sql_mode"),
        ("set names latin1", "character_set_client"),
        ("set autocommit = 0", "autocommit"),
    ] {
        let refused = store_of(&host_pool(&database, settings).await).await.unwrap_err();
        let StoreError::Backend { source } = refused else { panic!("{settings}: {refused:?}") };
        assert!(source.to_string().contains(named), "{settings}: {source}");
    }
}

#[tokio::test]
async fn a_hosts_own_time_zone_and_isolation_change_nothing() {
    let Some(database) = database().await else { return };
    let settings = "set time_zone = '+05:45'; set session transaction isolation level serializable";
    let store = store_of(&host_pool(&database, settings).await).await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    let mut transaction = database.store().await.begin_read(&tenant()).await.unwrap();
    let found = transaction.tickets().find(&ticket(1).id.into(), &Scope::Everything).await.unwrap();
    assert_eq!(found, Some(ticket(1)));
    // Reading for a change does not lock what is only read: another writer gets through.
    let mut first = store.begin(&tenant()).await.unwrap();
    first.agents().list().await.unwrap();
    add(&store, &ticket(2)).await.unwrap();
}

#[tokio::test]
async fn r_15_a_deadlock_is_a_conflict_and_the_next_try_gets_through() {
    let Some(database) = database().await else { return };
    let store = database.store().await;
    let (mut one, mut two) = (ticket(1), ticket(2));
    add(&store, &one).await.unwrap();
    add(&store, &two).await.unwrap();
    let (mut a, mut b) = (store.begin(&tenant()).await.unwrap(), store.begin(&tenant()).await.unwrap());
    a.tickets().update(&mut one).await.unwrap();
    b.tickets().update(&mut two).await.unwrap();
    let (mut one, mut two) = (ticket(1), ticket(2));
    let (in_a, in_b) = tokio::join!(a.tickets().update(&mut two), b.tickets().update(&mut one));
    let conflicts =
        [&in_a, &in_b].into_iter().filter(|done| matches!(done, Err(StoreError::Conflict))).count();
    assert_eq!(conflicts, 1, "{in_a:?} {in_b:?}");
    // Nothing of the one that lost is left, and nothing more is done in it.
    let (winner, mut loser) = if in_a.is_ok() { (a, b) } else { (b, a) };
    let refused = loser.tickets().insert(&ticket(3)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
    assert!(loser.commit().await.is_err());
    winner.commit().await.unwrap();
    let mut again = store.begin(&tenant()).await.unwrap();
    let mut found: Ticket =
        again.tickets().find(&ticket(1).id.into(), &Scope::Everything).await.unwrap().unwrap();
    assert_eq!(found.version, 2);
    again.tickets().update(&mut found).await.unwrap();
    again.commit().await.unwrap();
    assert_eq!(counts(&store).await.0, 2);
}

/// whatever the server does to connections, the store heals by itself.
#[tokio::test]
async fn r_08_connections_that_were_killed_are_replaced() {
    let Some(database) = database().await else { return };
    let store = database.open(TestOptions::default().connections(2)).await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    let ids = "select cast(id as signed) from information_schema.processlist where db = database()";
    let mut outsider = <sqlx::MySqlConnection as sqlx::Connection>::connect(database.url()).await.unwrap();
    let own: i64 =
        sqlx::query_scalar("select cast(connection_id() as signed)").fetch_one(&mut outsider).await.unwrap();
    for id in sqlx::query_scalar::<_, i64>(ids).fetch_all(&mut outsider).await.unwrap() {
        if id != own {
            outsider.execute(sqlx::AssertSqlSafe(format!("kill {id}"))).await.unwrap();
        }
    }
    add(&store, &ticket(2)).await.unwrap();
    assert_eq!(counts(&store).await, (2, 2));
}
