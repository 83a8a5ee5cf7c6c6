//! One call for simple clients.

use super::{BotReply, Converse, Conversed};
use crate::{
    access::{Action, Identity, ObjectKind, Principal},
    chat::{GuestToken, Session, SessionStatus},
    desk::SupportDesk,
    error::{ErrorKind, Result},
    id::SessionId,
    message::{MessageRange, SenderKind},
    store::Limit,
    text::IdempotencyKey,
};

impl SupportDesk {
    /// Sends a message to the caller's chat and returns what the bot answered; begins a chat if there is none.
    ///
    /// # Errors
    /// Those of [`SupportDesk::start_session`] and [`SupportDesk::post_message`].
    pub async fn converse(
        &self,
        principal: &Principal,
        say: &Converse,
        key: Option<&IdempotencyKey>,
    ) -> Result<Conversed> {
        let (id, speaker, token) = match self.current_session(principal, say.session_id).await? {
            Some(id) => (id, principal.clone(), None),
            None => self.begin_conversation(principal, say).await?,
        };
        let sent = self.post_message(&speaker, id, &say.message, key).await?;
        let intent_id = say.message.intent_id.as_deref();
        let reply = match self.answer_session(&speaker.tenant, id, intent_id).await? {
            Some(reply) => Some(reply),
            // Another caller had the bot answer, or the message was sent before.
            None => self.reply_after(&speaker, id, sent.message.seq).await?,
        };
        let session = self.session(&speaker, id).await?;
        Ok(Conversed { session, token, sent: sent.message, reply })
    }

    /// The session the caller names, or the active one they have.
    async fn current_session(
        &self,
        principal: &Principal,
        named: Option<SessionId>,
    ) -> Result<Option<SessionId>> {
        let mut tx = self.begin_read(&principal.tenant).await?;
        if let Some(id) = named {
            return Ok(Some(self.session_for(&mut *tx, principal, id, Action::TakePartInSession).await?.id));
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

    async fn begin_conversation(
        &self,
        principal: &Principal,
        say: &Converse,
    ) -> Result<(SessionId, Principal, Option<GuestToken>)> {
        let started = self.start_session(principal, &say.session, None).await?;
        let id = started.view.session.id;
        let speaker = match &started.token {
            Some(_) => Principal::guest(id).at(principal.tenant.clone()),
            None => principal.clone(),
        };
        Ok((id, speaker, started.token))
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
