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

use std::{fmt, sync::Arc};

use async_nats::{Client, ConnectOptions, Event, Subject, Subscriber, ToServerAddrs, ToSubject};
use async_trait::async_trait;
use futures_util::StreamExt as _;
use support_core::wake::{Wake, Words};
use tokio::task::JoinSet;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A line between the processes of a desk over NATS.
pub struct NatsWake {
    to_say: Arc<Words>,
    heard: Arc<Words>,
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
        let (to_say, heard) = (Arc::<Words>::default(), Arc::<Words>::default());
        let looks = Arc::clone(&heard);
        let options = options.no_echo().event_callback(move |event| {
            note(&event, &looks);
            std::future::ready(())
        });
        let client = options.connect(servers).await?;
        let subject = subject.to_subject();
        let words = client.subscribe(subject.clone()).await?;
        // From here on nothing that others say is missed.
        client.flush().await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(words, Arc::clone(&heard)));
        tasks.spawn(speak(client, subject, Arc::clone(&to_say)));
        Ok(Self { to_say, heard, _tasks: tasks })
    }
}

#[async_trait]
impl Wake for NatsWake {
    fn say(&self, word: &[u8]) {
        self.to_say.put(word);
    }

    async fn hear(&self) -> Vec<u8> {
        self.heard.take().await
    }
}

/// Tells whoever hears to look, where words may have been lost.
fn note(event: &Event, looks: &Words) {
    match event {
        Event::Connected | Event::SlowConsumer(_) => looks.put(b""),
        Event::Disconnected => tracing::warn!("the line over NATS is cut"),
        Event::ServerError(error) => tracing::warn!(%error, "NATS refuses something"),
        Event::ClientError(error) => tracing::warn!(%error, "the line over NATS fails"),
        Event::LameDuckMode | Event::Draining | Event::Closed => {}
    }
}

async fn listen(mut words: Subscriber, heard: Arc<Words>) {
    while let Some(message) = words.next().await {
        // What is broken the desk ignores.
        heard.put(&message.payload);
    }
}

async fn speak(client: Client, subject: Subject, words: Arc<Words>) {
    loop {
        let word = words.take().await;
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
