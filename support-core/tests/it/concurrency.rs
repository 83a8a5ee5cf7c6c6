//! Promises that hold when many call at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use chrono::TimeDelta;
use support_core::{
    ErrorKind, Result,
    access::Principal,
    desk::{Assign, chat::NewMessage, ticket::TicketChange},
    message::MessageRange,
    store::{Limit, Store},
    text::ClientMessageId,
    ticket::{Priority, Ticket, TicketFilter},
};

use crate::world::{World, all_pages, amy, ann, body, max, new_ticket, run};

#[test]
fn r_04_messages_are_gap_free_and_every_view_is_a_prefix() {
    const WRITERS: usize = 16;
    const EACH: usize = 100;
    let world = World::new();
    let chat = world.chat(&ann()).id;
    let done = AtomicBool::new(false);
    let read = |limit: i64| {
        let range = MessageRange { after_seq: Some(0), before_seq: None, limit: Limit::new(limit).unwrap() };
        let messages = run(world.desk.list_messages(&amy(), chat, &range)).unwrap();
        messages.into_iter().map(|message| message.seq).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut seen = 0;
                while !done.load(Ordering::Acquire) {
                    let seqs = read(100);
                    assert!(seqs.iter().copied().eq(1..=seqs.len() as u64), "a view has a hole: {seqs:?}");
                    assert!(seqs.len() >= seen, "a view went back");
                    seen = seqs.len();
                    thread::yield_now();
                }
            });
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (world, by) = (&world, if writer.is_multiple_of(2) { ann() } else { amy() });
                scope.spawn(move || {
                    for n in 0..EACH {
                        world.say(&by, chat, &format!("{writer}/{n}")).unwrap();
                    }
                })
            })
            .collect();
        let results: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Release);
        assert!(results.iter().all(thread::Result::is_ok));
    });
    let messages = world.messages(chat);
    assert!(messages.iter().map(|message| message.seq).eq(1..=(WRITERS * EACH) as u64));
    for writer in 0..WRITERS {
        let prefix = format!("{writer}/");
        let own = messages.iter().filter_map(|message| message.body.as_str().strip_prefix(&prefix));
        assert!(own.map(|n| n.parse::<usize>().unwrap()).eq(0..EACH), "each writer's order is kept");
    }
}

#[test]
fn r_03_one_client_key_is_one_message_however_many_send_it() {
    let world = World::new();
    let chat = world.chat(&ann()).id;
    let message = NewMessage {
        client_message_id: Some(ClientMessageId::parse("k").unwrap()),
        ..NewMessage::new(body("hello"))
    };
    let sent: Vec<_> = thread::scope(|scope| {
        let send = || run(world.desk.send_message(&ann(), chat, &message, None)).unwrap();
        let senders: Vec<_> = (0..32).map(|_| scope.spawn(send)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(sent.iter().all(|other| other.message == sent[0].message));
    assert_eq!(sent.iter().filter(|other| !other.repeated).count(), 1);
    assert_eq!(world.messages(chat).len(), 1);
}

#[test]
fn r_05_ticket_numbers_are_unique_and_never_reused() {
    const CREATORS: usize = 64;
    const EACH: usize = 50;
    let world = World::new();
    // A second goes by with each ticket; midnight comes halfway.
    let midnight = world.now() + TimeDelta::hours(12);
    world.clock.set(midnight - TimeDelta::seconds((CREATORS * EACH / 2) as i64));
    let given: Vec<Ticket> = thread::scope(|scope| {
        let create = || {
            let attempt = |n: usize| {
                world.advance(TimeDelta::seconds(1));
                if n % 5 == 4 {
                    return rolled_back(&world);
                }
                run(world.desk.create_ticket(&ann(), &new_ticket("x"), None)).unwrap()
            };
            (0..EACH).map(attempt).collect::<Vec<_>>()
        };
        let creators: Vec<_> = (0..CREATORS).map(|_| scope.spawn(create)).collect();
        creators.into_iter().flat_map(|creator| creator.join().unwrap()).collect()
    });
    let numbers: BTreeSet<_> = given.iter().map(|ticket| &ticket.number).collect();
    assert_eq!(numbers.len(), CREATORS * EACH, "a number was given twice, or again after a rollback");
    let kept = run(world.desk.count_tickets(&amy(), &TicketFilter::default())).unwrap();
    assert_eq!(kept, (CREATORS * EACH * 4 / 5) as u64);
    let mut days = BTreeMap::<_, usize>::new();
    for ticket in &given {
        let day = ticket.created_at.format("TKT-%Y%m%d-").to_string();
        assert!(ticket.number.as_str().starts_with(&day), "{} on {day}", ticket.number);
        *days.entry(day).or_default() += 1;
    }
    assert_eq!(days.len(), 2, "it was midnight in between");
}

/// Opens a ticket in a transaction that is not committed.
fn rolled_back(world: &World) -> Ticket {
    run(async {
        let by = ann();
        let mut tx = world.store.begin(&by.tenant).await.unwrap();
        world.desk.create_ticket_in(&mut *tx, &by, &new_ticket("x"), None).await.unwrap()
    })
}

#[test]
fn a_ticket_in_the_hosts_own_transaction_stands_or_falls_with_it() {
    let world = World::new();
    rolled_back(&world);
    assert_eq!(world.events(), []);
    let ticket = run(async {
        let mut tx = world.store.begin(&ann().tenant).await.unwrap();
        let ticket = world.desk.create_ticket_in(&mut *tx, &ann(), &new_ticket("x"), None).await.unwrap();
        tx.commit().await.unwrap();
        ticket
    });
    assert_eq!(world.look_up(&ticket), ticket);
    assert!(ticket.number.as_str().ends_with("-0002"), "a gap, and no reuse");
    let elsewhere = support_core::id::TenantId::parse("elsewhere").unwrap();
    let refused = run(async {
        let mut tx = world.store.begin(&elsewhere).await.unwrap();
        world.desk.create_ticket_in(&mut *tx, &ann(), &new_ticket("x"), None).await
    });
    assert_eq!(crate::world::refusal(refused), ErrorKind::Internal);
}

/// Ten agents try a change on each version; exactly one of them succeeds each time.
fn r_24<T: Send>(
    version: u64,
    change: impl Fn(usize, u64) -> Result<T> + Sync,
    version_of: impl Fn(&T) -> u64,
) {
    let mut version = version;
    for _round in 0..20 {
        let results: Vec<Result<T>> = thread::scope(|scope| {
            let change = &change;
            let agents: Vec<_> = (0..10).map(|n| scope.spawn(move || change(n, version))).collect();
            agents.into_iter().map(|agent| agent.join().unwrap()).collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 9));
        let next = version_of(won[0].as_ref().ok().unwrap());
        assert!(next > version);
        version = next;
        for result in lost {
            assert_eq!(crate::world::refusal(result), ErrorKind::StaleVersion { current: version });
        }
    }
}

#[test]
fn r_24_two_agents_do_not_overwrite_each_others_ticket() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let change = |n: usize, version: u64| {
        let change = TicketChange {
            // Each writes something that was not there.
            subject: Some(crate::world::subject(&format!("{version}/{n}"))),
            priority: Some(Priority::High),
            ..TicketChange::default()
        };
        run(world.desk.update_ticket(&amy(), &ticket.id.into(), &change, Some(version)))
    };
    r_24(ticket.version, change, |ticket| ticket.version);
}

#[test]
fn r_24_two_agents_do_not_take_the_same_version_of_a_chat() {
    let world = World::new();
    run(world.desk.recognize(&amy())).unwrap();
    run(world.desk.recognize(&max())).unwrap();
    let chat = world.chat(&ann());
    let change = |_: usize, version: u64| {
        let to = if version.is_multiple_of(2) { amy() } else { max() };
        let to = Assign::Agent(to.person().unwrap().id.clone());
        run(world.desk.assign_session(&amy(), chat.id, &to, Some(version)))
    };
    r_24(chat.version, change, |session| session.version);
}

#[test]
fn r_24_every_change_with_a_stale_version_is_refused() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    let key = ticket.id.into();
    let chat = world.chat(&ann());
    let stale = Some(0);
    let by = amy();
    let desk = &world.desk;
    let tickets = [
        run(desk.update_ticket(&by, &key, &TicketChange::default(), stale)),
        run(desk.close_ticket(&by, &key, stale)),
        run(desk.reopen_ticket(&by, &key, stale)),
        run(desk.assign_ticket(&by, &key, &Assign::Nobody, stale)),
    ];
    for refused in tickets {
        assert_eq!(crate::world::refusal(refused), ErrorKind::StaleVersion { current: ticket.version });
    }
    let rating = support_core::desk::chat::NewRating {
        rating: support_core::text::Rating::new(5).unwrap(),
        feedback: None,
    };
    let chats = [
        run(desk.close_session(&by, chat.id, stale)),
        run(desk.reopen_session(&by, chat.id, stale)),
        run(desk.archive_session(&by, chat.id, stale)),
        run(desk.assign_session(&by, chat.id, &Assign::Nobody, stale)),
        run(desk.request_handoff(&by, chat.id, stale)),
        run(desk.rate_session(&ann(), chat.id, &rating, stale)),
    ];
    for refused in chats {
        assert_eq!(crate::world::refusal(refused), ErrorKind::StaleVersion { current: chat.version });
    }
}

#[test]
fn events_keep_one_order_while_many_write() {
    let world = World::new();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = Vec::new();
            while !done.load(Ordering::Acquire) {
                let now: Vec<_> = world.events();
                assert!(now.starts_with(&seen), "what was seen has changed");
                seen = now;
                thread::yield_now();
            }
        });
        let write = || (0..25).for_each(|_| drop(world.ticket(&ann())));
        let writers: Vec<_> = (0..8).map(|_| scope.spawn(write)).collect();
        let results: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Release);
        assert!(results.iter().all(thread::Result::is_ok));
        reader.join().unwrap();
    });
    assert_eq!(world.events().len(), 200);
    let all = TicketFilter::default();
    let sort = support_core::ticket::TicketSort::CreatedAt;
    let listed =
        all_pages(|page| run(world.desk.list_tickets(&Principal::system(), &all, sort, page)).unwrap());
    assert_eq!(listed.len(), 200);
}
