//! More writers than a database can serve: what is too much is told so soon, and the rest is served as if it were
//! not there.
//!
//! A server with few connections is written to by ever more clients, which begin the next request when the last one was
//! answered. What it does at best at lower numbers is its peak, in the same run. All the time more streams are open than
//! there are connections, and must hear of what comes when it is over.

mod streams;

use std::{
    fmt, io,
    path::PathBuf,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use self::streams::Streams;
use crate::{
    client::{Answer, Client},
    process::{Server, program, token},
    proxy::{Fault, Proxy},
};

/// What is tried.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "whoever runs a trial builds it")]
pub struct Trial {
    /// The server's program.
    pub program: PathBuf,
    /// The database, to which nobody else writes.
    pub database_url: String,
    /// How many connections the server has to it.
    pub connections: u32,
    /// How many writers are too many.
    pub writers: usize,
    /// How many are not, each number to be tried for the peak.
    pub fewer: Vec<usize>,
    /// How long each number of writers writes, in each round.
    pub time: Duration,
    /// How often each number has its turn.
    pub rounds: usize,
    /// How much longer each answer of a server's database takes, so that it is the database that is short of, and not
    /// processors that servers and clients share.
    pub delay: Duration,
}

/// How many streams are open: more than there are connections, and fewer than one address may have.
const STREAMS: usize = 20;

/// What a number of writers came to in one turn.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Turn {
    /// Tickets per second that were acknowledged in time.
    pub goodput: f64,
    /// How many were told to come again (503, with `Retry-After`).
    pub shed: usize,
    /// How long the slowest of these took.
    pub slowest_shed: Duration,
    /// How many were answered something else.
    pub other: usize,
}

/// What a trial came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    trial: Trial,
    /// By number of writers, the ones that are too many last.
    turns: Vec<(usize, Vec<Turn>)>,
    /// How many streams heard of what was written when all was over.
    pub streams_that_heard: usize,
}

/// The part of the peak that is left, at least.
const GOODPUT: f64 = 0.8;
/// How soon whoever is too much knows.
const SOON: Duration = Duration::from_secs(2);

/// Runs a trial.
///
/// # Errors
/// A server that does not start, or a stream that does not open.
pub fn run(trial: &Trial) -> io::Result<Outcome> {
    let is_server = !trial.database_url.starts_with("sqlite:");
    let proxy = is_server.then(|| Proxy::on_the_way_to(&trial.database_url)).transpose()?;
    let url = proxy.as_ref().map_or(&trial.database_url, |(_, url)| url);
    let mut command = program(&trial.program);
    let connections = trial.connections.to_string();
    command.args(["--rate-limit", "off", "--database-connections", &connections, "--database-url", url]);
    let server = Server::start(&mut command)?;
    let user = server.client().with_token(&token(&trial.program, &["--sub", "u0", "--expires-in", "1d"])?);
    let streams = Streams::open(&server, &trial.program, STREAMS, LAST)?;
    if let Some((proxy, _)) = &proxy {
        proxy.set(Fault::Delay(trial.delay));
    }
    let numbers = trial.fewer.iter().chain([&trial.writers]);
    let mut turns: Vec<_> = numbers.map(|writers| (*writers, Vec::new())).collect();
    for _ in 0..trial.rounds {
        for (writers, turns) in &mut turns {
            turns.push(turn(&user, *writers, trial.time));
        }
    }
    if let Some((proxy, _)) = &proxy {
        proxy.set(Fault::None);
    }
    let answer = open(&user, LAST)?;
    if answer.status != 201 {
        return Err(io::Error::other(format!("it does not write any more: {answer:?}")));
    }
    Ok(Outcome { trial: trial.clone(), turns, streams_that_heard: streams.heard() })
}

/// The subject of the ticket that is opened when all is over.
const LAST: &str = "All is over now";

fn open(user: &Client, subject: &str) -> io::Result<Answer> {
    user.post("/api/v1/support/tickets", &json!({"subject": subject, "description": "It does not work."}))
}

/// Has so many writers open tickets for a while.
fn turn(user: &Client, writers: usize, time: Duration) -> Turn {
    let together = Arc::new(Barrier::new(writers));
    let threads = (0..writers).map(|_| {
        let (user, together) = (user.clone(), Arc::clone(&together));
        let write = move || {
            together.wait();
            write(&user, time)
        };
        thread::Builder::new().stack_size(256 * 1024).spawn(write)
    });
    let mut sum = Turn::default();
    for writer in threads.collect::<Vec<_>>() {
        let of_one = match writer.map(thread::JoinHandle::join) {
            Ok(Ok(turn)) => turn,
            // There is no thread to be had for it, or it panicked.
            _ => Turn { other: 1, ..Turn::default() },
        };
        sum.goodput += of_one.goodput;
        sum.shed += of_one.shed;
        sum.slowest_shed = sum.slowest_shed.max(of_one.slowest_shed);
        sum.other += of_one.other;
    }
    sum
}

fn write(user: &Client, time: Duration) -> Turn {
    let (began, mut turn, mut in_time) = (Instant::now(), Turn::default(), 0);
    while began.elapsed() < time {
        let called = Instant::now();
        match open(user, "It is slow") {
            // What comes later is no part of what was done in this time.
            Ok(answer) if answer.status == 201 => in_time += u32::from(began.elapsed() <= time),
            Ok(answer) if answer.status == 503 && answer.header("retry-after").is_some() => {
                turn.shed += 1;
                turn.slowest_shed = turn.slowest_shed.max(called.elapsed());
            }
            _ => turn.other += 1,
        }
    }
    turn.goodput = f64::from(in_time) / time.as_secs_f64();
    turn
}

impl Outcome {
    fn goodput(turns: &[Turn]) -> f64 {
        let mut ascending: Vec<_> = turns.iter().map(|turn| turn.goodput).collect();
        ascending.sort_by(f64::total_cmp);
        ascending.get(ascending.len() / 2).copied().unwrap_or_default()
    }

    fn too_many(&self) -> &[Turn] {
        self.turns.last().map_or(&[], |(_, turns)| turns)
    }

    /// What too many writers get done, of what fewer do at best.
    pub fn of_peak(&self) -> f64 {
        let (_, fewer) = self.turns.split_last().unwrap_or((&(0, Vec::new()), &[]));
        let peak = fewer.iter().map(|(_, turns)| Self::goodput(turns)).fold(0.0, f64::max);
        Self::goodput(self.too_many()) / peak
    }

    /// How long the slowest of those took that were told to come again.
    pub fn slowest_shed(&self) -> Duration {
        self.too_many().iter().map(|turn| turn.slowest_shed).max().unwrap_or_default()
    }

    /// How many answers were neither that a ticket was opened nor that it is too much.
    pub fn other_answers(&self) -> usize {
        self.turns.iter().flat_map(|(_, turns)| turns).map(|turn| turn.other).sum()
    }

    fn goals(&self) -> [(String, bool); 4] {
        let (of_peak, slowest) = (self.of_peak(), self.slowest_shed());
        [
            (
                format!("goodput of {} writers, of the peak: {of_peak:.2} (≥ {GOODPUT})", self.trial.writers),
                of_peak >= GOODPUT,
            ),
            (
                format!("the slowest 503, s: {:.2} (< {})", slowest.as_secs_f64(), SOON.as_secs()),
                slowest < SOON,
            ),
            (format!("other answers: {} (0)", self.other_answers()), self.other_answers() == 0),
            (
                format!("open streams that heard of it afterwards: {} ({STREAMS})", self.streams_that_heard),
                self.streams_that_heard == STREAMS,
            ),
        ]
    }
}

impl crate::Outcome for Outcome {
    fn all_met(&self) -> bool {
        self.goals().iter().all(|(.., is_met)| *is_met)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Trial { connections, rounds, time, .. } = &self.trial;
        writeln!(
            f,
            "R-09  {connections} connections, {STREAMS} open streams, {rounds} turns of {} s\n",
            time.as_secs_f64()
        )?;
        writeln!(f, "writers  opened per second  told to come again  slowest of these, s")?;
        for (writers, turns) in &self.turns {
            let shed: usize = turns.iter().map(|turn| turn.shed).sum();
            let slowest = turns.iter().map(|turn| turn.slowest_shed).max().unwrap_or_default();
            let goodput = Self::goodput(turns);
            writeln!(f, "{writers:7}  {goodput:17.0}  {shed:18}  {:19.2}", slowest.as_secs_f64())?;
        }
        writeln!(f)?;
        for (figure, is_met) in self.goals() {
            writeln!(f, "{figure}  {}", if is_met { "met" } else { "MISSED" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome as _;

    fn outcome(fewer: [f64; 3], many: Turn) -> Outcome {
        let trial = Trial {
            program: PathBuf::new(),
            database_url: String::new(),
            connections: 4,
            writers: 500,
            fewer: vec![4],
            time: Duration::from_secs(1),
            rounds: 3,
            delay: Duration::ZERO,
        };
        let fewer = fewer.map(|goodput| Turn { goodput, ..Turn::default() });
        let turns = vec![(4, fewer.to_vec()), (500, vec![many])];
        Outcome { trial, turns, streams_that_heard: STREAMS }
    }

    #[test]
    fn a_trial_is_held_against_the_median_of_its_peak() {
        let many = Turn { goodput: 80.0, shed: 9, slowest_shed: Duration::from_millis(1_900), other: 0 };
        assert!(outcome([90.0, 100.0, 900.0], many).all_met());
        assert!(!outcome([90.0, 101.0, 900.0], many).all_met());
        assert!(!outcome([90.0, 100.0, 900.0], Turn { slowest_shed: SOON, ..many }).all_met());
        assert!(!outcome([90.0, 100.0, 900.0], Turn { other: 1, ..many }).all_met());
        let text = outcome([90.0, 101.0, 900.0], many).to_string();
        assert!(text.contains("of the peak: 0.79 (≥ 0.8)  MISSED"), "{text}");
    }
}
