//! One pattern of a rule: checked when the knowledge base loads, so that matching can neither fail nor surprise.

use regex::bytes::RegexBuilder;
use regex_syntax::{
    ParserBuilder,
    ast::ErrorKind,
    hir::{Hir, HirKind},
};

use super::normalize::fold_char;

/// A pattern longer than this is a list that belongs into several rules.
const MAX_LENGTH: usize = 1_000;
/// What one compiled pattern may take: thousands of states, far from what `\w{100}{100}` asks for.
const SIZE_LIMIT: usize = 128 * 1024;

/// Checks a pattern and gives it word bounds.
///
/// Classes are ASCII: `\w` in Unicode costs a hundred times the states, and messages come without accents.
/// A pattern stands between words whatever it says itself: `plan` is not found in "explain", and `^`, `$` mean the
/// ends of the message.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub(super) fn bounded(text: &str) -> Result<String, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!("pattern is over the size limit: longer than {MAX_LENGTH} bytes"));
    }
    let folded = fold(text);
    match parse(&folded).map_err(|error| syntax(&error))?.properties().minimum_len() {
        Some(0) => return Err(format!("pattern `{text}` matches the empty string")),
        None => return Err(format!("pattern `{text}` can never match")),
        Some(_) => {}
    }
    let bounded = format!("(?:^| )(?:{folded})(?: |$)");
    match RegexBuilder::new(&bounded).unicode(false).size_limit(SIZE_LIMIT).build() {
        Ok(_) => Ok(bounded),
        Err(regex::Error::CompiledTooBig(_)) => Err(format!(
            "pattern is over the size limit: compiled it takes more than {} KiB",
            SIZE_LIMIT / 1024
        )),
        Err(other) => Err(format!("invalid pattern: {other}")),
    }
}

/// What the author of a valid pattern may not have meant: a literal that no message contains once it is normalized.
pub(super) fn doubt(text: &str) -> Option<String> {
    let unseen = unseen(&parse(&fold(text)).ok()?)?;
    Some(format!(
        "pattern `{text}` wants `{unseen}`, which no message has when rules look at it: words are lower case, \
         without apostrophes, joined by single spaces"
    ))
}

fn parse(folded: &str) -> Result<Hir, regex_syntax::Error> {
    ParserBuilder::new().unicode(false).utf8(false).build().parse(folded)
}

/// Folds what is not ASCII the way messages are folded; ASCII is the language of patterns and stays.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c);
        } else {
            fold_char(c, |c| folded.push(c));
        }
    }
    folded
}

fn syntax(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => match error.kind() {
            ErrorKind::UnsupportedLookAround => {
                "look-around is not supported in patterns; use `not` for what must not match".to_owned()
            }
            ErrorKind::UnsupportedBackreference => "back-references are not supported in patterns".to_owned(),
            kind => format!("invalid pattern: {kind} (at character {})", error.span().start.column),
        },
        regex_syntax::Error::Translate(error) => {
            format!("invalid pattern: {} (at character {})", error.kind(), error.span().start.column)
        }
        other => format!("invalid pattern: {other}"),
    }
}

/// The first literal that no message contains once it is normalized.
fn unseen(hir: &Hir) -> Option<char> {
    match hir.kind() {
        HirKind::Literal(literal) => literal
            .0
            .iter()
            .map(|byte| char::from(*byte))
            .find(|c| c.is_ascii_uppercase() || c.is_ascii_punctuation()),
        HirKind::Repetition(repetition) => unseen(&repetition.sub),
        HirKind::Capture(capture) => unseen(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(unseen),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => None,
    }
}
