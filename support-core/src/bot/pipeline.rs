//! The way of a message through the bot: pure functions, in this order.
//!
//! 0 guard · 1 normalize · 2 typo · 3 entities · 4 pending · 5 hard rules · 6 rules ·
//! 7 lexical · 8 context · 9 decide · 10 articles (later) ·
//! 11 render · 12 log: the trace and the `unanswered` flag of the answer.

use super::{
    Answer, Trace, Turn,
    coverage::Likeness,
    decide::{self, Ruling, Verdict},
    entity::{self, Entities},
    fingerprint, frustration,
    knowledge::KnowledgeBase,
    memory::Memory,
    normalize::Normalized,
    pending::{self, Choice},
    render,
    score::{self, Candidate},
    slots::{self, Heard},
};

/// Answers one message.
pub(super) fn respond(knowledge: &KnowledgeBase, turn: &Turn) -> Answer {
    let mut memory = Memory::recall(&turn.dialogue);
    let mut trace = Trace::default();
    let (heard, corrections) = knowledge.hear(&turn.text);
    let entities = Entities::find(&turn.text, entity::end_of(&heard), &knowledge.entities);
    trace.message(&heard, &corrections, &entities);
    let message = Heard { original: &turn.text, normalized: &heard, entities: &entities };
    let ruling = rule(knowledge, &memory, turn, message, &mut trace);
    let ruling = keep_calm(knowledge, &mut memory, turn, &heard, ruling);
    let ruling = slots::settle(knowledge, &memory, message, ruling);
    trace.question(knowledge, &ruling);
    trace.patience(memory.frustration);
    render::answer(knowledge, turn, &heard, memory, &ruling, trace)
}

/// A customer who loses patience gets a human, unless that is what happens anyway.
fn keep_calm(
    knowledge: &KnowledgeBase,
    memory: &mut Memory,
    turn: &Turn,
    heard: &Normalized,
    ruling: Ruling,
) -> Ruling {
    memory.frustration = frustration::points(knowledge, memory.frustration, &turn.text, heard, &ruling);
    let hands_over = matches!(ruling.verdict, Verdict::Handoff { .. });
    if hands_over || turn.intent_id.is_some() || !frustration::is_too_much(memory.frustration) {
        return ruling;
    }
    Ruling::frustrated(knowledge, memory, &ruling)
}

fn rule(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    turn: &Turn,
    message: Heard<'_>,
    trace: &mut Trace,
) -> Ruling {
    let heard = message.normalized;
    if let Some(choice) = pending::clicked(knowledge, turn.intent_id.as_deref()) {
        return choose(knowledge, memory, choice, "clicked", trace);
    }
    if let Some(choice) = pending::answered(knowledge, memory, heard) {
        return choose(knowledge, memory, choice, "typed", trace);
    }
    if turn.intent_id.is_some() {
        trace.pending(knowledge, None, "clicked what is not there any more");
    }
    let hits = knowledge.rules.hits(heard.text());
    let likeness = Likeness::of(knowledge, heard, message.entities);
    let candidates = score::candidates(knowledge, memory, &hits, &likeness);
    trace.rules(knowledge, &turn.text, heard, &hits);
    trace.lexical(knowledge, heard, &likeness, &candidates);
    trace.context(memory);
    let ruling = decide::hard(knowledge, memory, &hits, &candidates)
        .or_else(|| {
            is_repeated(knowledge, memory, heard, &candidates)
                .then(|| Ruling::repeated(knowledge, memory, &candidates))
        })
        .or_else(|| knowledge.labeled(heard).map(|index| Ruling::chosen(knowledge, memory, index)))
        .unwrap_or_else(|| decide::weigh(knowledge, memory, &candidates));
    trace.decision(&candidates, &ruling);
    ruling
}

fn choose(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    choice: Choice,
    how: &str,
    trace: &mut Trace,
) -> Ruling {
    trace.pending(knowledge, Some(choice), how);
    trace.context(memory);
    let ruling = match choice {
        Choice::Category(index) => Ruling::chosen(knowledge, memory, index),
        Choice::SomethingElse => Ruling::declined(knowledge, memory),
    };
    trace.decision(&[], &ruling);
    ruling
}

/// Whether the customer says the same again. Two greetings are no complaint, and a suggestion may be used twice.
fn is_repeated(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    heard: &Normalized,
    candidates: &[Candidate<'_>],
) -> bool {
    !heard.is_empty()
        && memory.heard.as_deref() == Some(&fingerprint::of_text(heard.text()))
        && candidates.first().is_none_or(|top| !top.category.social)
        && !pending::is_offered(knowledge, memory, heard)
}
