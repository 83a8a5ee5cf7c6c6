//! Rows, read into types that cannot hold bad values.

use std::{error::Error, str::FromStr};

use serde::de::DeserializeOwned;
use support_core::{store::StoreError, text::Rejection, time::Timestamp};
use uuid::Uuid;

use crate::dialect::Dialect;

type Result<T> = std::result::Result<T, StoreError>;

/// A row of a table, whose name and key go into the error where a column cannot be read.
pub(crate) struct Row<DB: Dialect> {
    row: DB::Row,
    table: &'static str,
    key: &'static str,
}

impl<DB: Dialect> Row<DB> {
    pub(crate) const fn new(row: DB::Row, table: &'static str, key: &'static str) -> Self {
        Self { row, table, key }
    }

    /// What keeps a column from being read.
    pub(crate) fn corrupt(
        &self,
        column: &'static str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> StoreError {
        let key = self.key;
        let id = DB::uuid(&self.row, key).ok().flatten().map(|id| id.to_string());
        let id = id.or_else(|| DB::text(&self.row, key).ok().flatten());
        let id = id.or_else(|| DB::integer(&self.row, key).ok().flatten().map(|id| id.to_string()));
        StoreError::Corrupt { table: self.table, column, row: id.unwrap_or_default(), source: source.into() }
    }

    fn read<T>(
        &self,
        column: &'static str,
        read: impl FnOnce(&DB::Row, &str) -> sqlx::Result<Option<T>>,
    ) -> Result<Option<T>> {
        read(&self.row, column).map_err(|error| self.corrupt(column, error))
    }

    fn needed<T>(&self, column: &'static str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.corrupt(column, "is null"))
    }

    pub(crate) fn text_or_null(&self, column: &'static str) -> Result<Option<String>> {
        self.read(column, DB::text)
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String> {
        let value = self.text_or_null(column)?;
        self.needed(column, value)
    }

    /// A text of the domain, such as a subject.
    pub(crate) fn parsed_or_null<T: TryFrom<String, Error = Rejection>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        let text = self.text_or_null(column)?;
        text.map(T::try_from).transpose().map_err(|rejection| self.corrupt(column, rejection))
    }

    pub(crate) fn parsed<T: TryFrom<String, Error = Rejection>>(&self, column: &'static str) -> Result<T> {
        let value = self.parsed_or_null(column)?;
        self.needed(column, value)
    }

    /// A value by its stable name, such as a status.
    pub(crate) fn named<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<T> {
        self.text(column)?.parse().map_err(|error: T::Err| self.corrupt(column, error))
    }

    pub(crate) fn named_or_null<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        let text = self.text_or_null(column)?;
        text.map(|text| text.parse()).transpose().map_err(|error: T::Err| self.corrupt(column, error))
    }

    pub(crate) fn integer(&self, column: &'static str) -> Result<i64> {
        let value = self.read(column, DB::integer)?;
        self.needed(column, value)
    }

    pub(crate) fn integer_or_null(&self, column: &'static str) -> Result<Option<i64>> {
        self.read(column, DB::integer)
    }

    /// A count or a place.
    pub(crate) fn unsigned(&self, column: &'static str) -> Result<u64> {
        self.integer(column)?.try_into().map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn unsigned_or_null(&self, column: &'static str) -> Result<Option<u64>> {
        let value = self.integer_or_null(column)?;
        value.map(u64::try_from).transpose().map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn uuid_or_null(&self, column: &'static str) -> Result<Option<Uuid>> {
        self.read(column, DB::uuid)
    }

    pub(crate) fn uuid(&self, column: &'static str) -> Result<Uuid> {
        let value = self.uuid_or_null(column)?;
        self.needed(column, value)
    }

    pub(crate) fn time_or_null(&self, column: &'static str) -> Result<Option<Timestamp>> {
        self.read(column, DB::time)
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp> {
        let value = self.time_or_null(column)?;
        self.needed(column, value)
    }

    pub(crate) fn bytes_32_or_null(&self, column: &'static str) -> Result<Option<[u8; 32]>> {
        let bytes = self.read(column, DB::bytes)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| self.corrupt(column, "must be 32 bytes"))).transpose()
    }

    pub(crate) fn bytes_32(&self, column: &'static str) -> Result<[u8; 32]> {
        let value = self.bytes_32_or_null(column)?;
        self.needed(column, value)
    }

    /// What a column of JSON holds, read into a type that refuses what it cannot hold.
    pub(crate) fn json<T: DeserializeOwned + 'static>(&self, column: &'static str) -> Result<T> {
        let value = self.read(column, DB::json)?;
        self.needed(column, value)
    }
}

/// A value of the domain as JSON. Only plain data comes here, whose JSON form cannot fail.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(StoreError::backend)
}
