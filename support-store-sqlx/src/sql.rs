//! Statements: constant text, and values bound to it (S-31).

use support_core::time::Timestamp;
use uuid::Uuid;

/// A value to bind. Each database keeps it in the type it has for it.
#[derive(Debug, Clone)]
pub enum Bind {
    Text(Option<String>),
    Integer(Option<i64>),
    Uuid(Option<Uuid>),
    Time(Option<Timestamp>),
    Bytes(Option<Vec<u8>>),
    Json(serde_json::Value),
}

macro_rules! binds {
    ($($type:ty => $variant:ident |$value:ident| $some:expr;)+) => {$(
        impl From<$type> for Bind {
            fn from($value: $type) -> Self {
                Self::$variant(Some($some))
            }
        }

        impl From<Option<$type>> for Bind {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $some))
            }
        }
    )+};
}

binds! {
    String => Text |text| text;
    &str => Text |text| text.to_owned();
    i64 => Integer |number| number;
    Uuid => Uuid |id| id;
    Timestamp => Time |moment| moment;
    Vec<u8> => Bytes |bytes| bytes;
}

impl From<serde_json::Value> for Bind {
    fn from(value: serde_json::Value) -> Self {
        Self::Json(value)
    }
}

impl From<u64> for Bind {
    /// Counts and places of the desk; none comes near the largest `i64`.
    fn from(number: u64) -> Self {
        Self::Integer(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

/// A statement in the making.
///
/// `?` stands for the next value and `@tickets` for the table with the store's prefix; both are put in when the
/// statement is sent. Text is constant: it comes from this crate alone.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    binds: Vec<Bind>,
}

impl Sql {
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), binds: Vec::new() }
    }

    /// Adds constant text.
    pub(crate) fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Gives the next `?` its value.
    pub(crate) fn bind(mut self, value: impl Into<Bind>) -> Self {
        self.binds.push(value.into());
        self
    }

    /// Gives the next `?`s their values.
    pub(crate) fn bind_all(mut self, values: impl IntoIterator<Item = Bind>) -> Self {
        self.binds.extend(values);
        self
    }

    /// Adds another statement's text and values.
    pub(crate) fn append(mut self, other: Self) -> Self {
        self.text.push_str(&other.text);
        self.binds.extend(other.binds);
        self
    }

    /// Adds `(?, ?, …)` for values.
    pub(crate) fn values<V: Into<Bind>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.text.push('(');
        for (index, value) in values.into_iter().enumerate() {
            self.text.push_str(if index == 0 { "?" } else { ", ?" });
            self.binds.push(value.into());
        }
        self.text.push(')');
        self
    }

    /// Adds ` and column in (…)`, or nothing where there is nothing to choose from.
    pub(crate) fn and_any_of<V: Into<Bind>>(
        self,
        column: &str,
        values: impl ExactSizeIterator<Item = V>,
    ) -> Self {
        if values.len() == 0 {
            return self;
        }
        self.push(" and ").push(column).push(" in ").values(values)
    }

    /// All rows of several queries, none of which has an order or a limit of its own.
    pub(crate) fn any_of(queries: impl IntoIterator<Item = Self>) -> Self {
        queries.into_iter().enumerate().fold(Self::default(), |all, (index, query)| {
            all.push(if index == 0 { "" } else { " union all " }).append(query)
        })
    }

    /// All rows of several queries, each of which may have an order and a limit of its own.
    pub(crate) fn union_all(queries: impl IntoIterator<Item = Self>) -> Self {
        queries.into_iter().enumerate().fold(Self::default(), |all, (index, query)| {
            let begin = if index == 0 { "select * from (" } else { " union all select * from (" };
            all.push(begin).append(query).push(&format!(") place{index}"))
        })
    }

    /// Whether it is about a table, `@tickets` for example.
    pub(crate) fn mentions(&self, table: &str) -> bool {
        self.text.contains(table)
    }

    /// The statement as a database takes it.
    pub(crate) fn finish(
        self,
        prefix: &str,
        placeholder: impl Fn(&mut String, usize),
    ) -> (String, Vec<Bind>) {
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut count = 0;
        let mut chars = self.text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                // A table; elsewhere it is part of an operator.
                '@' if chars.peek().is_some_and(char::is_ascii_lowercase) => text.push_str(prefix),
                '?' => {
                    count += 1;
                    placeholder(&mut text, count);
                }
                c => text.push(c),
            }
        }
        debug_assert_eq!(count, self.binds.len(), "every `?` has a value: {text}");
        (text, self.binds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_get_the_prefix_and_values_their_places() {
        let sql = Sql::new("select x from @tickets where a @@ ?")
            .bind("1")
            .and_any_of("b", [2_i64, 3].into_iter())
            .and_any_of("c", Vec::<i64>::new().into_iter());
        let (text, binds) = sql.finish("p_", |text, n| text.push_str(&format!("${n}")));
        assert_eq!(text, "select x from p_tickets where a @@ $1 and b in ($2, $3)");
        assert_eq!(binds.len(), 3);
    }
}
