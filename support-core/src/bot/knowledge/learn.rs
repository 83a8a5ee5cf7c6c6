//! From the examples of a file to its vocabulary and its model.

use std::collections::HashSet;

use super::file::File;
use crate::bot::{
    lexicon::Lexicon,
    model::{Example, Model},
    normalize::Normalized,
    synonyms::Synonyms,
    vocabulary::Vocabulary,
};

/// The words of the file's examples, titles, synonyms and patterns.
pub(super) fn vocabulary(file: &File, synonyms: &Synonyms, lexicon: &Lexicon) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    for category in &file.categories {
        for text in category.examples.iter().chain([&category.title]) {
            each_word(&Normalized::new(&text.value, synonyms), |word| vocabulary.add_said(word));
        }
        for pattern in &category.patterns {
            let words = Normalized::plain(&literals(&pattern.re.value));
            each_word(&words, |word| vocabulary.add_matched(word));
        }
    }
    for (meaning, phrases) in &file.synonyms {
        for text in phrases.iter().chain([meaning]) {
            each_word(&Normalized::plain(&text.value), |word| vocabulary.add_said(word));
        }
    }
    let strange = file.out_of_scope.iter().map(|text| text.value.as_str());
    for text in strange.chain(lexicon.out_of_scope().iter().copied()) {
        each_word(&Normalized::new(text, synonyms), |word| vocabulary.add_out_of_scope(word));
    }
    vocabulary
}

fn each_word(heard: &Normalized, mut visit: impl FnMut(&str)) {
    for token in heard.tokens() {
        visit(heard.word(token));
    }
}

/// The words that stand in a pattern; escapes and what is too short to be more than syntax are left out.
fn literals(pattern: &str) -> String {
    let is_letter = |c: char| c.is_alphanumeric();
    let mut words = Vec::new();
    for part in pattern.split(' ').flat_map(|part| part.split(['|', '(', ')', '?', '*', '+', '^', '$'])) {
        if part.chars().all(is_letter) && part.chars().count() > 2 {
            words.push(part);
        }
    }
    words.join(" ")
}

/// Learns the categories from their examples, and from everything else what is out of scope.
pub(super) fn model(file: &File, synonyms: &Synonyms, lexicon: &Lexicon) -> Model {
    let mut examples = Vec::new();
    let mut own = InScope::default();
    for (class, category) in file.categories.iter().enumerate() {
        for text in &category.examples {
            let heard = Normalized::new(&text.value, synonyms);
            own.add(&heard);
            examples.push(Example { class, heard });
        }
    }
    if examples.is_empty() {
        return Model::default();
    }
    let class = file.categories.len();
    let not_examples = file.categories.iter().flat_map(|category| &category.not_examples);
    for text in file.out_of_scope.iter().chain(not_examples) {
        let heard = Normalized::new(&text.value, synonyms);
        // What is no example of one category may well be one of another.
        if !own.texts.contains(heard.text()) {
            examples.push(Example { class, heard });
        }
    }
    let general = lexicon.out_of_scope().iter().map(|text| Normalized::new(text, synonyms));
    examples.extend(
        general.filter(|heard| own.is_far_from(heard, lexicon)).map(|heard| Example { class, heard }),
    );
    Model::train(&examples, file.categories.len() + 1, lexicon)
}

/// The examples of all categories, and their words.
#[derive(Default)]
struct InScope {
    texts: HashSet<String>,
    words: Vocabulary,
}

impl InScope {
    fn add(&mut self, heard: &Normalized) {
        self.texts.insert(heard.text().to_owned());
        each_word(heard, |word| self.words.add_said(word));
    }

    /// Whether most of what a text is about is nothing of the categories: what is out of scope in general may be the
    /// very business of this bot.
    fn is_far_from(&self, heard: &Normalized, lexicon: &Lexicon) -> bool {
        let words = heard.tokens().iter().map(|token| heard.word(token));
        let content: Vec<&str> = words.filter(|word| !lexicon.is_function_word(word)).collect();
        let known = |word: &&&str| lexicon.has_form(word, |form| self.words.contains(form));
        2 * content.iter().filter(known).count() <= content.len()
    }
}
