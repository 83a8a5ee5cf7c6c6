//! The bot: what answers first in a chat, and hands over to a human when it does not know.
//!
//! [`Bot`] is the door the desk talks through. [`RuleBot`] is the one that ships: deterministic,
//! explainable, offline. A host may plug in its own.

mod condition;
mod coverage;
mod decide;
mod entity;
pub mod evaluation;
mod explain;
mod fingerprint;
mod frustration;
mod knowledge;
mod language;
mod lexicon;
mod memory;
mod model;
mod normalize;
mod pattern;
mod pending;
mod pipeline;
mod render;
mod replies;
mod responses;
mod rule_bot;
mod rules;
mod score;
mod slots;
mod stats;
mod synonyms;
#[cfg(test)]
mod tests;
mod trace;
mod typo;
mod version;
mod vocabulary;

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::lexicon::ContentWords;
pub use self::{
    knowledge::{Counts, Diagnostic, KnowledgeBase, LoadError},
    rule_bot::RuleBot,
    stats::{AnswerCounts, AnswerFact, BotStats},
    version::{KnowledgeVersion, VersionInfo},
};
use crate::person::codes;

/// Answers customers while the bot owns their session.
///
/// The desk calls it after the customer's message is committed and outside any transaction. An answer is
/// written only if the bot still owns the session by then.
#[async_trait]
pub trait Bot: Send + Sync + fmt::Debug {
    /// The first message of a new session, or `None` to stay silent until the customer writes.
    fn welcome(&self, visitor: &Visitor) -> Option<Welcome>;

    /// Answers one message of the customer.
    ///
    /// # Errors
    /// Any error hands the session over to a human: a visitor is never stranded.
    async fn answer(&self, turn: &Turn) -> Result<Answer, BotError>;

    /// The answer that goes out when a [`Responder`](crate::responder::Responder) knew what this bot had missed: its
    /// text, with what the bot offers and remembers. By default what the bot offered and remembered of its miss.
    fn pass_on(&self, turn: &Turn, missed: Answer, text: String) -> Answer {
        let _ = turn;
        Answer { decision: Decision::Answer, handoff: None, category: None, is_task: false, text, ..missed }
    }

    /// What an agent who takes over should know of a conversation. By default, nothing beyond what was said.
    fn brief(&self, dialogue: &Dialogue) -> Briefing {
        let _ = dialogue;
        Briefing::default()
    }

    /// The knowledge bases that it answers from, the main one first. By default none, for a bot that has no such thing.
    fn knowledge_bases(&self) -> Vec<Arc<KnowledgeBase>> {
        Vec::new()
    }

    /// This bot for a tenant with knowledge bases of its own: each takes the place of the one in its language, or is
    /// added. Whatever else changes in this bot changes in that one. `None`, the default, for a bot that cannot.
    fn with_knowledge(&self, own: Vec<Arc<KnowledgeBase>>) -> Option<Arc<dyn Bot>> {
        let _ = own;
        None
    }
}

/// What the bot found out, for the agent who takes over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Briefing {
    /// What the customer answered to the bot's questions, by slot.
    pub slots: BTreeMap<String, String>,
    /// The categories that the conversation was about.
    pub categories: Vec<String>,
}

/// What the bot may know about the person it talks to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Visitor {
    /// Seeds the choice among wordings, so that a replay gives the same text.
    pub session_id: Uuid,
    /// The name the customer gave, if any.
    pub name: Option<String>,
    /// Whether the customer is signed in with the host.
    pub signed_in: bool,
}

/// One message of the customer, with everything the bot decides from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Turn {
    /// Who is asking.
    pub visitor: Visitor,
    /// What the customer wrote, as typed.
    pub text: String,
    /// The category behind a clicked suggestion; it wins over the text.
    pub intent_id: Option<String>,
    /// What the bot remembered of this conversation; the default value at its start.
    pub dialogue: Dialogue,
    /// When the message was written.
    pub now: DateTime<Utc>,
}

impl Turn {
    /// A turn without a clicked suggestion.
    pub fn new(visitor: Visitor, text: impl Into<String>, dialogue: Dialogue, now: DateTime<Utc>) -> Self {
        Self { visitor, text: text.into(), intent_id: None, dialogue, now }
    }

    /// Names the category of the suggestion that the customer clicked.
    #[must_use]
    pub fn with_intent(mut self, intent_id: Option<String>) -> Self {
        self.intent_id = intent_id;
        self
    }
}

/// The bot's memory of one conversation, stored with the session between turns.
///
/// Opaque to the desk; each [`Bot`] puts in what it needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dialogue(pub serde_json::Map<String, serde_json::Value>);

/// The bot's first words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Welcome {
    /// Plain text.
    pub text: String,
    /// What the customer may click instead of typing.
    pub suggestions: Vec<Suggestion>,
    /// The memory to start the conversation with.
    pub dialogue: Dialogue,
}

impl Welcome {
    /// A welcome with nothing to click and nothing remembered.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), suggestions: Vec::new(), dialogue: Dialogue::default() }
    }
}

/// A reply that the customer can give with one click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What the button says, and what is sent when it is clicked.
    pub label: String,
    /// The category it stands for, if it stands for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent_id: Option<String>,
}

/// How the bot decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// One category was clear enough.
    Answer,
    /// A few categories were likely; the customer chooses.
    DidYouMean,
    /// A human takes over.
    Handoff,
    /// Nothing was likely enough; the customer is asked to rephrase.
    Fallback,
}

codes!(Decision {
    Answer => "answer",
    DidYouMean => "did_you_mean",
    Handoff => "handoff",
    Fallback => "fallback",
});

/// Why a session goes to a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HandoffReason {
    /// The customer asked for a human.
    Asked,
    /// Two misses in a row.
    NotUnderstood,
    /// The same message again, or the same answer did not help.
    Repeated,
    /// The customer is losing patience.
    Frustrated,
    /// The category is always answered by humans.
    Category,
    /// The bot failed or took too long.
    BotError,
}

codes!(HandoffReason {
    Asked => "asked",
    NotUnderstood => "not_understood",
    Repeated => "repeated",
    Frustrated => "frustrated",
    Category => "category",
    BotError => "bot_error",
});

/// What the bot says, and what the desk does with the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answer {
    /// How it was decided.
    pub decision: Decision,
    /// Plain text for the customer.
    pub text: String,
    /// What the customer may click next.
    pub suggestions: Vec<Suggestion>,
    /// The category answered, or the task behind a handoff; `None` if it is not known.
    pub category: Option<String>,
    /// The categories that the customer is asked to choose among; set with [`Decision::DidYouMean`].
    pub offered: Vec<String>,
    /// Whether [`Answer::category`] says what the customer needs help with (greetings and thanks do not).
    pub is_task: bool,
    /// Set exactly when the decision is [`Decision::Handoff`].
    pub handoff: Option<HandoffReason>,
    /// Whether the message belongs in the log of unanswered questions.
    pub unanswered: bool,
    /// Whether a [`Responder`](crate::responder::Responder) wrote the text.
    pub generated: bool,
    /// The score of the winner, 0 to 1.
    pub score: f64,
    /// The memory to keep for the next turn.
    pub dialogue: Dialogue,
    /// Why the decision fell this way.
    pub trace: Trace,
}

impl Answer {
    /// An answer without category, suggestions, memory or trace.
    pub fn new(decision: Decision, text: impl Into<String>) -> Self {
        Self {
            decision,
            text: text.into(),
            suggestions: Vec::new(),
            category: None,
            offered: Vec::new(),
            is_task: false,
            handoff: (decision == Decision::Handoff).then_some(HandoffReason::Asked),
            unanswered: false,
            generated: false,
            score: 0.0,
            dialogue: Dialogue::default(),
            trace: Trace::default(),
        }
    }
}

/// The record of one decision: stages in order, each with its findings. Stored with the answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trace(pub BTreeMap<String, serde_json::Value>);

/// A bot that could not answer.
#[derive(Debug, thiserror::Error)]
#[error("the bot could not answer")]
#[non_exhaustive]
pub struct BotError {
    /// What went wrong, for the log.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl BotError {
    /// Wraps what went wrong.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
