//! What clients send to a chat, and what the bot says in one call.

use serde::Serialize;
use support_core::{
    SupportDesk,
    access::{Identity, Principal},
    chat::{ChatStats, Owner},
    desk::{
        chat::{Converse, Conversed, NewMessage, NewRating, NewSession, TicketFromChat},
        live::Doing,
    },
    text::{Body, Category, ClientMessageId, Feedback, Rating, Rejection, Subject},
};
use uuid::Uuid;

use super::{
    message::SuggestionView,
    session::{contact_for, guest_contact},
};
use crate::extract::{BodyKind, Fields, Read, session_id};

/// A message to send.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewMessage)]
#[expect(dead_code, reason = "describes what `Read for NewMessage` takes")]
pub(crate) struct NewMessageBody {
    #[schema(min_length = 1, max_length = 10_000)]
    message: String,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    /// The client's own key: the same key again is the same message.
    #[schema(max_length = 128)]
    client_message_id: Option<String>,
}

impl Read for NewMessage {
    const KIND: BodyKind = BodyKind::Creates;

    fn read(fields: &mut Fields) -> Option<Self> {
        let message = fields.required("message", Body::parse);
        let metadata = fields.object("metadata").unwrap_or_default();
        let client_message_id = fields.optional("client_message_id", ClientMessageId::parse);
        Some(Self { metadata, client_message_id, ..Self::new(message?) })
    }
}

/// How far the caller has read.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = ReadUpTo)]
pub(crate) struct ReadUpToBody {
    #[schema(minimum = 0)]
    pub(crate) up_to_seq: u64,
}

impl Read for ReadUpToBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let seq = |seq: i64| u64::try_from(seq).map_err(|_| Rejection::OutOfRange { min: 0, max: i64::MAX });
        let up_to_seq = fields.required_integer("up_to_seq", seq)?;
        Some(Self { up_to_seq })
    }
}

/// Whether the caller is typing.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Typing)]
pub(crate) struct TypingBody {
    #[schema(value_type = bool)]
    pub(crate) typing: Doing,
}

impl Read for TypingBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { typing: doing(fields.required_boolean("typing")?) })
    }
}

/// Whether the caller looks at something.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Viewing)]
pub(crate) struct ViewingBody {
    #[schema(value_type = bool)]
    pub(crate) viewing: Doing,
}

impl Read for ViewingBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { viewing: doing(fields.required_boolean("viewing")?) })
    }
}

const fn doing(now: bool) -> Doing {
    if now { Doing::Now } else { Doing::NoMore }
}

/// A rating.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewRating)]
#[expect(dead_code, reason = "describes what `Read for NewRating` takes")]
pub(crate) struct NewRatingBody {
    #[schema(minimum = 1, maximum = 5)]
    rating: u8,
    #[schema(max_length = 2_000)]
    feedback: Option<String>,
}

impl Read for NewRating {
    fn read(fields: &mut Fields) -> Option<Self> {
        let rating = fields.required_integer("rating", Rating::new);
        let feedback = fields.optional("feedback", Feedback::parse);
        Some(Self { rating: rating?, feedback })
    }
}

/// A ticket to make of a chat.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TicketFromChat)]
#[expect(dead_code, reason = "describes what `Read for TicketFromChat` takes")]
pub(crate) struct TicketFromChatBody {
    #[schema(max_length = 255)]
    subject: Option<String>,
    priority: Option<String>,
    #[schema(max_length = 50, pattern = "^[a-z0-9_-]*$")]
    category: Option<String>,
}

impl Read for TicketFromChat {
    const KIND: BodyKind = BodyKind::CreatesOptional;

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            subject: fields.optional("subject", Subject::parse),
            priority: fields.optional("priority", |text| text.parse()),
            category: fields.optional("category", Category::parse),
        })
    }
}

/// A message for clients that do not want to know of sessions.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Converse)]
#[expect(dead_code, reason = "describes what `converse` takes")]
pub(crate) struct ConverseBody {
    #[schema(min_length = 1, max_length = 10_000)]
    message: String,
    /// The chat; the caller's active one if nothing is said, and a new one if there is none.
    session_id: Option<Uuid>,
    #[schema(max_length = 120)]
    guest_name: Option<String>,
    #[schema(max_length = 254, example = "ann@example.org")]
    guest_email: Option<String>,
    #[schema(max_length = 32, example = "+34 600 123 456")]
    guest_phone: Option<String>,
    /// The category behind the suggestion that was clicked.
    #[schema(max_length = 50)]
    intent_id: Option<String>,
}

/// Reads a message for the caller's chat.
pub(crate) fn converse(fields: &mut Fields, desk: &SupportDesk, principal: &Principal) -> Option<Converse> {
    let message = fields.required("message", Body::parse);
    let id = |text: String| session_id(&text).map_err(|_| Rejection::Format { expected: "a session's id" });
    let session_id = fields.optional("session_id", id);
    let intent_id = fields.optional("intent_id", Category::parse).map(Into::into);
    let contact = match principal.identity {
        // A guest's token names their chat; only where that has ended the desk asks for more.
        Identity::Guest { .. } => {
            let (contact, wrong) = guest_contact(fields);
            fields.refuse_all(&wrong);
            contact
        }
        _ => contact_for(fields, desk, principal),
    };
    let session = NewSession { contact, ..NewSession::default() };
    let message = NewMessage { intent_id, ..NewMessage::new(message?) };
    Some(Converse { session_id, session, message })
}

/// What came of a message in one call.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Conversed)]
pub(crate) struct ConversedView {
    session_id: Uuid,
    /// The guest's secret, shown this once, if a chat was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
    /// What the bot answered; `null` if a human owns the chat.
    #[schema(required)]
    message: Option<String>,
    suggestions: Vec<SuggestionView>,
    #[schema(required)]
    category: Option<String>,
    /// Whether a human takes over.
    handoff: bool,
    /// The bot's message, or the caller's where the bot is silent.
    message_id: Uuid,
    #[schema(value_type = Object)]
    metadata: serde_json::Value,
}

impl From<Conversed> for ConversedView {
    fn from(conversed: Conversed) -> Self {
        let Conversed { session, token, sent, reply, .. } = conversed;
        let session_id = session.id.as_uuid();
        let session_token = token.map(|token| token.reveal().to_owned());
        match reply {
            Some(reply) => Self {
                session_id,
                session_token,
                message: Some(reply.message.body.into()),
                suggestions: reply.message.suggestions.into_iter().map(Into::into).collect(),
                category: reply.category,
                handoff: reply.handoff,
                message_id: reply.message.id.as_uuid(),
                metadata: serde_json::Map::from(reply.message.metadata).into(),
            },
            None => Self {
                session_id,
                session_token,
                message: None,
                suggestions: Vec::new(),
                category: session.category.map(Into::into),
                handoff: session.owner != Owner::Bot,
                message_id: sent.id.as_uuid(),
                metadata: serde_json::Map::new().into(),
            },
        }
    }
}

/// Figures about all chats.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ChatStats)]
pub(crate) struct ChatStatsView {
    total_sessions: u64,
    active_sessions: u64,
    #[schema(required)]
    average_rating: Option<f64>,
    rating_count: u64,
    total_messages: u64,
}

impl From<ChatStats> for ChatStatsView {
    fn from(stats: ChatStats) -> Self {
        Self {
            total_sessions: stats.total_sessions,
            active_sessions: stats.active_sessions,
            average_rating: stats.average_rating,
            rating_count: stats.rating_count,
            total_messages: stats.total_messages,
        }
    }
}
