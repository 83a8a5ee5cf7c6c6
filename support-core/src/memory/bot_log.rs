//! What the bot did, and did not know.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    page::{Order, page_of, place},
    transaction::MemoryTransaction,
};
use crate::{
    id::SessionId,
    store::{BotLogRepository, Page, PageRequest, StoreError, TraceRecord, UnansweredQuestion},
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl BotLogRepository for MemoryTransaction {
    async fn append_trace(&mut self, trace: &TraceRecord) -> Result<()> {
        let row = self.rows_mut()?.session_mut(trace.session_id)?;
        row.traces.insert(trace.seq, Arc::new(trace.clone()));
        Ok(())
    }

    async fn find_trace(&mut self, session: SessionId, seq: u64) -> Result<Option<TraceRecord>> {
        let trace = self.rows().sessions.get(&session).and_then(|row| row.traces.get(&seq));
        Ok(trace.map(|trace| (**trace).clone()))
    }

    async fn append_unanswered(&mut self, question: &UnansweredQuestion) -> Result<()> {
        self.rows_mut()?.session_mut(question.session_id)?.unanswered.push(question.clone());
        Ok(())
    }

    async fn list_unanswered(&mut self, page: &PageRequest) -> Result<Page<UnansweredQuestion>> {
        let questions = self.rows().sessions.values().flat_map(|row| &row.unanswered);
        let placed =
            questions.map(|question| (place(0, question.created_at, question.id.as_uuid()), question));
        Ok(page_of(placed, |_| Order::DESCENDING, page).map(Clone::clone))
    }
}
