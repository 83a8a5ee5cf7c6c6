//! P10: one message to many subscribers, beside a bare broadcast of the same bytes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode};
use clap::Args;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    Tally,
    client::{Asks, Subscriber, contains},
    server::Process,
};
use crate::{
    Failure,
    api::Api,
    table::{Goal, Table},
    token::{Role, Tokens},
};

/// P10.
#[derive(Debug, Clone, Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct StreamsArgs {
    /// How many subscribers. Each process needs as many open files (`ulimit -n`).
    #[arg(long, default_value_t = 1_000)]
    pub subscribers: usize,
    /// How many messages each side sends, in turn.
    #[arg(long, default_value_t = 15)]
    pub turns: usize,
}

const SECRET: &str = "a secret of the benches, 32 bytes long or more";

/// Sends messages to many subscribers of the desk and of a bare broadcast in turn.
///
/// # Errors
/// A server or a subscriber failed.
pub async fn run(args: &StreamsArgs) -> Result<Table, Failure> {
    let tokens = Tokens::of_secret(SECRET);
    let agent = tokens.bearer("agent", Role::Agent)?;
    let user = tokens.bearer("user", Role::User)?;
    let (desk, bare) = (Process::desk(SECRET, None).await?, Process::bare().await?);
    let api = Api::at(&format!("http://{}", desk.address));
    let chat = api.post("/chat/sessions", &user, &json!({})).await?.json(StatusCode::CREATED)?;
    let messages = format!("/chat/sessions/{}/messages", chat["id"].as_str().ok_or("no id")?);
    // What a message looks like on the line, so that the bare one sends as many bytes.
    let sample =
        api.post(&messages, &user, &json!({ "message": marker(0) })).await?.json(StatusCode::CREATED)?;
    let plain = Api::at(&format!("http://{}", bare.address));

    let asks = |path| Asks { path, authorization: agent.clone(), last_id: None, buffer: None };
    let mut of_desk = Audience::gather(&desk, asks("/chat/events"), args.subscribers).await?;
    let mut of_bare = Audience::gather(&bare, asks("/events"), args.subscribers).await?;
    let (mut desk_last, mut bare_last, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 1..=args.turns {
        let text = sample.to_string().replace(&marker(0), &marker(turn));
        let by_bare = of_bare.time(&plain, "/say", &user, &Value::String(text)).await?;
        let by_desk = of_desk.time(&api, &messages, &user, &json!({ "message": marker(turn) })).await?;
        desk_last.push(milliseconds(by_desk));
        bare_last.push(milliseconds(by_bare));
        ratios.push(by_desk.as_secs_f64() / by_bare.as_secs_f64());
    }
    let mut table = Table::new(format!("P10: a message to {} subscribers, in memory", args.subscribers));
    table.push("last one has it, of a bare broadcast", Goal::AtMost(2.0), ratios);
    table.push("last one has it, desk, ms", Goal::None, desk_last);
    table.push("last one has it, bare, ms", Goal::None, bare_last);
    let memory = of_desk.bytes_each / of_bare.bytes_each;
    table.push("memory of an idle stream, of a bare one", Goal::AtMost(1.25), [memory]);
    table.push("memory of an idle stream, desk, KB", Goal::None, [of_desk.bytes_each / 1_024.0]);
    table.push("memory of an idle stream, bare, KB", Goal::None, [of_bare.bytes_each / 1_024.0]);
    Ok(table)
}

/// Everybody who listens at one server.
struct Audience {
    size: usize,
    heard: Arc<Tally>,
    sent: usize,
    bytes_each: f64,
    _listeners: JoinSet<()>,
}

impl Audience {
    /// Connects so many, and sees what each costs the server while nothing is said.
    async fn gather(server: &Process, asks: Asks, size: usize) -> Result<Self, Failure> {
        let before = server.resident()?;
        let mut subscribers = Vec::with_capacity(size);
        for _ in 0..size {
            let mut subscriber = Subscriber::connect(&server.address, &asks).await?;
            subscriber.begin().await?;
            subscribers.push(subscriber);
        }
        let bytes_each = (server.resident()? - before) / size as f64;
        let heard = Arc::<Tally>::default();
        let mut listeners = JoinSet::new();
        for subscriber in subscribers {
            listeners.spawn(listen(subscriber, Arc::clone(&heard)));
        }
        Ok(Self { size, heard, sent: 0, bytes_each, _listeners: listeners })
    }

    /// How long it takes from asking for a message until the last one has it.
    async fn time(&mut self, api: &Api, path: &str, by: &str, body: &Value) -> Result<Duration, Failure> {
        let began = Instant::now();
        let answer = api.call(Method::POST, path, by, body).await?;
        if !answer.status.is_success() {
            return Err(format!("{path}: {}", answer.status).into());
        }
        self.sent += 1;
        self.heard.reaches(self.sent * self.size).await;
        Ok(began.elapsed())
    }
}

async fn listen(mut subscriber: Subscriber, heard: Arc<Tally>) {
    let mut pending = Vec::new();
    while let Ok(bytes) = subscriber.read().await {
        if bytes.is_empty() {
            return;
        }
        pending.extend(bytes);
        // A message ends in two line breaks; nothing else here says `MARK`.
        if contains(&pending, b"MARK") && contains(&pending, b"\n\n") {
            heard.add();
            pending.clear();
        }
    }
}

fn marker(turn: usize) -> String {
    format!("MARK {turn:04} {}", "x".repeat(100))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
