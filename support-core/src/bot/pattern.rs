//! One pattern of a rule: checked when the knowledge base loads, so that matching can neither fail nor surprise.

use std::ops::Range;

use regex_automata::{
    meta::{BuildError, Config, Regex},
    nfa::thompson::WhichCaptures,
    util::syntax,
};
use regex_syntax::{
    ParserBuilder,
    ast::ErrorKind,
    hir::{
        Hir, HirKind,
        literal::{ExtractKind, Extractor},
    },
};

use super::normalize::fold_char;

/// A pattern longer than this is a list that belongs into several rules.
const MAX_LENGTH: usize = 1_000;
/// What one compiled pattern may take: thousands of states, far from what `\w{100}{100}` asks for.
pub(super) const SIZE_LIMIT: usize = 128 * 1024;
/// What one thread may keep of the automaton it builds while matching one pattern.
const CACHE_LIMIT: usize = 256 * 1024;
/// In how many places threads look for such an automaton that none of them uses just now. Matching takes about a
/// microsecond: more places would only hold more automata, by default one for each of eight threads.
const POOL: usize = 1;

/// A pattern that is fit for a rule.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// What every match begins with, if that is a manageable list; until the filter is made of it.
    starts: Option<Vec<String>>,
}

impl Pattern {
    /// Checks a pattern and gives it word bounds.
    ///
    /// Classes are ASCII: `\w` in Unicode costs a hundred times the states, and messages come without accents.
    /// A pattern stands between words whatever it says itself: `plan` is not found in "explain", and `^`, `$` mean
    /// the ends of the message.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("pattern is over the size limit: longer than {MAX_LENGTH} bytes"));
        }
        let folded = fold(text);
        let hir = parse(&folded)?;
        match hir.properties().minimum_len() {
            Some(0) => return Err(format!("pattern `{text}` matches the empty string")),
            None => return Err(format!("pattern `{text}` can never match")),
            Some(_) => {}
        }
        // The rules look for first letters before they try a pattern; what a pattern would build to do so itself takes
        // more memory than all the rest of it.
        let config = Regex::config()
            .auto_prefilter(false)
            .which_captures(WhichCaptures::Implicit)
            .nfa_size_limit(Some(SIZE_LIMIT))
            .hybrid_cache_capacity(CACHE_LIMIT);
        let whole_words = format!("(?:^| )(?:{folded})(?: |$)");
        let regex = automaton(&[whole_words], config).map_err(|error| match error.size_limit() {
            Some(_) => {
                format!(
                    "pattern is over the size limit: compiled it takes more than {} KiB",
                    SIZE_LIMIT / 1024
                )
            }
            None => format!("invalid pattern: {error}"),
        })?;
        Ok(Self { regex, starts: starts(&hir) })
    }

    /// Where the pattern stands in a normalized text.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.regex.find(text).map(|found| found.range())
    }

    /// Whether the pattern stands in a normalized text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Gives back what it has built while matching; it is built again where it is needed.
    pub(super) fn settle(&mut self) {
        // A clone shares the program, and nothing that searches have grown.
        self.regex = self.regex.clone();
    }

    /// A pattern that is cheap to look for and stands wherever this one does: its first letters.
    ///
    /// To be asked for once: the letters go with it.
    pub(super) fn take_filter(&mut self) -> String {
        match self.starts.take() {
            Some(starts) => {
                let escaped: Vec<String> = starts.iter().map(|start| regex::escape(start)).collect();
                format!("(?:^| )(?:{})", escaped.join("|"))
            }
            None => "^".to_owned(),
        }
    }
}

/// What looks for patterns in normalized texts, byte by byte, within the limits of its own: with the classes of Unicode a few
/// hundred patterns are over any limit.
pub(super) fn automaton(patterns: &[String], own: Config) -> Result<Regex, Box<BuildError>> {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(own.utf8_empty(false).pool_capacity(POOL))
        .build_many(patterns)
        .map_err(Box::new)
}

/// The letters that every match begins with; `None` if nearly anything can begin it.
fn starts(hir: &Hir) -> Option<Vec<String>> {
    let mut found = Extractor::new().kind(ExtractKind::Prefix).extract(hir);
    found.optimize_for_prefix_by_preference();
    let literals = found.literals()?.iter();
    let starts: Vec<String> =
        literals.map(|literal| String::from_utf8(literal.as_bytes().to_vec()).ok()).collect::<Option<_>>()?;
    (!starts.iter().any(String::is_empty)).then_some(starts)
}

/// What the author of a valid pattern may not have meant: a literal that no message contains once it is normalized.
pub(super) fn doubt(text: &str) -> Option<String> {
    let unseen = unseen(&parse(&fold(text)).ok()?)?;
    Some(format!(
        "pattern `{text}` wants `{unseen}`, which no message has when rules look at it: words are lower case, \
         without apostrophes, joined by single spaces"
    ))
}

fn parse(folded: &str) -> Result<Hir, String> {
    ParserBuilder::new().unicode(false).utf8(false).build().parse(folded).map_err(|error| syntax(&error))
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
