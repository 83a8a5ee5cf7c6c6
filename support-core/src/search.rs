//! How words are searched for, alike on every store.
//!
//! Text is brought into one form before it reaches a store's index: lower case, accents folded, words separated by
//! single blanks. A store's own analyzer then has nothing left to disagree about.

use serde::Serialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{text::SearchText, ticket::TicketNumber};

/// The most words that count; further ones are ignored.
const MAX_WORDS: usize = 12;

/// The most characters of a word that count: no search is longer, and every database can index so many. Text without
/// blanks, such as a sentence in Chinese, is one word to the desk.
const MAX_WORD: usize = SearchText::MAX;

/// The words of a search. A document matches if it holds all of them, the last one as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchQuery {
    words: Vec<String>,
    ticket_number: Option<TicketNumber>,
}

impl SearchQuery {
    /// Reads what somebody typed. Text without a letter or digit finds nothing.
    pub fn new(text: &SearchText) -> Self {
        let mut words: Vec<String> = words(text.as_str()).collect();
        words.truncate(MAX_WORDS);
        Self { words, ticket_number: text.as_str().parse().ok() }
    }

    /// The words: letters and digits only, in the form of [`normalize`]. Empty means that nothing can match.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The ticket that the text names exactly.
    pub const fn ticket_number(&self) -> Option<&TicketNumber> {
        self.ticket_number.as_ref()
    }

    /// Whether a document in the form of [`normalize`] holds every word. Stores with an index of their own answer
    /// the same.
    pub fn matches(&self, document: &str) -> bool {
        let Some((last, whole)) = self.words.split_last() else { return false };
        whole.iter().all(|word| document.split(' ').any(|w| w == word))
            && document.split(' ').any(|w| w.starts_with(last.as_str()))
    }
}

/// Brings text into the form in which it is indexed: words of letters and digits, separated by single blanks.
pub fn normalize(text: &str) -> String {
    let mut document = String::with_capacity(text.len());
    for word in words(text) {
        if !document.is_empty() {
            document.push(' ');
        }
        document.push_str(&word);
    }
    document
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD).collect())
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> SearchQuery {
        SearchQuery::new(&SearchText::parse(text).unwrap())
    }

    #[test]
    fn text_takes_one_form() {
        assert_eq!(normalize("  L'Été — ＡＢＣ ﬁn; x@example.org\n"), "l ete abc fin x example org");
    }

    #[test]
    fn every_word_must_be_there_and_the_last_may_be_unfinished() {
        let document = normalize("My invoice is wrong: refund please");
        assert!(query("INVOICE ref").matches(&document));
        assert!(!query("inv refund").matches(&document));
        assert!(!query("invoice missing").matches(&document));
        assert!(!query("\"*\" OR").matches(&document));
        assert!(!query("--").matches(&document));
    }

    #[test]
    fn a_word_counts_as_far_as_a_search_can_name_it() {
        let long = "漢".repeat(10_000);
        assert_eq!(normalize(&format!("a {long} b")), format!("a {} b", "漢".repeat(200)));
        // One character of compatibility may become several.
        let expanding = "㌀".repeat(200);
        assert_eq!(query(&expanding).words()[0].chars().count(), 200);
        assert!(query(&expanding).matches(&normalize(&expanding.repeat(2))));
    }

    #[test]
    fn a_ticket_number_is_recognized() {
        assert_eq!(query("tkt-20260131-0001").ticket_number().unwrap().as_str(), "TKT-20260131-0001");
        assert_eq!(query("refund").ticket_number(), None);
    }
}
