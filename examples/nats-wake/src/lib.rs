//! A line between the processes of a desk over [NATS](https://nats.io), for hosts that have it anyway, or whose database has
//! no line of its own.
//!
//! ```no_run
//! use async_nats::ConnectOptions;
//! use nats_wake::NatsWake;
//! use support_core::{SupportDesk, memory::MemoryStore};
//!
//! # async fn build() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let wake = NatsWake::connect("nats://bus.internal", ConnectOptions::new(), "support.wake").await?;
//! let desk = SupportDesk::builder(MemoryStore::new()).wake(wake).build();
//! # Ok(())
//! # }
//! ```
//!
//! What is said is a hint: events are in the store, and a word lost on the way costs no more than the time until the next
//! look. Whenever the connection was lost, whoever hears is told to look. What comes from the bus is believed as far as it
//! goes: it can have a process look at its store, or show somebody as typing or present who is not, in the tenant that it
//! names. So the subject is the desk's own, and the server's permissions keep others from it.

use std::fmt;

use async_nats::{Client, ConnectOptions, Event, Subject, Subscriber, ToServerAddrs, ToSubject};
use async_trait::async_trait;
use futures_util::StreamExt as _;
use support_core::wake::{MAX_WORD, Wake};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many words wait to be said, and to be heard. Beyond that the line forgets, which it may.
const WAITING: usize = 256;

/// A line between the processes of a desk over NATS.
pub struct NatsWake {
    to_say: mpsc::Sender<Vec<u8>>,
    heard: Mutex<mpsc::Receiver<Vec<u8>>>,
    /// Ended when this is dropped, and the connection with them.
    _tasks: JoinSet<()>,
}

impl NatsWake {
    /// Connects, and begins to listen and to speak on a subject, which all processes of the desk share and no other desk
    /// has. The connection is the line's own, and comes back by itself; the options' event callback is replaced.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub async fn connect(
        servers: impl ToServerAddrs,
        options: ConnectOptions,
        subject: impl ToSubject,
    ) -> Result<Self, Failure> {
        let (hears, heard) = mpsc::channel(WAITING);
        let looks = hears.clone();
        let options = options.no_echo().event_callback(move |event| {
            note(&event, &looks);
            std::future::ready(())
        });
        let client = options.connect(servers).await?;
        let subject = subject.to_subject();
        let words = client.subscribe(subject.clone()).await?;
        // From here on nothing that others say is missed.
        client.flush().await?;
        let (to_say, saying) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(words, hears));
        tasks.spawn(speak(client, subject, saying));
        Ok(Self { to_say, heard: Mutex::new(heard), _tasks: tasks })
    }
}

#[async_trait]
impl Wake for NatsWake {
    fn say(&self, word: &[u8]) {
        // One that finds no room is forgotten.
        _ = self.to_say.try_send(word.to_owned());
    }

    async fn hear(&self) -> Vec<u8> {
        match self.heard.lock().await.recv().await {
            Some(word) => word,
            // The listening task has ended, with its runtime.
            None => std::future::pending().await,
        }
    }
}

/// Tells whoever hears to look, where words may have been lost.
fn note(event: &Event, looks: &mpsc::Sender<Vec<u8>>) {
    match event {
        Event::Connected | Event::SlowConsumer(_) => _ = looks.try_send(Vec::new()),
        Event::Disconnected => tracing::warn!("the line over NATS is cut"),
        Event::ServerError(error) => tracing::warn!(%error, "NATS refuses something"),
        Event::ClientError(error) => tracing::warn!(%error, "the line over NATS fails"),
        Event::LameDuckMode | Event::Draining | Event::Closed => {}
    }
}

async fn listen(mut words: Subscriber, hears: mpsc::Sender<Vec<u8>>) {
    while let Some(message) = words.next().await {
        // No desk says anything longer; what is broken in other ways the desk ignores.
        if message.payload.len() <= MAX_WORD {
            _ = hears.try_send(message.payload.into());
        }
    }
}

async fn speak(client: Client, subject: Subject, mut words: mpsc::Receiver<Vec<u8>>) {
    let mut said_look = false;
    while let Some(word) = words.recv().await {
        // "Look" said twice in a row is said once.
        let is_look = word.is_empty();
        if is_look && said_look && !words.is_empty() {
            continue;
        }
        said_look = is_look;
        if let Err(error) = client.publish(subject.clone(), word.into()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "other processes were not told");
        }
    }
}

impl fmt::Debug for NatsWake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsWake").finish_non_exhaustive()
    }
}
