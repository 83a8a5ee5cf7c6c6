//! The store on SQLite.
#![expect(clippy::unwrap_used, reason = "a test panics when the store is wrong")]

mod cancellation;
mod conformance;
mod copying;
mod corruption;
mod desk;
mod fixtures;
mod hosting;
mod locking;
mod migrations;
mod opening;
mod plans;
mod search;
