//! What the bot did, and did not know.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    page::{Order, page_of, place},
    state::GroupRow,
    transaction::MemoryTransaction,
};
use crate::{
    id::SessionId,
    store::{
        BotLogRepository, Keyset, Page, PageRequest, StoreError, TraceRecord, UnansweredGroup,
        UnansweredQuestion, UnansweredSample, UnansweredSort,
    },
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
        let rows = self.rows_mut()?;
        rows.session_mut(question.session_id)?.unanswered.push(question.clone());
        let sample = (question.session_id, question.seq);
        let group = rows.unanswered_groups.entry(question.group_text()).or_insert(GroupRow {
            id: question.id,
            count: 0,
            first_seen_at: question.created_at,
            last_seen_at: question.created_at,
            sample,
        });
        group.count += 1;
        group.first_seen_at = group.first_seen_at.min(question.created_at);
        if question.created_at >= group.last_seen_at {
            (group.last_seen_at, group.sample) = (question.created_at, sample);
        }
        Ok(())
    }

    async fn list_unanswered_groups(
        &mut self,
        sort: UnansweredSort,
        page: &PageRequest,
    ) -> Result<Page<UnansweredGroup>> {
        let rows = self.rows();
        let placed = rows.unanswered_groups.iter().map(|(text, group)| {
            let key = match sort {
                UnansweredSort::Count => i64::try_from(group.count).unwrap_or(i64::MAX),
                UnansweredSort::Recent => group.last_seen_at.timestamp_micros(),
            };
            (Keyset { tier: 0, key, id: group.id.as_uuid() }, (text, group))
        });
        let page = page_of(placed, |_| Order::DESCENDING, page);
        Ok(page.map(|(text, group)| {
            let (session_id, seq) = group.sample;
            let message = rows.sessions.get(&session_id).and_then(|row| row.messages.get(&seq));
            UnansweredGroup {
                id: group.id,
                text: text.clone(),
                count: group.count,
                first_seen_at: group.first_seen_at,
                last_seen_at: group.last_seen_at,
                sample: message.map(|message| UnansweredSample {
                    session_id,
                    seq,
                    message: message.body.clone(),
                }),
            }
        }))
    }

    async fn list_unanswered(&mut self, page: &PageRequest) -> Result<Page<UnansweredQuestion>> {
        let questions = self.rows().sessions.values().flat_map(|row| &row.unanswered);
        let placed =
            questions.map(|question| (place(0, question.created_at, question.id.as_uuid()), question));
        Ok(page_of(placed, |_| Order::DESCENDING, page).map(Clone::clone))
    }
}
