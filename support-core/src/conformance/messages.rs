//! Messages.

use super::fixtures::{
    Desk, HOSTILE, HOSTILE_LINE, assert_refused, assert_same, at, body, client_id, greatest_json, guest,
    hostile_json, limited, long, sender, together, user, user_id,
};
use crate::{
    access::Scope,
    bot::Suggestion,
    chat::Session,
    id::MessageId,
    message::{Message, MessageRange, Sender, SenderKind, Side},
    store::{Store, StoreError},
    text::{Body, ClientMessageId},
};

fn from_guest() -> Sender {
    sender(SenderKind::User, None)
}

async fn add(desk: &Desk<'_>, message: &Message) {
    desk.write(async |t| t.messages().insert(message).await.unwrap()).await;
}

async fn found(desk: &Desk<'_>, session: &Session, seq: u64) -> Option<Message> {
    desk.read(async |t| t.messages().find(session.id, seq).await.unwrap()).await
}

/// A session with so many messages of its guest.
async fn talked(desk: &Desk<'_>, messages: u64) -> Session {
    let mut session = desk.add_session(desk.session(guest())).await;
    desk.write(async |t| {
        for n in 0..messages {
            desk.say_in(t, &mut session, from_guest(), "hello", at(n.cast_signed())).await;
        }
    })
    .await;
    session
}

pub async fn every_field_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    let hostile = Sender {
        kind: SenderKind::Admin,
        id: Some(user_id(" Bob é\u{301} ")),
        name: Some(format!(" {HOSTILE_LINE} ")),
    };
    let suggestions = vec![
        Suggestion { label: format!(" {HOSTILE_LINE} "), intent_id: Some("pricing".to_owned()) },
        Suggestion { label: String::new(), intent_id: None },
    ];
    let full = Message {
        body: body(HOSTILE),
        metadata: hostile_json(),
        suggestions,
        client_message_id: Some(client_id(HOSTILE_LINE)),
        created_at: at(-5),
        read_at: Some(at(9)),
        ..desk.message(session.id, 1, hostile)
    };
    let longest = Message {
        body: body(&long(Body::MAX)),
        metadata: greatest_json(),
        client_message_id: Some(client_id(&long(ClientMessageId::MAX))),
        ..desk.message(session.id, 2, from_guest())
    };
    let bare = desk.message(session.id, 3, from_guest());
    for message in [full, longest, bare] {
        add(&desk, &message).await;
        assert_same(&found(&desk, &session, message.seq).await.unwrap(), &message);
    }
    for (seq, kind) in (4..).zip(SenderKind::ALL.iter().copied()) {
        let message = desk.message(session.id, seq, sender(kind, None));
        add(&desk, &message).await;
        assert_same(&found(&desk, &session, seq).await.unwrap(), &message);
    }
}

pub async fn what_is_not_there_is_not_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talked(&desk, 1).await;
    let other = desk.add_session(desk.session(guest())).await;
    assert!(found(&desk, &session, 1).await.is_some());
    for (session, seq) in [(&session, 0), (&session, 2), (&other, 1), (&desk.session(guest()), 1)] {
        assert_eq!(found(&desk, session, seq).await, None);
    }
}

pub async fn a_taken_place_conflicts(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talked(&desk, 1).await;
    let second = Message { body: body("second"), ..desk.message(session.id, 1, from_guest()) };
    assert_refused!(desk.refused(async |t| t.messages().insert(&second).await).await, StoreError::Conflict);
    assert_eq!(found(&desk, &session, 1).await.unwrap().body, body("hello"));
    // The same place in another session is free.
    talked(&desk, 1).await;
}

pub async fn a_taken_id_is_refused(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talked(&desk, 1).await;
    let id = found(&desk, &session, 1).await.unwrap().id;
    let second = Message { id, ..desk.message(session.id, 2, from_guest()) };
    assert_refused!(
        desk.refused(async |t| t.messages().insert(&second).await).await,
        StoreError::AlreadyExists
    );
    assert_eq!(found(&desk, &session, 2).await, None);
}

pub async fn a_client_key_is_an_authors_within_a_session(store: &dyn Store) {
    let desk = Desk::new(store);
    let keyed = |session: &Session, seq, from: Sender, key: &str| Message {
        client_message_id: Some(client_id(key)),
        ..desk.message(session.id, seq, from)
    };
    let hers = desk.add_session(desk.session(user("ann"))).await;
    let a_guests = desk.add_session(desk.session(guest())).await;
    let (ann, bob) = (sender(SenderKind::User, Some("ann")), sender(SenderKind::Admin, Some("bob")));
    let messages = [
        keyed(&hers, 1, ann.clone(), "key"),
        keyed(&hers, 2, bob.clone(), "key"),
        keyed(&hers, 3, ann.clone(), "Key"),
        keyed(&hers, 4, sender(SenderKind::User, Some("Ann")), "key"),
        keyed(&a_guests, 1, from_guest(), "key"),
        keyed(&a_guests, 2, bob.clone(), "key"),
        keyed(&a_guests, 3, from_guest(), "kéy"),
    ];
    for message in &messages {
        add(&desk, message).await;
    }
    for message in &messages {
        let (author, key) = (message.sender.id.as_ref(), message.client_message_id.as_ref().unwrap());
        let found = desk
            .read(async |t| t.messages().find_by_client_id(message.session_id, author, key).await.unwrap());
        assert_same(&found.await.unwrap(), message);
        // The key once more, at the next place.
        let again = Message { id: MessageId::from_uuid(desk.id()), seq: 9, ..message.clone() };
        let refused = desk.refused(async |t| t.messages().insert(&again).await).await;
        assert_refused!(refused, StoreError::AlreadyExists);
    }
    for (session, author, key) in [
        (&hers, None, "key"),
        (&hers, Some("eve"), "key"),
        (&a_guests, Some("ann"), "key"),
        (&a_guests, None, "KEY"),
    ] {
        let author = author.map(user_id);
        let found = desk.read(async |t| {
            t.messages().find_by_client_id(session.id, author.as_ref(), &client_id(key)).await.unwrap()
        });
        assert_eq!(found.await, None, "{author:?} {key}");
    }
}

pub async fn messages_without_a_client_key_are_many(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talked(&desk, 3).await;
    assert!(found(&desk, &session, 3).await.is_some());
}

pub async fn a_range_is_read_from_the_end_it_names(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talked(&desk, 7).await;
    talked(&desk, 3).await;
    let cases = [
        (None, None, 100, vec![1, 2, 3, 4, 5, 6, 7]),
        (None, None, 7, vec![1, 2, 3, 4, 5, 6, 7]),
        (None, None, 3, vec![5, 6, 7]),
        (Some(0), None, 3, vec![1, 2, 3]),
        (Some(3), None, 2, vec![4, 5]),
        (Some(5), None, 100, vec![6, 7]),
        (Some(7), None, 100, Vec::<u64>::new()),
        (Some(99), None, 100, vec![]),
        (None, Some(4), 2, vec![2, 3]),
        (None, Some(4), 100, vec![1, 2, 3]),
        (None, Some(1), 100, vec![]),
        (None, Some(99), 2, vec![6, 7]),
        (Some(2), Some(6), 100, vec![3, 4, 5]),
        (Some(2), Some(6), 2, vec![3, 4]),
        (Some(2), Some(3), 100, vec![]),
        (Some(6), Some(2), 100, vec![]),
    ];
    for (after_seq, before_seq, limit, expected) in cases {
        let range = MessageRange { after_seq, before_seq, limit: limited(limit) };
        let messages = desk.read(async |t| t.messages().list(session.id, &range).await.unwrap()).await;
        assert_eq!(messages.iter().map(|message| message.seq).collect::<Vec<_>>(), expected, "{range:?}");
    }
    let range = MessageRange { after_seq: None, before_seq: None, limit: limited(100) };
    let nothing =
        desk.read(async |t| t.messages().list(desk.session(guest()).id, &range).await.unwrap()).await;
    assert_eq!(nothing, []);
}

pub async fn a_range_holds_whole_messages(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    let messages: Vec<_> = (1_u64..=3)
        .map(|seq| Message {
            suggestions: vec![Suggestion { label: format!("{seq}"), intent_id: None }],
            metadata: hostile_json(),
            // Later places have earlier times and earlier ids; neither is the order.
            created_at: at(-(seq.cast_signed())),
            ..desk.message(session.id, seq, from_guest())
        })
        .collect();
    let ids: Vec<MessageId> = messages.iter().rev().map(|message| message.id).collect();
    let messages: Vec<_> =
        messages.into_iter().zip(ids).map(|(message, id)| Message { id, ..message }).collect();
    for message in &messages {
        add(&desk, message).await;
    }
    let range = MessageRange { after_seq: None, before_seq: None, limit: limited(100) };
    let read = desk.read(async |t| t.messages().list(session.id, &range).await.unwrap()).await;
    assert_same(&read, &messages);
}

pub async fn reading_marks_the_writers_messages_once(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut session = desk.add_session(desk.session(guest())).await;
    let other = talked(&desk, 2).await;
    for kind in [
        SenderKind::User,
        SenderKind::Bot,
        SenderKind::User,
        SenderKind::Admin,
        SenderKind::System,
        SenderKind::User,
    ] {
        desk.say(&mut session, sender(kind, None), "hello", at(1)).await;
    }
    let mark = async |side, up_to, moment| {
        desk.write(async |t| t.messages().mark_read(session.id, side, up_to, at(moment)).await.unwrap()).await
    };
    let read_at = async || {
        let range = MessageRange { after_seq: None, before_seq: None, limit: limited(100) };
        let messages = desk.read(async |t| t.messages().list(session.id, &range).await.unwrap()).await;
        messages.iter().map(|message| message.read_at).collect::<Vec<_>>()
    };
    assert_eq!(mark(Side::Customer, 0, 10).await, 0);
    assert_eq!(mark(Side::Customer, 3, 10).await, 2);
    assert_eq!(read_at().await, [Some(at(10)), None, Some(at(10)), None, None, None]);
    // What was read stays read at its first time.
    assert_eq!(mark(Side::Customer, 3, 11).await, 0);
    assert_eq!(mark(Side::Customer, 99, 12).await, 1);
    assert_eq!(mark(Side::Desk, 5, 13).await, 3);
    let expected = [10, 13, 10, 13, 13, 12].map(|seconds| Some(at(seconds)));
    assert_eq!(read_at().await, expected);
    assert_eq!(found(&desk, &other, 1).await.unwrap().read_at, None);
}

/// writers side by side leave one order without gaps.
pub async fn writers_side_by_side_leave_no_gap(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    let writers = (0..8).map(|writer| {
        let (desk, session) = (&desk, &session);
        async move {
            for round in 0..4 {
                say_among_others(desk, session, &format!("{writer}.{round}")).await;
            }
        }
    });
    together(writers).await;
    let range = MessageRange { after_seq: None, before_seq: None, limit: limited(100) };
    let messages = desk.read(async |t| t.messages().list(session.id, &range).await.unwrap()).await;
    assert_eq!(messages.iter().map(|message| message.seq).collect::<Vec<_>>(), (1..=32).collect::<Vec<_>>());
    for writer in 0..8 {
        let own = messages.iter().filter(|message| message.body.as_str().starts_with(&format!("{writer}.")));
        let expected: Vec<_> = (0..4).map(|round| format!("{writer}.{round}")).collect();
        assert_eq!(own.map(|message| message.body.as_str()).collect::<Vec<_>>(), expected);
    }
}

/// Writes a message at the session's end, among others.
async fn say_among_others(desk: &Desk<'_>, session: &Session, text: &str) {
    desk.write_among_others(async |t| {
        let mut session = t.chats().find(session.id, &Scope::Everything).await?.unwrap();
        session.last_seq += 1;
        t.chats().update(&mut session).await?;
        let message =
            Message { body: body(text), ..desk.message(session.id, session.last_seq, from_guest()) };
        t.messages().insert(&message).await
    })
    .await;
}
