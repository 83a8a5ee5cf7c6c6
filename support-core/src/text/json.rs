//! JSON that a host or a client keeps beside an object.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Rejection;

/// A JSON object of at most 16 KiB and 8 levels, without NUL in its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct JsonObject(Map<String, Value>);

impl JsonObject {
    /// The largest accepted, in bytes of its compact form.
    pub const MAX_BYTES: usize = 16 * 1024;
    /// The deepest accepted, the object itself being the first level.
    pub const MAX_DEPTH: usize = 8;

    /// Checks an object.
    ///
    /// # Errors
    /// [`Rejection::TooDeep`], [`Rejection::TooLong`] or [`Rejection::ControlCharacter`].
    pub fn new(object: Map<String, Value>) -> Result<Self, Rejection> {
        let object = Value::Object(object);
        check(&object, Self::MAX_DEPTH)?;
        // Writing to a vector cannot fail, and a `Value` has no key that is not text.
        if serde_json::to_vec(&object).map_or(usize::MAX, |bytes| bytes.len()) > Self::MAX_BYTES {
            return Err(Rejection::TooLong { max: Self::MAX_BYTES });
        }
        match object {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(Rejection::Format { expected: "an object" }),
        }
    }

    /// The object.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Whether the object has no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check(value: &Value, levels: usize) -> Result<(), Rejection> {
    let deeper = || levels.checked_sub(1).ok_or(Rejection::TooDeep { max: JsonObject::MAX_DEPTH });
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => no_nul(text),
        Value::Array(items) => {
            let levels = deeper()?;
            items.iter().try_for_each(|item| check(item, levels))
        }
        Value::Object(fields) => {
            let levels = deeper()?;
            fields.iter().try_for_each(|(key, value)| no_nul(key).and_then(|()| check(value, levels)))
        }
    }
}

/// Whether some text in a value holds NUL.
pub(crate) fn holds_nul(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
    }
}

/// PostgreSQL's jsonb refuses NUL; all stores refuse alike, before they are asked (S-47).
fn no_nul(text: &str) -> Result<(), Rejection> {
    if text.contains('\0') { Err(Rejection::ControlCharacter) } else { Ok(()) }
}

impl TryFrom<Map<String, Value>> for JsonObject {
    type Error = Rejection;

    fn try_from(object: Map<String, Value>) -> Result<Self, Rejection> {
        Self::new(object)
    }
}

impl From<JsonObject> for Map<String, Value> {
    fn from(object: JsonObject) -> Self {
        object.0
    }
}
