//! Changes of sessions, and messages.

use serde_json::json;
use uuid::Uuid;

use super::{CATEGORIES, CLIENT_KEYS, CUSTOMERS, Generator, Operation, STAFF};
use crate::{
    bot::{Dialogue, Suggestion},
    chat::{Customer, LastMessage, Owner, Session, SessionStatus, TokenHash},
    conformance::fixtures::{
        assignee, body, category, client_id, guest, json_object, person, sender, subject, talkative_guest,
    },
    id::{MessageId, SessionId},
    message::{Message, SenderKind},
    text::{Feedback, JsonObject, Rating},
};

impl Generator {
    pub(super) fn insert_session(&mut self) -> Operation {
        let customer = match self.random.below(3) {
            0 => guest(),
            1 => talkative_guest("Zoë", "Zoe@example.org"),
            _ => Customer::User(person(self.random.pick(&CUSTOMERS))),
        };
        let now = self.now();
        let id = self.taken_or_new(|known| known.sessions.iter().map(SessionId::as_uuid).collect());
        let id = SessionId::from_uuid(id);
        let new = Session {
            id,
            status: SessionStatus::Active,
            owner: Owner::Bot,
            customer,
            subject: None,
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
            customer_active_at: now,
            ticket_id: None,
            dialogue: Dialogue::default(),
            metadata: JsonObject::default(),
            ip_address: self.random.maybe(|_| [192, 0, 2, 0].into()),
            user_agent: self.random.maybe(|_| "Browser/1.0".to_owned()),
            version: 1,
            created_at: now,
            updated_at: now,
            closed_at: None,
        };
        let session = self.changed_session(new);
        let token = if self.random.one_in(15)
            && let Some(taken) = self.random.pick_if_any(&self.known.tokens)
        {
            Some(taken)
        } else {
            self.random.maybe(|random| TokenHash::from_bytes(random.bytes()))
        };
        self.known.sessions.push(id);
        self.known.tokens.extend(token);
        Operation::InsertSession(Box::new(session), token)
    }

    /// The session with other values in what may change without a message.
    pub(super) fn changed_session(&mut self, session: Session) -> Session {
        let rating =
            self.random.maybe(|random| Rating::new(1 + i64::try_from(random.below(5)).unwrap()).unwrap());
        Session {
            status: self.random.pick(&[
                SessionStatus::Active,
                SessionStatus::Active,
                SessionStatus::Closed,
                SessionStatus::Archived,
            ]),
            owner: self.random.pick(Owner::ALL),
            subject: if self.random.one_in(2) { Some(subject(&self.text())) } else { None },
            category: self.random.maybe(|random| category(random.pick(&CATEGORIES))),
            assignee: self.random.maybe(|random| assignee(random.pick(&STAFF))),
            rating,
            feedback: rating.map(|_| Feedback::parse(self.text()).unwrap()),
            rated_at: rating.map(|_| self.now()),
            bot_seq: if self.random.one_in(2) { session.last_customer_seq } else { session.bot_seq },
            waiting_since: if self.random.one_in(4) { None } else { session.waiting_since },
            dialogue: Dialogue(json_object(json!({"turn": self.random.below(9)})).into()),
            metadata: json_object(json!({"page": self.text()})),
            updated_at: self.about_now(),
            closed_at: if self.random.one_in(2) { Some(self.now()) } else { None },
            ..session
        }
    }

    pub(super) fn update_session(&mut self, session: Session) -> Operation {
        let mut session = self.changed_session(session);
        match self.random.below(20) {
            0 => session.version += 1,
            1 => session.version -= 1,
            2 => session.id = SessionId::from_uuid(Uuid::max()),
            _ => {}
        }
        Operation::UpdateSession(Box::new(session))
    }

    pub(super) fn message(&mut self, session: &Session, seq: u64) -> Message {
        let kind = self.random.pick(SenderKind::ALL);
        let from = match (kind, &session.customer) {
            (SenderKind::User, Customer::User(person)) => Some(person.id.as_str()),
            (SenderKind::Admin, _) => Some(self.random.pick(&STAFF)),
            _ => None,
        };
        Message {
            id: MessageId::from_uuid(self.id()),
            session_id: session.id,
            seq,
            sender: sender(kind, from),
            body: body(&self.text()),
            metadata: JsonObject::default(),
            suggestions: (kind == SenderKind::Bot)
                .then(|| Suggestion { label: self.text(), intent_id: None })
                .into_iter()
                .collect(),
            client_message_id: None,
            created_at: self.now(),
            read_at: None,
            feedback: None,
        }
    }

    pub(super) fn say(&mut self, mut session: Session) -> Operation {
        let mut message = self.message(&session, session.last_seq + 1);
        if matches!(message.sender.kind, SenderKind::User | SenderKind::Admin) && self.random.one_in(4) {
            message.client_message_id = Some(client_id(self.random.pick(&CLIENT_KEYS)));
        }
        let moment = message.created_at;
        session.last_seq = message.seq;
        session.updated_at = moment;
        session.last_message = Some(LastMessage {
            sender_type: message.sender.kind,
            preview: message.body.as_str().to_owned(),
            created_at: moment,
        });
        if message.sender.kind == SenderKind::User {
            session.last_customer_seq = message.seq;
            session.customer_active_at = moment;
            session.waiting_since = session.waiting_since.or(Some(moment));
        }
        Operation::Say(Box::new(message), Box::new(session))
    }

    pub(super) fn take_a_taken_place(&mut self, session: &Session) -> Operation {
        let seq = 1 + self.random.below(session.last_seq);
        Operation::InsertMessage(Box::new(self.message(session, seq)))
    }
}
