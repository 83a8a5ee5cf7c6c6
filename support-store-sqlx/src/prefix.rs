//! Where the tables are: the beginning of their names, and the schema.

use std::{fmt, str::FromStr, sync::Arc};

/// The beginning of every table's name: `support_` unless the host chooses another, so that the desk can live among
/// the host's own tables.
///
/// 1 to 24 of `a` to `z`, `0` to `9` and `_`, beginning with a letter. On PostgreSQL the tables may be in a schema of
/// their own as well ([`in_schema`](Self::in_schema)).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// `"schema".prefix_`, or `prefix_`.
    qualified: Arc<str>,
    /// Where the prefix begins in it.
    begins: usize,
}

/// No prefix for tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a table prefix must be 1 to 24 of a-z, 0-9 and _, beginning with a letter")]
#[non_exhaustive]
pub struct BadPrefix;

/// No name for a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a schema must be 1 to 63 of a-z, 0-9 and _, beginning with a letter, and not with pg_")]
#[non_exhaustive]
pub struct BadSchema;

impl Prefix {
    /// The prefix.
    pub fn as_str(&self) -> &str {
        &self.qualified[self.begins..]
    }

    /// The schema, unless it is the one that connections begin in.
    pub fn schema(&self) -> Option<&str> {
        self.qualified[..self.begins].strip_prefix('"')?.strip_suffix("\".")
    }

    /// The same prefix for tables in a schema, which is made if it is not there. PostgreSQL alone has schemas.
    ///
    /// # Errors
    /// [`BadSchema`] unless it is 1 to 63 of `a` to `z`, `0` to `9` and `_`, beginning with a letter and not with `pg_`.
    pub fn in_schema(self, schema: &str) -> Result<Self, BadSchema> {
        if !is_plain(schema, 63) || schema.starts_with("pg_") {
            return Err(BadSchema);
        }
        // Quoted, so that a word of SQL is a name too.
        let quoted = format!("\"{schema}\".");
        Ok(Self { qualified: format!("{quoted}{self}").into(), begins: quoted.len() })
    }

    /// What stands before a table's own name.
    pub(crate) fn qualified(&self) -> &str {
        &self.qualified
    }
}

fn is_plain(text: &str, longest: usize) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= longest && text.bytes().all(plain)
}

impl FromStr for Prefix {
    type Err = BadPrefix;

    fn from_str(text: &str) -> Result<Self, BadPrefix> {
        // SQLite keeps such names for itself.
        let reserved = text.starts_with("sqlite_");
        if is_plain(text, 24) && !reserved {
            Ok(Self { qualified: text.into(), begins: 0 })
        } else {
            Err(BadPrefix)
        }
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self { qualified: "support_".into(), begins: 0 }
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prefix").field(&self.qualified).finish()
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

    #[test]
    fn a_schema_is_plain_and_comes_before_the_prefix() {
        let prefix = Prefix::default().in_schema("order").unwrap();
        assert_eq!((prefix.as_str(), prefix.schema()), ("support_", Some("order")));
        assert_eq!(prefix.qualified(), r#""order".support_"#);
        let other = prefix.in_schema("desk").unwrap();
        assert_eq!(other.qualified(), r#""desk".support_"#);
        assert_eq!(Prefix::default().schema(), None);
        for text in ["", "2desk", "Desk", "a-b", "a\"b", "a.b", "pg_toast", &"a".repeat(64)] {
            assert_eq!(Prefix::default().in_schema(text), Err(BadSchema), "{text}");
        }
    }
}
