//! Reads TOML tables key by key, so that one load reports every unknown key and wrong type, each with its place.

use std::borrow::Cow;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::diagnostic::{At, Findings};

/// A table being read: every key is taken once, what is left at the end is unknown.
pub(super) struct Reader<'a, 'f> {
    /// What the messages call it: ``[settings]``.
    name: &'static str,
    table: DeTable<'a>,
    at: usize,
    findings: &'f mut Findings,
}

impl<'a, 'f> Reader<'a, 'f> {
    pub(super) fn new(name: &'static str, table: DeTable<'a>, at: usize, findings: &'f mut Findings) -> Self {
        Self { name, table, at, findings }
    }

    /// Where the table begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn findings(&mut self) -> &mut Findings {
        self.findings
    }

    /// The value of a key that must be there.
    pub(super) fn required_text(&mut self, key: &str) -> At<String> {
        match self.text(key) {
            Some(text) => text,
            None => {
                if !self.table.contains_key(key) {
                    self.missing(key);
                }
                At::new(String::new(), self.at)
            }
        }
    }

    pub(super) fn missing(&mut self, key: &str) {
        let name = self.name;
        self.findings.add(self.at, format!("{name} lacks `{key}`"));
    }

    pub(super) fn text(&mut self, key: &str) -> Option<At<String>> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::String(text) => Some(At::new(text.into_owned(), at)),
            other => self.mismatch(key, at, "a string", &other),
        }
    }

    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Boolean(flag) => Some(flag),
            other => self.mismatch(key, at, "true or false", &other),
        }
    }

    pub(super) fn integer(&mut self, key: &str) -> Option<i64> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Integer(number) if number.radix() == 10 && number.as_str().parse::<i64>().is_ok() => {
                number.as_str().parse().ok()
            }
            other => self.mismatch(key, at, "a whole number", &other),
        }
    }

    /// A number from 0 to 1.
    pub(super) fn fraction(&mut self, key: &str) -> Option<f64> {
        let value = self.take(key)?;
        let at = value.span().start;
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if (0.0..=1.0).contains(&number) => Some(number),
            _ => self.mismatch(key, at, "a number from 0 to 1", value.get_ref()),
        }
    }

    /// A list of strings; a single string is a list of one.
    pub(super) fn texts(&mut self, key: &str) -> Vec<At<String>> {
        let Some(values) = self.values(key) else { return Vec::new() };
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            let at = value.span().start;
            match value.into_inner() {
                DeValue::String(text) => texts.push(At::new(text.into_owned(), at)),
                other => {
                    self.mismatch::<()>(key, at, "a list of strings", &other);
                }
            }
        }
        texts
    }

    /// The elements of a list; anything else is a list of one.
    pub(super) fn values(&mut self, key: &str) -> Option<Vec<Spanned<DeValue<'a>>>> {
        let value = self.take(key)?;
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(items) => Some(items.into_iter().collect()),
            single => Some(vec![Spanned::new(span, single)]),
        }
    }

    /// Reads a table below this one.
    pub(super) fn table<T>(
        &mut self,
        key: &str,
        name: &'static str,
        read: impl FnOnce(Reader<'a, '_>) -> T,
    ) -> Option<T> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Table(table) => Some(read(Reader::new(name, table, at, self.findings))),
            other => self.mismatch(key, at, "a table", &other),
        }
    }

    /// Reads each table of a list of tables.
    pub(super) fn tables<T>(
        &mut self,
        key: &str,
        name: &'static str,
        mut read: impl FnMut(Reader<'a, '_>) -> T,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for value in self.values(key).unwrap_or_default() {
            let at = value.span().start;
            match value.into_inner() {
                DeValue::Table(table) => found.push(read(Reader::new(name, table, at, self.findings))),
                other => {
                    self.mismatch::<()>(key, at, "a table", &other);
                }
            }
        }
        found
    }

    /// The keys that are left, in the order of the file: for tables whose keys the author chooses.
    pub(super) fn keys(&self) -> Vec<At<String>> {
        let mut keys: Vec<_> =
            self.table.keys().map(|key| At::new(key.get_ref().to_string(), key.span().start)).collect();
        keys.sort_by_key(|key| key.at);
        keys
    }

    /// Reports every key that nothing has read.
    pub(super) fn finish(self) {
        for key in self.keys() {
            self.findings.add(key.at, format!("unknown key `{}` in {}", key.value, self.name));
        }
    }

    fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'a>>> {
        self.table.remove(key)
    }

    fn mismatch<T>(&mut self, key: &str, at: usize, wanted: &str, found: &DeValue<'_>) -> Option<T> {
        let shown: Cow<'_, str> = match found {
            DeValue::Integer(number) => number.as_str().into(),
            DeValue::Float(number) => number.as_str().into(),
            other => other.type_str().into(),
        };
        self.findings.add(at, format!("`{key}` must be {wanted}, not {shown}"));
        None
    }
}
