//! Loads the desk over HTTP, and says how it compares.
//!
//! Exits with 1 if a goal was missed, and with 2 if the run could not be made.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use support_benches::{
    Failure,
    lists::{self, ListsArgs},
    messages::{self, MessagesArgs},
    statements::Statements,
    table::Table,
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
}

#[tokio::main]
async fn main() -> ExitCode {
    let Args { command } = Args::parse();
    match run(command).await {
        Ok(table) => {
            print!("{table}");
            if table.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(command: Command) -> Result<Table, Failure> {
    match command {
        Command::Tickets(args) => {
            let report = tickets::run(&args).await?;
            for (error, count) in &report.errors {
                eprintln!("{count} × {error}");
            }
            Ok(report.table)
        }
        Command::Messages(args) => messages::run(&args, &mut Statements::listen()?).await,
        Command::Lists(args) => lists::run(&args, &mut Statements::listen()?).await,
    }
}
