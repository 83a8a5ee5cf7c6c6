//! Which tickets a filter holds, and their places in each order.

use super::{
    page::{Direction, Order, page_of, place},
    state::{Tenant, TicketRow},
};
use crate::{
    search::normalize,
    store::{Keyset, Page, PageRequest},
    ticket::{Assignee, AssigneeFilter, Ticket, TicketFilter, TicketSort, Visibility},
};

/// A page of the tickets that a filter holds.
pub(super) fn list(
    rows: &Tenant,
    filter: &TicketFilter,
    sort: TicketSort,
    page: &PageRequest,
) -> Page<Ticket> {
    let placed = matching(rows, filter).map(|row| (place_of(&row.ticket, filter, sort), row));
    page_of(placed, |tier| order(sort, tier), page).map(|row| row.ticket.clone())
}

/// The tickets that a filter holds, in no order that means something.
pub(super) fn matching<'a>(
    rows: &'a Tenant,
    filter: &'a TicketFilter,
) -> impl Iterator<Item = &'a TicketRow> {
    rows.tickets.values().map(AsRef::as_ref).filter(|row| matches(row, filter))
}

fn matches(row: &TicketRow, filter: &TicketFilter) -> bool {
    // Taken apart, so that a new field is not overlooked.
    let TicketFilter {
        scope,
        visibility,
        status,
        priority,
        category,
        tag,
        assignee,
        requester,
        search,
        created_after,
        created_before,
    } = filter;
    let ticket = &row.ticket;
    row.is_in(scope)
        && (status.is_empty() || status.contains(&ticket.status))
        && (priority.is_empty() || priority.contains(&ticket.priority))
        && (category.is_empty() || ticket.category.as_ref().is_some_and(|own| category.contains(own)))
        && (tag.is_empty() || ticket.tags.iter().any(|own| tag.contains(own)))
        && is_any(assignee, ticket.assignee.as_ref())
        && (requester.is_empty() || ticket.requester.user_id().is_some_and(|own| requester.contains(own)))
        && created_after.is_none_or(|from| ticket.created_at >= from)
        && created_before.is_none_or(|to| ticket.created_at < to)
        && search.as_ref().is_none_or(|query| query.matches(&document(row, *visibility)))
}

/// Whether an assignee is any of those that a filter names.
pub(super) fn is_any(filter: &[AssigneeFilter], assignee: Option<&Assignee>) -> bool {
    let is = |wanted: &AssigneeFilter| match wanted {
        AssigneeFilter::Agent(id) => assignee.is_some_and(|assignee| assignee.id == *id),
        AssigneeFilter::Nobody => assignee.is_none(),
    };
    filter.is_empty() || filter.iter().any(is)
}

/// What a search for tickets covers, in the form that queries are matched against.
fn document(row: &TicketRow, visibility: Visibility) -> String {
    let ticket = &row.ticket;
    let entries = row.entries.iter().filter(|entry| visibility.admits(entry.kind));
    let mut text = vec![ticket.number.as_str(), ticket.subject.as_str(), ticket.description.as_str()];
    text.extend(entries.map(|entry| entry.body.as_str()));
    normalize(&text.join("\n"))
}

/// See [`TicketRepository::list`](crate::store::TicketRepository::list).
fn place_of(ticket: &Ticket, filter: &TicketFilter, sort: TicketSort) -> Keyset {
    let id = ticket.id.as_uuid();
    let tier = if filter.exact_number() == Some(&ticket.number) { 0 } else { 1 };
    match sort {
        TicketSort::UpdatedAt | TicketSort::UpdatedAtDescending => place(tier, ticket.updated_at, id),
        TicketSort::CreatedAt | TicketSort::CreatedAtDescending => place(tier, ticket.created_at, id),
        TicketSort::Priority | TicketSort::PriorityDescending => {
            Keyset { tier, key: ticket.priority.rank().into(), id }
        }
        TicketSort::Waiting => match ticket.waiting_since {
            Some(since) => place(tier, since, id),
            None if tier == 0 => place(tier, ticket.updated_at, id),
            None => place(2, ticket.updated_at, id),
        },
    }
}

fn order(sort: TicketSort, tier: u8) -> Order {
    match sort {
        TicketSort::UpdatedAt | TicketSort::CreatedAt => Order::ASCENDING,
        TicketSort::UpdatedAtDescending | TicketSort::CreatedAtDescending => Order::DESCENDING,
        TicketSort::Priority => Order { key: Direction::Ascending, id: Direction::Descending },
        TicketSort::PriorityDescending => Order::DESCENDING,
        TicketSort::Waiting if tier == 2 => Order::DESCENDING,
        TicketSort::Waiting => Order::ASCENDING,
    }
}
