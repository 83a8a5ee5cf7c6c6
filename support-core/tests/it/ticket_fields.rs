//! Opening and changing tickets, their numbers and history.

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;
use support_core::{
    ErrorKind,
    access::Principal,
    desk::{
        Assign, PageQuery,
        ticket::{TicketChange, TicketField},
    },
    event::EventKind,
    person::{ActorKind, Person},
    text::{Category, JsonObject, Tag},
    ticket::{Priority, Tags, TicketKey, TicketNumber, TicketStatus},
};

use crate::world::{World, amy, ann, bob, new_ticket, refusal, run, subject, user_id};

fn tags(all: &[&str]) -> Tags {
    Tags::new(all.iter().map(|tag| Tag::parse(tag).unwrap()).collect()).unwrap()
}

fn every_field() -> TicketChange {
    let fields = json!({ "order": 7 });
    TicketChange {
        subject: Some(subject("Broken sofa")),
        status: Some(TicketStatus::OnHold),
        priority: Some(Priority::Urgent),
        category: Some(Some(Category::parse("sofas").unwrap())),
        tags: Some(tags(&["red"])),
        assigned_to: Some(Assign::Me),
        custom_fields: Some(JsonObject::new(fields.as_object().unwrap().clone()).unwrap()),
    }
}

/// Only one field of a change of all.
fn only(field: TicketField) -> TicketChange {
    let TicketChange { subject, status, priority, category, tags, assigned_to, custom_fields } =
        every_field();
    let mut change = TicketChange::default();
    match field {
        TicketField::Subject => change.subject = subject,
        TicketField::Status => change.status = status,
        TicketField::Priority => change.priority = priority,
        TicketField::Category => change.category = category,
        TicketField::Tags => change.tags = tags,
        TicketField::AssignedTo => change.assigned_to = assigned_to,
        TicketField::CustomFields => change.custom_fields = custom_fields,
        other => panic!("{other:?} has no value here"),
    }
    change
}

#[test]
fn a_ticket_begins_open_and_is_its_requesters() {
    let world = World::new();
    let events = world.events_of(|| {
        let ticket = world.ticket(&ann());
        assert_eq!(
            (ticket.status, ticket.priority, ticket.version),
            (TicketStatus::Open, Priority::Medium, 1)
        );
        assert_eq!((ticket.created_at, ticket.updated_at), (world.now(), world.now()));
        assert_eq!(ticket.requester.user_id(), Some(&user_id("ann")));
        assert_eq!(ticket.requester.name(), Some("Ann"));
        assert_eq!(ticket.number, TicketNumber::new(world.now().date_naive(), 1));
        assert_eq!(world.look_up(&ticket), ticket);
    });
    assert_eq!(events, [EventKind::TicketCreated]);
}

#[test]
fn numbers_count_within_the_day() {
    let world = World::new();
    let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).unwrap();
    assert_eq!(world.ticket(&ann()).number, TicketNumber::new(day(4), 1));
    assert_eq!(world.ticket(&bob()).number, TicketNumber::new(day(4), 2));
    world.advance(TimeDelta::hours(12));
    assert_eq!(world.ticket(&ann()).number, TicketNumber::new(day(5), 1));
}

#[test]
fn a_ticket_is_found_by_its_number_and_the_number_is_no_capability() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let by_number = TicketKey::Number(ticket.number.clone());
    assert_eq!(run(world.desk.find_ticket(&ann(), &by_number)).unwrap(), Some(ticket));
    assert_eq!(run(world.desk.find_ticket(&bob(), &by_number)).unwrap(), None);
    let unauthenticated = refusal(run(world.desk.find_ticket(&Principal::anonymous(), &by_number)));
    assert_eq!(unauthenticated, ErrorKind::Unauthenticated);
}

#[test]
fn staff_open_tickets_in_somebody_elses_name_and_customers_do_not() {
    let world = World::new();
    let mut new = new_ticket("Broken lamp");
    new.requester = Some(Person::new(user_id("bob")));
    let ticket = run(world.desk.create_ticket(&amy(), &new, None)).unwrap();
    assert_eq!(run(world.desk.find_ticket(&bob(), &ticket.id.into())).unwrap(), Some(ticket));
    let refused = refusal(run(world.desk.create_ticket(&ann(), &new, None)));
    assert_eq!(refused, ErrorKind::ForbiddenField { field: "requester" });
}

#[test]
fn the_host_must_say_for_whom_it_opens_a_ticket() {
    let world = World::new();
    let refused = refusal(run(world.desk.create_ticket(&Principal::system(), &new_ticket("x"), None)));
    assert!(matches!(refused, ErrorKind::Invalid(fields) if fields[0].field == "requester"));
}

#[test]
fn every_change_stores_who_when_field_old_and_new() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(TimeDelta::minutes(1));
    let changed = run(world.desk.update_ticket(&amy(), &ticket.id.into(), &every_field(), None)).unwrap();
    assert_eq!(changed.version, 2);
    let history = world.history(&ticket);
    let told: Vec<_> = history
        .iter()
        .map(|change| (change.field.as_str(), change.old.clone(), change.new.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("subject", json!("Broken lamp"), json!("Broken sofa")),
            ("priority", json!("medium"), json!("urgent")),
            ("category", json!(null), json!("sofas")),
            ("tags", json!([]), json!(["red"])),
            ("custom_fields", json!({}), json!({ "order": 7 })),
            ("assigned_to", json!(null), json!("amy")),
            ("status", json!("open"), json!("on_hold")),
        ]
    );
    for change in &history {
        assert_eq!((change.at, change.ticket_id), (world.now(), ticket.id));
        assert_eq!(change.actor.id, Some(user_id("amy")));
        assert_eq!((change.actor.name.as_deref(), change.actor.kind), (Some("Amy"), ActorKind::Agent));
    }
}

#[test]
fn the_same_values_again_change_nothing_and_tell_nobody() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let key = ticket.id.into();
    let first = run(world.desk.update_ticket(&amy(), &key, &every_field(), None)).unwrap();
    let events = world.events_of(|| {
        assert_eq!(run(world.desk.update_ticket(&amy(), &key, &every_field(), None)).unwrap(), first);
        assert_eq!(
            run(world.desk.update_ticket(&amy(), &key, &TicketChange::default(), None)).unwrap(),
            first
        );
    });
    assert_eq!((events, world.history(&ticket).len()), (vec![], 7));
}

#[test]
fn a_category_can_be_taken_away() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let key = ticket.id.into();
    run(world.desk.update_ticket(&amy(), &key, &only(TicketField::Category), None)).unwrap();
    let change = TicketChange { category: Some(None), ..TicketChange::default() };
    assert_eq!(run(world.desk.update_ticket(&amy(), &key, &change, None)).unwrap().category, None);
}

#[test]
fn a_refused_change_changes_nothing_at_all() {
    let world = World::new();
    let ticket = world.ticket_that_is(TicketStatus::Resolved);
    let events = world.events_of(|| {
        let refused = refusal(run(world.desk.update_ticket(&amy(), &ticket.id.into(), &every_field(), None)));
        assert!(matches!(refused, ErrorKind::TransitionNotAllowed { .. }), "{refused:?}");
    });
    assert_eq!((events, world.look_up(&ticket)), (vec![], ticket));
}

#[test]
fn the_requester_changes_the_priority_and_nothing_else() {
    let world = World::new();
    for field in TicketField::ALL.iter().copied() {
        let ticket = world.ticket(&ann());
        let changed = run(world.desk.update_ticket(&ann(), &ticket.id.into(), &only(field), None));
        if field == TicketField::Priority {
            assert_eq!(changed.unwrap().priority, Priority::Urgent);
        } else {
            assert_eq!(refusal(changed), ErrorKind::ForbiddenField { field: field.as_str() });
            assert_eq!(world.look_up(&ticket), ticket);
        }
    }
}

#[test]
fn the_requester_changes_nothing_of_a_closed_ticket() {
    let world = World::new();
    let ticket = world.ticket_that_is(TicketStatus::Closed);
    let change = only(TicketField::Priority);
    let by = |principal| run(world.desk.update_ticket(&principal, &ticket.id.into(), &change, None));
    assert_eq!(refusal(by(ann())), ErrorKind::TicketClosed);
    assert_eq!(by(amy()).unwrap().priority, Priority::Urgent);
}

#[test]
fn customers_read_no_history_and_assign_nothing() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let key = ticket.id.into();
    let history = run(world.desk.list_ticket_history(&ann(), &key, &PageQuery::default()));
    assert_eq!(refusal(history), ErrorKind::Forbidden);
    assert_eq!(refusal(run(world.desk.assign_ticket(&ann(), &key, &Assign::Me, None))), ErrorKind::Forbidden);
}

#[test]
fn people_are_kept_as_they_were_called_then() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let renamed = Principal::user(Person::new(user_id("ann")).named("Anna").with_email("anna@example.org"));
    world.reply(&renamed, &ticket, "It is me").unwrap();
    let found = world.look_up(&ticket);
    assert_eq!((found.requester.name(), found.requester.email()), (Some("Ann"), Some("ann@example.org")));
    assert_eq!(world.thread(&ann(), &ticket)[0].author().name.as_deref(), Some("Anna"));
}
