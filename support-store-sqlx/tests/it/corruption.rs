//! Rows that this version cannot read: they are named, and nothing panics.

use sqlx::{AssertSqlSafe, Executor};
use support_core::{
    access::Scope,
    chat::{SessionFilter, SessionSort},
    store::{PageRequest, Store, StoreError, Transaction},
    ticket::{TicketFilter, TicketSort},
};

use crate::fixtures::{Database, id, message, session, tenant, ticket};

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

/// Spoils a column and says what is then said of it.
async fn spoil(sql: &str, what: Read) -> (String, StoreError) {
    let database = Database::new();
    let store = database.open().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    transaction.chats().insert(&session(2), None).await.unwrap();
    transaction.messages().insert(&message(2, 1, "hello")).await.unwrap();
    transaction.commit().await.unwrap();
    let mut outsider = database.outsider().await;
    outsider.execute("pragma foreign_keys = off").await.unwrap();
    outsider.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    match read(&mut *transaction, what).await {
        Err(StoreError::Corrupt { table, column, row, source }) => {
            (format!("{table}.{column} of {row}"), StoreError::Corrupt { table, column, row, source })
        }
        other => panic!("{sql}: {other:?}"),
    }
}

#[tokio::test]
async fn an_unreadable_column_is_named_with_its_table_and_row() {
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
            "update support_tickets set reply_count = 1 << 40",
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
        assert_eq!(spoil(sql, what).await.0, expected, "{sql}");
    }
}

/// S-45: what people wrote does not go into logs by way of an error.
#[tokio::test]
async fn what_is_said_of_a_bad_column_holds_none_of_its_content() {
    let (_, error) = spoil("update support_tickets set status = 'canary'", Read::Ticket).await;
    let mut said = format!("{error}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        said.push_str(&error.to_string());
        source = error.source();
    }
    assert!(!said.contains("canary"), "{said}");
}
