//! Messages as clients see them.

use serde::Serialize;
use support_core::message::{AnswerFeedback, Message, SenderKind};
use uuid::Uuid;

use super::moment;

/// A message of a chat.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    id: Uuid,
    session_id: Uuid,
    #[schema(minimum = 1)]
    seq: u64,
    #[schema(value_type = SenderTypeView)]
    sender_type: SenderKind,
    #[schema(required)]
    sender_id: Option<String>,
    #[schema(required)]
    sender_name: Option<String>,
    message: String,
    #[schema(value_type = Object)]
    metadata: serde_json::Value,
    suggestions: Vec<SuggestionView>,
    is_read: bool,
    #[schema(required, format = DateTime)]
    read_at: Option<String>,
    #[schema(required)]
    client_message_id: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// What the customer thinks of it; only there if it is an answer of the bot and they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<AnswerFeedbackView>,
}

/// What a customer thinks of an answer of the bot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AnswerFeedback)]
pub(crate) struct AnswerFeedbackView {
    helpful: bool,
    #[schema(required)]
    comment: Option<String>,
    #[schema(format = DateTime)]
    given_at: String,
}

/// In which role a message was written.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = SenderType, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `SenderKind`")]
pub(crate) enum SenderTypeView {
    User,
    Admin,
    Bot,
    System,
}

/// A reply that the customer can give with one click.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Suggestion)]
pub(crate) struct SuggestionView {
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent_id: Option<String>,
}

impl From<support_core::bot::Suggestion> for SuggestionView {
    fn from(suggestion: support_core::bot::Suggestion) -> Self {
        Self { label: suggestion.label, intent_id: suggestion.intent_id }
    }
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        Self {
            id: message.id.as_uuid(),
            session_id: message.session_id.as_uuid(),
            seq: message.seq,
            sender_type: message.sender.kind,
            sender_id: message.sender.id.map(Into::into),
            sender_name: message.sender.name,
            message: message.body.into(),
            metadata: serde_json::Map::from(message.metadata).into(),
            suggestions: message.suggestions.into_iter().map(Into::into).collect(),
            is_read: message.read_at.is_some(),
            read_at: message.read_at.map(moment),
            client_message_id: message.client_message_id.map(Into::into),
            created_at: moment(message.created_at),
            feedback: message.feedback.map(Into::into),
        }
    }
}

impl From<AnswerFeedback> for AnswerFeedbackView {
    fn from(feedback: AnswerFeedback) -> Self {
        Self {
            helpful: feedback.helpful,
            comment: feedback.comment.map(Into::into),
            given_at: moment(feedback.given_at),
        }
    }
}
