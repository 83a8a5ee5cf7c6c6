//! The desk on each database: promises that need a store which outlives its process, or real concurrency.

use std::{collections::HashSet, sync::Arc};

use support_core::{
    SupportDesk,
    access::Principal,
    desk::{
        PageQuery,
        chat::{NewMessage, NewSession},
        ticket::{NewReply, NewTicket, TicketChange},
    },
    id::UserId,
    message::MessageRange,
    person::Person,
    store::Limit,
    text::{Body, IdempotencyKey, Subject},
    ticket::{Priority, TicketFilter, TicketSort},
};
use support_store_sqlx::testing::{TestDatabase, Tested};

/// Opens a desk as if its process had just started.
async fn open<DB: Tested>(database: &TestDatabase<DB>) -> SupportDesk {
    SupportDesk::builder(database.store().await).build()
}

fn user(id: &str) -> Principal {
    Principal::user(Person::new(UserId::parse(id).unwrap()))
}

fn ticket(subject: &str) -> NewTicket {
    NewTicket::new(Subject::parse(subject).unwrap(), Body::parse("Please help.").unwrap())
}

async fn r_03_a_first_answer_is_given_again_after_a_restart<DB: Tested>(database: TestDatabase<DB>) {
    let key = IdempotencyKey::parse("the-key").unwrap();
    let first = {
        let desk = open(&database).await;
        desk.create_ticket(&user("ann"), &ticket("Once"), Some(&key)).await.unwrap()
    };
    let desk = open(&database).await;
    let again = desk.create_ticket(&user("ann"), &ticket("Once"), Some(&key)).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(desk.count_tickets(&user("ann"), &TicketFilter::default()).await.unwrap(), 1);
    assert!(desk.create_ticket(&user("ann"), &ticket("Twice"), Some(&key)).await.is_err());
}

async fn r_03_equal_requests_at_once_are_carried_out_once<DB: Tested>(database: TestDatabase<DB>) {
    let desk = open(&database).await;
    let key = Arc::new(IdempotencyKey::parse("the-key").unwrap());
    let requests: Vec<_> = (0..64)
        .map(|_| {
            let (desk, key) = (desk.clone(), Arc::clone(&key));
            tokio::spawn(async move {
                desk.create_ticket(&user("ann"), &ticket("Once"), Some(&key)).await.unwrap()
            })
        })
        .collect();
    let mut numbers = HashSet::new();
    for request in requests {
        numbers.insert(request.await.unwrap().number);
    }
    assert_eq!(numbers.len(), 1);
    assert_eq!(desk.count_tickets(&user("ann"), &TicketFilter::default()).await.unwrap(), 1);
}

async fn r_04_messages_of_many_writers_are_gap_free_and_every_view_is_a_prefix<DB: Tested>(
    database: TestDatabase<DB>,
) {
    const WRITERS: u64 = 16;
    const EACH: u64 = 25;
    let desk = open(&database).await;
    let ann = user("ann");
    let started = desk.start_session(&ann, &NewSession::default(), None).await.unwrap();
    let id = started.view.session.id;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let desk = desk.clone();
            tokio::spawn(async move {
                for n in 0..EACH {
                    let message = NewMessage::new(Body::parse(format!("{writer}/{n}")).unwrap());
                    desk.send_message(&user("ann"), id, &message, None).await.unwrap();
                }
            })
        })
        .collect();
    let all = MessageRange { after_seq: Some(0), before_seq: None, limit: Limit::new(100).unwrap() };
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let seen = desk.list_messages(&ann, id, &all).await.unwrap();
        let expected: Vec<u64> = (1..=seen.len() as u64).collect();
        assert_eq!(seen.iter().map(|message| message.seq).collect::<Vec<_>>(), expected);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let transcript = desk.session_transcript(&ann, id).await.unwrap();
    let seqs: Vec<u64> = transcript.messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=WRITERS * EACH).collect::<Vec<_>>());
}

async fn r_05_ticket_numbers_are_unique_under_concurrency<DB: Tested>(database: TestDatabase<DB>) {
    const CREATORS: usize = 64;
    const EACH: usize = 5;
    let desk = open(&database).await;
    let creators: Vec<_> = (0..CREATORS)
        .map(|creator| {
            let desk = desk.clone();
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for n in 0..EACH {
                    let ticket = ticket(&format!("{creator}/{n}"));
                    numbers.push(desk.create_ticket(&user("ann"), &ticket, None).await.unwrap().number);
                }
                numbers
            })
        })
        .collect();
    let mut numbers = HashSet::new();
    for creator in creators {
        numbers.extend(creator.await.unwrap());
    }
    assert_eq!(numbers.len(), CREATORS * EACH);
}

async fn r_24_one_change_of_a_version_succeeds<DB: Tested>(database: TestDatabase<DB>) {
    let desk = open(&database).await;
    let created = desk.create_ticket(&user("ann"), &ticket("Contended"), None).await.unwrap();
    let changes: Vec<_> = (0..16)
        .map(|n| {
            let desk = desk.clone();
            tokio::spawn(async move {
                let ada = Principal::agent(Person::new(UserId::parse(format!("agent-{n}")).unwrap()));
                let priority = if n % 2 == 0 { Priority::High } else { Priority::Urgent };
                let change = TicketChange { priority: Some(priority), ..TicketChange::default() };
                desk.update_ticket(&ada, &created.id.into(), &change, Some(created.version)).await.is_ok()
            })
        })
        .collect();
    let mut succeeded = 0;
    for change in changes {
        succeeded += usize::from(change.await.unwrap());
    }
    assert_eq!(succeeded, 1);
}

async fn what_was_written_is_there_after_a_restart<DB: Tested>(database: TestDatabase<DB>) {
    let ada = Principal::agent(Person::new(UserId::parse("ada").unwrap()).named("Ada"));
    let created = {
        let desk = open(&database).await;
        let created = desk.create_ticket(&user("ann"), &ticket("Kept 🎉"), None).await.unwrap();
        let note = NewReply::note(Body::parse("only for us").unwrap());
        desk.reply_to_ticket(&ada, &created.id.into(), &note, None).await.unwrap();
        created
    };
    let desk = open(&database).await;
    let page = PageQuery::default();
    let listed = desk
        .list_tickets(&user("ann"), &TicketFilter::default(), TicketSort::default(), &page)
        .await
        .unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&created));
    let for_staff = desk.list_replies(&ada, &created.id.into(), &page).await.unwrap();
    let for_customer = desk.list_replies(&user("ann"), &created.id.into(), &page).await.unwrap();
    assert_eq!((for_staff.items.len(), for_customer.items.len()), (1, 0));
}

crate::fixtures::on_each_database! { with_tables:
    r_03_a_first_answer_is_given_again_after_a_restart
    r_03_equal_requests_at_once_are_carried_out_once
    r_04_messages_of_many_writers_are_gap_free_and_every_view_is_a_prefix
    r_05_ticket_numbers_are_unique_under_concurrency
    r_24_one_change_of_a_version_succeeds
    what_was_written_is_there_after_a_restart
}
