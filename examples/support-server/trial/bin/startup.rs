//! Starts servers, and says how soon they are ready and what they take.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use support_server_trial::{
    process::named_or_beside,
    report,
    startup::{self, Trial},
};

/// Starts servers on a database, one after the other, and looks how soon each is ready and what it takes. Exits with 1 if
/// a goal of P11 is missed, and with 2 if it could not be tried.
#[derive(Debug, Parser)]
struct Args {
    /// The database. A chat is begun in it each time.
    #[arg(long, env = "SUPPORT_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
    /// How many servers are started.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
    /// The server's program. Without it, the one beside this program.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Args { database_url, rounds, program } = Args::parse();
    report(
        named_or_beside(program)
            .and_then(|program| startup::run(&Trial { program, database_url, rounds: rounds.max(1) })),
    )
}
