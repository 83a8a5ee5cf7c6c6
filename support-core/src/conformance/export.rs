//! Everything about one person, for them to read.

use serde_json::Value;

use super::fixtures::{Desk, at, guest, person, sender, staff, talkative_guest, user, user_id};
use crate::{
    chat::Session,
    message::SenderKind,
    person::Agent,
    store::{PersonExport, PersonKey, Store},
    text::Feedback,
    ticket::{EntryKind, NewEntry, Ticket},
};

async fn exported(desk: &Desk<'_>, person: &PersonKey) -> PersonExport {
    desk.read(async |t| t.people().export(person).await.unwrap()).await
}

/// Whether one of the values holds a text, somewhere.
fn hold(values: &[Value], text: &str) -> bool {
    values.iter().any(|value| value.to_string().contains(text))
}

pub async fn a_users_own_tickets_and_sessions_are_exported(store: &dyn Store) {
    let desk = Desk::new(store);
    let own = Ticket {
        subject: super::fixtures::subject("own subject"),
        description: super::fixtures::body("own description"),
        ..desk.ticket()
    };
    let own = desk.add_ticket(own).await;
    desk.add_entry(own.id, EntryKind::PublicReply, "public reply").await;
    desk.add_entry(own.id, EntryKind::InternalNote, "hidden note").await;
    let second = desk.add_ticket(desk.ticket()).await;
    let others = desk.add_ticket(Ticket { requester: user("Ann"), ..desk.ticket() }).await;
    let feedback = Some(Feedback::parse("own feedback").unwrap());
    let mut session = desk.add_session(Session { feedback, ..desk.session(user("ann")) }).await;
    desk.say(&mut session, sender(SenderKind::User, Some("ann")), "own question", at(1)).await;
    desk.say(&mut session, sender(SenderKind::Bot, None), "bot's answer", at(2)).await;
    let other = desk.add_session(desk.session(guest())).await;

    let export = exported(&desk, &PersonKey::User(user_id("ann"))).await;
    assert_eq!((export.tickets.len(), export.sessions.len(), export.written.len()), (2, 1, 0));
    for text in ["own subject", "own description", "public reply", second.number.as_str()] {
        assert!(hold(&export.tickets, text), "{text}");
    }
    assert!(!hold(&export.tickets, "hidden note"));
    assert!(!hold(&export.tickets, others.number.as_str()));
    for text in ["own question", "bot's answer", "own feedback"] {
        assert!(hold(&export.sessions, text), "{text}");
    }
    assert!(!hold(&export.sessions, &other.id.to_string()));
    assert_eq!(export.agent, None);
}

pub async fn a_guests_export_is_their_session_and_its_ticket(store: &dyn Store) {
    let desk = Desk::new(store);
    // The same address twice is two strangers (S-19).
    let same = || talkative_guest("Zoë", "zoe@example.org");
    let mut session = desk.add_session(desk.session(same())).await;
    desk.say(&mut session, sender(SenderKind::User, None), "first question", at(1)).await;
    let mut other = desk.add_session(desk.session(same())).await;
    desk.say(&mut other, sender(SenderKind::User, None), "second question", at(1)).await;
    let ticket = Ticket { requester: same(), chat_session_id: Some(session.id), ..desk.ticket() };
    let ticket = desk.add_ticket(ticket).await;
    let others = Ticket { requester: same(), chat_session_id: Some(other.id), ..desk.ticket() };
    desk.add_ticket(others).await;

    let export = exported(&desk, &PersonKey::Guest(session.id)).await;
    assert_eq!((export.tickets.len(), export.sessions.len(), export.written.len()), (1, 1, 0));
    assert!(hold(&export.tickets, ticket.number.as_str()));
    assert!(hold(&export.sessions, "first question") && hold(&export.sessions, "zoe@example.org"));
    assert!(!hold(&export.sessions, "second question"));
}

pub async fn a_users_session_is_no_guests(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(user("ann"))).await;
    desk.add_ticket(Ticket { chat_session_id: Some(session.id), ..desk.ticket() }).await;
    assert_eq!(exported(&desk, &PersonKey::Guest(session.id)).await, PersonExport::default());
    assert_eq!(exported(&desk, &PersonKey::User(user_id("eve"))).await, PersonExport::default());
}

pub async fn what_staff_wrote_elsewhere_is_exported(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    for (kind, text) in [(EntryKind::PublicReply, "his reply"), (EntryKind::InternalNote, "his note")] {
        let entry = NewEntry { author: staff("bob"), ..desk.entry(ticket.id, kind, text) };
        desk.write(async |t| t.tickets().append_entry(entry).await.unwrap()).await;
    }
    desk.add_entry(ticket.id, EntryKind::PublicReply, "somebody's reply").await;
    let mut session = desk.add_session(desk.session(guest())).await;
    desk.say(&mut session, sender(SenderKind::Admin, Some("bob")), "his message", at(1)).await;
    desk.say(&mut session, sender(SenderKind::User, None), "somebody's message", at(2)).await;
    let mut agent = Agent::new(user_id("bob"), "Bob of the desk");
    agent.availability = crate::person::Availability::Busy;
    desk.write(async |t| t.agents().upsert(&agent).await.unwrap()).await;
    // What he wrote on his own ticket is with the ticket.
    let own = desk
        .add_ticket(Ticket { requester: crate::chat::Customer::User(person("bob")), ..desk.ticket() })
        .await;
    let entry = NewEntry { author: staff("bob"), ..desk.entry(own.id, EntryKind::PublicReply, "on his own") };
    desk.write(async |t| t.tickets().append_entry(entry).await.unwrap()).await;

    let export = exported(&desk, &PersonKey::User(user_id("bob"))).await;
    assert_eq!((export.tickets.len(), export.sessions.len(), export.written.len()), (1, 0, 3));
    for text in ["his reply", "his note", "his message"] {
        assert!(hold(&export.written, text), "{text}");
    }
    assert!(!hold(&export.written, "somebody's"));
    assert!(hold(&export.tickets, "on his own"));
    let agent = export.agent.unwrap();
    assert!(hold(&[agent], "Bob of the desk"));
}
