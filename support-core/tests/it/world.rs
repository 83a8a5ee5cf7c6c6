//! A desk on a store in memory whose clock stands still, the people at it, and short ways to say what they do.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use pollster::FutureExt as _;
use support_core::{
    ErrorKind, Result, SupportDesk,
    access::Principal,
    chat::{GuestContact, GuestToken, Session},
    desk::{
        Assign, Listing, PageQuery, SupportDeskBuilder,
        chat::{NewMessage, NewRating, NewSession, SentMessage},
        ticket::{NewReply, NewTicket, Replied, TicketChange},
    },
    event::{Event, EventKind, Position},
    id::{SessionId, TenantId, UserId},
    memory::MemoryStore,
    message::{Message, MessageRange},
    person::Person,
    store::{Limit, Store},
    text::{Body, IdempotencyKey, Rating, SearchText, Subject},
    ticket::{HistoryChange, ThreadEntry, Ticket, TicketStatus},
    time::{Clock, ManualClock},
};

/// A clock that the test holds on to.
#[derive(Debug, Clone)]
pub(crate) struct TestClock(Arc<ManualClock>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}

pub(crate) struct World {
    pub(crate) desk: SupportDesk,
    pub(crate) store: MemoryStore,
    pub(crate) clock: Arc<ManualClock>,
}

impl World {
    /// A desk without a bot.
    pub(crate) fn new() -> Self {
        Self::build(|builder| builder)
    }

    /// A desk with something of the test's own.
    pub(crate) fn build(with: impl FnOnce(SupportDeskBuilder) -> SupportDeskBuilder) -> Self {
        let store = MemoryStore::new();
        Self::on(store.clone(), store, with)
    }

    /// A desk on something around the store in memory.
    pub(crate) fn on(
        outer: impl Store + 'static,
        store: MemoryStore,
        with: impl FnOnce(SupportDeskBuilder) -> SupportDeskBuilder,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(noon()));
        let builder = SupportDesk::builder(outer).clock(TestClock(Arc::clone(&clock)));
        Self { desk: with(builder).build(), store, clock }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn advance(&self, step: TimeDelta) {
        self.clock.advance(step);
    }

    // Tickets.

    pub(crate) fn ticket(&self, by: &Principal) -> Ticket {
        self.desk.create_ticket(by, &new_ticket("Broken lamp"), None).block_on().unwrap()
    }

    /// A ticket of Ann's that Amy moved to a status.
    pub(crate) fn ticket_that_is(&self, status: TicketStatus) -> Ticket {
        let ticket = self.ticket(&ann());
        self.set_status(&ticket, status).unwrap()
    }

    pub(crate) fn set_status(&self, ticket: &Ticket, status: TicketStatus) -> Result<Ticket> {
        let change = TicketChange { status: Some(status), ..TicketChange::default() };
        self.desk.update_ticket(&amy(), &ticket.id.into(), &change, None).block_on()
    }

    pub(crate) fn reply(&self, by: &Principal, ticket: &Ticket, text: &str) -> Result<Replied> {
        self.desk.reply_to_ticket(by, &ticket.id.into(), &NewReply::new(body(text)), None).block_on()
    }

    pub(crate) fn reply_with(&self, ticket: &Ticket, status: TicketStatus) -> Result<Replied> {
        let reply = NewReply { status: Some(status), ..NewReply::new(body("so it is")) };
        self.desk.reply_to_ticket(&amy(), &ticket.id.into(), &reply, None).block_on()
    }

    pub(crate) fn note(&self, by: &Principal, ticket: &Ticket, text: &str) -> Result<Replied> {
        self.desk.reply_to_ticket(by, &ticket.id.into(), &NewReply::note(body(text)), None).block_on()
    }

    /// The ticket as it stands.
    pub(crate) fn look_up(&self, ticket: &Ticket) -> Ticket {
        self.desk.find_ticket(&Principal::system(), &ticket.id.into()).block_on().unwrap().unwrap()
    }

    pub(crate) fn thread(&self, by: &Principal, ticket: &Ticket) -> Vec<ThreadEntry> {
        all_pages(|page| self.desk.list_replies(by, &ticket.id.into(), page).block_on().unwrap())
    }

    pub(crate) fn history(&self, ticket: &Ticket) -> Vec<HistoryChange> {
        all_pages(|page| self.desk.list_ticket_history(&amy(), &ticket.id.into(), page).block_on().unwrap())
    }

    // Chats.

    /// A chat of somebody the host knows.
    pub(crate) fn chat(&self, by: &Principal) -> Session {
        self.desk.start_session(by, &NewSession::default(), None).block_on().unwrap().view.session
    }

    /// A guest with a chat of their own, and their secret.
    pub(crate) fn guest(&self) -> (Principal, Session, GuestToken) {
        let new = NewSession { contact: contact(), ..NewSession::default() };
        let started = self.desk.start_session(&Principal::anonymous(), &new, None).block_on().unwrap();
        let session = started.view.session;
        (Principal::guest(session.id), session, started.token.unwrap())
    }

    pub(crate) fn say(&self, by: &Principal, id: SessionId, text: &str) -> Result<SentMessage> {
        self.desk.send_message(by, id, &NewMessage::new(body(text)), None).block_on()
    }

    pub(crate) fn close(&self, by: &Principal, id: SessionId) -> Session {
        self.desk.close_session(by, id, None).block_on().unwrap()
    }

    pub(crate) fn assign(&self, id: SessionId, to: &Assign) -> Result<Session> {
        self.desk.assign_session(&amy(), id, to, None).block_on()
    }

    pub(crate) fn rate(&self, by: &Principal, id: SessionId, stars: i64) -> Result<Session> {
        let new = NewRating { rating: Rating::new(stars).unwrap(), feedback: None };
        self.desk.rate_session(by, id, &new, None).block_on()
    }

    /// The session as it stands.
    pub(crate) fn session(&self, id: SessionId) -> Session {
        self.desk.find_session(&Principal::system(), id).block_on().unwrap().unwrap().session
    }

    pub(crate) fn unread(&self, by: &Principal, id: SessionId) -> u64 {
        self.desk.find_session(by, id).block_on().unwrap().unwrap().unread_count
    }

    pub(crate) fn messages(&self, id: SessionId) -> Vec<Message> {
        self.desk.session_transcript(&Principal::system(), id).block_on().unwrap().messages
    }

    // What happened.

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events_at(&TenantId::default())
    }

    pub(crate) fn events_at(&self, tenant: &TenantId) -> Vec<Event> {
        async {
            let mut tx = self.store.begin_read(tenant).await.unwrap();
            let mut events = Vec::<Event>::new();
            loop {
                let after = events.last().map_or(Position::default(), |event| event.position);
                let page = tx.events().list_after(after, Limit::default()).await.unwrap();
                if page.is_empty() {
                    return events;
                }
                events.extend(page);
            }
        }
        .block_on()
    }

    /// The kinds of event that something leads to.
    pub(crate) fn events_of<T>(&self, act: impl FnOnce() -> T) -> Vec<EventKind> {
        let before = self.events().len();
        act();
        self.events()[before..].iter().map(|event| event.kind).collect()
    }
}

// People.

pub(crate) fn user_id(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

fn person(id: &str, name: &str) -> Person {
    Person::new(user_id(id)).named(name).with_email(format!("{id}@example.org"))
}

/// A customer whom the host knows.
pub(crate) fn ann() -> Principal {
    Principal::user(person("ann", "Ann"))
}

/// Another customer whom the host knows.
pub(crate) fn bob() -> Principal {
    Principal::user(person("bob", "Bob"))
}

/// An agent.
pub(crate) fn amy() -> Principal {
    Principal::agent(person("amy", "Amy"))
}

/// Another agent.
pub(crate) fn max() -> Principal {
    Principal::agent(person("max", "Max"))
}

/// What a guest says of themselves.
pub(crate) fn contact() -> GuestContact {
    let (contact, wrong) = GuestContact::parse(Some("Gil"), Some("gil@example.org"), Some("+49 30 1234567"));
    assert_eq!(wrong, []);
    contact
}

// Values.

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-03-04T12:00:00Z".parse().unwrap()
}

pub(crate) fn body(text: &str) -> Body {
    Body::parse(text).unwrap()
}

pub(crate) fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

pub(crate) fn new_ticket(about: &str) -> NewTicket {
    NewTicket::new(subject(about), body("It does not work."))
}

pub(crate) fn search(text: &str) -> support_core::search::SearchQuery {
    support_core::search::SearchQuery::new(&SearchText::parse(text).unwrap())
}

/// The newest messages of a session.
pub(crate) fn latest() -> MessageRange {
    MessageRange { after_seq: None, before_seq: None, limit: Limit::default() }
}

/// Why something was refused.
pub(crate) fn refusal<T>(result: Result<T>) -> ErrorKind {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.into_kind(),
    }
}

/// All items of a list, page by page.
pub(crate) fn all_pages<T>(list: impl Fn(&PageQuery) -> Listing<T>) -> Vec<T> {
    let mut items = Vec::new();
    let mut page = PageQuery::default();
    loop {
        let listing = list(&page);
        items.extend(listing.items);
        match listing.next_cursor {
            None => return items,
            cursor => page.cursor = cursor,
        }
    }
}

/// Runs a future to its end.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    future.block_on()
}
