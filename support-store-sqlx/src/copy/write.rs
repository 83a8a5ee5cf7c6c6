//! Rows written as they were read.

use support_core::{store::StoreError, ticket::Visibility};

use super::{
    rows::{Copied, Searched},
    table::Table,
};
use crate::{
    chat,
    dialect::Dialect,
    search::HEAD,
    sql::{Bind, Sql},
    ticket,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// How many bytes of text go into one statement. Servers limit it; the lowest limit that is usual is 4 MiB.
const STATEMENT: usize = 512 * 1024;

/// Inserts rows, and has them found by their words.
pub(super) async fn rows<DB: Dialect>(
    transaction: &mut SqlxTransaction<'_, DB>,
    table: &Table,
    rows: Vec<Copied>,
) -> Result<()> {
    let mut statement = None;
    let mut size = 0;
    for row in &rows {
        let sql = match statement.take() {
            None => insert(table),
            Some(begun) => Sql::push(begun, ", "),
        };
        size += row.values.iter().map(length).sum::<usize>();
        let sql = sql.values(row.values.iter().cloned());
        if size < STATEMENT {
            statement = Some(sql);
        } else {
            transaction.execute(sql).await?;
            size = 0;
        }
    }
    if let Some(rest) = statement {
        transaction.execute(rest).await?;
    }
    for row in rows {
        index(transaction, row.searched).await?;
    }
    Ok(())
}

fn insert(table: &Table) -> Sql {
    let mut sql = Sql::new("insert into @").push(table.name).push(" (");
    for (index, column) in table.columns.iter().enumerate() {
        sql = sql.push(if index == 0 { "" } else { ", " }).push(column.name);
    }
    sql.push(") values ")
}

fn length(value: &Bind) -> usize {
    match value {
        Bind::Text(text) => text.as_ref().map_or(1, String::len),
        Bind::Bytes(bytes) => bytes.as_ref().map_or(1, Vec::len),
        Bind::Json(value) => value.to_string().len(),
        Bind::Integer(_) | Bind::Uuid(_) | Bind::Time(_) => 16,
    }
}

async fn index<DB: Dialect>(transaction: &mut SqlxTransaction<'_, DB>, searched: Searched) -> Result<()> {
    match searched {
        Searched::Ticket(found) => {
            transaction.index_ticket(found.id, HEAD, Visibility::Public, &ticket::head(&found)).await
        }
        Searched::Entry(entry) => {
            let visibility = ticket::thread::searched_by(entry.kind);
            transaction.index_ticket(entry.ticket_id, entry.seq, visibility, entry.body.as_str()).await
        }
        Searched::Session(found) => transaction.index_session(found.id, HEAD, &chat::head(&found)).await,
        Searched::Message(message) => {
            transaction.index_session(message.session_id, message.seq, message.body.as_str()).await
        }
        Searched::Nothing => Ok(()),
    }
}
