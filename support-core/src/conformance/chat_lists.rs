//! Which sessions a filter holds, and in which order. Paging has tests of its own.

use super::fixtures::{
    Desk, assert_same, assignee, at, category, first_page, guest, query, reader, sender, subject,
    talkative_guest, user, user_id,
};
use crate::{
    access::Scope,
    chat::{Owner, Participant, Session, SessionFilter, SessionSort, SessionStatus, SessionView, Unread},
    message::{Sender, SenderKind},
    store::{PageRequest, Store},
    ticket::AssigneeFilter,
};

fn all() -> SessionFilter {
    SessionFilter::within(Scope::Everything, reader("bob"))
}

async fn assert_holds(desk: &Desk<'_>, filter: SessionFilter, expected: &[&Session]) {
    let (page, count) = desk
        .read(async |t| {
            let page = t.chats().list(&filter, SessionSort::Recent, &first_page()).await.unwrap();
            (page, t.chats().count(&filter).await.unwrap())
        })
        .await;
    assert_eq!(count, page.items.len() as u64, "the count and the list of {filter:?} agree");
    let mut found: Vec<_> = page.items.iter().map(|view| view.session.id).collect();
    let mut expected: Vec<_> = expected.iter().map(|session| session.id).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{filter:?}");
}

pub async fn without_a_condition_everything_in_scope_is_held(store: &dyn Store) {
    let desk = Desk::new(store);
    let hers = desk.add_session(desk.session(user("ann"))).await;
    let his = desk.add_session(desk.session(user("bob"))).await;
    let a_guests = desk.add_session(desk.session(guest())).await;
    let within = |scope| SessionFilter { scope, ..all() };
    assert_holds(&desk, all(), &[&hers, &his, &a_guests]).await;
    assert_holds(&desk, SessionFilter::default(), &[]).await;
    assert_holds(&desk, within(Scope::Customer(user_id("ann"))), &[&hers]).await;
    assert_holds(&desk, within(Scope::Session(a_guests.id)), &[&a_guests]).await;
    assert_holds(&desk, within(Scope::Session(desk.session(guest()).id)), &[]).await;
}

pub async fn a_status_or_owner_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut sessions = Vec::new();
    for status in SessionStatus::ALL.iter().copied() {
        for owner in Owner::ALL.iter().copied() {
            sessions.push(desk.add_session(Session { status, owner, ..desk.session(guest()) }).await);
        }
    }
    let with = |test: &dyn Fn(&Session) -> bool| sessions.iter().filter(|s| test(s)).collect::<Vec<_>>();
    for status in SessionStatus::ALL.iter().copied() {
        let filter = SessionFilter { status: vec![status], ..all() };
        assert_holds(&desk, filter, &with(&|session| session.status == status)).await;
    }
    for owner in Owner::ALL.iter().copied() {
        let filter = SessionFilter { owner: vec![owner], ..all() };
        assert_holds(&desk, filter, &with(&|session| session.owner == owner)).await;
    }
    let filter = SessionFilter {
        status: vec![SessionStatus::Active, SessionStatus::Archived],
        owner: vec![Owner::Bot, Owner::Queue],
        ..all()
    };
    let expected = with(&|session| session.status != SessionStatus::Closed && session.owner != Owner::Agent);
    assert_holds(&desk, filter, &expected).await;
}

pub async fn a_category_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let filed = |name: &str| Session { category: Some(category(name)), ..desk.session(guest()) };
    let a = desk.add_session(filed("billing")).await;
    let b = desk.add_session(filed("billing-2")).await;
    desk.add_session(desk.session(guest())).await;
    assert_holds(&desk, SessionFilter { category: vec![category("billing")], ..all() }, &[&a]).await;
    let two = vec![category("billing-2"), category("other"), category("billing")];
    assert_holds(&desk, SessionFilter { category: two, ..all() }, &[&a, &b]).await;
}

pub async fn an_assignee_is_any_of_those_named_or_nobody(store: &dyn Store) {
    let desk = Desk::new(store);
    let assigned = |id: &str| Session { assignee: Some(assignee(id)), ..desk.session(guest()) };
    let a = desk.add_session(assigned("bob")).await;
    let b = desk.add_session(assigned("Bob")).await;
    let nobodys = desk.add_session(desk.session(user("bob"))).await;
    let agent = |id: &str| AssigneeFilter::Agent(user_id(id));
    let by = |assignee: Vec<AssigneeFilter>| SessionFilter { assignee, ..all() };
    assert_holds(&desk, by(vec![agent("bob")]), &[&a]).await;
    assert_holds(&desk, by(vec![AssigneeFilter::Nobody]), &[&nobodys]).await;
    assert_holds(&desk, by(vec![AssigneeFilter::Nobody, agent("Bob")]), &[&b, &nobodys]).await;
    assert_holds(&desk, by(vec![agent("eve")]), &[]).await;
}

pub async fn a_user_is_any_of_those_named(store: &dyn Store) {
    let desk = Desk::new(store);
    let of = async |id: &str| desk.add_session(desk.session(user(id))).await;
    let (a, other, b) = (of("ann").await, of("Ann").await, of("bob").await);
    desk.add_session(desk.session(guest())).await;
    let by = |ids: &[&str]| SessionFilter { user: ids.iter().map(|id| user_id(id)).collect(), ..all() };
    assert_holds(&desk, by(&["ann"]), &[&a]).await;
    assert_holds(&desk, by(&["bob", "Ann", "bob"]), &[&other, &b]).await;
    assert_holds(&desk, by(&["nobody"]), &[]).await;
    let many = ["c", "d", "e", "f", "g", "h", "i", "j", "ann"];
    assert_holds(&desk, by(&many), &[&a]).await;
    // The scope holds whatever is asked for.
    let within = |scope, ids| SessionFilter { scope, ..by(ids) };
    assert_holds(&desk, within(Scope::Customer(user_id("ann")), &["bob", "ann"]), &[&a]).await;
    assert_holds(&desk, within(Scope::Customer(user_id("ann")), &["bob"]), &[]).await;
    assert_holds(&desk, within(Scope::Session(a.id), &["bob"]), &[]).await;
}

pub async fn unread_is_what_the_viewer_has_not_read(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut asked = desk.add_session(desk.session(user("ann"))).await;
    desk.say(&mut asked, sender(SenderKind::User, Some("ann")), "hello", at(1)).await;
    let mut answered = desk.add_session(desk.session(user("ann"))).await;
    desk.say(&mut answered, sender(SenderKind::Admin, Some("bob")), "hello", at(1)).await;
    let silent = desk.add_session(desk.session(user("ann"))).await;
    let seen_by = |viewer, unread| SessionFilter { unread: Some(unread), viewer, ..all() };
    let customer = Participant::Customer;
    assert_holds(&desk, seen_by(reader("bob"), Unread::Some), &[&asked]).await;
    assert_holds(&desk, seen_by(reader("bob"), Unread::None), &[&answered, &silent]).await;
    assert_holds(&desk, seen_by(customer.clone(), Unread::Some), &[&answered]).await;
    assert_holds(&desk, seen_by(customer.clone(), Unread::None), &[&asked, &silent]).await;
    // One agent's reading is not another's.
    desk.write(async |t| t.chats().move_read_cursor(asked.id, &reader("bob"), 1).await.unwrap()).await;
    assert_holds(&desk, seen_by(reader("bob"), Unread::Some), &[]).await;
    assert_holds(&desk, seen_by(reader("eve"), Unread::Some), &[&asked]).await;
    assert_holds(&desk, seen_by(customer, Unread::Some), &[&answered]).await;
}

pub async fn all_conditions_must_hold(store: &dyn Store) {
    let desk = Desk::new(store);
    let wanted = Session {
        owner: Owner::Agent,
        category: Some(category("billing")),
        assignee: Some(assignee("bob")),
        subject: Some(subject("refund please")),
        ..desk.session(user("ann"))
    };
    let add = async |session: Session, from: Sender| {
        let mut session = desk.add_session(session).await;
        desk.say(&mut session, from, "hello", at(1)).await;
        session
    };
    let changes: [fn(&mut Session); 6] = [
        |session| session.status = SessionStatus::Closed,
        |session| session.owner = Owner::Queue,
        |session| session.category = None,
        |session| session.assignee = None,
        |session| session.subject = None,
        |session| session.customer = user("eve"),
    ];
    for change in changes {
        let mut other = Session { id: desk.session(guest()).id, ..wanted.clone() };
        change(&mut other);
        add(other, sender(SenderKind::User, Some("ann"))).await;
    }
    let read = Session { id: desk.session(guest()).id, ..wanted.clone() };
    add(read, sender(SenderKind::Bot, None)).await;
    let wanted = add(wanted, sender(SenderKind::User, Some("ann"))).await;
    let filter = SessionFilter {
        scope: Scope::Customer(user_id("ann")),
        viewer: reader("bob"),
        status: vec![SessionStatus::Active],
        owner: vec![Owner::Agent, Owner::Bot],
        category: vec![category("billing")],
        assignee: vec![AssigneeFilter::Agent(user_id("bob"))],
        user: vec![user_id("ann")],
        unread: Some(Unread::Some),
        search: Some(query("refund")),
    };
    assert_holds(&desk, filter, &[&wanted]).await;
}

/// Whether `bob` has unread messages in a session of [`add_unsorted`].
pub(super) const UNREAD_BY_BOB: [bool; 6] = [true, false, false, true, false, true];

/// Sessions whose order differs by every sort, with ties.
pub(super) async fn add_unsorted(desk: &Desk<'_>) -> Vec<Session> {
    let rows = [(30, Some(5)), (10, None), (40, Some(1)), (20, None), (30, Some(5)), (10, None)];
    let mut sessions = Vec::new();
    for ((updated, waiting), is_unread) in rows.into_iter().zip(UNREAD_BY_BOB) {
        let session = Session {
            updated_at: at(updated),
            waiting_since: waiting.map(at),
            last_seq: 1,
            last_customer_seq: u64::from(is_unread),
            ..desk.session(guest())
        };
        let kind = if is_unread { SenderKind::User } else { SenderKind::Bot };
        let message = desk.message(session.id, 1, sender(kind, None));
        desk.write(async |t| {
            t.chats().insert(&session, None).await.unwrap();
            t.messages().insert(&message).await.unwrap();
        })
        .await;
        sessions.push(session);
    }
    sessions
}

/// Every order of sessions as `bob` sees it, and the sessions of [`add_unsorted`] in it, by index.
pub(super) const ORDERS: [(SessionSort, [usize; 6]); 3] = [
    (SessionSort::Unread, [0, 3, 5, 2, 4, 1]),
    (SessionSort::Recent, [2, 4, 0, 3, 5, 1]),
    (SessionSort::Waiting, [2, 0, 4, 3, 5, 1]),
];

pub async fn every_order_is_total(store: &dyn Store) {
    let desk = Desk::new(store);
    let sessions = add_unsorted(&desk).await;
    for (sort, expected) in ORDERS {
        let request = PageRequest::default();
        let page = desk.read(async |t| t.chats().list(&all(), sort, &request).await.unwrap()).await;
        let index = |view: &SessionView| sessions.iter().position(|s| s.id == view.session.id).unwrap();
        assert_eq!(page.items.iter().map(index).collect::<Vec<_>>(), expected, "{sort:?}");
    }
    // Another viewer has another order: the customer has read nothing of what the bot wrote.
    let filter = SessionFilter { viewer: Participant::Customer, ..all() };
    let page =
        desk.read(async |t| t.chats().list(&filter, SessionSort::Unread, &first_page()).await.unwrap()).await;
    let order: Vec<_> = page.items.iter().map(|view| view.session.id).collect();
    assert_eq!(order, [2, 4, 1, 0, 3, 5].map(|index: usize| sessions[index].id));
}

pub async fn a_list_holds_whole_sessions_with_the_viewers_unread_count(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut session = desk.add_session(desk.session(talkative_guest("Zoë", "Zoe@example.org"))).await;
    for (kind, id) in [
        (SenderKind::User, None),
        (SenderKind::Bot, None),
        (SenderKind::User, None),
        (SenderKind::System, None),
        (SenderKind::Admin, Some("bob")),
        (SenderKind::User, None),
    ] {
        desk.say(&mut session, sender(kind, id), "hello", at(1)).await;
    }
    let bob = reader("bob");
    desk.write(async |t| t.chats().move_read_cursor(session.id, &bob, 2).await.unwrap()).await;
    for (viewer, unread_count) in [(bob, 2), (reader("eve"), 3), (Participant::Customer, 2)] {
        let filter = SessionFilter { viewer, ..all() };
        for sort in [SessionSort::Unread, SessionSort::Recent, SessionSort::Waiting] {
            let page = desk.read(async |t| t.chats().list(&filter, sort, &first_page()).await.unwrap()).await;
            assert_same(&page.items, &vec![SessionView { session: session.clone(), unread_count }]);
        }
    }
}
