//! The desk on each database while clocks lie, writers meet, and calls fail half-way.

use chrono::TimeDelta;
use support_core::{
    SupportDesk,
    access::{Principal, Scope},
    conformance::failing::FailingStore,
    desk::{
        PageQuery,
        chat::{NewMessage, NewSession},
        ticket::{NewReply, NewTicket, TicketChange},
    },
    error::ErrorKind,
    message::MessageRange,
    person::Person,
    store::{Limit, Store},
    text::IdempotencyKey,
    ticket::{DurationSummary, Period, TicketFilter, TicketStatus},
    time::{ManualClock, Timestamp},
};
use support_store_sqlx::{
    SqlxStore,
    testing::{TestDatabase, Tested},
};

use crate::fixtures::{at, body, settle, subject, tenant, user};

fn ann() -> Principal {
    Principal::user(Person::new(user("ann")))
}

fn amy() -> Principal {
    Principal::agent(Person::new(user("amy")))
}

fn new_ticket() -> NewTicket {
    NewTicket::new(subject("It does not work"), body("Please help."))
}

fn desk_at<DB: Tested>(store: &SqlxStore<DB>, moment: Timestamp) -> SupportDesk {
    SupportDesk::builder(store.clone()).clock(ManualClock::at(moment)).build()
}

async fn r_13_a_clock_that_is_set_back_changes_no_order_and_no_duration<DB: Tested>(
    database: TestDatabase<DB>,
) {
    let store = database.store().await;
    let desk = desk_at(&store, at(0));
    let created = desk.create_ticket(&ann(), &new_ticket(), None).await.unwrap();
    let chat = desk.start_session(&ann(), &NewSession::default(), None).await.unwrap().view.session.id;
    let texts = ["first", "second", "third"];
    for (hours, text) in (1..).zip(texts) {
        let desk = desk_at(&store, at(0) - TimeDelta::hours(hours));
        desk.reply_to_ticket(&amy(), &created.id.into(), &NewReply::new(body(text)), None).await.unwrap();
        desk.send_message(&ann(), chat, &NewMessage::new(body(text)), None).await.unwrap();
    }
    let done = TicketChange { status: Some(TicketStatus::Resolved), ..TicketChange::default() };
    let earlier = desk_at(&store, at(0) - TimeDelta::days(2));
    earlier.update_ticket(&amy(), &created.id.into(), &done, None).await.unwrap();

    let thread = desk.list_replies(&ann(), &created.id.into(), &PageQuery::default()).await.unwrap();
    let replies: Vec<_> = thread.items.iter().map(|entry| (entry.seq(), entry.body().as_str())).collect();
    assert_eq!(replies, [(1, "first"), (2, "second"), (3, "third")]);
    let all = MessageRange { after_seq: Some(0), before_seq: None, limit: Limit::new(100).unwrap() };
    let said = desk.list_messages(&ann(), chat, &all).await.unwrap();
    let said: Vec<_> =
        said.iter().map(|message| message.body.as_str()).filter(|text| texts.contains(text)).collect();
    assert_eq!(said, texts);
    let period = Period::new(at(0) - TimeDelta::days(9), at(0) + TimeDelta::days(9));
    let stats = desk.ticket_stats(&amy(), period).await.unwrap();
    let zero = DurationSummary { median: Some(0.0), p90: Some(0.0), mean: Some(0.0) };
    assert_eq!((stats.first_response, stats.resolution), (zero, zero));
    assert!(store.check_counts(&tenant()).await.unwrap().is_empty());
}

/// How many tickets there are, and how many events.
async fn there<DB: Tested>(store: &SqlxStore<DB>) -> (u64, usize) {
    settle(store).await;
    let mut tx = store.begin_read(&tenant()).await.unwrap();
    let tickets = tx.tickets().count(&TicketFilter::within(Scope::Everything)).await.unwrap();
    let events = tx.events().list_after(Default::default(), Limit::new(100).unwrap()).await.unwrap();
    (tickets, events.len())
}

async fn r_15_what_met_another_is_tried_again_three_times<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let meeting = FailingStore::new(store.clone());
    let desk = SupportDesk::builder(meeting.clone()).build();
    meeting.fail_commits(3);
    desk.create_ticket(&ann(), &new_ticket(), None).await.unwrap();
    assert_eq!(there(&store).await, (1, 1), "what was rolled back is not there");
    meeting.fail_commits(4);
    let refused = desk.create_ticket(&ann(), &new_ticket(), None).await.unwrap_err();
    assert_eq!(*refused.kind(), ErrorKind::Unavailable);
    assert_eq!(there(&store).await, (1, 1));
    assert!(store.check_counts(&tenant()).await.unwrap().is_empty());
}

async fn r_16_whichever_call_fails_a_write_is_whole_or_not_at_all<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let failing = FailingStore::new(store.clone());
    let desk = SupportDesk::builder(failing.clone()).build();
    let mut written = 0;
    for n in 1.. {
        let key = IdempotencyKey::parse(format!("key-{n}")).unwrap();
        failing.fail_call(n);
        let first = desk.create_ticket(&ann(), &new_ticket(), Some(&key)).await;
        let has_failed = failing.fail_call(None);
        let is_there = usize::try_from(there(&store).await.0).unwrap() - written;
        assert_eq!(
            (is_there, there(&store).await.1),
            (usize::from(first.is_ok()), written + is_there),
            "call {n}"
        );
        // Whoever tries again gets through, once.
        let again = desk.create_ticket(&ann(), &new_ticket(), Some(&key)).await.unwrap();
        assert!(first.is_err() || first.is_ok_and(|first| first == again));
        written += 1;
        assert_eq!(there(&store).await, (written as u64, written), "call {n}");
        if !has_failed {
            break;
        }
    }
    assert!(written > 3, "a ticket takes more than {written} calls");
    assert!(store.check_counts(&tenant()).await.unwrap().is_empty());
}

crate::fixtures::on_each_database! { with_tables:
    r_13_a_clock_that_is_set_back_changes_no_order_and_no_duration
    r_15_what_met_another_is_tried_again_three_times
    r_16_whichever_call_fails_a_write_is_whole_or_not_at_all
}
