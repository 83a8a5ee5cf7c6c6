//! The small language of `when`: which of a category's responses fits.
//!
//! ```text
//! expression = term { "or" term }
//! term       = factor { "and" factor }
//! factor     = "not" factor | "(" expression ")" | fact
//! fact       = signed_in | named | repeated | mentions "words"
//!            | slot name | slot name "value" | hours "09:00-17:00" | weekday
//! ```
//!
//! It is total: every expression that loads has a value for every message, and evaluating it cannot fail.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, FixedOffset, Timelike};

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
    /// What the customer answered to the bot's questions.
    pub(super) slots: &'a BTreeMap<String, String>,
    /// When the message was written, where the desk is.
    pub(super) now: DateTime<FixedOffset>,
}

/// A parsed `when`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    SignedIn,
    Named,
    Repeated,
    /// These words, normalized, stand in the message.
    Mentions(String),
    /// A question was answered, with this if a value is given.
    Slot(String, Option<String>),
    /// From one minute of the day to before another, over midnight if they are that way round.
    Hours(u32, u32),
    /// Monday to Friday.
    Weekday,
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
            Self::Slot(name, None) => facts.slots.contains_key(name),
            Self::Slot(name, Some(wanted)) => {
                facts.slots.get(name).is_some_and(|value| Normalized::plain(value).text() == wanted)
            }
            Self::Hours(from, to) => {
                let minute = facts.now.hour() * 60 + facts.now.minute();
                if from <= to { (*from..*to).contains(&minute) } else { minute >= *from || minute < *to }
            }
            Self::Weekday => facts.now.weekday().num_days_from_monday() < 5,
            Self::Not(inner) => !inner.holds(facts),
            Self::And(left, right) => left.holds(facts) && right.holds(facts),
            Self::Or(left, right) => left.holds(facts) || right.holds(facts),
        }
    }

    /// Whether the fact behind a placeholder is known whenever the condition holds, so that a response may use it:
    /// `name`, or a slot.
    pub(super) fn implies(&self, placeholder: &str) -> bool {
        match self {
            Self::Named => placeholder == "name",
            Self::Slot(name, _) => placeholder == name,
            Self::And(left, right) => left.implies(placeholder) || right.implies(placeholder),
            Self::Or(left, right) => left.implies(placeholder) && right.implies(placeholder),
            Self::SignedIn
            | Self::Repeated
            | Self::Mentions(_)
            | Self::Hours(..)
            | Self::Weekday
            | Self::Not(_) => false,
        }
    }

    /// The slots that the condition asks about.
    pub(super) fn slots(&self) -> Vec<&str> {
        match self {
            Self::Slot(name, _) => vec![name],
            Self::Not(inner) => inner.slots(),
            Self::And(left, right) | Self::Or(left, right) => [left.slots(), right.slots()].concat(),
            _ => Vec::new(),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

const FACTS: &str = "`signed_in`, `named`, `repeated`, `mentions \"words\"`, `slot name`, `slot name \"value\"`, \
                     `hours \"09:00-17:00\"` and `weekday`";

struct Parser<'a> {
    rest: &'a str,
    synonyms: &'a Synonyms,
    depth: usize,
}

impl<'a> Parser<'a> {
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
            "mentions" => self.mentions(),
            "slot" => self.slot(),
            "hours" => self.hours(),
            "weekday" => Ok(Condition::Weekday),
            "" => Err(format!("a fact is missing: {FACTS}")),
            other => Err(format!("unknown fact `{other}`; known are {FACTS}")),
        }
    }

    fn mentions(&mut self) -> Result<Condition, String> {
        let missing = || "`mentions` needs words in quotes".to_owned();
        let words = self.quoted().ok_or_else(missing)?;
        let normalized = Normalized::new(words, self.synonyms);
        if normalized.is_empty() {
            Err(missing())
        } else {
            Ok(Condition::Mentions(normalized.text().to_owned()))
        }
    }

    fn slot(&mut self) -> Result<Condition, String> {
        let name = self.next_word();
        if !name.starts_with(is_word) {
            return Err("`slot` needs the name of a slot".to_owned());
        }
        let value = self.quoted().map(|value| Normalized::plain(value).text().to_owned());
        Ok(Condition::Slot(name, value))
    }

    fn hours(&mut self) -> Result<Condition, String> {
        let expected = || "`hours` needs a time of the day such as \"09:00-17:30\"".to_owned();
        let (from, to) = self.quoted().and_then(|hours| hours.split_once('-')).ok_or_else(expected)?;
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
        };
        let (from, to) = minute(from).zip(minute(to)).ok_or_else(expected)?;
        Ok(Condition::Hours(from, to))
    }

    /// What stands in double or single quotes here, if anything does.
    fn quoted(&mut self) -> Option<&'a str> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (words, rest) = self.rest[1..].split_once(quote)?;
        self.rest = rest.trim_start();
        Some(words)
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
