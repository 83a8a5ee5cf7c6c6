//! One call for simple clients.

use super::{BotReply, Converse, Conversed, start::Beginning};
use crate::{
    access::{Action, Identity, ObjectKind, Principal},
    chat::{Session, SessionStatus},
    desk::{SupportDesk, idempotency::Recall, transact::in_transaction},
    error::{Error, ErrorKind, Result},
    id::SessionId,
    message::{Message, MessageRange, SenderKind},
    store::{Limit, Transaction},
    text::IdempotencyKey,
};

/// A message that is in the caller's chat.
struct Said {
    session_id: SessionId,
    message: Message,
    /// Whether the chat was begun with it, by this very call.
    begun: bool,
    /// Whether it was there before.
    repeated: bool,
}

impl SupportDesk {
    /// Sends a message to the caller's chat and returns what the bot answered; begins a chat if there is none.
    ///
    /// The chat and its first message are written together, so that of calls that come at once one begins it. A guest
    /// who begins one gets a secret that is shown once: there, an idempotency key is ignored.
    ///
    /// # Errors
    /// Those of [`SupportDesk::start_session`] and [`SupportDesk::post_message`].
    pub async fn converse(
        &self,
        principal: &Principal,
        say: &Converse,
        key: Option<&IdempotencyKey>,
    ) -> Result<Conversed> {
        let beginning = match self.current_session(principal, say.session_id).await? {
            Some(_) => None,
            None => Some(self.beginning(principal, &say.session.contact).await),
        };
        let said = in_transaction!(self, &principal.tenant, |tx| {
            self.converse_in(tx, principal, say, beginning.as_ref(), key)
        })?;
        let token = beginning.and_then(Result::ok).and_then(|beginning| beginning.token);
        let token = token.filter(|_| said.begun);
        let (id, seq) = (said.session_id, said.message.seq);
        let speaker = match &token {
            Some(_) => Principal::guest(id).at(principal.tenant.clone()),
            None => principal.clone(),
        };
        let reply = self.answer_session(&speaker.tenant, id, say.message.intent_id.as_deref()).await?;
        let reply = match reply.filter(|_| !said.repeated) {
            Some(reply) => Some(reply),
            // Another caller had the bot answer, or the message was sent before.
            None => self.reply_after(&speaker, id, seq).await?,
        };
        let session = self.session(&speaker, id).await?;
        Ok(Conversed { session, token, sent: said.message, reply })
    }

    async fn converse_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        say: &Converse,
        beginning: Option<&Result<Beginning>>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Said> {
        let command = (say.session_id, &say.session, &say.message);
        let slot = match self.recall(tx, principal, "converse", key, &command, self.now()).await? {
            Recall::Again((session_id, message)) => {
                return Ok(Said { session_id, message, begun: false, repeated: true });
            }
            Recall::First(slot) => slot,
        };
        if let Some(id) = self.current_session_in(tx, principal, say.session_id).await? {
            let message = self.post_message_in(tx, principal, id, &say.message, None).await?.message;
            slot.keep(tx, &(id, &message)).await?;
            return Ok(Said { session_id: id, message, begun: false, repeated: false });
        }
        // A chat that ended between the first look and now is one that the caller has to look at again.
        let beginning = beginning.ok_or(ErrorKind::SessionClosed)?;
        let beginning = beginning.as_ref().map_err(|error| Error::from(error.kind().clone()))?;
        self.start_session_in(tx, principal, &say.session, beginning).await?;
        let id = beginning.session_id;
        let guest = Principal::guest(id).at(principal.tenant.clone());
        let speaker = if beginning.token.is_some() { &guest } else { principal };
        let message = self.post_message_in(tx, speaker, id, &say.message, None).await?.message;
        if beginning.token.is_none() {
            slot.keep(tx, &(id, &message)).await?;
        }
        Ok(Said { session_id: id, message, begun: true, repeated: false })
    }

    /// The chat that [`SupportDesk::converse`] goes on in: the one the caller names, or the active one they have.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] or [`ErrorKind::NotFound`] for a named one.
    pub async fn current_session(
        &self,
        principal: &Principal,
        named: Option<SessionId>,
    ) -> Result<Option<SessionId>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        self.current_session_in(&mut *tx, principal, named).await
    }

    async fn current_session_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        named: Option<SessionId>,
    ) -> Result<Option<SessionId>> {
        if let Some(id) = named {
            return Ok(Some(self.session_for(tx, principal, id, Action::TakePartInSession).await?.id));
        }
        let found = match &principal.identity {
            Identity::Guest { session_id } => {
                tx.chats().find(*session_id, &self.scope(principal, ObjectKind::Session)).await?
            }
            Identity::User(person) | Identity::Agent(person) => tx.chats().find_active_of(&person.id).await?,
            Identity::Anonymous | Identity::System => None,
        };
        Ok(found.filter(|session| session.status == SessionStatus::Active).map(|session| session.id))
    }

    /// The bot's answer that stands behind a message, if it was answered before.
    async fn reply_after(&self, principal: &Principal, id: SessionId, seq: u64) -> Result<Option<BotReply>> {
        let range = MessageRange { after_seq: Some(seq), before_seq: None, limit: Limit::default() };
        let messages = self.list_messages(principal, id, &range).await?;
        let next = messages.into_iter().find(|message| message.sender.kind != SenderKind::System);
        Ok(next.filter(|message| message.sender.kind == SenderKind::Bot).map(|message| {
            let noted = |field: &str| message.metadata.as_map().get(field).cloned().unwrap_or_default();
            let category = noted("category").as_str().map(str::to_owned);
            let handoff = !noted("handoff").is_null();
            BotReply { category, handoff, message }
        }))
    }

    async fn session(&self, principal: &Principal, id: SessionId) -> Result<Session> {
        let view = self.find_session(principal, id).await?.ok_or(ErrorKind::NotFound)?;
        Ok(view.session)
    }
}
