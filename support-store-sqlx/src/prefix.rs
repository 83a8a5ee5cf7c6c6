//! The beginning of every table's name.

use std::{fmt, str::FromStr, sync::Arc};

/// The beginning of every table's name: `support_` unless the host chooses another, so that the desk can live among
/// the host's own tables.
///
/// 1 to 24 of `a` to `z`, `0` to `9` and `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Prefix(Arc<str>);

/// No prefix for tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a table prefix must be 1 to 24 of a-z, 0-9 and _, beginning with a letter")]
#[non_exhaustive]
pub struct BadPrefix;

impl Prefix {
    /// The prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Prefix {
    type Err = BadPrefix;

    fn from_str(text: &str) -> Result<Self, BadPrefix> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        // SQLite keeps such names for itself.
        let reserved = text.starts_with("sqlite_");
        if starts_well && !reserved && text.len() <= 24 && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(BadPrefix)
        }
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("support_".into())
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_plain() {
        assert!("desk2_".parse::<Prefix>().is_ok());
        for text in ["", "2desk", "_desk", "Desk", "a-b", "a;drop", "a\"b", "sqlite_x", &"a".repeat(25)] {
            assert_eq!(text.parse::<Prefix>(), Err(BadPrefix), "{text}");
        }
    }
}
