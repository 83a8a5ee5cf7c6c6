//! Counting what a bot did with labeled messages.

use std::collections::BTreeMap;

use super::{Labeled, OUT_OF_SCOPE, Outcome};
use crate::bot::Decision;

/// How many messages went how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Messages that are the bot's business.
    pub in_scope: usize,
    /// … answered by the right category.
    pub right: usize,
    /// … for which the right category was offered.
    pub offered: usize,
    /// … answered by a wrong category.
    pub wrong: usize,
    /// Messages that are not.
    pub out_of_scope: usize,
    /// … answered nevertheless.
    pub answered_out_of_scope: usize,
    /// … handed over although nobody asked for a human.
    pub false_handoffs: usize,
    /// By category, sorted by id.
    pub categories: BTreeMap<String, CategoryTally>,
}

/// How many messages of one category went how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CategoryTally {
    /// Messages of the category.
    pub messages: usize,
    /// … answered by it.
    pub right: usize,
    /// … for which it was offered.
    pub offered: usize,
    /// … answered by another.
    pub wrong: usize,
}

impl Tally {
    pub(super) fn of(rows: &[(Labeled, Outcome)]) -> Self {
        let mut tally = Self::default();
        for (message, outcome) in rows {
            if message.category == OUT_OF_SCOPE {
                tally.out_of_scope += 1;
                tally.answered_out_of_scope += usize::from(outcome.category.is_some());
                tally.false_handoffs += usize::from(outcome.decision == Decision::Handoff);
                continue;
            }
            let category = tally.categories.entry(message.category.clone()).or_default();
            category.messages += 1;
            tally.in_scope += 1;
            match &outcome.category {
                Some(got) if *got == message.category => {
                    category.right += 1;
                    tally.right += 1;
                }
                Some(_) => {
                    category.wrong += 1;
                    tally.wrong += 1;
                }
                None if outcome.choices.contains(&message.category) => {
                    category.offered += 1;
                    tally.offered += 1;
                }
                None => {}
            }
        }
        tally
    }
}

/// A share in percent; 0 of nothing is 0.
#[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
pub(super) fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

impl Tally {
    /// The share of messages in scope that were answered rightly, in percent.
    pub fn right_percent(&self) -> f64 {
        percent(self.right, self.in_scope)
    }

    /// The share of messages in scope with the right answer or one click away from it, in percent.
    pub fn one_click_percent(&self) -> f64 {
        percent(self.right + self.offered, self.in_scope)
    }

    /// The share of messages in scope that were answered wrongly, in percent.
    pub fn wrong_percent(&self) -> f64 {
        percent(self.wrong, self.in_scope)
    }

    /// The share of messages out of scope that were answered, in percent.
    pub fn answered_out_of_scope_percent(&self) -> f64 {
        percent(self.answered_out_of_scope, self.out_of_scope)
    }

    /// The share of messages out of scope that were handed over, in percent.
    pub fn false_handoff_percent(&self) -> f64 {
        percent(self.false_handoffs, self.out_of_scope)
    }
}
