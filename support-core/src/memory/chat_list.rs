//! Which sessions a filter holds, and their places in each order.

use super::{
    page::{Order, page_of, place},
    state::{SessionRow, Tenant},
    ticket_list::is_any,
};
use crate::{
    chat::{Customer, SessionFilter, SessionSort, SessionView, Unread},
    search::normalize,
    store::{Keyset, Page, PageRequest},
    text::Subject,
};

/// A page of the sessions that a filter holds, as its viewer sees them.
pub(super) fn list(
    rows: &Tenant,
    filter: &SessionFilter,
    sort: SessionSort,
    page: &PageRequest,
) -> Page<SessionView> {
    let placed = matching(rows, filter).map(|row| {
        let view = SessionView { session: row.session.clone(), unread_count: row.unread(&filter.viewer) };
        (place_of(&view, sort), view)
    });
    page_of(placed, |tier| order(sort, tier), page)
}

/// The sessions that a filter holds, in no order that means something.
pub(super) fn matching<'a>(
    rows: &'a Tenant,
    filter: &'a SessionFilter,
) -> impl Iterator<Item = &'a SessionRow> {
    rows.sessions.values().map(AsRef::as_ref).filter(|row| matches(row, filter))
}

fn matches(row: &SessionRow, filter: &SessionFilter) -> bool {
    // Taken apart, so that a new field is not overlooked.
    let SessionFilter { scope, viewer, status, owner, category, assignee, user, unread, search } = filter;
    let session = &row.session;
    row.is_in(scope)
        && (status.is_empty() || status.contains(&session.status))
        && (owner.is_empty() || owner.contains(&session.owner))
        && (category.is_empty() || session.category.as_ref().is_some_and(|own| category.contains(own)))
        && is_any(assignee, session.assignee.as_ref())
        && (user.is_empty() || session.customer.user_id().is_some_and(|own| user.contains(own)))
        && unread.is_none_or(|wanted| (wanted == Unread::Some) == (row.unread(viewer) > 0))
        && search.as_ref().is_none_or(|query| query.matches(&document(row)))
}

/// What a search for sessions covers, in the form that queries are matched against. What the host calls a
/// signed-in customer is the host's to search.
fn document(row: &SessionRow) -> String {
    let mut text: Vec<&str> = row.session.subject.iter().map(Subject::as_str).collect();
    if let Customer::Guest(_) = &row.session.customer {
        text.extend(row.session.customer.name());
        text.extend(row.session.customer.email());
    }
    text.extend(row.messages.values().map(|message| message.body.as_str()));
    normalize(&text.join("\n"))
}

/// See [`ChatRepository::list`](crate::store::ChatRepository::list).
fn place_of(view: &SessionView, sort: SessionSort) -> Keyset {
    let session = &view.session;
    let id = session.id.as_uuid();
    match sort {
        SessionSort::Unread => place(u8::from(view.unread_count == 0), session.updated_at, id),
        SessionSort::Recent => place(0, session.updated_at, id),
        SessionSort::Waiting => match session.waiting_since {
            Some(since) => place(0, since, id),
            None => place(1, session.updated_at, id),
        },
    }
}

fn order(sort: SessionSort, tier: u8) -> Order {
    match sort {
        SessionSort::Waiting if tier == 0 => Order::ASCENDING,
        SessionSort::Unread | SessionSort::Recent | SessionSort::Waiting => Order::DESCENDING,
    }
}
