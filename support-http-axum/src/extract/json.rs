//! JSON, read strictly: no duplicate keys, no nesting beyond the limit.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The deepest body accepted.
const MAX_DEPTH: usize = 16;

/// A body that was read, with the keys that stood in it twice.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) value: Value,
    pub(super) duplicates: Vec<String>,
}

/// Reads a body, or says why it is no JSON that is accepted here.
pub(super) fn read(bytes: &[u8]) -> Result<Document, &'static str> {
    let mut duplicates = Vec::new();
    let mut too_deep = false;
    let node =
        Node { depth: MAX_DEPTH, path: String::new(), duplicates: &mut duplicates, too_deep: &mut too_deep };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = node.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    match value {
        Ok(value) => Ok(Document { value, duplicates }),
        Err(_) if too_deep => Err("the body must be nested at most 16 levels deep"),
        Err(_) => Err("the body must be one JSON object in UTF-8"),
    }
}

struct Node<'a> {
    depth: usize,
    path: String,
    duplicates: &'a mut Vec<String>,
    too_deep: &'a mut bool,
}

impl Node<'_> {
    fn child(&mut self, name: &str) -> Node<'_> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) };
        Node { depth: self.depth - 1, path, duplicates: self.duplicates, too_deep: self.too_deep }
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        if self.depth == 0 {
            *self.too_deep = true;
            return Err(E::custom("too deep"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self.child(&array.len().to_string()))? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            let pointer = key.replace('~', "~0").replace('/', "~1");
            let child = self.child(&pointer);
            if object.contains_key(&key) {
                child.duplicates.push(child.path.clone());
            }
            let value = fields.next_value_seed(child)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_whole() {
        let document = read(br#" {"a": [1, -2, 2.5, true, null, "x"], "b": {"c": {}}} "#).unwrap();
        assert_eq!(document.value, serde_json::json!({"a": [1, -2, 2.5, true, null, "x"], "b": {"c": {}}}));
        assert!(document.duplicates.is_empty());
    }

    #[test]
    fn duplicate_keys_are_named_wherever_they_stand() {
        let document = read(br#"{"a": 1, "a": {"d": 1, "d": 1}, "b": [{"c~/": 1, "c~/": 1}]}"#).unwrap();
        assert_eq!(document.duplicates, ["a", "a/d", "b/0/c~0~1"]);
    }

    #[test]
    fn depth_is_limited() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(nested(16).as_bytes()).is_ok());
        assert!(read(nested(17).as_bytes()).unwrap_err().contains("16 levels"));
        assert!(read(nested(50_000).as_bytes()).is_err());
    }

    #[test]
    fn broken_bytes_are_no_json() {
        for bytes in [&b""[..], b"{", b"{}{}", b"\xff", b"{\"a\": \"\xff\"}", b"{\"a\": \"\\ud800\"}", b"NaN"]
        {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }
}
