//! Moving a desk to another database.
//!
//! [`copy`] takes every row of every tenant from one store to another, of the same kind or of another one: ids, ticket
//! numbers, `seq`s, read cursors, events with their positions, what sinks have taken, first answers, hashes of guests'
//! tokens. The full-text index is made again by the target.
//!
//! ```no_run
//! use support_store_sqlx::{Migrations, SqliteOptions, SqliteStore, copy::copy};
//!
//! # async fn move_desk() -> Result<(), Box<dyn std::error::Error>> {
//! let from = SqliteOptions::new("sqlite:old.db").migrations(Migrations::Check).open().await?;
//! let to = SqliteOptions::new("sqlite:new.db").migrations(Migrations::Manual).open().await?;
//! for table in copy(&from, &to, |progress| println!("{progress:?}")).await? {
//!     println!("{} rows of {}", table.checksum.rows(), table.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Stop whatever writes to the source first. The copy reads one snapshot of it and finds out if it was written to
//! meanwhile, but what was written then is not in the copy. The target must be empty; no other store opens it before the copy is
//! finished. A copy that was cut off goes on where it was when it is called again.

mod digest;
mod error;
mod ledger;
mod rows;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod write;

use support_core::{id::TenantId, store::StoreError};

pub use self::{digest::Checksum, error::CopyError};
use self::{
    ledger::Progress,
    rows::{Place, read_page},
    source::Source,
    table::{TABLES, Table},
};
use crate::{SqlxStore, dialect::Dialect, error::meaning, transaction::SqlxTransaction};

/// For transactions whose statements say themselves whose rows they are about.
fn any_tenant() -> TenantId {
    TenantId::default()
}

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyProgress {
    /// What is being done.
    pub phase: Phase,
    /// The table, without its prefix.
    pub table: &'static str,
    /// How many of its rows are done.
    pub rows: u64,
    /// How many rows it has.
    pub of: u64,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Rows are copied.
    Copy,
    /// Source and target are read and compared.
    Verify,
}

/// A table that was copied, and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopiedTable {
    /// Its name, without the prefix.
    pub name: &'static str,
    /// Of its rows in the source, and alike in the target.
    pub checksum: Checksum,
}

/// Copies a desk, and compares the copy with the source.
///
/// `progress` is called for each page of rows. What it takes holds up the copy.
///
/// # Errors
/// See [`CopyError`]. A row that cannot be read is named, and nothing is copied past it
/// ([`StoreError::Corrupt`]). After [`CopyError::Source`] and [`CopyError::Target`] the copy can be called again and goes on.
pub async fn copy<From: Dialect, To: Dialect>(
    from: &SqlxStore<From>,
    to: &SqlxStore<To>,
    mut progress: impl FnMut(CopyProgress) + Send,
) -> Result<Vec<CopiedTable>, CopyError> {
    let mut source = Source::open(from).await?;
    let ledger = ledger::open(to, source.fingerprint()).await?;
    for (position, (table, done)) in TABLES.iter().zip(ledger).enumerate() {
        let of = source.count(position);
        copy_table(&mut source, to, table, done, |rows| {
            progress(CopyProgress { phase: Phase::Copy, table: table.name, rows, of });
        })
        .await?;
    }
    // A new snapshot: one that sees what was written while the first one was copied.
    let fingerprint = source.fingerprint().to_owned();
    drop(source);
    let mut source = Source::open(from).await?;
    if source.fingerprint() != fingerprint {
        return Err(CopyError::SourceChanged);
    }
    let mut copied = Vec::with_capacity(TABLES.len());
    let mut target = to.reading(&any_tenant()).await.map_err(CopyError::Target)?;
    for (position, table) in TABLES.iter().enumerate() {
        let of = 2 * source.count(position);
        let mut report = |rows| {
            progress(CopyProgress { phase: Phase::Verify, table: table.name, rows, of });
        };
        let sent = checksum(source.snapshot(), table, &mut report).await.map_err(CopyError::Source)?;
        let arrived = checksum(&mut target, table, |rows| report(sent.rows() + rows)).await;
        let arrived = arrived.map_err(CopyError::Target)?;
        if sent != arrived {
            let (source_rows, target_rows) = (sent.rows(), arrived.rows());
            return Err(CopyError::Differs { table: table.name, source_rows, target_rows });
        }
        copied.push(CopiedTable { name: table.name, checksum: sent });
    }
    drop(target);
    ledger::close(to).await.map_err(CopyError::Target)?;
    Ok(copied)
}

async fn copy_table<From: Dialect, To: Dialect>(
    source: &mut Source<From>,
    to: &SqlxStore<To>,
    table: &Table,
    mut done: Progress,
    mut report: impl FnMut(u64),
) -> Result<(), CopyError> {
    loop {
        report(done.copied);
        let (rows, place) =
            read_page(source.snapshot(), table, &done.place).await.map_err(CopyError::Source)?;
        if rows.is_empty() {
            return Ok(());
        }
        let next = Progress { copied: done.copied + rows.len() as u64, place };
        let mut transaction = to.writing(&any_tenant()).await.map_err(CopyError::Target)?;
        write::rows(&mut transaction, table, rows).await.map_err(CopyError::Target)?;
        ledger::advance(&mut transaction, table, &done, &next).await?;
        transaction.end().await.map_err(CopyError::Target)?;
        done = next;
    }
}

async fn checksum<DB: Dialect>(
    transaction: &mut SqlxTransaction<'_, DB>,
    table: &Table,
    mut report: impl FnMut(u64),
) -> Result<Checksum, StoreError> {
    let (mut checksum, mut place) = (Checksum::default(), Place::default());
    loop {
        report(checksum.rows());
        let (rows, next) = read_page(transaction, table, &place).await?;
        if rows.is_empty() {
            return Ok(checksum);
        }
        rows.iter().for_each(|row| checksum.add(row));
        place = next;
    }
}

impl<DB: Dialect> SqlxStore<DB> {
    /// Runs a statement about a table of the copy's own.
    async fn script(&self, statement: &str) -> Result<(), StoreError> {
        let statement = statement.replace('@', self.prefix().qualified());
        let mut connection = self.pool().acquire().await.map_err(meaning::<DB>)?;
        DB::script(&mut connection, statement).await.map_err(meaning::<DB>)
    }
}
