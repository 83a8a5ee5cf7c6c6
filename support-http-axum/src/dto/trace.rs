//! Why the bot said something.

use serde::Serialize;
use support_core::{
    bot::{Decision, HandoffReason},
    desk::bot::ExplainedMessage,
};
use uuid::Uuid;

use super::moment;

/// Why the bot said something: what it stored when it did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Trace)]
pub(crate) struct TraceView {
    session_id: Uuid,
    #[schema(minimum = 1)]
    seq: u64,
    #[schema(value_type = DecisionView)]
    decision: Decision,
    /// What it took the customer's message to be about.
    #[schema(required)]
    category: Option<String>,
    /// The score of the winner.
    #[schema(minimum = 0, maximum = 1)]
    score: f64,
    #[schema(required, value_type = Option<HandoffReasonView>)]
    handoff: Option<HandoffReason>,
    /// The trace in a few sentences, one a line.
    explanation: String,
    /// Stages in order, each with its findings.
    #[schema(value_type = Object)]
    trace: support_core::bot::Trace,
    #[schema(format = DateTime)]
    created_at: String,
}

/// How the bot decided.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = BotDecision, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `Decision`")]
pub(crate) enum DecisionView {
    Answer,
    DidYouMean,
    Handoff,
    Fallback,
}

/// Why a session went to a human.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = HandoffReason, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `HandoffReason`")]
pub(crate) enum HandoffReasonView {
    Asked,
    NotUnderstood,
    Repeated,
    Frustrated,
    Category,
    BotError,
}

impl From<ExplainedMessage> for TraceView {
    fn from(explained: ExplainedMessage) -> Self {
        Self {
            session_id: explained.session_id.as_uuid(),
            seq: explained.seq,
            decision: explained.decision,
            category: explained.category,
            score: explained.score,
            handoff: explained.handoff,
            explanation: explained.explanation,
            trace: explained.trace,
            created_at: moment(explained.created_at),
        }
    }
}
