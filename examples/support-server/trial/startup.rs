//! What it takes to have a server (P11): how soon it is ready, what it holds while nothing happens, how large it is.

use std::{
    fmt, fs, io,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::process::{Server, program};

/// What is tried.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "whoever runs a trial builds it")]
pub struct Trial {
    /// The server's program.
    pub program: PathBuf,
    /// The database. What makes its tables is not timed.
    pub database_url: String,
    /// How often a server is started.
    pub rounds: usize,
}

/// How long a server is left alone before its memory is looked at.
const IDLE: Duration = Duration::from_secs(2);

/// What two servers came to: one that is asked at once, and one that is not.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Round {
    /// From the start of the process until it answers that it is ready.
    pub ready: Duration,
    /// From there until the bot has answered the first message, if it is sent at once.
    pub first_answer: Duration,
    /// What of its memory is in use, in KB.
    pub resident: u64,
    /// How much of that is no file's.
    pub own: u64,
}

/// What a trial came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// All rounds.
    pub rounds: Vec<Round>,
    /// The program's size in bytes.
    pub size: u64,
}

/// Starts servers, one after the other.
///
/// # Errors
/// A server does not start or answer, or this system does not say what memory a process has (Linux does).
pub fn run(trial: &Trial) -> io::Result<Outcome> {
    let start = || Server::start(program(&trial.program).args(["--database-url", &trial.database_url]));
    start()?.terminate()?;
    let rounds = (0..trial.rounds).map(|_| round(start)).collect::<io::Result<_>>()?;
    Ok(Outcome { rounds, size: fs::metadata(&trial.program)?.len() })
}

fn round(start: impl Fn() -> io::Result<Server>) -> io::Result<Round> {
    let begun = Instant::now();
    let server = start()?;
    let client = server.client();
    let answer = client.get("/readyz")?;
    let ready = begun.elapsed();
    if answer.status != 200 {
        return Err(io::Error::other(format!("not ready: {}", answer.status)));
    }
    let begun = Instant::now();
    let guest =
        json!({"message": "hello", "guest_email": "ada@example.com", "guest_phone": "+44 20 7946 0000"});
    let answer = client.post("/api/v1/chat/bot", &guest)?;
    let first_answer = begun.elapsed();
    if answer.status != 200 {
        return Err(io::Error::other(format!("no answer: {}", answer.status)));
    }
    // Another one, that nobody has asked anything.
    drop(server);
    let server = start()?;
    thread::sleep(IDLE);
    let status = fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    Ok(Round {
        ready,
        first_answer,
        resident: kilobytes(&status, "VmRSS:")?,
        own: kilobytes(&status, "RssAnon:")?,
    })
}

fn kilobytes(status: &str, name: &str) -> io::Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("no {name} in what the system says of a process")))
}

/// The one in the middle.
fn median<T: Ord + Default>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    let middle = values.len() / 2;
    values.into_iter().nth(middle).unwrap_or_default()
}

impl Outcome {
    /// Each figure of P11 with its goal and what was measured.
    #[expect(clippy::cast_precision_loss, reason = "sizes and times are far below 2^53")]
    fn figures(&self) -> [(&'static str, f64, f64); 3] {
        let ready = median(self.rounds.iter().map(|round| round.ready));
        let resident = median(self.rounds.iter().map(|round| round.resident));
        [
            ("ready on an existing database, ms", 150.0, ready.as_secs_f64() * 1_000.0),
            ("resident, MB", 20.0, resident as f64 / 1_024.0),
            ("program, MB", 16.0, self.size as f64 / 1_048_576.0),
        ]
    }
}

impl crate::Outcome for Outcome {
    fn all_met(&self) -> bool {
        self.figures().iter().all(|(_, goal, measured)| measured <= goal)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "P11  {} servers, one after the other\n", self.rounds.len())?;
        for (what, goal, measured) in self.figures() {
            let is_met = if measured <= goal { "met" } else { "MISSED" };
            writeln!(f, "{what:34}  <= {goal:3}  {measured:6.1}  {is_met}")?;
        }
        let first = median(self.rounds.iter().map(|round| round.first_answer));
        let own = median(self.rounds.iter().map(|round| round.own));
        writeln!(f, "then until the bot has answered, ms  {:12.1}", first.as_secs_f64() * 1_000.0)?;
        writeln!(f, "resident, of no file, KB             {own:12}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome as _;

    fn outcome(ready: [u64; 3]) -> Outcome {
        let round = |ms| Round {
            ready: Duration::from_millis(ms),
            first_answer: Duration::ZERO,
            resident: 20 * 1_024,
            own: 0,
        };
        Outcome { rounds: ready.map(round).to_vec(), size: 16 * 1_048_576 }
    }

    #[test]
    fn the_round_in_the_middle_decides() {
        assert!(outcome([900, 150, 10]).all_met());
        let late = outcome([10, 151, 900]);
        assert!(!late.all_met());
        assert!(late.to_string().contains("151.0  MISSED"), "{late}");
    }

    #[test]
    fn memory_is_read_by_its_name() {
        let status = "VmHWM:\t  40000 kB\nVmRSS:\t   35140 kB\n";
        assert_eq!(kilobytes(status, "VmRSS:").unwrap(), 35_140);
        assert!(kilobytes(status, "RssAnon:").is_err());
    }
}
