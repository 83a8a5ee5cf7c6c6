//! Benchmarks of the support desk, and the tool that loads it over HTTP.
//!
//! The Criterion benches in `benches/` time single calls in process. The binary `load` drives a server with many callers
//! and compares it with the least that the same work can cost; each of its commands is a module here. `bot-eval` shows
//! how the bot does with labeled messages, `bot-storm` that no input hurts it.

pub mod all;
pub mod api;
pub mod callers;
pub mod cpu;
pub mod database;
pub mod dice;
pub mod fill;
pub mod growth;
pub mod host;
pub mod lists;
pub mod messages;
pub mod opened;
pub mod sample_bot;
pub mod seed;
pub mod statements;
pub mod storm;
pub mod streams;
pub mod table;
pub mod tickets;
pub mod token;
pub mod typos;

/// What ended a run early.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
