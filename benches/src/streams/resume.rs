//! subscribers of two instances on one database are cut at random bytes, while writers write.

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Instant};

use axum::http::StatusCode;
use clap::Args;
use serde_json::{Value, json};
use tokio::{sync::Mutex, task::JoinSet};

use super::{
    client::{Asks, Subscriber, unchunked},
    server::Process,
};
use crate::{
    Failure,
    api::Api,
    callers::Latencies,
    database::Database,
    table::{Goal, Table},
    token::{Role, Tokens},
};

///
#[derive(Debug, Clone, Args)]
pub struct ResumeArgs {
    /// How many messages are written.
    #[arg(long, default_value_t = 2_000)]
    events: usize,
    /// How many follow.
    #[arg(long, default_value_t = 20)]
    subscribers: usize,
    /// How many write at the same time.
    #[arg(long, default_value_t = 8)]
    writers: usize,
    /// After how many bytes a subscriber is cut at the latest.
    #[arg(long, default_value_t = 60_000)]
    longest: u64,
    /// A PostgreSQL or MySQL server on which a database may be made for the run; a SQLite file without.
    #[arg(long)]
    database_url: Option<String>,
    /// Where the SQLite file is, below a directory of its own; the system's temporary directory without.
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Kills one of the two instances in the middle; the other's streams go on, and its own go over to the other.
    #[arg(long)]
    kill: bool,
}

const SECRET: &str = "a secret of the benches, 32 bytes long or more";

/// Runs it, and compares what each subscriber has with what was acknowledged.
///
/// # Errors
/// A server failed.
pub async fn run(args: &ResumeArgs) -> Result<Table, Failure> {
    let database = Database::make(args.database_url.as_deref(), args.directory.as_deref()).await?;
    let run = run_on(args, &database).await;
    database.remove().await?;
    run
}

async fn run_on(args: &ResumeArgs, database: &Database) -> Result<Table, Failure> {
    let mut first = Process::desk(SECRET, Some(database.url())).await?;
    let second = Process::desk(SECRET, Some(database.url())).await?;
    let addresses = Arc::new(Mutex::new(vec![first.address.clone(), second.address.clone()]));
    let tokens = Tokens::of_secret(SECRET);
    let agent = tokens.bearer("agent", Role::Agent)?;

    let mut subscribers = JoinSet::new();
    for number in 0..args.subscribers {
        let asks = Asks { path: "/chat/events", authorization: agent.clone(), last_id: None, buffer: None };
        let asks = begin(&second.address, asks).await?;
        let (addresses, args) = (Arc::clone(&addresses), args.clone());
        subscribers.spawn(async move { subscribe(&args, asks, &addresses, number as u64).await });
    }
    // One who is never cut tells how long the way is from the first instance to the second.
    let across = Asks { path: "/chat/events", authorization: agent, last_id: None, buffer: None };
    let mut across = Subscriber::connect(&second.address, &across).await?;
    across.begin().await?;
    let arrivals = tokio::spawn(arrivals(across, args.events / args.writers * args.writers));
    let mut writers = JoinSet::new();
    let each = args.events / args.writers;
    for number in 0..args.writers {
        let user = tokens.bearer(&format!("user{number}"), Role::User)?;
        // A writer at an instance that is killed would not know what was acknowledged.
        let is_across = !args.kill && number % 2 == 1;
        let api = Api::at(&format!("http://{}", if is_across { &first.address } else { &second.address }));
        writers.spawn(async move { (is_across, write(api, user, each).await) });
    }
    let (mut written, mut sent_across) = (Vec::new(), Vec::new());
    let mut killed = !args.kill;
    while let Some(result) = writers.join_next().await {
        let (is_across, sent) = result?;
        for (id, at) in sent? {
            if is_across {
                sent_across.push((id.clone(), at));
            }
            written.push(id);
        }
        if !killed {
            killed = true;
            addresses.lock().await.remove(0);
            first.kill()?;
        }
    }
    let arrived = arrivals.await??;
    let times = sent_across.iter().filter_map(|(id, sent)| Some(arrived.get(id)?.duration_since(*sent)));
    let times = Latencies::new(times.collect());
    let mut cuts = 0;
    let (mut lost, mut repeated, mut unlike) = (0, 0, 0);
    let mut order: Option<Vec<String>> = None;
    while let Some(result) = subscribers.join_next().await {
        let seen = result??;
        cuts += seen.cuts;
        let mut times: HashMap<&String, usize> = HashMap::new();
        for text in &seen.messages {
            *times.entry(text).or_default() += 1;
        }
        lost += written.iter().filter(|text| !times.contains_key(text)).count();
        repeated += times.values().filter(|count| **count > 1).count();
        let order = order.get_or_insert_with(|| seen.messages.clone());
        unlike += usize::from(*order != seen.messages);
    }
    let mut table = Table::new(format!(
        "R-06: {} messages to {} subscribers at two instances on {}",
        written.len(),
        args.subscribers,
        database.kind().name()
    ));
    table.push("messages lost", Goal::Exactly(0.0), [lost as f64]);
    table.push("messages repeated", Goal::Exactly(0.0), [repeated as f64]);
    table.push("subscribers with another order", Goal::Exactly(0.0), [unlike as f64]);
    table.push("cuts", Goal::AtLeast(500.0), [cuts as f64]);
    if times.count() > 0 {
        let goal = Goal::AtMost(1_000.0);
        table.push("from one instance to a stream of the other, p99, ms", goal, [times.percentile(99)]);
        table.push("… p50, ms", Goal::None, [times.percentile(50)]);
    }
    Ok(table)
}

/// Where a subscriber is before anything is written.
async fn begin(address: &str, mut asks: Asks) -> Result<Asks, Failure> {
    let begun = Subscriber::connect(address, &asks).await?.begin().await?;
    asks.last_id = String::from_utf8(unchunked(&begun))?
        .lines()
        .find_map(|line| line.strip_prefix("id: ").map(str::to_owned));
    Ok(asks)
}

/// When each message came, by its id, until so many have.
async fn arrivals(mut subscriber: Subscriber, count: usize) -> Result<HashMap<String, Instant>, Failure> {
    let (mut bytes, mut seen, mut arrived) = (Vec::new(), Vec::new(), HashMap::new());
    let mut asks = Asks { path: "", authorization: String::new(), last_id: None, buffer: None };
    // The head is gone with the beginning of the stream; what follows is chunks.
    bytes.extend_from_slice(b"\r\n\r\n");
    while arrived.len() < count {
        let more = subscriber.read().await?;
        if more.is_empty() {
            return Err("the stream that is never cut was cut".into());
        }
        bytes.extend(more);
        seen.clear();
        take(&unchunked(&bytes), &mut seen, &mut asks)?;
        let now = Instant::now();
        for id in seen.drain(..) {
            arrived.entry(id).or_insert(now);
        }
    }
    Ok(arrived)
}

/// Writes messages, and returns their ids with the moments at which they were sent.
async fn write(api: Api, user: String, count: usize) -> Result<Vec<(String, Instant)>, Failure> {
    let chat = api.post("/chat/sessions", &user, &json!({})).await?.json(StatusCode::CREATED)?;
    let path = format!("/chat/sessions/{}/messages", chat["id"].as_str().ok_or("no id")?);
    let mut written = Vec::with_capacity(count);
    for n in 0..count {
        let sent = Instant::now();
        let message = api.post(&path, &user, &json!({ "message": format!("n° {n}") })).await?;
        let message = message.json(StatusCode::CREATED)?;
        written.push((message["id"].as_str().ok_or("no id")?.to_owned(), sent));
    }
    Ok(written)
}

struct Seen {
    messages: Vec<String>,
    cuts: usize,
}

async fn subscribe(
    args: &ResumeArgs,
    mut asks: Asks,
    addresses: &Mutex<Vec<String>>,
    seed: u64,
) -> Result<Seen, Failure> {
    let mut dice = seed;
    let mut roll = |bound: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % bound
    };
    let mut seen = Seen { messages: Vec::new(), cuts: 0 };
    let all = args.events / args.writers * args.writers;
    while seen.messages.len() < all {
        let address = {
            let addresses = addresses.lock().await;
            addresses[usize::try_from(roll(addresses.len() as u64))?].clone()
        };
        // Who is refused, or thrown out in the middle, has been cut.
        let Ok(mut subscriber) = Subscriber::connect(&address, &asks).await else { continue };
        let cut_after = usize::try_from(400 + roll(args.longest))?;
        let mut bytes = Vec::new();
        while bytes.len() < cut_after {
            let Ok(Ok(more)) =
                tokio::time::timeout(std::time::Duration::from_secs(2), subscriber.read()).await
            else {
                break;
            };
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
        }
        bytes.truncate(cut_after);
        seen.cuts += 1;
        take(&unchunked(&bytes), &mut seen.messages, &mut asks)?;
    }
    Ok(seen)
}

/// Takes whole events, and nothing of a broken one.
fn take(bytes: &[u8], messages: &mut Vec<String>, asks: &mut Asks) -> Result<(), Failure> {
    let Some(end) = bytes.windows(2).rposition(|window| window == b"\n\n") else { return Ok(()) };
    for block in std::str::from_utf8(&bytes[..end])?.split("\n\n") {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        match field("event: ") {
            Some("message_created") => {
                let data: Value = serde_json::from_str(field("data: ").unwrap_or_default())?;
                messages.push(data["id"].as_str().ok_or("no id")?.to_owned());
            }
            Some("reset" | "lagged" | "denied") => return Err(block.to_owned().into()),
            _ => {}
        }
        if let Some(id) = field("id: ") {
            asks.last_id = Some(id.to_owned());
        }
    }
    Ok(())
}
