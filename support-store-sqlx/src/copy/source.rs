//! What is copied, as it was at one moment.

use sha2::{Digest as _, Sha256};
use support_core::store::{Store as _, StoreError};

use super::{any_tenant, checksum, error::CopyError, table::TABLES};
use crate::{SqlxStore, dialect::Dialect, sql::Sql, transaction::SqlxTransaction};

/// One snapshot of a desk.
pub(super) struct Source<DB: Dialect> {
    snapshot: SqlxTransaction<'static, DB>,
    counts: Vec<u64>,
    fingerprint: String,
}

/// Tables whose rows tell whether anything was written: all tenants, how many events and tickets each has had. They are
/// small, and every change of a desk appends an event.
const TELLING: [&str; 3] = ["tenants", "event_heads", "ticket_numbers"];

impl<DB: Dialect> Source<DB> {
    /// Takes a snapshot. All its events have positions.
    pub(super) async fn open(store: &SqlxStore<DB>) -> Result<Self, CopyError> {
        Self::take(store).await.map_err(CopyError::Source)
    }

    async fn take(store: &SqlxStore<DB>) -> Result<Self, StoreError> {
        store.check().await?;
        give_positions(store).await?;
        let mut snapshot = store.reading(&any_tenant()).await?;
        let mut counts = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let sql = Sql::new("select count(*) as value from @").push(table.name);
            counts.push(snapshot.number(sql).await?);
        }
        let mut fingerprint = Sha256::new();
        counts.iter().for_each(|count| fingerprint.update(count.to_be_bytes()));
        for table in TABLES.iter().filter(|table| TELLING.contains(&table.name)) {
            fingerprint.update(checksum(&mut snapshot, table, |_| {}).await?.to_string());
        }
        for id in first_ids(&mut snapshot).await? {
            fingerprint.update(id);
        }
        let fingerprint = fingerprint.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { snapshot, counts, fingerprint })
    }

    pub(super) const fn snapshot(&mut self) -> &mut SqlxTransaction<'static, DB> {
        &mut self.snapshot
    }

    /// How many rows one of [`TABLES`] has.
    pub(super) fn count(&self, table: usize) -> u64 {
        self.counts[table]
    }

    /// The same for a desk as long as nobody writes to it, and another for another desk.
    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Gives positions to the events that have none yet, which only stores with many writers have.
async fn give_positions<DB: Dialect>(store: &SqlxStore<DB>) -> Result<(), StoreError> {
    for tenant in store.list_tenants().await? {
        loop {
            let left =
                Sql::new("select count(*) as value from @events where tenant = ? and position is null");
            let left = left.bind(tenant.as_str());
            if store.reading(&any_tenant()).await?.number(left).await? == 0 {
                break;
            }
            let mut transaction = store.begin(&tenant).await?;
            transaction.events().assign_positions().await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

/// The ids of the first ticket and the first session, by which two desks of the same size differ.
async fn first_ids<DB: Dialect>(snapshot: &mut SqlxTransaction<'_, DB>) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ids = Vec::new();
    for table in TABLES.iter().filter(|table| matches!(table.name, "tickets" | "sessions")) {
        let sql = Sql::new("select id from @").push(table.name).push(" order by id limit 1");
        if let Some(row) = snapshot.one(sql, table.name, "id").await? {
            ids.push(row.uuid("id")?.into_bytes());
        }
    }
    Ok(ids)
}
