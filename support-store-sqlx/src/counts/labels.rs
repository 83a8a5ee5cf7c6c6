//! Which labels are wanted, and periods as the labels of their days.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime};
use support_core::{ticket::Period, time::Timestamp};

use crate::sql::Sql;

/// The day of a moment, as labels name it. Days sort as their labels do.
pub(crate) fn day(moment: Timestamp) -> String {
    moment.date_naive().to_string()
}

/// The month of a moment, as labels name it: its day without the day of the month.
pub(crate) fn month(moment: Timestamp) -> String {
    let mut label = day(moment);
    label.truncate(label.len() - 3);
    label
}

/// The part of labels by which counts are summed. A year has four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// None of it: all of a kind.
    Kind,
    /// All of it.
    Label,
    /// The month that it begins with.
    Month,
    /// What comes behind a day.
    BehindDay,
    /// What comes behind a month.
    BehindMonth,
    /// What comes behind a tenth and a month.
    BehindTenthAndMonth,
}

impl By {
    /// The expression, with constant text alone.
    pub(super) const fn sql(self) -> &'static str {
        match self {
            Self::Kind => "''",
            Self::Label => "label",
            Self::Month => "substr(label, 1, 7)",
            Self::BehindDay => "substr(label, 12)",
            Self::BehindMonth => "substr(label, 9)",
            Self::BehindTenthAndMonth => "substr(label, 14)",
        }
    }

    /// The same of a label that is not written yet.
    pub(super) fn part(self, label: &str) -> String {
        let characters = |from: usize, most: usize| label.chars().skip(from).take(most).collect();
        match self {
            Self::Kind => String::new(),
            Self::Label => label.to_owned(),
            Self::Month => characters(0, 7),
            Self::BehindDay => characters(11, usize::MAX),
            Self::BehindMonth => characters(8, usize::MAX),
            Self::BehindTenthAndMonth => characters(13, usize::MAX),
        }
    }
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

    /// Those of whole days.
    pub(crate) fn of_days(days: &Period) -> Self {
        Self::between(day(days.from()), day(days.to()))
    }

    /// Those of all days that a stretch of time touches; `None` for years whose days do not sort as their labels do.
    pub(crate) fn of_days_with(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<Self> {
        let sorts = |moment: &Timestamp| (0..=9_999).contains(&moment.year());
        // What begins with the last day comes before the day and what follows a blank.
        let is_fit = from.iter().chain(&to).all(sorts);
        is_fit.then(|| Self { from: from.map(day), to: to.map(|to| format!("{}!", day(to))) })
    }

    /// Those that begin with an agent and a blank.
    pub(crate) fn of_agent(agent: &str) -> Self {
        // They come before the agent and what follows a blank.
        Self::between(format!("{agent} "), format!("{agent}!"))
    }

    /// Those that begin with a month, and with something before it.
    pub(crate) fn of_month(before: &str, month: &str) -> Self {
        Self::between(format!("{before}{month}-"), format!("{before}{month}."))
    }

    /// Those of whole months.
    pub(crate) fn of_months(months: &Period) -> Self {
        Self::between(month(months.from()), month(months.to()))
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

/// A period by what is counted of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// All of it.
    pub(crate) whole: Period,
    /// Its whole days, if there is one, the months included.
    pub(crate) days: Option<Period>,
    /// The parts of days at its ends.
    pub(crate) ends: Vec<Period>,
    /// Its whole months, if there is one.
    pub(crate) months: Option<Period>,
    /// The whole days before and behind the months.
    pub(crate) other_days: Vec<Period>,
}

impl Parts {
    pub(crate) fn of(whole: &Period) -> Self {
        let whole = *whole;
        // Days beyond these do not sort as their labels do.
        if whole.from().year() < 0 || whole.to().year() > 9_999 {
            return Self { whole, days: None, ends: vec![whole], months: None, other_days: Vec::new() };
        }
        let (days, ends) = split(whole, |date| Some((date, date.checked_add_days(Days::new(1))?)));
        let (months, other_days) = match days {
            Some(days) => split(days, |date| {
                let first = date.with_day(1)?;
                Some((first, first.checked_add_months(Months::new(1))?))
            }),
            None => (None, Vec::new()),
        };
        Self { whole, days, ends, months, other_days }
    }

    /// What lies before and behind the whole months.
    pub(crate) fn outside_months(&self) -> Vec<Period> {
        match self.months {
            Some(months) => without(self.whole, months),
            None => vec![self.whole],
        }
    }
}

/// The stretches of the calendar that lie in a period as a whole, and what is left of it. `stretch` tells which one a day
/// is in: its first day, and that of the next one.
fn split(
    period: Period,
    stretch: impl Fn(NaiveDate) -> Option<(NaiveDate, NaiveDate)>,
) -> (Option<Period>, Vec<Period>) {
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
    let first = stretch(period.from().date_naive())
        .map(|(first, next)| if midnight(first) == period.from() { midnight(first) } else { midnight(next) });
    let last = stretch(period.to().date_naive()).map(|(first, _)| midnight(first));
    match first.zip(last) {
        Some((first, last)) if first < last => {
            let stretches = Period::new(first, last);
            (Some(stretches), without(period, stretches))
        }
        _ => (None, vec![period]),
    }
}

/// What is left of a period at both ends.
fn without(period: Period, middle: Period) -> Vec<Period> {
    let ends = [Period::new(period.from(), middle.from()), Period::new(middle.to(), period.to())];
    ends.into_iter().filter(|end| end.from() < end.to()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        let (from, to) = text.split_once(' ').unwrap();
        let moment =
            |text: &str| text.parse().unwrap_or_else(|_| format!("{text}T00:00:00Z").parse().unwrap());
        Period::new(moment(from), moment(to))
    }

    #[test]
    fn a_period_is_whole_days_and_what_is_left_at_its_ends() {
        let days = |text| {
            let parts = Parts::of(&period(text));
            (parts.days, parts.ends.len())
        };
        assert_eq!(days("2026-01-01 2026-02-01"), (Some(period("2026-01-01 2026-02-01")), 0));
        let odd = days("2026-01-01T08:00:00Z 2026-01-03T00:00:00.000001Z");
        assert_eq!(odd, (Some(period("2026-01-02 2026-01-03")), 2));
        assert_eq!(days("2026-01-01T08:00:00Z 2026-01-02T09:00:00Z"), (None, 1));
        assert_eq!(days("2026-01-01T08:00:00Z 2026-01-02"), (None, 1));
    }

    #[test]
    fn whole_days_are_whole_months_and_what_is_left_of_them() {
        let parts = Parts::of(&period("2025-11-29T08:00:00Z 2026-02-02"));
        assert_eq!(parts.months, Some(period("2025-12-01 2026-02-01")));
        assert_eq!(parts.other_days, [period("2025-11-30 2025-12-01"), period("2026-02-01 2026-02-02")]);
        let outside = ["2025-11-29T08:00:00Z 2025-12-01", "2026-02-01 2026-02-02"].map(period);
        assert_eq!(parts.outside_months(), outside);
        let within = Parts::of(&period("2026-01-02 2026-01-31"));
        assert_eq!((within.months, within.other_days), (None, vec![period("2026-01-02 2026-01-31")]));
        let year = Parts::of(&period("2026-01-01 2027-01-01"));
        assert_eq!((year.months, year.other_days, year.ends), (Some(year.whole), vec![], vec![]));
        let beyond = Parts::of(&period("2026-01-01 +10000-01-01T00:00:00Z"));
        assert_eq!((beyond.days, beyond.ends), (None, vec![beyond.whole]));
    }

    #[test]
    fn labels_that_are_not_written_yet_are_cut_alike() {
        assert_eq!(By::Month.part("2026-01-31"), "2026-01");
        assert_eq!(By::BehindDay.part("2026-01-31 0910"), "0910");
        assert_eq!(By::BehindMonth.part("2026-01 0910"), "0910");
        assert_eq!(By::BehindTenthAndMonth.part("0910 2026-01 0912"), "0912");
    }
}
