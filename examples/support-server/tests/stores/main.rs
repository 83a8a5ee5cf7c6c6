//! The server on each database, as a process: moved, killed, cut off, one of many.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test whose server does not answer has failed")]

mod copying;
mod crash;
mod databases;
mod full_disk;
mod goodput;
mod outage;
mod overload;
mod streams;
mod together;
mod wake;
