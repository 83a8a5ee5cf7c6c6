//! Several processes that deliver to one hook.

use std::{fmt, pin::Pin, task::Poll, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use support_core::{
    event::{Event, EventSink},
    id::TenantId,
};

use super::{Answer, Hook, Mood, config, deliver, desk_with, restarted};
use crate::world::{World, ann, run};

/// A desk whose hooks may take an hour of the machine's time.
fn patient_desk(hook: &Hook) -> World {
    let mut config = config();
    config.hook_time_limit = Duration::from_secs(3_600);
    World::build(|desk| desk.config(config).events(hook.clone()))
}

/// Goes on with a future for as long as it does not wait.
fn poll_once<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Poll<T> {
    run(std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))))
}

#[test]
fn a_hook_is_told_by_one_process_at_a_time() {
    let hook = Hook::named("host").once(Mood::NeverReturns);
    let world = patient_desk(&hook);
    world.ticket(&ann());
    world.ticket(&ann());
    let mut first = Box::pin(world.desk.deliver_events());
    assert!(poll_once(&mut first).is_pending());
    let second = patient_desk_on(&world, &hook);
    assert_eq!(deliver(&second), (0, 0), "the first one is at it");
    assert_eq!(deliver(&world), (0, 0), "nor does another task of the same process come between");
    assert_eq!(hook.calls().len(), 1);
}

#[test]
fn when_a_process_ends_in_its_turn_another_goes_on() {
    let hook = Hook::named("host").once(Mood::NeverReturns);
    let world = patient_desk(&hook);
    world.ticket(&ann());
    let mut killed = Box::pin(world.desk.deliver_events());
    assert!(poll_once(&mut killed).is_pending());
    drop(killed);
    // A turn lasts as long as a hook may take, and twenty seconds more.
    let second = patient_desk_on(&world, &hook);
    second.clock.set(world.now() + TimeDelta::seconds(3_619));
    assert_eq!(deliver(&second), (0, 0));
    second.advance(TimeDelta::seconds(1));
    assert_eq!(deliver(&second), (1, 0));
}

/// A turn that a process has, or had when it was killed: nobody can tell.
fn with_a_turn_taken(hook: &Hook) -> World {
    let world = patient_desk(hook);
    world.ticket(&ann());
    let mut killed = Box::pin(world.desk.deliver_events());
    assert!(poll_once(&mut killed).is_pending());
    drop(killed);
    world
}

#[test]
fn r_13_a_turn_counts_where_the_clock_is_slow() {
    let hook = Hook::named("host").once(Mood::NeverReturns);
    let world = with_a_turn_taken(&hook);
    let second = patient_desk_on(&world, &hook);
    for slow_by in [TimeDelta::microseconds(1), TimeDelta::seconds(1), TimeDelta::seconds(60)] {
        second.clock.set(world.now() - slow_by);
        assert_eq!(deliver(&second), (0, 0), "slow by {slow_by}");
    }
    assert_eq!(hook.calls().len(), 1);
}

#[test]
fn r_13_a_turn_from_before_the_clock_was_set_back_holds_nobody_up() {
    let hook = Hook::named("host").once(Mood::NeverReturns);
    let world = with_a_turn_taken(&hook);
    let second = patient_desk_on(&world, &hook);
    second.clock.set(world.now() - TimeDelta::days(1));
    assert_eq!(deliver(&second), (1, 0));
    assert_eq!(hook.taken(), [1]);
}

fn patient_desk_on(world: &World, hook: &Hook) -> World {
    let mut config = config();
    config.hook_time_limit = Duration::from_secs(3_600);
    World::on(world.store.clone(), world.store.clone(), |desk| desk.config(config).events(hook.clone()))
}

#[test]
fn a_process_that_comes_late_does_not_move_a_hooks_place_back() {
    let hook = Hook::named("host");
    let world = desk_with(&[&hook]);
    world.ticket(&ann());
    let late = Late { hook: hook.clone(), others: restarted(&world, &hook) };
    let first =
        World::on(world.store.clone(), world.store.clone(), |desk| desk.config(config()).events(late));
    let delivered = run(first.desk.deliver_events()).unwrap();
    assert_eq!(delivered.events, 0, "it was told, and does not count");
    assert_eq!(hook.taken(), [1, 1, 2]);
    first.clock.set(world.now() + TimeDelta::hours(2));
    assert_eq!(deliver(&world), (0, 0), "nothing comes a third time");
}

/// A hook that takes so long that others are given its turn, and go on far.
struct Late {
    hook: Hook,
    others: World,
}

#[async_trait]
impl EventSink for Late {
    fn name(&self) -> &str {
        "host"
    }

    async fn deliver(&self, tenant: &TenantId, events: &[Event]) -> Answer {
        self.hook.deliver(tenant, events).await?;
        self.others.ticket(&ann());
        self.others.advance(TimeDelta::hours(1));
        assert_eq!(self.others.desk.deliver_events().await.unwrap().events, 2);
        Ok(())
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("late")
    }
}
