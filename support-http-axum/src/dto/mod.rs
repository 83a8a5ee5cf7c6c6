//! What clients send and get.

mod actor;
pub(crate) mod agent;
pub(crate) mod assign;
pub(crate) mod bot;
pub(crate) mod chat;
pub(crate) mod event;
pub(crate) mod history;
pub(crate) mod knowledge;
mod list;
pub(crate) mod message;
pub(crate) mod params;
pub(crate) mod reply;
pub(crate) mod session;
pub(crate) mod stats;
pub(crate) mod ticket;
pub(crate) mod trace;
pub(crate) mod transcript;

use chrono::{DateTime, SecondsFormat, Utc};
use support_core::{
    text::Rejection,
    time::{Timestamp, to_micros},
};

pub(crate) use self::list::List;

/// A moment as clients see it: RFC 3339 in UTC, with microseconds.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Reads a moment from a query: RFC 3339 with any offset.
pub(crate) fn parse_moment(text: impl AsRef<str>) -> Result<Timestamp, Rejection> {
    let moment = DateTime::parse_from_rfc3339(text.as_ref());
    let expected = "a time such as 2026-01-31T09:30:00Z";
    moment.map(|moment| to_micros(moment.with_timezone(&Utc))).map_err(|_| Rejection::Format { expected })
}
