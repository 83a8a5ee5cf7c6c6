//! Figures about tickets, from real rows only.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Period, Priority, TicketStatus};
use crate::{access::Scope, id::TicketId, text::Category, time::Timestamp};

/// Which tickets and which time the figures are about.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct TicketStatsFilter {
    /// What the caller may see of tickets.
    pub tickets: Scope,
    /// What the caller may see of chats, for the ratings.
    pub chats: Scope,
    /// The time for what happened; what stands now is counted whatever its age.
    pub period: Period,
}

/// A stretch of work on a ticket, from its creation or reopening until it became resolved, or closed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct ResolutionCycle {
    /// The ticket.
    pub ticket_id: TicketId,
    /// When work on it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// Figures about the tickets of a scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct TicketStats {
    /// All tickets.
    pub total: u64,
    /// Tickets by where they stand now; absent means none.
    pub by_status: BTreeMap<TicketStatus, u64>,
    /// Tickets by priority; absent means none.
    pub by_priority: BTreeMap<Priority, u64>,
    /// Tickets by category; `None` for those without.
    pub by_category: BTreeMap<Option<Category>, u64>,
    /// Tickets that are neither resolved nor closed and nobody's.
    pub unassigned: u64,
    /// Tickets opened in the period.
    pub created: u64,
    /// Tickets that became resolved, or closed at once, in the period.
    pub resolved: u64,
    /// From creation to the first public staff reply, where that reply came in the period.
    pub first_response: DurationSummary,
    /// Length of the stretches of work that ended in the period.
    pub resolution: DurationSummary,
    /// Ratings given in the period.
    pub csat: RatingSummary,
}

/// What a set of durations looks like, in seconds. Each figure is `None` for an empty set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct DurationSummary {
    /// The middle one, or the mean of the middle two.
    pub median: Option<f64>,
    /// The smallest that at least nine tenths do not exceed (nearest rank).
    pub p90: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
}

impl DurationSummary {
    /// Summarizes durations in microseconds. Negative ones, from clocks that were set back, count as zero.
    pub fn from_micros(mut durations: Vec<i64>) -> Self {
        let Some(ranks) = DurationRanks::of(durations.len()) else { return Self::default() };
        for duration in &mut durations {
            *duration = (*duration).max(0);
        }
        durations.sort_unstable();
        let sum = durations.iter().map(|duration| i128::from(*duration)).sum();
        let DurationRanks { lower, upper, p90 } = ranks;
        Self::from_ranked(durations.len(), sum, [lower, upper, p90].map(|rank| durations[rank]))
    }

    /// Summarizes so many durations by their sum and by those at their [`DurationRanks`], in the order of its fields, all
    /// in microseconds.
    pub fn from_ranked(count: usize, sum: i128, [lower, upper, p90]: [i64; 3]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "2^53 microseconds are 285 years")]
        let seconds = |micros: i64| micros as f64 / 1e6;
        #[expect(clippy::cast_precision_loss, reason = "a mean is shown, not computed with")]
        let mean = sum as f64 / count as f64 / 1e6;
        Self {
            median: Some(f64::midpoint(seconds(lower), seconds(upper))),
            p90: Some(seconds(p90)),
            mean: Some(mean),
        }
    }
}

/// Which of a set of durations its figures are taken from: their places in rising order, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct DurationRanks {
    /// The lower one of the middle two; of an odd number, the middle one.
    pub lower: usize,
    /// The upper one of the middle two; of an odd number, the middle one.
    pub upper: usize,
    /// The smallest that at least nine tenths do not exceed (nearest rank).
    pub p90: usize,
}

impl DurationRanks {
    /// Those of so many durations; none without any.
    pub fn of(count: usize) -> Option<Self> {
        let last = count.checked_sub(1)?;
        Some(Self { lower: last / 2, upper: count / 2, p90: count - count / 10 - 1 })
    }
}

/// What a set of ratings looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct RatingSummary {
    /// The mean, or `None` if nobody rated. Never a constant.
    pub average: Option<f64>,
    /// How many rated.
    pub count: u64,
}

impl RatingSummary {
    /// Summarizes a sum of stars over a number of ratings.
    pub fn from_sum(stars: u64, count: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a mean is shown, not computed with")]
        let average = (count > 0).then(|| stars as f64 / count as f64);
        Self { average, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_set_has_no_figures() {
        assert_eq!(DurationSummary::from_micros(vec![]), DurationSummary::default());
        assert_eq!(RatingSummary::from_sum(0, 0).average, None);
    }

    #[test]
    fn figures_are_taken_from_the_set() {
        let seconds = |all: &[i64]| DurationSummary::from_micros(all.iter().map(|s| s * 1_000_000).collect());
        let ten = seconds(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!((ten.median, ten.p90, ten.mean), (Some(5.5), Some(9.0), Some(5.5)));
        let one = seconds(&[4]);
        assert_eq!((one.median, one.p90, one.mean), (Some(4.0), Some(4.0), Some(4.0)));
        assert_eq!(seconds(&[-5, 1]).mean, Some(0.5));
    }
}
