//! Messages: order, sender, repetition, and who may still write.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    chat::{Owner, SessionStatus},
    desk::chat::NewMessage,
    event::EventKind,
    message::{MessageRange, SenderKind},
    store::Limit,
    text::ClientMessageId,
};

use crate::world::{World, amy, ann, body, max, refusal, run, user_id};

fn with_key(text: &str, client_id: &str) -> NewMessage {
    NewMessage {
        client_message_id: Some(ClientMessageId::parse(client_id).unwrap()),
        ..NewMessage::new(body(text))
    }
}

#[test]
fn seq_counts_from_1_without_gaps_and_time_does_not_matter() {
    let world = World::new();
    let chat = world.chat(&ann());
    for (n, by) in [ann(), amy(), ann(), max()].iter().enumerate() {
        world.advance(TimeDelta::hours(-1));
        assert_eq!(world.say(by, chat.id, "hello").unwrap().message.seq, n as u64 + 1);
    }
    let seqs: Vec<_> = world.messages(chat.id).iter().map(|message| message.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
    assert_eq!(world.session(chat.id).last_seq, 4);
}

#[test]
fn messages_are_read_from_a_place_on_before_a_place_or_from_the_end() {
    let world = World::new();
    let chat = world.chat(&ann());
    for n in 1..=9 {
        world.say(&ann(), chat.id, &format!("m{n}")).unwrap();
    }
    let read = |after_seq, before_seq, limit| {
        let range = MessageRange { after_seq, before_seq, limit: Limit::new(limit).unwrap() };
        let messages = run(world.desk.list_messages(&ann(), chat.id, &range)).unwrap();
        messages.iter().map(|message| message.seq).collect::<Vec<_>>()
    };
    assert_eq!(read(None, None, 3), [7, 8, 9]);
    assert_eq!(read(Some(2), None, 3), [3, 4, 5]);
    assert_eq!(read(None, Some(4), 2), [2, 3]);
    assert_eq!(read(Some(3), Some(6), 100), [4, 5]);
    assert_eq!(read(Some(9), None, 100), Vec::<u64>::new());
}

#[test]
fn a_message_says_who_wrote_it() {
    let world = World::new();
    let (guest, chat, _) = world.guest();
    let of_guest = world.say(&guest, chat.id, "hello").unwrap().message.sender;
    assert_eq!((of_guest.kind, of_guest.id, of_guest.name.as_deref()), (SenderKind::User, None, Some("Gil")));
    let of_staff = world.say(&amy(), chat.id, "hello").unwrap().message.sender;
    assert_eq!((of_staff.kind, of_staff.id), (SenderKind::Admin, Some(user_id("amy"))));
    let of_host = world.say(&Principal::system(), chat.id, "maintenance").unwrap().message.sender;
    assert_eq!((of_host.kind, of_host.id), (SenderKind::System, None));
}

#[test]
fn the_same_client_key_and_body_is_the_first_message() {
    let world = World::new();
    let chat = world.chat(&ann());
    let send =
        |by: &Principal, text: &str| run(world.desk.send_message(by, chat.id, &with_key(text, "k1"), None));
    let first = send(&ann(), "hello").unwrap();
    let events = world.events_of(|| {
        let again = send(&ann(), "hello").unwrap();
        assert_eq!((again.repeated, &again.message), (true, &first.message));
        assert_eq!(refusal(send(&ann(), "other")), ErrorKind::ClientMessageIdReused);
    });
    assert_eq!((events, world.session(chat.id).last_seq), (vec![], 1));
}

#[test]
fn client_keys_of_different_authors_and_sessions_do_not_meet() {
    let world = World::new();
    let (chat, other) = (world.chat(&ann()), world.chat(&ann()));
    for (by, id) in [(ann(), chat.id), (amy(), chat.id), (max(), chat.id), (ann(), other.id)] {
        let sent = run(world.desk.send_message(&by, id, &with_key("hello", "k1"), None)).unwrap();
        assert!(!sent.repeated);
    }
}

#[test]
fn a_repeated_message_is_answered_also_when_the_chat_is_closed_for_good() {
    let world = World::new();
    let chat = world.chat(&ann());
    let send = || run(world.desk.send_message(&ann(), chat.id, &with_key("hello", "k1"), None));
    let first = send().unwrap();
    world.close(&ann(), chat.id);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    assert_eq!(send().unwrap().message, first.message);
}

#[test]
fn the_host_has_no_client_keys() {
    let world = World::new();
    let (guest, chat, _) = world.guest();
    run(world.desk.send_message(&guest, chat.id, &with_key("hello", "k1"), None)).unwrap();
    let by_host = run(world.desk.send_message(&Principal::system(), chat.id, &with_key("hello", "k1"), None));
    let refused = refusal(by_host);
    assert!(
        matches!(&refused, ErrorKind::Invalid(fields) if fields[0].field == "client_message_id"),
        "{refused:?}"
    );
}

#[test]
fn a_customers_message_reopens_a_chat_within_30_minutes_of_its_close() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&amy(), chat.id);
    world.advance(TimeDelta::minutes(30));
    let events = world.events_of(|| world.say(&ann(), chat.id, "wait").unwrap());
    assert_eq!(events, [EventKind::MessageCreated, EventKind::SessionUpdated]);
    let session = world.session(chat.id);
    assert_eq!((session.status, session.closed_at), (SessionStatus::Active, None));
    assert_eq!(session.waiting_since, Some(world.now()));
}

#[test]
fn a_customers_message_later_than_30_minutes_is_refused() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&amy(), chat.id);
    world.advance(TimeDelta::minutes(30) + TimeDelta::microseconds(1));
    assert_eq!(refusal(world.say(&ann(), chat.id, "wait")), ErrorKind::SessionClosed);
    assert_eq!(world.messages(chat.id), []);
}

#[test]
fn staff_do_not_write_into_a_closed_chat() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&amy(), chat.id);
    for by in [amy(), Principal::system()] {
        assert_eq!(refusal(world.say(&by, chat.id, "wait")), ErrorKind::SessionClosed);
    }
}

#[test]
fn nobody_writes_into_an_archived_chat() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&amy(), chat.id);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    for by in [ann(), amy()] {
        assert_eq!(refusal(world.say(&by, chat.id, "wait")), ErrorKind::SessionArchived);
    }
}

#[test]
fn staffs_first_word_takes_the_chat_over_and_a_colleagues_does_not() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&amy(), chat.id, "hello").unwrap();
    world.say(&max(), chat.id, "hello too").unwrap();
    let session = world.session(chat.id);
    assert_eq!((session.owner, session.assignee.unwrap().id), (Owner::Agent, user_id("amy")));
}

#[test]
fn a_chat_waits_from_the_oldest_unanswered_message_on() {
    let world = World::new();
    let chat = world.chat(&ann());
    assert_eq!(chat.waiting_since, None);
    let asked = world.now();
    world.say(&ann(), chat.id, "hello").unwrap();
    world.advance(TimeDelta::minutes(1));
    world.say(&ann(), chat.id, "hello?").unwrap();
    world.say(&Principal::system(), chat.id, "maintenance").unwrap();
    assert_eq!(world.session(chat.id).waiting_since, Some(asked));
    world.say(&amy(), chat.id, "hi").unwrap();
    assert_eq!(world.session(chat.id).waiting_since, None);
}

#[test]
fn the_last_message_is_previewed_on_one_line() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one\ntwo").unwrap();
    let last = world.session(chat.id).last_message.unwrap();
    assert_eq!((last.preview.as_str(), last.sender_type), ("one two", SenderKind::User));
}
