//! What time alone brings about.

use super::{SupportDesk, transact::in_transaction};
use crate::{
    access::Principal,
    chat::SessionStatus,
    error::Result,
    id::{SessionId, TenantId},
    store::{Limit, PruneBefore, PruneCounts},
    time::Timestamp,
};

/// What a call of [`SupportDesk::tick`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ticked {
    /// Chats closed because their customer was silent.
    pub closed: u64,
    /// Chats in which the bot answered what it had missed.
    pub answered: u64,
    /// What was too old to keep.
    pub pruned: PruneCounts,
}

impl SupportDesk {
    /// Does what is due: has the bot learn what was saved elsewhere, closes idle chats, has the bot answer what it missed,
    /// forgets what is too old.
    ///
    /// To be called about every minute, by one process or by many.
    ///
    /// # Errors
    /// Those of every read and write. What was done before stays done; the next call goes on.
    pub async fn tick(&self) -> Result<Ticked> {
        let mut ticked = Ticked::default();
        for tenant in self.inner.store.list_tenants().await? {
            self.current_bot(&tenant).await?;
            self.close_idle(&tenant, &mut ticked).await?;
            self.answer_missed(&tenant, &mut ticked).await?;
            self.prune(&tenant, &mut ticked).await?;
        }
        Ok(ticked)
    }

    async fn close_idle(&self, tenant: &TenantId, ticked: &mut Ticked) -> Result<()> {
        let before = self.now() - self.config().session_idle_after;
        let system = Principal::system().at(tenant.clone());
        loop {
            let idle = {
                let mut tx = self.begin_read(tenant).await?;
                tx.chats().list_idle(before, Limit::default()).await?
            };
            let is_last = idle.len() < Limit::default().get() as usize;
            let closed_before = ticked.closed;
            for id in idle {
                if self.close_if_idle(&system, id, before).await? {
                    ticked.closed += 1;
                }
            }
            // A page of which nothing was closed would come again.
            if is_last || ticked.closed == closed_before {
                return Ok(());
            }
        }
    }

    /// Closes a session unless its customer has come back since it was listed, or waits for an answer.
    async fn close_if_idle(&self, system: &Principal, id: SessionId, before: Timestamp) -> Result<bool> {
        let Some(view) = self.find_session(system, id).await? else { return Ok(false) };
        let session = view.session;
        let is_idle = session.waiting_since.is_none() && session.customer_active_at < before;
        if session.status != SessionStatus::Active || !is_idle {
            return Ok(false);
        }
        match self.close_session(system, id, Some(session.version)).await {
            Ok(_) => Ok(true),
            // Somebody changed it meanwhile: not idle after all, or closed by another process.
            Err(error) if matches!(error.kind(), crate::ErrorKind::StaleVersion { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn answer_missed(&self, tenant: &TenantId, ticked: &mut Ticked) -> Result<()> {
        let before = self.now() - self.config().bot_missed_after;
        let missed = {
            let mut tx = self.begin_read(tenant).await?;
            tx.chats().list_unanswered(before, Limit::default()).await?
        };
        for id in missed {
            if self.answer_session(tenant, id, None).await?.is_some() {
                ticked.answered += 1;
            }
        }
        Ok(())
    }

    async fn prune(&self, tenant: &TenantId, ticked: &mut Ticked) -> Result<()> {
        let now = self.now();
        let config = self.config();
        let ago = |age: chrono::TimeDelta| now - age;
        let before = PruneBefore {
            idempotency: Some(ago(config.idempotency_retention)),
            events: self.forgettable_events(tenant, now).await?,
            dead_letters: config.dead_letter_retention.map(ago),
            bot_log: config.bot_log_retention.map(ago),
            archived_sessions: config.archived_session_retention.map(ago),
        };
        let limit = Limit::LARGEST;
        loop {
            let counts =
                in_transaction!(self, tenant, |tx| async { Ok(tx.people().prune(&before, limit).await?) })?;
            let PruneCounts { idempotency, events, dead_letters, bot_log, sessions } = counts;
            ticked.pruned.idempotency += idempotency;
            ticked.pruned.events += events;
            ticked.pruned.dead_letters += dead_letters;
            ticked.pruned.bot_log += bot_log;
            ticked.pruned.sessions += sessions;
            let classes = [idempotency, events, dead_letters, bot_log, sessions];
            if classes.iter().all(|count| *count < limit.get().into()) {
                return Ok(());
            }
        }
    }

    /// Up to when events may go: as old as the retention says, and taken by every hook.
    async fn forgettable_events(&self, tenant: &TenantId, now: Timestamp) -> Result<Option<Timestamp>> {
        let Some(retention) = self.config().event_retention else { return Ok(None) };
        let mut before = now - retention;
        for sink in &self.inner.sinks {
            let untaken = self.untaken_events(&**sink, tenant).await?;
            before = untaken.iter().map(|event| event.at).fold(before, Timestamp::min);
        }
        Ok(Some(before))
    }
}
