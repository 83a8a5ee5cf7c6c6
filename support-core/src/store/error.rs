//! What can go wrong in a store, by meaning.

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong in a store, by meaning.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What was to be changed is not there.
    #[error("the row is not there")]
    NotFound,
    /// What was to be inserted is there already.
    #[error("the row is there already")]
    AlreadyExists,
    /// Another transaction was faster; trying again from the start may succeed.
    #[error("another transaction was faster")]
    Conflict,
    /// The store cannot be reached, or has too much to do.
    #[error("the store is unavailable")]
    Unavailable {
        /// What the database or the connection said.
        #[source]
        source: Source,
    },
    /// The store has no room left.
    #[error("the store is full")]
    Full {
        /// What the database said.
        #[source]
        source: Source,
    },
    /// A row holds what this version cannot read.
    #[error("column {column} of table {table} cannot be read in row {row}")]
    Corrupt {
        /// The table, without its prefix.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id, or what identifies it.
        row: String,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// Anything else that the database said.
    #[error("the store failed")]
    Backend {
        /// What the database said.
        #[source]
        source: Source,
    },
}

impl StoreError {
    /// Wraps a failure that has no better name.
    pub fn backend(source: impl Into<Source>) -> Self {
        Self::Backend { source: source.into() }
    }

    /// Wraps a reason why the store cannot be used now.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable { source: source.into() }
    }
}
