//! Which of several knowledge bases answers: the one in whose language the customer writes.

use std::sync::Arc;

use serde_json::json;

use super::{
    Answer, Decision, HandoffReason, KnowledgeBase, Turn, lexicon::primary, memory::Memory,
    normalize::Normalized, pipeline,
};

/// Answers one message from a chain of knowledge bases, the main one first.
pub(super) fn respond(chain: &[Arc<KnowledgeBase>], turn: &Turn) -> Answer {
    let before = Memory::recall(&turn.dialogue).language;
    let index = choose(chain, before.as_deref(), &turn.text);
    let answer = pipeline::respond(&chain[index], turn);
    if index == 0 || !is_miss(&answer) {
        return spoken(&chain[index], answer);
    }
    // What the customer's language has no words for, the main one may have.
    let main = pipeline::respond(&chain[0], turn);
    if is_miss(&main) { spoken(&chain[index], answer) } else { spoken(&chain[index], main) }
}

/// The knowledge base in whose language an answer was given.
pub(super) fn spoken_in<'a>(chain: &'a [Arc<KnowledgeBase>], answer: &Answer) -> &'a KnowledgeBase {
    let tag = Memory::recall(&answer.dialogue).language;
    let spoken = chain.iter().find(|knowledge| knowledge.languages().first() == tag.as_ref());
    spoken.or(chain.first()).expect("a bot has a main knowledge base")
}

/// Remembers the language of the conversation, and says it in the trace.
fn spoken(knowledge: &KnowledgeBase, mut answer: Answer) -> Answer {
    let tag = knowledge.languages().first().map_or("", String::as_str);
    answer.dialogue.0.insert("language".to_owned(), json!(tag));
    answer.trace.0.insert("00_language".to_owned(), json!(tag));
    answer
}

fn is_miss(answer: &Answer) -> bool {
    answer.decision == Decision::Fallback || answer.handoff == Some(HandoffReason::NotUnderstood)
}

/// The knowledge base that knows clearly more of the words than the one in use, which goes on otherwise.
fn choose(chain: &[Arc<KnowledgeBase>], before: Option<&str>, text: &str) -> usize {
    let speaks = |knowledge: &Arc<KnowledgeBase>, tag: &str| {
        knowledge.languages().iter().any(|known| known == tag || primary(known) == primary(tag))
    };
    let current =
        before.and_then(|tag| chain.iter().position(|knowledge| speaks(knowledge, tag))).unwrap_or(0);
    let heard = Normalized::plain(text);
    let known = |knowledge: &Arc<KnowledgeBase>| {
        let words = heard.tokens().iter().map(|token| heard.word(token));
        words.filter(|word| knowledge.lexicon.knows(word, &knowledge.vocabulary)).count()
    };
    let mut best = (current, known(&chain[current]));
    for (index, knowledge) in chain.iter().enumerate() {
        let count = known(knowledge);
        if count > best.1 && 2 * count >= heard.tokens().len() {
            best = (index, count);
        }
    }
    best.0
}
