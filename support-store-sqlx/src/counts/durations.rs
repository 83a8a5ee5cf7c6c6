//! Durations as counts, from which the place of every rank is known (P7).
//!
//! A [`bucket`] holds durations that are alike to a tenth or better; ten buckets are a [`tenth`], named by the first of
//! them. Tenths are counted for each day and month, so that any period is a sum of few counts. Buckets are counted for
//! each month: by day there would be as many counts as durations.

use support_core::time::Timestamp;

use super::{Fact, Kind, day, month};

/// Something that takes time, by the kinds of its counts.
#[derive(Debug)]
pub(crate) struct Lasting {
    /// How long all of it took, in microseconds: by day.
    pub(crate) time: Kind,
    /// How many are in each tenth: by day.
    pub(crate) tenths_by_day: Kind,
    /// How many are in each tenth: by month.
    pub(crate) tenths_by_month: Kind,
    /// How many are in each bucket: by tenth and month.
    pub(crate) buckets: Kind,
}

/// From the opening of tickets to their first answer.
pub(crate) const RESPONSES: Lasting = Lasting {
    time: Kind::ResponseTime,
    tenths_by_day: Kind::ResponseTenthsByDay,
    tenths_by_month: Kind::ResponseTenthsByMonth,
    buckets: Kind::ResponseHundredths,
};

/// Stretches of work.
pub(crate) const RESOLUTIONS: Lasting = Lasting {
    time: Kind::ResolutionTime,
    tenths_by_day: Kind::ResolutionTenthsByDay,
    tenths_by_month: Kind::ResolutionTenthsByMonth,
    buckets: Kind::ResolutionHundredths,
};

/// The time between two moments in microseconds. A negative one, from a clock that was set back, counts as zero.
fn micros(from: Timestamp, to: Timestamp) -> i64 {
    to.timestamp_micros().saturating_sub(from.timestamp_micros()).max(0)
}

/// The number of a duration's digits and the first two of them: 912 for 123,456,789 µs. It rises with the duration. The
/// tables have it as a column.
pub(crate) fn bucket(micros: i64) -> i64 {
    let (mut digits, mut first_two) = (1, micros);
    while first_two >= 100 {
        (digits, first_two) = (digits + 1, first_two / 10);
    }
    if first_two >= 10 {
        digits += 1;
    }
    digits * 100 + first_two
}

/// The tenth of a bucket.
pub(crate) const fn tenth(bucket: i64) -> i64 {
    bucket - bucket % 10
}

/// The beginning of the labels by which the buckets of a tenth are counted.
pub(crate) fn of_tenth(tenth: i64, month: &str) -> String {
    format!("{tenth:04} {month}")
}

impl Lasting {
    /// What something counts for that took from one moment to another.
    pub(crate) fn facts(&self, from: Timestamp, to: Timestamp) -> [Fact; 4] {
        let micros = micros(from, to);
        let bucket = bucket(micros);
        let (tenth, day, month) = (tenth(bucket), day(to), month(to));
        [
            (self.tenths_by_day, format!("{day} {tenth:04}"), 1),
            (self.tenths_by_month, format!("{month} {tenth:04}"), 1),
            (self.buckets, format!("{} {bucket:04}", of_tenth(tenth, &month)), 1),
            (self.time, day, micros),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_rise_with_durations() {
        let edges = [0, 1, 9, 10, 99, 100, 109, 110, 999, 1_000, 123_456_789, i64::MAX];
        let buckets = [100, 101, 109, 210, 299, 310, 310, 311, 399, 410, 912, 1_992];
        assert_eq!(edges.map(bucket), buckets);
        assert_eq!(tenth(912), 910);
    }

    #[test]
    fn what_took_time_is_counted_where_it_ended() {
        let (from, to) = ("2025-12-31T23:59:00Z", "2026-01-01T00:00:01.234567Z");
        let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
        let facts = RESPONSES.facts(from, to);
        let found: Vec<_> = facts.iter().map(|(_, label, n)| (label.as_str(), *n)).collect();
        let expected = [
            ("2026-01-01 0860", 1),
            ("2026-01 0860", 1),
            ("0860 2026-01 0861", 1),
            ("2026-01-01", 61_234_567),
        ];
        assert_eq!(found, expected);
        assert_eq!(RESPONSES.facts(to, from)[3].2, 0);
    }
}
