//! The bot that ships.

use std::{
    path::Path,
    sync::{Arc, LazyLock, Once, PoisonError, RwLock},
    thread,
};

use async_trait::async_trait;

use super::{
    Answer, Bot, BotError, Briefing, Dialogue, KnowledgeBase, LoadError, Turn, Visitor, Welcome, language,
    memory::Memory, pipeline, render,
};

/// A bot that answers by the rules and examples of a [`KnowledgeBase`]: deterministic, explainable, offline.
///
/// The same knowledge base and the same turns give the same answers, byte for byte: wordings rotate by a hash of
/// session and category, and there is neither randomness nor a clock in it.
///
/// It may speak several languages, each with a knowledge base of its own. A message is answered in the language it is
/// written in, or else in that of the conversation so far; what that knowledge base does not understand, the main one
/// may.
///
/// Its clones are the same bot: what [`RuleBot::replace`] gives one, all have.
///
/// ```
/// use support_core::bot::RuleBot;
///
/// let bot = RuleBot::with_default_knowledge_base();
/// assert!(bot.knowledge_base().categories().any(|id| id == "pricing"));
/// ```
#[derive(Debug, Clone)]
pub struct RuleBot {
    chain: Arc<Chain>,
    /// What takes the place of those in the same languages.
    own: Vec<Arc<KnowledgeBase>>,
}

/// Knowledge bases, the main one first; never empty. They may still be learned when the bot is there.
type Chain =
    LazyLock<RwLock<Vec<Arc<KnowledgeBase>>>, Box<dyn FnOnce() -> RwLock<Vec<Arc<KnowledgeBase>>> + Send>>;

impl RuleBot {
    /// A bot that knows what this knowledge base says.
    pub fn new(knowledge: impl Into<Arc<KnowledgeBase>>) -> Self {
        let knowledge = knowledge.into();
        Self::knowing(move || vec![knowledge])
    }

    /// A bot with the knowledge bases that come with this crate: English, and German.
    ///
    /// It learns them in threads of its own, a fraction of a second of processor time, so that nobody who starts a
    /// server waits for them; who needs the bot before that does.
    pub fn with_default_knowledge_base() -> Self {
        static AHEAD: Once = Once::new();
        // Where no thread can be had, they are learned when they are needed.
        AHEAD.call_once(|| {
            drop(thread::Builder::new().spawn(KnowledgeBase::built_in_german));
            drop(thread::Builder::new().spawn(KnowledgeBase::built_in));
        });
        Self::knowing(|| vec![KnowledgeBase::built_in(), KnowledgeBase::built_in_german()])
    }

    fn knowing(learn: impl FnOnce() -> Vec<Arc<KnowledgeBase>> + Send + 'static) -> Self {
        Self { chain: Arc::new(LazyLock::new(Box::new(|| RwLock::new(learn())))), own: Vec::new() }
    }

    /// Adds a knowledge base in another language. Its categories share the ids of the others.
    #[must_use]
    pub fn speaking(self, knowledge: impl Into<Arc<KnowledgeBase>>) -> Self {
        self.replace(knowledge);
        self
    }

    /// Puts a knowledge base in place of the one in the same language, or adds it if there is none.
    ///
    /// Turns that have begun end with what they began with; no message is dropped.
    pub fn replace(&self, knowledge: impl Into<Arc<KnowledgeBase>>) {
        let knowledge = knowledge.into();
        put(&mut self.chain.write().unwrap_or_else(PoisonError::into_inner), knowledge);
    }

    /// What it answers from at this moment.
    fn chain(&self) -> Vec<Arc<KnowledgeBase>> {
        let mut chain = self.chain.read().unwrap_or_else(PoisonError::into_inner).clone();
        for knowledge in &self.own {
            put(&mut chain, Arc::clone(knowledge));
        }
        chain
    }

    /// Reads a knowledge base again, and takes it over if all its checks pass. Otherwise nothing changes.
    ///
    /// # Errors
    /// Those of [`KnowledgeBase::from_file`].
    pub fn reload(&self, path: impl AsRef<Path>) -> Result<Arc<KnowledgeBase>, LoadError> {
        let knowledge = Arc::new(KnowledgeBase::from_file(path)?);
        self.replace(Arc::clone(&knowledge));
        Ok(knowledge)
    }

    /// What the bot knows, in its main language.
    pub fn knowledge_base(&self) -> Arc<KnowledgeBase> {
        self.chain().swap_remove(0)
    }

    /// The category of customers who want a human, if there is one.
    pub fn human_category(&self) -> Option<String> {
        let knowledge = self.knowledge_base();
        knowledge.human.map(|index| knowledge.categories[index].id.clone())
    }

    /// Answers one message; [`Bot::answer`] without the future, as it never waits and never fails.
    pub fn reply(&self, turn: &Turn) -> Answer {
        match self.chain().as_slice() {
            [only] => pipeline::respond(only, turn),
            several => language::respond(several, turn),
        }
    }
}

/// Puts a knowledge base in place of the one in its language, or behind all others.
fn put(chain: &mut Vec<Arc<KnowledgeBase>>, knowledge: Arc<KnowledgeBase>) {
    match chain.iter_mut().find(|known| known.language() == knowledge.language()) {
        Some(known) => *known = knowledge,
        None => chain.push(knowledge),
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
        Some(render::welcome(&self.knowledge_base(), visitor))
    }

    async fn answer(&self, turn: &Turn) -> Result<Answer, BotError> {
        Ok(self.reply(turn))
    }

    fn pass_on(&self, turn: &Turn, missed: Answer, text: String) -> Answer {
        let chain = self.chain();
        let knowledge = language::spoken_in(&chain, &missed);
        render::pass_on(knowledge, turn, missed, text)
    }

    fn brief(&self, dialogue: &Dialogue) -> Briefing {
        Memory::recall(dialogue).brief(&self.knowledge_base())
    }

    fn knowledge_bases(&self) -> Vec<Arc<KnowledgeBase>> {
        self.chain()
    }

    fn with_knowledge(&self, own: Vec<Arc<KnowledgeBase>>) -> Option<Arc<dyn Bot>> {
        Some(Arc::new(Self { chain: Arc::clone(&self.chain), own }))
    }
}
