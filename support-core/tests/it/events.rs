//! Events, and the host's hooks.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use support_core::{
    desk::DeskConfig,
    event::{Event, EventSink, EventSubject, Position},
    id::TenantId,
};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, run},
};

#[derive(Clone, Copy)]
enum Mood {
    Fails,
    Panics,
    NeverReturns,
}

/// A hook that fails as the test tells it to, and takes everything otherwise. Its clones are the same hook.
#[derive(Clone, Default)]
struct Hook {
    name: &'static str,
    moods: Arc<Mutex<VecDeque<Mood>>>,
    taken: Arc<Mutex<Vec<Position>>>,
}

impl Hook {
    fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    fn once(self, mood: Mood) -> Self {
        self.moods.lock().unwrap().push_back(mood);
        self
    }

    fn taken(&self) -> Vec<u64> {
        self.taken.lock().unwrap().iter().map(|position| position.0).collect()
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[async_trait]
impl EventSink for Hook {
    fn name(&self) -> &str {
        self.name
    }

    async fn deliver(
        &self,
        _: &TenantId,
        events: &[Event],
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mood = self.moods.lock().unwrap().pop_front();
        match mood {
            None => {
                self.taken.lock().unwrap().extend(events.iter().map(|event| event.position));
                Ok(())
            }
            Some(Mood::Fails) => Err("as scripted".into()),
            Some(Mood::Panics) => panic!("as scripted"),
            Some(Mood::NeverReturns) => std::future::pending().await,
        }
    }
}

fn desk_with(hooks: &[&Hook]) -> World {
    let mut config = DeskConfig::default();
    config.hook_time_limit = Duration::from_millis(5);
    World::build(|desk| hooks.iter().fold(desk.config(config), |desk, hook| desk.events((*hook).clone())))
}

/// What one call delivered: how many events, how many failures.
fn deliver(world: &World) -> (u64, u64) {
    let delivered = run(world.desk.deliver_events()).unwrap();
    (delivered.events, delivered.failures)
}

#[test]
fn positions_are_one_order_that_names_every_change() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.note(&amy(), &ticket, "note").unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    let events = world.events();
    assert!(events.iter().map(|event| event.position.0).eq(1..=4));
    let subjects: Vec<_> = events.iter().map(|event| event.subject).collect();
    let (ticket_id, session_id) = (ticket.id, chat.id);
    assert_eq!(
        subjects,
        [
            EventSubject::Ticket { ticket_id, seq: None },
            EventSubject::Ticket { ticket_id, seq: Some(1) },
            EventSubject::Session { session_id, seq: None },
            EventSubject::Session { session_id, seq: Some(1) },
        ]
    );
}

#[test]
fn events_hold_nothing_of_what_people_wrote() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.note(&amy(), &ticket, "canary").unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "canary").unwrap();
    let text = serde_json::to_string(&world.events()).unwrap();
    assert!(!text.contains("canary") && !text.contains("Ann"));
}

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
    let restarted = World::on(world.store.clone(), world.store.clone(), |desk| desk.events(hook.clone()));
    restarted.ticket(&ann());
    assert_eq!(deliver(&restarted), (1, 0));
    assert_eq!(hook.taken(), [1, 2]);
}

fn r_18(mood: Mood) {
    let (bad, good) = (Hook::named("bad").once(mood), Hook::named("good"));
    let world = desk_with(&[&bad, &good]);
    let ticket = world.ticket(&ann());
    assert_eq!(world.look_up(&ticket), ticket, "what happened stands before a hook hears of it");
    assert_eq!(deliver(&world), (1, 1), "the other hook was told");
    assert_eq!((bad.taken(), good.taken()), (vec![], vec![1]));
    world.ticket(&ann());
    assert_eq!(deliver(&world), (3, 0));
    assert_eq!((bad.taken(), good.taken()), (vec![1, 2], vec![1, 2]));
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
fn nothing_is_told_of_what_was_not_committed() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let ticket = world.ticket_that_is(support_core::ticket::TicketStatus::Resolved);
    let events = world.events_of(|| {
        assert!(world.set_status(&ticket, support_core::ticket::TicketStatus::OnHold).is_err());
        assert!(world.reply_with(&ticket, support_core::ticket::TicketStatus::OnHold).is_err());
    });
    assert_eq!(events, []);
}

#[test]
fn r_18_a_hook_that_panics_is_told_again_and_stalls_nobody() {
    r_18(Mood::Panics);
}
