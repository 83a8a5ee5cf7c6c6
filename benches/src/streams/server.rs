//! A server of streams in a process of its own, whose memory is nobody else's.

use std::{convert::Infallible, process::Stdio, sync::Arc};

use axum::{
    Router,
    extract::State,
    response::{Sse, sse::Event},
    routing::{get, post},
};
use clap::{Args, ValueEnum};
use futures_util::{Stream, stream};
use support_core::{SupportDesk, memory::MemoryStore, store::Store};
use support_http_axum::{Server, SupportRouter};
use support_store_sqlx::{PostgresWake, Prefix};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
    sync::broadcast,
};

use crate::{Failure, opened::Opened, token::Tokens};

/// More than any run has.
const MAX_CONNECTIONS: usize = 50_000;

/// Which server, and with what.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// What to serve.
    kind: Kind,
    /// The URL of the database to keep it in; in memory without.
    #[arg(long)]
    database_url: Option<String>,
    /// What tokens are signed with.
    #[arg(long, default_value = "")]
    secret: String,
}

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The desk.
    Desk,
    /// A broadcast to all who listen, by axum and tokio alone.
    Bare,
}

/// Serves until its standard input is closed, and says where in its first line.
///
/// # Errors
/// It could not be served.
pub async fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let app = app(args).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let stop = async {
        let mut rest = Vec::new();
        _ = tokio::io::stdin().read_to_end(&mut rest).await;
    };
    Server::new(listener, app).max_connections(MAX_CONNECTIONS).run_until(stop).await;
    Ok(())
}

/// What is served.
///
/// # Errors
/// The database cannot be opened.
pub async fn app(args: &ServeArgs) -> Result<Router, Failure> {
    match args.kind {
        Kind::Bare => Ok(bare()),
        Kind::Desk => desk(args).await,
    }
}

async fn desk(args: &ServeArgs) -> Result<Router, Failure> {
    let store = match &args.database_url {
        None => Arc::new(MemoryStore::new()) as Arc<dyn Store>,
        Some(url) => Opened::at(url).await?.store(),
    };
    let tokens = Tokens::of_secret(&args.secret);
    let mut desk = SupportDesk::builder(store);
    if let Some(url) = args.database_url.as_deref().filter(|url| url.starts_with("postgres")) {
        desk = desk.wake(PostgresWake::start(url, &Prefix::default()).await?);
    }
    let api = SupportRouter::new(desk.build());
    Ok(api.authenticator(tokens.authenticator()?).without_rate_limits().build())
}

/// What the same delivery costs without a desk: each listener has a receiver of one channel.
fn bare() -> Router {
    let (said, _) = broadcast::channel::<Arc<str>>(1_024);
    let listen = async |State(said): State<broadcast::Sender<Arc<str>>>| Sse::new(events(said.subscribe()));
    let say = async |State(said): State<broadcast::Sender<Arc<str>>>, text: String| {
        _ = said.send(text.into());
    };
    Router::new().route("/events", get(listen)).route("/say", post(say)).with_state(said)
}

fn events(heard: broadcast::Receiver<Arc<str>>) -> impl Stream<Item = Result<Event, Infallible>> {
    // The first event tells the client that it is heard.
    stream::unfold((heard, true), async |(mut heard, is_first)| {
        if is_first {
            return Some((Ok(Event::default().comment("open")), (heard, false)));
        }
        let text = heard.recv().await.ok()?;
        Some((Ok(Event::default().event("message_created").id("1").data(text)), (heard, false)))
    })
}

/// A server in a process of its own, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pub(super) address: String,
}

impl Process {
    pub(super) async fn desk(secret: &str, database_url: Option<&str>) -> Result<Self, Failure> {
        let mut arguments = vec!["serve".into(), "desk".into(), "--secret".into(), secret.into()];
        if let Some(url) = database_url {
            arguments.extend(["--database-url".into(), url.into()]);
        }
        Self::start(arguments).await
    }

    pub(super) async fn bare() -> Result<Self, Failure> {
        Self::start(vec!["serve".into(), "bare".into()]).await
    }

    async fn start(arguments: Vec<std::ffi::OsString>) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address).await?;
        Ok(Self { child, address: address.trim().to_owned() })
    }

    /// What of its memory is resident, in bytes. Known on Linux only.
    pub(super) fn resident(&self) -> Result<f64, Failure> {
        let id = self.child.id().ok_or("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? * 1_024.0)
    }

    /// How many files and sockets it has open. Known on Linux only.
    pub(super) fn open_files(&self) -> Result<usize, Failure> {
        let id = self.child.id().ok_or("the server has ended")?;
        Ok(std::fs::read_dir(format!("/proc/{id}/fd"))?.count())
    }

    /// Ends it without a word.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        Ok(self.child.start_kill()?)
    }
}
