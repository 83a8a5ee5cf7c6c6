//! What PostgreSQL alone has: limits on the server, connections that go, schemas, and errors with codes.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Postgres};
use support_core::{
    SupportDesk,
    access::{Principal, Scope},
    desk::ticket::NewTicket,
    error::ErrorKind,
    person::Person,
    store::{Store, StoreError},
    ticket::Ticket,
};
use support_store_sqlx::{
    Migrations, PostgresOptions, PostgresStore, Prefix, SqliteOptions, migrations,
    testing::{TestDatabase, TestOptions},
};
use tokio::{task::JoinSet, time::timeout};

use crate::fixtures::{Database, add, body, counts, number, outsider, run, subject, tenant, ticket, user};

/// Much longer than anything takes here.
const LONG: Duration = Duration::from_secs(60);

type OwnDatabase = TestDatabase<Postgres>;

/// Has a piece of PL/pgSQL run before each ticket is inserted.
async fn before_each_ticket(database: &OwnDatabase, work: &str) {
    let function = format!(
        "create or replace function in_the_way() returns trigger language plpgsql as \
         $$ begin {work}; return new; end $$; \
         create or replace trigger in_the_way before insert on support_tickets \
         for each row execute function in_the_way()"
    );
    run::<Postgres>(&mut outsider(database).await, &function).await.unwrap();
}

/// Whether the server is at work on something that holds these words, apart from the one who asks.
async fn is_at_work(connection: &mut PgConnection, words: &str) -> bool {
    let sql = format!(
        "select count(*) as value from pg_stat_activity where datname = current_database() \
         and state = 'active' and pid <> pg_backend_pid() and query like '%{words}%'"
    );
    number::<Postgres>(connection, &sql).await > 0
}

#[tokio::test]
async fn a_statement_that_takes_too_long_ends_on_the_server() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.store().await;
    before_each_ticket(&database, "perform pg_sleep(600)").await;
    let refused = timeout(LONG, add(&store, &ticket(1))).await.unwrap().unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
    let mut outsider = outsider(&database).await;
    let ends = async {
        while is_at_work(&mut outsider, "insert into support_tickets").await {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, ends).await.expect("the server goes on with what nobody waits for");
    before_each_ticket(&database, "null").await;
    add(&store, &ticket(1)).await.unwrap();
}

#[tokio::test]
async fn a_row_that_others_hold_for_too_long_makes_the_store_unavailable() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.store().await;
    add(&store, &ticket(1)).await.unwrap();
    let mut outsider = outsider(&database).await;
    outsider.execute("begin; select * from support_tickets for update").await.unwrap();
    let key = ticket(1).id.into();
    let mut reading = store.begin_read(&tenant()).await.unwrap();
    assert!(reading.tickets().find(&key, &Scope::Everything).await.unwrap().is_some(), "readers do not wait");
    let mut writing = store.begin(&tenant()).await.unwrap();
    let found = timeout(LONG, writing.tickets().find(&key, &Scope::Everything)).await.unwrap();
    assert!(matches!(found, Err(StoreError::Unavailable { .. })), "{found:?}");
    drop(writing);
    outsider.close().await.unwrap();
    let mut writing = store.begin(&tenant()).await.unwrap();
    assert!(writing.tickets().find(&key, &Scope::Everything).await.unwrap().is_some());
}

#[tokio::test]
async fn limits_are_the_transactions_own() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.open(TestOptions::default().connections(1)).await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    drop(store.begin_read(&tenant()).await.unwrap());
    let mut connection = store.pool().acquire().await.unwrap();
    for name in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
        let show = AssertSqlSafe(format!("show {name}"));
        let value: String = sqlx::query_scalar(show).fetch_one(&mut *connection).await.unwrap();
        assert_eq!(value, "0", "{name} stays behind for whoever has the connection next");
    }
}

/// What the database says is told by what it means.
#[tokio::test]
async fn errors_are_told_by_their_meaning() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.store().await;
    let told = async |code: &str| {
        before_each_ticket(&database, &format!("raise exception 'x' using errcode = '{code}'")).await;
        add(&store, &ticket(1)).await.unwrap_err()
    };
    for code in ["40001", "40P01"] {
        let error = told(code).await;
        assert!(matches!(error, StoreError::Conflict), "{code}: {error:?}");
    }
    for code in ["25006", "53000", "53200", "53300", "55P03", "57014", "57P01", "57P03", "58030", "08006"] {
        let error = told(code).await;
        assert!(matches!(error, StoreError::Unavailable { .. }), "{code}: {error:?}");
    }
    let error = told("53100").await;
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    let error = told("22012").await;
    assert!(matches!(error, StoreError::Backend { .. }), "{error:?}");
    before_each_ticket(&database, "null").await;
    add(&store, &ticket(1)).await.unwrap();
    assert_eq!(counts(&store).await, (1, 1), "nothing of what failed remains");
}

/// Has so many tickets fail, whatever becomes of their transactions.
async fn fail_first(database: &OwnDatabase, times: u32, code: &str) {
    run::<Postgres>(&mut outsider(database).await, "drop sequence if exists tries; create sequence tries")
        .await
        .unwrap();
    let work =
        format!("if nextval('tries') <= {times} then raise exception 'x' using errcode = '{code}'; end if");
    before_each_ticket(database, &work).await;
}

#[tokio::test]
async fn r_15_what_met_another_is_tried_again_three_times() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let desk = SupportDesk::builder(database.store().await).build();
    let ann = Principal::user(Person::new(user("ann")));
    let new = NewTicket::new(subject("Again"), body("Please help."));
    for code in ["40001", "40P01"] {
        fail_first(&database, 3, code).await;
        desk.create_ticket(&ann, &new, None).await.unwrap();
        fail_first(&database, 4, code).await;
        let refused = desk.create_ticket(&ann, &new, None).await.unwrap_err();
        assert_eq!(*refused.kind(), ErrorKind::Unavailable, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_15_of_two_that_wait_for_each_other_one_is_told_so() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.store().await;
    add(&store, &ticket(1)).await.unwrap();
    add(&store, &ticket(2)).await.unwrap();
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let mut tasks: JoinSet<Result<(), StoreError>> = [(1, 2), (2, 1)]
        .into_iter()
        .map(|(first, second)| {
            let (store, barrier) = (store.clone(), barrier.clone());
            async move {
                let mut transaction = store.begin(&tenant()).await?;
                transaction.tickets().find(&ticket(first).id.into(), &Scope::Everything).await?;
                barrier.wait().await;
                transaction.tickets().find(&ticket(second).id.into(), &Scope::Everything).await?;
                transaction.commit().await
            }
        })
        .collect();
    let mut conflicts = 0;
    while let Some(done) = timeout(LONG, tasks.join_next()).await.unwrap() {
        match done.unwrap() {
            Ok(()) => {}
            Err(StoreError::Conflict) => conflicts += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(conflicts, 1);
}

/// R-08, as far as connections go: whoever comes next gets a good one.
#[tokio::test]
async fn connections_that_the_server_has_ended_are_replaced() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.store().await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(store.pool().acquire().await.unwrap());
    }
    drop(held);
    add(&store, &ticket(1)).await.unwrap();
    let end = "select pg_terminate_backend(pid) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    run::<Postgres>(&mut outsider(&database).await, end).await.unwrap();
    add(&store, &ticket(2)).await.unwrap();
    assert_eq!(counts(&store).await, (2, 2));
    // Whoever is at work when it happens is told that the database cannot be used.
    let mut transaction = store.begin(&tenant()).await.unwrap();
    run::<Postgres>(&mut outsider(&database).await, end).await.unwrap();
    let refused = transaction.tickets().insert(&ticket(3)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
    drop(transaction);
    store.check().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_reached_is_unavailable_and_what_is_no_url_is_not() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = PostgresStore::connect(&format!("postgres://root@127.0.0.1:{port}/desk")).await.err();
    assert!(matches!(nobody, Some(StoreError::Unavailable { .. })), "{nobody:?}");
    let nonsense = PostgresStore::connect("postgres://x:y:z").await.err();
    assert!(matches!(nonsense, Some(StoreError::Backend { .. })), "{nonsense:?}");
}

#[tokio::test]
async fn two_desks_have_a_schema_each() {
    let Some(database) = OwnDatabase::empty().await else { return };
    let within = |schema: &str| Prefix::default().in_schema(schema).unwrap();
    let options = |schema| TestOptions::default().prefix(within(schema));
    // A word of SQL is a name as well.
    let first = database.open(options("order")).await.unwrap();
    let second = database.open(options("desk_2")).await.unwrap();
    add(&first, &ticket(1)).await.unwrap();
    assert_eq!((counts(&first).await, counts(&second).await), ((1, 1), (0, 0)));
    add(&second, &ticket(1)).await.unwrap();
    assert_eq!((counts(&first).await, counts(&second).await), ((1, 1), (1, 1)));
    let mut outsider = outsider(&database).await;
    let elsewhere = "select count(*) as value from pg_class where relname like 'support%' \
                     and relnamespace not in ('\"order\"'::regnamespace, 'desk_2'::regnamespace)";
    assert_eq!(number::<Postgres>(&mut outsider, elsewhere).await, 0);
    database.open(options("desk_2").migrations(Migrations::Check)).await.unwrap();
    // The connection is as it was: the host's own tables are found where they were.
    let path: String = sqlx::query_scalar("show search_path").fetch_one(second.pool()).await.unwrap();
    assert_eq!(path, "\"$user\", public");
    let script = migrations::sql::<Postgres>(&within("by_hand"));
    run::<Postgres>(&mut outsider, &script).await.unwrap();
    database.open(options("by_hand").migrations(Migrations::Check)).await.unwrap();
}

#[tokio::test]
async fn a_database_without_schemas_refuses_one() {
    let prefix = Prefix::default().in_schema("desk").unwrap();
    let refused = SqliteOptions::new(Database::new().url()).prefix(prefix).open().await.err();
    assert!(matches!(refused, Some(StoreError::Backend { .. })), "{refused:?}");
}

#[tokio::test]
async fn numbers_in_json_come_back_to_the_last_digit_and_as_what_they_were() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let store = database.store().await;
    let fields = json!({
        "whole": i64::MAX, "large": u64::MAX, "ten": 10.0, "power": 1e16, "most": f64::MAX, "least": f64::MIN_POSITIVE,
        "tenth": 0.1, "negative": -2.5e-9, "text": "😀 \\u0041 \u{7f}", "nested": [1, 1.0, {"a": null}],
    });
    let kept = Ticket { custom_fields: serde_json::from_value(fields.clone()).unwrap(), ..ticket(1) };
    add(&store, &kept).await.unwrap();
    let mut reading = store.begin_read(&tenant()).await.unwrap();
    let found = reading.tickets().find(&kept.id.into(), &Scope::Everything).await.unwrap().unwrap();
    assert_eq!(serde_json::to_value(&found.custom_fields).unwrap(), fields);
}

/// Whatever the language of the database, text is compared byte by byte.
#[tokio::test]
async fn no_column_of_text_has_a_language() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let sql = "select count(*) as value from information_schema.columns where table_name like 'support%' \
               and data_type in ('text', 'character varying') and collation_name is distinct from 'C' \
               and table_name <> 'support_migrations'";
    assert_eq!(number::<Postgres>(&mut outsider(&database).await, sql).await, 0);
}

#[tokio::test]
async fn what_is_shown_of_a_store_says_not_where_it_is() {
    let Some(database) = OwnDatabase::with_tables().await else { return };
    let shown = format!("{:?} {:?}", database.store().await, PostgresOptions::new("postgres://a:secret@b/c"));
    assert!(shown.contains("support_") && !shown.contains("secret"), "{shown}");
}
