//! Which sessions a list holds, and in which order.

use serde::Serialize;

use super::{Owner, Participant, SessionStatus};
use crate::{access::Scope, id::UserId, search::SearchQuery, text::Category, ticket::AssigneeFilter};

/// Which sessions a list holds: those that match every part. A list of values matches any of them, an empty one all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart; a field they overlook must not compile")]
pub struct SessionFilter {
    /// What the caller may see at all. The use case sets it, whatever the caller asked for.
    pub scope: Scope,
    /// For whom unread messages are counted. The use case sets it.
    pub viewer: Participant,
    /// Any of these.
    pub status: Vec<SessionStatus>,
    /// Any of these.
    pub owner: Vec<Owner>,
    /// Any of these.
    pub category: Vec<Category>,
    /// Any of these.
    pub assignee: Vec<AssigneeFilter>,
    /// Any of these customers.
    pub user: Vec<UserId>,
    /// Only sessions with messages that the viewer has not read.
    pub unread: Option<Unread>,
    /// Words that the subject, the guest's name or e-mail, or a message must hold.
    pub search: Option<SearchQuery>,
}

impl SessionFilter {
    /// Everything within a scope.
    pub const fn within(scope: Scope, viewer: Participant) -> Self {
        Self {
            scope,
            viewer,
            status: Vec::new(),
            owner: Vec::new(),
            category: Vec::new(),
            assignee: Vec::new(),
            user: Vec::new(),
            unread: None,
            search: None,
        }
    }
}

impl Default for SessionFilter {
    /// No condition, for a use case that sets the scope and the viewer.
    fn default() -> Self {
        Self::within(Scope::Nothing, Participant::Customer)
    }
}

/// Which sessions a list holds, by what the viewer has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum Unread {
    /// Those with something new.
    Some,
    /// Those without.
    None,
}

/// The order of a list of sessions. Ties are broken by id, so that the order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum SessionSort {
    /// Those with unread messages first, then latest activity.
    Unread,
    /// Latest activity first.
    Recent,
    /// Waiting longest first; those that do not wait come last, latest activity first.
    Waiting,
}

impl SessionSort {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Unread, Self::Recent, Self::Waiting];
}
