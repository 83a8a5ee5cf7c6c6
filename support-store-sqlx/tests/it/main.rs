//! The store on SQLite.
#![expect(clippy::unwrap_used, reason = "a test panics when the store is wrong")]

mod cancellation;
mod conformance;
mod corruption;
mod desk;
mod fixtures;
mod groups;
mod hosting;
mod locking;
mod migrations;
mod opening;
mod plans;
mod search;
mod syncs;
