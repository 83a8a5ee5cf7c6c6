//! The weighted rules of a knowledge base.
//!
//! One automaton looks for all rules at once, by what their patterns begin with, and the few that can match are
//! then tried in full. A set of the full patterns is slower by an order of magnitude: patterns with gaps
//! (`how much (?:\S+ ){0,4}plans`) are in so many half-matched states together that its automaton never settles.

use std::ops::Range;

use regex_automata::{Input, MatchKind, PatternSet, meta::Regex, nfa::thompson::WhichCaptures};

use super::pattern::{Pattern, automaton};

/// Memory for the set, and for the automaton that one thread builds while matching.
const SET_SIZE_LIMIT: usize = 16 * 1024 * 1024;
const CACHE_SIZE_LIMIT: usize = 4 * 1024 * 1024;

/// The rules in the order of the file.
#[derive(Debug)]
pub(super) struct Rules {
    /// One filter for each rule, at the same index.
    filters: Regex,
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
    pub(super) fn new(mut rules: Vec<Rule>) -> Result<Self, String> {
        // A veto is looked for where its rule stands, and needs no filter.
        for veto in rules.iter_mut().filter_map(|rule| rule.veto.as_mut()) {
            veto.take_filter();
        }
        let filters: Vec<String> = rules.iter_mut().map(|rule| rule.pattern.take_filter()).collect();
        let config = Regex::config()
            .match_kind(MatchKind::All)
            .which_captures(WhichCaptures::None)
            .nfa_size_limit(Some(SET_SIZE_LIMIT))
            .hybrid_cache_capacity(CACHE_SIZE_LIMIT);
        let filters = automaton(&filters, config)
            .map_err(|error| format!("the patterns together are over the size limit: {error}"))?;
        Ok(Self { filters, rules })
    }

    /// Gives back what the automata have built while matching: several MB once many messages were tried.
    pub(super) fn settle(&mut self) {
        self.filters = self.filters.clone();
        for rule in &mut self.rules {
            rule.pattern.settle();
            if let Some(veto) = &mut rule.veto {
                veto.settle();
            }
        }
    }

    /// Every rule that finds its pattern in a normalized text, in the order of the file.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit<'_>> {
        let mut possible = PatternSet::new(self.filters.pattern_len());
        self.filters.which_overlapping_matches(&Input::new(text), &mut possible);
        possible
            .iter()
            .filter_map(|id| {
                let rule = self.rules.get(id.as_usize())?;
                let at = rule.pattern.find(text)?;
                let vetoed = rule.veto.as_ref().is_some_and(|veto| veto.is_in(text));
                Some(Hit { rule, at, vetoed })
            })
            .collect()
    }
}
