//! From candidates to a verdict. What each verdict means for the customer is `render`'s business.

use super::{
    HandoffReason,
    knowledge::{HandoffRule, KnowledgeBase},
    memory::Memory,
    rules::Hit,
    score::{Candidate, rounded},
    slots::Asking,
};

/// A pattern of this weight in a category with `handoff` decides before anything is weighed.
const HARD_WEIGHT: f64 = 1.0;
/// What is offered is at least so likely, compared with the best.
const OFFER_RATIO: f64 = 0.6;
const MAX_CHOICES: usize = 3;
/// So many misses in a row, and a human takes over.
const MAX_MISSES: u32 = 2;
/// So many answers of one category running, and "that didn't help" goes to a human.
const MAX_SAME_ANSWERS: u32 = 2;

/// What happens with a message. Categories are indices into the knowledge base.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// One category is answered.
    Answer(usize),
    /// The customer chooses among a few.
    DidYouMean(Vec<usize>),
    /// A human takes over; `speaker` has the words for it, if a category has them.
    Handoff { reason: HandoffReason, task: Option<usize>, speaker: Option<usize> },
    /// A first miss: the customer is asked to rephrase.
    Fallback,
}

/// A verdict and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ruling {
    pub(super) verdict: Verdict,
    pub(super) score: f64,
    /// Why, for whoever reads the trace.
    pub(super) why: &'static str,
    /// Whether the message belongs in the log of unanswered questions.
    pub(super) unanswered: bool,
    /// Whether nothing was understood, whatever follows from that.
    pub(super) is_miss: bool,
    /// What happens with the bot's own questions.
    pub(super) asking: Asking,
}

impl Ruling {
    fn sure(verdict: Verdict, score: f64, why: &'static str) -> Self {
        Self { verdict, score, why, unanswered: false, is_miss: false, asking: Asking::default() }
    }

    /// A category goes on after the question that it asked.
    pub(super) fn answered_question(index: usize, why: &'static str) -> Self {
        Self::sure(Verdict::Answer(index), 1.0, why)
    }

    /// Nothing fits: a first miss asks back, a second one in a row hands over.
    pub(super) fn miss(knowledge: &KnowledgeBase, memory: &Memory, score: f64, why: &'static str) -> Self {
        let verdict = if memory.misses.saturating_add(1) >= MAX_MISSES {
            Verdict::Handoff {
                reason: HandoffReason::NotUnderstood,
                task: topic(knowledge, memory),
                speaker: None,
            }
        } else {
            Verdict::Fallback
        };
        Self { unanswered: true, is_miss: true, ..Self::sure(verdict, score, why) }
    }

    /// The customer declined every choice. What was asked is in the log already.
    pub(super) fn declined(knowledge: &KnowledgeBase, memory: &Memory) -> Self {
        Self { unanswered: false, ..Self::miss(knowledge, memory, 0.0, "none of the choices was meant") }
    }

    /// The customer chose this category.
    pub(super) fn chosen(knowledge: &KnowledgeBase, memory: &Memory, index: usize) -> Self {
        answer(knowledge, memory, index, &[], 1.0, "the customer chose it")
    }

    /// The customer has lost patience.
    pub(super) fn frustrated(knowledge: &KnowledgeBase, memory: &Memory, calm: &Self) -> Self {
        let task = match calm.verdict {
            Verdict::Answer(index) if knowledge.categories[index].is_task() => Some(index),
            _ => topic(knowledge, memory),
        };
        let verdict = Verdict::Handoff { reason: HandoffReason::Frustrated, task, speaker: None };
        Self {
            unanswered: calm.unanswered,
            ..Self::sure(verdict, calm.score, "the customer is losing patience")
        }
    }

    /// Whether the customer says that the bot is no help.
    pub(super) fn says_no_help(&self, knowledge: &KnowledgeBase) -> bool {
        matches!(self.verdict, Verdict::Answer(index)
            if knowledge.categories[index].handoff == Some(HandoffRule::Repeated))
    }

    /// The same message came twice running.
    pub(super) fn repeated(knowledge: &KnowledgeBase, memory: &Memory, candidates: &[Candidate<'_>]) -> Self {
        let verdict = Verdict::Handoff {
            reason: HandoffReason::Repeated,
            task: task(knowledge, memory, candidates),
            speaker: None,
        };
        Self::sure(verdict, top_score(candidates), "the same message came twice")
    }
}

/// A hard rule, if one hits: it wins over everything else in the message.
pub(super) fn hard(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    hits: &[Hit<'_>],
    candidates: &[Candidate<'_>],
) -> Option<Ruling> {
    let is_hard = |candidate: &&Candidate<'_>| {
        matches!(candidate.category.handoff, Some(HandoffRule::Asked | HandoffRule::Always))
            && hits.iter().any(|hit| {
                hit.rule.category == candidate.index && !hit.vetoed && hit.rule.weight >= HARD_WEIGHT
            })
    };
    let winner = candidates.iter().find(is_hard)?;
    Some(answer(knowledge, memory, winner.index, candidates, winner.score, "a hard rule"))
}

/// Weighs the candidates, the likeliest first.
pub(super) fn weigh(knowledge: &KnowledgeBase, memory: &Memory, candidates: &[Candidate<'_>]) -> Ruling {
    let Some(top) = candidates.first() else {
        return Ruling::miss(knowledge, memory, 0.0, "no rule fits");
    };
    let limits = top.category.thresholds;
    let choices = choices(candidates, top);
    if top.score >= limits.answer {
        if lead(candidates) >= limits.margin {
            return answer(
                knowledge,
                memory,
                top.index,
                candidates,
                top.score,
                "it is clear enough and leads",
            );
        }
        if choices.len() < 2 {
            return answer(knowledge, memory, top.index, candidates, top.score, "no rival can be offered");
        }
        return Ruling::sure(Verdict::DidYouMean(choices), top.score, "several are about as likely");
    }
    if top.score < limits.suggest {
        return Ruling::miss(knowledge, memory, top.score, "nothing is likely enough");
    }
    if choices.is_empty() {
        return Ruling::miss(knowledge, memory, top.score, "nothing likely can be offered");
    }
    let offer = Ruling::sure(Verdict::DidYouMean(choices), top.score, "likely, but not clear enough");
    Ruling { unanswered: true, ..offer }
}

/// How far the first is ahead of its rival. Social categories are no rivals of each other: "thanks, bye" needs no
/// question back.
pub(super) fn lead(candidates: &[Candidate<'_>]) -> f64 {
    let Some((top, rest)) = candidates.split_first() else { return 0.0 };
    rest.iter()
        .find(|rival| !(top.category.social && rival.category.social))
        .map_or(top.score, |rival| rounded(top.score - rival.score))
}

fn choices(candidates: &[Candidate<'_>], top: &Candidate<'_>) -> Vec<usize> {
    candidates
        .iter()
        .filter(|candidate| candidate.category.is_task())
        .filter(|candidate| candidate.score >= candidate.category.thresholds.suggest)
        .filter(|candidate| candidate.score >= OFFER_RATIO * top.score)
        .take(MAX_CHOICES)
        .map(|candidate| candidate.index)
        .collect()
}

/// The category's own way to answer: with its words, or by a human.
fn answer(
    knowledge: &KnowledgeBase,
    memory: &Memory,
    index: usize,
    candidates: &[Candidate<'_>],
    score: f64,
    why: &'static str,
) -> Ruling {
    let category = &knowledge.categories[index];
    let handoff = |reason, task, speaker| Verdict::Handoff { reason, task, speaker };
    let verdict = match category.handoff {
        Some(HandoffRule::Asked) => {
            handoff(HandoffReason::Asked, task(knowledge, memory, candidates), Some(index))
        }
        Some(HandoffRule::Always) => {
            handoff(HandoffReason::Category, category.is_task().then_some(index), Some(index))
        }
        Some(HandoffRule::Repeated) if did_not_help(memory, &category.id) => {
            handoff(HandoffReason::Repeated, topic(knowledge, memory), None)
        }
        Some(HandoffRule::Repeated) | None => Verdict::Answer(index),
    };
    Ruling::sure(verdict, score, why)
}

/// Whether the bot has said its piece: the same answer twice, or it was told before that it does not help.
fn did_not_help(memory: &Memory, id: &str) -> bool {
    memory.streak >= MAX_SAME_ANSWERS || memory.answered.as_deref() == Some(id)
}

/// What the customer needs help with: the likeliest task of the message, or else the topic so far.
fn task(knowledge: &KnowledgeBase, memory: &Memory, candidates: &[Candidate<'_>]) -> Option<usize> {
    candidates
        .iter()
        .find(|candidate| {
            candidate.category.is_task() && candidate.score >= candidate.category.thresholds.suggest
        })
        .map(|candidate| candidate.index)
        .or_else(|| topic(knowledge, memory))
}

fn topic(knowledge: &KnowledgeBase, memory: &Memory) -> Option<usize> {
    memory
        .topic
        .as_deref()
        .and_then(|id| knowledge.index_of(id))
        .filter(|index| knowledge.categories[*index].is_task())
}

fn top_score(candidates: &[Candidate<'_>]) -> f64 {
    candidates.first().map_or(0.0, |top| top.score)
}
