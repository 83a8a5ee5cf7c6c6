//! Reading chats.

use super::briefing::for_customer;
use crate::{
    access::{Action, Object, ObjectKind, Principal},
    chat::{ChatStats, Session, SessionFilter, SessionSort, SessionView},
    desk::{
        Listing, PageQuery, SupportDesk,
        cursor::Binding,
        ticket::{Transcript, absent_is_none},
    },
    error::Result,
    id::{SessionId, TenantId},
    message::{Message, MessageRange},
    store::{Limit, Transaction},
};

impl SupportDesk {
    /// One session with what the caller has not read of it, or `None` if there is none that they may know of.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated).
    pub async fn find_session(&self, principal: &Principal, id: SessionId) -> Result<Option<SessionView>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let found = self.session_for(&mut *tx, principal, id, Action::ReadSession).await;
        let Some(session) = absent_is_none(found)? else { return Ok(None) };
        let participant = self.participant(principal, &session);
        let unread_count = tx.chats().count_unread(id, &participant).await?;
        Ok(Some(SessionView { session, unread_count }))
    }

    /// Whether the caller may see what of a session is for staff: where its customer came from, and what the client
    /// keeps beside it.
    pub fn sees_details(&self, principal: &Principal, session: &Session) -> bool {
        self.allow(principal, Action::ReadSessionDetails, Object::Session(session)).is_ok()
    }

    /// A session that a use case has just returned, with what the caller has not read of it.
    ///
    /// # Errors
    /// Those of every read.
    pub async fn view_session(&self, principal: &Principal, session: Session) -> Result<SessionView> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let participant = self.participant(principal, &session);
        let unread_count = tx.chats().count_unread(session.id, &participant).await?;
        Ok(SessionView { session, unread_count })
    }

    /// A page of the sessions that the caller may see. Scope and viewer of the filter are set here.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated),
    /// [`ErrorKind::BadCursor`](crate::ErrorKind::BadCursor).
    pub async fn list_sessions(
        &self,
        principal: &Principal,
        filter: &SessionFilter,
        sort: SessionSort,
        page: &PageQuery,
    ) -> Result<Listing<SessionView>> {
        let filter = self.scoped_sessions(principal, filter)?;
        let binding = Binding::new(principal, &("sessions", &filter, sort));
        let request = binding.request(page)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(binding.listing(tx.chats().list(&filter, sort, &request).await?))
    }

    /// How many sessions of a filter the caller may see.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated).
    pub async fn count_sessions(&self, principal: &Principal, filter: &SessionFilter) -> Result<u64> {
        let filter = self.scoped_sessions(principal, filter)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(tx.chats().count(&filter).await?)
    }

    fn scoped_sessions(&self, principal: &Principal, filter: &SessionFilter) -> Result<SessionFilter> {
        self.allow(principal, Action::ListSessions, Object::Desk)?;
        let scope = self.scope(principal, ObjectKind::Session);
        Ok(SessionFilter { scope, viewer: self.viewer(principal, Object::Desk), ..filter.clone() })
    }

    /// Messages of a session, ascending.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound).
    pub async fn list_messages(
        &self,
        principal: &Principal,
        id: SessionId,
        range: &MessageRange,
    ) -> Result<Vec<Message>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let session = self.session_for(&mut *tx, principal, id, Action::ReadSession).await?;
        let messages = tx.messages().list(id, range).await?;
        Ok(self.visible_messages(principal, &session, messages))
    }

    /// A session with all its messages.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound).
    pub async fn session_transcript(&self, principal: &Principal, id: SessionId) -> Result<Transcript> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        let session = self.session_for(&mut *tx, principal, id, Action::ReadSession).await?;
        let transcript = Self::read_transcript(&mut *tx, session).await?;
        Ok(self.visible_transcript(principal, transcript))
    }

    /// What the caller may see of a whole chat.
    pub(in crate::desk) fn visible_transcript(
        &self,
        principal: &Principal,
        transcript: Transcript,
    ) -> Transcript {
        let Transcript { session, messages } = transcript;
        let messages = self.visible_messages(principal, &session, messages);
        Transcript { session, messages }
    }

    /// What the caller may see of messages: the note of a handoff is for staff.
    fn visible_messages(
        &self,
        principal: &Principal,
        session: &Session,
        messages: Vec<Message>,
    ) -> Vec<Message> {
        if self.sees_details(principal, session) {
            return messages;
        }
        messages.into_iter().map(for_customer).collect()
    }

    pub(in crate::desk) async fn read_transcript(
        tx: &mut dyn Transaction,
        session: Session,
    ) -> Result<Transcript> {
        let limit = Limit::new(Limit::MAX.into()).unwrap_or_default();
        let mut messages: Vec<Message> = Vec::new();
        loop {
            let after_seq = Some(messages.last().map_or(0, |message| message.seq));
            let page =
                tx.messages().list(session.id, &MessageRange { after_seq, before_seq: None, limit }).await?;
            let is_last = page.len() < limit.get() as usize;
            messages.extend(page);
            if is_last {
                return Ok(Transcript { session, messages });
            }
        }
    }

    /// Figures about all chats of a tenant. They name nobody, so that anybody may read them.
    ///
    /// # Errors
    /// Those of every read.
    pub async fn chat_stats(&self, tenant: &TenantId) -> Result<ChatStats> {
        let mut tx = self.begin_read(tenant).await?;
        Ok(tx.chats().stats().await?)
    }
}
