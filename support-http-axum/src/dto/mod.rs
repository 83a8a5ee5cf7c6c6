//! What clients send and get.

pub(crate) mod assign;
pub(crate) mod chat;
mod list;
pub(crate) mod message;
pub(crate) mod session;
pub(crate) mod ticket;

use chrono::SecondsFormat;
use support_core::time::Timestamp;

pub(crate) use self::list::List;

/// A moment as clients see it: RFC 3339 in UTC, with microseconds.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
