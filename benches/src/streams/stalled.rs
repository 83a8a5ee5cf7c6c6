//! subscribers who read nothing, beside some who do.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use clap::Args;
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    Tally,
    client::{Asks, Subscriber, contains},
    server::Process,
};
use crate::{
    Failure,
    api::Api,
    callers::Latencies,
    table::{Goal, Table},
    token::{Role, Tokens},
};

///
#[derive(Debug, Clone, Args)]
pub struct StalledArgs {
    /// How many read nothing.
    #[arg(long, default_value_t = 1_000)]
    stalled: usize,
    /// How many read everything.
    #[arg(long, default_value_t = 200)]
    healthy: usize,
    /// How many messages are sent before there are stalled ones, with them, and once they are gone.
    #[arg(long, default_value_t = 200)]
    messages: usize,
}

const SECRET: &str = "a secret of the benches, 32 bytes long or more";

/// Runs it.
///
/// # Errors
/// A server or a healthy subscriber failed.
pub async fn run(args: &StalledArgs) -> Result<Table, Failure> {
    let tokens = Tokens::of_secret(SECRET);
    let (agent, user) = (tokens.bearer("agent", Role::Agent)?, tokens.bearer("user", Role::User)?);
    let server = Process::desk(SECRET, None).await?;
    let api = Api::at(&format!("http://{}", server.address));
    let chat = api.post("/chat/sessions", &user, &json!({})).await?.json(StatusCode::CREATED)?;
    let path = format!("/chat/sessions/{}/messages", chat["id"].as_str().ok_or("no id")?);
    let asks = Asks { path: "/chat/events", authorization: agent, last_id: None, buffer: None };
    let heard = Arc::<Tally>::default();
    let mut listeners = JoinSet::new();
    for _ in 0..args.healthy {
        let mut subscriber = Subscriber::connect(&server.address, &asks).await?;
        subscriber.begin().await?;
        listeners.spawn(listen(subscriber, Arc::clone(&heard)));
    }
    let mut sent = 0;
    let mut speak = async |count: usize| -> Result<Vec<Duration>, Failure> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let began = Instant::now();
            // Long enough that those who read nothing are full soon.
            let body = json!({ "message": format!("MARK {}", "x".repeat(4_000)) });
            api.post(&path, &user, &body).await?.json(StatusCode::CREATED)?;
            sent += 1;
            heard.reaches(sent * args.healthy).await;
            times.push(began.elapsed());
        }
        Ok(times)
    };
    let mut without = speak(args.messages).await?;
    let open = server.open_files()?;
    let stalling = Asks { buffer: Some(4_096), ..asks };
    let mut stalled = Vec::with_capacity(args.stalled);
    for _ in 0..args.stalled {
        stalled.push(Subscriber::connect(&server.address, &stalling).await?);
    }
    // Opening so many streams and filling their buffers costs what it costs, and is not what is measured.
    speak(args.messages / 4).await?;
    let with = Latencies::new(speak(args.messages).await?);
    let since = Instant::now();
    while server.open_files()? > open + args.stalled / 100 && since.elapsed() < Duration::from_secs(90) {
        speak(1).await?;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let gone_after = since.elapsed().as_secs_f64();
    // A machine that others use is not the same later as it was before.
    without.extend(speak(args.messages).await?);
    let without = Latencies::new(without);
    let mut table =
        Table::new(format!("R-07: {} stalled and {} healthy streams", args.stalled, args.healthy));
    table.push("the last healthy one has it, p99, ms", Goal::AtMost(250.0), [with.percentile(99)]);
    let ratio = with.percentile(99) / without.percentile(99);
    table.push("… of the same without stalled ones", Goal::AtMost(1.25), [ratio]);
    table.push("stalled sockets are gone after, s", Goal::AtMost(60.0), [gone_after]);
    Ok(table)
}

async fn listen(mut subscriber: Subscriber, heard: Arc<Tally>) {
    let mut pending = Vec::new();
    while let Ok(bytes) = subscriber.read().await {
        if bytes.is_empty() {
            return;
        }
        pending.extend(bytes);
        if contains(&pending, b"MARK") && contains(&pending, b"\n\n") {
            heard.add();
            pending.clear();
        }
    }
}
