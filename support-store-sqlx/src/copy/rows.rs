//! Rows of a table, read in the order of its key, page by page.

use serde_json::Value;
use support_core::{
    chat::Session,
    message::Message,
    store::StoreError,
    ticket::{Entry, Ticket},
};

use super::table::{Column, Content, Kind, Table};
use crate::{
    agent, answer, bot_log, chat, delivery,
    dialect::Dialect,
    event, knowledge, message,
    row::Row,
    sql::{Bind, Sql},
    ticket,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// How many rows are read, and written in one transaction.
const PAGE: u64 = 500;

/// A row as values that every database takes.
#[derive(Debug)]
pub(super) struct Copied {
    /// In the order of the table's columns.
    pub(super) values: Vec<Bind>,
    pub(super) searched: Searched,
}

/// What is searched in a row.
#[derive(Debug)]
pub(super) enum Searched {
    Ticket(Box<Ticket>),
    Entry(Entry),
    Session(Box<Session>),
    Message(Message),
    Nothing,
}

/// Where reading goes on: behind the row with these values of the table's key; at the beginning without one.
#[derive(Debug, Clone, Default)]
pub(super) struct Place(Option<Vec<Bind>>);

impl Place {
    /// As it is kept between two runs.
    pub(super) fn to_json(&self) -> Value {
        let value = |bind: &Bind| match bind {
            Bind::Text(Some(text)) => Value::from(text.as_str()),
            Bind::Integer(Some(number)) => Value::from(*number),
            Bind::Uuid(Some(id)) => Value::from(id.to_string()),
            // No key has a column of another type, and none is null.
            _ => Value::Null,
        };
        self.0.as_ref().map_or(Value::Null, |key| key.iter().map(value).collect())
    }

    /// The place that was kept. `None` if it is not one of this table.
    pub(super) fn from_json(table: &Table, value: &Value) -> Option<Self> {
        if value.is_null() {
            return Some(Self::default());
        }
        let values = value.as_array().filter(|values| values.len() == table.key.len())?;
        let bind = |(column, value): (&Column, &Value)| match column.kind {
            Kind::Text => value.as_str().map(Bind::from),
            Kind::Integer => value.as_i64().map(Bind::from),
            Kind::Uuid => value.as_str()?.parse::<uuid::Uuid>().ok().map(Bind::from),
            Kind::Time | Kind::Hash | Kind::Json => None,
        };
        table.key.iter().zip(values).map(bind).collect::<Option<_>>().map(|key| Self(Some(key)))
    }
}

/// The next rows of a table, and the place behind them; no rows at its end.
pub(super) async fn read_page<DB: Dialect>(
    transaction: &mut SqlxTransaction<'_, DB>,
    table: &Table,
    place: &Place,
) -> Result<(Vec<Copied>, Place)> {
    let mut rows = Vec::new();
    match &place.0 {
        None => rows = transaction.all(select(table, &[], PAGE), table.name, table.id).await?,
        // "Behind (a, b, c)" is: the same a and b and a greater c, then the same a and a greater b, then a greater a.
        // Each of the three enters the key's index at its place; one condition for all of them would not.
        Some(key) => {
            for same in (0..key.len()).rev() {
                let missing = PAGE - rows.len() as u64;
                if missing > 0 {
                    let sql = select(table, &key[..=same], missing);
                    rows.extend(transaction.all(sql, table.name, table.id).await?);
                }
            }
        }
    }
    let place = match rows.last() {
        Some(last) => Place(Some(table.key.iter().map(|column| cell(last, column)).collect::<Result<_>>()?)),
        None => place.clone(),
    };
    let copied = rows.iter().map(|row| read(row, table)).collect::<Result<_>>()?;
    Ok((copied, place))
}

/// Reads rows in the order of the key: with the same values as `beginning` but for the last, which is to be greater.
fn select(table: &Table, beginning: &[Bind], limit: u64) -> Sql {
    let mut sql = Sql::new("select ");
    let added = table.key.iter().filter(|key| table.columns.iter().all(|column| column.name != key.name));
    for (index, column) in table.columns.iter().chain(added).enumerate() {
        sql = sql.push(if index == 0 { "" } else { ", " }).push(column.name);
    }
    sql = sql.push(" from @").push(table.name).push(" where ");
    sql = sql.push(if table.only.is_empty() { "1 = 1" } else { table.only });
    for (index, (column, value)) in table.key.iter().zip(beginning).enumerate() {
        let comparison = if index + 1 == beginning.len() { " > ?" } else { " = ?" };
        sql = sql.push(" and ").push(column.name).push(comparison).bind_all([value.clone()]);
    }
    for (index, column) in table.key.iter().enumerate() {
        sql = sql.push(if index == 0 { " order by " } else { ", " }).push(column.name);
    }
    sql.push(" limit ?").bind(limit)
}

fn read<DB: Dialect>(row: &Row<DB>, table: &Table) -> Result<Copied> {
    let searched = match table.content {
        Content::Ticket => Searched::Ticket(Box::new(ticket::row::read(row)?)),
        Content::Entry => Searched::Entry(ticket::thread::read_entry(row)?),
        Content::Session => Searched::Session(Box::new(chat::row::read(row)?)),
        Content::Message => Searched::Message(message::read(row)?),
        Content::Change => ticket::thread::read_change(row).map(|_| Searched::Nothing)?,
        Content::Event => event::read(row).map(|_| Searched::Nothing)?,
        Content::DeadLetter => delivery::read_letter(row).map(|_| Searched::Nothing)?,
        Content::Agent => agent::read(row).map(|_| Searched::Nothing)?,
        Content::Question => bot_log::read_question(row).map(|_| Searched::Nothing)?,
        Content::Answer => answer::read(row).map(|_| Searched::Nothing)?,
        Content::Version => knowledge::read_info(row).map(|_| Searched::Nothing)?,
        Content::Plain => Searched::Nothing,
    };
    let values = table.columns.iter().map(|column| cell(row, column)).collect::<Result<_>>()?;
    Ok(Copied { values, searched })
}

fn cell<DB: Dialect>(row: &Row<DB>, column: &Column) -> Result<Bind> {
    let name = column.name;
    Ok(match column.kind {
        Kind::Text => row.text_or_null(name)?.into(),
        Kind::Integer => row.integer_or_null(name)?.into(),
        Kind::Uuid => row.uuid_or_null(name)?.into(),
        Kind::Time => row.time_or_null(name)?.into(),
        Kind::Hash => row.bytes_32_or_null(name)?.map(Vec::from).into(),
        Kind::Json => row.json::<Value>(name)?.into(),
    })
}
