//! Text that has been checked: what holds one of these types needs no check any more.
//!
//! Text is trimmed and otherwise kept as typed. The limits are those of the product's rules for text and input.

mod contact;
mod json;
mod rejection;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use self::json::holds_nul;
pub use self::{
    contact::{Email, Phone},
    json::JsonObject,
    rejection::Rejection,
};

/// Which characters a text may hold beside the visible ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Newline and tab are fine.
    Many,
    /// One line: neither newline nor tab.
    One,
}

/// Trims and checks; every text type comes through here.
fn checked(text: &str, max: usize, lines: Lines) -> Result<String, Rejection> {
    let text = text.trim();
    let allowed = |c: char| lines == Lines::Many && matches!(c, '\n' | '\t' | '\r');
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err(Rejection::ControlCharacter);
    }
    // CRLF is what browsers send for a line break; a lone CR is a control character like any other.
    let text = text.replace("\r\n", "\n");
    if text.contains('\r') {
        return Err(Rejection::ControlCharacter);
    }
    if is_blank(&text) {
        return Err(Rejection::Blank);
    }
    if text.chars().count() > max {
        return Err(Rejection::TooLong { max });
    }
    Ok(text)
}

/// Whether nothing is left without white space and invisible characters.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Characters that draw nothing: Unicode's default-ignorable code points and the blank-looking fillers.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident: $max:literal, $lines:ident $(, $extra:path)?;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest accepted, in characters after trimming.
            pub const MAX: usize = $max;

            /// Trims and checks.
            ///
            /// # Errors
            /// A [`Rejection`] that says what is wrong with it.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, Rejection> {
                let text = checked(text.as_ref(), Self::MAX, Lines::$lines)?;
                $($extra(&text)?;)?
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Rejection;

            fn try_from(text: String) -> Result<Self, Rejection> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+};
}

text! {
    /// What a ticket or a chat is about, on one line.
    Subject: 255, One;
    /// A description, reply, note or message.
    Body: 10_000, Many;
    /// A person's name.
    PersonName: 120, One, not_markup;
    /// What a ticket or a chat is filed under, such as `billing`.
    Category: 50, One, slug;
    /// A label on a ticket.
    Tag: 50, One;
    /// What a customer writes beside a rating.
    Feedback: 2_000, Many;
    /// A client's own key of a message: the same key again is the same message.
    ClientMessageId: 128, One;
    /// A client's key of a request that creates: the same key again gets the first answer.
    IdempotencyKey: 255, One, visible_ascii;
    /// Words to search for.
    SearchText: 200, One;
    /// A language, such as `en` or `pt-BR`.
    LanguageTag: 35, One, language_tag;
    /// What somebody says of a change they made.
    ChangeNote: 500, Many;
}

/// Names are shown in many places; what could be taken for markup or a link has no business in one.
fn not_markup(text: &str) -> Result<(), Rejection> {
    if text.contains(['<', '>']) || text.contains("://") {
        return Err(Rejection::Format { expected: "a name without <, > or ://" });
    }
    Ok(())
}

fn slug(text: &str) -> Result<(), Rejection> {
    if text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-')) {
        return Ok(());
    }
    Err(Rejection::Format { expected: "lower-case letters, digits, _ and -" })
}

fn language_tag(text: &str) -> Result<(), Rejection> {
    let is_subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if text.split('-').all(is_subtag) && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Ok(());
    }
    Err(Rejection::Format { expected: "a language such as en or pt-BR" })
}

fn visible_ascii(text: &str) -> Result<(), Rejection> {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Rejection::Format { expected: "visible ASCII characters" })
}

/// Stars from a customer, 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Rating(u8);

impl Rating {
    /// Takes 1 to 5.
    ///
    /// # Errors
    /// [`Rejection::OutOfRange`] for anything else.
    pub fn new(stars: i64) -> Result<Self, Rejection> {
        match u8::try_from(stars) {
            Ok(stars @ 1..=5) => Ok(Self(stars)),
            _ => Err(Rejection::OutOfRange { min: 1, max: 5 }),
        }
    }

    /// The number of stars.
    pub const fn stars(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Rating {
    type Error = Rejection;

    fn try_from(stars: u8) -> Result<Self, Rejection> {
        Self::new(stars.into())
    }
}

impl From<Rating> for u8 {
    fn from(rating: Rating) -> Self {
        rating.0
    }
}

#[cfg(test)]
mod tests;
