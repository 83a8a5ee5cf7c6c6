//! How far something has come, on one line of standard error.

use std::{
    io::{IsTerminal as _, Write as _, stderr},
    time::{Duration, Instant},
};

use super::Shown;

const WIDTH: usize = 30;

/// How far something has come.
pub(super) struct Progress {
    what: &'static str,
    of: u64,
    done: u64,
    began: Instant,
    shown: Shown,
    last: Option<Instant>,
}

impl Progress {
    pub(super) fn new(what: &'static str, of: u64, shown: Shown) -> Self {
        Self { what, of: of.max(1), done: 0, began: Instant::now(), shown, last: None }
    }

    /// Says that so many more are done.
    pub(super) fn add(&mut self, more: u64) {
        self.done += more;
        let done = self.done;
        // A file gets a line now and then, a terminal one that changes.
        let pause = Duration::from_millis(if stderr().is_terminal() { 100 } else { 10_000 });
        let is_last = done >= self.of;
        if self.shown == Shown::Nowhere || (!is_last && self.last.is_some_and(|last| last.elapsed() < pause))
        {
            return;
        }
        self.last = Some(Instant::now());
        let line = line(self.what, done, self.of, self.began.elapsed());
        let end = if is_last || !stderr().is_terminal() { "\n" } else { "" };
        // Whoever closed standard error does not want to see it.
        _ = write!(stderr(), "\r{line}{end}");
        _ = stderr().flush();
    }
}

fn line(what: &str, done: u64, of: u64, took: Duration) -> String {
    let full = (WIDTH as u64 * done / of) as usize;
    let rate = done as f64 / took.as_secs_f64().max(0.001);
    let left = (of - done.min(of)) as f64 / rate.max(0.001);
    format!(
        "{what:8} [{}{}] {done} of {of}, {rate:.0}/s, {}:{:02} left",
        "#".repeat(full),
        " ".repeat(WIDTH - full),
        left as u64 / 60,
        left as u64 % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_much_is_left() {
        let half = line("tickets", 500, 1_000, Duration::from_secs(5));
        assert_eq!(half, "tickets  [###############               ] 500 of 1000, 100/s, 0:05 left");
        assert!(line("chats", 3, 3, Duration::ZERO).contains(&"#".repeat(WIDTH)));
    }
}
