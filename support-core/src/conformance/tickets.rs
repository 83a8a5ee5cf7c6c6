//! Tickets, one by one.

use super::fixtures::{
    Desk, HOSTILE, HOSTILE_LINE, assert_refused, assert_same, assignee, at, body, category, day,
    greatest_json, guest, hostile_json, long, person, subject, tag, talkative_guest, user, user_id,
};
use crate::{
    access::Scope,
    chat::Customer,
    id::{SessionId, TicketId, UserId},
    store::{Store, StoreError},
    text::{Body, Category, Subject, Tag},
    ticket::{Assignee, Priority, Tags, Ticket, TicketKey, TicketNumber, TicketStatus},
};

/// A ticket with a hostile value in every field.
pub(super) fn hostile_ticket(desk: &Desk<'_>) -> Ticket {
    Ticket {
        subject: subject(HOSTILE_LINE),
        description: body(HOSTILE),
        status: TicketStatus::Resolved,
        priority: Priority::Urgent,
        category: Some(category("billing_2-b")),
        tags: ["VIP", "vip", "ünï 👍", "with  two blanks", "'; drop table tickets", "100%_"]
            .map(tag)
            .to_vec(),
        requester: Customer::User(
            person("User|42 é\u{301} ").named(format!(" {HOSTILE_LINE} ")).with_email("Ünï@Example"),
        ),
        assignee: Some(Assignee { id: user_id(" agent "), name: format!(" {HOSTILE_LINE} ") }),
        custom_fields: hostile_json(),
        reply_count: 7,
        waiting_since: Some(at(1)),
        first_response_at: Some(at(2)),
        cycle_started_at: at(3),
        resolved_at: Some(at(4)),
        closed_at: Some(at(5)),
        follow_up_of: Some(TicketId::from_uuid(desk.id())),
        chat_session_id: Some(SessionId::from_uuid(desk.id())),
        version: 3,
        created_at: at(6),
        updated_at: at(7),
        ..desk.ticket()
    }
}

async fn assert_kept(desk: &Desk<'_>, ticket: &Ticket) {
    for key in [TicketKey::Id(ticket.id), TicketKey::Number(ticket.number.clone())] {
        let found = desk.read(async |t| t.tickets().find(&key, &Scope::Everything).await.unwrap()).await;
        assert_same(&found.unwrap(), ticket);
    }
}

pub async fn every_field_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    // What it refers to is there, for stores that insist.
    let earlier = desk.add_ticket(desk.ticket()).await;
    let session = desk.add_session(desk.session(user("ann"))).await;
    let ticket =
        Ticket { follow_up_of: Some(earlier.id), chat_session_id: Some(session.id), ..hostile_ticket(&desk) };
    assert_kept(&desk, &desk.add_ticket(ticket).await).await;
}

pub async fn absent_values_stay_absent(store: &dyn Store) {
    let desk = Desk::new(store);
    for requester in [guest(), Customer::User(crate::person::Person::new(user_id("bare")))] {
        assert_kept(&desk, &desk.add_ticket(Ticket { requester, ..desk.ticket() }).await).await;
    }
    // Absent and empty are two things.
    let named = person("empty").named("").with_email("");
    assert_kept(&desk, &desk.add_ticket(Ticket { requester: Customer::User(named), ..desk.ticket() }).await)
        .await;
}

pub async fn a_guest_requester_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let requester = talkative_guest("Zoë O'Hara", "MiXed.Case+tag@Example.org");
    assert_kept(&desk, &desk.add_ticket(Ticket { requester, ..desk.ticket() }).await).await;
}

pub async fn the_longest_values_are_kept(store: &dyn Store) {
    let desk = Desk::new(store);
    let tags = (0..Tags::MAX).map(|n| tag(&format!("{n:02}{}", long(Tag::MAX - 2))));
    let longest_id = UserId::parse(long(UserId::MAX)).unwrap();
    let ticket = Ticket {
        number: TicketNumber::new(day(0), 1_000_000_000_000_000_000),
        subject: subject(&long(Subject::MAX)),
        description: body(&long(Body::MAX)),
        category: Some(category(&"c".repeat(Category::MAX))),
        tags: tags.collect(),
        requester: Customer::User(
            crate::person::Person::new(longest_id.clone()).named(long(120)).with_email(long(63)),
        ),
        assignee: Some(Assignee { id: longest_id, name: long(128) }),
        custom_fields: greatest_json(),
        reply_count: 2_000_000_000,
        version: i64::MAX.cast_unsigned() - 1,
        ..desk.ticket()
    };
    assert_kept(&desk, &desk.add_ticket(ticket).await).await;
}

pub async fn every_status_and_priority_is_read_back(store: &dyn Store) {
    let desk = Desk::new(store);
    for status in TicketStatus::ALL.iter().copied() {
        for priority in Priority::ALL.iter().copied() {
            assert_kept(&desk, &desk.add_ticket(Ticket { status, priority, ..desk.ticket() }).await).await;
        }
    }
}

/// Before 1970, and after 2038.
pub async fn moments_far_from_now_are_kept(store: &dyn Store) {
    let desk = Desk::new(store);
    for years in [-60, 30, 300] {
        let moment = at(60 * 60 * 24 * 365 * years);
        let ticket = Ticket { created_at: moment, waiting_since: Some(moment), ..desk.ticket() };
        assert_kept(&desk, &desk.add_ticket(ticket).await).await;
    }
}

pub async fn a_taken_id_is_refused(store: &dyn Store) {
    let desk = Desk::new(store);
    let first = desk.add_ticket(desk.ticket()).await;
    let second = Ticket { id: first.id, ..desk.ticket() };
    assert_refused!(
        desk.refused(async |t| t.tickets().insert(&second).await).await,
        StoreError::AlreadyExists
    );
    assert_kept(&desk, &first).await;
}

pub async fn a_taken_number_is_refused(store: &dyn Store) {
    let desk = Desk::new(store);
    let first = desk.add_ticket(desk.ticket()).await;
    let second = Ticket { number: first.number.clone(), ..desk.ticket() };
    assert_refused!(
        desk.refused(async |t| t.tickets().insert(&second).await).await,
        StoreError::AlreadyExists
    );
    assert_kept(&desk, &first).await;
}

pub async fn an_update_changes_every_field_and_raises_the_version(store: &dyn Store) {
    let desk = Desk::new(store);
    let earlier = desk.add_ticket(desk.ticket()).await;
    let session = desk.add_session(desk.session(user("ann"))).await;
    let plain = desk.add_ticket(desk.ticket()).await;
    let untouched = desk.add_ticket(desk.ticket()).await;
    let mut changed = Ticket {
        id: plain.id,
        number: plain.number.clone(),
        created_at: plain.created_at,
        version: plain.version,
        follow_up_of: Some(earlier.id),
        chat_session_id: Some(session.id),
        ..hostile_ticket(&desk)
    };
    desk.write(async |t| t.tickets().update(&mut changed).await.unwrap()).await;
    assert_eq!(changed.version, plain.version + 1);
    assert_kept(&desk, &changed).await;

    let mut back = Ticket { version: changed.version, ..plain };
    desk.write(async |t| t.tickets().update(&mut back).await.unwrap()).await;
    assert_kept(&desk, &back).await;
    assert_kept(&desk, &untouched).await;
}

pub async fn an_update_that_changes_nothing_raises_the_version(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut ticket = desk.add_ticket(desk.ticket()).await;
    desk.write(async |t| t.tickets().update(&mut ticket).await.unwrap()).await;
    assert_eq!(ticket.version, 2);
    assert_kept(&desk, &ticket).await;
}

pub async fn an_update_of_another_version_conflicts(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut current = desk.add_ticket(desk.ticket()).await;
    let stale = Ticket { subject: subject("stale"), ..current.clone() };
    desk.write(async |t| t.tickets().update(&mut current).await.unwrap()).await;
    let ahead = Ticket { version: current.version + 1, ..stale.clone() };
    for mut wrong in [stale, ahead] {
        assert_refused!(
            desk.refused(async |t| t.tickets().update(&mut wrong).await).await,
            StoreError::Conflict
        );
    }
    assert_kept(&desk, &current).await;
}

pub async fn an_update_of_what_is_not_there_is_not_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut absent = desk.ticket();
    assert_refused!(
        desk.refused(async |t| t.tickets().update(&mut absent).await).await,
        StoreError::NotFound
    );
}

pub async fn what_is_not_there_is_not_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let absent = desk.ticket();
    for key in [TicketKey::Id(absent.id), TicketKey::Number(absent.number)] {
        let found = desk.read(async |t| t.tickets().find(&key, &Scope::Everything).await.unwrap()).await;
        assert_eq!(found, None);
    }
}

pub async fn a_scope_decides_what_is_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    let hers = desk.add_ticket(Ticket { assignee: Some(assignee("bob")), ..desk.ticket() }).await;
    let a_guests = Ticket { requester: guest(), chat_session_id: Some(session.id), ..desk.ticket() };
    let a_guests = desk.add_ticket(a_guests).await;
    let cases = [
        (Scope::Everything, true, true),
        (Scope::Nothing, false, false),
        (Scope::Customer(user_id("ann")), true, false),
        (Scope::Customer(user_id("bob")), false, false),
        (Scope::Session(session.id), false, false),
    ];
    for (scope, finds_hers, finds_a_guests) in cases {
        for (ticket, finds) in [(&hers, finds_hers), (&a_guests, finds_a_guests)] {
            for key in [TicketKey::Id(ticket.id), TicketKey::Number(ticket.number.clone())] {
                let found = desk.read(async |t| t.tickets().find(&key, &scope).await.unwrap()).await;
                assert_eq!(found.is_some(), finds, "{key:?} within {scope:?}");
            }
        }
    }
}

pub async fn people_are_told_apart_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let alike = ["ann", "Ann", "ann ", " ann", "änn", "a\u{308}nn", "ann\u{200b}"];
    let tickets = alike.map(|id| Ticket { requester: user(id), ..desk.ticket() });
    desk.add_tickets(&tickets).await;
    for (index, id) in alike.into_iter().enumerate() {
        let scope = Scope::Customer(user_id(id));
        for (other, ticket) in tickets.iter().enumerate() {
            let key = TicketKey::Id(ticket.id);
            let found = desk.read(async |t| t.tickets().find(&key, &scope).await.unwrap()).await;
            assert_eq!(found.is_some(), index == other, "{id:?} and {:?}", alike[other]);
        }
    }
}
