//! Text that looks alike: blanks at its ends, case, accents written in two ways, emoji, marks of direction. It stays as it
//! was written, and what is not the same is never taken for the same.

use serde_json::json;

use super::{
    fixtures::{
        Desk, assert_same, assignee, at, body, client_id, first_page, guest, json_object, person, query,
        reader, sender, session_event, staff, subject, tag, user, user_id,
    },
    idempotency::record,
    ticket_lists::held,
};
use crate::{
    access::Scope,
    chat::{Customer, LastMessage, Session, SessionFilter},
    event::Position,
    id::{TicketId, UserId},
    message::{Message, SenderKind},
    person::Agent,
    store::{IdempotencyRecord, PersonKey, Store},
    text::{Feedback, Rating, Tag},
    ticket::{
        Assignee, AssigneeFilter, EntryKind, HistoryChange, Ticket, TicketFilter, TicketKey, Visibility,
    },
};

/// Ids of people, all different.
const IDS: [&str; 22] = [
    "ann",
    "Ann",
    "ANN",
    "ann ",
    "ann  ",
    " ann",
    "ann\u{a0}",
    "ánn",
    "a\u{301}nn",
    "ａｎｎ",
    "\u{430}nn",
    "ann\u{200b}",
    "ann\u{200d}",
    "ann\u{200f}",
    "\u{202b}ann\u{202c}",
    "ann\u{feff}",
    "ann🙂",
    "ann🙃",
    "ann☎",
    "ann☎\u{fe0f}",
    "straße",
    "strasse",
];

/// Ids without what is trimmed from other text.
fn lines() -> Vec<&'static str> {
    IDS.into_iter().filter(|text| text.trim() == *text).collect()
}

pub async fn text_that_looks_alike_stays_as_it_was_written(store: &dyn Store) {
    let desk = Desk::new(store);
    for text in IDS {
        let (line, many) = (text.trim(), format!("{text}\n\t{text}"));
        let ticket = Ticket {
            subject: subject(line),
            description: body(&many),
            tags: vec![tag(line)],
            requester: Customer::User(person(text).named(text).with_email(text)),
            assignee: Some(Assignee { name: text.to_owned(), ..assignee(text) }),
            custom_fields: json_object(json!({ text: many })),
            ..desk.ticket()
        };
        let mut session = Session {
            subject: Some(subject(line)),
            assignee: ticket.assignee.clone(),
            feedback: Some(Feedback::parse(&many).unwrap()),
            last_message: Some(LastMessage {
                sender_type: SenderKind::User,
                preview: text.to_owned(),
                created_at: at(0),
            }),
            metadata: ticket.custom_fields.clone(),
            user_agent: Some(text.to_owned()),
            ..desk.session(ticket.requester.clone())
        };
        let message = Message {
            body: body(&many),
            metadata: ticket.custom_fields.clone(),
            client_message_id: Some(client_id(line)),
            ..desk.message(session.id, 1, sender(SenderKind::User, Some(text)))
        };
        let change = HistoryChange {
            ticket_id: ticket.id,
            at: at(0),
            actor: staff(text),
            field: format!("custom_fields/{text}"),
            old: json!(text),
            new: json!({ text: text }),
        };
        let entry = desk.entry(ticket.id, EntryKind::PublicReply, &many);
        let entry = desk
            .write(async |t| {
                t.tickets().insert(&ticket).await.unwrap();
                t.tickets().append_history(std::slice::from_ref(&change)).await.unwrap();
                t.chats().insert(&session, None).await.unwrap();
                t.messages().insert(&message).await.unwrap();
                t.tickets().append_entry(entry).await.unwrap()
            })
            .await;
        // An update writes as an insert does.
        session.rating = Rating::new(4).ok();
        desk.write(async |t| t.chats().update(&mut session).await.unwrap()).await;
        desk.read(async |t| {
            let everything = Scope::Everything;
            let found = t.tickets().find(&ticket.id.into(), &everything).await.unwrap();
            assert_same(&found.unwrap(), &ticket);
            let found = t.chats().find(session.id, &everything).await.unwrap();
            assert_same(&found.unwrap(), &session);
            assert_same(&t.messages().find(session.id, 1).await.unwrap().unwrap(), &message);
            let page = first_page();
            assert_same(&t.tickets().list_history(ticket.id, &page).await.unwrap().items, &vec![change]);
            let entries = t.tickets().list_entries(ticket.id, Visibility::Staff, &page).await.unwrap();
            assert_same(&entries.items, &vec![entry]);
        })
        .await;
    }
}

pub async fn a_change_to_text_that_looks_alike_is_a_change(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut ticket = desk.add_ticket(desk.ticket()).await;
    let mut session = desk.add_session(desk.session(guest())).await;
    for line in lines() {
        ticket.subject = subject(line);
        ticket.tags = vec![tag(line)];
        session.subject = Some(subject(line));
        desk.write(async |t| {
            t.tickets().update(&mut ticket).await.unwrap();
            t.chats().update(&mut session).await.unwrap();
        })
        .await;
        let found =
            desk.read(async |t| t.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap());
        assert_same(&found.await.unwrap(), &ticket);
        let found = desk.read(async |t| t.chats().find(session.id, &Scope::Everything).await.unwrap());
        assert_same(&found.await.unwrap(), &session);
        // And is found by what it is now.
        let search = Some(query(line));
        let filter = TicketFilter { search: search.clone(), ..TicketFilter::within(Scope::Everything) };
        assert_eq!(held(&desk, &filter).await, [ticket.id], "{line:?}");
        let within = SessionFilter::within(Scope::Everything, reader("bob"));
        let filter = SessionFilter { search, ..within };
        assert_eq!(desk.read(async |t| t.chats().count(&filter).await.unwrap()).await, 1, "{line:?}");
        let tagged = TicketFilter { tag: vec![tag(line)], ..TicketFilter::within(Scope::Everything) };
        assert_eq!(held(&desk, &tagged).await, [ticket.id], "{line:?}");
    }
}

pub async fn people_who_look_alike_are_told_apart_in_every_list(store: &dyn Store) {
    let desk = Desk::new(store);
    let tickets = IDS.map(|id| Ticket { requester: user(id), assignee: Some(assignee(id)), ..desk.ticket() });
    desk.add_tickets(&tickets).await;
    for (n, id) in IDS.into_iter().enumerate() {
        let session = Session { assignee: Some(assignee(id)), ..desk.session(user(id)) };
        desk.add_session(session).await;
        desk.write(async |t| t.agents().upsert(&Agent::new(user_id(id), format!("{n}"))).await.unwrap())
            .await;
    }
    let everything = || TicketFilter::within(Scope::Everything);
    for ((n, id), ticket) in IDS.into_iter().enumerate().zip(&tickets) {
        let only: [TicketId; 1] = [ticket.id];
        assert_eq!(held(&desk, &TicketFilter::within(Scope::Customer(user_id(id)))).await, only, "{id:?}");
        let requester = TicketFilter { requester: vec![user_id(id)], ..everything() };
        assert_eq!(held(&desk, &requester).await, only, "{id:?}");
        let agents = vec![AssigneeFilter::Agent(user_id(id))];
        let assigned = TicketFilter { assignee: agents.clone(), ..everything() };
        assert_eq!(held(&desk, &assigned).await, only, "{id:?}");
        desk.read(async |t| {
            let theirs = SessionFilter::within(Scope::Customer(user_id(id)), reader("bob"));
            assert_eq!(t.chats().count(&theirs).await.unwrap(), 1, "{id:?}");
            let within = SessionFilter::within(Scope::Everything, reader("bob"));
            let by_id = SessionFilter { user: vec![user_id(id)], ..within.clone() };
            assert_eq!(t.chats().count(&by_id).await.unwrap(), 1, "{id:?}");
            let assigned = SessionFilter { assignee: agents, ..within };
            assert_eq!(t.chats().count(&assigned).await.unwrap(), 1, "{id:?}");
            let active = t.chats().find_active_of(&user_id(id)).await.unwrap().unwrap();
            assert_eq!(active.customer.user_id(), Some(&user_id(id)));
            assert_eq!(t.agents().find(&user_id(id)).await.unwrap().unwrap().name, format!("{n}"));
            let loads = t.agents().loads().await.unwrap();
            assert_eq!((loads.len(), loads[&user_id(id)].open_tickets), (IDS.len(), 1), "{id:?}");
        })
        .await;
    }
    // Forgetting one of them is forgetting one of them.
    let erased =
        desk.write(async |t| t.people().erase(&PersonKey::User(user_id("ann"))).await.unwrap()).await;
    assert_eq!((erased.tickets, erased.sessions), (1, 1));
    for (id, ticket) in IDS.into_iter().zip(&tickets) {
        let there =
            desk.read(async |t| t.tickets().find(&TicketKey::Id(ticket.id), &Scope::Everything).await);
        assert_eq!(there.await.unwrap().is_some(), id != "ann", "{id:?}");
        let agent = desk.read(async |t| t.agents().find(&user_id(id)).await.unwrap()).await;
        assert_eq!(agent.is_some(), id != "ann", "{id:?}");
    }
}

pub async fn keys_that_look_alike_are_told_apart(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(user("ann"))).await;
    let from = || sender(SenderKind::User, Some("ann"));
    let messages: Vec<_> = (1..)
        .zip(lines())
        .map(|(seq, line)| Message {
            client_message_id: Some(client_id(line)),
            ..desk.message(session.id, seq, from())
        })
        .collect();
    desk.write(async |t| {
        for message in &messages {
            t.messages().insert(message).await.unwrap();
        }
        for (place, text) in (1..).zip(IDS) {
            t.chats().move_read_cursor(session.id, &reader(text), place).await.unwrap();
            t.events().move_sink(text, Position(place)).await.unwrap();
            let first = IdempotencyRecord { outcome: json!(text), ..record(text, text, "key") };
            t.idempotency().insert(&first).await.unwrap();
            t.events().append(&session_event(session.id, place, at(0))).await.unwrap();
        }
    })
    .await;
    desk.read(async |t| {
        for message in &messages {
            let (author, key) = (message.sender.id.as_ref(), message.client_message_id.as_ref().unwrap());
            let found = t.messages().find_by_client_id(session.id, author, key).await.unwrap();
            assert_same(&found.unwrap(), message);
        }
        for (place, text) in (1..).zip(IDS) {
            let cursor = t.chats().read_cursor(session.id, &reader(text)).await.unwrap();
            assert_eq!(cursor, place, "{text:?}");
            assert_eq!(t.events().sink_position(text).await.unwrap(), Position(place), "{text:?}");
            let key = record(text, text, "key").key;
            let found = t.idempotency().find(text, text, &key).await.unwrap();
            assert_eq!(found.unwrap().outcome, json!(text));
        }
    })
    .await;
}

pub async fn the_longest_labels_are_told_apart_by_their_end(store: &dyn Store) {
    let desk = Desk::new(store);
    let longest = |max: usize, end: char| format!("{}{end}", "🦀".repeat(max - 1));
    let tagged = ['🦀', '🦞'].map(|end| Ticket {
        tags: vec![tag(&longest(Tag::MAX, end))],
        requester: user(&longest(UserId::MAX, end)),
        ..desk.ticket()
    });
    desk.add_tickets(&tagged).await;
    for ticket in &tagged {
        let by_tag = TicketFilter { tag: ticket.tags.clone(), ..TicketFilter::within(Scope::Everything) };
        assert_eq!(held(&desk, &by_tag).await, [ticket.id]);
        let scope = Scope::Customer(ticket.requester.user_id().unwrap().clone());
        assert_eq!(held(&desk, &TicketFilter::within(scope)).await, [ticket.id]);
    }
}
