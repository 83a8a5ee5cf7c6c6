//! Kept counts beside those of somebody else who counts.
//!
//! `check_counts` reads rows with the code that keeps the counts: a label that is wrong in both is no difference to it.
//! Here everything is listed as the desk lists it, and what it counts for is said once more.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use support_core::{
    access::Scope,
    chat::{Participant, Session, SessionFilter, SessionSort, SessionStatus},
    conformance::oracle,
    id::TenantId,
    message::MessageRange,
    store::{Limit, Page, PageRequest, Store, Transaction},
    ticket::{Priority, Ticket, TicketFilter, TicketSort, TicketStatus, Visibility},
};
use support_store_sqlx::testing::{TestDatabase, Tested};

use crate::fixtures::{outsider, run, user};

type Counted = BTreeMap<(&'static str, String), i64>;

fn day(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%d").to_string()
}

fn count_ticket(counted: &mut Counted, ticket: &Ticket) {
    let mut one = |kind, label: &str| *counted.entry((kind, label.to_owned())).or_default() += 1;
    one("ticket_status", ticket.status.as_str());
    one(
        "ticket_priority",
        match ticket.priority {
            Priority::Urgent => "3",
            Priority::High => "2",
            Priority::Medium => "1",
            Priority::Low => "0",
        },
    );
    one("ticket_category", ticket.category.as_ref().map_or("", |category| category.as_str()));
    one("tickets_opened", &day(ticket.created_at));
    if !matches!(ticket.status, TicketStatus::Resolved | TicketStatus::Closed) {
        match &ticket.assignee {
            Some(agent) => one("tickets_in_hand", agent.id.as_str()),
            None => one("tickets_unassigned", ""),
        }
    }
    if let Some(answered_at) = ticket.first_response_at {
        count_response(
            counted,
            answered_at,
            (answered_at - ticket.created_at).num_microseconds().unwrap().max(0),
        );
    }
}

/// A first answer, by how many digits its microseconds have and the first one or two of them.
fn count_response(counted: &mut Counted, at: DateTime<Utc>, micros: i64) {
    let mut some = |kind, label: String, n| *counted.entry((kind, label)).or_default() += n;
    let digits = micros.to_string();
    let bucket = format!("{:02}{}", digits.len(), &format!("{micros:0>2}")[..2]);
    let tenth = format!("{}0", &bucket[..3]);
    let (day, month) = (day(at), at.format("%Y-%m").to_string());
    some("response_tenths_by_day", format!("{day} {tenth}"), 1);
    some("response_tenths_by_month", format!("{month} {tenth}"), 1);
    some("response_hundredths", format!("{tenth} {month} {bucket}"), 1);
    some("response_time", day, micros);
}

fn count_session(counted: &mut Counted, session: &Session, messages: usize, readers: &[(Participant, u64)]) {
    let mut some = |kind, label: &str, n| *counted.entry((kind, label.to_owned())).or_default() += n;
    some("sessions", "", 1);
    some("messages", "", i64::try_from(messages).unwrap());
    if session.status == SessionStatus::Active {
        some("sessions_active", "", 1);
        if let Some(agent) = &session.assignee {
            some("sessions_in_hand", agent.id.as_str(), 1);
        }
    }
    if let Some(rating) = session.rating {
        some("ratings", "", 1);
        some("stars", "", rating.stars().into());
        if let Some(given) = session.rated_at {
            some("ratings_given", &day(given), 1);
            some("stars_given", &day(given), rating.stars().into());
        }
    }
    let last_active = day(session.updated_at);
    if session.last_customer_seq == 0 {
        return;
    }
    let month = session.updated_at.format("%Y-%m");
    some("sessions_with_news", &last_active, 1);
    some("sessions_with_news_by_month", &month.to_string(), 1);
    for (reader, up_to) in readers {
        if let Participant::Agent(agent) = reader
            && *up_to >= session.last_customer_seq
        {
            some("sessions_read", &format!("{agent} {last_active}"), 1);
            some("sessions_read_by_month", &format!("{agent} {month}"), 1);
        }
    }
}

/// Every page of a list.
async fn whole<T>(mut page: impl AsyncFnMut(&PageRequest) -> Page<T>) -> Vec<T> {
    let mut request = PageRequest { limit: Limit::new(100).unwrap(), after: None };
    let mut all = Vec::new();
    loop {
        let read = page(&request).await;
        all.extend(read.items);
        request.after = read.next;
        if request.after.is_none() {
            return all;
        }
    }
}

async fn count(tx: &mut dyn Transaction) -> Counted {
    let mut counted = Counted::new();
    let all = TicketFilter { visibility: Visibility::Staff, ..TicketFilter::within(Scope::Everything) };
    let tickets =
        whole(async |page| tx.tickets().list(&all, TicketSort::CreatedAt, page).await.unwrap()).await;
    for ticket in &tickets {
        count_ticket(&mut counted, ticket);
    }
    let all = SessionFilter::within(Scope::Everything, Participant::Agent(user("nobody")));
    let sessions = whole(async |page| tx.chats().list(&all, SessionSort::Recent, page).await.unwrap()).await;
    for view in &sessions {
        let id = view.session.id;
        let range = MessageRange { after_seq: Some(0), before_seq: None, limit: Limit::new(100).unwrap() };
        let messages = tx.messages().list(id, &range).await.unwrap().len();
        let readers = tx.chats().list_read_cursors(id).await.unwrap();
        count_session(&mut counted, &view.session, messages, &readers);
    }
    // What comes to nothing is not kept.
    counted.retain(|_, n| *n != 0);
    assert!(tickets.len() > 5 && sessions.len() > 5, "there is something to count");
    counted
}

/// What the store counts itself: where nothing is kept, every count is a difference.
async fn counted_by_the_store<DB: Tested>(database: &TestDatabase<DB>, tenant: &TenantId) -> Counted {
    let mut outsider = outsider(database).await;
    run::<DB>(&mut outsider, "delete from support_counts").await.unwrap();
    let differences = database.store().await.check_counts(tenant).await.unwrap();
    differences.into_iter().map(|d| ((d.kind, d.label), d.counted)).collect()
}

async fn r_20_counts_are_those_of_somebody_else_who_counts<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    for seed in [301, 302] {
        oracle::run(&store, seed, 300).await;
        for tenant in store.list_tenants().await.unwrap() {
            let differences = store.check_counts(&tenant).await.unwrap();
            assert!(differences.is_empty(), "seed {seed}: {differences:#?}");
        }
    }
    for tenant in store.list_tenants().await.unwrap() {
        let counted = count(&mut *store.begin_read(&tenant).await.unwrap()).await;
        let mut by_store = counted_by_the_store(&database, &tenant).await;
        // What is counted of other things has tests beside those.
        assert!(counted.keys().any(|(kind, _)| *kind == "response_time"), "somebody was answered");
        by_store.retain(|(kind, _), _| counted.keys().any(|(known, _)| known == kind));
        assert_eq!(by_store, counted);
    }
}

crate::fixtures::on_each_database! { with_tables: r_20_counts_are_those_of_somebody_else_who_counts }
