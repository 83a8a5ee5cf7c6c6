//! What the linear model says of a message, and how far it can be trusted with it.

use super::{entity::Entities, knowledge::KnowledgeBase, normalize::Normalized, score::rounded};

/// A message whose words are all unknown still may look like a category, by pieces of its words.
const BLIND_TRUST: f64 = 0.35;

/// How like each category a message is.
#[derive(Debug, Default)]
pub(super) struct Likeness {
    /// One per class: the categories, and after them what is out of scope.
    probabilities: Vec<f32>,
    /// How many of the content words are known: (1 + known) / (1 + all).
    pub(super) coverage: f64,
}

impl Likeness {
    /// Asks the model.
    pub(super) fn of(knowledge: &KnowledgeBase, heard: &Normalized, entities: &Entities<'_>) -> Self {
        if heard.is_empty() {
            return Self::default();
        }
        let probabilities = knowledge.model.probabilities(heard, &knowledge.lexicon);
        Self { probabilities, coverage: coverage(knowledge, heard, entities) }
    }

    /// Whether the model had anything to say.
    pub(super) fn is_silent(&self) -> bool {
        self.probabilities.is_empty()
    }

    /// What speaks for a category, 0 to 1.
    pub(super) fn lexical(&self, category: usize) -> f64 {
        let probability: f64 = self.probabilities.get(category).copied().map_or(0.0, f64::from);
        probability * (BLIND_TRUST + (1.0 - BLIND_TRUST) * self.coverage)
    }

    /// How likely the message is none of the bot's business.
    pub(super) fn out_of_scope(&self, knowledge: &KnowledgeBase) -> f64 {
        self.probabilities.get(knowledge.categories.len()).copied().map_or(0.0, f64::from)
    }
}

/// The words of a message that made the model think of a category, the strongest first.
pub(super) fn telling_words<'a>(
    knowledge: &KnowledgeBase,
    heard: &'a Normalized,
    category: usize,
) -> Vec<(&'a str, f64)> {
    /// More than these nobody reads.
    const MAX_WORDS: usize = 3;
    let reasons = knowledge.model.reasons(heard, &knowledge.lexicon, category);
    let mut words: Vec<(&str, f64)> = heard
        .tokens()
        .iter()
        .map(|token| heard.word(token))
        .zip(reasons.into_iter().map(|reason| rounded(f64::from(reason))))
        .filter(|(_, reason)| *reason > 0.0)
        .collect();
    words.sort_by(|left, right| right.1.total_cmp(&left.1));
    words.truncate(MAX_WORDS);
    words
}

/// Names, numbers and addresses are no topics: they do not count as unknown.
fn coverage(knowledge: &KnowledgeBase, heard: &Normalized, entities: &Entities<'_>) -> f64 {
    let (mut all, mut known) = (1_u16, 1_u16);
    for token in heard.tokens().iter().filter(|token| !entities.cover(token)) {
        let word = heard.word(token);
        if !knowledge.lexicon.is_function_word(word) {
            all += 1;
            known +=
                u16::from(knowledge.lexicon.has_form(word, |form| knowledge.vocabulary.is_in_scope(form)));
        }
    }
    f64::from(known) / f64::from(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_trusted_as_far_as_it_knows_the_words() {
        let lexical = |coverage| Likeness { probabilities: vec![0.8], coverage }.lexical(0);
        let near = |left: f64, right: f64| (left - right).abs() < 1e-6;
        assert!(near(lexical(1.0), 0.8) && near(lexical(0.5), 0.8 * 0.675) && near(lexical(0.0), 0.8 * 0.35));
    }
}
