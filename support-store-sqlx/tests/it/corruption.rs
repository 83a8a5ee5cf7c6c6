//! Rows that this version cannot read: they are named, and nothing panics.

use support_core::{
    access::Scope,
    chat::{SessionFilter, SessionSort},
    store::{PageRequest, Store, StoreError, Transaction},
    ticket::{TicketFilter, TicketSort},
};

use support_store_sqlx::{
    Dialect,
    testing::{TestDatabase, Tested},
};

use crate::fixtures::{id, message, outsider, run, session, tenant, ticket};

/// What a test reads after it spoilt a row.
#[derive(Clone, Copy)]
enum Read {
    Ticket,
    Session,
    Message,
}

async fn read(transaction: &mut dyn Transaction, read: Read) -> Result<(), StoreError> {
    let page = PageRequest::default();
    match read {
        Read::Ticket => {
            let filter = TicketFilter::within(Scope::Everything);
            transaction.tickets().list(&filter, TicketSort::default(), &page).await.map(drop)
        }
        Read::Session => {
            let filter = SessionFilter { scope: Scope::Everything, ..SessionFilter::default() };
            transaction.chats().list(&filter, SessionSort::Recent, &page).await.map(drop)
        }
        Read::Message => transaction.messages().find(session(2).id, 1).await.map(drop),
    }
}

/// Spoils a column of fresh rows and says what is then said of it.
async fn spoil<DB: Tested>(database: &TestDatabase<DB>, sql: &str, what: Read) -> (String, StoreError) {
    let store = database.store().await;
    // By hand: what was spoilt before cannot be read, and so not erased either.
    for table in ["messages", "session_texts", "sessions", "ticket_tags", "ticket_texts", "tickets"] {
        run::<DB>(&mut outsider(database).await, &format!("delete from support_{table}")).await.unwrap();
    }
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    transaction.chats().insert(&session(2), None).await.unwrap();
    transaction.messages().insert(&message(2, 1, "hello")).await.unwrap();
    transaction.commit().await.unwrap();
    run::<DB>(&mut outsider(database).await, sql).await.unwrap();
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    match read(&mut *transaction, what).await {
        Err(StoreError::Corrupt { table, column, row, source }) => {
            (format!("{table}.{column} of {row}"), StoreError::Corrupt { table, column, row, source })
        }
        other => panic!("{sql}: {other:?}"),
    }
}

/// Of those statements, what the types of PostgreSQL and MySQL refuse, or make good, is left out for them.
const ONLY_ON_SQLITE: [&str; 3] = ["tags = '[1'", "created_at = 9", "x'0102'"];

async fn an_unreadable_column_is_named_with_its_table_and_row<DB: Tested>(database: TestDatabase<DB>) {
    let (ticket, session, message) = (id(1), id(2), message(2, 1, "x").id);
    for (sql, what, expected) in [
        ("update support_tickets set status = 'lost'", Read::Ticket, format!("tickets.status of {ticket}")),
        ("update support_tickets set priority = 9", Read::Ticket, format!("tickets.priority of {ticket}")),
        ("update support_tickets set subject = ' '", Read::Ticket, format!("tickets.subject of {ticket}")),
        ("update support_tickets set number = 'T1'", Read::Ticket, format!("tickets.number of {ticket}")),
        ("update support_tickets set tags = '[1'", Read::Ticket, format!("tickets.tags of {ticket}")),
        (
            "update support_tickets set custom_fields = '[]'",
            Read::Ticket,
            format!("tickets.custom_fields of {ticket}"),
        ),
        ("update support_tickets set version = -1", Read::Ticket, format!("tickets.version of {ticket}")),
        (
            "update support_tickets set reply_count = 1099511627776",
            Read::Ticket,
            format!("tickets.reply_count of {ticket}"),
        ),
        (
            "update support_tickets set created_at = 9223372036854775807",
            Read::Ticket,
            format!("tickets.created_at of {ticket}"),
        ),
        (
            "update support_tickets set chat_session_id = x'0102'",
            Read::Ticket,
            format!("tickets.chat_session_id of {ticket}"),
        ),
        ("update support_sessions set owner = ''", Read::Session, format!("sessions.owner of {session}")),
        ("update support_sessions set rating = 6", Read::Session, format!("sessions.rating of {session}")),
        (
            "update support_sessions set ip_address = 'here'",
            Read::Session,
            format!("sessions.ip_address of {session}"),
        ),
        (
            "update support_sessions set dialogue = 'null'",
            Read::Session,
            format!("sessions.dialogue of {session}"),
        ),
        (
            "update support_messages set sender_kind = 'god'",
            Read::Message,
            format!("messages.sender_kind of {message}"),
        ),
        ("update support_messages set body = ''", Read::Message, format!("messages.body of {message}")),
    ] {
        if <DB as Dialect>::NAME != "sqlite" && ONLY_ON_SQLITE.iter().any(|part| sql.contains(part)) {
            continue;
        }
        assert_eq!(spoil(&database, sql, what).await.0, expected, "{sql}");
    }
}

/// S-45: what people wrote does not go into logs by way of an error.
async fn what_is_said_of_a_bad_column_holds_none_of_its_content<DB: Tested>(database: TestDatabase<DB>) {
    let (_, error) = spoil(&database, "update support_tickets set status = 'canary'", Read::Ticket).await;
    let mut said = format!("{error}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        said.push_str(&error.to_string());
        source = error.source();
    }
    assert!(!said.contains("canary"), "{said}");
}

crate::fixtures::on_each_database! { with_tables:
    an_unreadable_column_is_named_with_its_table_and_row
    what_is_said_of_a_bad_column_holds_none_of_its_content
}
