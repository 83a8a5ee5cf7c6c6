//! Identifiers: newtypes, so that a session's id can never be handed in for a ticket's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::Rejection;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// A UUIDv7: later ids sort after earlier ones of the same process.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that an [`IdGenerator`](crate::time::IdGenerator) made or a store kept.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID, for stores.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

uuid_id! {
    /// Identifies a ticket.
    TicketId;
    /// Identifies an entry of a ticket's thread.
    EntryId;
    /// Identifies a chat session.
    SessionId;
    /// Identifies a message of a chat session.
    MessageId;
    /// Identifies a line of the log of unanswered questions.
    UnansweredId;
    /// Identifies an event that a hook was told of in vain.
    DeadLetterId;
}

macro_rules! opaque_id {
    ($($(#[$doc:meta])* $name:ident ($max:literal);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest accepted, in characters.
            pub const MAX: usize = $max;

            /// Takes any text of 1 to [`Self::MAX`] characters without control characters, as it is.
            ///
            /// # Errors
            /// A [`Rejection`] that says what is wrong with it.
            pub fn parse(text: impl Into<String>) -> Result<Self, Rejection> {
                let text = text.into();
                if text.is_empty() {
                    return Err(Rejection::Blank);
                }
                if text.chars().count() > Self::MAX {
                    return Err(Rejection::TooLong { max: Self::MAX });
                }
                if text.chars().any(char::is_control) {
                    return Err(Rejection::ControlCharacter);
                }
                Ok(Self(text))
            }

            /// The id as the host wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Rejection;

            fn try_from(text: String) -> Result<Self, Rejection> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

opaque_id! {
    /// A person of the host: opaque to the desk, compared exactly.
    UserId(128);
    /// An organization whose desk is separate from every other's.
    TenantId(128);
}

impl Default for TenantId {
    /// The one tenant of a host that has no tenants.
    fn default() -> Self {
        Self("default".to_owned())
    }
}
