//! The weighted rules of a knowledge base, matched all at once.

use regex::bytes::{RegexSet, RegexSetBuilder};

/// Memory for all compiled patterns together, and for the automaton that one thread builds while matching.
const SET_SIZE_LIMIT: usize = 32 * 1024 * 1024;
const CACHE_SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// The rules in the order of the file, behind one set of patterns.
#[derive(Debug)]
pub(super) struct Rules {
    set: RegexSet,
    rules: Vec<Rule>,
}

/// One rule of one category.
#[derive(Debug)]
pub(super) struct Rule {
    /// Index of the category.
    pub(super) category: usize,
    /// What a hit is worth, 0 to 1.
    pub(super) weight: f64,
    /// The pattern as written, for the trace.
    pub(super) pattern: String,
    regex: usize,
    veto: Option<usize>,
}

/// A rule whose pattern stands in the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    pub(super) rule: &'a Rule,
    /// The rule's `not` stands in the message too, so that the rule counts for nothing.
    pub(super) vetoed: bool,
}

/// Collects rules until all are known.
#[derive(Debug, Default)]
pub(super) struct RulesBuilder {
    patterns: Vec<String>,
    rules: Vec<Rule>,
}

impl RulesBuilder {
    /// Adds a rule; `bounded` and `veto` have been checked and stand between word bounds.
    pub(super) fn add(
        &mut self,
        category: usize,
        weight: f64,
        pattern: &str,
        bounded: String,
        veto: Option<String>,
    ) {
        let mut index = |pattern: String| {
            self.patterns.push(pattern);
            self.patterns.len() - 1
        };
        let (regex, veto) = (index(bounded), veto.map(&mut index));
        self.rules.push(Rule { category, weight, pattern: pattern.to_owned(), regex, veto });
    }

    /// Compiles the set.
    ///
    /// # Errors
    /// All patterns together are over the size limit.
    pub(super) fn build(self) -> Result<Rules, String> {
        let set = RegexSetBuilder::new(&self.patterns)
            .unicode(false)
            .size_limit(SET_SIZE_LIMIT)
            .dfa_size_limit(CACHE_SIZE_LIMIT)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => format!(
                    "the patterns together are over the size limit of {} MiB",
                    SET_SIZE_LIMIT / 1024 / 1024
                ),
                other => format!("invalid patterns: {other}"),
            })?;
        Ok(Rules { set, rules: self.rules })
    }
}

impl Rules {
    /// Every rule that finds its pattern in a normalized text, in the order of the file.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit<'_>> {
        let found = self.set.matches(text.as_bytes());
        if !found.matched_any() {
            return Vec::new();
        }
        self.rules
            .iter()
            .filter(|rule| found.matched(rule.regex))
            .map(|rule| Hit { rule, vetoed: rule.veto.is_some_and(|veto| found.matched(veto)) })
            .collect()
    }
}
