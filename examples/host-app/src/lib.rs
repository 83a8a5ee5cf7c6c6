//! A small shop that has a support desk inside.
//!
//! The shop was there first: it has users, a session cookie and migrations of its own. The desk gets
//!
//! - the shop's database pool, and keeps its tables beside the shop's in the same file ([`Shop::open`]);
//! - the shop's login, through an `Authenticator` that reads the cookie ([`login`]);
//! - a place under `/help` ([`Shop::router`]);
//! - the shop's transaction, so that an order whose payment failed and the ticket about it are written together or not
//!   at all ([`order`]).

pub mod login;
pub mod order;
mod shop;

pub use shop::{OpenError, Shop};
