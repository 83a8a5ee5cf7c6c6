//! Following events.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use chrono::TimeDelta;
use pollster::FutureExt as _;
use support_core::{
    ErrorKind,
    access::{AccessPolicy, Action, DefaultPolicy, Denied, Object, ObjectKind, Principal, Scope},
    bot::RuleBot,
    desk::{
        Assign,
        live::{Delivery, Details, Seen, SeenObject, Start, Subscription, SubscriptionEnded, Topic},
    },
    event::EventKind,
    id::TenantId,
    message::Side,
    store::PersonKey,
    ticket::Ticket,
    time::{SystemTimer, Timer},
};

use crate::world::{World, amy, ann, bob, max, refusal, run};

/// A subscriber of a desk that is fed.
pub(crate) fn follow(world: &World, by: &Principal, topic: Topic) -> Subscription {
    resume(world, by, topic, None)
}

fn resume(world: &World, by: &Principal, topic: Topic, after: Option<&str>) -> Subscription {
    let subscription = run(world.desk.subscribe(by, topic, after)).unwrap();
    if let Some(feed) = world.desk.feed() {
        std::thread::spawn(|| feed.block_on());
    }
    subscription
}

/// What comes next, unless that takes so long that it does not come.
pub(crate) fn delivery(subscription: &mut Subscription) -> Result<Delivery, SubscriptionEnded> {
    let mut next = pin!(subscription.next());
    let mut limit = SystemTimer.sleep(Duration::from_secs(60));
    let delivery = poll_fn(|context| match next.as_mut().poll(context) {
        Poll::Ready(delivery) => Poll::Ready(Some(delivery)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    });
    run(delivery).expect("nothing came")
}

pub(crate) fn next(subscription: &mut Subscription) -> Arc<Seen> {
    match delivery(subscription).unwrap() {
        Delivery::Event(seen) => seen,
        other @ (Delivery::Reset | Delivery::Signal(_)) => panic!("{other:?} is no event"),
    }
}

fn nexts(subscription: &mut Subscription, count: usize) -> Vec<Arc<Seen>> {
    (0..count).map(|_| next(subscription)).collect()
}

/// What an event says, short enough to compare.
pub(crate) fn told(seen: &Seen) -> String {
    let what = match &seen.object {
        SeenObject::Session(seen) => format!("{:?}", seen.view.session.status),
        SeenObject::Read { up_to_seq, by, .. } => format!("{by:?} to {up_to_seq}"),
        SeenObject::Message(message) => message.body.as_str().to_owned(),
        SeenObject::Ticket(ticket) => format!("{:?}", ticket.status),
        SeenObject::Entry(entry) => entry.body().as_str().to_owned(),
    };
    format!("{} {what}", seen.kind)
}

/// Everything up to the event that says this.
fn told_until(subscription: &mut Subscription, last: &str) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        all.push(told(&next(subscription)));
        if all.last().is_some_and(|told| told == last) {
            return all;
        }
    }
}

#[test]
fn a_subscriber_is_told_of_everything_in_order() {
    let world = World::new();
    let mut chats = follow(&world, &amy(), Topic::Chats);
    let mut tickets = follow(&world, &amy(), Topic::Tickets);
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    world.assign(chat.id, &Assign::Me).unwrap();
    world.desk.mark_read(&amy(), chat.id, 1).block_on().unwrap();
    let ticket = world.ticket(&ann());
    world.note(&amy(), &ticket, "look").unwrap();
    world.reply(&ann(), &ticket, "well?").unwrap();
    world.close(&amy(), chat.id);

    // A session is shown as it is when it is told of, which may be later than what happened.
    let kinds = nexts(&mut chats, 6).into_iter().map(|seen| seen.kind);
    let expected = [
        EventKind::SessionCreated,
        EventKind::MessageCreated,
        EventKind::MessageCreated,
        EventKind::SessionUpdated,
        EventKind::MessagesReadByStaff,
        EventKind::SessionUpdated,
    ];
    assert!(kinds.eq(expected));
    let tickets = told_until(&mut tickets, "reply_created well?");
    assert_eq!(tickets[1], "note_created look");
}

#[test]
fn customers_are_told_of_what_is_theirs_alone() {
    let world = World::new();
    let (gil, guest_chat, _) = world.guest();
    let mut of_ann = follow(&world, &ann(), Topic::Chats);
    let mut of_gil = follow(&world, &gil, Topic::Chats);
    let mut tickets_of_ann = follow(&world, &ann(), Topic::Tickets);
    let bobs = world.chat(&bob());
    world.say(&bob(), bobs.id, "bob's").unwrap();
    world.ticket(&bob());
    let anns = world.chat(&ann());
    world.say(&ann(), anns.id, "ann's").unwrap();
    world.say(&gil, guest_chat.id, "gil's").unwrap();
    world.ticket(&ann());
    let created = |seen: &Seen| match &seen.object {
        SeenObject::Session(seen) => seen.view.session.id == anns.id,
        _ => false,
    };
    assert!(created(&next(&mut of_ann)));
    assert_eq!(told(&next(&mut of_ann)), "message_created ann's");
    assert_eq!(told(&next(&mut of_gil)), "message_created gil's");
    assert_eq!(told(&next(&mut tickets_of_ann)), "ticket_created Open");
}

#[test]
fn s_18_a_customer_is_never_told_of_a_note() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let mut of_ann = follow(&world, &ann(), Topic::Tickets);
    let mut of_amy = follow(&world, &amy(), Topic::Tickets);
    world.note(&amy(), &ticket, "canary").unwrap();
    world.reply(&amy(), &ticket, "public").unwrap();
    let staff = told_until(&mut of_amy, "reply_created public");
    assert_eq!(staff[0], "note_created canary");
    let customer = told_until(&mut of_ann, "reply_created public");
    assert_eq!(customer, ["ticket_updated InProgress", "reply_created public"]);
}

#[test]
fn s_18_the_note_of_a_handoff_is_told_to_staff_alone() {
    let world = World::build(|desk| desk.bot(RuleBot::default()));
    let chat = world.chat(&ann());
    let mut streams = [&ann(), &amy()].map(|by| follow(&world, by, Topic::Chats));
    run(world.desk.request_handoff(&ann(), chat.id, None)).unwrap();
    let has_note = streams.each_mut().map(|stream| {
        loop {
            if let SeenObject::Message(message) = &next(stream).object {
                return message.metadata.as_map().contains_key("briefing");
            }
        }
    });
    assert_eq!(has_note, [false, true]);
}

#[test]
fn s_16_nobody_follows_what_the_policy_does_not_grant() {
    let world = World::new();
    let (gil, ..) = world.guest();
    let refused = |by: &Principal, topic| refusal(run(world.desk.subscribe(by, topic, None)));
    assert_eq!(refused(&Principal::anonymous(), Topic::Chats), ErrorKind::Unauthenticated);
    assert_eq!(refused(&Principal::anonymous(), Topic::Tickets), ErrorKind::Unauthenticated);
    assert_eq!(refused(&gil, Topic::Tickets), ErrorKind::Forbidden);
}

/// Grants what the rules that ship grant, until it is told otherwise.
#[derive(Debug, Clone, Default)]
struct FicklePolicy(Arc<Mutex<Option<Refuses>>>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Refuses {
    Following,
    AnnsChats,
    AllButOwn,
}

impl AccessPolicy for FicklePolicy {
    fn may(&self, principal: &Principal, action: Action, object: Object<'_>) -> Result<(), Denied> {
        let refuses = *self.0.lock().unwrap();
        match (refuses, action) {
            (Some(Refuses::Following), Action::ListSessions) => Err(Denied::Forbidden),
            (Some(Refuses::AnnsChats), Action::ReadSession) if is_anns(object) => Err(Denied::Hidden),
            _ => DefaultPolicy.may(principal, action, object),
        }
    }

    fn scope(&self, principal: &Principal, kind: ObjectKind) -> Scope {
        match *self.0.lock().unwrap() {
            Some(Refuses::AllButOwn) => Scope::Customer(principal.person().unwrap().id.clone()),
            _ => DefaultPolicy.scope(principal, kind),
        }
    }
}

fn is_anns(object: Object<'_>) -> bool {
    matches!(object, Object::Session(session) if session.customer.user_id() == ann().person().map(|person| &person.id))
}

#[test]
fn s_17_each_event_is_authorized_when_it_is_delivered() {
    let policy = FicklePolicy::default();
    let world = World::build(|desk| desk.policy(policy.clone()));
    let chat = world.chat(&ann());
    let mut of_amy = follow(&world, &amy(), Topic::Chats);
    for refuses in [Refuses::AnnsChats, Refuses::AllButOwn] {
        world.say(&ann(), chat.id, "before").unwrap();
        assert_eq!(told(&next(&mut of_amy)), "message_created before");
        world.say(&ann(), chat.id, "hidden").unwrap();
        *policy.0.lock().unwrap() = Some(refuses);
        world.chat(&amy());
        assert_eq!(told(&next(&mut of_amy)), "session_created Active", "{refuses:?}");
        *policy.0.lock().unwrap() = None;
    }
    *policy.0.lock().unwrap() = Some(Refuses::Following);
    world.say(&ann(), chat.id, "after").unwrap();
    let ended = SubscriptionEnded::Denied(ErrorKind::Forbidden);
    assert_eq!(delivery(&mut of_amy).unwrap_err(), ended, "who may not follow any more is told so");
}

#[test]
fn r_06_a_subscriber_who_resumes_misses_nothing_and_hears_nothing_twice() {
    let world = World::new();
    let chat = world.chat(&ann());
    let mut whole = follow(&world, &amy(), Topic::Chats);
    let start = whole.cursor();
    for n in 0..20 {
        world.say(&ann(), chat.id, &format!("message {n}")).unwrap();
        world.ticket(&ann());
    }
    let whole: Vec<_> = nexts(&mut whole, 20);
    let all: Vec<_> = whole.iter().map(|seen| told(seen)).collect();
    let cursors = std::iter::once(&start).chain(whole.iter().map(|seen| &seen.cursor));
    for (seen, cursor) in cursors.enumerate() {
        let mut resumed = resume(&world, &amy(), Topic::Chats, Some(cursor));
        assert_eq!(resumed.start(), Start::Resumed);
        let rest: Vec<_> = nexts(&mut resumed, 20 - seen).iter().map(|seen| told(seen)).collect();
        assert_eq!(rest, all[seen..]);
    }
}

#[test]
fn a_subscriber_resumes_at_another_process() {
    let world = World::new();
    let chat = world.chat(&ann());
    let mut first = follow(&world, &amy(), Topic::Chats);
    world.say(&ann(), chat.id, "one").unwrap();
    let cursor = next(&mut first).cursor.clone();
    drop(first);
    let other = World::on(world.store.clone(), world.store.clone(), |desk| desk);
    world.say(&ann(), chat.id, "two").unwrap();
    let mut resumed = resume(&other, &amy(), Topic::Chats, Some(&cursor));
    assert_eq!(told(&next(&mut resumed)), "message_created two");
}

#[test]
fn a_cursor_that_is_unknown_or_too_old_begins_anew() {
    let world = World::new();
    let chat = world.chat(&ann());
    let mut subscription = follow(&world, &amy(), Topic::Chats);
    world.say(&ann(), chat.id, "one").unwrap();
    let cursor = next(&mut subscription).cursor.clone();
    let start =
        |world: &World, by: &Principal, topic, cursor: &str| resume(world, by, topic, Some(cursor)).start();
    assert_eq!(start(&world, &amy(), Topic::Chats, &cursor), Start::Resumed);
    assert_eq!(start(&world, &amy(), Topic::Chats, "junk"), Start::Reset);
    assert_eq!(start(&world, &amy(), Topic::Tickets, &cursor), Start::Reset);
    let elsewhere = amy().at(TenantId::parse("elsewhere").unwrap());
    assert_eq!(start(&world, &elsewhere, Topic::Chats, &cursor), Start::Reset);

    // A store that was set back has another event at this place.
    let other = World::new();
    other.advance(TimeDelta::seconds(1));
    other.say(&ann(), other.chat(&ann()).id, "another").unwrap();
    assert_eq!(start(&other, &amy(), Topic::Chats, &cursor), Start::Reset);

    world.advance(TimeDelta::hours(25));
    assert_eq!(start(&world, &amy(), Topic::Chats, &cursor), Start::Resumed, "nothing was missed");
    world.say(&ann(), chat.id, "two").unwrap();
    assert_eq!(start(&world, &amy(), Topic::Chats, &cursor), Start::Resumed);
    world.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    assert_eq!(start(&world, &amy(), Topic::Chats, &cursor), Start::Reset);
}

#[test]
fn a_thousand_events_are_replayed_and_no_more() {
    let world = World::new();
    let start = follow(&world, &amy(), Topic::Tickets).cursor();
    for _ in 0..1_000 {
        world.ticket(&ann());
    }
    let mut resumed = resume(&world, &amy(), Topic::Tickets, Some(&start));
    assert_eq!(resumed.start(), Start::Resumed);
    assert_eq!(nexts(&mut resumed, 1_000).len(), 1_000);
    world.ticket(&ann());
    assert_eq!(resume(&world, &amy(), Topic::Tickets, Some(&start)).start(), Start::Reset);
}

#[test]
fn what_happened_before_a_subscription_is_not_told() {
    let world = World::new();
    let mut early = follow(&world, &amy(), Topic::Tickets);
    world.ticket(&ann());
    // The early one's tail has not seen the first ticket yet, or has; the late one is told of neither.
    let mut late = follow(&world, &amy(), Topic::Tickets);
    world.reply(&ann(), &world.ticket(&ann()), "second").unwrap();
    assert_eq!(told_until(&mut late, "reply_created second")[0], "ticket_created Open");
    assert_eq!(
        told_until(&mut early, "reply_created second")
            .iter()
            .filter(|t| t.starts_with("ticket_created"))
            .count(),
        2
    );
}

#[test]
fn who_sleeps_through_what_is_not_theirs_does_not_fall_behind() {
    let world = World::new();
    let mut of_ann = follow(&world, &ann(), Topic::Tickets);
    {
        // Comes to wait, and is dropped in the end as by a heartbeat.
        let mut waiting = pin!(of_ann.next());
        let waits = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_pending())).block_on();
        assert!(waits);
        let mut of_bob = follow(&world, &bob(), Topic::Tickets);
        for _ in 0..2_100 {
            world.ticket(&bob());
            next(&mut of_bob);
        }
    }
    let cursor = of_ann.cursor();
    assert_eq!(resume(&world, &ann(), Topic::Tickets, Some(&cursor)).start(), Start::Resumed);
    world.ticket(&ann());
    assert_eq!(told(&next(&mut of_ann)), "ticket_created Open");
}

#[test]
fn r_07_who_reads_nothing_is_told_that_they_lag() {
    let world = World::new();
    let mut slow = follow(&world, &amy(), Topic::Tickets);
    let mut fast = follow(&world, &max(), Topic::Tickets);
    for _ in 0..2_100 {
        world.ticket(&ann());
        next(&mut fast);
    }
    assert_eq!(delivery(&mut slow).unwrap_err(), SubscriptionEnded::Lagged);
}

#[test]
fn a_session_is_shown_with_what_each_viewer_has_not_read() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    world.say(&ann(), chat.id, "two").unwrap();
    world.desk.mark_read(&amy(), chat.id, 1).block_on().unwrap();
    let mut viewers = [amy(), max(), ann()].map(|by| follow(&world, &by, Topic::Chats));
    world.close(&ann(), chat.id);
    let seen = viewers.each_mut().map(|viewer| match &next(viewer).object {
        SeenObject::Session(seen) => (seen.view.unread_count, seen.details),
        other => panic!("{other:?}"),
    });
    assert_eq!(seen, [(1, Details::Shown), (2, Details::Shown), (0, Details::Hidden)]);
}

#[test]
fn what_was_read_by_whom_is_told() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "one").unwrap();
    let mut of_ann = follow(&world, &ann(), Topic::Chats);
    world.desk.mark_read(&amy(), chat.id, 1).block_on().unwrap();
    let seen = next(&mut of_ann);
    assert_eq!(seen.kind, EventKind::MessagesReadByStaff);
    assert!(matches!(seen.object, SeenObject::Read { up_to_seq: 1, by: Side::Desk, .. }));
}

#[test]
fn who_was_erased_is_shown_to_nobody() {
    let world = World::new();
    let mut of_amy = follow(&world, &amy(), Topic::Tickets);
    world.ticket(&ann());
    let mut other = follow(&world, &max(), Topic::Tickets);
    world.ticket(&bob());
    next(&mut other);
    let ann = PersonKey::User(crate::world::user_id("ann"));
    world.desk.erase_person(&Principal::system(), &ann).block_on().unwrap();
    let seen = next(&mut of_amy);
    let SeenObject::Ticket(Ticket { requester, .. }) = &seen.object else { panic!("{seen:?}") };
    assert_eq!(requester.name(), Some("Bob"));
}
