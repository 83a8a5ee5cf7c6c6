//! The words that a knowledge base knows.

use std::collections::BTreeMap;

/// Every word of the examples, titles, synonyms and patterns of a knowledge base.
///
/// Sorted, so that whoever walks through it does so in the same order everywhere.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(BTreeMap<String, Known>);

/// Where a word is known from.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// How often examples, titles and synonyms say it.
    said: u32,
    /// Whether it speaks for a category; the words of what is out of scope do not.
    in_scope: bool,
}

impl Vocabulary {
    /// Counts a word that customers say about a category.
    pub(super) fn add_said(&mut self, word: &str) {
        let known = self.entry(word);
        known.said = known.said.saturating_add(1);
        known.in_scope = true;
    }

    /// Adds a word that stands in a pattern: what is corrected to it, nobody may have said.
    pub(super) fn add_matched(&mut self, word: &str) {
        self.entry(word).in_scope = true;
    }

    /// Adds a word of something that is out of scope.
    pub(super) fn add_out_of_scope(&mut self, word: &str) {
        let known = self.entry(word);
        known.said = known.said.saturating_add(1);
    }

    /// Whether the word is known at all.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }

    /// Whether the word speaks for a category.
    pub(super) fn is_in_scope(&self, word: &str) -> bool {
        self.0.get(word).is_some_and(|known| known.in_scope)
    }

    /// All words, and how often people say them, in alphabetical order.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        self.0.iter().map(|(word, known)| (word.as_str(), known.said))
    }

    fn entry(&mut self, word: &str) -> &mut Known {
        if !self.0.contains_key(word) {
            self.0.insert(word.to_owned(), Known::default());
        }
        self.0.get_mut(word).expect("it was inserted just now")
    }
}
