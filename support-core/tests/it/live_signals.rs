//! Who is typing, who looks at what, and who is there.

use chrono::TimeDelta;
use support_core::{
    ErrorKind, SupportDesk,
    access::Principal,
    desk::{
        Target,
        live::{Delivery, Doing, Heard, Subscription, Topic},
    },
    id::{SessionId, TenantId},
    message::Side,
    person::{Agent, Availability},
    ticket::TicketKey,
};

use crate::{
    live::{delivery, follow},
    world::{World, amy, ann, bob, max, refusal, run, user_id},
};

/// The next signal; events in between are of no interest here.
fn hear(subscription: &mut Subscription) -> Heard {
    loop {
        if let Delivery::Signal(heard) = delivery(subscription).unwrap() {
            return heard;
        }
    }
}

/// Waits for a message, and fails if a signal comes before it.
fn hear_nothing_before(subscription: &mut Subscription) {
    match delivery(subscription).unwrap() {
        Delivery::Event(_) => {}
        other => panic!("{other:?}"),
    }
}

fn types(desk: &SupportDesk, by: &Principal, id: SessionId, doing: Doing) {
    run(desk.show_typing(by, Target::Session(id), doing)).unwrap();
}

fn typing(heard: &Heard) -> (Side, Option<&str>, Doing) {
    match heard {
        Heard::Typing { by, name, doing, .. } => (*by, name.as_deref(), *doing),
        other => panic!("{other:?}"),
    }
}

#[test]
fn staff_hear_who_is_typing_and_customers_that_an_agent_is() {
    let world = World::new();
    let chat = world.chat(&ann());
    let mut of_ann = follow(&world, &ann(), Topic::Chats);
    let mut of_bob = follow(&world, &bob(), Topic::Chats);
    let mut of_max = follow(&world, &max(), Topic::Chats);
    let mut of_amy = follow(&world, &amy(), Topic::Chats);
    types(&world.desk, &ann(), chat.id, Doing::Now);
    assert_eq!(typing(&hear(&mut of_amy)), (Side::Customer, Some("Ann"), Doing::Now));
    assert_eq!(typing(&hear(&mut of_max)), (Side::Customer, Some("Ann"), Doing::Now));
    types(&world.desk, &amy(), chat.id, Doing::Now);
    assert_eq!(typing(&hear(&mut of_ann)), (Side::Desk, None, Doing::Now), "her own is not told to her");
    assert_eq!(typing(&hear(&mut of_max)), (Side::Desk, Some("Amy"), Doing::Now));
    types(&world.desk, &amy(), chat.id, Doing::NoMore);
    types(&world.desk, &amy(), chat.id, Doing::NoMore);
    assert_eq!(typing(&hear(&mut of_max)), (Side::Desk, Some("Amy"), Doing::NoMore));
    types(&world.desk, &max(), chat.id, Doing::Now);
    assert_eq!(
        typing(&hear(&mut of_amy)),
        (Side::Desk, Some("Max"), Doing::Now),
        "who stops twice stops once"
    );
    world.chat(&bob());
    hear_nothing_before(&mut of_bob);
}

#[test]
fn a_guest_is_heard_by_the_name_they_gave() {
    let world = World::new();
    let (gil, chat, _) = world.guest();
    let mut of_amy = follow(&world, &amy(), Topic::Chats);
    types(&world.desk, &gil, chat.id, Doing::Now);
    assert_eq!(typing(&hear(&mut of_amy)), (Side::Customer, Some("Gil"), Doing::Now));
}

#[test]
fn typing_ends_by_itself_after_six_seconds() {
    let world = World::new();
    let chat = world.chat(&ann());
    let mut of_amy = follow(&world, &amy(), Topic::Chats);
    types(&world.desk, &ann(), chat.id, Doing::Now);
    world.advance(TimeDelta::seconds(5));
    types(&world.desk, &ann(), chat.id, Doing::Now);
    for _ in 0..2 {
        assert_eq!(typing(&hear(&mut of_amy)).2, Doing::Now);
    }
    world.advance(TimeDelta::milliseconds(6_001));
    assert_eq!(typing(&hear(&mut of_amy)).2, Doing::NoMore);
}

#[test]
fn what_agents_type_on_a_ticket_is_told_to_staff_alone() {
    let world = World::new();
    let key = TicketKey::Id(world.ticket(&ann()).id);
    let mut of_ann = follow(&world, &ann(), Topic::Tickets);
    let mut of_max = follow(&world, &max(), Topic::Tickets);
    run(world.desk.show_typing(&amy(), Target::Ticket(&key), Doing::Now)).unwrap();
    assert_eq!(typing(&hear(&mut of_max)), (Side::Desk, Some("Amy"), Doing::Now));
    run(world.desk.show_typing(&ann(), Target::Ticket(&key), Doing::Now)).unwrap();
    assert_eq!(typing(&hear(&mut of_max)), (Side::Customer, Some("Ann"), Doing::Now));
    world.ticket(&ann());
    hear_nothing_before(&mut of_ann);
}

#[test]
fn agents_hear_who_looks_at_what_and_who_comes_later_is_told() {
    let world = World::new();
    let chat = world.chat(&ann());
    let target = Target::Session(chat.id);
    let mut of_max = follow(&world, &max(), Topic::Chats);
    let mut of_ann = follow(&world, &ann(), Topic::Chats);
    // Two tabs, one person.
    for _ in 0..2 {
        run(world.desk.show_viewing(&amy(), target, Doing::Now)).unwrap();
    }
    let viewing = |heard: Heard| match heard {
        Heard::Viewing { name, doing, .. } => (name, doing),
        other => panic!("{other:?}"),
    };
    assert_eq!(viewing(hear(&mut of_max)), ("Amy".to_owned(), Doing::Now));
    let late = Principal::agent(support_core::person::Person::new(user_id("eve")));
    let mut of_eve = follow(&world, &late, Topic::Chats);
    assert_eq!(viewing(hear(&mut of_eve)), ("Amy".to_owned(), Doing::Now));
    world.advance(TimeDelta::seconds(61));
    assert_eq!(
        viewing(hear(&mut of_max)),
        ("Amy".to_owned(), Doing::NoMore),
        "told once, and ended after a minute"
    );
    world.say(&ann(), chat.id, "hello").unwrap();
    hear_nothing_before(&mut of_ann);
    assert_eq!(refusal(run(world.desk.show_viewing(&ann(), target, Doing::Now))), ErrorKind::Forbidden);
}

#[test]
fn nobody_signals_in_what_they_may_not_know_of() {
    let world = World::new();
    let chat = world.chat(&ann());
    let refused =
        |by: &Principal| refusal(run(world.desk.show_typing(by, Target::Session(chat.id), Doing::Now)));
    assert_eq!(refused(&bob()), ErrorKind::NotFound);
    assert_eq!(refused(&Principal::anonymous()), ErrorKind::Unauthenticated);
    assert_eq!(refused(&amy().at(TenantId::parse("elsewhere").unwrap())), ErrorKind::NotFound);
}

#[test]
fn an_agent_takes_conversations_while_they_are_there_unless_they_say_otherwise() {
    let world = World::new();
    let tenant = TenantId::default();
    run(world.desk.register_agent(&tenant, &Agent::new(user_id("amy"), "Amy"))).unwrap();
    let team = || run(world.desk.team_availability(&tenant)).unwrap();
    let listed = || run(world.desk.list_agents(&amy())).unwrap()[0].agent.availability;
    let mut of_max = follow(&world, &max(), Topic::Chats);
    let told = |subscription: &mut Subscription| match hear(subscription) {
        Heard::Availability { name, availability, .. } => (name, availability),
        other => panic!("{other:?}"),
    };
    assert_eq!((team(), listed()), (Availability::Away, Availability::Away));
    world.desk.note_presence(&amy());
    assert_eq!((team(), listed()), (Availability::Online, Availability::Online));
    assert_eq!(told(&mut of_max), ("Amy".to_owned(), Availability::Online));
    world.desk.set_availability(&amy(), Availability::Busy).unwrap();
    world.desk.note_presence(&amy());
    assert_eq!((team(), listed()), (Availability::Busy, Availability::Busy));
    assert_eq!(told(&mut of_max), ("Amy".to_owned(), Availability::Busy));
    world.advance(TimeDelta::seconds(61));
    assert_eq!((team(), listed()), (Availability::Away, Availability::Away));
    assert_eq!(told(&mut of_max), ("Amy".to_owned(), Availability::Away));
    world.desk.note_presence(&ann());
    assert_eq!(team(), Availability::Away, "customers are no team");
    assert_eq!(refusal(world.desk.set_availability(&ann(), Availability::Online)), ErrorKind::Forbidden);
}
