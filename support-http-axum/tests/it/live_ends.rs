//! How streams stay alive, and how they end.

use std::{collections::BTreeSet, time::Duration};

use axum::{Extension, Router};
use serde_json::json;
use support_core::{SupportDesk, memory::MemoryStore};
use support_http_axum::{Draining, StreamConfig, SupportRouter};
use tokio::{task::JoinSet, time::Instant};

use crate::harness::{Caller, TestDesk};

#[tokio::test(start_paused = true)]
async fn a_silent_stream_is_kept_alive_and_ends_cleanly_after_half_an_hour() {
    let desk = TestDesk::new();
    let mut stream = desk.user("ann").follow("/chat/events").await;
    let since = Instant::now();
    let end = stream.event().await;
    assert_eq!((end.name.as_str(), end.data, end.id), ("shutdown", json!({}), None));
    assert_eq!(stream.next().await, None);
    let minutes = since.elapsed().as_secs_f64() / 60.0;
    assert!((27.0..=33.0).contains(&minutes), "{minutes}");
    let pings = stream.comments.iter().filter(|comment| *comment == "ping").count();
    // Every 15 seconds.
    let expected = (minutes * 4.0).floor();
    assert!((pings as f64 - expected).abs() <= 1.0, "{pings} instead of {expected}");
}

#[tokio::test(start_paused = true)]
async fn streams_that_began_together_do_not_end_together() {
    let desk = TestDesk::new();
    let since = Instant::now();
    let mut ends = JoinSet::new();
    for _ in 0..8 {
        let mut stream = desk.user("ann").follow("/chat/events").await;
        // Side by side, or whichever is read first hides the ends of those that ended before it.
        ends.spawn(async move {
            stream.rest().await;
            since.elapsed().as_secs()
        });
    }
    let seconds: BTreeSet<u64> = ends.join_all().await.into_iter().collect();
    assert!(seconds.len() > 1, "{seconds:?}");
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_says_where_the_stream_has_come_to() {
    let desk = TestDesk::new();
    let mut of_bob = desk.user("bob").follow("/support/events").await;
    let mut of_ann = desk.user("ann").follow("/support/events").await;
    let begun = of_bob.last_id.clone();
    desk.user("ann").open_ticket(json!({})).await;
    of_ann.event().await;
    // Nothing for Bob comes; the next heartbeat brings him up to Ann's ticket.
    let waits = tokio::time::timeout(Duration::from_secs(16), of_bob.next()).await;
    assert!(waits.is_err(), "{waits:?}");
    assert_ne!(of_bob.last_id, begun);
    assert_eq!(of_bob.comments.last().unwrap(), "ping");
}

#[tokio::test]
async fn r_10_a_server_that_stops_says_so() {
    let draining = Draining::new();
    let desk = SupportDesk::builder(MemoryStore::new()).build();
    let router: Router = SupportRouter::new(desk).build();
    let app = Router::new().nest(crate::harness::MOUNT, router).layer(Extension(draining.clone()));
    let contact = crate::harness::contact();
    let chat = Caller::new(&app).start_chat(contact).await;
    let token = chat["session_token"].as_str().unwrap();
    let guest = Caller::new(&app).with(support_http_axum::GUEST_TOKEN_HEADER, token);
    let mut stream = guest.follow("/chat/events").await;
    draining.begin();
    assert_eq!(stream.rest().await, ["shutdown"]);
    // Who comes while it stops is told the same.
    assert_eq!(guest.follow("/chat/events").await.rest().await, ["shutdown"]);
}

#[tokio::test]
async fn a_client_that_reads_too_slowly_is_told_and_cut() {
    let store = MemoryStore::new();
    let desk = TestDesk::on(store.clone(), |desk| desk, SupportRouter::without_rate_limits);
    let ann = desk.user("ann");
    let mut slow = desk.admin("ada").follow("/support/events").await;
    let mut fast = desk.admin("max").follow("/support/events").await;
    for _ in 0..2_100 {
        let ticket = ann.open_ticket(json!({})).await;
        while fast.event().await.data["id"] != ticket["id"] {}
    }
    let told = slow.rest().await;
    assert_eq!(told.last().unwrap(), "lagged");
    assert!(told.len() < 1_000, "{}", told.len());
}

#[tokio::test(start_paused = true)]
async fn the_numbers_are_the_hosts_to_change() {
    let mut config = StreamConfig::default();
    config.life = Duration::from_secs(100);
    config.heartbeat = Duration::from_secs(7);
    let desk = TestDesk::with(|desk| desk, |router| router.streams(config));
    let since = Instant::now();
    let mut stream = desk.user("ann").follow("/chat/events").await;
    assert_eq!(stream.rest().await, ["shutdown"]);
    assert!((90..=110).contains(&since.elapsed().as_secs()));
    assert!(stream.comments.len() >= 12);
}
