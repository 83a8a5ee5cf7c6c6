//! What was measured on a small desk and a large one, beside what was aimed at.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::{Failure, callers::Latencies};

/// How much a figure may grow, as ratios.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goals {
    /// Of the median on the large desk to that on the small one.
    pub(super) p50: f64,
    /// The same of the 99th percentile.
    pub(super) p99: Option<f64>,
}

/// Times of one thing, on the small desk and on the large one.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) group: &'static str,
    pub(super) name: String,
    pub(super) goals: Goals,
    pub(super) small: Latencies,
    pub(super) large: Latencies,
    /// On the large desk, of what this is to cost hardly more than, and how much more that may be.
    pub(super) beside: Option<(Latencies, f64)>,
}

/// All figures of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Growth {
    pub(super) title: String,
    pub(super) figures: Vec<Figure>,
    /// What is no growth, with its goal: at least so much.
    pub(super) others: Vec<(String, f64, f64)>,
    pub(super) shown: Detail,
}

/// Which figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every one.
    All,
    /// The worst of each group, and those that miss a goal.
    Worst,
}

/// What takes less counts as this: a full page of 50 rows takes about as long, and a small desk has many lists that fill
/// none.
const LEAST_MS: f64 = 0.5;

impl Figure {
    fn ratio(large: f64, small: f64) -> f64 {
        large.max(LEAST_MS) / small.max(LEAST_MS)
    }

    fn p50(&self) -> f64 {
        Self::ratio(self.large.percentile(50), self.small.percentile(50))
    }

    fn p99(&self) -> f64 {
        Self::ratio(self.large.percentile(99), self.small.percentile(99))
    }

    fn depth(&self) -> Option<(f64, f64)> {
        let (first, goal) = self.beside.as_ref()?;
        Some((Self::ratio(self.large.percentile(50), first.percentile(50)), *goal))
    }

    fn is_met(&self) -> bool {
        self.p50() <= self.goals.p50
            && self.goals.p99.is_none_or(|goal| self.p99() <= goal)
            && self.depth().is_none_or(|(depth, goal)| depth <= goal)
    }

    fn cells(&self) -> [String; 7] {
        let against = |ratio: f64, goal: f64| format!("{ratio:.2} (≤ {goal})");
        [
            format!("{}: {}", self.group, self.name),
            format!("{:.2}", self.small.percentile(50)),
            format!("{:.2}", self.large.percentile(50)),
            against(self.p50(), self.goals.p50),
            self.goals.p99.map_or_else(String::new, |goal| against(self.p99(), goal)),
            self.depth().map_or_else(String::new, |(depth, goal)| against(depth, goal)),
            if self.is_met() { "met" } else { "MISSED" }.to_owned(),
        ]
    }
}

impl Growth {
    /// Whether every figure is what it should be.
    pub fn all_met(&self) -> bool {
        self.figures.iter().all(Figure::is_met) && self.others.iter().all(|(_, value, goal)| value >= goal)
    }

    fn printed(&self) -> Vec<&Figure> {
        let mut printed: Vec<&Figure> = Vec::new();
        for figure in &self.figures {
            let worst = self.figures.iter().filter(|other| other.group == figure.group);
            let is_worst =
                worst.max_by(|a, b| a.p50().total_cmp(&b.p50())).is_some_and(|w| std::ptr::eq(w, figure));
            if self.shown == Detail::All || is_worst || !figure.is_met() {
                printed.push(figure);
            }
        }
        printed
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head =
            ["", "small, ms", "large, ms", "p50 ratio", "p99 ratio", "to page one", ""].map(str::to_owned);
        let rows: Vec<_> =
            std::iter::once(head).chain(self.printed().iter().map(|figure| figure.cells())).collect();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; 7] = std::array::from_fn(width);
        writeln!(f, "{}\n", self.title)?;
        for row in &rows {
            let mut line = format!("{:width$}", row[0], width = widths[0]);
            for (cell, width) in row[1..].iter().zip(&widths[1..]) {
                line.push_str(&format!("  {cell:>width$}"));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        for (name, value, goal) in &self.others {
            let verdict = if value >= goal { "met" } else { "MISSED" };
            writeln!(f, "{name}: {value:.0} (≥ {goal:.0})  {verdict}")?;
        }
        let met = self.figures.iter().filter(|figure| figure.is_met()).count();
        writeln!(f, "\n{met} of {} figures meet their goals", self.figures.len())
    }
}

/// How long each of several calls takes, in the order of their numbers.
pub(super) async fn time<F: Future<Output = Result<(), Failure>>>(
    numbers: std::ops::Range<usize>,
    mut call: impl FnMut(usize) -> F,
) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::with_capacity(numbers.len());
    for number in numbers {
        let began = Instant::now();
        call(number).await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(small: u64, large: u64, first: u64) -> Figure {
        let all = |ms| Latencies::new(vec![Duration::from_millis(ms); 3]);
        Figure {
            group: "lists",
            name: "all".to_owned(),
            goals: Goals { p50: 1.5, p99: Some(3.0) },
            small: all(small),
            large: all(large),
            beside: Some((all(first), 2.5)),
        }
    }

    #[test]
    fn a_goal_is_missed_by_any_ratio() {
        assert!(figure(10, 15, 10).is_met());
        assert!(!figure(10, 16, 10).is_met());
        assert!(!figure(10, 15, 5).is_met());
    }

    #[test]
    fn a_table_shows_the_worst_and_what_is_missed() {
        let figures = vec![figure(10, 11, 10), figure(10, 14, 10), figure(10, 12, 2)];
        let growth = Growth { title: "t".to_owned(), figures, others: Vec::new(), shown: Detail::Worst };
        assert!(!growth.all_met());
        let text = growth.to_string();
        assert!(!text.contains("1.10") && text.contains("1.40") && text.contains("6.00"), "{text}");
        assert!(text.contains("2 of 3"), "{text}");
    }
}
