//! Loads the desk over HTTP, and says how it compares.
//!
//! Exits with 1 if a goal was missed, and with 2 if the run could not be made.
// The future of a whole run is nested deeper than rustc looks by default.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use support_benches::{
    Failure,
    all::{self, AllArgs},
    fill::{self, FillArgs},
    growth::{self, GrowthArgs},
    lists::{self, ListsArgs},
    messages::{self, MessagesArgs},
    statements::Statements,
    streams::{self, ResumeArgs, ServeArgs, StalledArgs, StreamsArgs},
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
    /// P1, P2, P4 to P8 and P10 in one run, on SQLite and on the servers that are named; a table of each, and a summary.
    All(AllArgs),
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
    /// P10: one message to many streams of events, beside a bare broadcast, and what an idle stream costs.
    Streams(StreamsArgs),
    /// streams at two instances are cut at random bytes. Nothing lost, nothing twice, one order.
    Resume(ResumeArgs),
    /// streams that nobody reads, beside streams that are read.
    Stalled(StalledArgs),
    /// Serves streams for the commands above.
    #[command(hide = true)]
    Serve(ServeArgs),
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
        Command::All(args) => {
            let summary = all::run(&args, &mut Statements::listen()?, &mut |table| println!("{table}")).await;
            return Ok((summary.to_string(), summary.all_met()));
        }
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
        Command::Streams(args) => streams::run(&args).await?,
        Command::Resume(args) => streams::resume(&args).await?,
        Command::Stalled(args) => streams::stalled(&args).await?,
        Command::Serve(args) => {
            streams::serve(&args).await?;
            return Ok((String::new(), true));
        }
    };
    Ok((table.to_string(), table.all_met()))
}
