//! One call for simple clients.

use support_core::{
    ErrorKind,
    access::Principal,
    desk::chat::{Converse, Conversed, NewMessage, NewSession},
    id::SessionId,
    text::ClientMessageId,
};

use crate::{
    scripted_bot::{ScriptedBot, about, handoff},
    world::{World, amy, ann, bob, body, contact, key, refusal, run},
};

fn say(text: &str, session_id: Option<SessionId>) -> Converse {
    Converse { session_id, session: NewSession::default(), message: NewMessage::new(body(text)) }
}

fn converse(world: &World, by: &Principal, say: &Converse) -> Conversed {
    run(world.desk.converse(by, say, None)).unwrap()
}

#[test]
fn it_begins_a_chat_with_the_welcome_and_goes_on_in_it() {
    let bot = ScriptedBot::new().welcoming("Welcome!").answers(about("pricing", true, "It costs 5."));
    let world = World::build(|desk| desk.bot(bot.clone()));
    let first = converse(&world, &ann(), &say("How much?", None));
    let reply = first.reply.unwrap();
    assert_eq!((reply.message.body.as_str(), reply.category.as_deref()), ("It costs 5.", Some("pricing")));
    assert_eq!((reply.handoff, reply.message.seq, first.sent.seq), (false, 3, 2));
    assert!(first.token.is_none());
    let second = converse(&world, &ann(), &say("And yearly?", None));
    assert_eq!((second.session.id, second.sent.seq), (first.session.id, 4));
}

#[test]
fn a_guest_gets_a_token_once_and_goes_on_with_it() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let missing = refusal(run(world.desk.converse(&Principal::anonymous(), &say("Hello", None), None)));
    assert!(matches!(missing, ErrorKind::Invalid(fields) if fields.len() == 2));
    let session = NewSession { contact: contact(), ..NewSession::default() };
    let first = converse(&world, &Principal::anonymous(), &Converse { session, ..say("Hello", None) });
    let tenant = support_core::id::TenantId::default();
    let token = first.token.unwrap();
    let guest = run(world.desk.authenticate_guest(&tenant, token.reveal())).unwrap().unwrap();
    let second = converse(&world, &guest, &say("Hello again", None));
    assert_eq!(second.session.id, first.session.id);
    assert!(second.token.is_none());
}

#[test]
fn a_handoff_is_said_and_a_humans_chat_gets_no_answer() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new().answers(handoff("Wait a moment."))));
    let first = converse(&world, &ann(), &say("Human please", None));
    assert!(first.reply.unwrap().handoff);
    assert_eq!(first.session.owner, support_core::chat::Owner::Queue);
    let second = converse(&world, &ann(), &say("Hello?", None));
    assert_eq!(second.reply, None);
}

#[test]
fn nobody_speaks_in_a_strangers_chat() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let chat = world.chat(&ann());
    let named = say("Hello", Some(chat.id));
    assert_eq!(refusal(run(world.desk.converse(&bob(), &named, None))), ErrorKind::NotFound);
    let anonymous = run(world.desk.converse(&Principal::anonymous(), &named, None));
    assert_eq!(refusal(anonymous), ErrorKind::Unauthenticated);
    assert_eq!(world.messages(chat.id), []);
}

#[test]
fn a_repeated_message_gets_the_answer_that_was_given() {
    let bot = ScriptedBot::new().answers(about("pricing", true, "It costs 5."));
    let world = World::build(|desk| desk.bot(bot.clone()));
    let mut repeated = say("How much?", None);
    repeated.message.client_message_id = Some(ClientMessageId::parse("k").unwrap());
    let first = converse(&world, &ann(), &repeated).reply.unwrap();
    let again = converse(&world, &ann(), &repeated).reply.unwrap();
    assert_eq!((&again.message, &again.category, again.handoff), (&first.message, &first.category, false));
    let with_key = || run(world.desk.converse(&ann(), &say("More", None), Some(&key("k")))).unwrap();
    assert_eq!(with_key().reply.unwrap().message.seq, with_key().reply.unwrap().message.seq);
    assert_eq!(bot.heard().len(), 2);
}

#[test]
fn staff_speak_as_staff_in_the_chat_they_name() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let chat = world.chat(&ann());
    let said = converse(&world, &amy(), &say("Hello", Some(chat.id)));
    assert_eq!((said.reply, said.sent.sender.kind), (None, support_core::message::SenderKind::Admin));
}
