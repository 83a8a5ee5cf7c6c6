//! Words that are longer than an index takes.
//!
//! A long word is kept in pieces: the first is its beginning, and each further one says, by a checksum, what comes
//! before it. A search asks for the last piece of its word alone, which implies the others. Marked with a point, which no
//! word has in it ([`normalize`](support_core::search::normalize)), no piece is taken for a word.

use std::borrow::Cow;

use crate::migrations::checksum;

/// A document in which each word that is longer than so many bytes is in pieces.
pub(crate) fn split_in(document: String, longest: usize) -> String {
    if document.split(' ').all(|word| word.len() <= longest) {
        return document;
    }
    let pieces = document.split(' ').flat_map(|word| pieces(word, longest));
    pieces.collect::<Vec<_>>().join(" ")
}

/// The piece that a word, or its beginning, is found by.
pub(crate) fn last_piece(word: &str, longest: usize) -> Cow<'_, str> {
    if word.len() <= longest {
        return word.into();
    }
    pieces(word, longest).pop().map_or_else(|| word.into(), Cow::from)
}

/// The pieces of a word. All but the last are marked at their end, and all but the first at their beginning.
fn pieces(word: &str, longest: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while from < word.len() || pieces.is_empty() {
        let to = (from + longest).min(word.len());
        let to = (from + 1..=to).rev().find(|to| word.is_char_boundary(*to)).unwrap_or(word.len());
        let before = if from == 0 { String::new() } else { format!(".{}", checksum(&word[..from])) };
        let more = if to < word.len() { "." } else { "" };
        pieces.push(format!("{before}{}{more}", &word[from..to]));
        from = to;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_tell_what_words_tell(word in "[aé]{1,14}", asked in "[aé]{1,14}") {
            let document = split_in(format!("x {word} y"), 4);
            let kept: BTreeSet<_> = document.split(' ').collect();
            let asked_for = last_piece(&asked, 4);
            prop_assert_eq!(kept.contains(&*asked_for), word == asked);
            let begins = kept.iter().any(|piece| piece.starts_with(&*asked_for));
            prop_assert_eq!(begins, word.starts_with(&asked));
        }

        #[test]
        fn no_piece_is_longer_than_it_may_be(word in "\\PC{0,40}") {
            for piece in pieces(&word, 8) {
                prop_assert!(piece.len() <= 8 + ".0123456789abcdef.".len(), "{}", piece);
            }
        }
    }

    #[test]
    fn short_words_stay_as_they_are() {
        assert_eq!(split_in("ab abcd".to_owned(), 4), "ab abcd");
        assert_eq!(last_piece("abcd", 4), "abcd");
    }
}
