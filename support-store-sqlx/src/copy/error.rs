//! Why a copy was not made.

use support_core::store::StoreError;

/// Why a desk was not copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The source cannot be read, or its tables are not of the version this crate needs.
    #[error("the source cannot be read")]
    Source(#[source] StoreError),
    /// The target cannot be written, or its tables are not of the version this crate needs.
    #[error("the target cannot be written")]
    Target(#[source] StoreError),
    /// The target has rows, and they are no unfinished copy.
    #[error("the target is not empty: its table {table} has rows")]
    NotEmpty {
        /// A table with rows, without its prefix.
        table: &'static str,
    },
    /// The target holds the beginning of another copy.
    #[error(
        "the target holds an unfinished copy of another desk, or of this one before it was written to: empty the \
         target, and copy with all writers stopped"
    )]
    OtherCopy,
    /// Somebody else is copying into the target.
    #[error("another copy into the target is under way")]
    Busy,
    /// The source was written to while it was copied. The target is not to be used.
    #[error(
        "the source was written to while it was copied: stop all writers, empty the target and copy again"
    )]
    SourceChanged,
    /// What arrived is not what was sent.
    #[error(
        "table {table} differs: {source_rows} rows in the source, {target_rows} in the target, or other content"
    )]
    Differs {
        /// The first table that differs, without its prefix.
        table: &'static str,
        /// How many rows the source has.
        source_rows: u64,
        /// How many rows the target has.
        target_rows: u64,
    },
}
