//! The bot that ships.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Answer, Bot, BotError, KnowledgeBase, Turn, Visitor, Welcome, pipeline, render};

/// A bot that answers by the rules of a [`KnowledgeBase`]: deterministic, explainable, offline.
///
/// The same knowledge base and the same turns give the same answers, byte for byte: wordings rotate by a hash of
/// session and category, and there is neither randomness nor a clock in it.
///
/// ```
/// use support_core::bot::RuleBot;
///
/// let bot = RuleBot::with_default_knowledge_base();
/// assert!(bot.knowledge_base().categories().any(|id| id == "pricing"));
/// ```
#[derive(Debug, Clone)]
pub struct RuleBot {
    knowledge: Arc<KnowledgeBase>,
}

impl RuleBot {
    /// A bot that knows what this knowledge base says.
    pub fn new(knowledge: impl Into<Arc<KnowledgeBase>>) -> Self {
        Self { knowledge: knowledge.into() }
    }

    /// A bot with the knowledge base that comes with this crate.
    pub fn with_default_knowledge_base() -> Self {
        Self::new(KnowledgeBase::built_in())
    }

    /// What the bot knows.
    pub fn knowledge_base(&self) -> &KnowledgeBase {
        &self.knowledge
    }

    /// Answers one message; [`Bot::answer`] without the future, as it never waits and never fails.
    pub fn reply(&self, turn: &Turn) -> Answer {
        pipeline::respond(&self.knowledge, turn)
    }
}

impl Default for RuleBot {
    fn default() -> Self {
        Self::with_default_knowledge_base()
    }
}

#[async_trait]
impl Bot for RuleBot {
    fn welcome(&self, visitor: &Visitor) -> Option<Welcome> {
        Some(render::welcome(&self.knowledge, visitor))
    }

    async fn answer(&self, turn: &Turn) -> Result<Answer, BotError> {
        Ok(self.reply(turn))
    }
}
