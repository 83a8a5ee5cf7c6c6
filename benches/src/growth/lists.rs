//! P5: every list in every order, from its beginning and from half its depth.

use chrono::TimeDelta;
use support_core::{
    access::Scope,
    chat::{Owner, Participant, SessionFilter, SessionSort, SessionStatus, Unread},
    id::UserId,
    store::{Keyset, PageRequest},
    text::{Category, Tag},
    ticket::{AssigneeFilter, Priority, TicketFilter, TicketSort, TicketStatus, Visibility},
    time::Timestamp,
};
use uuid::Builder;

use super::Desk;
use crate::{Failure, fill::DILIGENT};

/// A list by its name, and its filter for each call.
type View<F> = (&'static str, fn(&Desk, usize) -> Result<F, Failure>);

/// Where in a list a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    First,
    Half,
}

/// The filters of tickets that are measured; a number tells the values of one call from those of another.
pub(super) fn ticket_views() -> Vec<View<TicketFilter>> {
    fn all() -> TicketFilter {
        TicketFilter { visibility: Visibility::Staff, ..TicketFilter::within(Scope::Everything) }
    }
    vec![
        ("all", |_, _| Ok(all())),
        ("open", |_, _| Ok(TicketFilter { status: vec![TicketStatus::Open], ..all() })),
        ("on hold", |_, _| Ok(TicketFilter { status: vec![TicketStatus::OnHold], ..all() })),
        ("closed", |_, _| Ok(TicketFilter { status: vec![TicketStatus::Closed], ..all() })),
        ("not done", |_, _| {
            let live = TicketStatus::ALL.iter().copied().filter(|status| !status.is_done());
            Ok(TicketFilter { status: live.collect(), ..all() })
        }),
        ("urgent", |_, _| Ok(TicketFilter { priority: vec![Priority::Urgent], ..all() })),
        ("a category", |_, n| {
            Ok(TicketFilter { category: vec![Category::parse(["billing", "press"][n % 2])?], ..all() })
        }),
        ("a tag", |_, n| Ok(TicketFilter { tag: vec![Tag::parse(format!("tag-{}", n % 60))?], ..all() })),
        ("an agent's", |desk, n| {
            Ok(TicketFilter { assignee: vec![AssigneeFilter::Agent(desk.agent(n))], ..all() })
        }),
        ("an agent's, not done", |desk, n| {
            let live = TicketStatus::ALL.iter().copied().filter(|status| !status.is_done());
            let assignee = vec![AssigneeFilter::Agent(desk.agent(n))];
            Ok(TicketFilter { assignee, status: live.collect(), ..all() })
        }),
        ("nobody's", |_, _| Ok(TicketFilter { assignee: vec![AssigneeFilter::Nobody], ..all() })),
        ("a requester's", |desk, n| Ok(TicketFilter { requester: vec![desk.customer(n)], ..all() })),
        ("a customer's own", |desk, n| Ok(TicketFilter::within(Scope::Customer(desk.customer(n))))),
        ("of one week", |desk, n| {
            let from = desk.moment(0.5, n);
            let to = from + TimeDelta::days(7);
            Ok(TicketFilter { created_after: Some(from), created_before: Some(to), ..all() })
        }),
    ]
}

/// The filters of chats that are measured.
pub(super) fn session_views() -> Vec<View<SessionFilter>> {
    fn seen_by(desk: &Desk, n: usize) -> Result<SessionFilter, Failure> {
        Ok(SessionFilter::within(Scope::Everything, Participant::Agent(desk.agent(n))))
    }
    vec![
        ("all", |desk, n| seen_by(desk, n)),
        ("active", |desk, n| Ok(SessionFilter { status: vec![SessionStatus::Active], ..seen_by(desk, n)? })),
        ("closed", |desk, n| Ok(SessionFilter { status: vec![SessionStatus::Closed], ..seen_by(desk, n)? })),
        ("archived", |desk, n| {
            Ok(SessionFilter { status: vec![SessionStatus::Archived], ..seen_by(desk, n)? })
        }),
        ("the bot's", |desk, n| Ok(SessionFilter { owner: vec![Owner::Bot], ..seen_by(desk, n)? })),
        ("queued", |desk, n| Ok(SessionFilter { owner: vec![Owner::Queue], ..seen_by(desk, n)? })),
        ("a category", |desk, n| {
            let category = vec![Category::parse(["billing", "press"][n % 2])?];
            Ok(SessionFilter { category, ..seen_by(desk, n)? })
        }),
        ("an agent's own", |desk, n| {
            let assignee = vec![AssigneeFilter::Agent(desk.agent(n))];
            Ok(SessionFilter { assignee, ..seen_by(desk, n)? })
        }),
        ("nobody's", |desk, n| {
            Ok(SessionFilter { assignee: vec![AssigneeFilter::Nobody], ..seen_by(desk, n)? })
        }),
        ("unread", |desk, n| Ok(SessionFilter { unread: Some(Unread::Some), ..seen_by(desk, n)? })),
        ("read", |desk, n| Ok(SessionFilter { unread: Some(Unread::None), ..seen_by(desk, n)? })),
        ("by one who has read nothing", |_, _| {
            let nobody = Participant::Agent(UserId::parse("agent-of-tomorrow")?);
            Ok(SessionFilter::within(Scope::Everything, nobody))
        }),
        ("by one who has read everything", |_, _| {
            let diligent = Participant::Agent(UserId::parse(DILIGENT)?);
            Ok(SessionFilter::within(Scope::Everything, diligent))
        }),
        ("a customer's own", |desk, n| {
            Ok(SessionFilter::within(Scope::Customer(desk.customer(n)), Participant::Customer))
        }),
    ]
}

/// A page of tickets.
pub(super) async fn tickets(
    desk: &Desk,
    filter: &TicketFilter,
    sort: TicketSort,
    depth: Depth,
    n: usize,
) -> Result<(), Failure> {
    let middle = desk.moment(0.5, n);
    let key = middle.timestamp_micros();
    let place = match sort {
        TicketSort::Priority | TicketSort::PriorityDescending => {
            Keyset { tier: 1, key: Priority::Medium.rank().into(), id: id_of(middle) }
        }
        TicketSort::Waiting => Keyset { tier: 2, key, id: id_of(middle) },
        _ => Keyset { tier: 1, key, id: id_of(middle) },
    };
    let after = (depth == Depth::Half).then_some(place);
    let mut tx = desk.store.begin_read(&desk.tenant).await?;
    tx.tickets().list(filter, sort, &PageRequest { after, ..PageRequest::default() }).await?;
    Ok(())
}

/// A page of chats.
pub(super) async fn sessions(
    desk: &Desk,
    filter: &SessionFilter,
    sort: SessionSort,
    depth: Depth,
    n: usize,
) -> Result<(), Failure> {
    let middle = desk.moment(0.5, n);
    let tier = u8::from(sort == SessionSort::Waiting);
    let place = Keyset { tier, key: middle.timestamp_micros(), id: id_of(middle) };
    let after = (depth == Depth::Half).then_some(place);
    let mut tx = desk.store.begin_read(&desk.tenant).await?;
    tx.chats().list(filter, sort, &PageRequest { after, ..PageRequest::default() }).await?;
    Ok(())
}

/// An id as it was given at a moment.
fn id_of(moment: Timestamp) -> uuid::Uuid {
    Builder::from_unix_timestamp_millis(moment.timestamp_millis().unsigned_abs(), &[0; 10]).into_uuid()
}
