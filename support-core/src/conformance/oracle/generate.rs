//! Which changes are made: random ones, of the kind that use cases make.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Timelike};
use serde_json::json;
use uuid::Uuid;

use super::{operation::Operation, random::Random};
use crate::{
    access::Scope,
    bot::{Dialogue, Suggestion, Trace},
    chat::{Customer, LastMessage, Owner, Participant, Session, SessionStatus, TokenHash},
    conformance::fixtures::{
        assignee, at, body, category, client_id, day, guest, json_object, person, reader, sender, subject,
        tag, talkative_guest, user_id,
    },
    event::{EventKind, EventSubject, NewEvent, Position},
    id::{EntryId, MessageId, SessionId, TicketId, UnansweredId, UserId},
    message::{Message, SenderKind, Side},
    person::{Actor, ActorKind, Agent, Availability},
    store::{IdempotencyRecord, PersonKey, PruneBefore, TraceRecord, Transaction, UnansweredQuestion},
    text::{Feedback, IdempotencyKey, JsonObject, Rating},
    ticket::{
        EntryKind, HistoryChange, NewEntry, Priority, ResolutionCycle, Ticket, TicketNumber, TicketStatus,
    },
    time::Timestamp,
};

pub(super) const CUSTOMERS: [&str; 4] = ["ann", "Ann", "eve", "bob"];
pub(super) const STAFF: [&str; 3] = ["bob", "dan", "Dan "];
pub(super) const CATEGORIES: [&str; 3] = ["billing", "billing-2", "technical"];
pub(super) const TAGS: [&str; 4] = ["vip", "VIP", "eu", "ünï 👍"];
pub(super) const CLIENT_KEYS: [&str; 4] = ["k1", "K1", "k2", "k3"];
pub(super) const ACTORS: [&str; 4] = ["user:ann", "user:Ann", "agent:bob", "guest:nobody"];
pub(super) const WORDS: [&str; 10] =
    ["printer", "print", "fire", "Été", "ete", "naïve", "invoice-2", "refund", "漢字", "towel"];

/// Makes operations. What it knows may be gone; what it made in a transaction that was dropped, it forgets.
pub(super) struct Generator {
    pub(super) random: Random,
    /// Ends every id, so that two runs with one seed do not meet in one database.
    salt: u64,
    /// Seconds since the beginning; no two moments of it are the same.
    clock: i64,
    pub(super) known: Known,
    kept: Known,
}

/// What has been made so far.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) tickets: Vec<TicketId>,
    pub(super) sessions: Vec<SessionId>,
    pub(super) tokens: Vec<TokenHash>,
    pub(super) numbers: BTreeSet<TicketNumber>,
}

impl Generator {
    pub(super) fn new(seed: u64, salt: Uuid) -> Self {
        let salt = salt.as_u64_pair().1;
        Self { random: Random::new(seed), salt, clock: 0, known: Known::default(), kept: Known::default() }
    }

    /// The transaction was committed.
    pub(super) fn keep(&mut self) {
        self.kept = self.known.clone();
    }

    /// The transaction was dropped.
    pub(super) fn forget(&mut self) {
        self.known = self.kept.clone();
    }

    /// Keeps a number that was given; `false` if it was before.
    pub(super) fn takes(&mut self, number: &TicketNumber) -> bool {
        self.known.numbers.insert(number.clone())
    }

    /// A moment later than all before.
    pub(super) fn now(&mut self) -> Timestamp {
        self.clock += 1 + i64::try_from(self.random.below(20)).unwrap();
        at(self.clock) + TimeDelta::microseconds(i64::try_from(self.random.below(800_000)).unwrap())
    }

    /// A moment at which other things may have happened as well.
    fn about_now(&mut self) -> Timestamp {
        let now = self.now();
        if self.random.one_in(2) { now } else { now.with_nanosecond(0).unwrap().with_second(0).unwrap() }
    }

    /// A moment of the past, or of the near future.
    pub(super) fn any_moment(&mut self) -> Timestamp {
        at(i64::try_from(self.random.below(u64::try_from(self.clock).unwrap() + 100)).unwrap())
    }

    pub(super) fn id(&mut self) -> Uuid {
        // Random, so that the order of ids is not that of time.
        Uuid::from_u64_pair(self.random.next(), self.salt)
    }

    pub(super) fn text(&mut self) -> String {
        let count = 1 + self.random.below(3);
        (0..count).map(|_| self.random.pick(&WORDS)).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn user(&mut self) -> UserId {
        user_id(self.random.pick(&CUSTOMERS))
    }

    pub(super) fn staff(&mut self) -> UserId {
        user_id(self.random.pick(&STAFF))
    }

    pub(super) fn participant(&mut self) -> Participant {
        if self.random.one_in(2) { Participant::Customer } else { reader(self.random.pick(&STAFF)) }
    }

    pub(super) fn any_ticket(&mut self) -> TicketId {
        self.random.pick_if_any(&self.known.tickets).unwrap_or_else(|| TicketId::from_uuid(Uuid::nil()))
    }

    pub(super) fn any_session(&mut self) -> SessionId {
        self.random.pick_if_any(&self.known.sessions).unwrap_or_else(|| SessionId::from_uuid(Uuid::nil()))
    }

    pub(super) fn person(&mut self) -> PersonKey {
        if self.random.one_in(2) {
            PersonKey::User(self.user())
        } else {
            PersonKey::Guest(self.any_session())
        }
    }

    fn actor(&mut self) -> Actor {
        match self.random.below(4) {
            0 => Actor::nameless(ActorKind::System),
            1 => Actor::person(&person(self.random.pick(&CUSTOMERS)), ActorKind::Customer),
            _ => Actor::person(&person(self.random.pick(&STAFF)), ActorKind::Agent),
        }
    }

    /// A change that fits what is there.
    pub(super) async fn change(&mut self, there: &mut dyn Transaction) -> Operation {
        let ticket = self.ticket_that_is(there).await;
        let session = self.session_that_is(there).await;
        match (self.random.below(40), ticket, session) {
            (0..2, _, _) => self.insert_ticket(),
            (2..4, _, _) => self.insert_session(),
            (4, _, Some(session)) if session.ticket_id.is_none() => self.convert(session),
            (5..10, Some(ticket), _) => self.update_ticket(ticket),
            (10..13, Some(ticket), _) => self.append_entry(ticket.id),
            (13, Some(ticket), _) => self.append_history(ticket.id),
            (14, Some(ticket), _) => self.append_resolution(ticket.id),
            (15..19, _, Some(session)) => self.update_session(session),
            (19..27, _, Some(session)) => self.say(session),
            (27, _, Some(session)) if session.last_seq > 0 => self.take_a_taken_place(&session),
            (28..30, _, Some(session)) => {
                let up_to = self.random.below(session.last_seq + 1);
                Operation::MoveReadCursor(session.id, self.participant(), up_to)
            }
            (30, _, Some(session)) => {
                let side = if self.random.one_in(2) { Side::Customer } else { Side::Desk };
                Operation::MarkRead(session.id, side, self.random.below(session.last_seq + 1), self.now())
            }
            (31, Some(ticket), Some(session)) => self.append_event(ticket.id, session.id),
            (32, _, Some(session)) if session.last_seq > 0 => self.append_to_bot_log(&session, there).await,
            (33, _, _) => Operation::MoveSink(
                self.random.pick(&["host", "Host"]).to_owned(),
                Position(self.random.below(99)),
            ),
            (34, _, _) => self.insert_answer(),
            (35, _, _) => Operation::DeleteAnswer(self.random.pick(&ACTORS).to_owned(), self.key()),
            (36, _, _) => self.upsert_agent(),
            (37, _, _) if self.random.one_in(2) => Operation::Erase(self.person()),
            (37, _, _) if self.random.one_in(3) => Operation::Erase(PersonKey::User(self.staff())),
            (38, _, _) if self.random.one_in(4) => self.prune(),
            (39, _, _) => Operation::AppendEntry(self.entry(TicketId::from_uuid(Uuid::max()))),
            (n, _, _) if n % 2 == 0 => self.insert_ticket(),
            _ => self.insert_session(),
        }
    }

    async fn ticket_that_is(&mut self, there: &mut dyn Transaction) -> Option<Ticket> {
        let id = self.any_ticket();
        there.tickets().find(&id.into(), &Scope::Everything).await.unwrap()
    }

    async fn session_that_is(&mut self, there: &mut dyn Transaction) -> Option<Session> {
        let id = self.any_session();
        there.chats().find(id, &Scope::Everything).await.unwrap()
    }

    fn new_ticket(&mut self, requester: Customer) -> Ticket {
        let id = TicketId::from_uuid(self.id());
        let now = self.now();
        let new = Ticket {
            id,
            number: TicketNumber::new(day(0), 0),
            subject: subject("new"),
            description: body("new"),
            status: TicketStatus::Open,
            priority: Priority::Medium,
            category: None,
            tags: Vec::new(),
            requester,
            assignee: None,
            custom_fields: JsonObject::default(),
            reply_count: 0,
            waiting_since: None,
            first_response_at: None,
            cycle_started_at: now,
            resolved_at: None,
            closed_at: None,
            follow_up_of: None,
            chat_session_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        self.changed(new)
    }

    /// The ticket with other values in what may change.
    fn changed(&mut self, ticket: Ticket) -> Ticket {
        let assigned = self.random.maybe(|random| assignee(random.pick(&STAFF)));
        let mut tags = self.random.some_of(&TAGS);
        tags.dedup();
        Ticket {
            subject: subject(&self.text()),
            description: body(&self.text()),
            status: self.random.pick(TicketStatus::ALL),
            priority: self.random.pick(Priority::ALL),
            category: self.random.maybe(|random| category(random.pick(&CATEGORIES))),
            tags: tags.into_iter().map(tag).collect(),
            assignee: assigned,
            custom_fields: json_object(json!({"n": self.random.next(), "text": self.text()})),
            reply_count: u32::try_from(self.random.below(9)).unwrap(),
            waiting_since: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            first_response_at: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            resolved_at: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            closed_at: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            updated_at: self.about_now(),
            ..ticket
        }
    }

    fn insert_ticket(&mut self) -> Operation {
        let requester = Customer::User(person(self.random.pick(&CUSTOMERS)));
        let mut ticket = self.new_ticket(requester);
        let day = day(self.random.below(3));
        let day = if self.random.one_in(12)
            && let Some(taken) = self.known.numbers.first()
        {
            // A number that was given once, whether its ticket is still there or not.
            ticket.number = taken.clone();
            None
        } else {
            Some(day)
        };
        if self.random.one_in(20) {
            ticket.id = self.any_ticket();
        }
        self.known.tickets.push(ticket.id);
        Operation::InsertTicket { ticket: Box::new(ticket), day, session: None }
    }

    fn convert(&mut self, session: Session) -> Operation {
        let ticket = self.new_ticket(session.customer.clone());
        let ticket = Ticket { chat_session_id: Some(session.id), ..ticket };
        let session = Session { ticket_id: Some(ticket.id), updated_at: self.now(), ..session };
        self.known.tickets.push(ticket.id);
        let day = Some(day(self.random.below(3)));
        Operation::InsertTicket { ticket: Box::new(ticket), day, session: Some(Box::new(session)) }
    }

    fn update_ticket(&mut self, ticket: Ticket) -> Operation {
        let mut ticket = self.changed(ticket);
        match self.random.below(20) {
            0 => ticket.version += 1,
            1 => ticket.version -= 1,
            2 => ticket.id = TicketId::from_uuid(Uuid::max()),
            _ => {}
        }
        Operation::UpdateTicket(Box::new(ticket))
    }

    fn entry(&mut self, ticket_id: TicketId) -> NewEntry {
        NewEntry {
            id: EntryId::from_uuid(self.id()),
            ticket_id,
            kind: self.random.pick(EntryKind::ALL),
            author: self.actor(),
            body: body(&self.text()),
            created_at: self.now(),
        }
    }

    fn append_entry(&mut self, ticket_id: TicketId) -> Operation {
        Operation::AppendEntry(self.entry(ticket_id))
    }

    fn append_history(&mut self, ticket_id: TicketId) -> Operation {
        let values =
            [json!(null), json!("bob"), json!({"id": "dan", "name": "Dan"}), json!(["bob"]), json!(1)];
        let change = |generator: &mut Self| HistoryChange {
            ticket_id,
            at: generator.now(),
            actor: generator.actor(),
            field: "assignee".to_owned(),
            old: generator.random.pick(&values),
            new: generator.random.pick(&values),
        };
        let count = self.random.below(4);
        Operation::AppendHistory((0..count).map(|_| change(self)).collect())
    }

    fn append_resolution(&mut self, ticket_id: TicketId) -> Operation {
        let (started_at, ended_at) = (self.any_moment(), self.any_moment());
        Operation::AppendResolution(ResolutionCycle { ticket_id, started_at, ended_at })
    }

    fn insert_session(&mut self) -> Operation {
        let customer = match self.random.below(3) {
            0 => guest(),
            1 => talkative_guest("Zoë", "Zoe@example.org"),
            _ => Customer::User(person(self.random.pick(&CUSTOMERS))),
        };
        let now = self.now();
        let id = SessionId::from_uuid(if self.random.one_in(20) {
            self.any_session().as_uuid()
        } else {
            self.id()
        });
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
    fn changed_session(&mut self, session: Session) -> Session {
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

    fn update_session(&mut self, session: Session) -> Operation {
        let mut session = self.changed_session(session);
        match self.random.below(20) {
            0 => session.version += 1,
            1 => session.version -= 1,
            2 => session.id = SessionId::from_uuid(Uuid::max()),
            _ => {}
        }
        Operation::UpdateSession(Box::new(session))
    }

    fn message(&mut self, session: &Session, seq: u64) -> Message {
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
        }
    }

    fn say(&mut self, mut session: Session) -> Operation {
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

    fn take_a_taken_place(&mut self, session: &Session) -> Operation {
        let seq = 1 + self.random.below(session.last_seq);
        Operation::InsertMessage(Box::new(self.message(session, seq)))
    }

    fn append_event(&mut self, ticket_id: TicketId, session_id: SessionId) -> Operation {
        let seq = self.random.maybe(|random| random.below(9));
        let subject = if self.random.one_in(2) {
            EventSubject::Session { session_id, seq }
        } else {
            EventSubject::Ticket { ticket_id, seq }
        };
        Operation::AppendEvent(NewEvent { kind: self.random.pick(EventKind::ALL), subject, at: self.now() })
    }

    async fn append_to_bot_log(&mut self, session: &Session, there: &mut dyn Transaction) -> Operation {
        let seq = 1 + self.random.below(session.last_seq);
        let created_at = self.now();
        let has_trace = there.bot_log().find_trace(session.id, seq).await.unwrap().is_some();
        if has_trace || self.random.one_in(2) {
            let id = UnansweredId::from_uuid(self.id());
            let normalized = crate::search::normalize(&self.text());
            let question = UnansweredQuestion { id, session_id: session.id, seq, normalized, created_at };
            return Operation::AppendUnanswered(question);
        }
        let trace = Trace([("rules".to_owned(), json!(self.text()))].into());
        Operation::AppendTrace(TraceRecord { session_id: session.id, seq, trace, created_at })
    }

    pub(super) fn key(&mut self) -> IdempotencyKey {
        IdempotencyKey::parse(self.random.pick(&CLIENT_KEYS)).unwrap()
    }

    fn insert_answer(&mut self) -> Operation {
        Operation::InsertAnswer(IdempotencyRecord {
            actor: self.random.pick(&ACTORS).to_owned(),
            operation: super::operation::ANSWERED.to_owned(),
            key: self.key(),
            fingerprint: self.random.bytes(),
            outcome: json!({"text": self.text()}),
            created_at: self.now(),
        })
    }

    fn upsert_agent(&mut self) -> Operation {
        let mut agent = Agent::new(self.staff(), self.text());
        agent.availability = self.random.pick(Availability::ALL);
        Operation::UpsertAgent(agent)
    }

    fn prune(&mut self) -> Operation {
        let mut moment = || if self.random.one_in(2) { Some(self.clock / 2) } else { None }.map(at);
        let (idempotency, events, bot_log, archived_sessions) = (moment(), moment(), moment(), moment());
        Operation::Prune(PruneBefore { idempotency, events, bot_log, archived_sessions })
    }
}
