//! Live chats: a session between one customer and the desk.

mod contact;
mod filter;
mod token;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

pub use self::{
    contact::{ContactField, ContactPolicy, GuestContact},
    filter::{SessionFilter, SessionSort, Unread},
    token::{GuestToken, TokenHash},
};
use crate::{
    bot::Dialogue,
    id::{SessionId, TicketId, UserId},
    message::{SenderKind, Side},
    person::{Person, codes},
    text::{Category, Feedback, JsonObject, Rating, Subject},
    ticket::Assignee,
    time::Timestamp,
};

/// A chat, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Session {
    /// Its id, which is no credential.
    pub id: SessionId,
    /// Whether it goes on.
    pub status: SessionStatus,
    /// Who answers.
    pub owner: Owner,
    /// Whose chat it is.
    pub customer: Customer,
    /// What it is about.
    pub subject: Option<Subject>,
    /// What the bot found it to be about.
    pub category: Option<Category>,
    /// The agent who takes care of it.
    pub assignee: Option<Assignee>,
    /// What the customer gave it after its last close.
    pub rating: Option<Rating>,
    /// What the customer wrote beside the rating.
    pub feedback: Option<Feedback>,
    /// When the customer rated first after the last close; the rating can be changed for a while after it.
    pub rated_at: Option<Timestamp>,
    /// The number of messages, and the `seq` of the last one.
    pub last_seq: u64,
    /// The `seq` of the customer's last message, 0 before it.
    pub last_customer_seq: u64,
    /// The `seq` of the last customer message that the bot has dealt with.
    pub bot_seq: u64,
    /// The last message, for lists.
    pub last_message: Option<LastMessage>,
    /// Since when the customer's oldest message without an answer from staff or bot waits.
    pub waiting_since: Option<Timestamp>,
    /// From when the customer's silence counts: when they last wrote or were last answered; the start of the session
    /// before that.
    pub customer_active_at: Timestamp,
    /// The ticket that was made from it.
    pub ticket_id: Option<TicketId>,
    /// What the bot remembers of it.
    pub dialogue: Dialogue,
    /// What the client sent beside it; for staff.
    pub metadata: JsonObject,
    /// Where the customer came from, shortened; for staff.
    pub ip_address: Option<IpAddr>,
    /// What the customer's browser calls itself; for staff.
    pub user_agent: Option<String>,
    /// Grows by one with each change.
    pub version: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When something last happened in it.
    pub updated_at: Timestamp,
    /// When it was closed; `None` while it is active.
    pub closed_at: Option<Timestamp>,
}

/// A session with what it means to the one who looks at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// The other side's messages beyond the viewer's read cursor.
    pub unread_count: u64,
}

/// The first characters of the last message, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct LastMessage {
    /// Who wrote it.
    pub sender_type: SenderKind,
    /// At most 120 characters on one line.
    pub preview: String,
    /// When it was written.
    pub created_at: Timestamp,
}

impl LastMessage {
    /// The longest preview, in characters.
    pub const MAX_PREVIEW: usize = 120;
}

/// Whether a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the three states are the product's contract")]
pub enum SessionStatus {
    /// It goes on.
    Active,
    /// It ended, and may be reopened.
    Closed,
    /// It is put away.
    Archived,
}

codes!(SessionStatus { Active => "active", Closed => "closed", Archived => "archived" });

/// Who answers in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the three owners are the product's contract")]
pub enum Owner {
    /// The bot.
    Bot,
    /// Nobody yet; it waits for an agent.
    Queue,
    /// The assigned agent.
    Agent,
}

codes!(Owner { Bot => "bot", Queue => "queue", Agent => "agent" });

/// Whose chat it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum Customer {
    /// Somebody the host knows.
    User(Person),
    /// Somebody who holds the session's token, and what they say of themselves.
    Guest(GuestContact),
}

impl Customer {
    /// The host's id of a known customer.
    pub const fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::User(person) => Some(&person.id),
            Self::Guest(_) => None,
        }
    }

    /// What the customer is called, if they said so.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::User(person) => person.name.as_deref(),
            Self::Guest(contact) => contact.name.as_ref().map(crate::text::PersonName::as_str),
        }
    }

    /// Where the customer gets mail, if they said so.
    pub fn email(&self) -> Option<&str> {
        match self {
            Self::User(person) => person.email.as_deref(),
            Self::Guest(contact) => contact.email.as_ref().map(crate::text::Email::as_str),
        }
    }
}

impl From<Person> for Customer {
    fn from(person: Person) -> Self {
        Self::User(person)
    }
}

/// Who reads a session, and so whose read cursor counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum Participant {
    /// The session's customer; there is one.
    Customer,
    /// An agent, each with a cursor of their own.
    Agent(UserId),
}

impl Participant {
    /// The side this participant is on.
    pub const fn side(&self) -> Side {
        match self {
            Self::Customer => Side::Customer,
            Self::Agent(_) => Side::Desk,
        }
    }
}

/// Figures about all chats of a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct ChatStats {
    /// All sessions.
    pub total_sessions: u64,
    /// Sessions that go on.
    pub active_sessions: u64,
    /// The mean of all ratings that stand, or `None`.
    pub average_rating: Option<f64>,
    /// How many ratings stand.
    pub rating_count: u64,
    /// All messages.
    pub total_messages: u64,
}
