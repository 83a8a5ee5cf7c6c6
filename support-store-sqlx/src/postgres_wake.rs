//! A line between processes over PostgreSQL's own `NOTIFY`.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use support_core::{store::StoreError, wake::Wake};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use crate::error::meaning;

/// How many words wait to be said, and to be heard. Beyond that the line forgets, which it may.
const WAITING: usize = 256;

/// How long to wait before a lost connection is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// A line between the processes of a desk on one PostgreSQL database.
///
/// It has two connections of its own: one listens, one speaks. What is said is a hint and is said after the commit, so
/// that no transaction waits for the lock that `NOTIFY` takes. When the connection that listens was lost, whoever hears is
/// told to look at the store, and misses nothing.
///
/// ```no_run
/// use support_core::SupportDesk;
/// use support_store_sqlx::{PostgresStore, PostgresWake};
///
/// # async fn open(url: &str) -> Result<(), support_core::store::StoreError> {
/// let store = PostgresStore::connect(url).await?;
/// let desk = SupportDesk::builder(store).wake(PostgresWake::start(url, "support").await?).build();
/// # Ok(())
/// # }
/// ```
pub struct PostgresWake {
    to_say: mpsc::Sender<String>,
    heard: Mutex<mpsc::Receiver<Vec<u8>>>,
    /// Ended when this is dropped.
    _tasks: JoinSet<()>,
}

impl PostgresWake {
    /// Begins to listen and to speak on a channel, whose name all processes of the desk share and no other desk has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the server cannot be reached.
    pub async fn start(url: &str, channel: &str) -> Result<Self, StoreError> {
        let meaning = meaning::<sqlx::Postgres>;
        let pool = PgPoolOptions::new().max_connections(2).connect(url).await.map_err(meaning)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(meaning)?;
        listener.listen(channel).await.map_err(meaning)?;
        let (to_say, words) = mpsc::channel(WAITING);
        let (hears, heard) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(listener, hears));
        tasks.spawn(speak(pool, channel.to_owned(), words));
        Ok(Self { to_say, heard: Mutex::new(heard), _tasks: tasks })
    }
}

#[async_trait]
impl Wake for PostgresWake {
    fn say(&self, word: &[u8]) {
        // A word that is no text is none of the desk's; one that finds no room is forgotten.
        if let Ok(word) = std::str::from_utf8(word) {
            _ = self.to_say.try_send(word.to_owned());
        }
    }

    async fn hear(&self) -> Vec<u8> {
        match self.heard.lock().await.recv().await {
            Some(word) => word,
            // The listening task has ended, with its runtime.
            None => std::future::pending().await,
        }
    }
}

async fn listen(mut listener: PgListener, hears: mpsc::Sender<Vec<u8>>) {
    loop {
        let word = match listener.try_recv().await {
            Ok(Some(notification)) => notification.payload().as_bytes().to_vec(),
            // The connection was lost, and with it perhaps a word: look.
            Ok(None) => Vec::new(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "PostgreSQL cannot be listened to");
                tokio::time::sleep(RETRY).await;
                Vec::new()
            }
        };
        _ = hears.try_send(word);
    }
}

async fn speak(pool: PgPool, channel: String, mut words: mpsc::Receiver<String>) {
    let mut said_look = false;
    while let Some(word) = words.recv().await {
        // "Look" said twice in a row is said once.
        let is_look = word.is_empty();
        if is_look && said_look && !words.is_empty() {
            continue;
        }
        said_look = is_look;
        let notify = sqlx::query("select pg_notify($1, $2)").bind(&channel).bind(&word);
        if let Err(error) = notify.execute(&pool).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "other processes were not told");
        }
    }
}

impl fmt::Debug for PostgresWake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresWake").finish_non_exhaustive()
    }
}
