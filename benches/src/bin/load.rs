//! Loads the desk over HTTP, and says how it compares.
//!
//! Exits with 1 if a goal was missed, and with 2 if the run could not be made.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use support_benches::{
    Failure,
    fill::{self, FillArgs},
    growth::{self, GrowthArgs},
    lists::{self, ListsArgs},
    messages::{self, MessagesArgs},
    statements::Statements,
    tickets::{self, TicketsArgs},
};

/// Loads the support desk over HTTP and prints what was measured beside what was aimed at.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// P4: many callers open tickets at once. No error, no number twice.
    Tickets(TicketsArgs),
    /// P1, and with a URL of PostgreSQL P2: messages, beside a bare server that writes the same rows.
    Messages(MessagesArgs),
    /// P6: lists of chats with unread counts, beside a bare select of the same rows.
    Lists(ListsArgs),
    /// Fills an empty database with the tickets and chats of ten years.
    Fill(FillArgs),
    /// P5, P7, P8: how lists, figures and searches grow with the desk.
    Growth(GrowthArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Args { command } = Args::parse();
    match run(command).await {
        Ok((report, all_met)) => {
            print!("{report}");
            if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Carries out a command. Returns what it has to say, and whether every goal was met.
async fn run(command: Command) -> Result<(String, bool), Failure> {
    let table = match command {
        Command::Tickets(args) => {
            let report = tickets::run(&args).await?;
            for (error, count) in &report.errors {
                eprintln!("{count} × {error}");
            }
            report.table
        }
        Command::Messages(args) => messages::run(&args, &mut Statements::listen()?).await?,
        Command::Lists(args) => lists::run(&args, &mut Statements::listen()?).await?,
        Command::Fill(args) => fill::run(&args).await?,
        Command::Growth(args) => {
            let growth = growth::run(&args).await?;
            return Ok((growth.to_string(), growth.all_met()));
        }
    };
    Ok((table.to_string(), table.all_met()))
}
