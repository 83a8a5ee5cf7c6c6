//! Telling the host what happened.

use super::{SupportDesk, transact::in_transaction};
use crate::{
    error::{Error, Result},
    event::{Event, EventSink, Position},
    id::TenantId,
    store::{Limit, StoreError},
};

/// What was told to the host's hooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// Events that a hook took.
    pub events: u64,
    /// Times that a hook failed; what it was told comes again.
    pub failures: u64,
}

impl SupportDesk {
    /// Tells each [`EventSink`] what it has not taken yet, in order, at least once. Its place is kept in the store.
    ///
    /// To be called from a task of its own, again and again: [`Store::wait_for_events`](crate::store::Store) says
    /// when. A hook that fails, panics or takes longer than [`hook_time_limit`](crate::desk::DeskConfig::hook_time_limit)
    /// is told the same again at the next call; others and the desk do not wait for it.
    ///
    /// # Errors
    /// Those of every read and write. A hook's failure is none: it is logged and counted.
    pub async fn deliver_events(&self) -> Result<Delivered> {
        let mut delivered = Delivered::default();
        if self.inner.sinks.is_empty() {
            return Ok(delivered);
        }
        for tenant in self.inner.store.list_tenants().await? {
            self.assign_positions(&tenant).await?;
            for sink in &self.inner.sinks {
                self.deliver_to(&**sink, &tenant, &mut delivered).await?;
            }
        }
        Ok(delivered)
    }

    /// Gives positions to what was committed, where the store does not do so by itself.
    ///
    /// Whoever meets another who does so leaves it to them, and no other process is told: each does it before it looks,
    /// and would tell the next.
    pub(super) async fn assign_positions(&self, tenant: &TenantId) -> Result<()> {
        if !self.inner.store.assigns_positions_later() {
            return Ok(());
        }
        let mut tx = self.begin(tenant).await?;
        tx.events().assign_positions().await?;
        match tx.commit().await {
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn deliver_to(
        &self,
        sink: &dyn EventSink,
        tenant: &TenantId,
        delivered: &mut Delivered,
    ) -> Result<()> {
        loop {
            let events = self.events_for(sink, tenant).await?;
            let Some(last) = events.last().map(|event| event.position) else { return Ok(()) };
            let delivery = async { sink.deliver(tenant, &events).await };
            let taken = self.guarded(self.config().hook_time_limit, delivery).await;
            if let Err(error) = taken.unwrap_or_else(|interrupted| Err(interrupted.into())) {
                tracing::warn!(
                    sink = sink.name(),
                    error = &*error as &dyn std::error::Error,
                    "an event hook failed"
                );
                delivered.failures += 1;
                return Ok(());
            }
            self.keep_place(sink, tenant, last).await?;
            delivered.events += events.len() as u64;
        }
    }

    /// What a hook is to be told next.
    pub(super) async fn events_for(&self, sink: &dyn EventSink, tenant: &TenantId) -> Result<Vec<Event>> {
        let mut tx = self.begin_read(tenant).await?;
        let after = tx.events().sink_position(sink.name()).await?;
        let limit = Limit::new(Limit::MAX.into()).map_err(Error::internal)?;
        Ok(tx.events().list_after(after, limit).await?)
    }

    async fn keep_place(&self, sink: &dyn EventSink, tenant: &TenantId, place: Position) -> Result<()> {
        in_transaction!(self, tenant, |tx| async { Ok(tx.events().move_sink(sink.name(), place).await?) })
    }
}
