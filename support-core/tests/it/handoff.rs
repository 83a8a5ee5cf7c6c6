//! "Talk to a human", and who takes a chat.

use support_core::{ErrorKind, chat::Owner, desk::Assign, event::EventKind, message::SenderKind};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, bob, max, refusal, run, user_id},
};

fn with_bot() -> World {
    World::build(|desk| desk.bot(ScriptedBot::new()))
}

#[test]
fn talk_to_a_human_puts_the_chat_into_the_queue() {
    let world = with_bot();
    let (guest, chat, _) = world.guest();
    let events = world.events_of(|| {
        let queued = run(world.desk.request_handoff(&guest, chat.id, None)).unwrap();
        assert_eq!((queued.owner, queued.waiting_since), (Owner::Queue, Some(world.now())));
    });
    assert_eq!(events, [EventKind::MessageCreated, EventKind::SessionUpdated]);
    let told = world.messages(chat.id).pop().unwrap();
    assert_eq!(
        (told.sender.kind, told.body.as_str()),
        (SenderKind::System, &*world.desk.config().texts.handed_off)
    );
}

#[test]
fn asking_twice_is_asking_once() {
    let world = with_bot();
    let chat = world.chat(&ann());
    let queued = run(world.desk.request_handoff(&ann(), chat.id, None)).unwrap();
    assert_eq!(run(world.desk.request_handoff(&ann(), chat.id, None)).unwrap(), queued);
}

#[test]
fn a_customer_does_not_lose_the_agent_they_have_by_asking_for_one() {
    let world = with_bot();
    let chat = world.chat(&ann());
    let taken = world.assign(chat.id, &Assign::Me).unwrap();
    assert_eq!(run(world.desk.request_handoff(&ann(), chat.id, None)).unwrap(), taken);
}

#[test]
fn an_agent_gives_a_chat_back_to_the_queue() {
    let world = with_bot();
    let chat = world.chat(&ann());
    world.assign(chat.id, &Assign::Me).unwrap();
    let queued = run(world.desk.request_handoff(&amy(), chat.id, None)).unwrap();
    assert_eq!((queued.owner, queued.assignee), (Owner::Queue, None));
    assert_eq!(world.messages(chat.id).pop().unwrap().body.as_str(), world.desk.config().texts.left);
}

#[test]
fn nobody_is_asked_for_in_a_chat_that_is_over() {
    let world = with_bot();
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    let ask = || refusal(run(world.desk.request_handoff(&ann(), chat.id, None)));
    assert_eq!(ask(), ErrorKind::SessionClosed);
    assert_eq!(refusal(world.assign(chat.id, &Assign::Me)), ErrorKind::SessionClosed);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    assert_eq!(ask(), ErrorKind::SessionArchived);
    assert_eq!(refusal(world.assign(chat.id, &Assign::Me)), ErrorKind::SessionArchived);
}

#[test]
fn the_bot_is_silent_once_a_chat_is_assigned() {
    let bot = ScriptedBot::new();
    let world = World::build(|desk| desk.bot(bot.clone()));
    let chat = world.chat(&ann());
    let taken = world.assign(chat.id, &Assign::Me).unwrap();
    assert_eq!((taken.owner, taken.assignee.as_ref().map(|a| a.name.as_str())), (Owner::Agent, Some("Amy")));
    assert_eq!(world.messages(chat.id).pop().unwrap().body.as_str(), "Amy joined the chat.");
    world.say(&ann(), chat.id, "hello").unwrap();
    assert_eq!(bot.heard(), []);
}

#[test]
fn a_chat_goes_from_agent_to_agent_and_back_to_the_queue() {
    let world = with_bot();
    run(world.desk.recognize(&max())).unwrap();
    let chat = world.chat(&ann());
    world.assign(chat.id, &Assign::Me).unwrap();
    let to_max = world.assign(chat.id, &Assign::Agent(user_id("max"))).unwrap();
    assert_eq!(to_max.assignee.as_ref().unwrap().name, "Max");
    assert_eq!(world.assign(chat.id, &Assign::Agent(user_id("max"))).unwrap(), to_max, "Max has it");
    let queued = world.assign(chat.id, &Assign::Nobody).unwrap();
    assert_eq!((queued.owner, queued.assignee.as_ref()), (Owner::Queue, None));
    assert_eq!(world.assign(chat.id, &Assign::Nobody).unwrap(), queued);
}

#[test]
fn only_staff_assign_and_only_to_agents() {
    let world = with_bot();
    let chat = world.chat(&ann());
    let by_customer = run(world.desk.assign_session(&ann(), chat.id, &Assign::Me, None));
    assert_eq!(refusal(by_customer), ErrorKind::Forbidden);
    let by_stranger = run(world.desk.assign_session(&bob(), chat.id, &Assign::Me, None));
    assert_eq!(refusal(by_stranger), ErrorKind::NotFound);
    let unknown = refusal(world.assign(chat.id, &Assign::Agent(user_id("ann"))));
    assert!(matches!(unknown, ErrorKind::Invalid(fields) if fields[0].field == "assigned_to"));
    assert_eq!(world.session(chat.id), chat);
}
