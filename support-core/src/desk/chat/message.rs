//! Sending and reading messages.

use super::{
    NewMessage, SentMessage,
    edit::{Draft, Edit},
};
use crate::{
    access::{Action, Identity, Principal},
    chat::{Owner, Participant, Session, SessionStatus},
    desk::{SupportDesk, idempotency::Recall, transact::in_transaction},
    error::{Error, ErrorKind, Result},
    event::{EventKind, EventSubject, NewEvent},
    id::SessionId,
    message::{Message, Sender, SenderKind, Side},
    store::Transaction,
    text::{IdempotencyKey, Rejection},
    ticket::Assignee,
    time::Timestamp,
};

impl SupportDesk {
    /// Sends a message, and has the bot answer it if the bot owns the session.
    ///
    /// The answer is in the session when this returns; that it fails does not undo the message. Adapters that do not
    /// want to wait for the bot call [`SupportDesk::post_message`] and, behind the caller's back,
    /// [`SupportDesk::answer_session`].
    ///
    /// # Errors
    /// Those of [`SupportDesk::post_message`].
    pub async fn send_message(
        &self,
        principal: &Principal,
        id: SessionId,
        new: &NewMessage,
        key: Option<&IdempotencyKey>,
    ) -> Result<SentMessage> {
        let sent = self.post_message(principal, id, new, key).await?;
        if sent.awaits_bot
            && let Err(error) = self.answer_session(&principal.tenant, id, new.intent_id.as_deref()).await
        {
            // The message is safe, and `tick` has the bot answer it later.
            tracing::error!(session_id = %id, error = &error as &dyn std::error::Error, "the bot's answer was not written");
        }
        Ok(sent)
    }

    /// Sends a message and leaves it to the caller to have the bot answer it
    /// ([`SentMessage::awaits_bot`], [`SupportDesk::answer_session`]).
    ///
    /// A customer's message reopens a session that was closed within
    /// [`session_reopen_window`](crate::desk::DeskConfig::session_reopen_window). An agent's message takes the session
    /// over from the bot or the queue.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::SessionClosed`], [`ErrorKind::SessionArchived`],
    /// [`ErrorKind::ClientMessageIdReused`], [`ErrorKind::IdempotencyKeyReused`], [`ErrorKind::Invalid`] for a client's
    /// key of the host's own message.
    pub async fn post_message(
        &self,
        principal: &Principal,
        id: SessionId,
        new: &NewMessage,
        key: Option<&IdempotencyKey>,
    ) -> Result<SentMessage> {
        in_transaction!(self, &principal.tenant, |tx| self.post_message_in(tx, principal, id, new, key))
    }

    pub(super) async fn post_message_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        id: SessionId,
        new: &NewMessage,
        key: Option<&IdempotencyKey>,
    ) -> Result<SentMessage> {
        let session = self.session_for(tx, principal, id, Action::TakePartInSession).await?;
        let participant = self.participant(principal, &session);
        let sender = sender(principal, &session, &participant);
        let now = self.now();
        let slot = match self
            .recall::<SentMessage>(tx, principal, format!("send_message/{id}"), key, new, now)
            .await?
        {
            Recall::Again(sent) => return Ok(SentMessage { awaits_bot: false, ..sent }),
            Recall::First(slot) => slot,
        };
        if let Some(first) = self.first_with_client_id(tx, id, &sender, new).await? {
            return Ok(SentMessage { message: first, repeated: true, awaits_bot: false });
        }
        let read_up_to = session.last_seq;
        let mut edit = Edit::new(session, now);
        self.reopen_for(&mut edit, &sender)?;
        if sender.kind == SenderKind::Admin {
            take_over(&mut edit, principal);
        }
        let mut draft = Draft::new(sender, new.message.clone());
        draft.metadata = new.metadata.clone();
        draft.client_message_id.clone_from(&new.client_message_id);
        edit.write(draft, self.next_message_id(now));
        let (session, mut written) = edit.save(tx).await?;
        let message = written.pop().ok_or_else(|| Error::internal("the message was not written"))?;
        // Who writes has read what came before. The host reads nothing.
        if message.sender.kind != SenderKind::System {
            self.read_up_to(tx, &session, &participant, message.seq, read_up_to, now).await?;
        }
        let awaits_bot = session.owner == Owner::Bot && message.sender.kind == SenderKind::User;
        let sent = SentMessage { message, repeated: false, awaits_bot };
        slot.keep(tx, &sent).await?;
        Ok(sent)
    }

    async fn first_with_client_id(
        &self,
        tx: &mut dyn Transaction,
        id: SessionId,
        sender: &Sender,
        new: &NewMessage,
    ) -> Result<Option<Message>> {
        let Some(client_id) = &new.client_message_id else { return Ok(None) };
        // Client keys are told apart by their author, and the host would share the guest's.
        if sender.kind == SenderKind::System {
            return Err(Error::invalid("client_message_id", Rejection::NotAccepted));
        }
        match tx.messages().find_by_client_id(id, sender.id.as_ref(), client_id).await? {
            Some(first) if first.body == new.message && first.metadata == new.metadata => Ok(Some(first)),
            Some(_) => Err(ErrorKind::ClientMessageIdReused.into()),
            None => Ok(None),
        }
    }

    /// Lets a closed session go on for a customer who comes back in time.
    fn reopen_for(&self, edit: &mut Edit, sender: &Sender) -> Result<()> {
        match edit.session.status {
            SessionStatus::Active => Ok(()),
            SessionStatus::Archived => Err(ErrorKind::SessionArchived.into()),
            SessionStatus::Closed if sender.kind == SenderKind::User && self.may_come_back(&edit.session) => {
                edit.reopen();
                Ok(())
            }
            SessionStatus::Closed => Err(ErrorKind::SessionClosed.into()),
        }
    }

    fn may_come_back(&self, session: &Session) -> bool {
        session
            .closed_at
            .is_some_and(|closed_at| self.now() - closed_at <= self.config().session_reopen_window)
    }

    /// Moves the caller's read cursor forward, up to and with a message. The host itself has none, and moves nobody's.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Invalid`] for a `seq` beyond the last.
    pub async fn mark_read(&self, principal: &Principal, id: SessionId, up_to_seq: u64) -> Result<()> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::TakePartInSession).await?;
            if up_to_seq > session.last_seq {
                let max = i64::try_from(session.last_seq).unwrap_or(i64::MAX);
                return Err(Error::invalid("up_to_seq", Rejection::OutOfRange { min: 0, max }));
            }
            if principal.identity == Identity::System {
                return Ok(());
            }
            let participant = self.participant(principal, &session);
            self.read_up_to(tx, &session, &participant, up_to_seq, up_to_seq, self.now()).await
        })
    }

    /// Moves a cursor, and marks the other side's messages up to `read` as read.
    async fn read_up_to(
        &self,
        tx: &mut dyn Transaction,
        session: &Session,
        participant: &Participant,
        cursor: u64,
        read: u64,
        now: Timestamp,
    ) -> Result<()> {
        if !tx.chats().move_read_cursor(session.id, participant, cursor).await? {
            return Ok(());
        }
        let (other, kind) = match participant.side() {
            Side::Customer => (Side::Desk, EventKind::MessagesReadByCustomer),
            Side::Desk => (Side::Customer, EventKind::MessagesReadByStaff),
        };
        if tx.messages().mark_read(session.id, other, read, now).await? > 0 {
            let subject = EventSubject::Session { session_id: session.id, seq: Some(read) };
            tx.events().append(&NewEvent { kind, subject, at: now }).await?;
        }
        Ok(())
    }
}

/// Who writes: an agent who opened the session is its customer there.
fn sender(principal: &Principal, session: &Session, participant: &Participant) -> Sender {
    let kind = match (participant, principal.is_staff()) {
        (Participant::Agent(_), _) => SenderKind::Admin,
        (Participant::Customer, true) if principal.person().is_none() => SenderKind::System,
        (Participant::Customer, _) => SenderKind::User,
    };
    match principal.person() {
        Some(person) => {
            Sender { kind, id: Some(person.id.clone()), name: Some(person.display_name().to_owned()) }
        }
        None if kind == SenderKind::User => {
            Sender { kind, id: None, name: session.customer.name().map(str::to_owned) }
        }
        None => Sender { kind, id: None, name: None },
    }
}

/// A human's first word makes the session theirs; the bot is silent from this commit on.
fn take_over(edit: &mut Edit, principal: &Principal) {
    let Some(person) = principal.person() else { return };
    if edit.session.owner != Owner::Agent {
        let session = edit.change();
        session.owner = Owner::Agent;
        session.assignee = Some(Assignee { id: person.id.clone(), name: person.display_name().to_owned() });
    }
}
