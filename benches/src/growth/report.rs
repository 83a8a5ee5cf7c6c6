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

/// How long one thing takes.
#[derive(Debug, Clone)]
pub(super) struct Times {
    /// On the small desk.
    pub(super) small: Latencies,
    /// On the large one.
    pub(super) large: Latencies,
    /// The least that such an answer costs, which what is less counts as.
    pub(super) least: Latencies,
}

/// Times of one thing, and what is aimed at.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) group: &'static str,
    pub(super) name: String,
    pub(super) goals: Goals,
    pub(super) times: Times,
    /// On the large desk, of what this is to cost hardly more than, and how much more that may be.
    pub(super) beside: Option<(Latencies, f64)>,
}

/// How many times as long one thing takes as another.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    /// As measured.
    raw: f64,
    /// With what is less than the least taken for that.
    ruled: f64,
    goal: f64,
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

impl Ratio {
    const fn is_met(self) -> bool {
        self.ruled <= self.goal
    }

    fn cell(self) -> String {
        let Self { raw, ruled, goal } = self;
        if (raw - ruled).abs() < 0.005 {
            format!("{raw:.2} (≤ {goal})")
        } else {
            format!("{raw:.2} → {ruled:.2} (≤ {goal})")
        }
    }
}

impl Times {
    fn ratio(&self, percent: usize, to: &Latencies, goal: f64) -> Ratio {
        let [value, to, least] = [&self.large, to, &self.least].map(|times| times.percentile(percent));
        Ratio { raw: value / to, ruled: value.max(least) / to.max(least), goal }
    }
}

impl Figure {
    fn p50(&self) -> Ratio {
        self.times.ratio(50, &self.times.small, self.goals.p50)
    }

    fn p99(&self) -> Option<Ratio> {
        Some(self.times.ratio(99, &self.times.small, self.goals.p99?))
    }

    fn depth(&self) -> Option<Ratio> {
        let (first, goal) = self.beside.as_ref()?;
        Some(self.times.ratio(50, first, *goal))
    }

    fn ratios(&self) -> impl Iterator<Item = Ratio> {
        [Some(self.p50()), self.p99(), self.depth()].into_iter().flatten()
    }

    fn is_met(&self) -> bool {
        self.ratios().all(Ratio::is_met)
    }

    fn is_met_as_measured(&self) -> bool {
        self.ratios().all(|ratio| ratio.raw <= ratio.goal)
    }

    fn cells(&self) -> [String; 8] {
        let cell = |ratio: Option<Ratio>| ratio.map_or_else(String::new, Ratio::cell);
        let ms = |times: &Latencies| format!("{:.2}", times.percentile(50));
        [
            format!("{}: {}", self.group, self.name),
            ms(&self.times.small),
            ms(&self.times.large),
            ms(&self.times.least),
            self.p50().cell(),
            cell(self.p99()),
            cell(self.depth()),
            if self.is_met() { "met" } else { "MISSED" }.to_owned(),
        ]
    }
}

impl Growth {
    /// Whether every figure is what it should be.
    pub fn all_met(&self) -> bool {
        self.figures.iter().all(Figure::is_met) && self.others.iter().all(|(_, value, goal)| value >= goal)
    }

    /// Of the figures of a promise, such as P5: how many meet their goals, and how many there are.
    pub fn met(&self, promise: &str) -> (usize, usize) {
        let figures =
            self.figures.iter().filter(|figure| figure.group.starts_with(promise)).map(Figure::is_met);
        let others = self.others.iter().filter(|(name, ..)| name.starts_with(promise));
        let all: Vec<bool> = figures.chain(others.map(|(_, value, goal)| value >= goal)).collect();
        (all.iter().filter(|met| **met).count(), all.len())
    }

    fn printed(&self) -> Vec<&Figure> {
        let mut printed: Vec<&Figure> = Vec::new();
        for figure in &self.figures {
            let worst = self.figures.iter().filter(|other| other.group == figure.group);
            let is_worst = worst
                .max_by(|a, b| a.p50().ruled.total_cmp(&b.p50().ruled))
                .is_some_and(|w| std::ptr::eq(w, figure));
            if self.shown == Detail::All || is_worst || !figure.is_met() {
                printed.push(figure);
            }
        }
        printed
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["", "small, ms", "large, ms", "least, ms", "p50 ratio", "p99 ratio", "to page one", ""]
            .map(str::to_owned);
        let rows: Vec<_> =
            std::iter::once(head).chain(self.printed().iter().map(|figure| figure.cells())).collect();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; 8] = std::array::from_fn(width);
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
        let count = |is_met: fn(&Figure) -> bool| self.figures.iter().filter(|figure| is_met(figure)).count();
        writeln!(
            f,
            "\n{} of {} figures meet their goals where what takes less than the least counts as that; {} do as measured",
            count(Figure::is_met),
            self.figures.len(),
            count(Figure::is_met_as_measured)
        )
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
        figure_with_least(small, large, first, 1)
    }

    fn figure_with_least(small: u64, large: u64, first: u64, least: u64) -> Figure {
        let all = |ms| Latencies::new(vec![Duration::from_millis(ms); 3]);
        Figure {
            group: "lists",
            name: "all".to_owned(),
            goals: Goals { p50: 1.5, p99: Some(3.0) },
            times: Times { small: all(small), large: all(large), least: all(least) },
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
    fn what_takes_less_than_the_least_counts_as_that_and_is_told_as_it_is() {
        let within = figure_with_least(1, 14, 10, 10);
        assert!(within.is_met() && !within.is_met_as_measured());
        assert_eq!(within.p50().cell(), "14.00 → 1.40 (≤ 1.5)");
        assert!(!figure_with_least(1, 16, 10, 10).is_met());
        assert!(!figure_with_least(20, 40, 40, 10).is_met(), "above the least nothing is changed");
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
