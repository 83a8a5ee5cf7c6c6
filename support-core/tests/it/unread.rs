//! Unread messages, counted for each participant.

use support_core::{
    ErrorKind,
    access::Principal,
    chat::{SessionFilter, SessionSort, Unread},
    desk::{Assign, PageQuery},
    event::EventKind,
    text::Rejection,
};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, latest, max, refusal, run},
};

#[test]
fn unread_counts_the_other_sides_messages_beyond_the_cursor() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    world.say(&ann(), chat.id, "two").unwrap();
    assert_eq!((world.unread(&amy(), chat.id), world.unread(&ann(), chat.id)), (2, 0));
    run(world.desk.mark_read(&amy(), chat.id, 1)).unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 1);
    run(world.desk.mark_read(&amy(), chat.id, 2)).unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 0);
}

#[test]
fn each_agent_has_a_cursor_of_their_own() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    run(world.desk.mark_read(&amy(), chat.id, 1)).unwrap();
    assert_eq!((world.unread(&amy(), chat.id), world.unread(&max(), chat.id)), (0, 1));
}

#[test]
fn for_staff_bot_and_system_messages_do_not_count() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new().welcoming("Welcome!")));
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    run(world.desk.request_handoff(&ann(), chat.id, None)).unwrap();
    assert_eq!(world.messages(chat.id).len(), 4);
    assert_eq!(world.unread(&amy(), chat.id), 1);
}

#[test]
fn for_customers_bot_and_agent_messages_count_and_system_messages_do_not() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new().welcoming("Welcome!")));
    let chat = world.chat(&ann());
    world.assign(chat.id, &Assign::Me).unwrap();
    world.say(&amy(), chat.id, "hello").unwrap();
    assert_eq!((world.messages(chat.id).len(), world.unread(&ann(), chat.id)), (3, 2));
}

#[test]
fn ones_own_message_moves_ones_cursor() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&amy(), chat.id, "hello").unwrap();
    assert_eq!(world.unread(&ann(), chat.id), 1);
    world.say(&ann(), chat.id, "hi").unwrap();
    assert_eq!((world.unread(&ann(), chat.id), world.unread(&amy(), chat.id)), (0, 1));
    world.say(&max(), chat.id, "me too").unwrap();
    assert_eq!((world.unread(&max(), chat.id), world.unread(&amy(), chat.id)), (0, 1));
}

#[test]
fn what_the_host_writes_moves_nobodys_cursor() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&amy(), chat.id, "hello").unwrap();
    world.say(&Principal::system(), chat.id, "maintenance").unwrap();
    run(world.desk.mark_read(&Principal::system(), chat.id, 2)).unwrap();
    assert_eq!(world.unread(&ann(), chat.id), 1);
    assert!(world.messages(chat.id).iter().all(|message| message.read_at.is_none()));
}

#[test]
fn a_cursor_moves_forward_only() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    world.say(&ann(), chat.id, "two").unwrap();
    run(world.desk.mark_read(&amy(), chat.id, 2)).unwrap();
    run(world.desk.mark_read(&amy(), chat.id, 0)).unwrap();
    run(world.desk.mark_read(&amy(), chat.id, 1)).unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 0);
}

#[test]
fn nobody_has_read_what_is_not_written() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    let refused = refusal(run(world.desk.mark_read(&amy(), chat.id, 2)));
    let ErrorKind::Invalid(fields) = refused else { panic!("{refused:?}") };
    assert_eq!(fields[0].field, "up_to_seq");
    assert_eq!(fields[0].rejection, Rejection::OutOfRange { min: 0, max: 1 });
}

#[test]
fn the_moment_of_the_first_reading_is_kept_and_told_once() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    world.advance(chrono::TimeDelta::minutes(1));
    let first_read = world.now();
    let read = || run(world.desk.mark_read(&amy(), chat.id, 1)).unwrap();
    assert_eq!(world.events_of(read), [EventKind::MessagesReadByStaff]);
    world.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(world.events_of(read), []);
    run(world.desk.mark_read(&max(), chat.id, 1)).unwrap();
    assert_eq!(world.messages(chat.id)[0].read_at, Some(first_read));
}

#[test]
fn a_customers_reading_is_told_to_staff() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&amy(), chat.id, "one").unwrap();
    let events = world.events_of(|| run(world.desk.mark_read(&ann(), chat.id, 1)).unwrap());
    assert_eq!(events, [EventKind::MessagesReadByCustomer]);
}

#[test]
fn reading_messages_moves_no_cursor() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    run(world.desk.list_messages(&amy(), chat.id, &latest())).unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 1);
}

#[test]
fn unread_chats_are_filtered_and_come_first() {
    let world = World::new();
    let (read, unread) = (world.chat(&ann()), world.chat(&ann()));
    world.say(&ann(), unread.id, "one").unwrap();
    world.advance(chrono::TimeDelta::minutes(1));
    world.say(&ann(), read.id, "one").unwrap();
    run(world.desk.mark_read(&amy(), read.id, 1)).unwrap();
    let list = |by: &Principal, unread| {
        let filter = SessionFilter { unread, ..SessionFilter::default() };
        let page = PageQuery::default();
        let listed = run(world.desk.list_sessions(by, &filter, SessionSort::Unread, &page)).unwrap();
        listed.items.iter().map(|view| (view.session.id, view.unread_count)).collect::<Vec<_>>()
    };
    assert_eq!(list(&amy(), None), [(unread.id, 1), (read.id, 0)]);
    assert_eq!(list(&amy(), Some(Unread::Some)), [(unread.id, 1)]);
    assert_eq!(list(&amy(), Some(Unread::None)), [(read.id, 0)]);
    assert_eq!(list(&max(), Some(Unread::Some)), [(read.id, 1), (unread.id, 1)]);
}

#[test]
fn an_agent_is_the_customer_of_a_chat_they_opened() {
    let world = World::new();
    let chat = world.chat(&amy());
    world.say(&amy(), chat.id, "I need help myself").unwrap();
    assert_eq!((world.unread(&max(), chat.id), world.unread(&amy(), chat.id)), (1, 0));
    world.say(&max(), chat.id, "Here").unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 1);
    assert_eq!(world.session(chat.id).assignee.unwrap().name, "Max");
}
