//! A session in hand: what is written into it, with what follows from that.

use crate::{
    bot::{Dialogue, Suggestion},
    chat::{LastMessage, Owner, Session, SessionStatus},
    desk::SupportDesk,
    error::{Error, Result},
    event::{EventKind, EventSubject, NewEvent},
    id::MessageId,
    message::{Message, Sender, SenderKind},
    store::Transaction,
    text::{Body, ClientMessageId, JsonObject, holds_nul},
    time::Timestamp,
};

/// A session that is being changed.
pub(super) struct Edit {
    pub(super) session: Session,
    pub(super) now: Timestamp,
    written: Vec<Message>,
    /// Whether something changed beside the messages, so that readers of the session itself want to know.
    changed: bool,
}

/// A message to write into a session.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) sender: Sender,
    pub(super) body: Body,
    pub(super) metadata: JsonObject,
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) client_message_id: Option<ClientMessageId>,
}

impl Draft {
    pub(super) fn new(sender: Sender, body: Body) -> Self {
        let metadata = JsonObject::default();
        Self { sender, body, metadata, suggestions: Vec::new(), client_message_id: None }
    }

    /// What the bot says, with what it wants to remember of it; `None` if that cannot be kept.
    pub(super) fn of_bot(text: &str, suggestions: &[Suggestion], dialogue: &Dialogue) -> Option<Self> {
        let sender = Sender { kind: SenderKind::Bot, id: None, name: None };
        let mut draft = Self::new(sender, Body::parse(text).ok()?);
        draft.suggestions = suggestions.to_vec();
        // Not every store can keep NUL (S-47).
        let beside = serde_json::to_value((suggestions, dialogue)).ok()?;
        (!holds_nul(&beside)).then_some(draft)
    }

    /// What the desk itself says.
    pub(super) fn system(text: &str) -> Result<Self> {
        let sender = Sender { kind: SenderKind::System, id: None, name: None };
        Ok(Self::new(sender, Body::parse(text).map_err(Error::internal)?))
    }
}

impl Edit {
    pub(super) const fn new(session: Session, now: Timestamp) -> Self {
        Self { session, now, written: Vec::new(), changed: false }
    }

    /// The session, to change what readers of it want to know.
    pub(super) const fn change(&mut self) -> &mut Session {
        self.changed = true;
        &mut self.session
    }

    /// Gives a message its place, and the session what follows from it. Returns the place.
    pub(super) fn write(&mut self, draft: Draft, id: MessageId) -> &Message {
        let Draft { sender, body, metadata, suggestions, client_message_id } = draft;
        let now = self.now;
        let session = &mut self.session;
        session.last_seq += 1;
        session.last_message =
            Some(LastMessage { sender_type: sender.kind, preview: preview(&body), created_at: now });
        match sender.kind {
            SenderKind::User => {
                session.last_customer_seq = session.last_seq;
                session.customer_active_at = now;
                session.waiting_since.get_or_insert(now);
            }
            SenderKind::Admin | SenderKind::Bot => {
                session.waiting_since = None;
                // From here on it is the customer's turn, and their silence counts.
                session.customer_active_at = now;
            }
            SenderKind::System => {}
        }
        self.written.push(Message {
            id,
            session_id: session.id,
            seq: session.last_seq,
            sender,
            body,
            metadata,
            suggestions,
            client_message_id,
            created_at: now,
            read_at: None,
            feedback: None,
        });
        &self.written[self.written.len() - 1]
    }

    /// Ends the session.
    pub(super) const fn close(&mut self) {
        let now = self.now;
        let session = self.change();
        session.status = SessionStatus::Closed;
        session.closed_at = Some(now);
        session.waiting_since = None;
    }

    /// Lets the session go on.
    pub(super) const fn reopen(&mut self) {
        let now = self.now;
        let session = self.change();
        session.status = SessionStatus::Active;
        session.closed_at = None;
        session.customer_active_at = now;
    }

    /// Puts the session into the queue, where it waits from the customer's last unanswered word, or from now.
    pub(super) fn queue(&mut self) {
        let now = self.now;
        let session = self.change();
        session.owner = Owner::Queue;
        session.assignee = None;
        session.waiting_since.get_or_insert(now);
    }

    /// Inserts the session as a new one.
    pub(super) async fn insert(
        mut self,
        tx: &mut dyn Transaction,
        token: Option<&crate::chat::TokenHash>,
    ) -> Result<(Session, Vec<Message>)> {
        self.session.updated_at = self.now;
        tx.chats().insert(&self.session, token).await?;
        self.changed = false;
        tx.events().append(&self.event(EventKind::SessionCreated, None)).await?;
        self.append(tx).await
    }

    /// Writes what changed, with its events. Nothing changed, nothing written.
    pub(super) async fn save(mut self, tx: &mut dyn Transaction) -> Result<(Session, Vec<Message>)> {
        if self.changed || !self.written.is_empty() {
            self.session.updated_at = self.now;
            tx.chats().update(&mut self.session).await?;
        }
        self.append(tx).await
    }

    async fn append(self, tx: &mut dyn Transaction) -> Result<(Session, Vec<Message>)> {
        for message in &self.written {
            tx.messages().insert(message).await.map_err(crate::desk::transact::taken_is_conflict)?;
            tx.events().append(&self.event(EventKind::MessageCreated, Some(message.seq))).await?;
        }
        if self.changed {
            tx.events().append(&self.event(EventKind::SessionUpdated, None)).await?;
        }
        Ok((self.session, self.written))
    }

    fn event(&self, kind: EventKind, seq: Option<u64>) -> NewEvent {
        NewEvent { kind, subject: EventSubject::Session { session_id: self.session.id, seq }, at: self.now }
    }
}

impl SupportDesk {
    pub(super) fn next_message_id(&self, now: Timestamp) -> MessageId {
        MessageId::from_uuid(self.next_id(now))
    }

    pub(super) fn write_system(&self, edit: &mut Edit, text: &str) -> Result<()> {
        let id = self.next_message_id(edit.now);
        edit.write(Draft::system(text)?, id);
        Ok(())
    }
}

/// The first characters of a message on one line.
pub(super) fn preview(body: &Body) -> String {
    let line = body.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LastMessage::MAX_PREVIEW) {
        None => line,
        Some(_) => line.chars().take(LastMessage::MAX_PREVIEW - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_short_and_on_one_line() {
        let of = |text: &str| preview(&Body::parse(text).unwrap());
        assert_eq!(of("one\n\n two\tthree"), "one two three");
        assert_eq!(of(&"é".repeat(120)), "é".repeat(120));
        assert_eq!(of(&"é".repeat(121)), format!("{}…", "é".repeat(119)));
    }
}
