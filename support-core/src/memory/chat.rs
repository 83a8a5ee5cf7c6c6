//! Chat sessions and read cursors.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;

use super::{chat_list, state::SessionRow, transaction::MemoryTransaction};
use crate::{
    access::Scope,
    chat::{
        ChatStats, Owner, Participant, Session, SessionFilter, SessionSort, SessionStatus, SessionView,
        TokenHash,
    },
    id::{SessionId, UserId},
    message::SenderKind,
    store::{ChatRepository, Limit, Page, PageRequest, StoreError},
    ticket::RatingSummary,
    time::Timestamp,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl ChatRepository for MemoryTransaction {
    async fn find(&mut self, id: SessionId, scope: &Scope) -> Result<Option<Session>> {
        let row = self.rows().sessions.get(&id).filter(|row| row.is_in(scope));
        Ok(row.map(|row| row.session.clone()))
    }

    async fn find_by_token(&mut self, hash: &TokenHash) -> Result<Option<(SessionId, TokenHash)>> {
        let mut sessions = self.rows().sessions.values();
        Ok(sessions.find_map(|row| row.token.filter(|own| own == hash).map(|own| (row.session.id, own))))
    }

    async fn find_active_of(&mut self, user: &UserId) -> Result<Option<Session>> {
        let sessions = self.rows().sessions.values().map(|row| &row.session);
        let active = sessions
            .filter(|session| session.status == SessionStatus::Active)
            .filter(|session| session.customer.user_id() == Some(user));
        Ok(active.max_by_key(|session| (session.created_at, session.id)).cloned())
    }

    async fn list(
        &mut self,
        filter: &SessionFilter,
        sort: SessionSort,
        page: &PageRequest,
    ) -> Result<Page<SessionView>> {
        Ok(chat_list::list(self.rows(), filter, sort, page))
    }

    async fn count(&mut self, filter: &SessionFilter) -> Result<u64> {
        Ok(chat_list::matching(self.rows(), filter).count() as u64)
    }

    async fn insert(&mut self, session: &Session, token: Option<&TokenHash>) -> Result<()> {
        let sessions = &mut self.rows_mut()?.sessions;
        let is_taken = |row: &Arc<SessionRow>| token.is_some() && row.token.as_ref() == token;
        if sessions.contains_key(&session.id) || sessions.values().any(is_taken) {
            return Err(StoreError::AlreadyExists);
        }
        let row = SessionRow {
            session: session.clone(),
            token: token.copied(),
            cursors: HashMap::new(),
            messages: BTreeMap::new(),
            traces: BTreeMap::new(),
            unanswered: Vec::new(),
            answers: Default::default(),
        };
        sessions.insert(session.id, Arc::new(row));
        Ok(())
    }

    async fn update(&mut self, session: &mut Session) -> Result<()> {
        let row = self.rows_mut()?.session_mut(session.id)?;
        if row.session.version != session.version {
            return Err(StoreError::Conflict);
        }
        session.version += 1;
        row.session = session.clone();
        Ok(())
    }

    async fn read_cursor(&mut self, session: SessionId, participant: &Participant) -> Result<u64> {
        Ok(self.rows().sessions.get(&session).map_or(0, |row| row.cursor(participant)))
    }

    async fn list_read_cursors(&mut self, session: SessionId) -> Result<Vec<(Participant, u64)>> {
        let row = self.rows().sessions.get(&session);
        Ok(row.map(|row| row.cursors.clone().into_iter().collect()).unwrap_or_default())
    }

    async fn move_read_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
        up_to: u64,
    ) -> Result<bool> {
        let row = self.rows_mut()?.session_mut(session)?;
        let moves = up_to > row.cursor(participant);
        if moves {
            row.cursors.insert(participant.clone(), up_to);
        }
        Ok(moves)
    }

    async fn count_unread(&mut self, session: SessionId, participant: &Participant) -> Result<u64> {
        Ok(self.rows().sessions.get(&session).map_or(0, |row| row.unread(participant)))
    }

    async fn list_idle(&mut self, before: Timestamp, limit: Limit) -> Result<Vec<SessionId>> {
        let sessions = self.rows().sessions.values().map(|row| &row.session);
        let idle = sessions
            .filter(|session| session.status == SessionStatus::Active && session.waiting_since.is_none())
            .filter(|session| session.customer_active_at < before)
            .map(|session| (session.customer_active_at, session.id));
        Ok(first_ids(idle, limit))
    }

    async fn list_unanswered(&mut self, before: Timestamp, limit: Limit) -> Result<Vec<SessionId>> {
        let of_the_bot = self
            .rows()
            .sessions
            .values()
            .filter(|row| row.session.status == SessionStatus::Active && row.session.owner == Owner::Bot);
        let unanswered = of_the_bot.filter_map(|row| {
            let new = row.messages.range(row.session.bot_seq.saturating_add(1)..).map(|(_, message)| message);
            let of_the_customer = new.filter(|message| message.sender.kind == SenderKind::User);
            let oldest = of_the_customer.map(|message| message.created_at).min()?;
            (oldest < before).then_some((oldest, row.session.id))
        });
        Ok(first_ids(unanswered, limit))
    }

    async fn stats(&mut self) -> Result<ChatStats> {
        let mut stats = ChatStats::default();
        let mut stars = 0;
        for row in self.rows().sessions.values() {
            stats.total_sessions += 1;
            stats.active_sessions += u64::from(row.session.status == SessionStatus::Active);
            stats.total_messages += row.messages.len() as u64;
            if let Some(rating) = row.session.rating {
                stats.rating_count += 1;
                stars += u64::from(rating.stars());
            }
        }
        stats.average_rating = RatingSummary::from_sum(stars, stats.rating_count).average;
        Ok(stats)
    }
}

/// The sessions with the earliest moments.
fn first_ids(sessions: impl Iterator<Item = (Timestamp, SessionId)>, limit: Limit) -> Vec<SessionId> {
    let mut sessions: Vec<_> = sessions.collect();
    sessions.sort_unstable();
    sessions.into_iter().take(limit.get() as usize).map(|(_, id)| id).collect()
}
