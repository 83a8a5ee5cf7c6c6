//! Which tickets a filter holds, and in which order. Paging has tests of its own.

use super::fixtures::{Desk, assignee, at, category, first_page, guest, tag, user, user_id};
use crate::{
    access::Scope,
    id::TicketId,
    store::{PageRequest, Store},
    ticket::{AssigneeFilter, Priority, Ticket, TicketFilter, TicketSort, TicketStatus},
};

/// The tickets that a filter holds, oldest id first, after checking that the count agrees.
pub(super) async fn held(desk: &Desk<'_>, filter: &TicketFilter) -> Vec<TicketId> {
    let (page, count) = desk
        .read(async |t| {
            let page = t.tickets().list(filter, TicketSort::CreatedAt, &first_page()).await.unwrap();
            (page, t.tickets().count(filter).await.unwrap())
        })
        .await;
    assert!(page.next.is_none(), "everything fits on one page");
    assert_eq!(count, page.items.len() as u64, "the count and the list of {filter:?} agree");
    let mut ids: Vec<_> = page.items.into_iter().map(|ticket| ticket.id).collect();
    ids.sort_unstable();
    ids
}

async fn assert_holds(desk: &Desk<'_>, filter: TicketFilter, expected: &[&Ticket]) {
    let mut expected: Vec<_> = expected.iter().map(|ticket| ticket.id).collect();
    expected.sort_unstable();
    assert_eq!(held(desk, &filter).await, expected, "{filter:?}");
}

fn all() -> TicketFilter {
    TicketFilter::within(Scope::Everything)
}

pub async fn without_a_condition_everything_in_scope_is_held(store: &dyn Store) {
    let desk = Desk::new(store);
    let hers = desk.add_ticket(desk.ticket()).await;
    let his = desk.add_ticket(Ticket { requester: user("bob"), ..desk.ticket() }).await;
    let a_guests = desk.add_ticket(Ticket { requester: guest(), ..desk.ticket() }).await;
    assert_holds(&desk, all(), &[&hers, &his, &a_guests]).await;
    assert_holds(&desk, TicketFilter::default(), &[]).await;
    assert_holds(&desk, TicketFilter::within(Scope::Customer(user_id("ann"))), &[&hers]).await;
    assert_holds(&desk, TicketFilter::within(Scope::Customer(user_id("eve"))), &[]).await;
    let session = desk.add_session(desk.session(guest())).await;
    assert_holds(&desk, TicketFilter::within(Scope::Session(session.id)), &[]).await;
}

pub async fn a_status_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let tickets: Vec<_> =
        TicketStatus::ALL.iter().map(|status| Ticket { status: *status, ..desk.ticket() }).collect();
    desk.add_tickets(&tickets).await;
    for ticket in &tickets {
        assert_holds(&desk, TicketFilter { status: vec![ticket.status], ..all() }, &[ticket]).await;
    }
    let two = vec![TicketStatus::OnHold, TicketStatus::Open, TicketStatus::Open];
    assert_holds(&desk, TicketFilter { status: two, ..all() }, &[&tickets[0], &tickets[3]]).await;
}

pub async fn a_priority_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let tickets: Vec<_> =
        Priority::ALL.iter().map(|priority| Ticket { priority: *priority, ..desk.ticket() }).collect();
    desk.add_tickets(&tickets).await;
    for ticket in &tickets {
        assert_holds(&desk, TicketFilter { priority: vec![ticket.priority], ..all() }, &[ticket]).await;
    }
    let two = vec![Priority::Urgent, Priority::Low];
    assert_holds(&desk, TicketFilter { priority: two, ..all() }, &[&tickets[0], &tickets[3]]).await;
}

pub async fn a_category_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let filed = |name: &str| Ticket { category: Some(category(name)), ..desk.ticket() };
    let (a, b, c) = (filed("billing"), filed("billing-2"), filed("technical"));
    desk.add_tickets(&[a.clone(), b.clone(), c.clone(), desk.ticket()]).await;
    assert_holds(&desk, TicketFilter { category: vec![category("billing")], ..all() }, &[&a]).await;
    let two = vec![category("technical"), category("billing-2"), category("other")];
    assert_holds(&desk, TicketFilter { category: two, ..all() }, &[&b, &c]).await;
}

pub async fn a_tag_is_any_of_those_named_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let tagged = |tags: &[&str]| Ticket { tags: tags.iter().map(|t| tag(t)).collect(), ..desk.ticket() };
    let (a, b, c) = (tagged(&["vip", "eu"]), tagged(&["VIP"]), tagged(&["vip 2", "\"vip\"", "100%"]));
    desk.add_tickets(&[a.clone(), b.clone(), c.clone(), tagged(&[])]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("vip")], ..all() }, &[&a]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("VIP"), tag("eu")], ..all() }, &[&a, &b]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("vip"), tag("eu")], ..all() }, &[&a]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("\"vip\"")], ..all() }, &[&c]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("1%"), tag("vi_"), tag("v")], ..all() }, &[]).await;
}

pub async fn an_update_replaces_the_tags(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut ticket = desk.add_ticket(Ticket { tags: vec![tag("old"), tag("kept")], ..desk.ticket() }).await;
    ticket.tags = vec![tag("new"), tag("kept")];
    desk.write(async |t| t.tickets().update(&mut ticket).await.unwrap()).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("old")], ..all() }, &[]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("new")], ..all() }, &[&ticket]).await;
    assert_holds(&desk, TicketFilter { tag: vec![tag("kept")], ..all() }, &[&ticket]).await;
}

pub async fn an_assignee_is_any_of_those_named_or_nobody(store: &dyn Store) {
    let desk = Desk::new(store);
    let assigned = |id: &str| Ticket { assignee: Some(assignee(id)), ..desk.ticket() };
    let (a, b, nobodys) = (assigned("bob"), assigned("Bob"), desk.ticket());
    desk.add_tickets(&[a.clone(), b.clone(), nobodys.clone(), assigned("eve")]).await;
    let agent = |id: &str| AssigneeFilter::Agent(user_id(id));
    let by = |assignee: Vec<AssigneeFilter>| TicketFilter { assignee, ..all() };
    assert_holds(&desk, by(vec![agent("bob")]), &[&a]).await;
    assert_holds(&desk, by(vec![agent("bob"), agent("Bob")]), &[&a, &b]).await;
    assert_holds(&desk, by(vec![AssigneeFilter::Nobody]), &[&nobodys]).await;
    assert_holds(&desk, by(vec![AssigneeFilter::Nobody, agent("bob")]), &[&a, &nobodys]).await;
    assert_holds(&desk, by(vec![agent("nobody")]), &[]).await;
}

pub async fn a_requester_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let of = |id: &str| Ticket { requester: user(id), ..desk.ticket() };
    let (a, b) = (of("ann"), of("bob"));
    let a_guests = Ticket { requester: guest(), ..desk.ticket() };
    desk.add_tickets(&[a.clone(), b.clone(), a_guests, of("eve")]).await;
    let by = |ids: &[&str]| TicketFilter { requester: ids.iter().map(|id| user_id(id)).collect(), ..all() };
    assert_holds(&desk, by(&["ann"]), &[&a]).await;
    assert_holds(&desk, by(&["bob", "ann"]), &[&a, &b]).await;
    assert_holds(&desk, by(&["nobody"]), &[]).await;
    // The scope holds whatever is asked for.
    let filter = TicketFilter { scope: Scope::Customer(user_id("ann")), ..by(&["bob", "ann"]) };
    assert_holds(&desk, filter, &[&a]).await;
}

pub async fn the_time_of_opening_is_half_open_to_the_microsecond(store: &dyn Store) {
    let desk = Desk::new(store);
    let micro = chrono::TimeDelta::microseconds(1);
    let opened = |moment| Ticket { created_at: moment, ..desk.ticket() };
    let (before, on, after) = (opened(at(5) - micro), opened(at(5)), opened(at(5) + micro));
    desk.add_tickets(&[before.clone(), on.clone(), after.clone()]).await;
    let from = TicketFilter { created_after: Some(at(5)), ..all() };
    assert_holds(&desk, from.clone(), &[&on, &after]).await;
    assert_holds(&desk, TicketFilter { created_before: Some(at(5)), ..all() }, &[&before]).await;
    assert_holds(&desk, TicketFilter { created_before: Some(at(5) + micro), ..from.clone() }, &[&on]).await;
    assert_holds(&desk, TicketFilter { created_before: Some(at(5)), ..from }, &[]).await;
}

pub async fn all_conditions_must_hold(store: &dyn Store) {
    let desk = Desk::new(store);
    let wanted = Ticket {
        status: TicketStatus::InProgress,
        priority: Priority::High,
        category: Some(category("billing")),
        tags: vec![tag("a"), tag("b")],
        assignee: Some(assignee("bob")),
        created_at: at(5),
        ..desk.ticket()
    };
    let other = |change: fn(&mut Ticket)| {
        let mut other = Ticket { id: desk.ticket().id, number: desk.ticket().number, ..wanted.clone() };
        change(&mut other);
        other
    };
    let others = [
        other(|ticket| ticket.status = TicketStatus::Open),
        other(|ticket| ticket.priority = Priority::Low),
        other(|ticket| ticket.category = None),
        other(|ticket| ticket.tags = vec![tag("c")]),
        other(|ticket| ticket.assignee = None),
        other(|ticket| ticket.requester = user("eve")),
        other(|ticket| ticket.created_at = at(4)),
        other(|ticket| ticket.created_at = at(6)),
        other(|ticket| ticket.subject = super::fixtures::subject("nothing")),
    ];
    desk.add_tickets(&others).await;
    desk.add_ticket(wanted.clone()).await;
    let filter = TicketFilter {
        status: vec![TicketStatus::InProgress, TicketStatus::OnHold],
        priority: vec![Priority::High, Priority::Medium],
        category: vec![category("billing")],
        tag: vec![tag("a"), tag("b")],
        assignee: vec![AssigneeFilter::Agent(user_id("bob")), AssigneeFilter::Agent(user_id("dan"))],
        requester: vec![user_id("ann")],
        search: Some(super::fixtures::query("work")),
        created_after: Some(at(5)),
        created_before: Some(at(6)),
        ..all()
    };
    assert_holds(&desk, filter, &[&wanted]).await;
}

/// Tickets whose order differs by every sort, with ties.
pub(super) async fn add_unsorted(desk: &Desk<'_>) -> Vec<Ticket> {
    let row = |created, updated, waiting: Option<i64>, priority| Ticket {
        created_at: at(created),
        updated_at: at(updated),
        waiting_since: waiting.map(at),
        priority,
        ..desk.ticket()
    };
    let tickets = vec![
        row(3, 30, Some(5), Priority::Medium),
        row(1, 10, None, Priority::Urgent),
        row(2, 40, Some(1), Priority::Low),
        row(3, 20, None, Priority::Medium),
        row(0, 30, Some(5), Priority::High),
        row(1, 10, None, Priority::Low),
        row(4, 30, Some(9), Priority::Urgent),
    ];
    desk.add_tickets(&tickets).await;
    tickets
}

/// Every order of tickets, and the tickets of [`add_unsorted`] in it, by index.
pub(super) const ORDERS: [(TicketSort, [usize; 7]); 7] = [
    (TicketSort::UpdatedAt, [1, 5, 3, 0, 4, 6, 2]),
    (TicketSort::UpdatedAtDescending, [2, 6, 4, 0, 3, 5, 1]),
    (TicketSort::CreatedAt, [4, 1, 5, 2, 0, 3, 6]),
    (TicketSort::CreatedAtDescending, [6, 3, 0, 2, 5, 1, 4]),
    (TicketSort::Priority, [5, 2, 3, 0, 4, 6, 1]),
    (TicketSort::PriorityDescending, [6, 1, 4, 3, 0, 5, 2]),
    (TicketSort::Waiting, [2, 0, 4, 6, 3, 5, 1]),
];

pub async fn every_order_is_total(store: &dyn Store) {
    let desk = Desk::new(store);
    let tickets = add_unsorted(&desk).await;
    for (sort, expected) in ORDERS {
        let request = PageRequest::default();
        let page = desk.read(async |t| t.tickets().list(&all(), sort, &request).await.unwrap()).await;
        let indexes: Vec<_> = page
            .items
            .iter()
            .map(|item| tickets.iter().position(|ticket| ticket.id == item.id).unwrap())
            .collect();
        assert_eq!(indexes, expected, "{sort:?}");
        assert_eq!(page.items.len(), 7);
    }
}

pub async fn a_list_holds_whole_tickets(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket =
        Ticket { follow_up_of: None, chat_session_id: None, ..super::tickets::hostile_ticket(&desk) };
    let ticket = desk.add_ticket(ticket).await;
    let page = desk
        .read(async |t| t.tickets().list(&all(), TicketSort::default(), &first_page()).await.unwrap())
        .await;
    super::fixtures::assert_same(&page.items, &vec![ticket]);
}
