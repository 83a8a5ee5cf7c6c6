//! What became of messages to the bot.

use std::sync::Arc;

use async_trait::async_trait;

use super::transaction::MemoryTransaction;
use crate::{
    bot::{AnswerFact, BotStats},
    id::SessionId,
    message::{AnswerFeedback, SenderKind},
    store::{AnswerRecord, AnswerRepository, StoreError},
    ticket::Period,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AnswerRepository for MemoryTransaction {
    async fn append(&mut self, answer: &AnswerRecord) -> Result<()> {
        let row = self.rows_mut()?.session_mut(answer.session_id)?;
        if row.answers.contains_key(&answer.seq) {
            return Err(StoreError::AlreadyExists);
        }
        row.answers.insert(answer.seq, answer.clone());
        row.note_feedback(answer.seq, answer.feedback.as_ref());
        Ok(())
    }

    async fn find(&mut self, session: SessionId, seq: u64) -> Result<Option<AnswerRecord>> {
        Ok(self.rows().sessions.get(&session).and_then(|row| row.answers.get(&seq)).cloned())
    }

    async fn rate(&mut self, session: SessionId, seq: u64, feedback: &AnswerFeedback) -> Result<()> {
        let row = self.rows_mut()?.session_mut(session)?;
        let answer = row.answers.get_mut(&seq).ok_or(StoreError::NotFound)?;
        answer.feedback = Some(feedback.clone());
        row.note_feedback(seq, Some(feedback));
        Ok(())
    }

    async fn stats(&mut self, period: &Period) -> Result<BotStats> {
        let mut stats = BotStats::default();
        let answers = self.rows().sessions.values().flat_map(|row| row.answers.values());
        for answer in answers.filter(|answer| period.contains(answer.created_at)) {
            for fact in AnswerFact::of(answer) {
                stats.add(fact, 1);
            }
        }
        Ok(stats)
    }
}

impl super::state::SessionRow {
    /// Has a message tell what its customer thinks of it.
    fn note_feedback(&mut self, seq: u64, feedback: Option<&AnswerFeedback>) {
        if let Some(message) =
            self.messages.get_mut(&seq).filter(|message| message.sender.kind == SenderKind::Bot)
        {
            Arc::make_mut(message).feedback = feedback.cloned();
        }
    }
}
