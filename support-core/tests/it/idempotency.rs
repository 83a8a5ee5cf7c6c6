//! Requests with a key, carried out once.

use std::thread;

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    chat::SessionFilter,
    conformance::failing::FailingStore,
    desk::{
        chat::{NewMessage, NewSession},
        ticket::{NewReply, NewTicket},
    },
    text::IdempotencyKey,
    ticket::{Ticket, TicketFilter},
};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, bob, body, contact, key, new_ticket, refusal, run, subject},
};

const PARALLEL: usize = 64;

fn create(
    world: &World,
    by: &Principal,
    new: &NewTicket,
    key: &IdempotencyKey,
) -> support_core::Result<Ticket> {
    run(world.desk.create_ticket(by, new, Some(key)))
}

fn count(world: &World) -> u64 {
    run(world.desk.count_tickets(&amy(), &TicketFilter::default())).unwrap()
}

#[test]
fn r_03_equal_requests_are_carried_out_once() {
    let world = World::new();
    let answers: Vec<Ticket> = thread::scope(|scope| {
        let request = || create(&world, &ann(), &new_ticket("Broken lamp"), &key("k")).unwrap();
        let calls: Vec<_> = (0..PARALLEL).map(|_| scope.spawn(request)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!((answers.len(), count(&world), world.events().len()), (PARALLEL, 1, 1));
}

#[test]
fn r_03_a_replay_gets_the_first_answer_also_when_the_ticket_has_changed() {
    let world = World::new();
    let first = create(&world, &ann(), &new_ticket("Broken lamp"), &key("k")).unwrap();
    world.reply(&amy(), &first, "On it").unwrap();
    world.advance(TimeDelta::hours(24) - TimeDelta::microseconds(1));
    assert_eq!(create(&world, &ann(), &new_ticket("Broken lamp"), &key("k")).unwrap(), first);
    assert_eq!(count(&world), 1);
}

#[test]
fn r_03_another_body_with_the_same_key_is_refused() {
    let world = World::new();
    create(&world, &ann(), &new_ticket("Broken lamp"), &key("k")).unwrap();
    let mut other = new_ticket("Broken lamp");
    other.description = body("Something else");
    assert_eq!(refusal(create(&world, &ann(), &other, &key("k"))), ErrorKind::IdempotencyKeyReused);
    assert_eq!(count(&world), 1);
}

#[test]
fn r_03_a_key_belongs_to_its_actor_tenant_and_use_case() {
    let world = World::new();
    let new = new_ticket("Broken lamp");
    let elsewhere = support_core::id::TenantId::parse("elsewhere").unwrap();
    let agent_ann = Principal::agent(ann().person().unwrap().clone());
    let first = create(&world, &ann(), &new, &key("k")).unwrap();
    for by in [bob(), agent_ann, ann().at(elsewhere)] {
        assert_ne!(create(&world, &by, &new, &key("k")).unwrap().id, first.id);
    }
    let reply = NewReply::new(body("Hello"));
    let reply = run(world.desk.reply_to_ticket(&ann(), &first.id.into(), &reply, Some(&key("k"))));
    assert_eq!(reply.unwrap().ticket.reply_count, 1);
}

#[test]
fn r_03_a_key_is_forgotten_after_24_hours() {
    let world = World::new();
    let first = create(&world, &ann(), &new_ticket("Broken lamp"), &key("k")).unwrap();
    world.advance(TimeDelta::hours(24));
    let second = create(&world, &ann(), &new_ticket("Another lamp"), &key("k")).unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(create(&world, &ann(), &new_ticket("Another lamp"), &key("k")).unwrap(), second);
}

#[test]
fn r_03_a_failed_request_leaves_its_key_free() {
    let world = World::new();
    let ticket = world.ticket_that_is(support_core::ticket::TicketStatus::Closed);
    let reply = |status| {
        let reply = NewReply { status, ..NewReply::new(body("Hello")) };
        run(world.desk.reply_to_ticket(&amy(), &ticket.id.into(), &reply, Some(&key("k"))))
    };
    assert_eq!(refusal(reply(None)), ErrorKind::TicketClosed);
    assert!(reply(Some(support_core::ticket::TicketStatus::Open)).is_ok());
}

#[test]
fn r_03_replies_and_messages_are_written_once() {
    let bot = ScriptedBot::new();
    let world = World::build(|desk| desk.bot(bot.clone()));
    let (ticket, chat) = (world.ticket(&ann()), world.chat(&ann()));
    let reply = || {
        let reply = NewReply::new(body("Hello"));
        run(world.desk.reply_to_ticket(&ann(), &ticket.id.into(), &reply, Some(&key("k")))).unwrap()
    };
    assert_eq!(reply(), reply());
    assert_eq!(world.thread(&ann(), &ticket).len(), 1);
    let send = || {
        run(world.desk.send_message(&ann(), chat.id, &NewMessage::new(body("Hello")), Some(&key("k"))))
            .unwrap()
    };
    let (first, second) = (send(), send());
    assert_eq!((&first.message, second.awaits_bot), (&second.message, false));
    assert_eq!((world.messages(chat.id).len(), bot.heard().len()), (2, 1));
}

#[test]
fn r_03_a_users_chat_is_begun_once_and_a_strangers_key_is_ignored() {
    let world = World::new();
    let new = NewSession { subject: Some(subject("A lamp")), ..NewSession::default() };
    let start =
        |by: &Principal, new: &NewSession| run(world.desk.start_session(by, new, Some(&key("k")))).unwrap();
    assert_eq!(start(&ann(), &new).view, start(&ann(), &new).view);
    let guest = NewSession { contact: contact(), ..new };
    let (first, second) = (start(&Principal::anonymous(), &guest), start(&Principal::anonymous(), &guest));
    assert_ne!(first.view.session.id, second.view.session.id);
    assert_eq!(run(world.desk.count_sessions(&amy(), &SessionFilter::default())).unwrap(), 3);
}

#[test]
fn r_03_a_guests_key_never_gives_a_secret_that_opens_nothing() {
    let world = World::new();
    let (guest, over, _) = world.guest();
    world.close(&guest, over.id);
    let new = NewSession { contact: contact(), ..NewSession::default() };
    for _ in 0..2 {
        let started = run(world.desk.start_session(&guest, &new, Some(&key("k")))).unwrap();
        let token = started.token.unwrap();
        let holder = run(world.desk.authenticate_guest(&guest.tenant, token.reveal())).unwrap();
        assert_eq!(holder, Some(Principal::guest(started.view.session.id)));
    }
}

#[test]
fn r_15_a_write_that_met_another_is_tried_again_three_times() {
    let store = support_core::memory::MemoryStore::new();
    let flaky = FailingStore::new(store.clone());
    let world = World::on(flaky.clone(), store, |desk| desk);
    flaky.fail_commits(3);
    assert!(run(world.desk.create_ticket(&ann(), &new_ticket("x"), Some(&key("k")))).is_ok());
    assert_eq!((count(&world), world.events().len()), (1, 1));
    flaky.fail_commits(4);
    let refused = refusal(run(world.desk.create_ticket(&ann(), &new_ticket("y"), None)));
    assert_eq!(refused, ErrorKind::Unavailable);
    assert_eq!((count(&world), world.events().len()), (1, 1), "nothing is half-written");
}
