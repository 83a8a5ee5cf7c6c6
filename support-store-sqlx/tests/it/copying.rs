//! Moving a desk to another database.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use sqlx::{AssertSqlSafe, Executor, Sqlite};
use support_core::{
    access::Scope,
    bot::{Decision, KnowledgeVersion, Trace, VersionInfo},
    conformance::oracle,
    event::{DeadLetter, DeliveryState, Event, EventKind, EventSubject, Lease, Position},
    id::{DeadLetterId, SessionId, UnansweredId},
    message::AnswerFeedback,
    person::{Actor, ActorKind, Agent},
    search::SearchQuery,
    store::{
        AnswerRecord, IdempotencyRecord, Limit, PageRequest, Store, StoreError, TraceRecord,
        UnansweredQuestion, UnansweredSort,
    },
    text::{Category, IdempotencyKey, LanguageTag, SearchText},
    ticket::{Period, TicketFilter, TicketSort},
};
use support_store_sqlx::{
    Dialect, Migrations, SchemaError, SqliteStore, SqlxStore,
    copy::{CopiedTable, CopyError, CopyProgress, Phase, copy},
    testing::{TestDatabase, TestOptions, Tested},
};
use tokio::sync::{Notify, OnceCell};

use crate::fixtures::{Database, add, at, id, message, session, tenant, ticket, user};

/// Writes to every table, and so that no table's rows fit on one page of a copy.
async fn fill(store: &SqliteStore) {
    for seed in 1..=2 {
        oracle::run(store, seed, 150).await;
    }
    let mut transaction = store.begin(&tenant()).await.unwrap();
    for n in 1..=600 {
        let mut ticket = ticket(n);
        ticket.custom_fields =
            serde_json::from_value(serde_json::json!({"ratio": 1e16, "none": null})).unwrap();
        crate::fixtures::write(&mut *transaction, &ticket).await.unwrap();
    }
    transaction.chats().insert(&session(1_000), None).await.unwrap();
    for seq in 1..=1_200 {
        transaction.messages().insert(&message(1_000, seq, &format!("word{seq} 🦀  "))).await.unwrap();
    }
    let answer = AnswerRecord {
        session_id: session(1_000).id,
        seq: 1,
        decision: Decision::DidYouMean,
        category: None,
        offered: vec![Category::parse("billing").unwrap()],
        handoff: None,
        feedback: Some(AnswerFeedback { helpful: true, comment: None, given_at: at(1) }),
        created_at: at(0),
    };
    transaction.answers().append(&answer).await.unwrap();
    let trace = TraceRecord {
        session_id: answer.session_id,
        seq: answer.seq,
        trace: Trace([("09_decide".to_owned(), serde_json::json!({"score": 1e-4, "🦀": null}))].into()),
        created_at: at(0),
    };
    transaction.bot_log().append_trace(&trace).await.unwrap();
    let question = UnansweredQuestion {
        id: UnansweredId::from_uuid(id(1)),
        session_id: answer.session_id,
        seq: 1,
        normalized: "where is my towel".to_owned(),
        created_at: at(0),
    };
    transaction.bot_log().append_unanswered(&question).await.unwrap();
    let info = VersionInfo {
        language: LanguageTag::parse("en").unwrap(),
        version: 1,
        author: Actor::nameless(ActorKind::System),
        note: None,
        restores: None,
        created_at: at(0),
    };
    let version = KnowledgeVersion { info, text: "# \"🦀\"\n".repeat(10_000) };
    transaction.knowledge().insert(&version).await.unwrap();
    transaction.agents().upsert(&Agent::new(user("a1"), "Ann Lee")).await.unwrap();
    transaction.events().move_sink("mail", Position(3)).await.unwrap();
    let lease = Some(Lease { holder: id(3), until: at(1) });
    let state = DeliveryState { lease, failures: 2, retry_at: Some(at(2)), one_by_one_to: Position(4) };
    transaction.deliveries().upsert("mail", &state).await.unwrap();
    transaction.deliveries().upsert_dead_letter(&dead_letter()).await.unwrap();
    let record = IdempotencyRecord {
        actor: "user:ann".to_owned(),
        operation: "create_ticket".to_owned(),
        key: IdempotencyKey::parse("key-1").unwrap(),
        fingerprint: [7; 32],
        outcome: serde_json::json!({"id": id(1)}),
        created_at: at(0),
    };
    transaction.idempotency().insert(&record).await.unwrap();
    transaction.tickets().next_number(at(0).date_naive()).await.unwrap();
    transaction.commit().await.unwrap();
}

fn dead_letter() -> DeadLetter {
    let subject = EventSubject::Session { session_id: SessionId::from_uuid(id(1_000)), seq: Some(1) };
    let event = Event { position: Position(2), kind: EventKind::MessageCreated, subject, at: at(0) };
    DeadLetter {
        id: DeadLetterId::from_uuid(id(9)),
        sink: "mail".to_owned(),
        event,
        failures: 12,
        error: "no 🦀  ".to_owned(),
        given_up_at: at(3),
    }
}

/// A desk with rows in every table, in a file of its own.
async fn filled() -> (Database, SqliteStore) {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let file = FILE.get_or_init(async || {
        let database = Database::new();
        let store = database.open().await;
        fill(&store).await;
        store.close().await;
        std::fs::read(database.path()).unwrap()
    });
    let database = Database::new();
    std::fs::write(database.path(), file.await).unwrap();
    let store = database.open().await;
    (database, store)
}

/// A store on an empty database for a copy.
async fn target<DB: Tested>(database: &TestDatabase<DB>) -> SqlxStore<DB> {
    database.open(TestOptions::default().migrations(Migrations::Manual)).await.unwrap()
}

/// What a desk answers, apart from the rows that checksums are of.
async fn answers<DB: Dialect>(store: &SqlxStore<DB>) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for tenant in store.list_tenants().await.unwrap() {
        let mut transaction = store.begin_read(&tenant).await.unwrap();
        for words in ["word1199", "wor", "help", "the", "🦀"] {
            let filter = TicketFilter {
                search: Some(SearchQuery::new(&SearchText::parse(words).unwrap())),
                ..TicketFilter::within(Scope::Everything)
            };
            let page = PageRequest::default();
            let found = transaction.tickets().list(&filter, TicketSort::default(), &page).await.unwrap();
            let count = transaction.tickets().count(&filter).await.unwrap();
            answers.insert(format!("{tenant:?} {words} tickets"), format!("{count} {found:?}"));
            let filter = support_core::chat::SessionFilter {
                scope: Scope::Everything,
                search: Some(SearchQuery::new(&SearchText::parse(words).unwrap())),
                ..Default::default()
            };
            let count = transaction.chats().count(&filter).await.unwrap();
            answers.insert(format!("{tenant:?} {words} sessions"), count.to_string());
        }
        let events = transaction.events().list_after(Position::default(), Limit::new(100).unwrap()).await;
        answers.insert(format!("{tenant:?} events"), format!("{:?}", events.unwrap()));
        let last = transaction.events().last_position().await.unwrap();
        answers.insert(format!("{tenant:?} last event"), format!("{last:?}"));
        let stats = transaction.chats().stats().await.unwrap();
        answers.insert(format!("{tenant:?} chats"), format!("{stats:?}"));
        let period = Period::new(at(-1_000_000_000), at(1_000_000_000));
        let stats = transaction.answers().stats(&period).await.unwrap();
        answers.insert(format!("{tenant:?} bot"), format!("{stats:?}"));
        let page = PageRequest::default();
        let groups =
            transaction.bot_log().list_unanswered_groups(UnansweredSort::Recent, &page).await.unwrap();
        answers.insert(format!("{tenant:?} unanswered"), format!("{groups:?}"));
        let english = LanguageTag::parse("en").unwrap();
        let version = transaction.knowledge().find(&english, 1).await.unwrap();
        answers.insert(format!("{tenant:?} knowledge"), format!("{version:?}"));
    }
    answers
}

fn assert_same(answers: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    assert!(answers.keys().eq(expected.keys()), "other tenants");
    for (question, answer) in answers {
        assert_eq!(*answer, expected[question], "{question}");
    }
}

async fn copied<From: Dialect, To: Dialect>(
    from: &SqlxStore<From>,
    to: &SqlxStore<To>,
) -> Result<Vec<CopiedTable>, CopyError> {
    copy(from, to, |_| {}).await
}

/// Copies to an empty database of another kind and back, and compares.
async fn there_and_back<DB: Tested>() {
    let Some(there) = TestDatabase::<DB>::empty().await else { return };
    let back = TestDatabase::<Sqlite>::empty().await.unwrap();
    let (_database, source) = filled().await;
    let there = target(&there).await;
    let sent = copied(&source, &there).await.unwrap();
    for table in &sent {
        assert!(table.checksum.rows() > 0, "nothing was copied of {}: let the test fill it", table.name);
    }
    there.check().await.unwrap();
    let expected = answers(&source).await;
    assert!(expected.values().any(|answer| answer.starts_with("600 ")), "words are found");
    assert_same(&answers(&there).await, &expected);

    let back = target(&back).await;
    assert_eq!(copied(&there, &back).await.unwrap(), sent);
    assert_same(&answers(&back).await, &expected);

    // Numbers and positions go on behind those that were given.
    let next = async |store: &dyn Store| {
        let mut transaction = store.begin(&tenant()).await.unwrap();
        let number = transaction.tickets().next_number(at(0).date_naive()).await.unwrap();
        crate::fixtures::write(&mut *transaction, &ticket(5_000)).await.unwrap();
        transaction.commit().await.unwrap();
        let mut transaction = store.begin(&tenant()).await.unwrap();
        transaction.events().assign_positions().await.unwrap();
        transaction.commit().await.unwrap();
        let last = store.begin_read(&tenant()).await.unwrap().events().last_position().await.unwrap();
        (number, last)
    };
    let expected = next(&source).await;
    assert_eq!(next(&there).await, expected);
    assert_eq!(next(&back).await, expected);
}

#[tokio::test]
async fn a_desk_moves_from_sqlite_to_sqlite_and_is_the_same() {
    there_and_back::<Sqlite>().await;
}

#[tokio::test]
async fn a_desk_moves_from_sqlite_to_postgres_and_back_and_is_the_same() {
    there_and_back::<sqlx::Postgres>().await;
}

#[tokio::test]
async fn a_desk_moves_from_sqlite_to_mysql_and_back_and_is_the_same() {
    there_and_back::<sqlx::MySql>().await;
}

#[tokio::test]
async fn a_desk_moves_from_database_to_database_and_is_the_same() {
    let Some(postgres) = TestDatabase::<sqlx::Postgres>::empty().await else { return };
    let Some(mysql) = TestDatabase::<sqlx::MySql>::empty().await else { return };
    let sqlite = TestDatabase::<Sqlite>::empty().await.unwrap();
    let (_database, source) = filled().await;
    let (postgres, mysql, sqlite) = (target(&postgres).await, target(&mysql).await, target(&sqlite).await);
    let sent = copied(&source, &postgres).await.unwrap();
    assert_eq!(copied(&postgres, &mysql).await.unwrap(), sent);
    assert_eq!(copied(&mysql, &sqlite).await.unwrap(), sent);
    assert_same(&answers(&sqlite).await, &answers(&source).await);
}

/// Copies until `progress` says that it is time to stop, as if the process were killed. `None` if it was.
async fn copy_until<From: Dialect, To: Dialect>(
    from: &SqlxStore<From>,
    to: &SqlxStore<To>,
    mut is_time: impl FnMut(CopyProgress) -> bool + Send,
) -> Option<Result<Vec<CopiedTable>, CopyError>> {
    let stop = Notify::new();
    let copying = copy(from, to, |progress| {
        if is_time(progress) {
            stop.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = stop.notified() => None,
        done = copying => Some(done),
    }
}

#[tokio::test]
async fn a_copy_that_is_cut_off_anywhere_goes_on_where_it_was() {
    cut_off::<Sqlite>().await;
    cut_off::<sqlx::Postgres>().await;
    cut_off::<sqlx::MySql>().await;
}

async fn cut_off<DB: Tested>() {
    let Some(there) = TestDatabase::<DB>::empty().await else { return };
    let (_database, source) = filled().await;
    let there = target(&there).await;
    let (mut runs, mut begun, mut halves) = (0, Vec::new(), BTreeSet::new());
    let sent = loop {
        // Each run comes some steps further than the one before it began.
        let mut left = 2 + runs % 3;
        let mut first = None;
        let done = copy_until(&source, &there, |progress| {
            if progress.phase == Phase::Copy && progress.rows < progress.of {
                first.get_or_insert((progress.table, progress.rows));
                left -= 1;
            }
            // Every large table is cut off in its middle once.
            left == 0 || (progress.rows == 500 && halves.insert(progress.table))
        })
        .await;
        begun.extend(first);
        if let Some(done) = done {
            break done.unwrap();
        }
        let refused = there.check().await.unwrap_err();
        assert!(matches!(schema_error(&refused), SchemaError::Unfinished), "{refused:?}");
        runs += 1;
        assert!(runs < 100, "it never ends: {begun:?}");
    };
    assert!(runs > 4, "it was cut off {runs} times");
    assert!(begun.iter().any(|(_, rows)| *rows > 0), "none went on in the middle of a table: {begun:?}");
    there.check().await.unwrap();
    assert_same(&answers(&there).await, &answers(&source).await);
    let back = TestDatabase::<Sqlite>::empty().await.unwrap();
    assert_eq!(copied(&there, &target(&back).await).await.unwrap(), sent);
}

#[tokio::test]
async fn an_unfinished_copy_is_opened_by_nobody_else() {
    let (from, to) = (Database::new(), Database::new());
    let (source, there) =
        (from.open().await, to.options().migrations(Migrations::Manual).open().await.unwrap());
    fill(&source).await;
    assert!(copy_until(&source, &there, |progress| progress.table == "tickets").await.is_none());
    for migrations in [Migrations::Auto, Migrations::Check] {
        let refused = to.options().migrations(migrations).open().await.unwrap_err();
        assert!(matches!(schema_error(&refused), SchemaError::Unfinished), "{refused:?}");
    }
    copied(&source, &there).await.unwrap();
    to.open().await;
}

#[tokio::test]
async fn a_target_with_rows_is_refused_and_left_alone() {
    with_rows::<Sqlite>().await;
    with_rows::<sqlx::Postgres>().await;
    with_rows::<sqlx::MySql>().await;
}

async fn with_rows<DB: Tested>() {
    let Some(to) = TestDatabase::<DB>::with_tables().await else { return };
    let (_from, source) = filled().await;
    let there = to.store().await;
    add(&there, &ticket(9_000)).await.unwrap();
    let before = answers(&there).await;
    let refused = copied(&source, &there).await.unwrap_err();
    assert!(matches!(refused, CopyError::NotEmpty { table: "tenants" }), "{refused:?}");
    assert_same(&answers(&there).await, &before);
    there.check().await.unwrap();
    // A finished copy is as full as any other.
    let again = copied(&there, &source).await.unwrap_err();
    assert!(matches!(again, CopyError::NotEmpty { .. }), "{again:?}");
}

#[tokio::test]
async fn a_target_of_a_newer_release_is_refused() {
    let (from, to) = (Database::new(), Database::new());
    let (source, there) = (from.open().await, to.open().await);
    to.outsider().await.execute("insert into support_migrations values (99, 'later', 'x')").await.unwrap();
    let refused = copied(&source, &there).await.unwrap_err();
    let CopyError::Target(error) = &refused else { panic!("{refused:?}") };
    assert!(matches!(schema_error(error), SchemaError::Ahead { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_source_without_tables_is_refused() {
    let (from, to) = (Database::new(), Database::new());
    let source = from.options().migrations(Migrations::Manual).open().await.unwrap();
    let refused = copied(&source, &to.open().await).await.unwrap_err();
    let CopyError::Source(error) = &refused else { panic!("{refused:?}") };
    assert!(matches!(schema_error(error), SchemaError::Behind { found: 0, .. }), "{refused:?}");
}

#[tokio::test]
async fn the_unfinished_copy_of_another_desk_is_refused() {
    let ((_from, source), other, to) = (filled().await, Database::new(), Database::new());
    let other = other.open().await;
    let there = to.options().migrations(Migrations::Manual).open().await.unwrap();
    add(&other, &ticket(1)).await.unwrap();
    assert!(copy_until(&source, &there, |progress| progress.table == "tickets").await.is_none());
    let refused = copied(&other, &there).await.unwrap_err();
    assert!(matches!(refused, CopyError::OtherCopy), "{refused:?}");
    // So is that of this desk, once it is another.
    add(&source, &ticket(9_000)).await.unwrap();
    let refused = copied(&source, &there).await.unwrap_err();
    assert!(matches!(refused, CopyError::OtherCopy), "{refused:?}");
}

/// Does something in the middle of a copy, which waits for it.
fn meanwhile<T: Send>(work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        scope.spawn(move || runtime.block_on(work)).join().unwrap()
    })
}

#[tokio::test]
async fn a_source_that_is_written_to_meanwhile_is_told() {
    let ((from, source), to) = (filled().await, Database::new());
    let there = to.options().migrations(Migrations::Manual).open().await.unwrap();
    let mut has_written = false;
    let refused = copy(&source, &there, |progress| {
        if progress.table == "messages" && !has_written {
            has_written = true;
            meanwhile(async { add(&from.open().await, &ticket(9_000)).await.unwrap() });
        }
    })
    .await;
    assert!(matches!(refused, Err(CopyError::SourceChanged)), "{refused:?}");
    assert!(to.options().open().await.is_err(), "what is not a copy is not opened");
}

#[tokio::test]
async fn two_copies_into_one_target_do_not_mix() {
    let ((from, source), to) = (filled().await, Database::new());
    let there = to.options().migrations(Migrations::Manual).open().await.unwrap();
    let other = Arc::new(Mutex::new(None));
    let first = copy(&source, &there, |progress| {
        let mut other = other.lock().unwrap();
        if (progress.table, progress.rows) == ("messages", 500) && other.is_none() {
            *other = Some(meanwhile(async {
                copied(&from.open().await, &to.options().migrations(Migrations::Manual).open().await.unwrap())
                    .await
            }));
        }
    })
    .await;
    // The second one went on where the first was, and came to the end.
    assert!(other.lock().unwrap().take().unwrap().is_ok());
    assert!(matches!(first, Err(CopyError::Busy | CopyError::Target(_))), "{first:?}");
    assert_same(&answers(&to.open().await).await, &answers(&source).await);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    for (sql, expected) in [
        ("update support_messages set sender_kind = 'god' where seq = 700", ("messages", "sender_kind")),
        ("update support_tickets set status = 'lost' where rowid % 600 = 9", ("tickets", "status")),
        ("update support_idempotency set outcome = '{'", ("idempotency", "outcome")),
        ("update support_agents set id = char(0) || id", ("agents", "id")),
        ("update support_unanswered set session_id = x'00'", ("unanswered", "session_id")),
        ("update support_dead_letters set kind = 'lost'", ("dead_letters", "kind")),
        (
            "update support_sessions set token_hash = x'00' where id = (select min(id) from support_sessions)",
            ("sessions", "token_hash"),
        ),
    ] {
        let ((from, source), to) = (filled().await, Database::new());
        let spoilt = from.outsider().await.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        assert!(spoilt.rows_affected() > 0, "{sql}");
        let there = to.options().migrations(Migrations::Manual).open().await.unwrap();
        let refused = copied(&source, &there).await.unwrap_err();
        let CopyError::Source(StoreError::Corrupt { table, column, row, .. }) = &refused else {
            panic!("{sql}: {refused:?}")
        };
        assert_eq!((*table, *column), expected);
        assert!(!row.is_empty());
    }
}

#[tokio::test]
async fn a_copy_that_is_not_like_its_source_is_told() {
    for spoil in [
        "update support_tickets set subject = 'Another'",
        "delete from support_tickets where number = (select min(number) from support_tickets)",
        "update support_sinks set position = position + 1",
        "update support_deliveries set failures = failures + 1",
        "delete from support_dead_letters",
    ] {
        let ((_from, source), to) = (filled().await, Database::new());
        let there = to.options().migrations(Migrations::Manual).open().await.unwrap();
        let mut spoilt = false;
        let refused = copy(&source, &there, |progress| {
            if progress.phase == Phase::Verify && !spoilt {
                spoilt = true;
                meanwhile(async {
                    to.outsider().await.execute(AssertSqlSafe(spoil.to_owned())).await.unwrap()
                });
            }
        })
        .await;
        assert!(matches!(refused, Err(CopyError::Differs { .. })), "{spoil}: {refused:?}");
    }
}

fn schema_error(error: &StoreError) -> &SchemaError {
    std::error::Error::source(error).unwrap().downcast_ref().unwrap()
}
