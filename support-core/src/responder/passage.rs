//! What an answer rests on.

use std::fmt;

use async_trait::async_trait;

use super::ResponderError;

/// A piece of the host's help pages, terms or price list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passage {
    /// Names it in traces: a path or a key.
    pub id: String,
    /// What it is about, if it has a heading.
    pub title: Option<String>,
    /// Plain text.
    pub text: String,
    /// Whether the host answers for every word of it.
    ///
    /// A text that others may have written (a forum, a wiki, old tickets) can inform an answer, but may have been
    /// written to be repeated: links, addresses, phone numbers, amounts and numbers that stand only there are refused
    /// as if they were invented.
    pub trusted: bool,
}

impl Passage {
    /// A passage that the host answers for.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), title: None, text: text.into(), trusted: true }
    }

    /// Gives it a heading.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Says that others may have written it.
    #[must_use]
    pub fn by_others(mut self) -> Self {
        self.trusted = false;
        self
    }
}

/// Finds the passages that may answer a message: a search of the host's.
#[async_trait]
pub trait PassageSource: Send + Sync + fmt::Debug {
    /// The passages that fit a message, the most fitting first; none if nothing does, and then nobody is asked.
    ///
    /// `limit` says how many are wanted; `language` is that of the conversation, if the bot knows.
    ///
    /// # Errors
    /// Any error leaves the customer with what the bot would have said.
    async fn find(
        &self,
        text: &str,
        language: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Passage>, ResponderError>;
}
