//! Events.

use support_core::event::EventSubject;

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann},
};

#[test]
fn positions_are_one_order_that_names_every_change() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.note(&amy(), &ticket, "note").unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    let events = world.events();
    assert!(events.iter().map(|event| event.position.0).eq(1..=4));
    let subjects: Vec<_> = events.iter().map(|event| event.subject).collect();
    let (ticket_id, session_id) = (ticket.id, chat.id);
    assert_eq!(
        subjects,
        [
            EventSubject::Ticket { ticket_id, seq: None },
            EventSubject::Ticket { ticket_id, seq: Some(1) },
            EventSubject::Session { session_id, seq: None },
            EventSubject::Session { session_id, seq: Some(1) },
        ]
    );
}

#[test]
fn events_hold_nothing_of_what_people_wrote() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.note(&amy(), &ticket, "canary").unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "canary").unwrap();
    let text = serde_json::to_string(&world.events()).unwrap();
    assert!(!text.contains("canary") && !text.contains("Ann"));
}

#[test]
fn nothing_is_told_of_what_was_not_committed() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let ticket = world.ticket_that_is(support_core::ticket::TicketStatus::Resolved);
    let events = world.events_of(|| {
        assert!(world.set_status(&ticket, support_core::ticket::TicketStatus::OnHold).is_err());
        assert!(world.reply_with(&ticket, support_core::ticket::TicketStatus::OnHold).is_err());
    });
    assert_eq!(events, []);
}
