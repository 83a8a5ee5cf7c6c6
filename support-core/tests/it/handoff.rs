//! "Talk to a human", and who takes a chat.

use serde_json::json;
use support_core::{
    ErrorKind,
    bot::RuleBot,
    chat::Owner,
    desk::Assign,
    event::EventKind,
    id::TenantId,
    message::{MessageRange, SenderKind},
    person::{Agent, Availability},
    store::Limit,
};

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
        (SenderKind::System, &*world.desk.config().texts.handed_off_away)
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

#[test]
fn the_customer_is_told_whether_somebody_is_there() {
    let world = with_bot();
    let mut agent = Agent::new(user_id("amy"), "Amy");
    agent.availability = Availability::Online;
    run(world.desk.register_agent(&TenantId::default(), &agent)).unwrap();
    let chat = world.chat(&ann());
    run(world.desk.request_handoff(&ann(), chat.id, None)).unwrap();
    let told = world.messages(chat.id).pop().unwrap();
    assert_eq!(told.body.as_str(), world.desk.config().texts.handed_off);
}

#[test]
fn the_agent_finds_a_note_that_the_customer_does_not_see() {
    let world = World::build(|desk| desk.bot(RuleBot::default()));
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "How much do your plans cost?").unwrap();
    world.say(&ann(), chat.id, "Talk to a human").unwrap();
    let last = |principal: &support_core::access::Principal| {
        let range = MessageRange { after_seq: None, before_seq: None, limit: Limit::default() };
        run(world.desk.list_messages(principal, chat.id, &range)).unwrap().pop().unwrap()
    };
    let told = last(&amy());
    let note = &told.metadata.as_map()["briefing"];
    assert_eq!((note["reason"].as_str(), note["categories"][0].as_str()), (Some("asked"), Some("pricing")));
    let texts: Vec<_> = note["last_messages"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert_eq!((texts[1], texts[3]), (&json!("How much do your plans cost?"), &json!("Talk to a human")));
    let seen = last(&ann());
    assert_eq!((seen.seq, seen.metadata.is_empty()), (told.seq, true));
    let transcript = run(world.desk.session_transcript(&ann(), chat.id)).unwrap();
    assert!(transcript.messages.iter().all(|message| !message.metadata.as_map().contains_key("briefing")));
}

#[test]
fn an_agent_gives_a_chat_back_to_the_bot() {
    let bot = ScriptedBot::new().says("again me");
    let world = World::build(|desk| desk.bot(bot.clone()));
    let chat = world.chat(&ann());
    world.assign(chat.id, &Assign::Me).unwrap();
    world.say(&ann(), chat.id, "to Amy alone").unwrap();
    assert_eq!(refusal(run(world.desk.return_session_to_bot(&ann(), chat.id, None))), ErrorKind::Forbidden);
    let returned = run(world.desk.return_session_to_bot(&amy(), chat.id, None)).unwrap();
    assert_eq!(
        (returned.owner, returned.assignee.is_none(), returned.waiting_since),
        (Owner::Bot, true, None)
    );
    assert_eq!(world.messages(chat.id).pop().unwrap().body.as_str(), world.desk.config().texts.returned);
    world.say(&ann(), chat.id, "to the bot").unwrap();
    assert_eq!(bot.heard().iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), ["to the bot"]);
    assert_eq!(world.messages(chat.id).pop().unwrap().body.as_str(), "again me");
}

#[test]
fn a_desk_without_a_bot_has_nobody_to_give_a_chat_back_to() {
    let world = World::new();
    let chat = world.chat(&ann());
    let refused = refusal(run(world.desk.return_session_to_bot(&amy(), chat.id, None)));
    assert!(matches!(refused, ErrorKind::Invalid(fields) if fields[0].field == "assigned_to"));
}
