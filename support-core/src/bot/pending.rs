//! What the bot's last text left open: its suggestions, and "did you mean".

use super::{
    knowledge::{KnowledgeBase, SOMETHING_ELSE},
    memory::Memory,
    normalize::Normalized,
};

/// What the customer chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// A category.
    Category(usize),
    /// None of the choices.
    SomethingElse,
}

/// A clicked suggestion; an id that means nothing (any more) leaves the text to speak.
pub(super) fn clicked(knowledge: &KnowledgeBase, intent_id: Option<&str>) -> Option<Choice> {
    by_id(knowledge, intent_id?)
}

/// A suggestion of the bot's last text, typed instead of clicked, or a plain yes or no to it.
pub(super) fn answered(knowledge: &KnowledgeBase, memory: &Memory, heard: &Normalized) -> Option<Choice> {
    if heard.is_empty() {
        return None;
    }
    let typed = memory
        .offered
        .iter()
        .filter(|offer| Normalized::new(&offer.label, &knowledge.synonyms).text() == heard.text())
        .find_map(|offer| by_id(knowledge, offer.intent_id.as_deref()?));
    typed.or_else(|| yes_or_no(knowledge, memory, heard))
}

/// Whether these are the words of a suggestion below the bot's last text.
pub(super) fn is_offered(knowledge: &KnowledgeBase, memory: &Memory, heard: &Normalized) -> bool {
    memory
        .offered
        .iter()
        .any(|offer| Normalized::new(&offer.label, &knowledge.synonyms).text() == heard.text())
}

fn by_id(knowledge: &KnowledgeBase, id: &str) -> Option<Choice> {
    if id == SOMETHING_ELSE {
        Some(Choice::SomethingElse)
    } else {
        knowledge.index_of(id).map(Choice::Category)
    }
}

/// "Yes" means something if one choice was offered, "no" if any was.
fn yes_or_no(knowledge: &KnowledgeBase, memory: &Memory, heard: &Normalized) -> Option<Choice> {
    if !memory.choosing {
        return None;
    }
    if knowledge.no.iter().any(|word| word == heard.text()) {
        return Some(Choice::SomethingElse);
    }
    if !knowledge.yes.iter().any(|word| word == heard.text()) {
        return None;
    }
    let mut choices = memory
        .offered
        .iter()
        .filter_map(|offer| knowledge.index_of(offer.intent_id.as_deref()?))
        .filter(|index| Some(*index) != knowledge.human);
    let only = choices.next()?;
    choices.next().is_none().then_some(Choice::Category(only))
}
