//! Each list is answered by an index in its own order: nothing is sorted, and no table is read from end to end (P5).

mod statements;

use sqlx::{AssertSqlSafe, Row};
use support_core::{
    access::Scope,
    chat::{Participant, SessionFilter, SessionSort, SessionStatus},
    event::Position,
    message::MessageRange,
    search::SearchQuery,
    store::{Keyset, Limit, PageRequest, Store, Transaction},
    text::SearchText,
    ticket::{AssigneeFilter, Priority, TicketFilter, TicketSort, TicketStatus, Visibility},
};

use self::statements::Statements;
use crate::fixtures::{Database, at, id, session, tenant, ticket, user};

/// How SQLite goes about what a reader asks for, step by step.
async fn plan_of(read: impl AsyncFnOnce(&mut dyn Transaction)) -> Vec<String> {
    let database = Database::new();
    let statements = Statements::of_a_new_prefix();
    let store = database.options().prefix(statements.prefix()).open().await.unwrap();
    // A tenant is known and a table is not empty.
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(1)).await.unwrap();
    transaction.commit().await.unwrap();
    statements.forget();
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    read(&mut *transaction).await;
    drop(transaction);

    let mut plan = Vec::new();
    let mut outsider = database.outsider().await;
    for statement in statements.take() {
        let explain = AssertSqlSafe(format!("explain query plan {statement}"));
        for row in sqlx::query(explain).fetch_all(&mut outsider).await.unwrap() {
            plan.push(row.get::<String, _>("detail").replace(statements.prefix().as_str(), ""));
        }
    }
    plan
}

/// Fails unless a plan uses these indexes for what it lists, and neither sorts nor reads a whole table.
#[track_caller]
fn assert_plan(plan: &[String], what: &str, indexes: &[&str]) {
    for step in plan {
        assert!(!step.contains("TEMP B-TREE"), "{what} sorts: {plan:#?}");
        assert!(!step.starts_with("SCAN"), "{what} reads a whole table: {plan:#?}");
    }
    let used = plan.iter().filter_map(|step| step.split_once("INDEX ").map(|(_, rest)| rest));
    let used: Vec<_> = used.filter_map(|rest| rest.split_whitespace().next()).collect();
    for index in indexes {
        assert!(used.contains(index), "{what} does not use {index}: {plan:#?}");
    }
}

/// The first page, and one that begins right after a place in a tier.
fn pages(tier: u8) -> [PageRequest; 2] {
    let after = Keyset { tier, key: at(0).timestamp_micros(), id: id(7) };
    [PageRequest::default(), PageRequest { after: Some(after), ..PageRequest::default() }]
}

async fn assert_tickets(filter: &TicketFilter, sort: TicketSort, indexes: &[&str]) {
    let last_tier = if sort == TicketSort::Waiting { 2 } else { 1 };
    for page in pages(last_tier) {
        let plan = plan_of(async |t| {
            t.tickets().list(filter, sort, &page).await.unwrap();
        });
        // A page further down does not look at the tiers before it.
        let last = indexes.len() - 1;
        let indexes = if page.after.is_some() { &indexes[last..] } else { indexes };
        assert_plan(&plan.await, &format!("{sort:?} of {filter:?} after {:?}", page.after), indexes);
    }
}

#[tokio::test]
async fn each_order_of_tickets_has_its_index() {
    let all = TicketFilter::within(Scope::Everything);
    for (sort, indexes) in [
        (TicketSort::UpdatedAt, &["tickets_by_update"][..]),
        (TicketSort::UpdatedAtDescending, &["tickets_by_update"]),
        (TicketSort::CreatedAt, &["tickets_by_creation"]),
        (TicketSort::CreatedAtDescending, &["tickets_by_creation"]),
        (TicketSort::Priority, &["tickets_by_priority_newest"]),
        (TicketSort::PriorityDescending, &["tickets_by_priority"]),
        (TicketSort::Waiting, &["tickets_by_wait", "tickets_not_waiting"]),
    ] {
        assert_tickets(&all, sort, indexes).await;
    }
}

/// What is chosen among many rows must not tempt the database to fetch and sort them all.
#[tokio::test]
async fn filters_leave_the_order_to_its_index() {
    let all = || TicketFilter::within(Scope::Everything);
    let several = TicketFilter {
        status: vec![TicketStatus::Open, TicketStatus::InProgress],
        priority: vec![Priority::High, Priority::Urgent],
        category: vec![support_core::text::Category::parse("billing").unwrap()],
        tag: vec![support_core::text::Tag::parse("vip").unwrap()],
        assignee: vec![AssigneeFilter::Nobody, AssigneeFilter::Agent(user("bob"))],
        created_after: Some(at(0)),
        created_before: Some(at(9)),
        ..all()
    };
    let one = TicketFilter {
        status: vec![TicketStatus::Open],
        priority: vec![Priority::High],
        assignee: vec![AssigneeFilter::Nobody],
        ..all()
    };
    for filter in [several, one] {
        assert_tickets(&filter, TicketSort::CreatedAt, &["tickets_by_creation"]).await;
        assert_tickets(&filter, TicketSort::Priority, &["tickets_by_priority_newest"]).await;
        assert_tickets(&filter, TicketSort::Waiting, &["tickets_by_wait", "tickets_not_waiting"]).await;
    }
    let unassigned = TicketFilter { assignee: vec![AssigneeFilter::Nobody], ..all() };
    assert_tickets(&unassigned, TicketSort::UpdatedAtDescending, &["tickets_by_update"]).await;
}

#[tokio::test]
async fn narrow_lists_of_tickets_have_their_own_index() {
    let all = || TicketFilter::within(Scope::Everything);
    let sort = TicketSort::UpdatedAtDescending;
    let open = TicketFilter { status: vec![TicketStatus::Open], ..all() };
    assert_tickets(&open, sort, &["tickets_by_status"]).await;
    let own = TicketFilter::within(Scope::Customer(user("ann")));
    assert_tickets(&own, sort, &["tickets_by_requester"]).await;
    let of_ann = TicketFilter { requester: vec![user("ann")], ..all() };
    assert_tickets(&of_ann, sort, &["tickets_by_requester"]).await;
    let of_bob = TicketFilter { assignee: vec![AssigneeFilter::Agent(user("bob"))], ..all() };
    assert_tickets(&of_bob, sort, &["tickets_by_assignee"]).await;
}

async fn assert_sessions(filter: &SessionFilter, sort: SessionSort, indexes: &[&str]) {
    let last_tier = if sort == SessionSort::Recent { 0 } else { 1 };
    for page in pages(last_tier) {
        let plan = plan_of(async |t| {
            t.chats().list(filter, sort, &page).await.unwrap();
        });
        let last = indexes.len() - 1;
        let indexes = if page.after.is_some() { &indexes[last..] } else { indexes };
        assert_plan(&plan.await, &format!("{sort:?} of {filter:?} after {:?}", page.after), indexes);
    }
}

#[tokio::test]
async fn each_order_of_sessions_has_its_index() {
    for viewer in [Participant::Customer, Participant::Agent(user("bob"))] {
        let all = SessionFilter::within(Scope::Everything, viewer);
        let waiting = ["sessions_by_wait", "sessions_not_waiting"];
        assert_sessions(&all, SessionSort::Recent, &["sessions_by_update"]).await;
        assert_sessions(&all, SessionSort::Unread, &["sessions_by_update"]).await;
        assert_sessions(&all, SessionSort::Waiting, &waiting).await;
        let active = SessionFilter { status: vec![SessionStatus::Active], ..all.clone() };
        assert_sessions(&active, SessionSort::Recent, &["sessions_by_status"]).await;
        assert_sessions(&active, SessionSort::Unread, &["sessions_by_status"]).await;
        assert_sessions(&active, SessionSort::Waiting, &waiting).await;
        let own = SessionFilter { scope: Scope::Customer(user("ann")), ..all.clone() };
        assert_sessions(&own, SessionSort::Recent, &["sessions_by_user"]).await;
        let of_bob = SessionFilter { assignee: vec![AssigneeFilter::Agent(user("bob"))], ..all.clone() };
        assert_sessions(&of_bob, SessionSort::Recent, &["sessions_by_assignee"]).await;
        let unassigned = SessionFilter { assignee: vec![AssigneeFilter::Nobody], ..all };
        assert_sessions(&unassigned, SessionSort::Recent, &["sessions_by_update"]).await;
    }
}

/// P8: the few that hold a word are looked at, and not all that there are.
#[tokio::test]
async fn searches_begin_with_a_rare_word() {
    let words = SearchText::parse("printer fire").unwrap();
    let search = Some(SearchQuery::new(&words));
    let tickets = TicketFilter { search: search.clone(), ..TicketFilter::within(Scope::Everything) };
    let within = SessionFilter::within(Scope::Everything, Participant::Customer);
    let sessions = SessionFilter { search, ..within };
    let plan = plan_of(async |t| {
        t.tickets().list(&tickets, TicketSort::default(), &PageRequest::default()).await.unwrap();
        t.chats().list(&sessions, SessionSort::Recent, &PageRequest::default()).await.unwrap();
    });
    let plan = plan.await;
    for table in ["t", "s"] {
        let entered: Vec<_> =
            plan.iter().filter(|step| step.starts_with(&format!("SEARCH {table} "))).collect();
        assert!(
            entered.len() == 1 && entered[0].ends_with("(id=?)"),
            "{table} is entered by something else than the ids that were found: {plan:#?}"
        );
    }
}

#[tokio::test]
async fn unread_messages_are_counted_in_an_index_alone() {
    let filter = SessionFilter::within(Scope::Everything, Participant::Agent(user("bob")));
    let plan = plan_of(async |t| {
        t.chats().list(&filter, SessionSort::Recent, &PageRequest::default()).await.unwrap();
    });
    let plan = plan.await;
    let counts = |step: &&String| step.contains("COVERING INDEX messages_by_kind");
    assert!(plan.iter().any(|step| counts(&step)), "{plan:#?}");
}

#[tokio::test]
async fn what_belongs_to_one_object_is_read_from_its_key() {
    let limit = Limit::default();
    let plan = plan_of(async |t| {
        for page in pages(0) {
            t.tickets().list_entries(ticket(1).id, Visibility::Public, &page).await.unwrap();
            t.tickets().list_history(ticket(1).id, &page).await.unwrap();
        }
        for (after_seq, before_seq) in [(None, None), (Some(3), None), (None, Some(9)), (Some(3), Some(9))] {
            let range = MessageRange { after_seq, before_seq, limit };
            t.messages().list(session(1).id, &range).await.unwrap();
        }
        t.events().list_after(Position(3), limit).await.unwrap();
        t.events().first_position().await.unwrap();
        t.agents().list().await.unwrap();
    });
    // Agents are few and ordered by name.
    let plan: Vec<_> = plan.await.into_iter().filter(|step| !step.contains("agents")).collect();
    let plan: Vec<_> = plan.into_iter().filter(|step| step != "USE TEMP B-TREE FOR ORDER BY").collect();
    assert_plan(&plan, "what belongs to one object", &[]);
}

#[tokio::test]
async fn what_the_desk_looks_after_by_itself_has_an_index() {
    let limit = Limit::default();
    for page in pages(0) {
        let plan = plan_of(async |t| {
            t.bot_log().list_unanswered(&page).await.unwrap();
        });
        assert_plan(&plan.await, "unanswered questions", &["unanswered_by_age"]);
    }
    let plan = plan_of(async |t| {
        t.chats().list_idle(at(0), limit).await.unwrap();
    });
    assert_plan(&plan.await, "idle sessions", &["sessions_idle"]);
    let plan = plan_of(async |t| {
        t.agents().loads().await.unwrap();
    });
    assert_plan(&plan.await, "what agents have in hand", &["tickets_in_hand", "sessions_in_hand"]);
}
