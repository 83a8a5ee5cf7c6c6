//! Whether a proposed text may be shown: it names nothing that the passages do not.
//!
//! The check reads the text more suspiciously than any browser would (compatibility forms folded, brackets opened,
//! `example[.]com` joined). When it is in doubt it refuses, and the customer has what the bot would have said.

mod amount;
mod contact;
mod plain;

use std::{collections::HashSet, fmt};

use unicode_normalization::UnicodeNormalization;

use self::{amount::Amount, contact::Contact};
use super::Passage;

/// Why a text is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing of it is visible.
    Blank,
    /// It has more characters than are allowed.
    TooLong {
        /// How many are.
        max: usize,
    },
    /// It holds a control character, or one that is not seen or turns text around.
    Hidden(char),
    /// It holds HTML.
    Markup(String),
    /// It names a link, a host, an e-mail address or an account that no trusted passage names.
    Contact(String),
    /// It holds a phone number that no trusted passage holds.
    Phone(String),
    /// It holds a price, a percentage or a number that no trusted passage holds.
    Amount(String),
}

impl Refusal {
    /// Its stable name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::TooLong { .. } => "too_long",
            Self::Hidden(_) => "hidden_character",
            Self::Markup(_) => "markup",
            Self::Contact(_) => "contact",
            Self::Phone(_) => "phone",
            Self::Amount(_) => "amount",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("there is nothing to read"),
            Self::TooLong { max } => write!(f, "it is longer than {max} characters"),
            Self::Hidden(c) => write!(f, "it holds the hidden character U+{:04X}", u32::from(*c)),
            Self::Markup(found) => write!(f, "it holds markup: `{found}`"),
            Self::Contact(found) => write!(f, "no passage names `{found}`"),
            Self::Phone(found) => write!(f, "no passage holds the phone number {found}"),
            Self::Amount(found) => write!(f, "no passage holds {found}"),
        }
    }
}

/// What a text may name: the contacts and amounts of trusted passages.
#[derive(Debug, Default)]
pub(crate) struct Grounds {
    contacts: HashSet<Contact>,
    phones: HashSet<String>,
    amounts: HashSet<Amount>,
}

impl Grounds {
    /// What these passages allow.
    pub(crate) fn of(passages: &[Passage]) -> Self {
        let mut grounds = Self::default();
        for passage in passages.iter().filter(|passage| passage.trusted) {
            for text in passage.title.iter().chain([&passage.text]) {
                let text = folded(text);
                for contact in contact::find(&text) {
                    grounds.contacts.extend(contact.host_alone());
                    grounds.contacts.insert(contact);
                }
                grounds.phones.extend(contact::phones(&text));
                for amount in amount::find(&text) {
                    grounds.amounts.insert(amount.without_unit());
                    grounds.amounts.insert(amount);
                }
            }
        }
        grounds
    }

    /// The text as it is shown: plain, and grounded.
    ///
    /// # Errors
    /// What the text holds that it must not.
    pub(crate) fn check(&self, text: &str, max_length: usize) -> Result<String, Refusal> {
        if let Some(refusal) = hidden(text) {
            return Err(refusal);
        }
        // A passage may hold a placeholder such as `<name>`; a model that is asked for plain text has no use for it.
        if let Some(found) = plain::markup(text) {
            return Err(Refusal::Markup(excerpt(found)));
        }
        let text = plain::from_markdown(text);
        if crate::text::is_blank(&text) {
            return Err(Refusal::Blank);
        }
        if text.chars().count() > max_length {
            return Err(Refusal::TooLong { max: max_length });
        }
        let read = folded(&text);
        if let Some(found) = contact::find(&read).into_iter().find(|one| !self.contacts.contains(one)) {
            return Err(Refusal::Contact(excerpt(&found.to_string())));
        }
        if let Some(found) = contact::phones(&read).into_iter().find(|one| !self.phones.contains(one)) {
            return Err(Refusal::Phone(excerpt(&found)));
        }
        let claims = plain::without_list_numbers(&read);
        if let Some(found) = amount::find(&claims).into_iter().find(|one| !self.amounts.contains(one)) {
            return Err(Refusal::Amount(excerpt(&found.to_string())));
        }
        Ok(text)
    }
}

/// A character that nobody sees, if there is one.
pub(super) fn hidden(text: &str) -> Option<Refusal> {
    // What emoji and some scripts are joined with is fine; the check reads the text without it.
    let is_joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
    let is_hidden = |c: &char| match c {
        '\n' | '\t' | '\r' => false,
        c if c.is_control() => true,
        c => crate::text::is_invisible(*c) && !is_joiner(*c),
    };
    text.chars().find(is_hidden).map(Refusal::Hidden)
}

/// A text as it is read by the check: one form for what looks alike, lower case, nothing invisible.
fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !crate::text::is_invisible(*c)).flat_map(char::to_lowercase).collect()
}

/// Enough to see what was meant; traces are stored with every answer.
fn excerpt(found: &str) -> String {
    const MAX: usize = 80;
    match found.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", &found[..end]),
        None => found.to_owned(),
    }
}

#[cfg(test)]
mod tests;
