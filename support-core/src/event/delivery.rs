//! What is known of telling the host's hooks: whose turn it is, what failed, and what was given up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Event, Position};
use crate::{id::DeadLetterId, time::Timestamp};

/// How telling a sink of one tenant's events stands. Up to where it has come is kept beside it
/// ([`EventRepository::sink_position`](crate::store::EventRepository::sink_position)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct DeliveryState {
    /// Who tells it now.
    pub lease: Option<Lease>,
    /// How often in a row telling it of the next event has failed.
    pub failures: u32,
    /// When it is told of that event again.
    pub retry_at: Option<Timestamp>,
    /// Events up to here are told one at a time: all of them together have failed, and one of them may be why.
    pub one_by_one_to: Position,
}

/// The right to tell a sink, which one has at a time, so that their order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct Lease {
    /// Which call of which process.
    pub holder: Uuid,
    /// When it counts as lost, because the process has ended.
    pub until: Timestamp,
}

/// An event that a sink was told of in vain. It holds nothing of what people wrote, unless the sink's error does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct DeadLetter {
    /// Its id.
    pub id: DeadLetterId,
    /// The [name](super::EventSink::name) of the sink.
    pub sink: String,
    /// The event, which may no longer be among the events that are kept.
    pub event: Event,
    /// How often telling it has failed.
    pub failures: u32,
    /// What the sink said last, in at most [`DeadLetter::MAX_ERROR`] characters.
    pub error: String,
    /// When it was given up.
    pub given_up_at: Timestamp,
}

impl DeadLetter {
    /// How many characters of an error are kept.
    pub const MAX_ERROR: usize = 500;

    /// An error and its sources on one line, as it is kept.
    pub fn say(error: &(dyn std::error::Error + 'static)) -> String {
        let said = std::iter::successors(Some(error), |error| error.source());
        let said: Vec<_> = said.map(ToString::to_string).collect();
        let said = said.join(": ");
        // Databases keep no NUL, and a line break would let an error pretend to be another line of a log.
        said.chars().take(Self::MAX_ERROR).map(|c| if c.is_control() { ' ' } else { c }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Undeliverable;

    #[test]
    fn an_error_is_kept_with_its_sources_on_one_line_of_bounded_length() {
        let reason = format!("HTTP 404\r\n\0{}", "é".repeat(600));
        let said = DeadLetter::say(&Undeliverable::new(reason));
        assert!(said.starts_with("the event is refused for good: HTTP 404   éé"), "{said}");
        assert_eq!(said.chars().count(), DeadLetter::MAX_ERROR);
    }
}
