//! Where the rows of a list of tickets are looked for.

use support_core::{
    access::Scope,
    id::UserId,
    text::{Category, Tag},
    ticket::{AssigneeFilter, TicketFilter, TicketStatus},
};

/// Where the rows of a list are looked for. Each but the first three has an index for every order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Narrow {
    /// Among the few that a search found.
    Found,
    /// Among the few that were opened in a stretch of time.
    Opened,
    /// Among the few of some customers; of the one whose scope it is, without a name.
    Requester(Vec<UserId>),
    /// The one with this number.
    Number,
    /// Among what these agents have in hand: theirs, and not done.
    InHand(Vec<UserId>),
    Status(Vec<TicketStatus>),
    Tag(Vec<Tag>),
    Assignee(Vec<UserId>),
    Category(Vec<Category>),
    /// Anywhere.
    Everything,
}

/// Where tickets stand that are not done. The tables spell out the others.
pub(super) const LIVE: [TicketStatus; 4] =
    [TicketStatus::Open, TicketStatus::InProgress, TicketStatus::WaitingForCustomer, TicketStatus::OnHold];

/// Values by which a list may be narrowed, each read from a place of its own; with more, all rows are looked at.
const MOST_VALUES: usize = 8;

/// The condition of a filter that leaves the fewest rows, as far as can be told without looking.
pub(super) fn narrowest(filter: &TicketFilter) -> Narrow {
    let TicketFilter { scope, status, category, tag, assignee, requester, .. } = filter;
    let is_some = |count: usize| (1..=MOST_VALUES).contains(&count);
    let agents = agents(assignee);
    if matches!(scope, Scope::Customer(_)) {
        Narrow::Requester(Vec::new())
    } else if is_some(requester.len()) {
        Narrow::Requester(distinct(requester))
    } else if !status.is_empty() && status.iter().all(|status| !status.is_done()) {
        // What is not done is little, however old the desk is, and what one agent has of it is less.
        match agents.filter(|agents| is_some(agents.len())) {
            Some(agents) => Narrow::InHand(agents),
            None => Narrow::Status(distinct(status)),
        }
    } else if is_some(tag.len()) {
        Narrow::Tag(distinct(tag))
    } else if let Some(agents) = agents.filter(|agents| is_some(agents.len())) {
        Narrow::Assignee(agents)
    } else if is_some(category.len()) {
        Narrow::Category(distinct(category))
    } else if !status.is_empty() {
        Narrow::Status(distinct(status))
    } else {
        Narrow::Everything
    }
}

pub(crate) fn distinct<T: Clone + PartialEq>(values: &[T]) -> Vec<T> {
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(value) {
            distinct.push(value.clone());
        }
    }
    distinct
}

/// The agents of a filter that names agents only.
pub(crate) fn agents(filter: &[AssigneeFilter]) -> Option<Vec<UserId>> {
    let mut agents = Vec::new();
    for wanted in filter {
        match wanted {
            AssigneeFilter::Agent(id) => agents.push(id.clone()),
            AssigneeFilter::Nobody => return None,
        }
    }
    Some(distinct(&agents))
}
