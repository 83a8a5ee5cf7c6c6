//! The weighted rules of a knowledge base.
//!
//! One [`RegexSet`] looks for all rules at once, by what their patterns begin with, and the few that can match are
//! then tried in full. A set of the full patterns is slower by an order of magnitude: patterns with gaps
//! (`how much (?:\S+ ){0,4}plans`) are in so many half-matched states together that its automaton never settles.

use std::ops::Range;

use regex::bytes::{RegexSet, RegexSetBuilder};

use super::pattern::Pattern;

/// Memory for the set, and for the automaton that one thread builds while matching.
const SET_SIZE_LIMIT: usize = 16 * 1024 * 1024;
const CACHE_SIZE_LIMIT: usize = 4 * 1024 * 1024;

/// The rules in the order of the file.
#[derive(Debug)]
pub(super) struct Rules {
    /// One filter for each rule, at the same index.
    filters: RegexSet,
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
    pub(super) source: String,
    pub(super) pattern: Pattern,
    /// Where this stands in the message too, the rule counts for nothing.
    pub(super) veto: Option<Pattern>,
}

/// A rule whose pattern stands in the message.
#[derive(Debug, Clone)]
pub(super) struct Hit<'a> {
    pub(super) rule: &'a Rule,
    /// Bytes of the normalized text.
    pub(super) at: Range<usize>,
    /// The rule's veto stands there too.
    pub(super) vetoed: bool,
}

impl Rules {
    /// Puts rules together; those of one category stand in a row.
    ///
    /// # Errors
    /// All patterns together are over the size limit.
    pub(super) fn new(rules: Vec<Rule>) -> Result<Self, String> {
        let filters = RegexSetBuilder::new(rules.iter().map(|rule| rule.pattern.filter()))
            .unicode(false)
            .size_limit(SET_SIZE_LIMIT)
            .dfa_size_limit(CACHE_SIZE_LIMIT)
            .build()
            .map_err(|error| format!("the patterns together are over the size limit: {error}"))?;
        Ok(Self { filters, rules })
    }

    /// Every rule that finds its pattern in a normalized text, in the order of the file.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit<'_>> {
        let possible = self.filters.matches(text.as_bytes());
        possible
            .iter()
            .filter_map(|index| {
                let rule = self.rules.get(index)?;
                let at = rule.pattern.find(text)?;
                let vetoed = rule.veto.as_ref().is_some_and(|veto| veto.is_in(text));
                Some(Hit { rule, at, vetoed })
            })
            .collect()
    }
}
