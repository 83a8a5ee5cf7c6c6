//! Which tickets a list holds, and in which order.

use serde::Serialize;

use super::{Priority, TicketNumber, TicketStatus, Visibility};
use crate::{
    access::Scope,
    id::UserId,
    search::SearchQuery,
    text::{Category, Tag},
    time::Timestamp,
};

/// Which tickets a list holds: those that match every part. A list of values matches any of them, an empty one all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart; a field they overlook must not compile")]
pub struct TicketFilter {
    /// What the caller may see at all. The use case sets it, whatever the caller asked for.
    pub scope: Scope,
    /// Which entries of the thread a search covers. The use case sets it.
    pub visibility: Visibility,
    /// Any of these.
    pub status: Vec<TicketStatus>,
    /// Any of these.
    pub priority: Vec<Priority>,
    /// Any of these.
    pub category: Vec<Category>,
    /// Any of these.
    pub tag: Vec<Tag>,
    /// Any of these.
    pub assignee: Vec<AssigneeFilter>,
    /// Any of these people.
    pub requester: Vec<UserId>,
    /// Words that the number, the subject, the description or an entry that the caller may see must hold.
    pub search: Option<SearchQuery>,
    /// Opened then or later.
    pub created_after: Option<Timestamp>,
    /// Opened before then.
    pub created_before: Option<Timestamp>,
}

impl TicketFilter {
    /// Everything within a scope; a search covers public entries only.
    pub const fn within(scope: Scope) -> Self {
        Self {
            scope,
            visibility: Visibility::Public,
            status: Vec::new(),
            priority: Vec::new(),
            category: Vec::new(),
            tag: Vec::new(),
            assignee: Vec::new(),
            requester: Vec::new(),
            search: None,
            created_after: None,
            created_before: None,
        }
    }

    /// The number that a search names exactly: it comes first, whatever the order.
    pub fn exact_number(&self) -> Option<&TicketNumber> {
        self.search.as_ref().and_then(SearchQuery::ticket_number)
    }
}

impl Default for TicketFilter {
    /// No condition, for a use case that sets the scope.
    fn default() -> Self {
        Self::within(Scope::Nothing)
    }
}

/// Whose work a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum AssigneeFilter {
    /// This agent's.
    Agent(UserId),
    /// Nobody's.
    Nobody,
}

/// The order of a list of tickets. Ties are broken by id, so that the order is total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum TicketSort {
    /// Least recently changed first.
    UpdatedAt,
    /// Most recently changed first.
    #[default]
    UpdatedAtDescending,
    /// Oldest first.
    CreatedAt,
    /// Newest first.
    CreatedAtDescending,
    /// Low first; newest first within one priority.
    Priority,
    /// Urgent first; newest first within one priority.
    PriorityDescending,
    /// Waiting longest first; those that do not wait come last, most recently changed first.
    Waiting,
}

impl TicketSort {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::UpdatedAt,
        Self::UpdatedAtDescending,
        Self::CreatedAt,
        Self::CreatedAtDescending,
        Self::Priority,
        Self::PriorityDescending,
        Self::Waiting,
    ];
}
