//! Every list in every order: which index it is read from. A new order does not compile until it says.

use support_core::{
    access::Scope,
    chat::{Owner, Participant, SessionFilter, SessionSort, SessionStatus, Unread},
    store::{Keyset, PageRequest, Transaction},
    text::{Category, Tag},
    ticket::{AssigneeFilter, Priority, TicketFilter, TicketSort, TicketStatus},
};

use super::{Plans, pages};
use crate::fixtures::{at, id, user};

/// How the rows of a list are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found {
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
    let live: Vec<_> = TicketStatus::ALL.iter().copied().filter(|status| !status.is_done()).collect();
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
        ("in_hand_", TicketFilter { assignee: vec![bob()], status: live.clone(), ..all() }, Found::InOrder),
        (
            "in_hand_",
            TicketFilter { assignee: vec![bob()], status: vec![TicketStatus::OnHold], ..all() },
            Found::InOrder,
        ),
        (
            "in_hand_",
            TicketFilter {
                assignee: vec![bob(), AssigneeFilter::Agent(user("amy"))],
                status: live.clone(),
                ..all()
            },
            Found::Merged,
        ),
        ("of_status_", TicketFilter { status: live, ..all() }, Found::Merged),
        ("of_category_", TicketFilter { category: vec![category("billing")], ..all() }, Found::InOrder),
        (
            "of_category_",
            TicketFilter { category: vec![category("billing"), category("legal")], ..all() },
            Found::Merged,
        ),
        ("ticket_tags_", TicketFilter { tag: vec![tag("vip")], ..all() }, Found::InOrder),
        ("ticket_tags_", TicketFilter { tag: vec![tag("vip"), tag("late")], ..all() }, Found::Merged),
        ("of_requester", TicketFilter { requester: vec![user("ann")], ..all() }, Found::AmongFew),
        (
            "of_requester",
            TicketFilter { requester: vec![user("ann"), user("eve")], ..all() },
            Found::AmongFew,
        ),
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

/// A page of a list of tickets, and where it is to be read from.
pub(super) struct TicketPage {
    pub(super) filter: TicketFilter,
    pub(super) sort: TicketSort,
    pub(super) page: PageRequest,
    pub(super) index: String,
    pub(super) found: Found,
}

impl TicketPage {
    pub(super) fn what(&self) -> String {
        format!("{:?} of {:?} after {:?}", self.sort, self.filter, self.page.after)
    }

    pub(super) async fn read(&self, transaction: &mut dyn Transaction) {
        transaction.tickets().list(&self.filter, self.sort, &self.page).await.unwrap();
    }
}

/// The first page of every list of tickets in every order, and one that lies behind others.
pub(super) fn ticket_pages() -> Vec<TicketPage> {
    let mut all = Vec::new();
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
                all.push(TicketPage { filter: filter.clone(), sort, page, index, found });
            }
        }
    }
    all
}

#[tokio::test]
async fn every_list_of_tickets_in_every_order_has_its_index() {
    let plans = Plans::new().await;
    for page in ticket_pages() {
        let plan = plans.of(async |t| page.read(t).await).await;
        let tables = if page.index.starts_with("ticket_tags_") { ["t", "g"] } else { ["t", "t"] };
        assert_found(&plan, &page.what(), &tables, page.found, &[&page.index]);
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
        ("sessions_of_user", SessionFilter { user: vec![user("ann")], ..all() }, Found::AmongFew),
        (
            "sessions_of_user",
            SessionFilter { user: vec![user("ann"), user("eve")], ..all() },
            Found::AmongFew,
        ),
        (
            "sessions_of_user",
            SessionFilter { user: vec![user("ann")], status: vec![SessionStatus::Active], ..all() },
            Found::AmongFew,
        ),
    ]
}

/// The tier of an order that goes by last activity.
const fn tier_by_update(sort: SessionSort) -> u8 {
    match sort {
        SessionSort::Recent => 0,
        SessionSort::Unread | SessionSort::Waiting => 1,
    }
}

/// A page of a list of sessions, and where it is to be read from.
pub(super) struct SessionPage {
    pub(super) filter: SessionFilter,
    pub(super) sort: SessionSort,
    pub(super) page: PageRequest,
    /// Any of these is used.
    pub(super) indexes: Vec<&'static str>,
    /// Whether those that wait are read as well, from their own index.
    pub(super) waits: bool,
    pub(super) found: Found,
}

impl SessionPage {
    pub(super) fn what(&self) -> String {
        format!("{:?} of {:?} after {:?}", self.sort, self.filter, self.page.after)
    }

    pub(super) async fn read(&self, transaction: &mut dyn Transaction) {
        transaction.chats().list(&self.filter, self.sort, &self.page).await.unwrap();
    }
}

/// The first page of every list of sessions in every order, and one that lies behind others.
pub(super) fn session_pages() -> Vec<SessionPage> {
    let mut all = Vec::new();
    for viewer in [Participant::Customer, Participant::Agent(user("bob"))] {
        for (index, filter, found) in session_lists(&viewer) {
            for sort in SessionSort::ALL.iter().copied() {
                for page in pages(tier_by_update(sort)) {
                    let is_first = page.after.is_none();
                    // What comes behind the last that has not been read is none of what has not been read.
                    if !is_first && sort == SessionSort::Unread && filter.unread == Some(Unread::Some) {
                        continue;
                    }
                    // What an agent has not read is looked for in stretches of time that are short.
                    let is_searched = sort == SessionSort::Unread || filter.unread.is_some();
                    let stretches = if is_searched { "sessions_by_update" } else { index };
                    let waits = sort == SessionSort::Waiting && is_first && found != Found::AmongFew;
                    let (filter, mut indexes) = (filter.clone(), vec![index, stretches]);
                    let is_agent = viewer != Participant::Customer;
                    let is_read = is_agent && is_searched && filter.unread != Some(Unread::Some);
                    let is_own = is_agent && filter.assignee == [AssigneeFilter::Agent(user("bob"))];
                    let found = match found {
                        // By the agent's cursors, and by the sessions that nobody wrote in.
                        Found::InOrder if is_read && !is_own => Found::Merged,
                        found => found,
                    };
                    let has_news_first = is_first && filter.unread.is_none();
                    if is_searched && is_own {
                        // Servers may take the other one for what has been read, which is nearly all.
                        let other = if is_first { "sessions_of_assignee_by_news" } else { index };
                        indexes = vec!["sessions_of_assignee_by_news", other];
                    } else if is_read && index == "sessions_by_update" && !has_news_first {
                        indexes = vec!["read_cursors_by_update"];
                    }
                    all.push(SessionPage { filter, sort, page, indexes, waits, found });
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn lists_of_what_an_agent_has_read_are_in_order_in_indexes() {
    let plans = Plans::new().await;
    let of = |unread| SessionFilter {
        unread,
        ..SessionFilter::within(Scope::Everything, Participant::Agent(user("bob")))
    };
    let read = of(Some(Unread::None));
    let own = SessionFilter { assignee: vec![AssigneeFilter::Agent(user("bob"))], ..of(None) };
    let queued = SessionFilter { owner: vec![Owner::Queue], ..of(Some(Unread::Some)) };
    for (filter, sort, indexes) in [
        (read, SessionSort::Recent, vec!["read_cursors_by_update", "sessions_without_news"]),
        (own, SessionSort::Unread, vec!["sessions_of_assignee_by_news"]),
        (queued, SessionSort::Recent, vec!["sessions_of_owner"]),
    ] {
        for page in pages(0) {
            let plan = plans.of(async |t| drop(t.chats().list(&filter, sort, &page).await.unwrap())).await;
            for index in indexes.iter().copied() {
                assert_found(&plan, &format!("{filter:?}"), &["s", "c", "x"], Found::Merged, &[index]);
            }
            let all = plan.iter().any(|step| step.contains("sessions_by_update"));
            assert!(!all, "all sessions are looked through: {plan:#?}");
        }
    }
}

#[tokio::test]
async fn every_list_of_sessions_in_every_order_has_its_index() {
    let plans = Plans::new().await;
    for page in session_pages() {
        let plan = plans.of(async |t| page.read(t).await).await;
        assert_found(&plan, &page.what(), &["s", "c", "x"], page.found, &page.indexes);
        if page.waits {
            assert_found(&plan, &page.what(), &["s"], page.found, &["sessions_by_wait"]);
        }
    }
}
