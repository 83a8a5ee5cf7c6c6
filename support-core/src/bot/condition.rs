//! The small language of `when`: which of a category's responses fits.
//!
//! ```text
//! expression = term { "or" term }
//! term       = factor { "and" factor }
//! factor     = "not" factor | "(" expression ")" | fact
//! fact       = signed_in | named | repeated | mentions "words"
//! ```
//!
//! It is total: every expression that loads has a value for every message, and evaluating it cannot fail.

#[cfg(test)]
mod tests;

use super::{normalize::Normalized, synonyms::Synonyms};

/// Deeper than any sensible condition, shallow enough that parsing never exhausts the stack.
const MAX_DEPTH: usize = 16;
const MAX_LENGTH: usize = 1_000;

/// What conditions can ask about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// The customer is signed in with the host.
    pub(super) signed_in: bool,
    /// The customer's name is known.
    pub(super) named: bool,
    /// The category was answered before in this conversation.
    pub(super) repeated: bool,
    /// The message.
    pub(super) heard: &'a Normalized,
}

/// A parsed `when`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    SignedIn,
    Named,
    Repeated,
    /// These words, normalized, stand in the message.
    Mentions(String),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

impl Condition {
    /// Parses a condition; the words after `mentions` are normalized like a message.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn parse(text: &str, synonyms: &Synonyms) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("longer than {MAX_LENGTH} bytes"));
        }
        let mut parser = Parser { rest: text.trim(), synonyms, depth: 0 };
        let condition = parser.expression()?;
        if parser.rest.is_empty() { Ok(condition) } else { Err(format!("unexpected `{}`", parser.rest)) }
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::SignedIn => facts.signed_in,
            Self::Named => facts.named,
            Self::Repeated => facts.repeated,
            Self::Mentions(words) => facts.heard.mentions(words),
            Self::Not(inner) => !inner.holds(facts),
            Self::And(left, right) => left.holds(facts) && right.holds(facts),
            Self::Or(left, right) => left.holds(facts) || right.holds(facts),
        }
    }

    /// Whether the name is known whenever the condition holds, so that a response may use it.
    pub(super) fn implies_named(&self) -> bool {
        match self {
            Self::Named => true,
            Self::And(left, right) => left.implies_named() || right.implies_named(),
            Self::Or(left, right) => left.implies_named() && right.implies_named(),
            Self::SignedIn | Self::Repeated | Self::Mentions(_) | Self::Not(_) => false,
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Parser<'a> {
    rest: &'a str,
    synonyms: &'a Synonyms,
    depth: usize,
}

impl Parser<'_> {
    fn expression(&mut self) -> Result<Condition, String> {
        let mut left = self.term()?;
        while self.take_word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.term()?));
        }
        Ok(left)
    }

    fn term(&mut self) -> Result<Condition, String> {
        let mut left = self.factor()?;
        while self.take_word("and") {
            left = Condition::And(Box::new(left), Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        let condition = if self.take_word("not") {
            Condition::Not(Box::new(self.factor()?))
        } else if self.take_symbol('(') {
            let inner = self.expression()?;
            if !self.take_symbol(')') {
                return Err("a `(` is not closed".to_owned());
            }
            inner
        } else {
            self.fact()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn fact(&mut self) -> Result<Condition, String> {
        match self.next_word().as_str() {
            "signed_in" => Ok(Condition::SignedIn),
            "named" => Ok(Condition::Named),
            "repeated" => Ok(Condition::Repeated),
            "mentions" => self.quoted().map(Condition::Mentions),
            "" => {
                Err("a fact is missing: `signed_in`, `named`, `repeated` or `mentions \"words\"`".to_owned())
            }
            other => Err(format!(
                "unknown fact `{other}`; known are `signed_in`, `named`, `repeated` and `mentions \"words\"`"
            )),
        }
    }

    /// A quoted phrase, in double or single quotes.
    fn quoted(&mut self) -> Result<String, String> {
        let missing = || "`mentions` needs words in quotes".to_owned();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(missing)?;
        let (words, rest) = self.rest[1..].split_once(quote).ok_or_else(missing)?;
        self.rest = rest.trim_start();
        let normalized = Normalized::new(words, self.synonyms);
        if normalized.is_empty() { Err(missing()) } else { Ok(normalized.text().to_owned()) }
    }

    /// The next word, or the one character that begins none.
    fn next_word(&mut self) -> String {
        let end = match self.rest.find(|c: char| !is_word(c)) {
            Some(0) => self.rest.chars().next().map_or(0, char::len_utf8),
            Some(end) => end,
            None => self.rest.len(),
        };
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word.to_owned()
    }

    fn take_word(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) if !rest.starts_with(is_word) => {
                self.rest = rest.trim_start();
                true
            }
            _ => false,
        }
    }

    fn take_symbol(&mut self, symbol: char) -> bool {
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}
