//! How a customer can be reached.

use std::{fmt, str::FromStr};

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use super::{Lines, Rejection, checked};

/// An e-mail address, its domain in lower-case ASCII.
///
/// At most 254 bytes, local part at most 64, a domain with a dot; no quotes, comments, IP literals or display
/// names. Compared in lower case. Nobody has proven that it is theirs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The longest accepted, in bytes (RFC 5321).
    pub const MAX: usize = 254;

    /// Trims, checks and brings the domain into its one form.
    ///
    /// # Errors
    /// [`Rejection::Blank`] or [`Rejection::Email`].
    pub fn parse(text: impl AsRef<str>) -> Result<Self, Rejection> {
        let text = checked(text.as_ref(), usize::MAX, Lines::One)?;
        let strict = Options::default().with_required_tld().without_domain_literal().without_display_text();
        let (local, domain) = text.rsplit_once('@').ok_or(Rejection::Email)?;
        // Internationalized domains are compared in their ASCII form; the strict profile refuses look-alike junk.
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| Rejection::Email)?;
        let refused = |c: char| {
            c.is_whitespace()
                || matches!(c, '"' | '(' | ')' | ',' | '<' | '>' | '[' | ']' | '\\' | '@' | ':' | ';')
        };
        if local.is_empty() || local.contains(refused) || local.len() > 64 || !domain.contains('.') {
            return Err(Rejection::Email);
        }
        // A last label of digits only is an IP address, not a name.
        if domain.rsplit('.').next().is_none_or(|last| last.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Rejection::Email);
        }
        let address = format!("{local}@{domain}");
        if address.len() > Self::MAX || EmailAddress::parse_with_options(&address, strict).is_err() {
            return Err(Rejection::Email);
        }
        Ok(Self(address))
    }

    /// The address, local part as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in the form in which addresses are compared.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

impl Eq for Email {}

/// A phone number: digits, with a leading `+` if it was typed.
///
/// Typed with at most 32 characters of digits, blanks, `-().` and one leading `+`; at least 10 characters and
/// 7 to 15 digits (E.164).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// The longest accepted, in characters as typed.
    pub const MAX: usize = 32;
    /// The shortest accepted, in characters as typed.
    pub const MIN: usize = 10;

    /// Trims, checks and drops everything but digits and a leading `+`.
    ///
    /// # Errors
    /// [`Rejection::Blank`] or [`Rejection::Phone`].
    pub fn parse(text: impl AsRef<str>) -> Result<Self, Rejection> {
        let text = checked(text.as_ref(), usize::MAX, Lines::One)?;
        let length = text.chars().count();
        if !(Self::MIN..=Self::MAX).contains(&length) {
            return Err(Rejection::Phone);
        }
        Self::normalize(&text)
    }

    fn normalize(text: &str) -> Result<Self, Rejection> {
        let (plus, rest) = text.strip_prefix('+').map_or(("", text), |rest| ("+", rest));
        if !rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.')) {
            return Err(Rejection::Phone);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&digits.len()) {
            return Err(Rejection::Phone);
        }
        Ok(Self(format!("{plus}{digits}")))
    }

    /// The number: digits, with a leading `+` if it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = Rejection;

    /// Reads a stored number, which may be shorter than what had to be typed.
    fn try_from(text: String) -> Result<Self, Rejection> {
        Self::normalize(&text)
    }
}

impl TryFrom<String> for Email {
    type Error = Rejection;

    fn try_from(text: String) -> Result<Self, Rejection> {
        Self::parse(text)
    }
}

impl FromStr for Email {
    type Err = Rejection;

    fn from_str(text: &str) -> Result<Self, Rejection> {
        Self::parse(text)
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

as_text!(Email, Phone);
