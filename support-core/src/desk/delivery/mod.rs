//! Telling the host what happened.

mod dead_letters;
mod turn;

use self::turn::{Failure, Settled};
use super::{SupportDesk, pace::Look};
use crate::{
    error::Result,
    event::{Event, EventSink, Undeliverable},
    id::TenantId,
    together::together,
};

/// What was told to the host's hooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// Events that a hook took.
    pub events: u64,
    /// Times that a hook failed.
    pub failures: u64,
    /// Events that were given up, and are dead letters now.
    pub dead_letters: u64,
}

impl SupportDesk {
    /// Tells each [`EventSink`] what it has not taken yet, in order, at least once. Its place is kept in the store.
    ///
    /// For whoever calls it from a job of their own; [`SupportDesk::keep_delivering`] does so for ever. Several
    /// processes may do either: a hook is told by one at a time. One that fails, panics or takes longer than
    /// [`hook_time_limit`](crate::desk::DeskConfig::hook_time_limit) is told the same again, later and later: when is
    /// kept in the store. After [`hook_attempts`](crate::desk::DeskConfig::hook_attempts) of them the event is a dead
    /// letter ([`SupportDesk::list_dead_letters`]) and the next one is told.
    ///
    /// # Errors
    /// Those of every read and write. A hook's failure is none: it is logged and counted.
    pub async fn deliver_events(&self) -> Result<Delivered> {
        let told = together(self.inner.sinks.iter().map(|sink| self.tell_hook(&**sink))).await;
        let mut delivered = Delivered::default();
        for told in told {
            let Delivered { events, failures, dead_letters } = told?;
            delivered.events += events;
            delivered.failures += failures;
            delivered.dead_letters += dead_letters;
        }
        Ok(delivered)
    }

    /// Tells each [`EventSink`] what happens, within milliseconds and for ever: as [`SupportDesk::deliver_events`] does,
    /// but each at its own pace, so that one that takes its time delays no other.
    ///
    /// To be awaited in a task of its own, in one process or in each; dropping it stops. Returns at once if the desk has
    /// no hooks.
    pub async fn keep_delivering(&self) {
        together(self.inner.sinks.iter().map(|sink| self.keep_telling_hook(&**sink))).await;
    }

    async fn keep_telling_hook(&self, sink: &dyn EventSink) {
        loop {
            let change = self.inner.store.wait_for_events(self.config().event_poll);
            let look = async {
                match self.tell_hook(sink).await {
                    Ok(delivered) if delivered.events > 0 => Look::Something,
                    Ok(_) => Look::Nothing,
                    Err(error) => {
                        tracing::warn!(
                            sink = sink.name(),
                            error = &error as &dyn std::error::Error,
                            "events could not be delivered; the hook waits"
                        );
                        Look::Failed
                    }
                }
            };
            self.look_and_wait(change, look).await;
        }
    }

    /// Tells a hook everything of every tenant that it can be told now.
    async fn tell_hook(&self, sink: &dyn EventSink) -> Result<Delivered> {
        let mut delivered = Delivered::default();
        for tenant in self.inner.store.list_tenants().await? {
            self.assign_positions(&tenant).await?;
            while let Some(turn) = self.take_turn(sink, &tenant).await? {
                let told = self.call_hook(sink, &tenant, turn.events()).await;
                let failed = told.is_err();
                delivered.failures += u64::from(failed);
                match self.settle(sink, &tenant, &turn, told.err()).await? {
                    Settled::Taken => delivered.events += turn.events().len() as u64,
                    Settled::GivenUp => delivered.dead_letters += 1,
                    Settled::ToBeTold | Settled::Lost => {}
                }
            }
        }
        Ok(delivered)
    }

    /// Calls a hook. Whatever it does wrong is a failure of its own.
    async fn call_hook(
        &self,
        sink: &dyn EventSink,
        tenant: &TenantId,
        events: &[Event],
    ) -> std::result::Result<(), Failure> {
        // In a block of its own: a hook may panic before it returns a future.
        let delivery = async { sink.deliver(tenant, events).await };
        let taken = self.guarded(self.config().hook_time_limit, delivery).await;
        taken.unwrap_or_else(|interrupted| Err(interrupted.into())).map_err(|error| {
            tracing::warn!(
                sink = sink.name(),
                error = &*error as &dyn std::error::Error,
                "an event hook failed"
            );
            Failure::new(&*error, error.is::<Undeliverable>())
        })
    }
}
