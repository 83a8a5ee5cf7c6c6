//! Messages of a chat session.

use serde::{Deserialize, Serialize};

use crate::{
    bot::Suggestion,
    id::{MessageId, SessionId, UserId},
    person::codes,
    text::{Body, ClientMessageId, Feedback, JsonObject},
    time::Timestamp,
};

/// A message, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// Its place in the session, from 1 without gaps. The order of the session; clocks may lie.
    pub seq: u64,
    /// Who wrote it.
    pub sender: Sender,
    /// What it says.
    pub body: Body,
    /// What the client sent beside it.
    pub metadata: JsonObject,
    /// What the customer may click instead of typing.
    pub suggestions: Vec<Suggestion>,
    /// The client's own key of it.
    pub client_message_id: Option<ClientMessageId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the other side first read it.
    pub read_at: Option<Timestamp>,
    /// What the customer thinks of it, if it is an answer of the bot. Kept apart from the message, and never inserted
    /// with one.
    #[serde(default)]
    pub feedback: Option<AnswerFeedback>,
}

/// What a customer thinks of an answer of the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct AnswerFeedback {
    /// Whether it helped.
    pub helpful: bool,
    /// What they say beside it.
    pub comment: Option<Feedback>,
    /// When they said so last.
    pub given_at: Timestamp,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Sender {
    /// In which role.
    pub kind: SenderKind,
    /// The host's id; `None` for guests, the bot and the system.
    pub id: Option<UserId>,
    /// What they were called then.
    pub name: Option<String>,
}

/// In which role a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the four kinds are the product's contract")]
pub enum SenderKind {
    /// The customer, guest or user.
    User,
    /// An agent.
    Admin,
    /// The bot.
    Bot,
    /// The desk itself.
    System,
}

codes!(SenderKind { User => "user", Admin => "admin", Bot => "bot", System => "system" });

impl SenderKind {
    /// Which side of the conversation it is on.
    pub const fn side(self) -> Side {
        match self {
            Self::User => Side::Customer,
            Self::Admin | Self::Bot | Self::System => Side::Desk,
        }
    }

    /// Whether it counts as unread for readers of `side`: staff count the customer's messages, the customer
    /// counts the bot's and the agents', and nobody counts system messages.
    pub const fn is_news_for(self, side: Side) -> bool {
        match side {
            Side::Customer => matches!(self, Self::Bot | Self::Admin),
            Side::Desk => matches!(self, Self::User),
        }
    }

    /// The kinds that [`SenderKind::is_news_for`] `side`.
    pub const fn news_for(side: Side) -> &'static [Self] {
        match side {
            Side::Customer => &[Self::Admin, Self::Bot],
            Side::Desk => &[Self::User],
        }
    }
}

/// A side of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a conversation has two sides")]
pub enum Side {
    /// The one who asks.
    Customer,
    /// Those who answer: staff, the bot, the desk itself.
    Desk,
}

/// Which messages of a session to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers build it, stores take it apart")]
pub struct MessageRange {
    /// Only those beyond this `seq`.
    pub after_seq: Option<u64>,
    /// Only those before this `seq`.
    pub before_seq: Option<u64>,
    /// At most so many: the first ones with `after_seq`, the last ones otherwise. Always returned ascending.
    pub limit: crate::store::Limit,
}
