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
    shape: Shape,
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
                by_length.entry(length).or_default().push(Entry { shape: Shape::of(&word), word, count });
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
        self.worth_measuring(word)
            .filter_map(|(entry, allowed)| {
                let distance = strsim::osa_distance(word, &entry.word);
                (distance <= allowed).then_some((distance, std::cmp::Reverse(entry.count), &*entry.word))
            })
            .min()
            .map(|(.., word)| word)
    }

    /// The words that may be near enough, each with the mistakes that are forgiven.
    ///
    /// Measuring is what takes time when nobody knows any word of a message: what cannot be near is left out unmeasured.
    fn worth_measuring(&self, word: &str) -> impl Iterator<Item = (&Entry, usize)> {
        let own = Shape::of(word);
        let most = if own.length >= MIN_LETTERS_FOR_TWO { 2 } else { 1 };
        let swaps_only = own.length < MIN_LETTERS;
        let lengths = self.by_length.range(own.length - most..=own.length + most);
        lengths.flat_map(|(_, entries)| entries).filter_map(move |entry| {
            let allowed = if entry.shape.first == own.first { most } else { 1 };
            let fits =
                own.may_be_within(allowed, &entry.shape) && (!swaps_only || own.may_be_swap_of(&entry.shape));
            fits.then_some((entry, allowed))
        })
    }
}

/// What tells most words apart at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    first: Option<char>,
    length: usize,
    /// Which letters it has, one bit each.
    letters: u32,
}

impl Shape {
    fn of(word: &str) -> Self {
        Self {
            first: word.chars().next(),
            length: word.chars().count(),
            letters: word.chars().fold(0, |mask, c| mask | 1 << (u32::from(c) & 31)),
        }
    }

    /// False only of words that are further apart: a letter more or less changes one bit, and another letter two.
    fn may_be_within(&self, mistakes: usize, other: &Self) -> bool {
        let longer = self.length.abs_diff(other.length);
        let bits = (self.letters ^ other.letters).count_ones() as usize;
        longer <= mistakes && bits + longer <= 2 * mistakes
    }

    /// Whether both have the same letters.
    fn may_be_swap_of(&self, other: &Self) -> bool {
        self.letters == other.letters && self.length == other.length
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::KnowledgeBase;

    /// Words that nobody knows and that look like many that somebody does.
    fn mistyped() -> Vec<String> {
        let long = [
            "certificate",
            "subscription",
            "verification",
            "international",
            "domain",
            "invoice",
            "kundigung",
        ];
        let twist = |word: &&str, at: usize| {
            let mut letters: Vec<char> = word.chars().collect();
            let (count, other) = (letters.len(), char::from(b'a' + u8::try_from(at % 26).unwrap()));
            letters[at % count] = other;
            letters.swap((at * 3) % (count - 1), (at * 3) % (count - 1) + 1);
            letters.into_iter().collect()
        };
        (0..40).flat_map(|at| long.iter().map(move |word| twist(word, at))).collect()
    }

    #[test]
    fn what_is_left_out_unmeasured_is_not_the_nearest() {
        for knowledge in [KnowledgeBase::built_in(), KnowledgeBase::built_in_german()] {
            let speller = &knowledge.speller;
            for word in mistyped().into_iter().chain(["domian", "пароль", "pasword"].map(str::to_owned))
            {
                let most = if word.chars().count() >= MIN_LETTERS_FOR_TWO { 2 } else { 1 };
                let all = speller.by_length.values().flatten().filter_map(|entry| {
                    let distance = strsim::osa_distance(&word, &entry.word);
                    let fits =
                        distance == 1 || distance <= most && entry.word.chars().next() == word.chars().next();
                    fits.then_some((distance, std::cmp::Reverse(entry.count), &*entry.word))
                });
                assert_eq!(speller.nearest(&word), all.min().map(|(.., word)| word), "{word}");
            }
        }
    }

    #[test]
    fn few_of_the_words_of_a_language_are_measured() {
        for knowledge in [KnowledgeBase::built_in(), KnowledgeBase::built_in_german()] {
            let words = mistyped();
            let measured = words.iter().map(|word| knowledge.speller.worth_measuring(word).count());
            let (sum, most) = measured.fold((0, 0), |(sum, most), one| (sum + one, one.max(most)));
            assert!(most <= 60 && sum <= 15 * words.len(), "{sum} for {} words, at most {most}", words.len());
        }
    }
}
