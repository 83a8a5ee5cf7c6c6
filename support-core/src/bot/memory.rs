//! What the bot remembers between two turns of one conversation.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Briefing, Dialogue, Suggestion,
    knowledge::{Category, KnowledgeBase},
};

/// The rule bot's content of a [`Dialogue`].
///
/// It comes back from the store, where anything may have happened to it: what cannot be read is forgotten,
/// never an error, and no field is trusted to name a category that still exists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// The last task category that was answered or handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) topic: Option<String>,
    /// The category of the last answer, social ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answered: Option<String>,
    /// How many times running a task category was answered; a social answer between does not end the run.
    pub(super) streak: u32,
    /// Misses since the last answer.
    pub(super) misses: u32,
    /// How often each category or reply was shown.
    pub(super) shown: BTreeMap<String, u32>,
    /// Fingerprint of the customer's last message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) heard: Option<String>,
    /// Fingerprint of the bot's last text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) said: Option<String>,
    /// The suggestions below the bot's last text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) offered: Vec<Suggestion>,
    /// Whether the last text asked the customer to choose among them.
    pub(super) choosing: bool,
    /// What the customer answered to the bot's questions, by slot.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) slots: BTreeMap<String, String>,
    /// The category whose question is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) asking: Option<String>,
    /// How often the open question was asked.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) asked: u32,
    /// The language of the conversation, where the bot speaks several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<String>,
    /// How much patience the customer has lost, in points.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) frustration: u32,
    /// The slots that the bot has stopped asking for.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) given_up: BTreeSet<String>,
}

impl Memory {
    /// What is left of the memory.
    pub(super) fn recall(dialogue: &Dialogue) -> Self {
        Self::deserialize(&dialogue.0).unwrap_or_default()
    }

    /// The memory as the desk stores it.
    pub(super) fn store(&self) -> Dialogue {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => Dialogue(map),
            _ => Dialogue::default(),
        }
    }

    /// What an agent should know: the tasks that the bot spoke about, and what it was told.
    pub(super) fn brief(&self, knowledge: &KnowledgeBase) -> Briefing {
        let is_about = |category: &&Category| {
            category.is_task()
                && (self.times_shown(&category.id) > 0 || self.topic.as_ref() == Some(&category.id))
        };
        let categories = knowledge.categories.iter().filter(is_about).map(|category| category.id.clone());
        Briefing { slots: self.slots.clone(), categories: categories.collect() }
    }

    /// How often a category or reply was shown in this conversation.
    pub(super) fn times_shown(&self, key: &str) -> u32 {
        self.shown.get(key).copied().unwrap_or_default()
    }

    /// Counts a category or reply as shown.
    pub(super) fn count_shown(&mut self, key: &str) {
        let times = self.times_shown(key).saturating_add(1);
        self.shown.insert(key.to_owned(), times);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
