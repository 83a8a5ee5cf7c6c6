//! The store on each database.
#![expect(clippy::unwrap_used, reason = "a test panics when the store is wrong")]

mod cancellation;
mod conformance;
mod corruption;
mod desk;
mod events;
mod fixtures;
mod full;
mod hosting;
mod locking;
mod migrations;
mod opening;
mod plans;
mod postgres;
mod search;
