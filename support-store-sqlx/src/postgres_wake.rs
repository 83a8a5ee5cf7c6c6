//! A line between processes over PostgreSQL's own `NOTIFY`.

use std::{
    convert::Infallible,
    fmt,
    io::{Error as IoError, ErrorKind},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use sqlx::{
    Connection as _, Executor as _, PgConnection, Postgres,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use support_core::{
    store::StoreError,
    wake::{Wake, Words},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{error::meaning, prefix::Prefix};

/// How long to wait before a connection is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// How long the server may take for anything.
const PATIENCE: Duration = Duration::from_secs(3);

/// After how much silence the server is asked whether it is there: a network may forget a connection on which nothing is
/// said, and tell nobody.
const SILENCE: Duration = Duration::from_secs(10);

/// A line between the processes of a desk over PostgreSQL.
///
/// It has two connections of its own: one listens, one speaks. What is said is a hint and is said after the commit, so
/// that no transaction waits for the lock that `NOTIFY` takes. Where the server is away, or was, processes look at the
/// store as if there were no line; it comes back by itself, and whoever hears is told to look then, and misses nothing.
///
/// A pooler between desk and database that hands its connections from transaction to transaction passes nothing on to who
/// listens: give the line a URL that leads past it.
///
/// ```no_run
/// use support_core::SupportDesk;
/// use support_store_sqlx::{PostgresStore, PostgresWake, Prefix};
///
/// # async fn open(url: &str) -> Result<(), support_core::store::StoreError> {
/// let store = PostgresStore::connect(url).await?;
/// let wake = PostgresWake::start(url, &Prefix::default()).await?;
/// let desk = SupportDesk::builder(store).wake(wake).build();
/// # Ok(())
/// # }
/// ```
pub struct PostgresWake {
    to_say: Arc<Words>,
    heard: Arc<Words>,
    /// Ended when this is dropped.
    _tasks: JoinSet<()>,
}

impl PostgresWake {
    /// Begins to listen and to speak, for the processes whose tables in this database begin so.
    ///
    /// Returns when it listens, or after three seconds: a server that cannot be reached is no error, and is tried again.
    ///
    /// # Errors
    /// [`StoreError::Backend`] for a URL that is none.
    pub async fn start(url: &str, prefix: &Prefix) -> Result<Self, StoreError> {
        let server = Server {
            options: PgConnectOptions::from_str(url).map_err(meaning::<Postgres>)?,
            channel: channel(prefix),
        };
        let (to_say, heard) = (Arc::<Words>::default(), Arc::<Words>::default());
        let mut tasks = JoinSet::new();
        let listener = server.listener().await;
        tasks.spawn(listen(server.clone(), listener, Arc::clone(&heard)));
        tasks.spawn(speak(server, Arc::clone(&to_say)));
        Ok(Self { to_say, heard, _tasks: tasks })
    }
}

/// The channel of the desk with these tables. Hashed, because a schema alone may fill the 63 bytes that a name has.
fn channel(prefix: &Prefix) -> String {
    let digest = Sha256::digest(prefix.qualified());
    let digest: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}wake_{digest}")
}

#[async_trait]
impl Wake for PostgresWake {
    fn say(&self, word: &[u8]) {
        self.to_say.put(word);
    }

    async fn hear(&self) -> Vec<u8> {
        self.heard.take().await
    }
}

/// Who passes on what is said, and where.
#[derive(Clone)]
struct Server {
    options: PgConnectOptions,
    channel: String,
}

impl Server {
    /// A connection that listens.
    async fn listener(&self) -> sqlx::Result<PgListener> {
        // A pool for each, or one that a network has swallowed would keep its place.
        let pool = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.acquire_timeout(PATIENCE).connect_lazy_with(self.options.clone());
        let listening = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            // When it comes back is not its own business, but that of who has to be told.
            listener.eager_reconnect(false);
            listener.listen(&self.channel).await?;
            Ok(listener)
        };
        in_time(listening).await
    }

    /// Says a word, on the connection that was kept or on a new one, and keeps it if it was good.
    async fn say(&self, kept: &mut Option<PgConnection>, word: &str) -> sqlx::Result<()> {
        in_time(async {
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => PgConnection::connect_with(&self.options).await?,
            };
            // Not prepared for later, which poolers do not like.
            let notify = sqlx::query("select pg_notify($1, $2)").persistent(false);
            notify.bind(&self.channel).bind(word).execute(&mut connection).await?;
            *kept = Some(connection);
            Ok(())
        })
        .await
    }
}

async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(IoError::from(ErrorKind::TimedOut).into()))
}

/// Listens for ever, on one connection after the other.
async fn listen(server: Server, first: sqlx::Result<PgListener>, heard: Arc<Words>) {
    let (mut listener, mut was_told) = (first, false);
    loop {
        let error = match listener {
            Ok(mut listener) => {
                if std::mem::take(&mut was_told) {
                    tracing::info!("PostgreSQL is listened to again");
                }
                // What was said before was not heard. From here on everything is.
                heard.put(b"");
                match hear(&mut listener, &heard).await {
                    Ok(never) => match never {},
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        // Once for each time that it is away.
        if !std::mem::replace(&mut was_told, true) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "PostgreSQL cannot be listened to; what other processes write is found by looking"
            );
        }
        sleep(RETRY).await;
        listener = server.listener().await;
    }
}

/// Hears on one connection, until it is lost.
async fn hear(listener: &mut PgListener, heard: &Words) -> sqlx::Result<Infallible> {
    loop {
        // Giving up a read loses nothing of what comes.
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => heard.put(notification.payload().as_bytes()),
            Ok(Ok(None)) => return Err(IoError::from(ErrorKind::UnexpectedEof).into()),
            Ok(Err(error)) => return Err(error),
            Err(_) => _ = in_time(listener.execute("select 1")).await?,
        }
    }
}

async fn speak(server: Server, words: Arc<Words>) {
    let (mut connection, mut was_told) = (None, false);
    loop {
        let word = words.take().await;
        // A word that is no text is none of the desk's.
        let Ok(text) = std::str::from_utf8(&word) else { continue };
        let mut said = server.say(&mut connection, text).await;
        if said.is_err() {
            // One on which nothing was said for a while may be gone; a new one is not.
            said = server.say(&mut connection, text).await;
        }
        let Err(error) = said else {
            was_told = false;
            continue;
        };
        if !std::mem::replace(&mut was_told, true) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "other processes are not told; they look"
            );
        }
        if word.is_empty() {
            words.put(&word);
        }
        sleep(RETRY).await;
    }
}

impl fmt::Debug for PostgresWake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresWake").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_one_desks_and_has_a_name_that_postgres_takes() {
        let prefix: Prefix = "a".repeat(24).parse().unwrap();
        let longest = channel(&prefix.clone().in_schema(&"b".repeat(63)).unwrap());
        assert!(longest.len() < 64, "{longest}");
        let others =
            [channel(&Prefix::default()), channel(&prefix), channel(&prefix.clone().in_schema("b").unwrap())];
        assert!(!others.contains(&longest) && others[1] != others[2], "{others:?}");
        assert_eq!(channel(&prefix), channel(&prefix.clone()));
    }
}
