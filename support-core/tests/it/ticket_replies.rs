//! Replies, notes, and what they do to their ticket.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    desk::ticket::{NewReply, ReplyKind},
    event::EventKind,
    person::ActorKind,
    text::{Category, Tag},
    ticket::{
        Tags, ThreadEntry,
        TicketStatus::{self, Closed, InProgress, OnHold, Open, Resolved, WaitingForCustomer},
    },
};

use crate::world::{World, amy, ann, body, max, new_ticket, refusal, run};

#[test]
fn a_public_reply_of_staff_takes_an_open_ticket_in_hand() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    assert_eq!(world.reply(&amy(), &ticket, "On it").unwrap().ticket.status, InProgress);
}

#[test]
fn a_public_reply_of_staff_leaves_other_states() {
    let world = World::new();
    for status in [InProgress, WaitingForCustomer, OnHold, Resolved] {
        let ticket = world.ticket_that_is(status);
        assert_eq!(world.reply(&amy(), &ticket, "Still here").unwrap().ticket.status, status);
    }
}

#[test]
fn a_reply_that_sets_a_status_wins_over_the_one_that_follows() {
    let world = World::new();
    for status in [Open, WaitingForCustomer, Resolved, Closed] {
        let ticket = world.ticket(&ann());
        assert_eq!(world.reply_with(&ticket, status).unwrap().ticket.status, status);
    }
}

#[test]
fn a_reply_with_a_forbidden_move_writes_nothing() {
    let world = World::new();
    let ticket = world.ticket_that_is(Resolved);
    let events = world.events_of(|| {
        let refused = refusal(world.reply_with(&ticket, OnHold));
        assert_eq!(refused, ErrorKind::TransitionNotAllowed { from: Resolved, to: OnHold });
    });
    assert_eq!((events, world.thread(&amy(), &ticket)), (vec![], vec![]));
}

#[test]
fn a_customers_reply_opens_what_waited_for_them_was_on_hold_or_done() {
    let world = World::new();
    for (from, to) in [
        (Open, Open),
        (InProgress, InProgress),
        (WaitingForCustomer, Open),
        (OnHold, Open),
        (Resolved, Open),
        (Closed, Open),
    ] {
        let ticket = world.ticket_that_is(from);
        let replied = world.reply(&ann(), &ticket, "One more thing").unwrap();
        assert_eq!((replied.ticket.status, replied.follow_up), (to, None), "{from}");
        assert_eq!((replied.ticket.resolved_at, replied.ticket.closed_at), (None, None));
        assert_eq!(world.look_up(&ticket), replied.ticket);
    }
}

#[test]
fn a_customers_reply_on_the_last_moment_of_the_window_reopens() {
    let world = World::new();
    let ticket = world.ticket_that_is(Closed);
    world.advance(TimeDelta::days(14));
    let replied = world.reply(&ann(), &ticket, "It broke again").unwrap();
    assert_eq!((replied.ticket.status, replied.follow_up), (Open, None));
}

#[test]
fn a_late_reply_opens_a_follow_up_and_names_its_number() {
    let world = World::new();
    let mut new = new_ticket("Broken lamp");
    new.category = Some(Category::parse("lamps").unwrap());
    new.tags = Tags::new(vec![Tag::parse("red").unwrap(), Tag::parse("old").unwrap()]).unwrap();
    let ticket = run(world.desk.create_ticket(&ann(), &new, None)).unwrap();
    let closed = world.set_status(&ticket, Closed).unwrap();
    world.advance(TimeDelta::days(14) + TimeDelta::microseconds(1));

    let replied = world.reply(&ann(), &ticket, "It broke again").unwrap();
    let follow_up = replied.follow_up.unwrap();
    assert_eq!(follow_up.follow_up_of, Some(ticket.id));
    assert_eq!((&follow_up.category, &follow_up.tags), (&ticket.category, &ticket.tags));
    assert_eq!((&follow_up.requester, follow_up.status), (&ticket.requester, Open));
    assert_eq!(follow_up.description.as_str(), "It broke again");
    assert_eq!(follow_up.waiting_since, Some(world.now()));
    assert_ne!(follow_up.number, ticket.number);
    assert_eq!(world.look_up(&follow_up), follow_up);

    assert_eq!((replied.ticket.status, replied.ticket.closed_at), (Closed, closed.closed_at));
    assert_eq!(replied.ticket.reply_count, 0);
    let thread = world.thread(&ann(), &ticket);
    assert_eq!(thread, [replied.entry]);
    assert_eq!(thread[0].author().kind, ActorKind::System);
    assert!(thread[0].body().as_str().contains(follow_up.number.as_str()));
}

#[test]
fn staff_must_reopen_a_closed_ticket_to_reply_to_it() {
    let world = World::new();
    let ticket = world.ticket_that_is(Closed);
    // At the very moment it was closed, too.
    assert_eq!(refusal(world.reply(&amy(), &ticket, "By the way")), ErrorKind::TicketClosed);
    assert_eq!(refusal(world.reply_with(&ticket, Closed)), ErrorKind::TicketClosed);
    world.advance(TimeDelta::days(100));
    assert_eq!(refusal(world.reply(&amy(), &ticket, "By the way")), ErrorKind::TicketClosed);
    assert_eq!(world.thread(&amy(), &ticket), []);
    assert_eq!(world.reply_with(&ticket, Open).unwrap().ticket.status, Open);
}

#[test]
fn staff_may_note_on_a_closed_ticket() {
    let world = World::new();
    let ticket = world.ticket_that_is(Closed);
    assert_eq!(world.note(&amy(), &ticket, "Keep an eye on it").unwrap().ticket, ticket);
}

#[test]
fn a_new_ticket_waits_from_its_description_on() {
    let world = World::new();
    assert_eq!(world.ticket(&ann()).waiting_since, Some(world.now()));
}

#[test]
fn waiting_starts_with_the_oldest_unanswered_customer_entry() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let opened = world.now();
    let step = TimeDelta::minutes(1);
    world.advance(step);
    assert_eq!(world.reply(&ann(), &ticket, "Hello?").unwrap().ticket.waiting_since, Some(opened));
    world.advance(step);
    assert_eq!(world.reply(&amy(), &ticket, "Hello").unwrap().ticket.waiting_since, None);
    world.advance(step);
    let asked_again = world.now();
    world.reply(&ann(), &ticket, "And now?").unwrap();
    world.advance(step);
    world.reply(&ann(), &ticket, "Well?").unwrap();
    assert_eq!(world.look_up(&ticket).waiting_since, Some(asked_again));
}

#[test]
fn a_note_never_ends_the_waiting() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(TimeDelta::minutes(1));
    let noted = world.note(&amy(), &ticket, "Difficult").unwrap().ticket;
    assert_eq!((noted.waiting_since, noted.first_response_at), (ticket.waiting_since, None));
}

#[test]
fn resolving_and_closing_end_the_waiting() {
    let world = World::new();
    for (status, waits) in [(InProgress, true), (OnHold, true), (Resolved, false), (Closed, false)] {
        assert_eq!(world.ticket_that_is(status).waiting_since.is_some(), waits, "{status}");
    }
}

#[test]
fn the_first_response_is_set_once_by_a_public_staff_reply() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let step = TimeDelta::minutes(5);
    world.reply(&ann(), &ticket, "Anybody?").unwrap();
    world.note(&amy(), &ticket, "Looking").unwrap();
    assert_eq!(world.look_up(&ticket).first_response_at, None);
    world.advance(step);
    let first = world.now();
    world.reply(&amy(), &ticket, "Here").unwrap();
    world.advance(step);
    world.reply(&max(), &ticket, "Me too").unwrap();
    world.set_status(&ticket, Resolved).unwrap();
    world.reply(&ann(), &ticket, "Again").unwrap();
    world.reply(&amy(), &ticket, "Here").unwrap();
    assert_eq!(world.look_up(&ticket).first_response_at, Some(first));
}

#[test]
fn replies_are_counted_and_notes_are_not() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.reply(&ann(), &ticket, "one").unwrap();
    world.note(&amy(), &ticket, "none").unwrap();
    world.reply(&amy(), &ticket, "two").unwrap();
    assert_eq!(world.look_up(&ticket).reply_count, 2);
}

#[test]
fn r_13_the_thread_is_ordered_by_seq_when_the_clock_is_set_back() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    for text in ["first", "second", "third"] {
        world.advance(TimeDelta::hours(-1));
        world.reply(&ann(), &ticket, text).unwrap();
    }
    let thread = world.thread(&ann(), &ticket);
    let order: Vec<_> = thread.iter().map(|entry| (entry.seq(), entry.body().as_str())).collect();
    assert_eq!(order, [(1, "first"), (2, "second"), (3, "third")]);
}

#[test]
fn r_13_a_close_in_the_future_still_reopens() {
    let world = World::new();
    let ticket = world.ticket_that_is(Closed);
    world.advance(TimeDelta::days(-400));
    assert_eq!(world.reply(&ann(), &ticket, "Again").unwrap().ticket.status, Open);
}

#[test]
fn s_18_a_customer_gets_another_type_that_holds_no_note() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.reply(&ann(), &ticket, "public one").unwrap();
    world.note(&amy(), &ticket, "canary").unwrap();
    world.reply(&amy(), &ticket, "public two").unwrap();

    let seen = world.thread(&ann(), &ticket);
    assert!(seen.iter().all(|entry| matches!(entry, ThreadEntry::Customer(_))));
    let texts: Vec<_> = seen.iter().map(|entry| entry.body().as_str()).collect();
    assert_eq!(texts, ["public one", "public two"]);
    let by_staff = world.thread(&amy(), &ticket);
    assert!(by_staff.iter().all(|entry| matches!(entry, ThreadEntry::Staff(_))));
    assert_eq!(by_staff.iter().filter(|entry| entry.is_internal()).count(), 1);
    assert_eq!(by_staff.len(), 3);
}

#[test]
fn s_18_a_note_leaves_no_trace_that_a_customer_could_notice() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(TimeDelta::minutes(1));
    let events = world.events_of(|| world.note(&amy(), &ticket, "canary").unwrap());
    assert_eq!(events, [EventKind::NoteCreated]);
    assert_eq!(run(world.desk.find_ticket(&ann(), &ticket.id.into())).unwrap(), Some(ticket));
}

#[test]
fn customers_may_not_set_what_only_staff_may() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let send = |kind, status: Option<TicketStatus>| {
        let reply = NewReply { message: body("sneaky"), kind, status };
        refusal(run(world.desk.reply_to_ticket(&ann(), &ticket.id.into(), &reply, None)))
    };
    let internal = ErrorKind::ForbiddenField { field: "internal" };
    assert_eq!(send(Some(ReplyKind::Internal), None), internal);
    assert_eq!(send(Some(ReplyKind::Public), None), internal);
    assert_eq!(send(None, Some(Closed)), ErrorKind::ForbiddenField { field: "status" });
    assert_eq!((world.thread(&amy(), &ticket), world.look_up(&ticket)), (vec![], ticket));
}

#[test]
fn a_reply_is_told_as_an_update_and_a_reply() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let events = world.events_of(|| world.reply(&amy(), &ticket, "Here").unwrap());
    assert_eq!(events, [EventKind::TicketUpdated, EventKind::ReplyCreated]);
}
