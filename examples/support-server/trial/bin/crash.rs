//! Kills servers under load, for as long as one likes, and looks at what is left.

use std::{io, path::PathBuf, process::ExitCode};

use clap::Parser;
use support_server_trial::{
    crash::{self, Trial},
    process::named_or_beside,
};

/// Starts servers on a database, lets clients write, kills a server at a random moment, and compares what is there with
/// what clients were told: nothing acknowledged lost, nothing half-written, nothing invented, no gap, no number twice.
#[derive(Debug, Parser)]
struct Args {
    /// The database. It is to be empty, or to have been written to by nobody else.
    #[arg(long, env = "SUPPORT_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
    /// How often a server is killed.
    #[arg(long, default_value_t = 30)]
    rounds: u32,
    /// How many clients write at the same time.
    #[arg(long, default_value_t = 8)]
    writers: usize,
    /// How many servers share the database. One of them is killed, and the others go on.
    #[arg(long, default_value_t = 1)]
    servers: usize,
    /// The server's program. Without it, the one beside this program.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> io::Result<()> {
    let Args { database_url, rounds, writers, servers, program } = args;
    let program = named_or_beside(program)?;
    let trial = Trial { program, database_url, rounds, writers: writers.max(1), servers: servers.max(1) };
    let journal = crash::run(&trial, |round| println!("{round:?}"))?;
    let (acknowledged, unknown) = journal.counts();
    println!(
        "{rounds} kills, {acknowledged} writes acknowledged, {unknown} unknown: 0 lost, 0 half-written, 0 invented"
    );
    Ok(())
}
