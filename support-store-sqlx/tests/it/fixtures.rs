//! What the tests are written with: a database of their own, and plain rows.

use std::{future::poll_fn, path::PathBuf, pin::pin, task::Poll};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection, SqliteConnection};
use support_core::{
    access::Scope,
    chat::{Customer, GuestContact, Owner, Session, SessionStatus},
    event::{EventKind, EventSubject, NewEvent},
    id::{MessageId, SessionId, TenantId, TicketId, UserId},
    message::{Message, Sender, SenderKind},
    person::Person,
    store::{Store, StoreError, Transaction},
    text::{Body, JsonObject, Subject},
    ticket::{Priority, Ticket, TicketFilter, TicketNumber, TicketStatus},
};
use support_store_sqlx::{
    Dialect, SqliteOptions, SqliteStore, SqlxStore,
    testing::{TestDatabase, Tested},
};
use tempfile::TempDir;
use uuid::Uuid;

/// Makes a test for each database out of each function, which gets a database of its own.
macro_rules! on_each_database {
    ($contents:ident: $($test:ident)+) => {
        $crate::fixtures::on_each_database! { sqlite(sqlx::Sqlite) $contents $($test)+ }
        $crate::fixtures::on_each_database! { postgres(sqlx::Postgres) $contents $($test)+ }
        $crate::fixtures::on_each_database! { mysql(sqlx::MySql) $contents $($test)+ }
    };
    ($database:ident($type:ty) $contents:ident $($test:ident)+) => {
        mod $database {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let database = support_store_sqlx::testing::TestDatabase::<$type>::$contents().await;
                    if let Some(database) = database {
                        super::$test(database).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_each_database;

/// Somebody else's connection to a test's database.
pub(crate) async fn outsider<DB: Tested>(database: &TestDatabase<DB>) -> DB::Connection {
    DB::Connection::connect(database.url()).await.unwrap()
}

/// Runs statements of somebody else.
pub(crate) async fn run<DB: Dialect>(connection: &mut DB::Connection, sql: &str) -> sqlx::Result<()> {
    DB::script(connection, sql.to_owned()).await
}

/// The number that a statement of somebody else calls `value`.
pub(crate) async fn number<DB: Dialect>(connection: &mut DB::Connection, sql: &str) -> i64 {
    let rows = DB::fetch(connection, sql.to_owned(), Vec::new()).await.unwrap();
    DB::integer(&rows[0], "value").unwrap().unwrap()
}

/// A database file that goes when the test ends.
pub(crate) struct Database {
    directory: TempDir,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("support.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    pub(crate) fn options(&self) -> SqliteOptions {
        SqliteOptions::new(self.url())
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        self.options().open().await.unwrap()
    }

    /// A connection of somebody else to the same file.
    pub(crate) async fn outsider(&self) -> SqliteConnection {
        SqliteConnection::connect(&format!("{}?mode=rwc", self.url())).await.unwrap()
    }
}

pub(crate) fn tenant() -> TenantId {
    TenantId::default()
}

/// A moment of the tests: so many seconds after they begin.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_769_850_000, 123_456_000).unwrap() + TimeDelta::seconds(seconds)
}

/// The `n`th id.
pub(crate) fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x0198_0000_0000_7000, 0x8000_0000_0000_0000 | n)
}

pub(crate) fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

pub(crate) fn body(text: &str) -> Body {
    Body::parse(text).unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

/// The `n`th ticket, an open one of the user `ann`.
pub(crate) fn ticket(n: u64) -> Ticket {
    Ticket {
        id: TicketId::from_uuid(id(n)),
        number: TicketNumber::new(at(0).date_naive(), n),
        subject: subject("It does not work"),
        description: body("Please help."),
        status: TicketStatus::Open,
        priority: Priority::Medium,
        category: None,
        tags: Vec::new(),
        requester: Customer::User(Person::new(user("ann"))),
        assignee: None,
        custom_fields: JsonObject::default(),
        reply_count: 0,
        waiting_since: None,
        first_response_at: None,
        cycle_started_at: at(0),
        resolved_at: None,
        closed_at: None,
        follow_up_of: None,
        chat_session_id: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// The `n`th session, an active one of a guest.
pub(crate) fn session(n: u64) -> Session {
    Session {
        id: SessionId::from_uuid(id(n)),
        status: SessionStatus::Active,
        owner: Owner::Queue,
        customer: Customer::Guest(GuestContact::default()),
        subject: None,
        category: None,
        assignee: None,
        rating: None,
        feedback: None,
        rated_at: None,
        last_seq: 0,
        last_customer_seq: 0,
        bot_seq: 0,
        last_message: None,
        waiting_since: None,
        customer_active_at: at(0),
        ticket_id: None,
        dialogue: support_core::bot::Dialogue::default(),
        metadata: JsonObject::default(),
        ip_address: None,
        user_agent: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
        closed_at: None,
    }
}

/// The guest's message at a place of the `n`th session.
pub(crate) fn message(n: u64, seq: u64, text: &str) -> Message {
    Message {
        id: MessageId::from_uuid(id(n * 1_000_000 + seq)),
        session_id: SessionId::from_uuid(id(n)),
        seq,
        sender: Sender { kind: SenderKind::User, id: None, name: None },
        body: body(text),
        metadata: JsonObject::default(),
        suggestions: Vec::new(),
        client_message_id: None,
        created_at: at(0),
        read_at: None,
        feedback: None,
    }
}

/// That a ticket was opened.
pub(crate) fn event(ticket: &Ticket) -> NewEvent {
    let subject = EventSubject::Ticket { ticket_id: ticket.id, seq: None };
    NewEvent { kind: EventKind::TicketCreated, subject, at: at(0) }
}

/// Opens a ticket with its event, and commits.
pub(crate) async fn add(store: &impl Store, ticket: &Ticket) -> Result<(), StoreError> {
    let mut transaction = store.begin(&tenant()).await?;
    write(&mut *transaction, ticket).await?;
    transaction.commit().await
}

/// Writes a ticket with its event.
pub(crate) async fn write(transaction: &mut dyn Transaction, ticket: &Ticket) -> Result<(), StoreError> {
    transaction.tickets().insert(ticket).await?;
    transaction.events().append(&event(ticket)).await
}

/// How many tickets, and how many events, others see.
pub(crate) async fn counts<DB: Dialect>(store: &SqlxStore<DB>) -> (u64, usize) {
    if !DB::ONE_WRITER {
        settle(store).await;
    }
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    let tickets = transaction.tickets().count(&TicketFilter::within(Scope::Everything)).await.unwrap();
    let limit = support_core::store::Limit::new(100).unwrap();
    (tickets, transaction.events().list_after(Default::default(), limit).await.unwrap().len())
}

/// Gives positions to all events that were committed.
pub(crate) async fn settle(store: &impl Store) {
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.events().assign_positions().await.unwrap();
    transaction.commit().await.unwrap();
}

/// Polls a future so many times at most, and drops it if that was not enough.
pub(crate) async fn poll_at_most<T>(mut polls: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        let polled = future.as_mut().poll(context).map(Some);
        if polled.is_pending() && polls == 0 {
            return Poll::Ready(None);
        }
        polled
    })
    .await
}
