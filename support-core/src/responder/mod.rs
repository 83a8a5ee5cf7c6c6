//! A language model or a search service that answers what the bot cannot.
//!
//! The bot is complete without one. A desk with a [`Responder`] asks it when the bot has missed a message, and never
//! instead of the bot: not when the customer wants a human, not when a category goes to humans, not once a human has
//! the chat. It answers from [`Passage`]s of the host's and has no tools; whatever it was told to do, by a customer or
//! by a passage, all it can do is propose a text.
//!
//! That text is not trusted. A customer sees it only if it holds no link, address, phone number, amount or number
//! that is not in the passages, no markup and no hidden character, and is not too long. Otherwise, and when the
//! responder declines, fails, is late or over its budget ([`ResponderLimits`]), the customer sees exactly what the bot
//! would have said without it. The answer's trace says which responder was asked, with which passages, and what came
//! of it; the message's metadata says `"generated": true`.
//!
//! Text may arrive in pieces. They are looked at as they come, so that one that goes wrong is given up early, but **a
//! customer is shown the whole text or nothing**: a message is written once and read by others at once, and a sentence
//! that has been shown cannot be taken back when the next one invents a price.
//!
//! ```
//! use async_trait::async_trait;
//! use support_core::{
//!     SupportDesk,
//!     bot::RuleBot,
//!     memory::MemoryStore,
//!     responder::{Draft, Finish, Passage, Passages, Question, Responder, ResponderError},
//! };
//!
//! /// Says what the best passage says.
//! #[derive(Debug)]
//! struct Quote;
//!
//! #[async_trait]
//! impl Responder for Quote {
//!     fn name(&self) -> &str {
//!         "quote"
//!     }
//!
//!     async fn respond(&self, question: &Question, draft: &mut Draft) -> Result<Finish, ResponderError> {
//!         let Some(passage) = question.passages.first() else { return Ok(Finish::Declined) };
//!         draft.push(&passage.text)?;
//!         Ok(Finish::Complete)
//!     }
//! }
//!
//! let help = Passages::new([Passage::new("backups", "Backups are made every night and kept for 14 days.")]);
//! let desk = SupportDesk::builder(MemoryStore::new())
//!     .bot(RuleBot::with_default_knowledge_base())
//!     .responder(Quote, help)
//!     .build();
//! # drop(desk);
//! ```

mod budget;
mod check;
mod draft;
mod limits;
mod passage;
mod passages;

use std::{error::Error as StdError, fmt};

use async_trait::async_trait;
use uuid::Uuid;

pub(crate) use self::{
    budget::{Budget, Denied, Pass},
    check::Grounds,
};
pub use self::{
    check::Refusal,
    draft::Draft,
    limits::ResponderLimits,
    passage::{Passage, PassageSource},
    passages::Passages,
};

/// Proposes a text for a message that the bot missed; see the [module](self).
#[async_trait]
pub trait Responder: Send + Sync + fmt::Debug {
    /// What it is called in traces, such as `openai:gpt-4o-mini`.
    fn name(&self) -> &str;

    /// Answers a question from its passages, into the draft.
    ///
    /// Called outside any transaction, with a limit of time; dropped when that is over. There is at least one passage.
    ///
    /// # Errors
    /// Any error leaves the customer with what the bot would have said.
    async fn respond(&self, question: &Question, draft: &mut Draft) -> Result<Finish, ResponderError>;
}

/// What a responder is asked. It is not told who asks: names and addresses stay with the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// The customer's message as typed. It is theirs: it may hold anything, orders to the model too.
    pub text: String,
    /// The language of the conversation as a tag such as `de`, if the bot knows.
    pub language: Option<String>,
    /// What the answer has to rest on, the most fitting first.
    pub passages: Vec<Passage>,
    /// A longer answer, in characters, is refused.
    pub max_length: usize,
    /// Which conversation it belongs to.
    pub session_id: Uuid,
}

impl Question {
    /// A question with passages, of a conversation that has no name yet.
    pub fn new(text: impl Into<String>, passages: Vec<Passage>) -> Self {
        let max_length = ResponderLimits::default().max_length;
        Self { text: text.into(), language: None, passages, max_length, session_id: Uuid::nil() }
    }
}

/// How a responder ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way to end without an error")]
pub enum Finish {
    /// The draft is the whole answer.
    Complete,
    /// The passages do not answer the question, or it will not be answered; what is in the draft is dropped.
    Declined,
}

/// A responder, or a source of passages, that could not do its work.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct ResponderError {
    /// What went wrong in a few words, for the trace that staff read. No secret, nothing that a customer wrote.
    pub message: String,
    /// What is behind it, for the log.
    #[source]
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ResponderError {
    /// An error with nothing behind it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// Says what is behind it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}
