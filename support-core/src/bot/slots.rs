//! Questions that categories ask: when to ask, what counts as an answer, what interrupts, and the way back.

use super::{
    decide::{Ruling, Verdict},
    entity::{self, BuiltIn, Entities},
    knowledge::KnowledgeBase,
    memory::Memory,
    normalize::Normalized,
    responses::Responses,
};

/// So often the bot asks the same; then it answers without.
const MAX_ASKED: u32 = 2;

/// A question of a category.
#[derive(Debug)]
pub(super) struct Ask {
    /// Under which name the answer is kept.
    pub(super) slot: String,
    /// Which entity answers it.
    pub(super) kind: String,
    pub(super) prompt: Responses,
    /// Under which key the memory counts the prompt.
    pub(super) key: String,
}

/// What a ruling does about questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asking {
    /// The answer that the message holds: slot and value.
    pub(super) filled: Option<(String, String)>,
    /// The category whose question is asked.
    pub(super) prompt: Option<Prompt>,
    /// The slot that the bot stops asking for.
    pub(super) given_up: Option<String>,
}

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    /// In place of an answer, which has to wait.
    Instead(usize),
    /// After the answer to something else that came between.
    After(usize),
}

/// A message with what it names.
#[derive(Clone, Copy)]
pub(super) struct Heard<'a> {
    pub(super) original: &'a str,
    pub(super) normalized: &'a Normalized,
    pub(super) entities: &'a Entities<'a>,
}

/// Lets an open question, or the one of the category to be answered, have its say.
pub(super) fn settle(knowledge: &KnowledgeBase, memory: &Memory, heard: Heard<'_>, ruling: Ruling) -> Ruling {
    let open = memory.asking.as_deref().and_then(|id| knowledge.index_of(id));
    if let Some(index) = open
        && let Some(ask) = &knowledge.categories[index].ask
    {
        return consume(knowledge, memory, heard, index, ask, ruling);
    }
    match ruling.verdict {
        Verdict::Answer(index) => begin(knowledge, memory, heard, index, ruling),
        _ => ruling,
    }
}

/// The category to be answered may have a question first.
fn begin(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    heard: Heard<'_>,
    index: usize,
    mut ruling: Ruling,
) -> Ruling {
    let Some(ask) = &knowledge.categories[index].ask else { return ruling };
    let named = heard.entities.first(&ask.kind).map(|entity| entity.value.clone());
    if let Some(value) = named {
        ruling.asking.filled = Some((ask.slot.clone(), value));
    } else if !memory.slots.contains_key(&ask.slot) && !memory.given_up.contains(&ask.slot) {
        ruling.asking.prompt = Some(Prompt::Instead(index));
    }
    ruling
}

/// A question is open: the message answers it, or something else comes first, or it is asked again.
fn consume(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    heard: Heard<'_>,
    open: usize,
    ask: &Ask,
    mut ruling: Ruling,
) -> Ruling {
    // No miss hands over here: with a question open there was none before.
    if matches!(ruling.verdict, Verdict::Handoff { .. }) {
        return ruling;
    }
    if let Some(value) = answer(knowledge, ask, heard) {
        let mut answered = Ruling::answered_question(open, "it answers the bot's question");
        answered.asking.filled = Some((ask.slot.clone(), value));
        return answered;
    }
    let is_no = knowledge.no.iter().any(|word| word == heard.normalized.text());
    let interrupts = matches!(ruling.verdict, Verdict::Answer(other) if other != open);
    if interrupts && !is_no {
        if memory.asked < MAX_ASKED {
            ruling.asking.prompt = Some(Prompt::After(open));
        }
        return ruling;
    }
    if ask.kind == BuiltIn::Text.name() && !heard.normalized.is_empty() && !is_no {
        let mut answered = Ruling::answered_question(open, "it answers the bot's question");
        answered.asking.filled = Some((ask.slot.clone(), entity::value(heard.original)));
        return answered;
    }
    let mut asked = Ruling::answered_question(open, "the bot's question is still open");
    if is_no || memory.asked >= MAX_ASKED {
        asked.why = "the question stays without an answer";
        asked.asking.given_up = Some(ask.slot.clone());
    } else {
        asked.asking.prompt = Some(Prompt::Instead(open));
    }
    asked
}

/// What of the message answers a question.
fn answer(knowledge: &KnowledgeBase, ask: &Ask, heard: Heard<'_>) -> Option<String> {
    if ask.kind == BuiltIn::YesNo.name() {
        let says = |words: &[String]| words.iter().any(|word| word == heard.normalized.text());
        let yes = says(&knowledge.yes).then_some("yes");
        return yes.or_else(|| says(&knowledge.no).then_some("no")).map(str::to_owned);
    }
    heard.entities.first(&ask.kind).map(|entity| entity.value.clone())
}
