//! Making a ticket of a chat.

use support_core::{
    ErrorKind,
    access::Principal,
    chat::Customer,
    desk::chat::{NewSession, TicketFromChat},
    event::EventKind,
    text::Category,
    ticket::Priority,
};

use crate::{
    scripted_bot::{ScriptedBot, about},
    world::{World, amy, ann, bob, contact, key, refusal, run, subject},
};

fn convert(
    world: &World,
    by: &Principal,
    id: support_core::id::SessionId,
) -> support_core::Result<support_core::ticket::Ticket> {
    run(world.desk.convert_session(by, id, &TicketFromChat::default(), None))
}

#[test]
fn chat_and_ticket_name_each_other_and_the_person_stays() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "My lamp is broken\nPlease help").unwrap();
    let events = world.events_of(|| {
        let ticket = convert(&world, &ann(), chat.id).unwrap();
        assert_eq!(ticket.chat_session_id, Some(chat.id));
        assert_eq!(ticket.requester, chat.customer);
        assert_eq!(ticket.subject.as_str(), "My lamp is broken");
        assert_eq!(ticket.description.as_str(), "My lamp is broken\nPlease help");
        assert_eq!(world.session(chat.id).ticket_id, Some(ticket.id));
    });
    assert_eq!(events, [EventKind::TicketCreated, EventKind::SessionUpdated]);
}

#[test]
fn a_guests_ticket_keeps_the_guest_and_is_for_staff_alone() {
    let world = World::new();
    let (guest, chat, _) = world.guest();
    assert_eq!(refusal(convert(&world, &guest, chat.id)), ErrorKind::Forbidden);
    let ticket = convert(&world, &amy(), chat.id).unwrap();
    assert_eq!(ticket.requester, Customer::Guest(contact()));
    assert_eq!(refusal(run(world.desk.find_ticket(&guest, &ticket.id.into()))), ErrorKind::Forbidden);
}

#[test]
fn the_second_time_names_the_ticket_that_is_there() {
    let world = World::new();
    let chat = world.chat(&ann());
    let ticket = convert(&world, &amy(), chat.id).unwrap();
    let again = refusal(convert(&world, &ann(), chat.id));
    assert_eq!(again, ErrorKind::TicketExists { ticket_id: ticket.id });
    assert_eq!(refusal(convert(&world, &bob(), chat.id)), ErrorKind::NotFound);
}

#[test]
fn a_retry_with_a_key_gets_the_first_ticket() {
    let world = World::new();
    let chat = world.chat(&ann());
    let convert =
        || run(world.desk.convert_session(&ann(), chat.id, &TicketFromChat::default(), Some(&key("k"))));
    assert_eq!(convert().unwrap(), convert().unwrap());
}

#[test]
fn what_is_said_wins_over_what_the_chat_knows() {
    let bot = ScriptedBot::new().answers(about("lamps", true, "Lamps it is."));
    let world = World::build(|desk| desk.bot(bot.clone()));
    let new = NewSession { subject: Some(subject("About a lamp")), ..NewSession::default() };
    let start = || run(world.desk.start_session(&ann(), &new, None)).unwrap().view.session;
    let (plain, told) = (start(), start());
    world.say(&ann(), plain.id, "It is broken").unwrap();
    let ticket = convert(&world, &ann(), plain.id).unwrap();
    assert_eq!((ticket.subject.as_str(), ticket.priority), ("About a lamp", Priority::Medium));
    assert_eq!(ticket.category.map(String::from).as_deref(), Some("lamps"));
    let said = TicketFromChat {
        subject: Some(subject("A sofa")),
        priority: Some(Priority::High),
        category: Some(Category::parse("sofas").unwrap()),
    };
    let ticket = run(world.desk.convert_session(&amy(), told.id, &said, None)).unwrap();
    assert_eq!((ticket.subject.as_str(), ticket.priority), ("A sofa", Priority::High));
    assert_eq!(ticket.category, said.category);
    assert_eq!(ticket.description.as_str(), "A sofa", "nothing was said in the chat");
}

#[test]
fn the_ticket_shows_the_transcript_to_its_requester_and_staff() {
    let world = World::new();
    let chat = world.chat(&ann());
    for n in 0..120 {
        world.say(&ann(), chat.id, &format!("m{n}")).unwrap();
    }
    let ticket = convert(&world, &ann(), chat.id).unwrap();
    for by in [ann(), amy()] {
        let transcript = run(world.desk.ticket_transcript(&by, &ticket.id.into())).unwrap().unwrap();
        assert_eq!((transcript.session.id, transcript.messages.len()), (chat.id, 120));
        assert_eq!(run(world.desk.session_transcript(&by, chat.id)).unwrap(), transcript);
    }
    let foreign = run(world.desk.ticket_transcript(&bob(), &ticket.id.into()));
    assert_eq!(refusal(foreign), ErrorKind::NotFound);
    let without = world.ticket(&ann());
    assert_eq!(run(world.desk.ticket_transcript(&ann(), &without.id.into())).unwrap(), None);
}
