//! The suite of store behaviour: what every [`Store`](crate::store::Store) must do, one test for each rule.
//!
//! A store's tests say how to open it, and [`conformance_suite!`](crate::conformance_suite) makes the tests:
//!
//! ```
//! use support_core::{memory::MemoryStore, store::Store};
//!
//! /// Opens an empty store, hands it to the test, and keeps what it needs alive until the test ends.
//! fn with_store(test: impl AsyncFnOnce(&dyn Store)) {
//!     pollster::block_on(test(&MemoryStore::new()));
//! }
//!
//! support_core::conformance_suite!(with_store);
//! # fn main() {}
//! ```
//!
//! `with_store` decides which runtime the tests run on; they need none of their own. Each test works at tenants of its
//! own, so that a store may also be shared between tests. [`oracle::run`] adds random sequences of operations, whose
//! every answer must be that of [`MemoryStore`](crate::memory::MemoryStore).
#![expect(clippy::unwrap_used, reason = "a test panics when a store is wrong")]

#[doc(hidden)]
pub mod agents;
#[doc(hidden)]
pub mod answers;
#[doc(hidden)]
pub mod blotting;
#[doc(hidden)]
pub mod bot_log;
#[doc(hidden)]
pub mod chat_lists;
#[doc(hidden)]
pub mod chats;
#[doc(hidden)]
pub mod cursors;
#[doc(hidden)]
pub mod deliveries;
#[doc(hidden)]
pub mod erasure;
#[doc(hidden)]
pub mod events;
#[doc(hidden)]
pub mod export;
pub mod failing;
mod fixtures;
#[doc(hidden)]
pub mod idempotency;
#[doc(hidden)]
pub mod knowledge;
mod list;
#[doc(hidden)]
pub mod messages;
#[doc(hidden)]
pub mod numbers;
pub mod oracle;
#[doc(hidden)]
pub mod paging;
#[doc(hidden)]
pub mod pruning;
#[doc(hidden)]
pub mod search;
#[doc(hidden)]
pub mod stats;
#[doc(hidden)]
pub mod tenants;
#[doc(hidden)]
pub mod texts;
#[doc(hidden)]
pub mod threads;
#[doc(hidden)]
pub mod ticket_lists;
#[doc(hidden)]
pub mod tickets;
#[doc(hidden)]
pub mod transactions;
