//! Desks with something in them.

use support_core::{
    SupportDesk,
    access::Principal,
    bot::Dialogue,
    chat::{Customer, GuestContact, LastMessage, Owner, Participant, Session, SessionStatus},
    desk::ticket::NewTicket,
    id::{MessageId, SessionId, TenantId, UserId},
    message::{Message, Sender, SenderKind},
    person::Person,
    store::{Store, Transaction},
    text::{Body, JsonObject, Subject},
    time::{Clock as _, IdGenerator as _, SystemClock, SystemIds, Timestamp, to_micros},
};

use crate::Failure;

/// What customers write.
pub const QUESTION: &str = "Hello, the invoice of last month lists two seats, and we have one since spring. Could you \
    please have a look, and send us a corrected one?";
/// What agents write.
const ANSWER: &str = "Thank you for telling us. I can see it here, and I am asking the people in accounting.";
/// What tickets and chats are about.
const SUBJECT: &str = "The invoice is wrong";

/// Sessions are written in transactions of so many.
const BATCH: usize = 500;

/// Chats of guests with one agent, a minute apart.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Chats {
    /// How many there are.
    pub sessions: usize,
    /// How many messages each has, the customer's and the agent's in turns.
    pub messages: u64,
    /// In how many, the latest ones, the agent has read half of the messages only; in the others, all.
    pub unread: usize,
}

/// A customer or an agent with this id.
///
/// # Errors
/// It is no id.
pub fn person(id: &str) -> Result<Person, Failure> {
    Ok(Person::new(UserId::parse(id)?).named(id))
}

/// Puts chats into a store, as the desk would have written them.
///
/// # Errors
/// Those of the store.
pub async fn chats(store: &dyn Store, agent: &Person, chats: Chats) -> Result<(), Failure> {
    let ids = SystemIds::default();
    let now = to_micros(SystemClock.now());
    let mut ages = (0..chats.sessions).rev().peekable();
    while ages.peek().is_some() {
        let mut tx = store.begin(&TenantId::default()).await?;
        for age in ages.by_ref().take(BATCH) {
            let began = now - std::time::Duration::from_secs(60 * (age as u64 + 1));
            let read = if age < chats.unread { chats.messages / 2 } else { chats.messages };
            chat(&mut *tx, &ids, agent, began, chats.messages, read).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Puts a chat of each of these customers into a store, with a first message of theirs. Returns their ids.
///
/// # Errors
/// Those of the store.
pub async fn customers_chats(
    store: &dyn Store,
    customers: impl Iterator<Item = String>,
) -> Result<Vec<SessionId>, Failure> {
    let desk_ids = SystemIds::default();
    let now = to_micros(SystemClock.now());
    let mut sessions = Vec::new();
    let mut tx = store.begin(&TenantId::default()).await?;
    for customer in customers {
        let id = SessionId::from_uuid(desk_ids.next_id(now));
        let customer = person(&customer)?;
        let first = Message {
            id: MessageId::from_uuid(desk_ids.next_id(now)),
            session_id: id,
            seq: 1,
            sender: Sender { kind: SenderKind::User, id: Some(customer.id.clone()), name: None },
            body: Body::parse(QUESTION)?,
            metadata: JsonObject::default(),
            suggestions: Vec::new(),
            client_message_id: None,
            created_at: now,
            read_at: None,
            feedback: None,
        };
        let session = Session {
            last_seq: 1,
            last_customer_seq: 1,
            waiting_since: Some(now),
            ..empty(id, Customer::User(customer), now)?
        };
        tx.chats().insert(&session, None).await?;
        tx.messages().insert(&first).await?;
        tx.chats().move_read_cursor(id, &Participant::Customer, 1).await?;
        sessions.push(id);
    }
    tx.commit().await?;
    Ok(sessions)
}

/// A chat in the queue, without a message.
pub(crate) fn empty(id: SessionId, customer: Customer, began: Timestamp) -> Result<Session, Failure> {
    Ok(Session {
        id,
        status: SessionStatus::Active,
        owner: Owner::Queue,
        customer,
        subject: Some(Subject::parse(SUBJECT)?),
        category: None,
        assignee: None,
        rating: None,
        feedback: None,
        rated_at: None,
        last_seq: 0,
        last_customer_seq: 0,
        bot_seq: 0,
        last_message: None,
        waiting_since: None,
        customer_active_at: began,
        ticket_id: None,
        dialogue: Dialogue::default(),
        metadata: JsonObject::default(),
        ip_address: Some([203, 0, 113, 0].into()),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned()),
        version: 1,
        created_at: began,
        updated_at: began,
        closed_at: None,
    })
}

async fn chat(
    tx: &mut dyn Transaction,
    ids: &SystemIds,
    agent: &Person,
    began: Timestamp,
    messages: u64,
    read: u64,
) -> Result<(), Failure> {
    let session_id = SessionId::from_uuid(ids.next_id(began));
    let (contact, _) =
        GuestContact::parse(Some("Ann Lee"), Some("ann.lee@example.org"), Some("+34 600 123 456"));
    let messages = (1..=messages).map(|seq| message(ids, agent, session_id, seq, began));
    let messages = messages.collect::<Result<Vec<_>, _>>()?;
    let last = messages.last();
    let of_customer = messages.iter().rfind(|message| message.sender.kind == SenderKind::User);
    let session = Session {
        last_seq: messages.len() as u64,
        last_customer_seq: of_customer.map_or(0, |message| message.seq),
        last_message: last.map(|message| LastMessage {
            sender_type: message.sender.kind,
            preview: message.body.as_str().chars().take(LastMessage::MAX_PREVIEW).collect(),
            created_at: message.created_at,
        }),
        customer_active_at: of_customer.map_or(began, |message| message.created_at),
        updated_at: last.map_or(began, |message| message.created_at),
        ..empty(session_id, Customer::Guest(contact), began)?
    };
    tx.chats().insert(&session, None).await?;
    for message in &messages {
        tx.messages().insert(message).await?;
    }
    if read > 0 {
        tx.chats().move_read_cursor(session_id, &Participant::Agent(agent.id.clone()), read).await?;
    }
    Ok(())
}

fn message(
    ids: &SystemIds,
    agent: &Person,
    session_id: SessionId,
    seq: u64,
    began: Timestamp,
) -> Result<Message, Failure> {
    let created_at = began + std::time::Duration::from_secs(seq);
    let (sender, text) = if seq % 2 == 1 {
        (Sender { kind: SenderKind::User, id: None, name: Some("Ann Lee".to_owned()) }, QUESTION)
    } else {
        let name = Some(agent.display_name().to_owned());
        (Sender { kind: SenderKind::Admin, id: Some(agent.id.clone()), name }, ANSWER)
    };
    Ok(Message {
        id: MessageId::from_uuid(ids.next_id(created_at)),
        session_id,
        seq,
        sender,
        body: Body::parse(text)?,
        metadata: JsonObject::default(),
        suggestions: Vec::new(),
        client_message_id: None,
        created_at,
        read_at: None,
        feedback: None,
    })
}

/// A ticket to open.
///
/// # Errors
/// None: the texts are good ones.
pub fn new_ticket() -> Result<NewTicket, Failure> {
    Ok(NewTicket::new(Subject::parse(SUBJECT)?, Body::parse(QUESTION)?))
}

/// Opens tickets of one customer in one transaction. Every hundredth has the word `lighthouse` in its description.
///
/// # Errors
/// Those of the desk.
pub async fn tickets(desk: &SupportDesk, customer: &Principal, count: usize) -> Result<(), Failure> {
    let plain = new_ticket()?;
    let mut rare = plain.clone();
    rare.description = Body::parse(format!("{QUESTION} It is the one for the lighthouse."))?;
    let mut tx = desk.store().begin(&customer.tenant).await?;
    for n in 0..count {
        let new = if n % 100 == 0 { &rare } else { &plain };
        desk.create_ticket_in(&mut *tx, customer, new, None).await?;
    }
    tx.commit().await?;
    Ok(())
}
