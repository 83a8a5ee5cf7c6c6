//! Events that a hook fails on for good.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    desk::PageQuery,
    event::{DeadLetter, EventSubject, Position},
    id::DeadLetterId,
    store::PersonKey,
};

use super::{Hook, deliver, desk_with};
use crate::world::{World, amy, ann, bob, run, user_id};

fn letters(world: &World) -> Vec<DeadLetter> {
    run(world.desk.list_dead_letters(&Principal::system(), &PageQuery::default())).unwrap().items
}

/// Delivers until every retry is over.
fn deliver_until_nothing_is_left(world: &World) {
    for _ in 0..20 {
        deliver(world);
        world.advance(TimeDelta::minutes(10));
    }
}

fn redeliver(world: &World, letter: &DeadLetter) -> Option<DeadLetter> {
    run(world.desk.redeliver_dead_letter(&Principal::system(), letter.id)).unwrap()
}

#[test]
fn r_18_a_poisoned_event_is_given_up_in_the_end_and_those_behind_it_are_told() {
    let hook = Hook::named("host").poisoned_by(&[3]);
    let world = desk_with(&[&hook]);
    let tickets: Vec<_> = (0..5).map(|_| world.ticket(&ann())).collect();
    assert_eq!(deliver(&world), (2, 2));
    assert_eq!(hook.calls(), [vec![1, 2, 3, 4, 5], vec![1], vec![2], vec![3]], "it is looked for at once");
    deliver_until_nothing_is_left(&world);
    assert_eq!(hook.taken(), [1, 2, 4, 5]);
    assert_eq!(hook.calls().iter().filter(|told| **told == [3]).count(), 12, "as often as the bound says");
    let letters = letters(&world);
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!((letter.sink.as_str(), letter.failures, letter.error.as_str()), ("host", 12, "poisoned"));
    assert_eq!(letter.event.position, Position(3));
    assert_eq!(letter.event.subject, EventSubject::Ticket { ticket_id: tickets[2].id, seq: None });

    world.ticket(&ann());
    world.ticket(&ann());
    assert_eq!(deliver(&world), (2, 0), "all is well again");
    assert_eq!(hook.calls().last().unwrap(), &[6, 7]);
}

#[test]
fn what_a_hook_calls_undeliverable_is_given_up_at_once() {
    let hook = Hook::named("host").poisoned_by(&[1, 3]).for_good();
    let world = desk_with(&[&hook]);
    for _ in 0..4 {
        world.ticket(&ann());
    }
    let delivered = run(world.desk.deliver_events()).unwrap();
    assert_eq!((delivered.events, delivered.dead_letters), (2, 2));
    assert_eq!(hook.taken(), [2, 4]);
    let letters = letters(&world);
    assert!(letters.iter().all(|letter| letter.failures == 1), "{letters:?}");
    assert_eq!(letters[0].error, "the event is refused for good: 410 gone");
}

#[test]
fn a_dead_letter_is_told_again_when_somebody_asks() {
    let hook = Hook::named("host").poisoned_by(&[1]).for_good();
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    deliver(&world);
    let letter = letters(&world).remove(0);
    // The event itself is long forgotten.
    world.advance(TimeDelta::days(2));
    run(world.desk.tick()).unwrap();
    assert_eq!(world.events(), []);
    let again = redeliver(&world, &letter).unwrap();
    assert_eq!((again.failures, again.id), (2, letter.id));
    assert_eq!(letters(&world), [again]);
    hook.recover();
    assert_eq!(redeliver(&world, &letter), None);
    assert_eq!((hook.taken(), letters(&world)), (vec![1], vec![]));
    let gone = run(world.desk.redeliver_dead_letter(&Principal::system(), letter.id)).unwrap_err();
    assert_eq!(gone.kind(), &ErrorKind::NotFound);
}

#[test]
fn a_dead_letter_can_be_discarded() {
    let hook = Hook::named("host").poisoned_by(&[1]).for_good();
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    deliver(&world);
    let id = letters(&world)[0].id;
    run(world.desk.discard_dead_letter(&Principal::system(), id)).unwrap();
    assert_eq!(letters(&world), []);
    let gone = run(world.desk.discard_dead_letter(&Principal::system(), id)).unwrap_err();
    assert_eq!(gone.kind(), &ErrorKind::NotFound);
}

#[test]
fn a_dead_letter_of_a_hook_that_is_gone_cannot_be_told() {
    let hook = Hook::named("host").poisoned_by(&[1]).for_good();
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    deliver(&world);
    let letter = letters(&world).remove(0);
    let without = World::on(world.store.clone(), world.store.clone(), |desk| desk);
    let refused = run(without.desk.redeliver_dead_letter(&Principal::system(), letter.id)).unwrap_err();
    assert_eq!(refused.kind(), &ErrorKind::NotFound);
    assert_eq!(letters(&world), [letter]);
}

#[test]
fn dead_letters_are_the_hosts_business_alone() {
    let world = desk_with(&[]);
    let id = DeadLetterId::from_uuid(uuid::Uuid::nil());
    for (by, expected) in [
        (amy(), ErrorKind::Forbidden),
        (ann(), ErrorKind::Forbidden),
        (Principal::anonymous(), ErrorKind::Unauthenticated),
    ] {
        let page = PageQuery::default();
        let refused = run(world.desk.list_dead_letters(&by, &page)).unwrap_err();
        assert_eq!(refused.kind(), &expected, "{by:?}");
        let refused = run(world.desk.redeliver_dead_letter(&by, id)).unwrap_err();
        assert_eq!(refused.kind(), &expected, "{by:?}");
        let refused = run(world.desk.discard_dead_letter(&by, id)).unwrap_err();
        assert_eq!(refused.kind(), &expected, "{by:?}");
    }
}

#[test]
fn dead_letters_go_with_what_they_are_about_and_with_time() {
    let hook = Hook::named("host").poisoned_by(&[1, 2]).for_good();
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    world.ticket(&bob());
    deliver(&world);
    assert_eq!(letters(&world).len(), 2);
    let (system, ann) = (Principal::system(), PersonKey::User(user_id("ann")));
    let erase = world.desk.erase_person(&system, &ann);
    assert_eq!(run(erase).unwrap().dead_letters, 1);
    assert_eq!(letters(&world).len(), 1);
    world.advance(TimeDelta::days(30));
    assert_eq!(run(world.desk.tick()).unwrap().pruned.dead_letters, 0);
    world.advance(TimeDelta::seconds(1));
    assert_eq!(run(world.desk.tick()).unwrap().pruned.dead_letters, 1);
    assert_eq!(letters(&world), []);
}
