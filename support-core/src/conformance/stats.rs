//! Figures about tickets and chats, from rows only.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::fixtures::{Desk, assignee, at, category, guest, sender, user, user_id};
use crate::{
    access::Scope,
    chat::{ChatStats, Session, SessionStatus},
    message::SenderKind,
    store::Store,
    text::Rating,
    ticket::{
        DurationSummary, Period, Priority, RatingSummary, ResolutionCycle, Ticket, TicketStats,
        TicketStatsFilter, TicketStatus,
    },
    time::Timestamp,
};

const MICRO: TimeDelta = TimeDelta::microseconds(1);

async fn figures(
    desk: &Desk<'_>,
    tickets: Scope,
    chats: Scope,
    from: Timestamp,
    to: Timestamp,
) -> TicketStats {
    let filter = TicketStatsFilter { tickets, chats, period: Period::new(from, to) };
    desk.read(async |t| t.tickets().stats(&filter).await.unwrap()).await
}

/// The figures of a whole tenant.
pub(super) async fn of_everything(desk: &Desk<'_>, from: Timestamp, to: Timestamp) -> TicketStats {
    figures(desk, Scope::Everything, Scope::Everything, from, to).await
}

pub async fn an_empty_desk_has_no_figures(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(of_everything(&desk, at(0), at(100)).await, TicketStats::default());
    let stats = desk.read(async |t| t.chats().stats().await.unwrap()).await;
    assert_eq!(stats, ChatStats::default());
}

pub async fn what_stands_now_is_counted_whatever_its_age(store: &dyn Store) {
    let desk = Desk::new(store);
    let row = |status, priority, filed: Option<&str>, assigned: Option<&str>| Ticket {
        status,
        priority,
        category: filed.map(category),
        assignee: assigned.map(assignee),
        created_at: at(-1_000_000),
        ..desk.ticket()
    };
    desk.add_tickets(&[
        row(TicketStatus::Open, Priority::Low, None, None),
        row(TicketStatus::Open, Priority::Low, Some("billing"), Some("bob")),
        row(TicketStatus::OnHold, Priority::Urgent, Some("billing"), None),
        row(TicketStatus::WaitingForCustomer, Priority::Low, Some("other"), None),
        row(TicketStatus::Resolved, Priority::High, None, None),
        row(TicketStatus::Closed, Priority::Low, None, None),
    ])
    .await;
    let stats = of_everything(&desk, at(0), at(100)).await;
    assert_eq!(stats.total, 6);
    let by_status = [
        (TicketStatus::Open, 2),
        (TicketStatus::OnHold, 1),
        (TicketStatus::WaitingForCustomer, 1),
        (TicketStatus::Resolved, 1),
        (TicketStatus::Closed, 1),
    ];
    assert_eq!(stats.by_status, BTreeMap::from(by_status));
    let by_priority = [(Priority::Low, 4), (Priority::High, 1), (Priority::Urgent, 1)];
    assert_eq!(stats.by_priority, BTreeMap::from(by_priority));
    let by_category = [(None, 3), (Some(category("billing")), 2), (Some(category("other")), 1)];
    assert_eq!(stats.by_category, BTreeMap::from(by_category));
    assert_eq!(stats.unassigned, 3);
    assert_eq!(stats.created, 0);
}

pub async fn periods_of_ticket_figures_are_half_open(store: &dyn Store) {
    let desk = Desk::new(store);
    // Each ticket is opened, answered and done at one moment: on the edges of the period, and right beside them.
    let moments = [at(10) - MICRO, at(10), at(20) - MICRO, at(20)];
    for moment in moments {
        let ticket = Ticket { created_at: moment, first_response_at: Some(moment), ..desk.ticket() };
        let ticket = desk.add_ticket(ticket).await;
        let cycle = ResolutionCycle { ticket_id: ticket.id, started_at: moment, ended_at: moment };
        desk.write(async |t| t.tickets().append_resolution(&cycle).await.unwrap()).await;
        let rated = Session {
            rating: Some(Rating::new(4).unwrap()),
            rated_at: Some(moment),
            ..desk.session(guest())
        };
        desk.add_session(rated).await;
    }
    let stats = of_everything(&desk, at(10), at(20)).await;
    assert_eq!((stats.created, stats.resolved, stats.csat.count), (2, 2, 2));
    let zero = DurationSummary { median: Some(0.0), p90: Some(0.0), mean: Some(0.0) };
    assert_eq!((stats.first_response, stats.resolution), (zero, zero));
    let none = of_everything(&desk, at(10), at(10)).await;
    assert_eq!((none.created, none.resolved, none.csat.count), (0, 0, 0));
    assert_eq!((none.first_response, none.resolution), Default::default());
    // Periods side by side neither overlap nor leave anything out.
    let before = of_everything(&desk, at(0), at(10)).await;
    let after = of_everything(&desk, at(20), at(30)).await;
    assert_eq!([before.created, after.created], [1, 1]);
    assert_eq!([before.resolved, after.resolved], [1, 1]);
    assert_eq!([before.csat.count, after.csat.count], [1, 1]);
}

pub async fn first_responses_count_where_they_came_and_never_below_zero(store: &dyn Store) {
    let desk = Desk::new(store);
    let answered = |created, first: Option<i64>| Ticket {
        created_at: at(created),
        first_response_at: first.map(at),
        ..desk.ticket()
    };
    let mut tickets: Vec<_> = (1..=10).map(|n| answered(50 - n, Some(50))).collect();
    // A clock that was set back, a ticket without an answer, and one that was answered too late.
    tickets.extend([answered(60, Some(55)), answered(40, None), answered(40, Some(100))]);
    desk.add_tickets(&tickets).await;
    let stats = of_everything(&desk, at(50), at(100)).await;
    assert_eq!(stats.first_response.median, Some(5.0));
    assert_eq!(stats.first_response.p90, Some(9.0));
    assert_eq!(stats.first_response.mean, Some(5.0));
}

pub async fn durations_are_exact_to_the_microsecond(store: &dyn Store) {
    let desk = Desk::new(store);
    let first_response_at = Some(at(1) + TimeDelta::microseconds(234_567));
    desk.add_ticket(Ticket { first_response_at, ..desk.ticket() }).await;
    let stats = of_everything(&desk, at(0), at(100)).await;
    assert_eq!(stats.first_response.median, Some(1.234_567));
}

pub async fn a_ticket_is_resolved_once_and_its_stretches_count_each(store: &dyn Store) {
    let desk = Desk::new(store);
    let [a, b, c] = [desk.ticket(), desk.ticket(), desk.ticket()];
    desk.add_tickets(&[a.clone(), b.clone(), c]).await;
    let cycles = [(a.id, 0, 10), (a.id, 20, 50), (b.id, 15, 35), (b.id, 40, 200)];
    for (ticket_id, from, to) in cycles {
        let cycle = ResolutionCycle { ticket_id, started_at: at(from), ended_at: at(to) };
        desk.write(async |t| t.tickets().append_resolution(&cycle).await.unwrap()).await;
    }
    let stats = of_everything(&desk, at(0), at(100)).await;
    assert_eq!(stats.resolved, 2);
    assert_eq!(stats.resolution.median, Some(20.0));
    assert_eq!(stats.resolution.mean, Some(20.0));
    assert_eq!(stats.resolution.p90, Some(30.0));
}

/// So many that stores have to know where a rank lies before they look at any of them.
pub async fn medians_of_many_are_exact_in_any_period(store: &dyn Store) {
    let desk = Desk::new(store);
    // Alike to the first digit, over three months, and some resolved again.
    let lasted = |n: i64| TimeDelta::microseconds(1_000_000_000 + n * 7_919 % 1_000 * 900_001);
    let ended = |n: i64| at(n * 12_345);
    let tickets: Vec<_> = (0..500)
        .map(|n| Ticket {
            created_at: ended(n) - lasted(n),
            first_response_at: Some(ended(n)),
            ..desk.ticket()
        })
        .collect();
    desk.add_tickets(&tickets).await;
    let mut cycles = Vec::new();
    for (n, ticket) in (0..).zip(&tickets) {
        let mut ends = vec![ended(n) + TimeDelta::hours(5)];
        if n % 7 == 0 {
            ends.extend([ends[0] + TimeDelta::days(9), ends[0] - TimeDelta::days(1)]);
        }
        cycles.extend((n + 1..).zip(ends).map(|(n, ended_at)| ResolutionCycle {
            ticket_id: ticket.id,
            started_at: ended_at - lasted(n) * 3,
            ended_at,
        }));
    }
    desk.write(async |t| {
        for cycle in &cycles {
            t.tickets().append_resolution(cycle).await.unwrap();
        }
    })
    .await;
    let midnight = |date: &str| format!("{date}T00:00:00Z").parse::<Timestamp>().unwrap();
    for (from, to) in [
        (midnight("2026-01-01"), midnight("2027-01-01")),
        (midnight("2026-02-01"), midnight("2026-04-01")),
        (midnight("2026-02-03"), midnight("2026-03-30")),
        (at(1_000_000), at(5_000_000)),
        (at(0), ended(499)),
        (midnight("2026-03-03"), midnight("2026-03-04")),
        (at(999_999), at(1_030_000)),
    ] {
        let period = Period::new(from, to);
        let stats = of_everything(&desk, from, to).await;
        let micros = |began: Timestamp, ended: Timestamp| (ended - began).num_microseconds().unwrap();
        let answered =
            tickets.iter().filter(|ticket| ticket.first_response_at.is_some_and(|at| period.contains(at)));
        let answered = answered.map(|ticket| micros(ticket.created_at, ticket.first_response_at.unwrap()));
        assert_eq!(stats.first_response, DurationSummary::from_micros(answered.collect()), "{period:?}");
        let done: Vec<_> = cycles.iter().filter(|cycle| period.contains(cycle.ended_at)).collect();
        let lengths = done.iter().map(|cycle| micros(cycle.started_at, cycle.ended_at)).collect();
        assert_eq!(stats.resolution, DurationSummary::from_micros(lengths), "{period:?}");
        let resolved: BTreeSet<_> = done.iter().map(|cycle| cycle.ticket_id).collect();
        assert_eq!(stats.resolved, resolved.len() as u64, "{period:?}");
    }
}

pub async fn satisfaction_is_what_customers_said(store: &dyn Store) {
    let desk = Desk::new(store);
    let rated = |stars: Option<i64>, moment: Option<i64>| Session {
        rating: stars.map(|stars| Rating::new(stars).unwrap()),
        rated_at: moment.map(at),
        ..desk.session(user("ann"))
    };
    for session in
        [rated(Some(5), Some(10)), rated(Some(2), Some(11)), rated(Some(1), Some(-1)), rated(None, None)]
    {
        desk.add_session(session).await;
    }
    let stats = of_everything(&desk, at(0), at(100)).await;
    assert_eq!(stats.csat, RatingSummary { average: Some(3.5), count: 2 });
    let none = of_everything(&desk, at(50), at(100)).await;
    assert_eq!(none.csat, RatingSummary { average: None, count: 0 });
}

pub async fn a_scope_decides_which_rows_figures_are_about(store: &dyn Store) {
    let desk = Desk::new(store);
    for customer in [user("ann"), user("bob"), guest()] {
        let first_response_at = Some(at(if customer == user("ann") { 4 } else { 8 }));
        let ticket = Ticket { requester: customer.clone(), first_response_at, ..desk.ticket() };
        let ticket = desk.add_ticket(ticket).await;
        let cycle = ResolutionCycle { ticket_id: ticket.id, started_at: at(0), ended_at: at(1) };
        desk.write(async |t| t.tickets().append_resolution(&cycle).await.unwrap()).await;
        let rating = Some(Rating::new(if customer == user("ann") { 5 } else { 1 }).unwrap());
        desk.add_session(Session { rating, rated_at: Some(at(2)), ..desk.session(customer) }).await;
    }
    let ann = || Scope::Customer(user_id("ann"));
    let own = figures(&desk, ann(), ann(), at(0), at(100)).await;
    assert_eq!((own.total, own.created, own.resolved, own.unassigned), (1, 1, 1, 1));
    assert_eq!(own.by_status, BTreeMap::from([(TicketStatus::Open, 1)]));
    assert_eq!(own.first_response.mean, Some(4.0));
    assert_eq!(own.csat, RatingSummary { average: Some(5.0), count: 1 });
    let mixed = figures(&desk, Scope::Everything, Scope::Nothing, at(0), at(100)).await;
    assert_eq!((mixed.total, mixed.csat.count), (3, 0));
    let mixed = figures(&desk, Scope::Nothing, Scope::Everything, at(0), at(100)).await;
    assert_eq!((mixed.total, mixed.created, mixed.resolved, mixed.csat.count), (0, 0, 0, 3));
}

pub async fn chat_figures_count_everything_of_the_tenant(store: &dyn Store) {
    let desk = Desk::new(store);
    for (status, stars) in [
        (SessionStatus::Active, Some(5)),
        (SessionStatus::Active, None),
        (SessionStatus::Closed, Some(4)),
        (SessionStatus::Archived, Some(1)),
    ] {
        let rating = stars.map(|stars| Rating::new(stars).unwrap());
        let session = Session { status, rating, rated_at: rating.map(|_| at(1)), ..desk.session(guest()) };
        let mut session = desk.add_session(session).await;
        desk.say(&mut session, sender(SenderKind::User, None), "hello", at(1)).await;
        desk.say(&mut session, sender(SenderKind::System, None), "done", at(2)).await;
    }
    let stats = desk.read(async |t| t.chats().stats().await.unwrap()).await;
    let expected = ChatStats {
        total_sessions: 4,
        active_sessions: 2,
        average_rating: Some(10.0 / 3.0),
        rating_count: 3,
        total_messages: 8,
    };
    assert_eq!(stats, expected);
}
