//! Words and phrases that mean the same, replaced before any rule looks.

use std::collections::HashMap;

use super::normalize::{Normalized, Token};

/// The phrase map of a knowledge base: first word → the phrases that begin with it, longest first.
#[derive(Debug, Default)]
pub(super) struct Synonyms {
    by_first_word: HashMap<String, Vec<Phrase>>,
}

#[derive(Debug)]
struct Phrase {
    /// All its words, the first included.
    words: Vec<String>,
    meaning: String,
}

impl Synonyms {
    /// Adds a phrase; both sides are normalized. False if the phrase is empty or known already.
    pub(super) fn insert(&mut self, phrase: &str, meaning: &str) -> bool {
        let words: Vec<String> =
            phrase.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let Some(first) = words.first() else { return false };
        let phrases = self.by_first_word.entry(first.clone()).or_default();
        if phrases.iter().any(|known| known.words == words) {
            return false;
        }
        phrases.push(Phrase { words, meaning: meaning.to_owned() });
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        true
    }

    /// Whether this phrase is replaced by another.
    pub(super) fn contains(&self, phrase: &str) -> bool {
        let first = phrase.split(' ').next().unwrap_or_default();
        self.by_first_word
            .get(first)
            .is_some_and(|phrases| phrases.iter().any(|known| known.words.join(" ") == phrase))
    }

    /// Replaces every known phrase, the longest first, from left to right and once: what comes out is not
    /// looked up again, so no map can loop.
    pub(super) fn apply(&self, plain: Normalized) -> Normalized {
        if !plain.tokens().iter().any(|token| self.by_first_word.contains_key(plain.word(token))) {
            return plain;
        }
        let mut words = Vec::with_capacity(plain.tokens().len());
        let mut rest = plain.tokens();
        while let Some((first, tail)) = rest.split_first() {
            match self.phrase_at(&plain, rest) {
                Some(phrase) => {
                    let (found, after) = rest.split_at(phrase.words.len());
                    let end = found.last().map_or(first.source.end, |last| last.source.end);
                    words.extend(phrase.meaning.split(' ').map(|word| (word, first.source.start..end)));
                    rest = after;
                }
                None => {
                    words.push((plain.word(first), first.source.clone()));
                    rest = tail;
                }
            }
        }
        Normalized::from_words(words.into_iter(), plain.is_cut())
    }

    fn phrase_at(&self, plain: &Normalized, tokens: &[Token]) -> Option<&Phrase> {
        let phrases = self.by_first_word.get(plain.word(tokens.first()?))?;
        phrases.iter().find(|phrase| {
            phrase.words.len() <= tokens.len()
                && phrase.words.iter().zip(tokens).all(|(word, token)| word == plain.word(token))
        })
    }
}
