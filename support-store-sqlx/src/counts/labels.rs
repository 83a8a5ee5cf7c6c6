//! Which labels are wanted, and periods as the labels of their days.

use chrono::Datelike as _;
use support_core::{ticket::Period, time::Timestamp};

use crate::sql::Sql;

/// The day of a moment, as labels name it. Days sort as their labels do.
pub(crate) fn day(moment: Timestamp) -> String {
    moment.date_naive().to_string()
}

/// Which labels are wanted: those from one up to, and without, another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    from: Option<String>,
    to: Option<String>,
}

impl Labels {
    /// All of them.
    pub(crate) const ALL: Self = Self { from: None, to: None };

    pub(crate) const fn between(from: String, to: String) -> Self {
        Self { from: Some(from), to: Some(to) }
    }

    pub(super) fn sql(&self) -> Sql {
        let mut sql = Sql::default();
        if let Some(from) = &self.from {
            sql = sql.push(" and label >= ?").bind(from.as_str());
        }
        if let Some(to) = &self.to {
            sql = sql.push(" and label < ?").bind(to.as_str());
        }
        sql
    }

    pub(super) fn hold(&self, label: &String) -> bool {
        self.from.as_ref().is_none_or(|from| label >= from) && self.to.as_ref().is_none_or(|to| label < to)
    }
}

/// A period as whole days, which are counted, and what is left of it at either end, which is not.
#[derive(Debug)]
pub(crate) struct Split {
    /// The whole days, if there is one.
    pub(crate) days: Option<Labels>,
    /// The rest.
    pub(crate) ends: Vec<Period>,
}

impl Split {
    pub(crate) fn of(period: &Period) -> Self {
        let midnight = |moment: Timestamp| moment.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
        let (from, to) = (period.from(), period.to());
        // Days beyond these do not sort as their labels do.
        if from.year() < 0 || to.year() > 9_999 {
            return Self { days: None, ends: vec![*period] };
        }
        let last = midnight(to);
        let first = if midnight(from) == from {
            Some(from)
        } else {
            midnight(from).checked_add_signed(chrono::TimeDelta::days(1))
        };
        match first {
            Some(first) if first < last => {
                let ends = [Period::new(from, first), Period::new(last, to)];
                let ends = ends.into_iter().filter(|end| end.from() < end.to()).collect();
                Self { days: Some(Labels::between(day(first), day(last))), ends }
            }
            _ => Self { days: None, ends: vec![*period] },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(from: &str, to: &str) -> (Option<(String, String)>, usize) {
        let split = Split::of(&Period::new(from.parse().unwrap(), to.parse().unwrap()));
        let days = split.days.map(|days| (days.from.unwrap(), days.to.unwrap()));
        (days, split.ends.len())
    }

    #[test]
    fn a_period_is_whole_days_and_what_is_left_at_its_ends() {
        let days = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        let month = split("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        assert_eq!(month, (days("2026-01-01", "2026-02-01"), 0));
        let odd = split("2026-01-01T08:00:00Z", "2026-01-03T00:00:00.000001Z");
        assert_eq!(odd, (days("2026-01-02", "2026-01-03"), 2));
        assert_eq!(split("2026-01-01T08:00:00Z", "2026-01-02T09:00:00Z"), (None, 1));
        assert_eq!(split("2026-01-01T08:00:00Z", "2026-01-02T00:00:00Z"), (None, 1));
    }
}
