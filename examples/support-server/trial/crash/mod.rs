//! Servers that are killed while clients write: what was acknowledged is there, whole and once; nothing else is.
//!
//! Writers log what they sent and what they were told. After each kill, everything that a server then tells of is
//! compared with their log: no acknowledged write is lost, none is there in part or twice, none was invented; `seq`s have
//! no gaps, numbers are unique, and what is counted is what is there.

mod journal;
mod verify;
mod writer;

use std::{
    hash::{BuildHasher as _, RandomState},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

pub use self::{
    journal::Journal,
    verify::{Found, everything as verify},
    writer::write,
};
use crate::{
    client::Client,
    process::{Server, program, token},
};

/// What is tried.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "whoever runs a trial builds it")]
pub struct Trial {
    /// The server's program.
    pub program: PathBuf,
    /// The database, to which nobody else writes.
    pub database_url: String,
    /// How often a server is killed.
    pub rounds: u32,
    /// How many clients write at the same time.
    pub writers: usize,
    /// How many servers share the database. Those that are not killed go on.
    pub servers: usize,
}

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Round {
    /// Its number, from 1.
    pub number: u32,
    /// Writes that were acknowledged so far.
    pub acknowledged: usize,
    /// Writes of which no client was told what came of them.
    pub unknown: usize,
    /// What is there.
    pub found: Found,
}

/// Acknowledged writes before a server is killed, at least and at most; and by those that live on, after it.
const BEFORE: (u64, u64) = (20, 120);
const AFTERWARDS: usize = 20;

/// How long it may take until so many were acknowledged.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a trial, and tells of each round.
///
/// # Errors
/// A promise that was broken, or a server that does not start.
pub fn run(trial: &Trial, mut tell: impl FnMut(Round)) -> io::Result<Journal> {
    let journal = Arc::new(Journal::default());
    let tokens = Tokens::new(&trial.program, trial.writers)?;
    let mut servers = Vec::new();
    while servers.len() < trial.servers {
        servers.push(start(trial)?);
    }
    for number in 1..=trial.rounds {
        let is_over = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = tokens
            .users
            .iter()
            .enumerate()
            .map(|(n, token)| {
                let client = servers[n % servers.len()].client().with_token(token);
                let (journal, is_over) = (Arc::clone(&journal), Arc::clone(&is_over));
                thread::spawn(move || write(&client, &format!("w{n}r{number}"), &journal, &is_over))
            })
            .collect();

        let (least, most) = BEFORE;
        let moment = least + RandomState::new().hash_one(number) % (most - least);
        let begun = journal.acknowledged();
        journal.wait_for(begun + usize::try_from(moment).unwrap_or_default(), PATIENCE)?;
        servers.remove(number as usize % servers.len()).kill()?;
        if !servers.is_empty() {
            journal.wait_for(journal.acknowledged() + AFTERWARDS, PATIENCE)?;
        }
        is_over.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().map_err(|_| io::Error::other("a writer panicked"))??;
        }
        while servers.len() < trial.servers {
            servers.push(start(trial)?);
        }
        // The one that was begun anew, and those that went on.
        for server in &servers {
            let found = verify(&server.client().with_token(&tokens.agent), &journal)?;
            let (acknowledged, unknown) = journal.counts();
            tell(Round { number, acknowledged, unknown, found });
        }
    }
    Arc::try_unwrap(journal).map_err(|_| io::Error::other("a writer lives on"))
}

fn start(trial: &Trial) -> io::Result<Server> {
    let mut command = program(&trial.program);
    command.args(["--rate-limit", "off", "--database-url", &trial.database_url]);
    Server::start(&mut command)
}

/// In whose names clients come.
struct Tokens {
    users: Vec<String>,
    agent: String,
}

impl Tokens {
    fn new(program: &Path, writers: usize) -> io::Result<Self> {
        let user = |n| token(program, &["--sub", &format!("u{n}"), "--expires-in", "1d"]);
        let users = (0..writers).map(user).collect::<io::Result<_>>()?;
        Ok(Self { users, agent: token(program, &["--sub", "a1", "--admin", "--expires-in", "1d"])? })
    }
}

/// A client's request that is answered as it should be.
fn get(client: &Client, path: &str) -> io::Result<serde_json::Value> {
    let answer = client.get(path)?;
    if answer.status != 200 {
        return Err(io::Error::other(format!("{path}: {} {}", answer.status, answer.body)));
    }
    Ok(answer.json())
}
