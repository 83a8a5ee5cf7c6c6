//! The whole support desk as a server of its own.
//!
//! `support-server` serves the API on SQLite, PostgreSQL or MySQL; `support-server token` prints a credential for scripts,
//! `support-server migrations` looks after the tables, `support-server copy` moves a desk to another database, and
//! `support-server bot` helps to write a knowledge base.

mod args;
mod bot;
mod copy;
mod database;
mod demo;
mod desk;
mod error;
mod health;
mod home;
mod jobs;
mod logging;
mod metrics;
mod migrations;
mod observe;
mod secret;
mod server;
mod signal;
mod token;
mod ui;

use std::{error::Error as _, process::ExitCode};

use clap::Parser as _;

use crate::{
    args::{Args, Command},
    error::Error,
};

#[tokio::main]
async fn main() -> ExitCode {
    let Args { command, jwt_secret, serve } = Args::parse();
    let result = match command {
        Some(Command::Token(claims)) => token::print(&claims, jwt_secret.as_ref()),
        Some(Command::Migrations(command)) => migrations::run(command).await,
        Some(Command::Copy(args)) => copy::run(&args).await,
        Some(Command::Bot(command)) => bot::run(&command),
        None => server::run(serve, jwt_secret).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What is wrong with a file begins a line of its own, in the form that editors jump to.
            let gap = if matches!(error, Error::KnowledgeBase(_) | Error::Line { .. }) { "\n" } else { " " };
            eprintln!("error:{gap}{}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}
