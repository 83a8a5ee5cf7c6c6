//! Tickets: what somebody needs, until it is done.

mod filter;
mod number;
mod period;
mod stats;
mod status;
mod thread;

use serde::{Deserialize, Serialize};

pub use self::{
    filter::{AssigneeFilter, TicketFilter, TicketSort},
    number::TicketNumber,
    period::{NamedPeriod, Period},
    stats::{DurationRanks, DurationSummary, RatingSummary, ResolutionCycle, TicketStats, TicketStatsFilter},
    status::{Priority, TicketStatus},
    thread::{Entry, EntryKind, HistoryChange, NewEntry, PublicEntry, ThreadEntry, Visibility},
};
use crate::{
    chat::Customer,
    id::{SessionId, TicketId, UserId},
    person::Agent,
    text::{Body, Category, JsonObject, Rejection, Subject, Tag},
    time::Timestamp,
};

/// A ticket, as the store keeps it.
///
/// Notes change neither `version` nor `updated_at`: a customer cannot tell from either that one was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Its number, for people.
    pub number: TicketNumber,
    /// What it is about.
    pub subject: Subject,
    /// The first words of the requester.
    pub description: Body,
    /// Where it stands.
    pub status: TicketStatus,
    /// How pressing it is.
    pub priority: Priority,
    /// What it is filed under.
    pub category: Option<Category>,
    /// Its labels, at most 20, without repetition, in the order given.
    pub tags: Vec<Tag>,
    /// Who needs something. A guest's ticket, made from their chat, is in nobody's scope but staff's.
    pub requester: Customer,
    /// Who takes care of it.
    pub assignee: Option<Assignee>,
    /// What the host keeps beside it.
    pub custom_fields: JsonObject,
    /// The number of public replies; notes and system entries do not count.
    pub reply_count: u32,
    /// Since when the oldest customer entry without a public staff answer waits.
    pub waiting_since: Option<Timestamp>,
    /// When staff first replied publicly.
    pub first_response_at: Option<Timestamp>,
    /// When the present stretch of work began: at creation, or when it was last reopened.
    pub cycle_started_at: Timestamp,
    /// When it became resolved; `None` while it is worked on.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed; `None` unless it is.
    pub closed_at: Option<Timestamp>,
    /// The closed ticket whose late reply opened this one.
    pub follow_up_of: Option<TicketId>,
    /// The chat it was made from.
    pub chat_session_id: Option<SessionId>,
    /// Grows by one with each change.
    pub version: u64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed in a way that its requester may know of.
    pub updated_at: Timestamp,
}

/// The agent who takes care of something, with the name they had when they took it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it from rows")]
pub struct Assignee {
    /// The host's id.
    pub id: UserId,
    /// What customers see.
    pub name: String,
}

impl From<&Agent> for Assignee {
    fn from(agent: &Agent) -> Self {
        Self { id: agent.id.clone(), name: agent.name.clone() }
    }
}

/// How a caller names a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum TicketKey {
    /// By id.
    Id(TicketId),
    /// By number, which is no capability: the caller's scope holds all the same.
    Number(TicketNumber),
}

impl From<TicketId> for TicketKey {
    fn from(id: TicketId) -> Self {
        Self::Id(id)
    }
}

/// The labels of a ticket: at most 20, without repetition, in the order given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tag>", into = "Vec<Tag>")]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// The most labels on a ticket.
    pub const MAX: usize = 20;

    /// Drops repetitions and checks how many are left.
    ///
    /// # Errors
    /// [`Rejection::TooLong`] for more than [`Tags::MAX`].
    pub fn new(given: Vec<Tag>) -> Result<Self, Rejection> {
        let mut tags = Vec::with_capacity(given.len().min(Self::MAX));
        for tag in given {
            if !tags.contains(&tag) {
                if tags.len() == Self::MAX {
                    return Err(Rejection::TooLong { max: Self::MAX });
                }
                tags.push(tag);
            }
        }
        Ok(Self(tags))
    }

    /// The labels.
    pub fn into_vec(self) -> Vec<Tag> {
        self.0
    }
}

impl TryFrom<Vec<Tag>> for Tags {
    type Error = Rejection;

    fn try_from(tags: Vec<Tag>) -> Result<Self, Rejection> {
        Self::new(tags)
    }
}

impl From<Tags> for Vec<Tag> {
    fn from(tags: Tags) -> Self {
        tags.0
    }
}
