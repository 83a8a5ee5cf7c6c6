//! The host's hooks.

mod dead_letters;
mod delivery;
mod turns;
mod vanishing;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use support_core::{
    desk::DeskConfig,
    event::{Event, EventSink, Undeliverable},
    id::TenantId,
};

use crate::world::{World, run};

type Answer = Result<(), Box<dyn std::error::Error + Send + Sync>>;

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
    /// Positions that it fails on, whenever they come.
    poison: Arc<Mutex<Vec<u64>>>,
    is_final: bool,
    /// Each call: the positions that it was told of.
    calls: Arc<Mutex<Vec<Vec<u64>>>>,
    taken: Arc<Mutex<Vec<u64>>>,
}

impl Hook {
    fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    fn once(self, mood: Mood) -> Self {
        self.moods.lock().unwrap().push_back(mood);
        self
    }

    fn always(self, mood: Mood) -> Self {
        self.moods.lock().unwrap().extend([mood; 1_000]);
        self
    }

    /// Fails on these events.
    fn poisoned_by(self, positions: &[u64]) -> Self {
        self.poison.lock().unwrap().extend(positions);
        self
    }

    /// Says of what it fails on that it will never take it.
    fn for_good(self) -> Self {
        Self { is_final: true, ..self }
    }

    /// Takes everything from now on.
    fn recover(&self) {
        self.moods.lock().unwrap().clear();
        self.poison.lock().unwrap().clear();
    }

    fn taken(&self) -> Vec<u64> {
        self.taken.lock().unwrap().clone()
    }

    fn calls(&self) -> Vec<Vec<u64>> {
        self.calls.lock().unwrap().clone()
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

    async fn deliver(&self, _: &TenantId, events: &[Event]) -> Answer {
        let positions: Vec<_> = events.iter().map(|event| event.position.0).collect();
        self.calls.lock().unwrap().push(positions.clone());
        let mood = self.moods.lock().unwrap().pop_front();
        match mood {
            None => {}
            Some(Mood::Fails) => return Err("as scripted".into()),
            Some(Mood::Panics) => panic!("as scripted"),
            Some(Mood::NeverReturns) => std::future::pending().await,
        }
        let is_poisoned = self.poison.lock().unwrap().iter().any(|poison| positions.contains(poison));
        match (is_poisoned, self.is_final) {
            (true, true) => Err(Undeliverable::new("410 gone").into()),
            (true, false) => Err("poisoned".into()),
            (false, _) => {
                self.taken.lock().unwrap().extend(positions);
                Ok(())
            }
        }
    }
}

fn config() -> DeskConfig {
    let mut config = DeskConfig::default();
    config.hook_time_limit = Duration::from_millis(5);
    config.event_poll = Duration::from_millis(5);
    config
}

fn desk_with(hooks: &[&Hook]) -> World {
    World::build(|desk| hooks.iter().fold(desk.config(config()), |desk, hook| desk.events((*hook).clone())))
}

/// Another process of the same desk, with a hook of the same name.
fn restarted(world: &World, hook: &Hook) -> World {
    let other = World::on(world.store.clone(), world.store.clone(), |desk| {
        desk.config(config()).events(hook.clone())
    });
    other.clock.set(world.now());
    other
}

/// What one call delivered: how many events, how many failures.
fn deliver(world: &World) -> (u64, u64) {
    let delivered = run(world.desk.deliver_events()).unwrap();
    (delivered.events, delivered.failures)
}
