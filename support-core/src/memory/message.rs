//! Messages.

use std::{ops::Bound, sync::Arc};

use async_trait::async_trait;

use super::transaction::MemoryTransaction;
use crate::{
    id::{SessionId, UserId},
    message::{Message, MessageRange, SenderKind, Side},
    store::{MessageRepository, StoreError},
    text::ClientMessageId,
    time::Timestamp,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl MessageRepository for MemoryTransaction {
    async fn insert(&mut self, message: &Message) -> Result<()> {
        let row = self.rows_mut()?.session_mut(message.session_id)?;
        if row.messages.contains_key(&message.seq) {
            return Err(StoreError::Conflict);
        }
        let is_the_same = |other: &Arc<Message>| {
            let has_its_key = message.client_message_id.is_some()
                && other.client_message_id == message.client_message_id
                && other.sender.id == message.sender.id;
            other.id == message.id || has_its_key
        };
        if row.messages.values().any(is_the_same) {
            return Err(StoreError::AlreadyExists);
        }
        row.messages.insert(message.seq, Arc::new(message.clone()));
        Ok(())
    }

    async fn find(&mut self, session: SessionId, seq: u64) -> Result<Option<Message>> {
        let message = self.rows().sessions.get(&session).and_then(|row| row.messages.get(&seq));
        Ok(message.map(|message| (**message).clone()))
    }

    async fn find_by_client_id(
        &mut self,
        session: SessionId,
        author: Option<&UserId>,
        client_message_id: &ClientMessageId,
    ) -> Result<Option<Message>> {
        let mut messages =
            self.rows().sessions.get(&session).into_iter().flat_map(|row| row.messages.values());
        let is_meant = |message: &&Arc<Message>| {
            message.client_message_id.as_ref() == Some(client_message_id)
                && message.sender.id.as_ref() == author
                && (author.is_some() || message.sender.kind == SenderKind::User)
        };
        Ok(messages.find(is_meant).map(|message| (**message).clone()))
    }

    async fn list(&mut self, session: SessionId, range: &MessageRange) -> Result<Vec<Message>> {
        let Some(row) = self.rows().sessions.get(&session) else { return Ok(Vec::new()) };
        let limit = range.limit.get() as usize;
        let after = range.after_seq.map_or(Bound::Unbounded, Bound::Excluded);
        let found = row.messages.range((after, Bound::Unbounded)).map(|(_, message)| message);
        let found = found.filter(|message| range.before_seq.is_none_or(|before| message.seq < before));
        let found: Vec<_> = found.collect();
        let wanted = match range.after_seq {
            Some(_) => &found[..limit.min(found.len())],
            None => &found[found.len().saturating_sub(limit)..],
        };
        Ok(wanted.iter().map(|message| (***message).clone()).collect())
    }

    async fn mark_read(
        &mut self,
        session: SessionId,
        written_by: Side,
        up_to: u64,
        at: Timestamp,
    ) -> Result<u64> {
        let messages = &mut self.rows_mut()?.session_mut(session)?.messages;
        let mut marked = 0;
        for (_, message) in messages.range_mut(..=up_to) {
            if message.sender.kind.side() == written_by && message.read_at.is_none() {
                Arc::make_mut(message).read_at = Some(at);
                marked += 1;
            }
        }
        Ok(marked)
    }
}
