//! The store on each database.
#![expect(clippy::unwrap_used, reason = "a test panics when the store is wrong")]

mod cancellation;
mod conformance;
mod copying;
mod corruption;
mod counted;
mod counts;
mod desk;
#[cfg(unix)]
mod encrypted;
mod events;
mod faults;
mod fixtures;
mod full;
mod groups;
mod hosting;
mod locking;
mod migrations;
mod mysql;
mod network;
mod opening;
mod plans;
mod postgres;
mod search;
mod search_ways;
mod syncs;
mod testing;
mod unread;
