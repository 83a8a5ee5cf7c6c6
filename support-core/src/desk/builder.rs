//! Putting a desk together.

use std::sync::Arc;

use super::{DeskConfig, Inner, SupportDesk, chat::Grounded};
use crate::{
    access::{AccessPolicy, DefaultPolicy},
    bot::Bot,
    directory::Directory,
    event::EventSink,
    responder::{PassageSource, Responder},
    store::Store,
    time::{Clock, IdGenerator, SystemClock, SystemIds, SystemTimer, Timer},
    wake::Wake,
};

/// Puts a desk together; see [`SupportDesk::builder`].
#[derive(Debug)]
#[must_use]
pub struct SupportDeskBuilder {
    store: Arc<dyn Store>,
    bot: Option<Arc<dyn Bot>>,
    responder: Option<Grounded>,
    policy: Arc<dyn AccessPolicy>,
    directory: Option<Arc<dyn Directory>>,
    sinks: Vec<Arc<dyn EventSink>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    timer: Arc<dyn Timer>,
    wake: Option<Arc<dyn Wake>>,
    config: DeskConfig,
}

impl SupportDeskBuilder {
    pub(super) fn new(store: impl Store + 'static) -> Self {
        Self {
            store: Arc::new(store),
            bot: None,
            responder: None,
            policy: Arc::new(DefaultPolicy),
            directory: None,
            sinks: Vec::new(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::default()),
            timer: Arc::new(SystemTimer),
            wake: None,
            config: DeskConfig::default(),
        }
    }

    /// Who answers first in chats. Without one, chats go to the queue at once.
    pub fn bot(mut self, bot: impl Bot + 'static) -> Self {
        self.bot = Some(Arc::new(bot));
        self
    }

    /// Who proposes answers to what the bot misses, and the passages they have to rest on; see
    /// [`responder`](crate::responder). Without one, the bot asks to rephrase, and hands over.
    pub fn responder(
        mut self,
        responder: impl Responder + 'static,
        passages: impl PassageSource + 'static,
    ) -> Self {
        self.responder = Some(Grounded::new(responder, passages));
        self
    }

    /// Who may see and do what. Without one, [`DefaultPolicy`].
    pub fn policy(mut self, policy: impl AccessPolicy + 'static) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// The host's list of agents. Without one, the desk keeps those that were registered or have called.
    pub fn directory(mut self, directory: impl Directory + 'static) -> Self {
        self.directory = Some(Arc::new(directory));
        self
    }

    /// A hook that is told of every event after its commit, beside those added before.
    pub fn events(mut self, sink: impl EventSink + 'static) -> Self {
        self.sinks.push(Arc::new(sink));
        self
    }

    /// What tells the time. Without one, the machine's clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What makes ids and secrets. Without one, the operating system's generator.
    pub fn ids(mut self, ids: impl IdGenerator + 'static) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// What waits. Without one, a thread of its own.
    pub fn timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Arc::new(timer);
        self
    }

    /// A line to other processes of the same desk. Without one they hear of events when they next look, and of typing
    /// and presence not at all.
    pub fn wake(mut self, wake: impl Wake + 'static) -> Self {
        self.wake = Some(Arc::new(wake));
        self
    }

    /// The numbers and texts. Without them, the product's own.
    pub fn config(mut self, config: DeskConfig) -> Self {
        self.config = config;
        self
    }

    /// The desk.
    #[must_use]
    pub fn build(self) -> SupportDesk {
        let Self { store, bot, responder, policy, directory, sinks, clock, ids, timer, wake, config } = self;
        let process = ids.next_id(clock.now());
        let inner = Inner {
            store,
            bot,
            responder,
            policy,
            directory,
            sinks,
            clock,
            ids,
            timer,
            config,
            live: Default::default(),
            wake,
            taught: Default::default(),
            process,
            known_agents: Default::default(),
        };
        SupportDesk { inner: Arc::new(inner) }
    }
}
