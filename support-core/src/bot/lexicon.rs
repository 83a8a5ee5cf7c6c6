//! Words of a language that no knowledge base needs to list: which carry no topic, and which are no typing mistakes.

use std::collections::HashSet;

use super::vocabulary::Vocabulary;

/// The words of one or more languages.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    function_words: HashSet<&'static str>,
    common_words: HashSet<&'static str>,
    angry_words: HashSet<&'static str>,
    endings: Vec<&'static str>,
    out_of_scope: Vec<&'static str>,
}

/// What the crate knows of a language.
struct Language {
    tag: &'static str,
    function_words: &'static str,
    common_words: &'static str,
    angry_words: &'static str,
    /// What other forms of a word end with, the longest first.
    endings: &'static [&'static str],
    /// Things people say that are hardly ever a support desk's business, one a line.
    out_of_scope: &'static str,
}

const LANGUAGES: [Language; 2] = [
    Language {
        tag: "en",
        function_words: include_str!("lexicon/en_function.txt"),
        common_words: include_str!("lexicon/en_common.txt"),
        angry_words: include_str!("lexicon/en_angry.txt"),
        endings: &["ings", "ing", "ers", "er", "ed", "es", "ly", "s", "d"],
        out_of_scope: include_str!("lexicon/en_out_of_scope.txt"),
    },
    Language {
        tag: "de",
        function_words: include_str!("lexicon/de_function.txt"),
        common_words: include_str!("lexicon/de_common.txt"),
        angry_words: include_str!("lexicon/de_angry.txt"),
        endings: &["ern", "en", "er", "em", "es", "e", "n", "s", "t"],
        out_of_scope: include_str!("lexicon/de_out_of_scope.txt"),
    },
];

impl Lexicon {
    /// The words of these languages (`de-AT` is `de`); a language without a list adds none.
    pub(super) fn of<'a>(languages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut lexicon = Self::default();
        for tag in languages {
            for language in LANGUAGES.iter().filter(|language| language.tag == primary(tag)) {
                lexicon.function_words.extend(language.function_words.split_whitespace());
                lexicon.common_words.extend(language.common_words.split_whitespace());
                lexicon.angry_words.extend(language.angry_words.split_whitespace());
                lexicon.endings.extend(language.endings);
                lexicon.out_of_scope.extend(language.out_of_scope.lines());
            }
        }
        lexicon
    }

    /// Whether a normalized word says nothing about the topic.
    pub(super) fn is_function_word(&self, word: &str) -> bool {
        self.function_words.contains(word)
    }

    /// Whether a normalized word is one that people write in anger.
    pub(super) fn is_angry(&self, word: &str) -> bool {
        self.angry_words.contains(word)
    }

    /// All words, each once, in no order.
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> {
        let all: HashSet<_> = [&self.function_words, &self.common_words, &self.angry_words]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        all.into_iter()
    }

    /// Things that are hardly ever a support desk's business.
    pub(super) fn out_of_scope(&self) -> &[&'static str] {
        &self.out_of_scope
    }

    /// Whether a normalized word, or another form of it, is in the lists or among the words of a knowledge base.
    pub(super) fn knows(&self, word: &str, vocabulary: &Vocabulary) -> bool {
        let has_forms = |form: &str| {
            // Function words have no other forms: "thans" is no plural of "than".
            !self.is_function_word(form)
                && (self.common_words.contains(form)
                    || self.angry_words.contains(form)
                    || vocabulary.contains(form))
        };
        self.is_function_word(word) || vocabulary.contains(word) || self.has_form(word, has_forms)
    }

    /// Whether `is_known` holds for a word without one of its endings, or with `e` or `y` in place of it.
    pub(super) fn has_form(&self, word: &str, is_known: impl Fn(&str) -> bool) -> bool {
        /// What is left of a word has to be enough to tell it from others.
        const MIN_STEM: usize = 3;
        if is_known(word) {
            return true;
        }
        let stems = self.endings.iter().filter_map(|ending| word.strip_suffix(ending));
        let mut stems = stems.filter(|stem| stem.len() >= MIN_STEM);
        // Words that nobody knows try every ending: one buffer for all of their forms.
        let mut form = String::new();
        let mut is_known_with = |stem: &str, ending: char| {
            form.clear();
            form.push_str(stem);
            form.push(ending);
            is_known(&form)
        };
        stems.any(|stem| {
            let doubled =
                stem.len() > MIN_STEM && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
            is_known(stem)
                || is_known_with(stem, 'e')
                || stem.strip_suffix('i').is_some_and(|stem| is_known_with(stem, 'y'))
                || doubled && stem.is_ascii() && is_known(&stem[..stem.len() - 1])
        })
    }
}

/// The language of a tag: `de` of `de-AT`.
pub(super) fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Which words of a text say what it is about, in the languages that the crate knows.
#[derive(Debug)]
pub(crate) struct ContentWords(Lexicon);

impl Default for ContentWords {
    fn default() -> Self {
        Self(Lexicon::of(LANGUAGES.iter().map(|language| language.tag)))
    }
}

impl ContentWords {
    /// Whether a normalized word says something about the topic.
    pub(crate) fn tells(&self, word: &str) -> bool {
        !word.is_empty() && !self.0.is_function_word(word)
    }

    /// Whether a word, or another form of it, is among others.
    pub(crate) fn is_among(&self, word: &str, words: &HashSet<String>) -> bool {
        words.contains(word)
            || self.0.has_form(word, |form| words.contains(form))
            || words
                .iter()
                .any(|other| other.len() > word.len() && self.0.has_form(other, |form| form == word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_of_a_word_are_the_word() {
        let lexicon = Lexicon::of(["en"]);
        let is_form_of = |form: &str, word: &str| lexicon.has_form(form, |known| known == word);
        for (form, word) in [
            ("charges", "charge"),
            ("charging", "charge"),
            ("countries", "country"),
            ("shipped", "ship"),
            ("ship", "ship"),
        ] {
            assert!(is_form_of(form, word), "{form}");
        }
        assert!(!is_form_of("as", "a") && !is_form_of("shipper", "shop"));
    }
}
