//! A server of the desk in this process, on a store of its own, gone when it is dropped.

use std::{path::Path, pin::Pin, sync::Arc};

use axum::{Router, serve::ListenerExt as _};
use support_core::{SupportDesk, memory::MemoryStore, store::Store};
use support_http_axum::{Server, SupportRouter};
use support_store_sqlx::{MySqlStore, PostgresStore, SqliteStore};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{Failure, token::Tokens};

/// Where hosts mount the API.
const MOUNT: &str = "/api/v1";

/// Where a desk keeps what it knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum StoreKind {
    /// In memory.
    Memory,
    /// In a SQLite file in a temporary directory.
    #[default]
    Sqlite,
}

impl StoreKind {
    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
        }
    }

    /// Opens an empty store, in a directory if it needs files.
    ///
    /// # Errors
    /// The store could not be opened.
    pub async fn open(self, directory: &Path) -> Result<Arc<dyn Store>, Failure> {
        Ok(match self {
            Self::Memory => Arc::new(MemoryStore::new()),
            Self::Sqlite => Arc::new(SqliteStore::connect(&sqlite_url(directory)).await?),
        })
    }
}

/// Opens the store in a database.
///
/// # Errors
/// The database cannot be reached, or there is no store for it.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, Failure> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(SqliteStore::connect(url).await?)),
        Some("postgres" | "postgresql") => Ok(Arc::new(PostgresStore::connect(url).await?)),
        Some("mysql" | "mariadb") => Ok(Arc::new(MySqlStore::connect(url).await?)),
        _ => Err("there is no store for this URL".into()),
    }
}

/// The URL of the database in a directory.
pub fn sqlite_url(directory: &Path) -> String {
    format!("sqlite:{}", directory.join("support.db").display())
}

/// A directory that is removed when it is dropped, below the one given or the system's own.
///
/// # Errors
/// It could not be made.
pub fn temporary(below: Option<&Path>) -> Result<TempDir, Failure> {
    Ok(match below {
        Some(below) => tempfile::tempdir_in(below)?,
        None => tempfile::tempdir()?,
    })
}

/// A router served on a free port of this machine, until it is dropped.
#[derive(Debug)]
pub struct Served {
    base: String,
    _stop: oneshot::Sender<()>,
}

impl Served {
    /// Serves a desk as hosts do, without rate limits, for callers with such tokens.
    ///
    /// # Errors
    /// No port could be had.
    pub async fn desk(desk: SupportDesk, tokens: &Tokens) -> Result<Self, Failure> {
        let api = SupportRouter::new(desk).authenticator(tokens.authenticator()?).without_rate_limits();
        let app = Router::new().nest(MOUNT, api.build());
        Self::start(MOUNT, |listener, stop| async { Server::new(listener, app).run_until(stop).await }).await
    }

    /// Serves a router with nothing but axum.
    ///
    /// # Errors
    /// No port could be had.
    pub async fn bare(app: Router) -> Result<Self, Failure> {
        Self::start("", |listener, stop| async {
            // An answer goes out when it is there, as from the desk's server.
            let listener = listener.tap_io(|stream| _ = stream.set_nodelay(true));
            let served = axum::serve(listener, app).with_graceful_shutdown(stop).await;
            if let Err(error) = served {
                tracing::error!(error = &error as &dyn std::error::Error, "the bare server ended");
            }
        })
        .await
    }

    async fn start<F>(mount: &str, serve: impl FnOnce(TcpListener, Stop) -> F) -> Result<Self, Failure>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}{mount}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        // Sent or dropped: either way it is time to stop.
        let stopped: Stop = Box::pin(async { drop(stopped.await) });
        tokio::spawn(serve(listener, stopped));
        Ok(Self { base, _stop: stop })
    }

    /// The address of what is served.
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// Ready when it is time to stop.
type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;
