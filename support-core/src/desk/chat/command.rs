//! What callers ask for and get.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{
    chat::{GuestContact, GuestToken, Session, SessionView},
    id::SessionId,
    message::Message,
    text::{Body, Category, ClientMessageId, Feedback, JsonObject, Rating, Subject},
    ticket::Priority,
};

/// A chat to begin.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct NewSession {
    /// What it is about.
    pub subject: Option<Subject>,
    /// What a guest says of themselves; refused from people the host knows.
    pub contact: GuestContact,
    /// What the client keeps beside it; for staff.
    pub metadata: JsonObject,
    /// Where the customer comes from; shortened before it is kept.
    #[serde(skip)]
    pub ip_address: Option<IpAddr>,
    /// What the customer's browser calls itself.
    #[serde(skip)]
    pub user_agent: Option<String>,
}

/// A chat that has begun.
#[derive(Debug)]
#[non_exhaustive]
pub struct StartedSession {
    /// The session.
    pub view: SessionView,
    /// The guest's secret, for this one time; `None` for people the host knows.
    pub token: Option<GuestToken>,
}

/// A message to send.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct NewMessage {
    /// What it says.
    pub message: Body,
    /// What the client keeps beside it.
    pub metadata: JsonObject,
    /// The client's own key: the same key again is the same message.
    pub client_message_id: Option<ClientMessageId>,
    /// The category behind the suggestion that the customer clicked.
    pub intent_id: Option<String>,
}

impl NewMessage {
    /// A message and nothing else.
    pub fn new(message: Body) -> Self {
        Self { message, metadata: JsonObject::default(), client_message_id: None, intent_id: None }
    }
}

/// A message that is in the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentMessage {
    /// The message.
    pub message: Message,
    /// Whether it was there before, from the same client key.
    pub repeated: bool,
    /// Whether the bot is to answer it.
    pub awaits_bot: bool,
}

/// What the bot said, and what became of the session.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BotReply {
    /// The bot's message.
    pub message: Message,
    /// What it took the customer's message to be about.
    pub category: Option<String>,
    /// Whether the session went to a human with it.
    pub handoff: bool,
}

/// A rating to give.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct NewRating {
    /// The stars.
    pub rating: Rating,
    /// Words beside them; `None` keeps those given before.
    pub feedback: Option<Feedback>,
}

/// A ticket to make of a chat.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct TicketFromChat {
    /// What it is about; the chat's own subject, or its first words, if nothing is said.
    pub subject: Option<Subject>,
    /// How pressing it is.
    pub priority: Option<Priority>,
    /// What it is filed under; what the bot found if nothing is said.
    pub category: Option<Category>,
}

/// A message for clients that do not want to know of sessions.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Converse {
    /// The chat; the caller's active one if nothing is said, and a new one if there is none.
    pub session_id: Option<SessionId>,
    /// What to begin a chat with, if one is begun.
    pub session: NewSession,
    /// What the customer says.
    pub message: NewMessage,
}

/// What became of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Conversed {
    /// The chat.
    pub session: Session,
    /// The guest's secret, if a chat was begun.
    pub token: Option<GuestToken>,
    /// The customer's message.
    pub sent: Message,
    /// What the bot answered; `None` if a human owns the chat.
    pub reply: Option<BotReply>,
}
