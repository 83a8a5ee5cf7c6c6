//! Stretches of time that figures are about.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{person::codes, time::Timestamp};

/// A stretch of time: from `from` up to, and without, `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Period {
    from: Timestamp,
    to: Timestamp,
}

/// A stretch of the calendar, in whole days of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NamedPeriod {
    /// This day.
    Today,
    /// The day before this one.
    Yesterday,
    /// This week, from Monday.
    Week,
    /// This month.
    Month,
    /// This year.
    Year,
}

codes!(NamedPeriod {
    Today => "today",
    Yesterday => "yesterday",
    Week => "week",
    Month => "month",
    Year => "year",
});

impl Period {
    /// The stretch from `from` to `to`; empty if `to` is not later.
    pub fn new(from: Timestamp, to: Timestamp) -> Self {
        Self { from, to: to.max(from) }
    }

    /// The stretch of the calendar that `now` lies in, or for yesterday comes right after.
    pub fn named(name: NamedPeriod, now: Timestamp) -> Self {
        let today = now.date_naive();
        let first_of_month = today.with_day(1).unwrap_or(today);
        let (first, end) = match name {
            NamedPeriod::Today => (today, days_after(today, 1)),
            NamedPeriod::Yesterday => (today.pred_opt().unwrap_or(today), today),
            NamedPeriod::Week => {
                let since_monday = Days::new(today.weekday().num_days_from_monday().into());
                let monday = today.checked_sub_days(since_monday).unwrap_or(today);
                (monday, days_after(monday, 7))
            }
            NamedPeriod::Month => (first_of_month, months_after(first_of_month, 1)),
            NamedPeriod::Year => {
                let first_of_year = first_of_month.with_month(1).unwrap_or(first_of_month);
                (first_of_year, months_after(first_of_year, 12))
            }
        };
        Self::new(midnight(first), midnight(end))
    }

    /// Its first moment.
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The moment after its last.
    pub const fn to(&self) -> Timestamp {
        self.to
    }

    /// Whether a moment lies in it.
    pub fn contains(&self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.to
    }
}

fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

fn midnight(day: NaiveDate) -> Timestamp {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(name: NamedPeriod, now: &str) -> (String, String) {
        let period = Period::named(name, now.parse().unwrap());
        assert_eq!(period.from().time(), NaiveTime::MIN);
        assert_eq!(period.to().time(), NaiveTime::MIN);
        (period.from().date_naive().to_string(), period.to().date_naive().to_string())
    }

    #[test]
    fn names_are_stretches_of_the_calendar() {
        let now = "2024-02-29T23:59:59.999999Z";
        let expected = [
            (NamedPeriod::Today, "2024-02-29", "2024-03-01"),
            (NamedPeriod::Yesterday, "2024-02-28", "2024-02-29"),
            (NamedPeriod::Week, "2024-02-26", "2024-03-04"),
            (NamedPeriod::Month, "2024-02-01", "2024-03-01"),
            (NamedPeriod::Year, "2024-01-01", "2025-01-01"),
        ];
        for (name, from, to) in expected {
            assert_eq!(days(name, now), (from.to_owned(), to.to_owned()), "{name}");
        }
    }

    #[test]
    fn midnight_belongs_to_the_day_it_begins() {
        let monday = "2026-01-05T00:00:00Z";
        assert_eq!(days(NamedPeriod::Today, monday).0, "2026-01-05");
        assert_eq!(days(NamedPeriod::Week, monday).0, "2026-01-05");
        let period = Period::named(NamedPeriod::Today, monday.parse().unwrap());
        assert!(period.contains(period.from()));
        assert!(!period.contains(period.to()));
    }

    #[test]
    fn a_year_ends_where_the_next_begins() {
        assert_eq!(days(NamedPeriod::Month, "2025-12-31T12:00:00Z").1, "2026-01-01");
        assert_eq!(days(NamedPeriod::Year, "2025-12-31T12:00:00Z").1, "2026-01-01");
    }
}
