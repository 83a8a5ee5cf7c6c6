//! What speaks for each category, as one number.

use std::cmp::Ordering;

use super::{
    coverage::Likeness,
    knowledge::{Category, KnowledgeBase},
    memory::Memory,
    rules::Hit,
};

/// How far a rule of full weight alone is trusted.
const RULE_TRUST: f64 = 0.85;
/// A social rule counts so much beside a task rule of at least [`STRONG_TASK`]: "Hi, I was charged twice, thanks" is
/// about payment.
const SOCIAL_BESIDE_TASK: f64 = 0.4;
const STRONG_TASK: f64 = 0.6;
/// The current topic is a little likelier than the rest, what follows it more so.
const TOPIC_BOOST: f64 = 0.03;
const FOLLOWS_BOOST: f64 = 0.06;
/// Below this the model says nothing of a category.
const LEAST_LEXICAL: f64 = 0.01;

/// What speaks for one category.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Evidence {
    /// Weight of the best rule that hit.
    pub(super) rule: f64,
    /// What the linear model says, as far as the message is made of words it knows.
    pub(super) lexical: f64,
    /// What the conversation so far adds.
    pub(super) boost: f64,
}

impl Evidence {
    /// Rules and model as independent witnesses, and the context on top: 0 to 1, in steps of 0.0001 so that equal
    /// evidence compares equal on every machine.
    pub(super) fn score(self) -> f64 {
        rounded((1.0 - (1.0 - self.lexical) * (1.0 - RULE_TRUST * self.rule) + self.boost).min(1.0))
    }
}

/// To four digits: what is computed in another order still compares equal.
pub(super) fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

/// A category with evidence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) index: usize,
    pub(super) category: &'a Category,
    pub(super) evidence: Evidence,
    pub(super) score: f64,
}

/// All categories that something speaks for, the likeliest first.
pub(super) fn candidates<'a>(
    knowledge: &'a KnowledgeBase,
    memory: &Memory,
    hits: &[Hit<'_>],
    likeness: &Likeness,
) -> Vec<Candidate<'a>> {
    let topic = memory.topic.as_deref().and_then(|id| knowledge.index_of(id));
    let rules = best_rules(knowledge, topic, hits);
    let is_strong_task = |(category, weight): (&Category, &f64)| category.is_task() && *weight >= STRONG_TASK;
    let strong_task = knowledge.categories.iter().zip(&rules).any(is_strong_task);
    let mut candidates: Vec<Candidate<'a>> = knowledge
        .categories
        .iter()
        .zip(rules)
        .enumerate()
        .filter(|(_, (category, _))| is_open(category, topic))
        .filter_map(|(index, (category, weight))| {
            let rule =
                if strong_task && category.social { rounded(weight * SOCIAL_BESIDE_TASK) } else { weight };
            let lexical = likeness.lexical(index);
            let evidence = Evidence { rule, lexical, boost: boost(index, category, topic) };
            let speaks = rule > 0.0 || lexical >= LEAST_LEXICAL;
            speaks.then(|| Candidate { index, category, evidence, score: evidence.score() })
        })
        .collect();
    candidates.sort_by(likelier_first);
    candidates
}

/// Whether a category may be considered at all while this is the topic.
fn is_open(category: &Category, topic: Option<usize>) -> bool {
    category.requires_topic.is_empty() || topic.is_some_and(|topic| category.requires_topic.contains(&topic))
}

/// The weight of the best hit of each category, 0 for those without.
fn best_rules(knowledge: &KnowledgeBase, topic: Option<usize>, hits: &[Hit<'_>]) -> Vec<f64> {
    let mut best = vec![0.0_f64; knowledge.categories.len()];
    for hit in hits.iter().filter(|hit| !hit.vetoed) {
        let category = hit.rule.category;
        if is_open(&knowledge.categories[category], topic) {
            best[category] = best[category].max(hit.rule.weight);
        }
    }
    best
}

fn boost(index: usize, category: &Category, topic: Option<usize>) -> f64 {
    match topic {
        Some(topic) if category.follows.contains(&topic) || category.requires_topic.contains(&topic) => {
            FOLLOWS_BOOST
        }
        Some(topic) if topic == index => TOPIC_BOOST,
        _ => 0.0,
    }
}

fn likelier_first(left: &Candidate<'_>, right: &Candidate<'_>) -> Ordering {
    right
        .score
        .total_cmp(&left.score)
        .then(right.category.priority.cmp(&left.category.priority))
        .then(left.index.cmp(&right.index))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(lexical: f64, rule: f64, boost: f64) -> f64 {
        Evidence { rule, lexical, boost }.score()
    }

    #[test]
    fn rules_alone_score_up_to_their_trust() {
        assert_eq!(score(0.0, 1.0, 0.0), 0.85);
        assert_eq!(score(0.0, 0.5, 0.0), 0.425);
        assert_eq!(score(0.0, 0.0, 0.0), 0.0);
    }

    #[test]
    fn rules_and_model_strengthen_each_other_and_context_adds() {
        assert_eq!(score(0.5, 0.5, 0.0), 0.7125);
        assert_eq!(score(0.5, 0.5, 0.06), 0.7725);
        assert_eq!(score(0.9, 1.0, 0.06), 1.0, "capped");
    }
}
