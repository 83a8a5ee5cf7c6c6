//! Kept counts are what the rows say, whatever happened to the rows.

use chrono::TimeDelta;
use support_core::{
    chat::{Participant, Session},
    conformance::oracle,
    store::{PersonKey, Store},
    ticket::{Assignee, Ticket, TicketStatus},
};
use support_store_sqlx::{
    SqlxStore,
    testing::{TestDatabase, Tested},
};

use crate::fixtures::{add, outsider, poll_at_most, run, session, tenant, ticket, user};

async fn assert_counts_are_true<DB: Tested>(store: &SqlxStore<DB>) {
    let tenants = store.list_tenants().await.unwrap();
    assert!(!tenants.is_empty());
    for tenant in tenants {
        let differences = store.check_counts(&tenant).await.unwrap();
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

async fn r_20_counts_are_true_after_random_operations<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    for seed in 100..104 {
        oracle::run(&store, seed, 120).await;
    }
    assert_counts_are_true(&store).await;
}

async fn r_20_counts_are_true_after_clients_vanished<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    add(&store, &ticket(1)).await.unwrap();
    for polls in 1..60 {
        let _ = poll_at_most(polls, add(&store, &ticket(1 + polls as u64))).await;
    }
    assert_counts_are_true(&store).await;
}

async fn r_20_counts_are_true_with_writers_side_by_side<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let writers = (0..8_u64).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..10 {
                let mut transaction = store.begin(&tenant()).await.unwrap();
                let mut row = ticket(1 + writer * 100 + n);
                transaction.tickets().insert(&row).await.unwrap();
                row.status = TicketStatus::InProgress;
                row.assignee = Some(Assignee { id: user("bob"), name: "Bob".to_owned() });
                transaction.tickets().update(&mut row).await.unwrap();
                if n % 3 > 0 {
                    transaction.commit().await.unwrap();
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_counts_are_true(&store).await;
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    assert_eq!(transaction.agents().loads().await.unwrap()[&user("bob")].open_tickets, 48);
}

async fn an_agents_work_is_counted_as_nobodys_when_they_are_forgotten<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.store().await;
    let bobs = |n| Ticket {
        assignee: Some(Assignee { id: user("bob"), name: "Bob".to_owned() }),
        requester: support_core::chat::Customer::User(support_core::person::Person::new(user("eve"))),
        ..ticket(n)
    };
    add(&store, &bobs(1)).await.unwrap();
    add(&store, &Ticket { status: TicketStatus::Closed, ..bobs(2) }).await.unwrap();
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.people().erase(&PersonKey::User(user("bob"))).await.unwrap();
    transaction.commit().await.unwrap();
    assert_counts_are_true(&store).await;
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    assert!(transaction.agents().loads().await.unwrap().is_empty());
}

async fn what_was_read_is_news_again_when_the_customer_writes<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut chat = Session { last_seq: 1, last_customer_seq: 1, ..session(1) };
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.chats().insert(&chat, None).await.unwrap();
    transaction.chats().move_read_cursor(chat.id, &Participant::Agent(user("bob")), 1).await.unwrap();
    transaction.commit().await.unwrap();
    assert_counts_are_true(&store).await;
    (chat.last_seq, chat.last_customer_seq) = (2, 2);
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.chats().update(&mut chat).await.unwrap();
    transaction.commit().await.unwrap();
    assert_counts_are_true(&store).await;
}

/// A chat of Bob's that Bob and Amy have read.
async fn add_a_chat_that_was_read<DB: Tested>(store: &SqlxStore<DB>) -> Session {
    let bob = Assignee { id: user("bob"), name: "Bob".to_owned() };
    let chat = Session { assignee: Some(bob), last_seq: 1, last_customer_seq: 1, ..session(1) };
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.chats().insert(&chat, None).await.unwrap();
    for agent in ["bob", "amy"] {
        transaction.chats().move_read_cursor(chat.id, &Participant::Agent(user(agent)), 1).await.unwrap();
    }
    transaction.commit().await.unwrap();
    chat
}

async fn what_agents_have_read_stays_so_whatever_becomes_of_a_chat<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut chat = add_a_chat_that_was_read(&store).await;
    assert_counts_are_true(&store).await;
    let changes: [fn(&mut Session); 5] = [
        |chat| chat.updated_at += TimeDelta::seconds(1),
        |chat| chat.updated_at += TimeDelta::days(2),
        |chat| (chat.last_seq, chat.last_customer_seq) = (2, 2),
        |chat| chat.assignee = Some(Assignee { id: user("amy"), name: "Amy".to_owned() }),
        |chat| chat.assignee = None,
    ];
    for (change, up_to) in changes.into_iter().zip(1..) {
        change(&mut chat);
        let mut transaction = store.begin(&tenant()).await.unwrap();
        transaction.chats().update(&mut chat).await.unwrap();
        transaction.commit().await.unwrap();
        assert_counts_are_true(&store).await;
        let amy = Participant::Agent(user("amy"));
        let mut transaction = store.begin(&tenant()).await.unwrap();
        transaction.chats().move_read_cursor(chat.id, &amy, up_to.min(2)).await.unwrap();
        transaction.commit().await.unwrap();
        assert_counts_are_true(&store).await;
    }
}

async fn what_others_did_to_what_agents_have_read_is_found_and_put_right<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.store().await;
    let chat = add_a_chat_that_was_read(&store).await;
    let mut outsider = outsider(&database).await;
    run::<DB>(&mut outsider, "update support_sessions set news_for_assignee = 1").await.unwrap();
    let of_bob = "update support_read_cursors set session_updated_at = null where participant = 'agent:bob'";
    run::<DB>(&mut outsider, of_bob).await.unwrap();
    let of_amy = "update support_read_cursors set tenant = 'another' where participant = 'agent:amy'";
    run::<DB>(&mut outsider, of_amy).await.unwrap();
    let differences = store.check_counts(&tenant()).await.unwrap();
    let mut found: Vec<_> =
        differences.iter().map(|d| (d.kind, d.label.clone(), d.kept, d.counted)).collect();
    found.sort();
    let at = chat.updated_at.timestamp_micros();
    let expected = [
        ("news_for_assignee", chat.id.to_string(), 1, 0),
        ("read_cursors", format!("{} amy", chat.id), 0, at),
        ("read_cursors", format!("{} bob", chat.id), 0, at),
    ];
    assert_eq!(found, expected);
    assert_eq!(store.recount(&tenant()).await.unwrap(), differences);
    assert_counts_are_true(&store).await;
}

async fn what_others_did_to_the_rows_is_found_and_put_right<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    add(&store, &ticket(1)).await.unwrap();
    add(&store, &ticket(2)).await.unwrap();
    let mut outsider = outsider(&database).await;
    run::<DB>(&mut outsider, "update support_tickets set status = 'closed'").await.unwrap();
    let differences = store.check_counts(&tenant()).await.unwrap();
    let found: Vec<_> = differences.iter().map(|d| (d.kind, d.label.as_str(), d.kept, d.counted)).collect();
    let expected = [
        ("ticket_status", "closed", 0, 2),
        ("ticket_status", "open", 2, 0),
        ("tickets_unassigned", "", 2, 0),
    ];
    assert_eq!(found, expected);
    assert_eq!(store.recount(&tenant()).await.unwrap(), differences);
    assert_counts_are_true(&store).await;
}

crate::fixtures::on_each_database! { with_tables:
    r_20_counts_are_true_after_random_operations
    r_20_counts_are_true_after_clients_vanished
    r_20_counts_are_true_with_writers_side_by_side
    an_agents_work_is_counted_as_nobodys_when_they_are_forgotten
    what_was_read_is_news_again_when_the_customer_writes
    what_agents_have_read_stays_so_whatever_becomes_of_a_chat
    what_others_did_to_what_agents_have_read_is_found_and_put_right
    what_others_did_to_the_rows_is_found_and_put_right
}
