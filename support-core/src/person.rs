//! People, as the host describes them.

use serde::{Deserialize, Serialize};

use crate::{
    id::UserId,
    text::{Email, PersonName, is_blank},
};

/// A person of the host: an id, and a snapshot of what they were called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// The host's id.
    pub id: UserId,
    /// What they are called, if the host said so.
    pub name: Option<String>,
    /// Where they get mail, if the host said so.
    pub email: Option<String>,
}

impl Person {
    /// A person known by id alone.
    pub const fn new(id: UserId) -> Self {
        Self { id, name: None, email: None }
    }

    /// Adds a name. What is kept of it is one line of at most 120 characters.
    #[must_use]
    pub fn named(mut self, name: impl AsRef<str>) -> Self {
        self.name = one_line(name.as_ref(), PersonName::MAX);
        self
    }

    /// Adds an e-mail address, which is the host's and not checked beyond its length: longer than 254 characters is
    /// none.
    #[must_use]
    pub fn with_email(mut self, email: impl AsRef<str>) -> Self {
        let email = email.as_ref();
        self.email = (email.chars().count() <= Email::MAX).then(|| one_line(email, Email::MAX)).flatten();
        self
    }

    /// What to show: the name, or else the id.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }
}

/// What can be kept of the host's word on one line, or `None` if nothing is left.
fn one_line(text: &str, max: usize) -> Option<String> {
    let line: String = text.trim().chars().filter(|c| !c.is_control()).take(max).collect();
    (!is_blank(&line)).then_some(line)
}

/// Somebody who answers customers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Agent {
    /// The host's id.
    pub id: UserId,
    /// What customers see.
    pub name: String,
    /// Whether they take conversations now.
    pub availability: Availability,
}

impl Agent {
    /// An agent who is away until they say otherwise.
    pub fn new(id: UserId, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), availability: Availability::Away }
    }
}

/// Whether an agent takes conversations now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Availability {
    /// Takes conversations.
    Online,
    /// Not at the desk.
    #[default]
    Away,
    /// At the desk, and wants no more conversations.
    Busy,
}

/// Who did something, kept beside what they did.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Actor {
    /// The host's id; `None` for guests, the bot and the system.
    pub id: Option<UserId>,
    /// What they were called then.
    pub name: Option<String>,
    /// In which role they did it.
    pub kind: ActorKind,
}

impl Actor {
    /// An actor without an id.
    pub const fn nameless(kind: ActorKind) -> Self {
        Self { id: None, name: None, kind }
    }

    /// Somebody with what the host knows of them.
    pub fn person(person: &Person, kind: ActorKind) -> Self {
        Self { id: Some(person.id.clone()), name: Some(person.display_name().to_owned()), kind }
    }
}

/// A role in which something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A guest or a user.
    Customer,
    /// Staff.
    Agent,
    /// The bot.
    Bot,
    /// The desk itself, or the host.
    System,
}

macro_rules! codes {
    ($name:ident { $($variant:ident => $code:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of its declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, as stores and clients write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Rejection;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::text::Rejection::Format { expected: concat!("one of" $(, " ", $code)+) }),
                }
            }
        }
    };
}
pub(crate) use codes;

codes!(ActorKind { Customer => "customer", Agent => "agent", Bot => "bot", System => "system" });
codes!(Availability { Online => "online", Away => "away", Busy => "busy" });
