//! How far a copy has come, kept in the target.
//!
//! While a copy is unfinished, the target's migrations have a note that keeps every store from opening it
//! ([`SchemaError::Unfinished`](crate::SchemaError)). Where each table's copy goes on is written with the rows, in one
//! transaction, so that a copy that was killed goes on where it was.

use support_core::store::StoreError;

use super::{
    any_tenant,
    error::CopyError,
    rows::Place,
    table::{TABLES, Table},
};
use crate::{
    SqlxStore,
    dialect::Dialect,
    error::meaning,
    migrations,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

/// Progress of a table: how many rows were copied, and where the next are.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub(super) copied: u64,
    pub(super) place: Place,
}

/// The copy's own table in the target.
const TABLE: &str = "create table if not exists @copying (
    name varchar(64) not null primary key,
    copied bigint not null,
    place text not null
)";

/// Begins to copy a source with this fingerprint, or goes on with it. Returns how far each of [`TABLES`] has come.
pub(super) async fn open<DB: Dialect>(
    target: &SqlxStore<DB>,
    fingerprint: &str,
) -> Result<Vec<Progress>, CopyError> {
    match target.unfinished_copy().await.map_err(CopyError::Target)? {
        Some(noted) if noted == fingerprint => {}
        Some(_) => return Err(CopyError::OtherCopy),
        None => begin(target, fingerprint).await?,
    }
    let mut transaction = target.reading(&any_tenant()).await.map_err(CopyError::Target)?;
    let mut progress = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        progress.push(find(&mut transaction, table).await.map_err(CopyError::Target)?);
    }
    Ok(progress)
}

/// Notes that a copy is under way, in a target without a row.
async fn begin<DB: Dialect>(target: &SqlxStore<DB>, fingerprint: &str) -> Result<(), CopyError> {
    target.migrate().await.map_err(CopyError::Target)?;
    target.script(TABLE).await.map_err(CopyError::Target)?;
    let mut transaction = target.writing(&any_tenant()).await.map_err(CopyError::Target)?;
    // First of all, so that of two that begin at once the second waits here for the first.
    let noted = transaction.execute(migrations::unfinished(fingerprint)).await;
    noted.map_err(|error| match error {
        StoreError::AlreadyExists => CopyError::Busy,
        error => CopyError::Target(error),
    })?;
    for table in TABLES {
        let any = Sql::new("select count(*) as value from @").push(table.name);
        if transaction.number(any).await.map_err(CopyError::Target)? > 0 {
            return Err(CopyError::NotEmpty { table: table.name });
        }
    }
    // A table that is left of a copy that was finished counts for nothing.
    transaction.execute(Sql::new("delete from @copying")).await.map_err(CopyError::Target)?;
    for table in TABLES {
        let values: [Bind; 3] = [table.name.into(), 0_u64.into(), written(&Place::default()).into()];
        let sql = Sql::new("insert into @copying (name, copied, place) values ").values(values);
        transaction.execute(sql).await.map_err(CopyError::Target)?;
    }
    transaction.end().await.map_err(CopyError::Target)
}

async fn find<DB: Dialect>(
    transaction: &mut SqlxTransaction<'_, DB>,
    table: &Table,
) -> Result<Progress, StoreError> {
    let sql = Sql::new("select name, copied, place from @copying where name = ?").bind(table.name);
    let Some(row) = transaction.one(sql, "copying", "name").await? else { return Ok(Progress::default()) };
    let place = serde_json::from_str(&row.text("place")?).map_err(|error| row.corrupt("place", error))?;
    let place = Place::from_json(table, &place);
    let place = place.ok_or_else(|| row.corrupt("place", "is no place in this table"))?;
    Ok(Progress { copied: row.unsigned("copied")?, place })
}

/// A place as it is kept: in ASCII, because what a database takes for text by default need not be all of Unicode.
fn written(place: &Place) -> String {
    let mut ascii = String::new();
    for c in place.to_json().to_string().chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            // Only strings hold other characters, where JSON takes UTF-16 for them.
            let units =
                c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
            ascii.push_str(&units);
        }
    }
    ascii
}

/// Notes, with the rows that were copied, that they were. [`CopyError::Busy`] if somebody else has copied them.
pub(super) async fn advance<DB: Dialect>(
    transaction: &mut SqlxTransaction<'_, DB>,
    table: &Table,
    from: &Progress,
    to: &Progress,
) -> Result<(), CopyError> {
    let sql = Sql::new("update @copying set copied = ?, place = ? where name = ? and copied = ?")
        .bind(to.copied)
        .bind(written(&to.place))
        .bind(table.name)
        .bind(from.copied);
    match transaction.execute(sql).await.map_err(CopyError::Target)? {
        0 => Err(CopyError::Busy),
        _ => Ok(()),
    }
}

/// Lets the target be opened.
pub(super) async fn close<DB: Dialect>(target: &SqlxStore<DB>) -> Result<(), StoreError> {
    let mut transaction = target.writing(&any_tenant()).await?;
    transaction.execute(migrations::finished()).await?;
    transaction.end().await?;
    target.script("drop table @copying").await
}

impl<DB: Dialect> SqlxStore<DB> {
    /// The fingerprint of the source whose copy is unfinished, if one is.
    async fn unfinished_copy(&self) -> Result<Option<String>, StoreError> {
        let mut connection = self.pool().acquire().await.map_err(meaning::<DB>)?;
        migrations::unfinished_copy::<DB>(&mut connection, self.prefix()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_ascii_and_read_back() {
        let table = TABLES.iter().find(|table| table.name == "ticket_tags").unwrap();
        let kept = serde_json::json!(["00000000-0000-0000-0000-000000000001", "ünï \"👍\""]);
        let text = written(&Place::from_json(table, &kept).unwrap());
        assert!(text.is_ascii(), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), kept);
    }
}
