//! What was measured, beside what was aimed at.

use std::fmt;

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a table shows each differently")]
pub enum Goal {
    /// Nothing in particular: it is there to be read.
    None,
    /// Exactly this, each time.
    Exactly(f64),
    /// This or more, in the median.
    AtLeast(f64),
    /// This or less, in the median.
    AtMost(f64),
}

/// One figure, measured once per repetition.
#[derive(Debug, Clone)]
struct Figure {
    name: String,
    goal: Goal,
    ascending: Vec<f64>,
}

/// Figures of a run.
#[derive(Debug, Clone)]
pub struct Table {
    title: String,
    figures: Vec<Figure>,
}

impl Figure {
    fn median(&self) -> f64 {
        let middle = self.ascending.len() / 2;
        match &self.ascending[..] {
            [] => f64::NAN,
            values if values.len() % 2 == 1 => values[middle],
            values => f64::midpoint(values[middle - 1], values[middle]),
        }
    }

    fn is_met(&self) -> bool {
        match self.goal {
            Goal::None => true,
            Goal::Exactly(goal) => !self.ascending.is_empty() && self.ascending.iter().all(|&v| v == goal),
            Goal::AtLeast(goal) => self.median() >= goal,
            Goal::AtMost(goal) => self.median() <= goal,
        }
    }

    fn cells(&self) -> [String; 5] {
        let goal = match self.goal {
            Goal::None => String::new(),
            Goal::Exactly(goal) => number(goal),
            Goal::AtLeast(goal) => format!("≥ {}", number(goal)),
            Goal::AtMost(goal) => format!("≤ {}", number(goal)),
        };
        let verdict = match (self.goal, self.is_met()) {
            (Goal::None, _) => "",
            (_, true) => "met",
            (_, false) => "MISSED",
        };
        let ends = self.ascending.first().zip(self.ascending.last());
        let range = ends.map(|(min, max)| format!("{}–{}", number(*min), number(*max)));
        [self.name.clone(), goal, number(self.median()), range.unwrap_or_default(), verdict.to_owned()]
    }
}

impl Table {
    /// An empty table.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), figures: Vec::new() }
    }

    /// Adds a figure with its value in each repetition.
    pub fn push(&mut self, name: impl Into<String>, goal: Goal, values: impl IntoIterator<Item = f64>) {
        let mut ascending: Vec<f64> = values.into_iter().collect();
        ascending.sort_by(f64::total_cmp);
        self.figures.push(Figure { name: name.into(), goal, ascending });
    }

    /// Whether every figure is what it should be.
    pub fn all_met(&self) -> bool {
        self.figures.iter().all(Figure::is_met)
    }

    /// How many figures meet their goal, and how many have one.
    pub fn met(&self) -> (usize, usize) {
        let aimed = || self.figures.iter().filter(|figure| figure.goal != Goal::None);
        (aimed().filter(|figure| figure.is_met()).count(), aimed().count())
    }
}

/// Whole numbers as they are, others as exactly as a noisy machine deserves.
fn number(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["figure", "goal", "measured", "min–max", ""].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(head).chain(self.figures.iter().map(Figure::cells)).collect();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let [name, goal, measured, range] = std::array::from_fn(width);
        writeln!(f, "{}\n", self.title)?;
        for row in &rows {
            let [a, b, c, d, verdict] = row;
            let line = format!("{a:<name$}  {b:>goal$}  {c:>measured$}  {d:>range$}  {verdict}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(goal: Goal, values: &[f64]) -> Table {
        let mut table = Table::new("figures");
        table.push("figure", goal, values.iter().copied());
        table
    }

    #[test]
    fn the_median_decides_about_a_bound() {
        assert!(table(Goal::AtLeast(0.5), &[0.9, 0.1, 0.5]).all_met());
        assert!(!table(Goal::AtLeast(0.5), &[0.9, 0.1, 0.4]).all_met());
        assert!(table(Goal::AtLeast(0.5), &[0.4, 0.6]).all_met());
        assert!(!table(Goal::AtLeast(0.5), &[]).all_met());
        assert!(table(Goal::AtMost(2.0), &[2.0]).all_met());
        assert!(!table(Goal::AtMost(2.0), &[3.0]).all_met());
        assert!(!table(Goal::AtMost(2.0), &[]).all_met());
    }

    #[test]
    fn figures_without_a_goal_are_not_counted() {
        let mut table = table(Goal::AtMost(2.0), &[3.0]);
        table.push("met", Goal::Exactly(1.0), [1.0]);
        table.push("to be read", Goal::None, [9.0]);
        assert_eq!(table.met(), (1, 2));
    }

    #[test]
    fn an_exact_goal_holds_each_time() {
        assert!(table(Goal::Exactly(0.0), &[0.0, 0.0]).all_met());
        assert!(!table(Goal::Exactly(0.0), &[0.0, 0.0, 1.0]).all_met());
        assert!(!table(Goal::Exactly(0.0), &[]).all_met());
    }

    #[test]
    fn a_table_shows_goal_median_and_range() {
        let text = table(Goal::AtLeast(0.5), &[0.25, 1234.5, 0.75]).to_string();
        assert_eq!(
            text,
            "figures\n\nfigure    goal  measured    min–max\nfigure  ≥ 0.50      0.75  0.25–1234  met\n"
        );
    }
}
