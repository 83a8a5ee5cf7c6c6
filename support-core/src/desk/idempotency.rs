//! The same request again gets the first answer.

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::SupportDesk;
use crate::{
    access::Principal,
    error::{Error, ErrorKind, Result},
    store::{IdempotencyRecord, Transaction},
    text::IdempotencyKey,
    time::Timestamp,
};

/// Whether a request was carried out before.
pub(super) enum Recall<T> {
    /// It was; this is the first answer.
    Again(T),
    /// It was not; the answer is to be kept in this slot.
    First(Slot),
}

/// Where a first answer is kept. Empty for requests without a key.
pub(super) struct Slot(Option<IdempotencyRecord>);

impl Slot {
    /// Keeps the answer, in the transaction that it is about.
    pub(super) async fn keep<T: Serialize>(self, tx: &mut dyn Transaction, answer: &T) -> Result<()> {
        if let Some(mut record) = self.0 {
            record.outcome = serde_json::to_value(answer).map_err(Error::internal)?;
            tx.idempotency().insert(&record).await?;
        }
        Ok(())
    }
}

impl SupportDesk {
    /// Looks for the first answer to a key. Nobody in particular has no answers of their own: their key is ignored.
    pub(super) async fn recall<T: DeserializeOwned>(
        &self,
        tx: &mut dyn Transaction,
        principal: &Principal,
        operation: impl Into<String>,
        key: Option<&IdempotencyKey>,
        command: &impl Serialize,
        now: Timestamp,
    ) -> Result<Recall<T>> {
        let (Some(actor), Some(key)) = (principal.key(), key) else { return Ok(Recall::First(Slot(None))) };
        let operation = operation.into();
        let command = serde_json::to_vec(command).map_err(Error::internal)?;
        let fingerprint: [u8; 32] = Sha256::digest(command).into();
        if let Some(first) = tx.idempotency().find(&actor, &operation, key).await? {
            if now - first.created_at < self.config().idempotency_retention {
                if first.fingerprint != fingerprint {
                    return Err(ErrorKind::IdempotencyKeyReused.into());
                }
                return serde_json::from_value(first.outcome).map(Recall::Again).map_err(Error::internal);
            }
            tx.idempotency().delete(&actor, &operation, key).await?;
        }
        let outcome = serde_json::Value::Null;
        let record =
            IdempotencyRecord { actor, operation, key: key.clone(), fingerprint, outcome, created_at: now };
        Ok(Recall::First(Slot(Some(record))))
    }
}
