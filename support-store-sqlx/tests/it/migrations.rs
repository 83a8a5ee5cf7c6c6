//! Bringing the tables to the version that is needed.

use std::{
    env,
    io::{BufRead, Write},
    process::{Child, Command, Stdio},
};

use sqlx::{Connection, MySql, Postgres, Sqlite};
use support_core::{
    store::{Store, StoreError},
    ticket::{ResolutionCycle, Ticket},
};
use support_store_sqlx::{
    Dialect, Migrations, Prefix, SchemaError, migrations,
    testing::{TestDatabase, TestOptions, Tested},
};
use tokio::task::JoinSet;

use crate::fixtures::{add, at, counts, number, outsider, run, tenant, ticket};

/// Names the database for a test that runs once more in a process of its own.
const ELSEWHERE: &str = "SUPPORT_TEST_OPEN";

/// Opens a store on an empty database and uses it; in other processes, on the one that all of them open.
async fn open_empty<DB: Tested>() {
    let process = u64::from(std::process::id());
    let (own, url);
    if let Ok(elsewhere) = env::var(ELSEWHERE) {
        url = elsewhere;
        // Everybody is there before anybody begins.
        let mut go = String::new();
        std::io::stdin().lock().read_line(&mut go).unwrap();
    } else {
        let Some(database) = TestDatabase::<DB>::empty().await else { return };
        own = database;
        url = own.url().to_owned();
    }
    let store = DB::open(url, TestOptions::default().connections(2)).await.unwrap();
    store.check().await.unwrap();
    add(&store, &ticket(process)).await.unwrap();
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    open_empty::<Sqlite>().await;
}

#[tokio::test]
async fn an_empty_database_on_mysql_becomes_a_store() {
    open_empty::<MySql>().await;
}

#[tokio::test]
async fn an_empty_database_on_postgres_becomes_a_store() {
    open_empty::<Postgres>().await;
}

fn run_elsewhere<DB: Tested>(url: &str) -> Child {
    let test = match <DB as Dialect>::NAME {
        "sqlite" => "migrations::an_empty_file_becomes_a_store",
        "mysql" => "migrations::an_empty_database_on_mysql_becomes_a_store",
        _ => "migrations::an_empty_database_on_postgres_becomes_a_store",
    };
    Command::new(env::current_exe().unwrap())
        .args(["--exact", test])
        .env(ELSEWHERE, url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

async fn r_11_eight_processes_may_start_at_once_on_an_empty_database<DB: Tested>(database: TestDatabase<DB>) {
    let mut databases = vec![database];
    for _ in 1..4 {
        databases.push(TestDatabase::empty().await.unwrap());
    }
    for (round, database) in databases.into_iter().enumerate() {
        let mut processes: Vec<_> = (0..8).map(|_| run_elsewhere::<DB>(database.url())).collect();
        for process in &mut processes {
            process.stdin.take().unwrap().write_all(b"go\n").unwrap();
        }
        for process in processes {
            let done = process.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success() && said.contains("1 passed"), "round {round}: {said}");
        }
        assert_eq!(counts(&database.store().await).await, (8, 8), "round {round}");
    }
}

async fn r_11_eight_instances_may_start_at_once_twenty_times<DB: Tested>(database: TestDatabase<DB>) {
    for round in 0..20 {
        let prefix: Prefix = format!("round{round}_").parse().unwrap();
        let options = || TestOptions::default().prefix(prefix.clone()).connections(1);
        let url = database.url();
        let mut instances: JoinSet<_> = (0..8).map(|_| DB::open(url.to_owned(), options())).collect();
        while let Some(opened) = instances.join_next().await {
            opened.unwrap().unwrap().check().await.unwrap();
        }
        let mut outsider = outsider(&database).await;
        let noted = format!("select count(*) as value from {prefix}migrations");
        let noted = number::<DB>(&mut outsider, &noted).await;
        assert_eq!(noted, DB::MIGRATIONS.len() as i64, "round {round}");
    }
}

async fn a_store_that_only_checks_needs_the_tables<DB: Tested>(database: TestDatabase<DB>) {
    let refused = database.open(with(Migrations::Check)).await.unwrap_err();
    let SchemaError::Behind { found: 0, needed } = schema_error(&refused) else { panic!("{refused:?}") };
    assert_eq!(*needed, newest::<DB>());
    database.store().await;
    database.open(with(Migrations::Check)).await.unwrap();
}

async fn a_store_that_leaves_the_tables_alone_says_that_they_are_missing<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.open(with(Migrations::Manual)).await.unwrap();
    assert!(matches!(schema_error(&store.check().await.unwrap_err()), SchemaError::Behind { .. }));
    assert!(add(&store, &ticket(1)).await.is_err());
    store.migrate().await.unwrap();
    store.check().await.unwrap();
    store.migrate().await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
}

async fn the_printed_script_is_what_opening_does<DB: Tested>(by_hand: TestDatabase<DB>) {
    let by_itself = TestDatabase::<DB>::empty().await.unwrap();
    let prefix: Prefix = "desk_".parse().unwrap();
    let options = || TestOptions::default().prefix(prefix.clone());
    run::<DB>(&mut outsider(&by_hand).await, &migrations::sql::<DB>(&prefix)).await.unwrap();
    by_hand.open(options().migrations(Migrations::Check)).await.unwrap();
    by_itself.open(options()).await.unwrap();
    let schemas = [schema(&by_hand).await, schema(&by_itself).await];
    assert!(schemas[0].contains("desk_tickets"));
    assert_eq!(schemas[0], schemas[1]);
}

/// Everything that there is in a database.
async fn schema<DB: Tested>(database: &TestDatabase<DB>) -> String {
    let sql = match <DB as Dialect>::NAME {
        "sqlite" => {
            "select group_concat(name || ': ' || coalesce(sql, ''), char(10)) as text from \
             (select * from sqlite_schema order by type, name)"
        }
        "mysql" => {
            "select json_arrayagg(line order by line) as text from (\
             select concat_ws(' ', table_name, column_name, column_type, collation_name, is_nullable, extra) as line \
             from information_schema.columns where table_schema = database() \
             union all select concat_ws(' ', table_name, index_name, seq_in_index, column_name, collation, non_unique) \
             from information_schema.statistics where table_schema = database()) all_of_them"
        }
        _ => {
            "select string_agg(line, chr(10) order by line) as text from (\
             select format('%s.%s %s %s %s %s', table_name, column_name, data_type, collation_name, is_nullable, \
             column_default) as line from information_schema.columns where table_schema = 'public' \
             union all select indexdef from pg_indexes where schemaname = 'public') lines"
        }
    };
    let rows = DB::fetch(&mut outsider(database).await, sql.to_owned(), Vec::new()).await.unwrap();
    DB::text(&rows[0], "text").unwrap().unwrap_or_default()
}

async fn tables_of_a_newer_release_are_refused_and_left_alone<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut outsider = outsider(&database).await;
    let newer = newest::<DB>() + 1;
    let note = format!("insert into support_migrations values ({newer}, 'later', 'x')");
    run::<DB>(&mut outsider, &note).await.unwrap();
    for migrations in [Migrations::Auto, Migrations::Check] {
        let refused = database.open(with(migrations)).await.unwrap_err();
        let SchemaError::Ahead { found, known } = schema_error(&refused) else { panic!("{refused:?}") };
        assert_eq!((*found, *known), (newer, newest::<DB>()));
    }
    assert!(matches!(schema_error(&store.check().await.unwrap_err()), SchemaError::Ahead { .. }));
}

async fn tables_of_the_first_release_are_brought_up_with_what_they_hold<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let script = migrations::sql::<DB>(&Prefix::default());
    let (first, _) = script.split_once("\n-- 2: ").unwrap();
    let mut outsider = outsider(&database).await;
    run::<DB>(&mut outsider, first).await.unwrap();
    let agent =
        "insert into support_agents (tenant, id, name, availability) values ('t', 'amy', 'Amy', 'online')";
    run::<DB>(&mut outsider, agent).await.unwrap();
    let refused = database.open(with(Migrations::Check)).await.unwrap_err();
    assert!(matches!(schema_error(&refused), SchemaError::Behind { found: 1, .. }), "{refused:?}");
    database.store().await.check().await.unwrap();
    let kept = number::<DB>(&mut outsider, "select count(*) as value from support_agents").await;
    let noted = number::<DB>(&mut outsider, "select max(version) as value from support_migrations").await;
    assert_eq!((kept, noted), (1, newest::<DB>()));
}

async fn a_migration_that_was_another_is_refused<DB: Tested>(database: TestDatabase<DB>) {
    database.store().await.close().await;
    let mut outsider = outsider(&database).await;
    run::<DB>(&mut outsider, "update support_migrations set checksum = 'x'").await.unwrap();
    outsider.close().await.unwrap();
    let refused = database.open(TestOptions::default()).await.unwrap_err();
    assert!(matches!(schema_error(&refused), SchemaError::Changed { version: 1 }), "{refused:?}");
}

/// Rows of the first release, which knew no durations, and looked for what agents have read on each day.
async fn what_the_first_release_wrote_is_counted_when_its_tables_are_migrated<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.store().await;
    for seed in 1..4 {
        support_core::conformance::oracle::run(&store, seed, 60).await;
    }
    let often = Ticket { first_response_at: Some(at(7)), ..ticket(1) };
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&often).await.unwrap();
    for ended_at in [at(9), at(99_999_999)] {
        let cycle = ResolutionCycle { ticket_id: often.id, started_at: at(0), ended_at };
        transaction.tickets().append_resolution(&cycle).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let mut outsider = outsider(&database).await;
    let old: Prefix = "old_".parse().unwrap();
    let first = migrations::sql::<DB>(&old);
    let first = first.split_once("\n-- 2: ").unwrap().0.to_owned();
    run::<DB>(&mut outsider, &first).await.unwrap();
    for (table, columns) in [
        ("tenants", "tenant"),
        (
            "tickets",
            "tenant, id, number, subject, description, status, priority, category, tags, requester_id, requester, \
             assignee_id, assignee_name, custom_fields, reply_count, waiting_since, first_response_at, \
             cycle_started_at, resolved_at, closed_at, follow_up_of, chat_session_id, version, created_at, updated_at",
        ),
        ("resolutions", "ticket_id, tenant, started_at, ended_at"),
        (
            "sessions",
            "tenant, id, token_hash, status, owner, user_id, customer, subject, category, assignee_id, assignee_name, rating, \
             feedback, rated_at, last_seq, last_customer_seq, bot_seq, last_sender, last_preview, last_at, waiting_since, \
             customer_active_at, ticket_id, dialogue, metadata, ip_address, user_agent, version, created_at, \
             updated_at, closed_at, staff_has_read",
        ),
        ("read_cursors", "session_id, participant, up_to"),
    ] {
        let copy = format!("insert into old_{table} ({columns}) select {columns} from support_{table}");
        run::<DB>(&mut outsider, &copy).await.unwrap();
    }
    let counts = "insert into old_counts select * from support_counts where kind in ('ticket_status', \
                  'ticket_priority', 'ticket_category', 'tickets_unassigned', 'tickets_in_hand', 'tickets_opened', \
                  'sessions', 'sessions_active', 'sessions_in_hand', 'messages', 'ratings', 'stars', 'ratings_given', \
                  'stars_given', 'sessions_with_news', 'sessions_read')";
    run::<DB>(&mut outsider, counts).await.unwrap();
    let no_longer = "insert into old_counts (tenant, kind, label, shard, n) \
                     values ('default', 'sessions_without_news', '2026-01-01', 0, 1)";
    run::<DB>(&mut outsider, no_longer).await.unwrap();
    let store = database.open(TestOptions::default().prefix(old)).await.unwrap();
    for tenant in store.list_tenants().await.unwrap() {
        let differences = store.check_counts(&tenant).await.unwrap();
        assert!(differences.is_empty(), "{differences:#?}");
    }
    let again = async |prefix: &str, outsider: &mut DB::Connection| {
        let again = format!("select count(*) as value from {prefix}resolutions where again = 1");
        number::<DB>(outsider, &again).await
    };
    let both = [again("support_", &mut outsider).await, again("old_", &mut outsider).await];
    assert!(both[0] >= 2 && both[0] == both[1], "{both:?}");
    for marked in [
        "read_cursors where session_updated_at is not null",
        "read_cursors where tenant is not null",
        "sessions where news_for_assignee = 1",
        "counts where kind = 'sessions_without_news'",
    ] {
        let mut count = async |prefix: &str| {
            number::<DB>(&mut outsider, &format!("select count(*) as value from {prefix}{marked}")).await
        };
        assert_eq!(count("old_").await, count("support_").await, "{marked}");
    }
}

/// A migration that fails half-way leaves nothing behind.
async fn tables_that_are_in_the_way_leave_the_database_as_it_was<DB: Tested>(database: TestDatabase<DB>) {
    let mut outsider = outsider(&database).await;
    run::<DB>(&mut outsider, "create table support_messages (theirs text)").await.unwrap();
    let refused = database.open(TestOptions::default()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
    outsider.close().await.unwrap();
    let schema = schema(&database).await;
    assert!(schema.contains("support_messages") && !schema.contains("support_tickets"), "{schema}");
}

fn newest<DB: Tested>() -> i64 {
    DB::MIGRATIONS.last().unwrap().version
}

fn with(migrations: Migrations) -> TestOptions {
    TestOptions::default().migrations(migrations)
}

fn schema_error(error: &StoreError) -> &SchemaError {
    std::error::Error::source(error).unwrap().downcast_ref().unwrap()
}

crate::fixtures::on_each_database! { empty:
    r_11_eight_processes_may_start_at_once_on_an_empty_database
    r_11_eight_instances_may_start_at_once_twenty_times
    a_store_that_only_checks_needs_the_tables
    a_store_that_leaves_the_tables_alone_says_that_they_are_missing
    the_printed_script_is_what_opening_does
    tables_of_a_newer_release_are_refused_and_left_alone
    tables_of_the_first_release_are_brought_up_with_what_they_hold
    a_migration_that_was_another_is_refused
    tables_that_are_in_the_way_leave_the_database_as_it_was
    what_the_first_release_wrote_is_counted_when_its_tables_are_migrated
}
