//! Typing mistakes: words nobody knows become the nearest word somebody knows.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    lexicon::{self, Lexicon},
    normalize::{Normalized, Token},
    vocabulary::Vocabulary,
};

/// Shorter words have too many neighbors …
const MIN_LETTERS: usize = 5;
/// … except that two letters in the wrong order are a mistake in shorter ones, too.
const MIN_LETTERS_FOR_SWAP: usize = 4;
/// From so many letters on, two mistakes are forgiven.
const MIN_LETTERS_FOR_TWO: usize = 8;
/// What a word may be corrected to is at least this long.
const MIN_TARGET: usize = 4;
/// In these languages a capital letter inside a sentence is no sign of a name.
const CAPITALIZED_NOUNS: [&str; 1] = ["de"];
/// So many words of a message are looked up. One with more that nobody knows is not mistyped, but of another language, or
/// no text at all.
const MAX_SUSPECTS: usize = 24;

/// The words that mistakes are corrected to.
#[derive(Debug, Default)]
pub(super) struct Speller {
    /// By number of letters.
    by_length: BTreeMap<usize, Vec<Entry>>,
    /// Whether a capital letter inside a sentence marks a name, which is never corrected.
    names_have_capitals: bool,
}

#[derive(Debug)]
struct Entry {
    word: Cow<'static, str>,
    letters: u32,
    /// How often the knowledge base has it; 0 for a word of the language alone.
    count: u32,
}

/// A corrected word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Correction {
    pub(super) from: String,
    pub(super) to: String,
}

impl Speller {
    /// Indexes the words of a knowledge base and of its languages.
    pub(super) fn new(vocabulary: &Vocabulary, lexicon: &Lexicon, languages: &[String]) -> Self {
        let own = vocabulary.words().map(|(word, count)| (Cow::Owned(word.to_owned()), count));
        let common = lexicon.words().filter(|word| !vocabulary.contains(word)).map(|word| (word.into(), 0));
        let mut by_length: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
        for (word, count) in own.chain(common) {
            let length = word.chars().count();
            if length >= MIN_TARGET {
                by_length.entry(length).or_default().push(Entry { letters: letters(&word), word, count });
            }
        }
        let capitalized = |tag: &String| CAPITALIZED_NOUNS.contains(&lexicon::primary(tag));
        Self { by_length, names_have_capitals: !languages.iter().any(capitalized) }
    }

    /// Corrects what nobody knows; the corrections come in the order of the message.
    pub(super) fn correct(
        &self,
        original: &str,
        heard: &Normalized,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<(Normalized, Vec<Correction>)> {
        let mut corrections = Vec::new();
        let mut left = MAX_SUSPECTS;
        let words: Vec<(&str, _)> = heard
            .tokens()
            .iter()
            .map(|token| {
                let word = heard.word(token);
                let suspect = left > 0 && self.suspects(original, word, token, &is_known);
                left -= usize::from(suspect);
                if let Some(to) = suspect.then(|| self.nearest(word)).flatten() {
                    corrections.push(Correction { from: word.to_owned(), to: to.to_owned() });
                    return (to, token.source.clone());
                }
                (word, token.source.clone())
            })
            .collect();
        let corrected = Normalized::from_words(words.into_iter(), heard.is_cut());
        (!corrections.is_empty()).then_some((corrected, corrections))
    }

    fn suspects(&self, original: &str, word: &str, token: &Token, is_known: impl Fn(&str) -> bool) -> bool {
        word.len() >= MIN_LETTERS_FOR_SWAP
            && word.chars().all(char::is_alphabetic)
            && word.chars().count() >= MIN_LETTERS_FOR_SWAP
            && !is_known(word)
            && !(self.names_have_capitals && is_name(original, token))
    }

    /// The nearest word: fewest mistakes, then what the knowledge base says most often, then the alphabet.
    fn nearest(&self, word: &str) -> Option<&str> {
        let (length, mask) = (word.chars().count(), letters(word));
        let allowed = if length >= MIN_LETTERS_FOR_TWO { 2 } else { 1 };
        let swaps_only = length < MIN_LETTERS;
        let first = word.chars().next();
        let near = self.by_length.range(length - allowed..=length + allowed).flat_map(|(_, entries)| entries);
        near.filter(|entry| (entry.letters ^ mask).count_ones() as usize <= 2 * allowed)
            .filter(|entry| !swaps_only || entry.letters == mask && entry.word.len() == word.len())
            .filter_map(|entry| {
                let distance = strsim::osa_distance(word, &entry.word);
                let fits = distance == 1 || distance <= allowed && entry.word.chars().next() == first;
                fits.then_some((distance, std::cmp::Reverse(entry.count), &*entry.word))
            })
            .min()
            .map(|(.., word)| word)
    }
}

/// Which letters a word has, one bit each: words that differ in more letters than mistakes allow are no neighbors.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |mask, byte| mask | 1 << (byte & 31))
}

/// Whether the word begins with a capital letter although no sentence begins there.
fn is_name(original: &str, token: &Token) -> bool {
    let (Some(before), Some(word)) = (original.get(..token.source.start), original.get(token.source.clone()))
    else {
        return false;
    };
    let mut letters = word.chars();
    let capitalized = letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase);
    capitalized
        && before.trim_end().chars().next_back().is_some_and(|c| !matches!(c, '.' | '!' | '?' | ':' | '…'))
}
