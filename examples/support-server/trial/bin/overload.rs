//! Overloads a server, and says how much of its best is left.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use support_server_trial::{
    overload::{self, Trial},
    process::named_or_beside,
    report,
};

/// Starts a server on a database, lets ever more clients open tickets, and compares what too many get done with what
/// fewer do at best. Exits with 1 if a goal of R-09 is missed, and with 2 if it could not be tried.
#[derive(Debug, Parser)]
struct Args {
    /// The database. Tickets are opened in it.
    #[arg(long, env = "SUPPORT_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
    /// How many connections the server has to it.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// How many writers are too many.
    #[arg(long, default_value_t = 500)]
    writers: usize,
    /// How many are not: its best is looked for among these.
    #[arg(long, value_delimiter = ',', default_values_t = [4, 8, 16, 32, 64])]
    fewer: Vec<usize>,
    /// How long each number of writers writes, in each round, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often each number of writers has its turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How much longer each answer of a database server takes, in milliseconds. With some, the database is what is short
    /// of, and not the processors that this program and the server share.
    #[arg(long, default_value_t = 2, value_name = "MS")]
    delay: u64,
    /// The server's program. Without it, the one beside this program.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Args { database_url, connections, writers, fewer, seconds, rounds, delay, program } = Args::parse();
    report(named_or_beside(program).and_then(|program| {
        overload::run(&Trial {
            program,
            database_url,
            connections,
            writers,
            fewer,
            time: Duration::from_secs(seconds.max(1)),
            rounds: rounds.max(1),
            delay: Duration::from_millis(delay),
        })
    }))
}
