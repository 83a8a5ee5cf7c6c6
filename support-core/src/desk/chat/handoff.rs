//! "Talk to a human", who takes a chat, and the way back to the bot.

use super::edit::Edit;
use crate::{
    access::{Action, Principal},
    bot::HandoffReason,
    chat::{Owner, Session, SessionStatus},
    desk::{Assign, SupportDesk, Target, bot::handoff_record, transact::in_transaction},
    error::{Error, ErrorKind, Result},
    id::SessionId,
    message::Side,
    store::Transaction,
    text::Rejection,
    ticket::Assignee,
};

/// Who has a session next.
enum To<'t> {
    Agent(Assignee),
    /// Nobody yet; the customer is told what comes next.
    Queue(&'t str),
}

impl SupportDesk {
    /// Puts a chat into the queue for a human. One that waits there stays as it is, and so does one that an agent
    /// has, if it is the customer who asks.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::SessionClosed`], [`ErrorKind::SessionArchived`],
    /// [`ErrorKind::StaleVersion`].
    pub async fn request_handoff(
        &self,
        principal: &Principal,
        id: SessionId,
        expected: Option<u64>,
    ) -> Result<Session> {
        let next = self.what_comes_next(&principal.tenant).await?;
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::RequestHandoff).await?;
            Self::check_version(expected, session.version)?;
            require_active(&session)?;
            let by_customer = self.participant(principal, &session).side() == Side::Customer;
            match session.owner {
                Owner::Queue => Ok(session),
                Owner::Agent if by_customer => Ok(session),
                Owner::Agent | Owner::Bot => self.to_queue(tx, session, next).await,
            }
        })
    }

    async fn to_queue(&self, tx: &mut dyn Transaction, session: Session, next: &str) -> Result<Session> {
        let (was_the_bots, now) = (session.owner == Owner::Bot, self.now());
        let mut edit = Edit::new(session, now);
        edit.queue();
        if !was_the_bots {
            self.write_system(&mut edit, &self.config().texts.left)?;
            return Ok(edit.save(tx).await?.0);
        }
        let reason = HandoffReason::Asked;
        self.write_handoff(tx, &mut edit, next, reason).await?;
        let (session, _) = edit.save(tx).await?;
        let (seq, category) = (session.last_seq, session.category.clone());
        tx.answers().append(&handoff_record(session.id, seq, reason, category, now)).await?;
        Ok(session)
    }

    /// Gives a chat back to the bot, which answers from the customer's next message on.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::Invalid`] for a desk without a bot,
    /// [`ErrorKind::SessionClosed`], [`ErrorKind::SessionArchived`], [`ErrorKind::StaleVersion`].
    pub async fn return_session_to_bot(
        &self,
        principal: &Principal,
        id: SessionId,
        expected: Option<u64>,
    ) -> Result<Session> {
        self.authorize(principal, Action::AssignSession, Target::Session(id)).await?;
        if self.inner.bot.is_none() {
            return Err(Error::invalid("assigned_to", Rejection::Unknown));
        }
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::AssignSession).await?;
            Self::check_version(expected, session.version)?;
            require_active(&session)?;
            if session.owner == Owner::Bot {
                return Ok(session);
            }
            let mut edit = Edit::new(session, self.now());
            let session = edit.change();
            session.owner = Owner::Bot;
            session.assignee = None;
            session.waiting_since = None;
            // What was said to humans is not the bot's to answer.
            session.bot_seq = session.last_customer_seq;
            self.write_system(&mut edit, &self.config().texts.returned)?;
            Ok(edit.save(tx).await?.0)
        })
    }

    /// Gives a chat to an agent, or back to the queue. The bot is silent from this commit on.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::Invalid`] for somebody the directory does not
    /// know, [`ErrorKind::SessionClosed`], [`ErrorKind::SessionArchived`], [`ErrorKind::StaleVersion`].
    pub async fn assign_session(
        &self,
        principal: &Principal,
        id: SessionId,
        assign: &Assign,
        expected: Option<u64>,
    ) -> Result<Session> {
        self.authorize(principal, Action::AssignSession, Target::Session(id)).await?;
        let to = match self.assignee(principal, assign).await? {
            Some(assignee) => To::Agent(assignee),
            None => To::Queue(self.what_comes_next(&principal.tenant).await?),
        };
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::AssignSession).await?;
            Self::check_version(expected, session.version)?;
            require_active(&session)?;
            match &to {
                To::Queue(_) if session.owner == Owner::Queue => Ok(session),
                To::Queue(next) => self.to_queue(tx, session, next).await,
                To::Agent(assignee) => self.give_to(tx, session, assignee).await,
            }
        })
    }

    async fn give_to(&self, tx: &mut dyn Transaction, session: Session, to: &Assignee) -> Result<Session> {
        let has_it = |assignee: &Assignee| assignee.id == to.id;
        if session.owner == Owner::Agent && session.assignee.as_ref().is_some_and(has_it) {
            return Ok(session);
        }
        let mut edit = Edit::new(session, self.now());
        let session = edit.change();
        session.owner = Owner::Agent;
        session.assignee = Some(to.clone());
        self.write_system(&mut edit, &self.config().texts.joined.replace("{name}", &to.name))?;
        Ok(edit.save(tx).await?.0)
    }
}

/// Refuses what can only be done while a chat goes on.
pub(super) fn require_active(session: &Session) -> Result<()> {
    match session.status {
        SessionStatus::Active => Ok(()),
        SessionStatus::Closed => Err(ErrorKind::SessionClosed.into()),
        SessionStatus::Archived => Err(ErrorKind::SessionArchived.into()),
    }
}
