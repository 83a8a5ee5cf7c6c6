//! What went wrong, by meaning.

use support_core::store::StoreError;

use crate::dialect::{Dialect, Meaning};

/// What an error of sqlx means to the desk.
pub(crate) fn meaning<DB: Dialect>(error: sqlx::Error) -> StoreError {
    let meaning = match &error {
        sqlx::Error::Database(database) => DB::meaning(&**database),
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed => Some(Meaning::Unavailable),
        _ => None,
    };
    match meaning {
        Some(Meaning::Taken) => StoreError::AlreadyExists,
        Some(Meaning::Conflict) => StoreError::Conflict,
        Some(Meaning::Unavailable) => StoreError::unavailable(error),
        Some(Meaning::Full) => StoreError::Full { source: Box::new(error) },
        None => StoreError::backend(error),
    }
}

/// A statement took longer than it may.
#[derive(Debug, thiserror::Error)]
#[error("the statement took longer than {0:?}")]
pub(crate) struct TookTooLong(pub(crate) std::time::Duration);

/// A statement of the transaction was given up, or failed so that the rest of it may be undone as well.
#[derive(Debug, thiserror::Error)]
#[error("an earlier statement of the transaction failed or was given up")]
pub(crate) struct Unsound;
