//! Reading a query string parameter by parameter.

use std::collections::BTreeMap;

use support_core::{
    desk::PageQuery,
    store::Limit,
    text::{Rejection, is_blank},
};

use crate::problem::{BadField, Problem};

/// The parameters of a query string, taken out one by one. What is left over at the end is unknown.
#[derive(Debug)]
pub(crate) struct Query {
    given: BTreeMap<String, Vec<String>>,
    errors: Vec<BadField>,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            given.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self { given, errors: Vec::new() }
    }

    fn keep<T>(&mut self, name: &str, parsed: Result<T, Rejection>) -> Option<T> {
        parsed.map_err(|rejection| self.errors.push(BadField::rejected(name, &rejection))).ok()
    }

    /// Whether a parameter is given, and not blank.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(|values| values.iter().any(|value| !is_blank(value)))
    }

    /// A parameter that may be absent, and stands once. Blank counts as absent.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(String) -> Result<T, Rejection>,
    ) -> Option<T> {
        let mut values = self.given.remove(name)?;
        let value = values.pop()?;
        if !values.is_empty() {
            self.errors.push(BadField::new(name, "duplicate_parameter", "must be given once"));
            return None;
        }
        if is_blank(&value) {
            return None;
        }
        self.keep(name, parse(value))
    }

    /// A parameter that may be repeated, for any of its values.
    pub(crate) fn any_of<T>(&mut self, name: &str, parse: impl Fn(String) -> Result<T, Rejection>) -> Vec<T> {
        let values = self.given.remove(name).unwrap_or_default();
        let values = values.into_iter().filter(|value| !is_blank(value));
        let mut read = Vec::new();
        for value in values {
            read.extend(self.keep(name, parse(value)));
        }
        read
    }

    /// A whole number that may be absent.
    pub(crate) fn integer<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(i64) -> Result<T, Rejection>,
    ) -> Option<T> {
        self.optional(name, |text| {
            let digits = text.strip_prefix('-').unwrap_or(&text);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Rejection::Format { expected: "an integer" });
            }
            // What does not fit is out of every range there is.
            parse(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
        })
    }

    /// `limit`, or its default.
    pub(crate) fn limit(&mut self) -> Limit {
        self.integer("limit", Limit::new).unwrap_or_default()
    }

    /// `limit` and `cursor`.
    pub(crate) fn page(&mut self) -> PageQuery {
        PageQuery { limit: self.limit(), cursor: self.optional("cursor", Ok) }
    }

    /// Notes that a parameter does not go with the others.
    pub(crate) fn refuse(&mut self, name: &str, rejection: &Rejection) {
        self.errors.push(BadField::rejected(name, rejection));
    }

    /// The parameters that nobody has taken.
    fn unknown(&self) -> Vec<BadField> {
        let unknown = |name: &String| {
            let pointer: String = name.chars().take(64).collect();
            BadField::new(&pointer, "unknown_parameter", "is not a parameter of this request")
        };
        self.given.keys().map(unknown).collect()
    }

    /// Every bad parameter, those among them that nobody has taken.
    pub(super) fn refused(mut self) -> Vec<BadField> {
        let unknown = self.unknown();
        self.errors.extend(unknown);
        self.errors
    }

    /// Ends reading: the value, or every bad parameter.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Problem> {
        let refused = self.refused();
        if refused.is_empty() { Ok(value) } else { Err(Problem::invalid(refused)) }
    }
}
