//! One place where transactions begin, end, and are tried again.

use super::SupportDesk;
use crate::{
    error::{Error, Result},
    id::TenantId,
    store::{StoreError, Transaction},
};

/// How often a write that met another is tried again before the caller is told.
const RETRIES: u32 = 3;

/// Runs a use case's work in a transaction of its own and commits it, from the start again if it met another writer.
///
/// A macro, because no closure type says "returns a `Send` future that borrows from its argument and its captures".
macro_rules! in_transaction {
    ($desk:expr, $tenant:expr, |$tx:ident| $work:expr) => {{
        let mut retries = 0;
        loop {
            let mut transaction = $desk.begin($tenant).await?;
            let $tx = &mut *transaction;
            let result = $work.await;
            if let Some(result) = $desk.end(transaction, result, &mut retries).await {
                break result;
            }
        }
    }};
}
pub(super) use in_transaction;

impl SupportDesk {
    pub(super) async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>> {
        Ok(self.inner.store.begin(tenant).await?)
    }

    pub(super) async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>> {
        Ok(self.inner.store.begin_read(tenant).await?)
    }

    /// Commits work that succeeded and drops work that failed. `None` means: again from the start.
    pub(super) async fn end<T>(
        &self,
        transaction: Box<dyn Transaction>,
        result: Result<T>,
        retries: &mut u32,
    ) -> Option<Result<T>> {
        let result = match result {
            Ok(value) => {
                let committed = transaction.commit().await;
                if committed.is_ok() {
                    self.say_look();
                }
                committed.map(|()| value).map_err(Error::from)
            }
            Err(error) => {
                drop(transaction);
                Err(error)
            }
        };
        if result.as_ref().is_err_and(Error::is_conflict) && *retries < RETRIES {
            *retries += 1;
            self.inner.store.pause(*retries).await;
            return None;
        }
        Some(result)
    }
}

/// Reads a unique key that is taken as another transaction that was faster: the next try finds its row.
pub(super) fn taken_is_conflict(error: StoreError) -> Error {
    match error {
        StoreError::AlreadyExists => StoreError::Conflict.into(),
        other => other.into(),
    }
}
