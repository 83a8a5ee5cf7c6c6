//! Erasing staff: what they wrote at others' stays, without their name.

use serde_json::json;

use super::{
    erasure::{add_full_ticket, change, erase, everything_of},
    fixtures::{
        Desk, assert_same, assignee, at, body, client_id, first_page, guest, person, reader, sender, staff,
        user, user_id,
    },
};
use crate::{
    access::Scope,
    chat::{Owner, Session},
    message::{Message, SenderKind},
    person::{Actor, ActorKind, Agent},
    store::{ErasureCounts, PersonExport, PersonKey, Store},
    ticket::{Entry, EntryKind, HistoryChange, NewEntry, Ticket, Visibility},
};

fn bob() -> PersonKey {
    PersonKey::User(user_id("bob"))
}

/// A ticket and a session of others in which `bob` had a hand, with everything he did there.
async fn add_bobs_work(desk: &Desk<'_>) -> (Ticket, Session) {
    let ticket = Ticket { assignee: Some(assignee("bob")), requester: user("eve"), ..desk.ticket() };
    let ticket = desk.add_ticket(ticket).await;
    let mut session = Session { assignee: Some(assignee("bob")), ..desk.session(guest()) };
    session = desk.add_session(session).await;
    desk.say(&mut session, sender(SenderKind::Admin, Some("bob")), "his message", at(1)).await;
    desk.say(&mut session, sender(SenderKind::Admin, Some("eve")), "her message", at(2)).await;
    let by = |id: &str, kind| NewEntry { author: staff(id), ..desk.entry(ticket.id, kind, "written") };
    let given_to = |old, new| HistoryChange {
        field: "assigned_to".to_owned(),
        old,
        new,
        ..change(ticket.id, staff("eve"))
    };
    let changes = [
        change(ticket.id, staff("bob")),
        change(ticket.id, staff("eve")),
        given_to(json!(null), json!({"id": "bob", "name": "bob of the desk"})),
        given_to(json!("bob"), json!({"id": "eve", "name": "eve of the desk"})),
        HistoryChange { old: json!({"id": "bob", "name": "bob"}), ..change(ticket.id, staff("bob")) },
    ];
    desk.write(async |t| {
        t.tickets().append_entry(by("bob", EntryKind::PublicReply)).await.unwrap();
        t.tickets().append_entry(by("bob", EntryKind::InternalNote)).await.unwrap();
        t.tickets().append_entry(by("eve", EntryKind::PublicReply)).await.unwrap();
        t.tickets().append_history(&changes).await.unwrap();
        t.chats().move_read_cursor(session.id, &reader("bob"), 2).await.unwrap();
        t.agents().upsert(&Agent::new(user_id("bob"), "bob of the desk")).await.unwrap();
        t.agents().upsert(&Agent::new(user_id("eve"), "eve of the desk")).await.unwrap();
    })
    .await;
    (ticket, session)
}

pub async fn staff_are_blotted_out_of_what_is_others(store: &dyn Store) {
    let desk = Desk::new(store);
    let (ticket, session) = add_bobs_work(&desk).await;
    let counts = erase(&desk, &bob()).await;
    // A ticket, two entries, four changes, a session and a message.
    assert_eq!(counts, ErasureCounts { anonymized: 9, ..ErasureCounts::default() });

    let (all, entries) = desk
        .read(async |t| {
            let entries =
                t.tickets().list_entries(ticket.id, Visibility::Staff, &first_page()).await.unwrap();
            (everything_of(t, &ticket, &session).await, entries.items)
        })
        .await;
    for line in &all {
        assert!(!line.to_lowercase().contains("bob"), "{line}");
    }
    assert!(all.iter().any(|line| line.contains("eve of the desk")), "others keep their names: {all:#?}");
    let nameless = Actor::nameless(ActorKind::Agent);
    let authors: Vec<_> = entries.iter().map(|entry: &Entry| entry.author.clone()).collect();
    assert_eq!(authors, [nameless.clone(), nameless, staff("eve")]);
    assert!(entries.iter().all(|entry| entry.body == body("written")), "what was said stays");

    desk.read(async |t| {
        let message = t.messages().find(session.id, 1).await.unwrap().unwrap();
        assert_eq!(
            (message.sender.kind, message.sender.id, message.sender.name),
            (SenderKind::Admin, None, None)
        );
        assert_eq!(message.body, body("his message"));
        let found = t.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap().unwrap();
        assert_same(&found, &Ticket { assignee: None, version: ticket.version + 1, ..ticket.clone() });
        let found = t.chats().find(session.id, &Scope::Everything).await.unwrap().unwrap();
        assert_same(&found, &Session { assignee: None, version: session.version + 1, ..session.clone() });
        assert_eq!(t.chats().read_cursor(session.id, &reader("bob")).await.unwrap(), 0);
        assert_eq!(t.agents().find(&user_id("bob")).await.unwrap(), None);
        assert!(t.agents().find(&user_id("eve")).await.unwrap().is_some());
        assert_eq!(t.people().export(&bob()).await.unwrap(), PersonExport::default());
    })
    .await;
    assert_eq!(erase(&desk, &bob()).await, ErasureCounts::default());
}

pub async fn a_chat_of_an_erased_agent_waits_for_another(store: &dyn Store) {
    let desk = Desk::new(store);
    for (owner, then) in
        [(Owner::Agent, Owner::Queue), (Owner::Queue, Owner::Queue), (Owner::Bot, Owner::Bot)]
    {
        let session = Session { owner, assignee: Some(assignee("bob")), ..desk.session(guest()) };
        let session = desk.add_session(session).await;
        erase(&desk, &bob()).await;
        let found = desk.read(async |t| t.chats().find(session.id, &Scope::Everything).await.unwrap()).await;
        let expected = Session { owner: then, assignee: None, version: session.version + 1, ..session };
        assert_same(&found.unwrap(), &expected);
    }
}

pub async fn staff_who_are_customers_too_lose_both(store: &dyn Store) {
    let desk = Desk::new(store);
    let (ticket, _) = add_bobs_work(&desk).await;
    let own = Ticket { requester: crate::chat::Customer::User(person("bob")), ..desk.ticket() };
    let own = add_full_ticket(&desk, own).await;
    desk.settle_events().await;
    let counts = erase(&desk, &bob()).await;
    let expected = ErasureCounts {
        tickets: 1,
        entries: 2,
        events: 1,
        dead_letters: 1,
        anonymized: 9,
        ..ErasureCounts::default()
    };
    assert_eq!(counts, expected);
    desk.read(async |t| {
        assert_eq!(t.tickets().find(&own.id.into(), &Scope::Everything).await.unwrap(), None);
        assert!(t.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap().is_some());
    })
    .await;
}

pub async fn a_blotted_authors_client_keys_do_not_meet_the_guests(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    let key = client_id("key");
    let keyed =
        |seq, from| Message { client_message_id: Some(key.clone()), ..desk.message(session.id, seq, from) };
    let of_the_guest = keyed(2, sender(SenderKind::User, None));
    desk.write(async |t| {
        t.messages().insert(&keyed(1, sender(SenderKind::Admin, Some("bob")))).await.unwrap();
        t.messages().insert(&of_the_guest).await.unwrap();
        t.messages().insert(&keyed(3, sender(SenderKind::Admin, Some("eve")))).await.unwrap();
    })
    .await;
    for agent in ["bob", "eve"] {
        let counts = erase(&desk, &PersonKey::User(user_id(agent))).await;
        assert_eq!(counts.anonymized, 1);
        let found =
            desk.read(async |t| t.messages().find_by_client_id(session.id, None, &key).await.unwrap()).await;
        assert_same(&found.unwrap(), &of_the_guest);
    }
    // Nor does a key that the guest had not used yet.
    desk.write(async |t| {
        let from_dan = sender(SenderKind::Admin, Some("dan"));
        let message =
            Message { client_message_id: Some(client_id("new")), ..desk.message(session.id, 4, from_dan) };
        t.messages().insert(&message).await.unwrap();
    })
    .await;
    erase(&desk, &PersonKey::User(user_id("dan"))).await;
    let new = Message {
        client_message_id: Some(client_id("new")),
        ..desk.message(session.id, 5, sender(SenderKind::User, None))
    };
    desk.write(async |t| t.messages().insert(&new).await.unwrap()).await;
}
