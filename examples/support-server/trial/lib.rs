//! The server put to the test: as a process that is started and killed, called over HTTP, cut off from its database.
//!
//! [`process`] starts servers, [`client`] calls them, [`proxy`] comes between a server and its database, and [`crash`] kills
//! servers under load and looks at what is left; [`overload`] asks more of a server than it can do, and [`startup`] only
//! that it is there. The tests of this package use the first five; each of the last three is a binary too.

use std::{fmt, io, process::ExitCode};

pub mod client;
pub mod crash;
pub mod overload;
pub mod process;
pub mod proxy;
pub mod startup;

/// What a trial came to: a table of its goals.
pub trait Outcome: fmt::Display {
    /// Whether every goal was met.
    fn all_met(&self) -> bool;
}

/// Prints what a trial came to. A program ends with 1 if a goal was missed, and with 2 if it could not be tried.
pub fn report(outcome: io::Result<impl Outcome>) -> ExitCode {
    match outcome {
        Ok(outcome) => {
            print!("{outcome}");
            if outcome.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
