//! Beginning a chat.

use super::{
    NewSession, StartedSession,
    edit::{Draft, Edit},
};
use crate::{
    access::{Action, Identity, Object, Principal},
    bot::{Bot, Dialogue, Visitor, Welcome},
    chat::{ContactPolicy, Customer, GuestContact, GuestToken, Owner, Session, SessionStatus, SessionView},
    desk::{SupportDesk, guard::guarded_call, idempotency::Recall, transact::in_transaction},
    error::{Error, ErrorKind, FieldError, Result},
    id::{SessionId, TenantId},
    store::Transaction,
    text::{IdempotencyKey, is_blank},
    time::Timestamp,
};

/// The longest user agent that is kept, in characters.
const MAX_USER_AGENT: usize = 512;

/// What a chat begins with: made before the transaction, which may run again, and in which no bot may be asked.
pub(super) struct Beginning {
    pub(super) session_id: SessionId,
    customer: Customer,
    welcome: Option<(Draft, Dialogue)>,
    pub(super) token: Option<GuestToken>,
}

impl SupportDesk {
    /// Begins a chat, with the bot's welcome if there is a bot.
    ///
    /// A guest gets a token, handed out here and never again. An idempotency key of somebody without credentials is
    /// ignored: their answer holds a secret that is shown once.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] naming every contact field that is missing or has no place here,
    /// [`ErrorKind::SessionOpen`] for a guest whose chat is active, [`ErrorKind::IdempotencyKeyReused`].
    pub async fn start_session(
        &self,
        principal: &Principal,
        new: &NewSession,
        key: Option<&IdempotencyKey>,
    ) -> Result<StartedSession> {
        let beginning = self.beginning(principal, &new.contact).await?;
        // What a guest gets holds a secret that is not kept, so there is no first answer to give again.
        let key = key.filter(|_| beginning.token.is_none());
        let view = in_transaction!(self, &principal.tenant, |tx| async {
            let slot = match self.recall(tx, principal, "start_session", key, new, self.now()).await? {
                Recall::Again(view) => return Ok(view),
                Recall::First(slot) => slot,
            };
            let view = self.start_session_in(tx, principal, new, &beginning).await?;
            slot.keep(tx, &view).await?;
            Ok(view)
        })?;
        Ok(StartedSession { view, token: beginning.token })
    }

    /// Makes what a new chat begins with.
    pub(super) async fn beginning(&self, principal: &Principal, contact: &GuestContact) -> Result<Beginning> {
        self.allow(principal, Action::StartSession, Object::Desk)?;
        let customer = self.customer(principal, contact)?;
        let session_id = SessionId::from_uuid(self.next_id(self.now()));
        let bot = self.current_bot(&principal.tenant).await?;
        let welcome = bot.and_then(|bot| welcome(&*bot, session_id, &customer));
        let token = match &customer {
            Customer::User(_) => None,
            Customer::Guest(_) => {
                Some(GuestToken::from_secret(self.inner.ids.secret().map_err(Error::internal)?))
            }
        };
        Ok(Beginning { session_id, customer, welcome, token })
    }

    pub(super) async fn start_session_in(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        new: &NewSession,
        beginning: &Beginning,
    ) -> Result<SessionView> {
        if let Identity::Guest { session_id } = principal.identity {
            let scope = self.scope(principal, crate::access::ObjectKind::Session);
            let open = tx.chats().find(session_id, &scope).await?;
            if open.is_some_and(|session| session.status == SessionStatus::Active) {
                return Err(ErrorKind::SessionOpen.into());
            }
        }
        let now = self.now();
        let session = self.new_session(new, beginning.session_id, &beginning.customer, now);
        let mut edit = Edit::new(session, now);
        if let Some((draft, dialogue)) = &beginning.welcome {
            edit.session.dialogue = dialogue.clone();
            edit.write(draft.clone(), self.next_message_id(now));
        }
        let hash = beginning.token.as_ref().map(GuestToken::hash);
        let (session, _) = edit.insert(tx, hash.as_ref()).await?;
        let participant = self.participant(principal, &session);
        let unread_count = tx.chats().count_unread(session.id, &participant).await?;
        Ok(SessionView { session, unread_count })
    }

    fn new_session(&self, new: &NewSession, id: SessionId, customer: &Customer, now: Timestamp) -> Session {
        let user_agent = new.user_agent.as_deref().map(visible).filter(|agent| !is_blank(agent));
        Session {
            id,
            status: SessionStatus::Active,
            owner: if self.inner.bot.is_some() { Owner::Bot } else { Owner::Queue },
            customer: customer.clone(),
            subject: new.subject.clone(),
            category: None,
            assignee: None,
            rating: None,
            feedback: None,
            rated_at: None,
            last_seq: 0,
            last_customer_seq: 0,
            bot_seq: 0,
            last_message: None,
            waiting_since: None,
            customer_active_at: now,
            ticket_id: None,
            dialogue: Dialogue::default(),
            metadata: new.metadata.clone(),
            ip_address: new.ip_address.and_then(|address| self.config().ip_addresses.keep(address)),
            user_agent,
            version: 1,
            created_at: now,
            updated_at: now,
            closed_at: None,
        }
    }

    /// Whose chat it is: the person the host knows, or the guest that the contact policy admits.
    fn customer(&self, principal: &Principal, contact: &GuestContact) -> Result<Customer> {
        let wrong = self.contact_errors(principal, contact);
        if !wrong.is_empty() {
            return Err(ErrorKind::Invalid(wrong).into());
        }
        Ok(principal.person().cloned().map_or_else(|| Customer::Guest(contact.clone()), Customer::User))
    }

    /// Names every contact field that is missing or has no place in a chat that this caller begins.
    pub fn contact_errors(&self, principal: &Principal, contact: &GuestContact) -> Vec<FieldError> {
        match &principal.identity {
            // The host knows them; what they say of themselves has no place.
            Identity::User(_) | Identity::Agent(_) => ContactPolicy::NOTHING.check(contact),
            Identity::Anonymous | Identity::Guest { .. } | Identity::System => {
                self.config().contact.check(contact)
            }
        }
    }

    /// The holder of a guest's token, or `None` if it is nobody's.
    ///
    /// # Errors
    /// Those of every read.
    pub async fn authenticate_guest(&self, tenant: &TenantId, token: &str) -> Result<Option<Principal>> {
        let Some(token) = GuestToken::parse(token) else { return Ok(None) };
        let hash = token.hash();
        let mut tx = self.begin_read(tenant).await?;
        let found = tx.chats().find_by_token(&hash).await?;
        // Compared once more here, byte by byte: a store may compare text more kindly (S-02).
        let found = found.filter(|(_, kept)| *kept == hash);
        Ok(found.map(|(session_id, _)| Principal::guest(session_id).at(tenant.clone())))
    }
}

/// What the bot may know of a session's customer.
pub(super) fn visitor(session_id: SessionId, customer: &Customer) -> Visitor {
    Visitor {
        session_id: session_id.as_uuid(),
        name: customer.name().map(str::to_owned),
        signed_in: customer.user_id().is_some(),
    }
}

/// The bot's first words and what it remembers of them. A bot that fails here is silent: the chat begins without it.
fn welcome(bot: &dyn Bot, id: SessionId, customer: &Customer) -> Option<(Draft, Dialogue)> {
    let visitor = visitor(id, customer);
    let failed = |error: &str| tracing::error!(session_id = %id, error, "the bot's welcome failed");
    match guarded_call(|| bot.welcome(&visitor)) {
        Err(interrupted) => {
            failed(&interrupted.to_string());
            None
        }
        Ok(None) => None,
        Ok(Some(Welcome { text, suggestions, dialogue })) => {
            let draft = Draft::of_bot(&text, &suggestions, &dialogue);
            if draft.is_none() {
                failed("it cannot be kept");
            }
            Some((draft?, dialogue))
        }
    }
}

/// A client's own words about itself, without control characters and not too long.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect()
}
