//! Reading events in their order.

use super::SupportDesk;
use crate::{
    error::Result,
    event::{Event, EventSink},
    id::TenantId,
    store::{Limit, StoreError},
};

impl SupportDesk {
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

    /// What a hook has not taken yet, as far as one page goes.
    pub(super) async fn untaken_events(&self, sink: &dyn EventSink, tenant: &TenantId) -> Result<Vec<Event>> {
        let mut tx = self.begin_read(tenant).await?;
        let after = tx.events().sink_position(sink.name()).await?;
        Ok(tx.events().list_after(after, Limit::LARGEST).await?)
    }
}
