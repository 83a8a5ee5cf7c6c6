//! Reading a body field by field, so that every bad one is named at once.

use serde_json::{Map, Value};
use support_core::text::{JsonObject, Rejection, is_blank};

use crate::problem::{BadField, Problem};

/// The fields of a body, taken out one by one. What is left over at the end is unknown.
#[derive(Debug)]
pub(crate) struct Fields {
    given: Map<String, Value>,
    errors: Vec<BadField>,
}

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// It creates something, so that the answer can be kept under an idempotency key.
    Creates,
    /// It creates something and may say nothing of it: an empty body is as good as `{}`.
    CreatesOptional,
    /// It changes something.
    Changes,
    /// It says nothing that the path does not say: an empty body is as good as `{}`.
    Optional,
}

impl BodyKind {
    /// Whether an empty body is as good as `{}`.
    pub(super) const fn may_be_empty(self) -> bool {
        matches!(self, Self::CreatesOptional | Self::Optional)
    }

    /// Whether the answer can be kept under an idempotency key.
    pub(super) const fn creates(self) -> bool {
        matches!(self, Self::CreatesOptional | Self::Creates)
    }
}

/// What a handler reads from a body, and what was wrong with it.
pub(crate) trait Read: Sized {
    /// What the body is for.
    const KIND: BodyKind = BodyKind::Changes;

    /// Takes the fields out. Whatever is returned counts only if no field was bad.
    fn read(fields: &mut Fields) -> Option<Self>;
}

impl Fields {
    pub(super) fn new(given: Map<String, Value>, duplicates: &[String]) -> Self {
        let twice = |field: &String| BadField::new(field, "duplicate_field", "is given twice");
        Self { given, errors: duplicates.iter().map(twice).collect() }
    }

    /// Whether a field is given, and not as `null` or blank.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(|value| !is_absent(value))
    }

    /// Whether a field stands in the body, be it as `null`.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// A text as it was typed, left where it is.
    pub(crate) fn str(&self, name: &str) -> Option<&str> {
        self.given.get(name).and_then(Value::as_str)
    }

    /// Whether a field is given as `null`.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(Value::is_null)
    }

    /// Notes a bad field.
    pub(crate) fn refuse(&mut self, field: &str, rejection: &Rejection) {
        self.errors.push(BadField::rejected(field, rejection));
    }

    /// Notes a bad header.
    pub(super) fn refuse_header(&mut self, name: &str, rejection: &Rejection) {
        self.errors.push(BadField::rejected(name, rejection));
    }

    /// Notes bad fields that the domain refused.
    pub(crate) fn refuse_all(&mut self, errors: &[support_core::FieldError]) {
        self.errors.extend(errors.iter().map(BadField::from));
    }

    fn wrong_type(&mut self, field: &str, expected: &str) {
        self.errors.push(BadField::new(field, "invalid_type", format!("must be {expected}")));
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.given.remove(name).filter(|value| !is_absent(value))
    }

    fn keep<T>(&mut self, name: &str, parsed: Result<T, Rejection>) -> Option<T> {
        parsed.map_err(|rejection| self.refuse(name, &rejection)).ok()
    }

    /// A text that may be absent.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(String) -> Result<T, Rejection>,
    ) -> Option<T> {
        match self.take(name)? {
            Value::String(text) => self.keep(name, parse(text)),
            _ => {
                self.wrong_type(name, "a string");
                None
            }
        }
    }

    /// A text as it was typed, for what is checked elsewhere.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.optional(name, Ok)
    }

    /// A text that must be there. Blank is refused as blank, not as absent.
    pub(crate) fn required<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(String) -> Result<T, Rejection>,
    ) -> Option<T> {
        match self.given.remove(name) {
            Some(Value::String(text)) => self.keep(name, parse(text)),
            None | Some(Value::Null) => {
                self.refuse(name, &Rejection::Required);
                None
            }
            Some(_) => {
                self.wrong_type(name, "a string");
                None
            }
        }
    }

    /// A whole number that must be there. `5.0`, `"5"` and `true` are none.
    pub(crate) fn required_integer<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(i64) -> Result<T, Rejection>,
    ) -> Option<T> {
        match self.given.remove(name) {
            None | Some(Value::Null) => {
                self.refuse(name, &Rejection::Required);
                None
            }
            Some(Value::Number(number)) if !number.is_f64() => {
                // What does not fit is out of every range there is.
                self.keep(name, parse(number.as_i64().unwrap_or(i64::MAX)))
            }
            Some(_) => {
                self.wrong_type(name, "an integer");
                None
            }
        }
    }

    /// A truth value that may be absent.
    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            _ => {
                self.wrong_type(name, "true or false");
                None
            }
        }
    }

    /// A truth value that must be there.
    pub(crate) fn required_boolean(&mut self, name: &str) -> Option<bool> {
        if !self.has(name) {
            self.given.remove(name);
            self.refuse(name, &Rejection::Required);
            return None;
        }
        self.boolean(name)
    }

    /// A JSON object that may be absent.
    pub(crate) fn object(&mut self, name: &str) -> Option<JsonObject> {
        match self.take(name)? {
            Value::Object(object) => self.keep(name, JsonObject::new(object)),
            _ => {
                self.wrong_type(name, "an object");
                None
            }
        }
    }

    /// A list of texts that may be absent; each bad item is named.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        parse: impl Fn(String) -> Result<T, Rejection>,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(name)? else {
            self.wrong_type(name, "an array of strings");
            return None;
        };
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let field = format!("{name}/{index}");
            match item {
                Value::String(text) => read.extend(self.keep(&field, parse(text))),
                _ => self.wrong_type(&field, "a string"),
            }
        }
        Some(read)
    }

    /// The fields of an object within the body, that may be absent. Its bad fields are named with their path.
    pub(crate) fn nested<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let Value::Object(object) = self.take(name)? else {
            self.wrong_type(name, "an object");
            return None;
        };
        let mut inner = Self::new(object, &[]);
        let value = read(&mut inner);
        inner.refuse_unknown();
        let prefixed = |mut error: BadField| {
            error.nest(name);
            error
        };
        self.errors.extend(inner.errors.into_iter().map(prefixed));
        value
    }

    /// Takes a field out as it is, also if it is `null`; `None` if it is not there.
    pub(crate) fn raw(&mut self, name: &str) -> Option<Value> {
        self.given.remove(name)
    }

    /// Notes that a field has the wrong type.
    pub(crate) fn refuse_type(&mut self, name: &str, expected: &str) {
        self.wrong_type(name, expected);
    }

    fn refuse_unknown(&mut self) {
        let unknown = |name: &String| {
            let pointer = name.replace('~', "~0").replace('/', "~1");
            BadField::new(&pointer, "unknown_field", "is not a field of this request")
        };
        // A pointer repeats a name that the client chose: only as much of it as can be no secret.
        self.errors.extend(self.given.keys().map(|name| unknown(&name.chars().take(64).collect())));
    }

    /// Ends reading: the value, or every bad field, beside what else was wrong with the request.
    pub(super) fn finish<T>(mut self, value: Option<T>, elsewhere: Vec<BadField>) -> Result<T, Problem> {
        self.refuse_unknown();
        self.errors.extend(elsewhere);
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(Problem::invalid(self.errors)),
        }
    }
}

/// `null` and blank text count as absent.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => is_blank(text),
        _ => false,
    }
}

/// The body of a request that says everything in its path: none, or an object without fields.
#[derive(Debug)]
pub(crate) struct Nothing;

impl Read for Nothing {
    const KIND: BodyKind = BodyKind::Optional;

    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }
}
