//! States of tickets, and the moments that go with them.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    desk::{Assign, ticket::TicketChange},
    event::EventKind,
    ticket::TicketStatus::{self, Closed, InProgress, OnHold, Open, Resolved, WaitingForCustomer},
};

use crate::world::{World, amy, ann, max, refusal, run, user_id};

#[test]
fn each_of_the_36_moves_is_allowed_or_refused_as_the_table_says() {
    let in_hand = [Open, InProgress, WaitingForCustomer, OnHold];
    let world = World::new();
    for from in TicketStatus::ALL.iter().copied() {
        for to in TicketStatus::ALL.iter().copied() {
            let ticket = world.ticket_that_is(from);
            let history = world.history(&ticket).len();
            let mut moved = None;
            let events = world.events_of(|| moved = Some(world.set_status(&ticket, to)));
            let moved = moved.unwrap();
            let allowed =
                in_hand.contains(&from) || matches!((from, to), (Resolved, Open | Closed) | (Closed, Open));
            if from == to {
                let same = moved.unwrap();
                assert_eq!(same, ticket, "{from} -> {to} is a no-op");
                assert_eq!(events, [], "{from} -> {to} has no event");
                assert_eq!(world.history(&ticket).len(), history);
            } else if allowed {
                let changed = moved.unwrap();
                assert_eq!((changed.status, changed.version), (to, ticket.version + 1), "{from} -> {to}");
                assert_eq!(events, [EventKind::TicketUpdated], "{from} -> {to}");
                assert_eq!(world.look_up(&ticket), changed);
            } else {
                assert_eq!(refusal(moved), ErrorKind::TransitionNotAllowed { from, to });
                assert_eq!(events, []);
                assert_eq!(world.look_up(&ticket), ticket, "{from} -> {to} changes nothing");
            }
        }
    }
}

#[test]
fn assigning_an_open_ticket_takes_it_in_hand() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let taken = run(world.desk.assign_ticket(&amy(), &ticket.id.into(), &Assign::Me, None)).unwrap();
    assert_eq!(taken.status, InProgress);
    assert_eq!(taken.assignee.as_ref().map(|assignee| assignee.name.as_str()), Some("Amy"));
    let fields: Vec<_> = world.history(&ticket).into_iter().map(|change| change.field).collect();
    assert_eq!(fields, ["assigned_to", "status"]);
}

#[test]
fn assigning_by_an_update_takes_an_open_ticket_in_hand_unless_it_sets_a_status() {
    let world = World::new();
    let by_update = |status| {
        let ticket = world.ticket(&ann());
        let change = TicketChange { assigned_to: Some(Assign::Me), status, ..TicketChange::default() };
        run(world.desk.update_ticket(&amy(), &ticket.id.into(), &change, None)).unwrap().status
    };
    assert_eq!(by_update(None), InProgress);
    assert_eq!(by_update(Some(OnHold)), OnHold);
    assert_eq!(by_update(Some(Open)), Open);
}

#[test]
fn assigning_moves_no_ticket_that_is_not_open() {
    let world = World::new();
    for status in [WaitingForCustomer, OnHold, Resolved, Closed] {
        let ticket = world.ticket_that_is(status);
        let taken = run(world.desk.assign_ticket(&amy(), &ticket.id.into(), &Assign::Me, None)).unwrap();
        assert_eq!(taken.status, status);
    }
}

#[test]
fn unassigning_leaves_the_status() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let key = ticket.id.into();
    run(world.desk.assign_ticket(&amy(), &key, &Assign::Me, None)).unwrap();
    let nobodys = run(world.desk.assign_ticket(&amy(), &key, &Assign::Nobody, None)).unwrap();
    assert_eq!((nobodys.assignee, nobodys.status), (None, InProgress));
}

#[test]
fn only_agents_whom_the_desk_knows_can_be_assigned() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let to_max = Assign::Agent(user_id("max"));
    let assign = || run(world.desk.assign_ticket(&amy(), &ticket.id.into(), &to_max, None));
    assert!(matches!(refusal(assign()), ErrorKind::Invalid(fields) if fields[0].field == "assigned_to"));
    run(world.desk.recognize(&max())).unwrap();
    assert_eq!(assign().unwrap().assignee.unwrap().name, "Max");
}

#[test]
fn resolving_sets_resolved_at_and_closing_after_it_keeps_it() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(TimeDelta::hours(1));
    let resolved = world.set_status(&ticket, Resolved).unwrap();
    let resolved_at = world.now();
    assert_eq!((resolved.resolved_at, resolved.closed_at), (Some(resolved_at), None));
    world.advance(TimeDelta::hours(1));
    let closed = world.set_status(&ticket, Closed).unwrap();
    assert_eq!((closed.resolved_at, closed.closed_at), (Some(resolved_at), Some(world.now())));
}

#[test]
fn closing_at_once_sets_no_resolved_at() {
    let world = World::new();
    let closed = world.ticket_that_is(Closed);
    assert_eq!((closed.resolved_at, closed.closed_at), (None, Some(world.now())));
}

#[test]
fn closing_a_closed_ticket_keeps_its_moment() {
    let world = World::new();
    let closed = world.ticket_that_is(Closed);
    world.advance(TimeDelta::days(1));
    let again = run(world.desk.close_ticket(&ann(), &closed.id.into(), None)).unwrap();
    assert_eq!(again, closed);
}

#[test]
fn reopening_a_ticket_clears_both_moments_and_history_keeps_when_it_was_done() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.set_status(&ticket, Resolved).unwrap();
    let resolved_at = world.now();
    world.advance(TimeDelta::hours(1));
    world.set_status(&ticket, Closed).unwrap();
    let closed_at = world.now();
    world.advance(TimeDelta::hours(1));
    let open = run(world.desk.reopen_ticket(&ann(), &ticket.id.into(), None)).unwrap();
    assert_eq!((open.status, open.resolved_at, open.closed_at), (Open, None, None));
    let moments: Vec<_> = world.history(&ticket).into_iter().map(|change| (change.new, change.at)).collect();
    assert_eq!(
        moments,
        [("resolved".into(), resolved_at), ("closed".into(), closed_at), ("open".into(), world.now())]
    );
}

#[test]
fn reopening_a_ticket_that_is_worked_on_changes_nothing() {
    let world = World::new();
    for status in [Open, InProgress, WaitingForCustomer, OnHold] {
        let ticket = world.ticket_that_is(status);
        assert_eq!(run(world.desk.reopen_ticket(&ann(), &ticket.id.into(), None)).unwrap(), ticket);
    }
}

#[test]
fn the_reopening_window_binds_customers_only() {
    let world = World::new();
    let ticket = world.ticket_that_is(Closed);
    let key = ticket.id.into();
    world.advance(TimeDelta::days(14) + TimeDelta::microseconds(1));
    assert_eq!(refusal(run(world.desk.reopen_ticket(&ann(), &key, None))), ErrorKind::TicketClosed);
    assert_eq!(world.look_up(&ticket), ticket);
    assert_eq!(run(world.desk.reopen_ticket(&amy(), &key, None)).unwrap().status, Open);
}

#[test]
fn a_customer_reopens_on_the_last_moment_of_the_window() {
    let world = World::new();
    let ticket = world.ticket_that_is(Closed);
    world.advance(TimeDelta::days(14));
    assert_eq!(run(world.desk.reopen_ticket(&ann(), &ticket.id.into(), None)).unwrap().status, Open);
}

#[test]
fn the_requester_closes_their_ticket() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let closed = run(world.desk.close_ticket(&ann(), &ticket.id.into(), None)).unwrap();
    assert_eq!((closed.status, closed.waiting_since), (Closed, None));
}
