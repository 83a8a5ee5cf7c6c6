//! Why the bot said something.

use serde::de::DeserializeOwned;

use crate::{
    access::{Action, Principal},
    bot::{Answer, Decision, HandoffReason, Trace},
    desk::SupportDesk,
    error::{ErrorKind, Result},
    id::SessionId,
    message::Message,
    store::TraceRecord,
    time::Timestamp,
};

/// Why the bot said something: what it stored when it did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainedMessage {
    /// The session.
    pub session_id: SessionId,
    /// The bot's message.
    pub seq: u64,
    /// How it decided.
    pub decision: Decision,
    /// What it took the customer's message to be about.
    pub category: Option<String>,
    /// The score of the winner, 0 to 1.
    pub score: f64,
    /// Why it handed over, if it did.
    pub handoff: Option<HandoffReason>,
    /// The trace in a few sentences, one a line.
    pub explanation: String,
    /// The record of the decision.
    pub trace: Trace,
    /// When.
    pub created_at: Timestamp,
}

impl SupportDesk {
    /// Why the bot said something, for staff.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`]; [`ErrorKind::NotFound`] for a session the caller may not
    /// know of, and for what is no answer of the bot or one whose trace is not kept any more.
    pub async fn explain_message(
        &self,
        principal: &Principal,
        id: SessionId,
        seq: u64,
    ) -> Result<ExplainedMessage> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        self.session_for(&mut *tx, principal, id, Action::ReadBotLog).await?;
        let record = tx.bot_log().find_trace(id, seq).await?.ok_or(ErrorKind::NotFound)?;
        let message = tx.messages().find(id, seq).await?.ok_or(ErrorKind::NotFound)?;
        explained(record, message).ok_or_else(|| ErrorKind::NotFound.into())
    }
}

/// The sentence of an answer that was stored; `None` if a message does not say how it was decided.
fn explained(record: TraceRecord, message: Message) -> Option<ExplainedMessage> {
    let decision = noted(&message, "decision")?;
    let mut answer = Answer::new(decision, message.body.as_str());
    answer.category = noted(&message, "category").flatten();
    answer.score = noted(&message, "score").unwrap_or_default();
    answer.handoff = noted(&message, "handoff").flatten();
    answer.suggestions = message.suggestions;
    answer.trace = record.trace;
    Some(ExplainedMessage {
        session_id: record.session_id,
        seq: record.seq,
        decision,
        explanation: answer.explain(),
        category: answer.category,
        score: answer.score,
        handoff: answer.handoff,
        trace: answer.trace,
        created_at: record.created_at,
    })
}

/// What the desk noted beside a message of the bot.
fn noted<T: DeserializeOwned>(message: &Message, field: &str) -> Option<T> {
    let value = message.metadata.as_map().get(field)?;
    serde_json::from_value(value.clone()).ok()
}
