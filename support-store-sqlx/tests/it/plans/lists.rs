//! Every list in every order: which index it is read from. A new order does not compile until it says.

use support_core::{
    access::Scope,
    chat::{Owner, Participant, SessionFilter, SessionSort, SessionStatus, Unread},
    store::{Keyset, PageRequest},
    text::{Category, Tag},
    ticket::{AssigneeFilter, Priority, TicketFilter, TicketSort, TicketStatus},
};

use super::{Plans, pages};
use crate::fixtures::{at, id, user};

/// How the rows of a list are found.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    /// In the order of the list, from one place in an index.
    InOrder,
    /// From one place for each of several values; what a page may need of each is merged.
    Merged,
    /// Among the few of one customer or one week, which are sorted.
    AmongFew,
}

/// A list of tickets, with the part of its indexes' names that all orders share.
fn ticket_lists() -> Vec<(&'static str, TicketFilter, Found)> {
    let all = || TicketFilter::within(Scope::Everything);
    let category = |name| Category::parse(name).unwrap();
    let tag = |name| Tag::parse(name).unwrap();
    let bob = || AssigneeFilter::Agent(user("bob"));
    let residual = TicketFilter {
        priority: vec![Priority::Low, Priority::Medium, Priority::Urgent],
        assignee: vec![AssigneeFilter::Nobody, bob()],
        ..all()
    };
    let narrow = TicketFilter {
        status: vec![TicketStatus::Closed],
        category: vec![category("billing")],
        assignee: vec![bob()],
        priority: vec![Priority::Medium],
        ..all()
    };
    vec![
        ("", all(), Found::InOrder),
        ("", residual, Found::InOrder),
        ("", TicketFilter { assignee: vec![AssigneeFilter::Nobody], ..all() }, Found::InOrder),
        ("of_status_", TicketFilter { status: vec![TicketStatus::Open], ..all() }, Found::InOrder),
        ("of_status_", TicketFilter { status: vec![TicketStatus::Closed], ..all() }, Found::InOrder),
        ("of_status_", TicketFilter { status: TicketStatus::ALL.to_vec(), ..all() }, Found::Merged),
        ("of_assignee_", TicketFilter { assignee: vec![bob()], ..all() }, Found::InOrder),
        ("of_assignee_", narrow, Found::InOrder),
        (
            "of_assignee_",
            TicketFilter { assignee: vec![bob(), AssigneeFilter::Agent(user("amy"))], ..all() },
            Found::Merged,
        ),
        ("of_category_", TicketFilter { category: vec![category("billing")], ..all() }, Found::InOrder),
        (
            "of_category_",
            TicketFilter { category: vec![category("billing"), category("legal")], ..all() },
            Found::Merged,
        ),
        ("ticket_tags_", TicketFilter { tag: vec![tag("vip")], ..all() }, Found::InOrder),
        ("ticket_tags_", TicketFilter { tag: vec![tag("vip"), tag("late")], ..all() }, Found::Merged),
        ("of_requester", TicketFilter { requester: vec![user("ann")], ..all() }, Found::AmongFew),
        ("of_requester", TicketFilter::within(Scope::Customer(user("ann"))), Found::AmongFew),
        (
            "by_creation",
            TicketFilter { created_after: Some(at(0)), created_before: Some(at(9)), ..all() },
            Found::AmongFew,
        ),
    ]
}

/// The index in which tickets are in an order.
const fn index_by(sort: TicketSort) -> &'static str {
    match sort {
        TicketSort::UpdatedAt | TicketSort::UpdatedAtDescending => "by_update",
        TicketSort::CreatedAt | TicketSort::CreatedAtDescending => "by_creation",
        TicketSort::Priority | TicketSort::PriorityDescending => "by_priority",
        TicketSort::Waiting => "by_wait",
    }
}

/// Fails unless all rows of a list come from an index.
#[track_caller]
fn assert_found(plan: &[String], what: &str, tables: &[&str], found: Found, indexes: &[&str]) {
    let of_lists = |step: &&String| {
        tables.iter().any(|table| {
            let rest = step.strip_prefix("SEARCH ").or_else(|| step.strip_prefix("SCAN "));
            rest.is_some_and(|rest| rest.starts_with(&format!("{table} ")))
        })
    };
    let entered: Vec<_> = plan.iter().filter(of_lists).collect();
    assert!(!entered.is_empty(), "{what} reads nothing: {plan:#?}");
    assert!(entered.iter().all(|step| step.starts_with("SEARCH")), "{what} reads a whole table: {plan:#?}");
    let uses = |step: &&&String| {
        let name = step.split_once("INDEX ").and_then(|(_, rest)| rest.split_whitespace().next());
        name.is_some_and(|name| indexes.contains(&name))
    };
    assert!(entered.iter().any(|step| uses(&step)), "{what} does not use {indexes:?}: {plan:#?}");
    let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
    assert!(!sorts || found != Found::InOrder, "{what} sorts: {plan:#?}");
}

#[tokio::test]
async fn every_list_of_tickets_in_every_order_has_its_index() {
    let plans = Plans::new().await;
    for (part, filter, found) in ticket_lists() {
        for sort in TicketSort::ALL.iter().copied() {
            let last_tier = if sort == TicketSort::Waiting { 2 } else { 1 };
            let medium = Keyset { tier: 1, key: Priority::Medium.rank().into(), id: id(7) };
            let [first, behind] = pages(last_tier);
            let behind = match sort {
                TicketSort::Priority | TicketSort::PriorityDescending => {
                    PageRequest { after: Some(medium), ..behind }
                }
                _ => behind,
            };
            for page in [first, behind] {
                let is_behind = page.after.is_some();
                let by = if is_behind && sort == TicketSort::Waiting { "by_update" } else { index_by(sort) };
                let index = match (part, sort) {
                    ("of_requester", _) => "tickets_of_requester".to_owned(),
                    ("by_creation", _) => "tickets_by_creation".to_owned(),
                    ("ticket_tags_", TicketSort::Waiting) if !is_behind => "tickets_by_wait".to_owned(),
                    ("ticket_tags_", _) => format!("ticket_tags_{by}"),
                    _ => format!("tickets_{part}{by}"),
                };
                let plan = plans
                    .of(async |t| {
                        t.tickets().list(&filter, sort, &page).await.unwrap();
                    })
                    .await;
                let what = format!("{sort:?} of {filter:?} after {:?}", page.after);
                let tables = if part == "ticket_tags_" && index != "tickets_by_wait" {
                    ["t", "g"]
                } else {
                    ["t", "t"]
                };
                assert_found(&plan, &what, &tables, found, &[&index]);
            }
        }
    }
}

/// A list of sessions, with the index of its last activity.
fn session_lists(viewer: &Participant) -> Vec<(&'static str, SessionFilter, Found)> {
    let all = || SessionFilter::within(Scope::Everything, viewer.clone());
    let category = |name| Category::parse(name).unwrap();
    let bob = || AssigneeFilter::Agent(user("bob"));
    vec![
        ("sessions_by_update", all(), Found::InOrder),
        (
            "sessions_by_update",
            SessionFilter { assignee: vec![AssigneeFilter::Nobody], ..all() },
            Found::InOrder,
        ),
        ("sessions_by_update", SessionFilter { unread: Some(Unread::Some), ..all() }, Found::InOrder),
        ("sessions_by_update", SessionFilter { unread: Some(Unread::None), ..all() }, Found::InOrder),
        (
            "sessions_of_status",
            SessionFilter { status: vec![SessionStatus::Active], ..all() },
            Found::InOrder,
        ),
        (
            "sessions_of_status",
            SessionFilter { status: vec![SessionStatus::Closed], ..all() },
            Found::InOrder,
        ),
        ("sessions_of_status", SessionFilter { status: SessionStatus::ALL.to_vec(), ..all() }, Found::Merged),
        ("sessions_of_owner", SessionFilter { owner: vec![Owner::Queue], ..all() }, Found::InOrder),
        ("sessions_of_owner", SessionFilter { owner: Owner::ALL.to_vec(), ..all() }, Found::Merged),
        ("sessions_of_assignee", SessionFilter { assignee: vec![bob()], ..all() }, Found::InOrder),
        (
            "sessions_of_assignee",
            SessionFilter { assignee: vec![bob()], status: vec![SessionStatus::Closed], ..all() },
            Found::InOrder,
        ),
        (
            "sessions_of_category",
            SessionFilter { category: vec![category("billing")], ..all() },
            Found::InOrder,
        ),
        (
            "sessions_of_category",
            SessionFilter { category: vec![category("billing"), category("legal")], ..all() },
            Found::Merged,
        ),
        ("sessions_of_user", SessionFilter { scope: Scope::Customer(user("ann")), ..all() }, Found::AmongFew),
    ]
}

/// The tier of an order that goes by last activity.
const fn tier_by_update(sort: SessionSort) -> u8 {
    match sort {
        SessionSort::Recent => 0,
        SessionSort::Unread | SessionSort::Waiting => 1,
    }
}

#[tokio::test]
async fn every_list_of_sessions_in_every_order_has_its_index() {
    let plans = Plans::new().await;
    for viewer in [Participant::Customer, Participant::Agent(user("bob"))] {
        for (index, filter, found) in session_lists(&viewer) {
            for sort in SessionSort::ALL.iter().copied() {
                for page in pages(tier_by_update(sort)) {
                    // What comes behind the last that has not been read is none of what has not been read.
                    if page.after.is_some()
                        && sort == SessionSort::Unread
                        && filter.unread == Some(Unread::Some)
                    {
                        continue;
                    }
                    let plan = plans
                        .of(async |t| {
                            t.chats().list(&filter, sort, &page).await.unwrap();
                        })
                        .await;
                    let what = format!("{sort:?} of {filter:?} after {:?}", page.after);
                    // What an agent has read is looked for in stretches of time that are short.
                    let is_searched = sort == SessionSort::Unread || filter.unread.is_some();
                    let stretches = if is_searched { "sessions_by_update" } else { index };
                    assert_found(&plan, &what, &["s"], found, &[index, stretches]);
                    let waits =
                        sort == SessionSort::Waiting && page.after.is_none() && found != Found::AmongFew;
                    if waits {
                        assert_found(&plan, &what, &["s"], found, &["sessions_by_wait"]);
                    }
                }
            }
        }
    }
}
