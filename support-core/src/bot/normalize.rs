//! From what a customer typed to the words the rules see.
//!
//! The words are lower case, without accents, joined by single spaces; a letter typed more than twice in a row
//! counts twice; apostrophes inside short endings vanish (`don't` → `dont`). Every word knows its bytes in the
//! original, so that later stages and explanations can quote what was typed.

#[cfg(test)]
mod tests;

use std::ops::Range;

use unicode_normalization::{
    UnicodeNormalization,
    char::{decompose_canonical, is_combining_mark},
};

use super::synonyms::Synonyms;

/// A message is cut after so many characters …
pub(super) const MAX_CHARS: usize = 2_000;
/// … and after so many words: what follows adds time, not meaning.
pub(super) const MAX_TOKENS: usize = 256;

/// One word: where it stands in the normalized text and in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Bytes in the normalized text.
    pub(super) at: Range<usize>,
    /// Bytes in the original text.
    pub(super) source: Range<usize>,
}

/// A message as the rules see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Normalized {
    text: String,
    tokens: Vec<Token>,
    cut: bool,
}

impl Normalized {
    /// Normalizes a message and replaces the synonyms of the knowledge base.
    pub(super) fn new(original: &str, synonyms: &Synonyms) -> Self {
        synonyms.apply(Self::plain(original))
    }

    /// Normalizes a text without synonyms.
    pub(super) fn plain(original: &str) -> Self {
        let mut scan = Scan::default();
        let mut counted = 0;
        let mut rest = original.char_indices().peekable();
        while let Some((at, first)) = rest.next() {
            counted += 1;
            if counted > MAX_CHARS || scan.out.tokens.len() == MAX_TOKENS && !scan.open {
                scan.out.cut = original[at..].contains(char::is_alphanumeric);
                break;
            }
            let mut end = at + first.len_utf8();
            if first.is_ascii() && rest.peek().is_none_or(|(_, next)| next.is_ascii()) {
                scan.push(first, at..end, &original[end..]);
                continue;
            }
            // Marks and Hangul vowels belong to the character before them: composed together, or not at all.
            while let Some((_, mark)) = rest.next_if(|(_, next)| joins_previous(*next)) {
                counted += 1;
                end += mark.len_utf8();
            }
            for composed in original[at..end].nfkc() {
                scan.push_unicode(composed, at..end, &original[end..]);
            }
        }
        scan.close();
        scan.out
    }

    /// Puts words together that were normalized before.
    pub(super) fn from_words<'a>(words: impl Iterator<Item = (&'a str, Range<usize>)>, cut: bool) -> Self {
        let mut out = Self { cut, ..Self::default() };
        for (word, source) in words {
            out.separate();
            let start = out.text.len();
            out.text.push_str(word);
            out.tokens.push(Token { at: start..out.text.len(), source });
        }
        out
    }

    /// The words, joined by single spaces.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The words, in order.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// One word's text.
    pub(super) fn word(&self, token: &Token) -> &str {
        &self.text[token.at.clone()]
    }

    /// The part of the original that these bytes of the normalized text came from.
    pub(super) fn quote<'a>(&self, original: &'a str, at: &Range<usize>) -> &'a str {
        let mut words = self.tokens.iter().filter(|token| token.at.start < at.end && at.start < token.at.end);
        let Some(first) = words.next() else { return "" };
        let end = words.next_back().unwrap_or(first).source.end;
        original.get(first.source.start..end).unwrap_or_default()
    }

    /// Whether the message was longer than the bot reads.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether nothing of the message is a word.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether these words stand here in a row; `phrase` is normalized.
    pub(super) fn mentions(&self, phrase: &str) -> bool {
        contains_phrase(&self.text, phrase)
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }
}

/// Whether `phrase` stands in `text` with word bounds on both sides; both are normalized.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    if phrase.is_empty() {
        return false;
    }
    text.match_indices(phrase).any(|(at, _)| {
        let starts = at == 0 || text.as_bytes()[at - 1] == b' ';
        let end = at + phrase.len();
        starts && (end == text.len() || text.as_bytes()[end] == b' ')
    })
}

/// The character as rules see it, for text that is no message: the non-ASCII part of a pattern.
pub(super) fn fold_char(c: char, mut emit: impl FnMut(char)) {
    for lower in c.to_lowercase() {
        match lower {
            'ß' => "ss".chars().for_each(&mut emit),
            'æ' => "ae".chars().for_each(&mut emit),
            'œ' => "oe".chars().for_each(&mut emit),
            'ø' => emit('o'),
            'ł' => emit('l'),
            'đ' => emit('d'),
            'ı' => emit('i'),
            // Accents carry no meaning for the rules in these scripts; elsewhere a mark is part of the letter.
            '\0'..='\u{52f}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(lower, |part| {
                if !is_accent(part) {
                    emit(part);
                }
            }),
            other => emit(other),
        }
    }
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn joins_previous(c: char) -> bool {
    is_combining_mark(c) || ('\u{1160}'..='\u{11ff}').contains(&c)
}

/// Characters that are there but not seen; they must not split a word.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '\u{2018}' | '\u{2019}' | '\u{2bc}')
}

/// The words so far, and the state of the one being read.
#[derive(Default)]
struct Scan {
    out: Normalized,
    open: bool,
    last: Option<char>,
    run: usize,
}

impl Scan {
    /// Takes a composed character that came from these bytes.
    fn push_unicode(&mut self, c: char, source: Range<usize>, rest: &str) {
        if c.is_ascii() {
            self.push(c, source, rest);
        } else if is_invisible(c) || is_accent(c) {
            // Neither a letter nor a gap.
        } else if is_apostrophe(c) {
            self.push('\'', source, rest);
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            fold_char(c, |folded| self.letter(folded, source.clone()));
        } else {
            self.close();
        }
    }

    /// Takes an ASCII character.
    fn push(&mut self, c: char, source: Range<usize>, rest: &str) {
        if c.is_ascii_alphanumeric() {
            self.letter(c.to_ascii_lowercase(), source);
        } else if !(is_apostrophe(c) && self.open && is_short_ending(rest)) {
            self.close();
        }
    }

    fn letter(&mut self, c: char, source: Range<usize>) {
        if !self.open && self.out.tokens.len() == MAX_TOKENS {
            return;
        }
        if !self.open {
            self.out.separate();
            let start = self.out.text.len();
            self.out.tokens.push(Token { at: start..start, source: source.clone() });
            self.open = true;
        }
        self.run = if self.last == Some(c) { self.run + 1 } else { 1 };
        self.last = Some(c);
        if self.run <= 2 || c.is_ascii_digit() {
            self.out.text.push(c);
        }
        if let Some(token) = self.out.tokens.last_mut() {
            token.at.end = self.out.text.len();
            token.source.end = source.end;
        }
    }

    fn close(&mut self) {
        self.open = false;
        self.last = None;
    }
}

/// `'t`, `'s`, `'re`, `'ll` belong to the word before; what follows in `l'hébergement` is a word of its own.
fn is_short_ending(rest: &str) -> bool {
    rest.chars().take_while(|c| c.is_alphanumeric()).take(3).count() <= 2
}
