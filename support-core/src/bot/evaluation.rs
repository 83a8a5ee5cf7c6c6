//! How well a bot does on labeled messages, and which thresholds would do better.
//!
//! The examples of a knowledge base teach the bot; what they taught, only other messages can tell. Collect some, say
//! for each which category is right, and let [`Evaluation::run`] count, or [`tune`] look for thresholds.

mod tally;
mod tuning;

use chrono::DateTime;

pub use self::{
    tally::{CategoryTally, Tally},
    tuning::{Tuning, tune},
};
use super::{Answer, Decision, Dialogue, HandoffReason, RuleBot, Turn, Visitor};

/// The label of messages that are none of the bot's business.
pub const OUT_OF_SCOPE: &str = "oos";

/// A message and the category that should answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Labeled {
    /// What the customer wrote.
    pub text: String,
    /// The id of the right category, or [`OUT_OF_SCOPE`].
    pub category: String,
}

/// What the bot made of one message in a conversation of its own.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// How it was decided.
    pub decision: Decision,
    /// The category that was answered, or that handed over; `None` if the bot did not commit itself.
    pub category: Option<String>,
    /// The categories offered instead.
    pub choices: Vec<String>,
    /// The score of the likeliest category.
    pub score: f64,
}

impl Outcome {
    /// Asks a bot one message, as a stranger in a new conversation.
    pub fn of(bot: &RuleBot, text: &str) -> Self {
        let turn = Turn::new(Visitor::default(), text, Dialogue::default(), DateTime::UNIX_EPOCH);
        Self::from_answer(bot, bot.reply(&turn))
    }

    fn from_answer(bot: &RuleBot, answer: Answer) -> Self {
        let category = match (answer.decision, answer.handoff) {
            // A wish for a human belongs to the category that grants it, whatever it was about.
            (Decision::Handoff, Some(HandoffReason::Asked)) => bot.human_category(),
            (Decision::Handoff, Some(HandoffReason::Category)) | (Decision::Answer, _) => answer.category,
            _ => None,
        };
        let choices = match answer.decision {
            Decision::DidYouMean => {
                let knowledge = bot.knowledge_base();
                let ids = answer.suggestions.into_iter().filter_map(|suggestion| suggestion.intent_id);
                ids.filter(|id| knowledge.index_of(id).is_some()).collect()
            }
            _ => Vec::new(),
        };
        Self { decision: answer.decision, category, choices, score: answer.score }
    }
}

/// Labeled messages and what a bot made of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Each message with its outcome, in their order.
    pub rows: Vec<(Labeled, Outcome)>,
}

impl Evaluation {
    /// Asks a bot every message, each in a conversation of its own.
    pub fn run(bot: &RuleBot, messages: impl IntoIterator<Item = Labeled>) -> Self {
        let rows = messages.into_iter().map(|message| {
            let outcome = Outcome::of(bot, &message.text);
            (message, outcome)
        });
        Self { rows: rows.collect() }
    }

    /// Counts.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.rows)
    }

    /// Which categories were answered for which: right category, outcome, how often; sorted.
    ///
    /// An outcome without a category is named by its decision.
    pub fn confusion(&self) -> Vec<(String, String, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for (message, outcome) in &self.rows {
            let got = outcome.category.clone().unwrap_or_else(|| format!("({})", outcome.decision.as_str()));
            *counts.entry((message.category.clone(), got)).or_insert(0) += 1;
        }
        counts.into_iter().map(|((right, got), count)| (right, got, count)).collect()
    }
}
