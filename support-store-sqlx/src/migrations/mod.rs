//! The tables, brought to the version this crate needs.
//!
//! Migrations are append-only. Which have run stands in a table of their own beside the desk's, with a checksum, so
//! that they live with a host's own migrations in one database.

use std::fmt::Write;

use support_core::store::StoreError;

use crate::{
    dialect::Dialect,
    error::meaning,
    prefix::Prefix,
    sql::{Bind, Sql},
};

/// One step of the schema.
#[derive(Debug)]
#[doc(hidden)]
pub struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

/// What a store does about its tables when it is opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Migrations {
    /// Brings them to the version it needs.
    #[default]
    Auto,
    /// Leaves them alone; [`SqlxStore::migrate`](crate::SqlxStore::migrate) is called by the host, or their SQL
    /// ([`sql`]) is run by hand.
    Manual,
    /// Refuses to open if they are not of the version it needs.
    Check,
}

/// The tables are not of the version this crate needs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// Migrations have not run.
    #[error("the tables are at version {found}, and version {needed} is needed: run the migrations")]
    Behind {
        /// The version they have; 0 without tables.
        found: i64,
        /// The version that is needed.
        needed: i64,
    },
    /// A newer release has been here.
    #[error(
        "the tables are at version {found}, which is newer than {known}: a newer release has migrated them"
    )]
    Ahead {
        /// The version they have.
        found: i64,
        /// The newest version that this release knows.
        known: i64,
    },
    /// A copy from another database is not finished ([`copy`](crate::copy)).
    #[error("the tables hold a copy that is not finished: let it be finished, or empty them")]
    Unfinished,
    /// A migration that has run is not the one this crate has.
    #[error("migration {version} has run with other statements than this release has")]
    Changed {
        /// Its version.
        version: i64,
    },
}

/// The SQL of all migrations of a database, with the table in which they are noted, for running them by hand.
pub fn sql<DB: Dialect>(prefix: &Prefix) -> String {
    let mut script = String::new();
    if let Some(schema) = prefix.schema() {
        // Writing to a string cannot fail.
        let _ =
            writeln!(script, "create schema if not exists \"{schema}\";\nset search_path to \"{schema}\";");
    }
    let _ = writeln!(script, "{};", with_prefix(NOTES, prefix));
    for migration in DB::MIGRATIONS {
        let statements = with_prefix(migration.sql, prefix);
        let checksum = checksum(&statements);
        let Migration { version, name, .. } = migration;
        let _ = write!(
            script,
            "\n-- {version}: {name}\n{statements}\ninsert into {prefix}migrations (version, name, checksum) \
             values ({version}, '{name}', '{checksum}');\n"
        );
    }
    script
}

const NOTES: &str = "create table if not exists @migrations (
    version bigint not null primary key,
    name varchar(100) not null,
    checksum varchar(64) not null
)";

/// In place of a migration's version: the tables are being filled by a copy.
const UNFINISHED: i64 = 0;

fn with_prefix(sql: &str, prefix: &Prefix) -> String {
    sql.replace('@', prefix.as_str())
}

/// FNV-1a over 64 bits: tells a changed file from the one that has run, and is no protection against anything.
pub(crate) fn checksum(sql: &str) -> String {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn needed<DB: Dialect>() -> i64 {
    DB::MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// Runs what has not run yet, in a transaction that was begun for it.
pub(crate) async fn run<DB: Dialect>(
    connection: &mut DB::Connection,
    prefix: &Prefix,
) -> Result<(), StoreError> {
    DB::prepare_migrations(connection, prefix).await.map_err(meaning::<DB>)?;
    DB::script(connection, with_prefix(NOTES, prefix)).await.map_err(meaning::<DB>)?;
    let found = noted::<DB>(connection, prefix).await?;
    refuse_strange::<DB>(&found, prefix)?;
    for migration in DB::MIGRATIONS.iter().skip(found.len()) {
        let statements = with_prefix(migration.sql, prefix);
        let noted = Sql::new("insert into @migrations (version, name, checksum) values ").values([
            Bind::from(migration.version),
            migration.name.into(),
            checksum(&statements).into(),
        ]);
        DB::migrate(connection, statements).await.map_err(meaning::<DB>)?;
        let (text, binds) = noted.finish(prefix.qualified(), DB::placeholder);
        DB::execute(connection, text, binds).await.map_err(meaning::<DB>)?;
        tracing::info!(
            database = <DB as Dialect>::NAME,
            version = migration.version,
            name = migration.name,
            "migrated"
        );
    }
    Ok(())
}

/// Whether the tables are of the version that is needed.
pub(crate) async fn check<DB: Dialect>(
    connection: &mut DB::Connection,
    prefix: &Prefix,
) -> Result<(), StoreError> {
    let behind = |found| StoreError::unavailable(SchemaError::Behind { found, needed: needed::<DB>() });
    let found = match noted::<DB>(connection, prefix).await {
        Ok(found) => found,
        // Without the table nothing has run; that is the likeliest reason why it cannot be read.
        Err(StoreError::Backend { .. }) => return Err(behind(0)),
        Err(error) => return Err(error),
    };
    refuse_other::<DB>(&found, prefix)
}

fn refuse_other<DB: Dialect>(found: &[(i64, String)], prefix: &Prefix) -> Result<(), StoreError> {
    refuse_strange::<DB>(found, prefix)?;
    let (found, needed) = (found.last().map_or(0, |(version, _)| *version), needed::<DB>());
    if found < needed { Err(StoreError::unavailable(SchemaError::Behind { found, needed })) } else { Ok(()) }
}

/// Notes that the tables are being filled from a source with this fingerprint, in 64 characters at most.
pub(crate) fn unfinished(fingerprint: &str) -> Sql {
    let values: [Bind; 3] = [UNFINISHED.into(), "unfinished copy".into(), fingerprint.into()];
    Sql::new("insert into @migrations (version, name, checksum) values ").values(values)
}

/// Takes the note of [`unfinished`] back.
pub(crate) fn finished() -> Sql {
    Sql::new("delete from @migrations where version = ?").bind(UNFINISHED)
}

/// The fingerprint of the source that the tables are being filled from. They are of the version that is needed then.
pub(crate) async fn unfinished_copy<DB: Dialect>(
    connection: &mut DB::Connection,
    prefix: &Prefix,
) -> Result<Option<String>, StoreError> {
    let found = match noted::<DB>(connection, prefix).await {
        Ok(found) => found,
        // Without the table nothing has begun.
        Err(StoreError::Backend { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    match found.split_first() {
        Some(((UNFINISHED, fingerprint), ran)) => {
            refuse_other::<DB>(ran, prefix)?;
            Ok(Some(fingerprint.clone()))
        }
        _ => Ok(None),
    }
}

/// Version and checksum of each migration that has run.
async fn noted<DB: Dialect>(
    connection: &mut DB::Connection,
    prefix: &Prefix,
) -> Result<Vec<(i64, String)>, StoreError> {
    let (text, binds) = Sql::new("select version, checksum from @migrations order by version")
        .finish(prefix.qualified(), DB::placeholder);
    let rows = DB::fetch(connection, text, binds).await.map_err(meaning::<DB>)?;
    let read = |row: DB::Row| {
        let row = crate::row::Row::<DB>::new(row, "migrations", "version");
        Ok((row.integer("version")?, row.text("checksum")?))
    };
    rows.into_iter().map(read).collect()
}

fn refuse_strange<DB: Dialect>(found: &[(i64, String)], prefix: &Prefix) -> Result<(), StoreError> {
    if found.first().is_some_and(|(version, _)| *version == UNFINISHED) {
        return Err(StoreError::unavailable(SchemaError::Unfinished));
    }
    for (index, (version, noted)) in found.iter().enumerate() {
        let Some(migration) = DB::MIGRATIONS.get(index) else {
            let ahead = SchemaError::Ahead { found: *version, known: needed::<DB>() };
            return Err(StoreError::unavailable(ahead));
        };
        if migration.version != *version || checksum(&with_prefix(migration.sql, prefix)) != *noted {
            return Err(StoreError::unavailable(SchemaError::Changed { version: *version }));
        }
    }
    Ok(())
}
