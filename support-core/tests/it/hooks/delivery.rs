//! Telling hooks: in order, at least once, later and later, and to the others all the same.

use std::time::Duration;

use chrono::TimeDelta;
use support_core::{
    id::TenantId,
    time::{SystemTimer, Timer as _},
};

use super::{Hook, Mood, config, deliver, desk_with, restarted};
use crate::world::{World, ann, run};

/// Longer than the first wait, and shorter than the second.
const FIRST_RETRY: TimeDelta = TimeDelta::seconds(1);

#[test]
fn a_hook_is_told_of_everything_once_in_order() {
    let hook = Hook::named("host");
    let world = desk_with(&[&hook]);
    for _ in 0..150 {
        world.ticket(&ann());
    }
    assert_eq!(deliver(&world), (150, 0));
    assert_eq!(deliver(&world), (0, 0));
    world.ticket(&ann());
    assert_eq!(deliver(&world), (1, 0));
    assert!(hook.taken().into_iter().eq(1..=151));
}

#[test]
fn a_hooks_place_outlives_the_process() {
    let hook = Hook::named("host");
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    deliver(&world);
    let restarted = restarted(&world, &hook);
    restarted.ticket(&ann());
    assert_eq!(deliver(&restarted), (1, 0));
    assert_eq!(hook.taken(), [1, 2]);
}

fn r_18(mood: Mood) {
    let (bad, good) = (Hook::named("bad").once(mood), Hook::named("good"));
    let world = desk_with(&[&bad, &good]);
    let chat = world.chat(&ann());
    let sent = world.say(&ann(), chat.id, "hello").unwrap();
    assert_eq!(world.messages(chat.id), [sent.message], "what happened stands before a hook hears of it");
    assert_eq!(deliver(&world).0, 4, "both took both: the one that failed was asked for each alone at once");
    assert_eq!((bad.taken(), good.taken()), (vec![1, 2], vec![1, 2]));

    bad.moods.lock().unwrap().extend([mood; 2]);
    world.ticket(&ann());
    assert_eq!(deliver(&world), (1, 1), "the other hook was told");
    assert_eq!(deliver(&world), (0, 0), "and nobody is told too early");
    world.advance(FIRST_RETRY);
    assert_eq!(deliver(&world), (0, 1));
    world.advance(FIRST_RETRY * 2);
    assert_eq!(deliver(&world), (1, 0));
    assert_eq!((bad.taken(), good.taken()), (vec![1, 2, 3], vec![1, 2, 3]));
}

#[test]
fn r_18_a_hook_that_fails_is_told_again_and_stalls_nobody() {
    r_18(Mood::Fails);
}

#[test]
fn r_18_a_hook_that_sleeps_is_told_again_and_stalls_nobody() {
    r_18(Mood::NeverReturns);
}

#[test]
fn r_18_a_hook_that_panics_is_told_again_and_stalls_nobody() {
    r_18(Mood::Panics);
}

#[test]
fn r_18_each_failure_is_followed_by_a_longer_wait_that_a_restart_keeps() {
    let hook = Hook::named("host").always(Mood::Fails);
    let mut world = desk_with(&[&hook]);
    world.ticket(&ann());
    assert_eq!(deliver(&world), (0, 1));
    for failures in 1..=11 {
        let whole = TimeDelta::seconds((1 << (failures - 1)).min(600));
        world = restarted(&world, &hook);
        let begun = world.now();
        world.advance(whole / 2 - TimeDelta::microseconds(1));
        assert_eq!(deliver(&world), (0, 0), "never before half of it, {failures}");
        world.clock.set(begun + whole);
        assert_eq!(deliver(&world), (0, 1), "and always after it, {failures}");
    }
}

#[test]
fn waits_differ_at_random() {
    let due_after_three_quarters = |_| {
        let hook = Hook::named("host").once(Mood::Fails);
        let world = desk_with(&[&hook]);
        world.ticket(&ann());
        deliver(&world);
        world.advance(TimeDelta::milliseconds(750));
        deliver(&world).0 == 1
    };
    let due: Vec<_> = (0..64).map(due_after_three_quarters).collect();
    assert!(due.contains(&true) && due.contains(&false), "{due:?}");
}

#[test]
fn r_13_a_clock_that_was_set_back_does_not_hold_a_hook_up() {
    let hook = Hook::named("host").once(Mood::Fails);
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    assert_eq!(deliver(&world), (0, 1));
    world.advance(TimeDelta::days(-1));
    assert_eq!(deliver(&world), (1, 0));
}

#[test]
fn r_13_hooks_are_told_in_the_order_of_events_whatever_the_clock_says() {
    let hook = Hook::named("host").poisoned_by(&[2]).for_good();
    let world = desk_with(&[&hook]);
    for jump in [TimeDelta::days(-1), TimeDelta::days(400), TimeDelta::days(-400), TimeDelta::zero()] {
        world.ticket(&ann());
        world.advance(jump);
    }
    assert_eq!(deliver(&world), (3, 2), "the second is given up");
    assert_eq!(hook.taken(), [1, 3, 4]);
    world.advance(TimeDelta::days(-1));
    world.ticket(&ann());
    assert_eq!(deliver(&world), (1, 0), "and the place it has come to is none in time");
    assert_eq!(hook.taken(), [1, 3, 4, 5]);
}

#[test]
fn every_tenants_events_are_told() {
    let hook = Hook::named("host");
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    world.ticket(&ann().at(TenantId::parse("elsewhere").unwrap()));
    assert_eq!(deliver(&world), (2, 0));
}

#[test]
fn events_that_a_hook_has_not_taken_are_not_pruned() {
    let hook = Hook::named("host");
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    deliver(&world);
    world.advance(TimeDelta::seconds(1));
    world.ticket(&ann());
    world.advance(TimeDelta::days(30));
    assert_eq!(run(world.desk.tick()).unwrap().pruned.events, 1);
    assert_eq!(deliver(&world), (1, 0));
    assert_eq!(hook.taken(), [1, 2]);
    assert_eq!(run(world.desk.tick()).unwrap().pruned.events, 1);
}

#[test]
fn r_18_who_keeps_delivering_tells_each_hook_at_its_own_pace() {
    let mut config = config();
    // One that takes its time takes all of it.
    config.hook_time_limit = Duration::from_secs(3_600);
    let (slow, quick) = (Hook::named("slow").always(Mood::NeverReturns), Hook::named("quick"));
    let world = World::build(|desk| desk.config(config).events(slow.clone()).events(quick.clone()));
    let mut told = Box::pin(async {
        for n in 1..=3 {
            world.ticket(&ann());
            while quick.taken().len() < n {
                SystemTimer.sleep(Duration::from_millis(1)).await;
            }
        }
    });
    let mut delivery = Box::pin(world.desk.keep_delivering());
    run(std::future::poll_fn(|context| {
        assert!(delivery.as_mut().poll(context).is_pending(), "it never ends");
        told.as_mut().poll(context)
    }));
    assert_eq!((quick.taken(), slow.taken()), (vec![1, 2, 3], vec![]));
    assert_eq!(slow.calls().len(), 1);
}

#[test]
fn a_desk_without_hooks_has_nothing_to_keep_delivering() {
    run(World::new().desk.keep_delivering());
}
