//! what subscribers see who are cut again and again is what was committed, in its order.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::Method;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use support_core::{
    event::{EventKind, EventSubject},
    id::TenantId,
    store::{Limit, Store},
};
use support_http_axum::SupportRouter;
use support_store_sqlx::testing::{MySql, Postgres, Sqlite, TestDatabase, Tested};
use tokio::task::JoinSet;

use crate::harness::{TestDesk, at};

const WRITERS: usize = 4;
const MESSAGES: usize = 60;
const SUBSCRIBERS: usize = 5;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What a subscriber has: the last cursor, and the messages with their chats.
#[derive(Default)]
struct Seen {
    last_id: Option<String>,
    messages: Vec<(String, u64)>,
    cuts: usize,
}

impl Seen {
    /// Takes what came before the cut: whole events and nothing of a broken one.
    fn take(&mut self, text: &str) {
        let Some(end) = text.rfind("\n\n") else { return };
        for block in text[..end].split("\n\n") {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
            assert_ne!(field("event: "), Some("reset"), "nobody is away for long");
            if field("event: ") == Some("message_created") {
                let data: Value = serde_json::from_str(field("data: ").unwrap()).unwrap();
                let seq = data["seq"].as_u64().unwrap();
                self.messages.push((data["session_id"].as_str().unwrap().to_owned(), seq));
            }
            if let Some(id) = field("id: ") {
                self.last_id = Some(id.to_owned());
            }
        }
    }
}

/// Follows at one instance or the other and is cut after a random number of bytes, until everything was seen.
async fn subscribe(instances: [&'static TestDesk; 2], last_id: Option<String>, seed: u64) -> Seen {
    let mut dice = Dice(seed);
    let mut seen = Seen { last_id, ..Seen::default() };
    while seen.messages.len() < WRITERS * MESSAGES {
        let desk = instances[usize::try_from(dice.below(2)).unwrap()];
        let ada = desk.admin("ada");
        let request = ada.request(Method::GET, "/chat/events");
        let request = match &seen.last_id {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let mut body = request.bytes().await;
        let cut_after = usize::try_from(1 + dice.below(6_000)).unwrap();
        let mut bytes = Vec::new();
        while bytes.len() < cut_after {
            bytes.extend_from_slice(&body.next().await.expect("no stream ends by itself").unwrap());
            if String::from_utf8_lossy(&bytes).matches("message_created").count() + seen.messages.len()
                >= WRITERS * MESSAGES
            {
                break;
            }
        }
        bytes.truncate(bytes.len().min(cut_after.max(1)));
        seen.cuts += 1;
        // Within a character too: what is whole before it counts.
        let whole = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap(),
        };
        seen.take(whole);
    }
    seen
}

async fn write(desk: &'static TestDesk, number: usize) {
    let caller = desk.user(&format!("user{number}"));
    let chat = caller.start_chat(json!({})).await;
    for n in 0..MESSAGES {
        caller
            .post(&format!("{}/messages", at(&chat)), json!({ "message": format!("n° {n} – ä") }))
            .await
            .json(201);
    }
}

/// The messages of all chats in the order of their events.
async fn committed(store: &dyn Store) -> Vec<(String, u64)> {
    let mut tx = store.begin_read(&TenantId::default()).await.unwrap();
    let mut all = Vec::new();
    let mut after = Default::default();
    loop {
        let page = tx.events().list_after(after, Limit::default()).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = last.position;
        for event in page {
            if let (EventKind::MessageCreated, EventSubject::Session { session_id, seq: Some(seq) }) =
                (event.kind, event.subject)
            {
                all.push((session_id.to_string(), seq));
            }
        }
    }
}

async fn resume_loses_nothing<DB: Tested>() {
    let Some(database) = TestDatabase::<DB>::with_tables().await else { return };
    let store = Arc::new(database.store().await);
    let instance = |store| {
        let desk = TestDesk::on(store, |desk| desk, SupportRouter::without_rate_limits);
        &*Box::leak(Box::new(desk))
    };
    let instances = [instance(Arc::clone(&store)), instance(Arc::new(database.store().await))];
    let begun = instances[0].admin("ada").follow("/chat/events").await.last_id;

    let mut subscribers = JoinSet::new();
    for n in 0..SUBSCRIBERS {
        subscribers.spawn(subscribe(instances, begun.clone(), n as u64));
    }
    let mut writers = JoinSet::new();
    for n in 0..WRITERS {
        writers.spawn(write(instances[n % 2], n));
    }
    writers.join_all().await;
    let seen = subscribers.join_all().await;

    let committed = committed(&*store).await;
    assert_eq!(committed.len(), WRITERS * MESSAGES);
    let mut chats: BTreeMap<&str, u64> = BTreeMap::new();
    for (chat, seq) in &committed {
        let last = chats.insert(chat, *seq).unwrap_or_default();
        assert_eq!(*seq, last + 1, "each chat's messages are in their order");
    }
    for seen in &seen {
        assert_eq!(seen.messages, committed);
    }
    let cuts: usize = seen.iter().map(|seen| seen.cuts).sum();
    assert!(cuts >= 60, "{cuts} cuts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_06_resume_loses_nothing_on_sqlite() {
    resume_loses_nothing::<Sqlite>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_06_resume_loses_nothing_on_postgres() {
    resume_loses_nothing::<Postgres>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_06_resume_loses_nothing_on_mysql() {
    resume_loses_nothing::<MySql>().await;
}
