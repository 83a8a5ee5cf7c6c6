//! Checksums that do not depend on the database, or on the order of rows.

use std::fmt;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::rows::Copied;
use crate::sql::Bind;

/// The number of rows, and the sum of their SHA-256, each cut to 128 bits.
///
/// A sum is the same in every order, and tells a row that is there twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checksum {
    rows: u64,
    sum: u128,
}

impl Checksum {
    /// How many rows went into it.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn add(&mut self, row: &Copied) {
        let mut bytes = Vec::new();
        row.values.iter().for_each(|value| write(value, &mut bytes));
        let mut beginning = [0; 16];
        beginning.copy_from_slice(&Sha256::digest(&bytes)[..16]);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(beginning));
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.sum)
    }
}

/// Writes a value so that no two values, and no two rows of them, are written alike.
fn write(value: &Bind, to: &mut Vec<u8>) {
    match value {
        Bind::Text(value) => tagged(b't', value.as_ref().map(String::as_bytes), to),
        Bind::Integer(value) => {
            tagged(b'i', value.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice), to);
        }
        Bind::Uuid(value) => tagged(b'u', value.as_ref().map(|id| id.as_bytes().as_slice()), to),
        Bind::Time(value) => {
            let micros = value.map(|moment| moment.timestamp_micros().to_be_bytes());
            tagged(b'm', micros.as_ref().map(<[u8; 8]>::as_slice), to);
        }
        Bind::Bytes(value) => tagged(b'b', value.as_deref(), to),
        Bind::Json(value) => {
            let mut text = String::new();
            canonical(value, &mut text);
            tagged(b'j', Some(text.as_bytes()), to);
        }
    }
}

fn tagged(tag: u8, bytes: Option<&[u8]>, to: &mut Vec<u8>) {
    to.push(tag);
    match bytes {
        None => to.push(0),
        Some(bytes) => {
            to.push(1);
            to.extend((bytes.len() as u64).to_be_bytes());
            to.extend(bytes);
        }
    }
}

/// JSON in one spelling: the names of an object sorted, as not every database keeps their order.
fn canonical(value: &Value, to: &mut String) {
    match value {
        Value::Array(items) => {
            to.push('[');
            for item in items {
                canonical(item, to);
                to.push(',');
            }
            to.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            to.push('{');
            for (name, value) in members {
                to.push_str(&Value::from(name.as_str()).to_string());
                to.push(':');
                canonical(value, to);
                to.push(',');
            }
            to.push('}');
        }
        // Decimals have one zero.
        Value::Number(number) if number.is_f64() && number.as_f64() == Some(0.0) => to.push_str("0.0"),
        plain => to.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::rows::Searched, *};

    fn of(rows: &[&[Bind]]) -> Checksum {
        let mut checksum = Checksum::default();
        for values in rows {
            checksum.add(&Copied { values: values.to_vec(), searched: Searched::Nothing });
        }
        checksum
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_their_number_does() {
        let (a, b) = ([Bind::from("a")], [Bind::from("b")]);
        assert_eq!(of(&[&a, &b]), of(&[&b, &a]));
        assert_ne!(of(&[&a, &b]), of(&[&a, &b, &b]));
        assert_ne!(of(&[&a, &a]), of(&[&b, &b]));
    }

    #[test]
    fn values_do_not_run_into_each_other() {
        assert_ne!(of(&[&["ab".into(), "c".into()]]), of(&[&["a".into(), "bc".into()]]));
        assert_ne!(of(&[&[Bind::Text(None)]]), of(&[&["".into()]]));
        assert_ne!(of(&[&[Bind::from(1_i64)]]), of(&[&["1".into()]]));
    }

    #[test]
    fn json_is_compared_by_what_it_says() {
        let spelled = |text: &str| of(&[&[serde_json::from_str::<Value>(text).unwrap().into()]]);
        assert_eq!(spelled(r#"{"a": 1, "b": [-0.0]}"#), spelled(r#"{"b":[0.0],"a":1}"#));
        assert_ne!(spelled("[1]"), spelled("[1.0]"));
        assert_ne!(of(&[&[json!([["a"], "b"]).into()]]), of(&[&[json!([["a", "b"]]).into()]]));
    }
}
