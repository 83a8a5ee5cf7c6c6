//! The whole support desk as a server of its own.
//!
//! `support-server` serves the API on SQLite; `support-server token` prints a credential for scripts.

mod args;
mod demo;
mod desk;
mod error;
mod health;
mod jobs;
mod logging;
mod metrics;
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
        None => server::run(serve, jwt_secret).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", with_causes(&error));
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
