//! What a message names: addresses, amounts, dates, numbers, and what the knowledge base has a pattern for.
//!
//! Entities are found in the message as typed. The built-in ones are found word by word, without patterns.

mod word;

use std::ops::Range;

use regex::Regex;

use super::normalize::{Normalized, Token};

/// A longer value is cut: a slot holds a number or an address, not a letter.
const MAX_VALUE: usize = 200;
/// So many entities in one message are enough.
const MAX_FOUND: usize = 32;

/// A kind of entity that needs no pattern in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BuiltIn {
    Email,
    Url,
    Domain,
    Money,
    Date,
    Phone,
    YesNo,
    /// The whole message.
    Text,
}

impl BuiltIn {
    pub(super) const ALL: [Self; 8] =
        [Self::Email, Self::Url, Self::Domain, Self::Money, Self::Date, Self::Phone, Self::YesNo, Self::Text];

    /// Its name in files and traces.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Url => "url",
            Self::Domain => "domain",
            Self::Money => "money",
            Self::Date => "date",
            Self::Phone => "phone",
            Self::YesNo => "yes_no",
            Self::Text => "text",
        }
    }
}

/// A kind of entity with a pattern of its own.
#[derive(Debug)]
pub(super) struct Custom {
    pub(super) name: String,
    pub(super) pattern: Regex,
}

/// Something that the message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity<'a> {
    pub(super) kind: &'a str,
    pub(super) value: String,
    /// Bytes of the message as typed.
    pub(super) at: Range<usize>,
}

/// Everything that a message names, the knowledge base's own kinds first.
#[derive(Debug, Default)]
pub(super) struct Entities<'a>(Vec<Entity<'a>>);

impl<'a> Entities<'a> {
    /// Looks for entities in a message, of which the bot reads no more than `end` bytes.
    pub(super) fn find(text: &str, end: usize, custom: &'a [Custom]) -> Self {
        let text = text.get(..end).unwrap_or(text);
        let own = custom.iter().flat_map(|custom| {
            custom.pattern.find_iter(text).map(|found| Entity {
                kind: &custom.name,
                value: value(found.as_str()),
                at: found.range(),
            })
        });
        let mut found: Vec<Entity<'a>> = own.take(MAX_FOUND).collect();
        for (kind, at) in word::find(text) {
            let is_taken = |known: &Entity<'_>| known.at.start < at.end && at.start < known.at.end;
            if found.len() < MAX_FOUND && !found.iter().any(is_taken) {
                found.push(Entity { kind: kind.name(), value: value(&text[at.clone()]), at });
            }
        }
        Self(found)
    }

    /// The first entity of a kind.
    pub(super) fn first(&self, kind: &str) -> Option<&Entity<'a>> {
        self.0.iter().find(|entity| entity.kind == kind)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entity<'a>> {
        self.0.iter()
    }

    /// Whether a word of the message is part of one.
    pub(super) fn cover(&self, token: &Token) -> bool {
        self.0.iter().any(|entity| entity.at.start < token.source.end && token.source.start < entity.at.end)
    }
}

/// The byte after the last word that the bot read.
pub(super) fn end_of(heard: &Normalized) -> usize {
    heard.tokens().last().map_or(0, |token| token.source.end)
}

/// A whole message as a value.
pub(super) fn value(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_VALUE).collect()
}
