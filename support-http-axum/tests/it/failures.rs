//! What goes wrong behind the router.

use std::time::Duration;

use async_trait::async_trait;
use axum::http::{Method, request::Parts};
use serde_json::json;
use support_core::access::{
    AccessPolicy, Action, DefaultPolicy, Denied, Object, ObjectKind, Principal, Scope,
};
use support_http_axum::{AuthError, Authenticator, SupportRouter};

use crate::harness::{
    Answer, EchoBot, FailingStore, StoreFailure, TestDesk, about_chat, about_nothing, about_ticket, at,
    small_bot,
};

/// What no client may read: the store's words, and what they are about.
const INNER: [&str; 7] =
    ["canary", "support_sessions", "db.internal", "sql", "store_", "panicked", "RUST_BACKTRACE"];

fn tells_nothing(answer: &Answer) {
    for inner in INNER {
        assert!(!answer.text.contains(inner), "{inner}: {}", answer.text);
    }
}

#[tokio::test]
async fn s_46_no_word_of_the_store_reaches_a_client() {
    let store = FailingStore::default();
    let desk = TestDesk::on(store.clone(), |desk| desk.bot(small_bot()), SupportRouter::without_rate_limits);
    let (guest, chat) = desk.guest_chat().await;
    let ticket = desk.admin("ada").act(&chat, "ticket").await.json(201);
    let mut calls = about_chat(chat["id"].as_str().unwrap());
    calls.extend(about_ticket(ticket["id"].as_str().unwrap()));
    calls.extend(about_nothing());
    // Neither asks the store.
    calls.retain(|call| !matches!(call.path.as_str(), "/openapi.json" | "/support/agents/me"));
    let cases = [
        (StoreFailure::Away, 503, "unavailable"),
        (StoreFailure::Corrupt, 500, "internal"),
        (StoreFailure::Broken, 500, "internal"),
        (StoreFailure::Panics, 500, "internal"),
    ];
    for (failure, status, code) in cases {
        store.fail(failure);
        for call in &calls {
            let answer = desk.admin("ada").call(call).await;
            answer.problem(status, code);
            tells_nothing(&answer);
            assert_eq!(answer.header("retry-after").is_empty(), status != 503, "{call:?}");
        }
        // Whether a token is good cannot be told either.
        let answer = guest.get(&at(&chat)).await;
        answer.problem(status, code);
        tells_nothing(&answer);
    }
    store.fail(None);
    assert_eq!(guest.read(&chat).await["last_seq"], chat["last_seq"]);
}

#[tokio::test]
async fn a_full_store_takes_no_writes_and_gives_its_reads() {
    let store = FailingStore::default();
    let desk = TestDesk::on(store.clone(), |desk| desk.bot(EchoBot), SupportRouter::without_rate_limits);
    let (guest, chat) = desk.guest_chat().await;
    let before = guest.read(&chat).await;
    for (failure, status, code) in
        [(StoreFailure::Full, 507, "storage_full"), (StoreFailure::Busy, 503, "unavailable")]
    {
        store.fail(failure);
        let body = json!({ "message": "Hello" });
        for answer in [
            guest.post(&format!("{}/messages", at(&chat)), body.clone()).await,
            guest.post("/chat/bot", body.clone()).await,
            guest.act(&chat, "close").await,
            guest.act(&chat, "handoff").await,
            desk.user("ann").start_or_problem().await,
            desk.admin("ada").act(&chat, "ticket").await,
        ] {
            answer.problem(status, code);
            tells_nothing(&answer);
            assert_eq!(answer.header("retry-after").is_empty(), status != 503);
        }
        // An agent whom the desk has never seen reads all the same.
        let newcomer = format!("agent-{status}");
        assert_eq!(desk.admin(&newcomer).read(&chat).await["version"], before["version"]);
        assert_eq!(guest.read(&chat).await, before);
        desk.anonymous().get("/chat/stats").await.json(200);
    }
    store.fail(None);
    guest.say(&chat, "Hello").await;
}

impl crate::harness::Caller<'_> {
    async fn start_or_problem(&self) -> Answer {
        self.post("/chat/sessions", json!({})).await
    }
}

/// Panics for those who ask for it.
#[derive(Debug)]
struct PanickyPolicy;

impl AccessPolicy for PanickyPolicy {
    fn may(&self, principal: &Principal, action: Action, object: Object<'_>) -> Result<(), Denied> {
        assert!(principal.key().as_deref() != Some("user:panic"), "canary of a policy");
        DefaultPolicy.may(principal, action, object)
    }

    fn scope(&self, principal: &Principal, kind: ObjectKind) -> Scope {
        DefaultPolicy.scope(principal, kind)
    }
}

/// Panics, or is away, for those who ask for it.
#[derive(Debug)]
struct PanickyAuthenticator;

#[async_trait]
impl Authenticator for PanickyAuthenticator {
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Principal>, AuthError> {
        match parts.headers.get("authorization").map(|value| value.to_str().unwrap()) {
            Some("panic") => panic!("canary of an authenticator"),
            Some("away") => Err(AuthError::Unavailable("canary of an authenticator".into())),
            Some(_) => Err(AuthError::Invalid),
            None => Ok(None),
        }
    }
}

#[tokio::test]
async fn r_17_a_panic_hurts_one_request() {
    let desk =
        TestDesk::with(|desk| desk.bot(EchoBot).policy(PanickyPolicy), SupportRouter::without_rate_limits);
    for call in about_nothing() {
        if call.path == "/openapi.json" || call.path == "/chat/stats" {
            continue;
        }
        let answer = desk.user("panic").call(&call).await;
        answer.problem(500, "internal");
        tells_nothing(&answer);
        assert!(desk.user("ann").call(&call).await.status.as_u16() < 500);
    }
    // A bot's panic hurts not even its own request.
    let answer = desk.user("ann").post("/chat/bot", json!({ "message": "panic" })).await.json(200);
    assert_eq!(answer["handoff"], true);
    tells_nothing(&desk.user("ann").get("/chat/sessions").await);

    let router = |router: SupportRouter| router.authenticator(PanickyAuthenticator).without_rate_limits();
    let desk = TestDesk::with(|desk| desk, router);
    let as_told = |what: &str| {
        desk.anonymous().request(Method::GET, "/chat/sessions").header("Authorization", what).send()
    };
    for (what, status, code) in [("panic", 500, "internal"), ("away", 503, "unavailable")] {
        let answer = as_told(what).await;
        answer.problem(status, code);
        tells_nothing(&answer);
    }
    as_told("x").await.problem(401, "invalid_credentials");
    desk.new_guest().await.get("/chat/sessions").await.json(200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_told_so() {
    let router =
        |router: SupportRouter| router.without_rate_limits().request_timeout(Duration::from_millis(30));
    let desk = TestDesk::with(|desk| desk.bot(EchoBot), router);
    let ann = desk.user("ann");
    let chat = ann.start_chat(json!({})).await;
    let answer = ann.post("/chat/bot", json!({ "message": "forever" })).await;
    answer.problem(503, "timed_out");
    assert_eq!(answer.header("retry-after"), "1");
    // What was said before the bot began to think is kept.
    assert_eq!(ann.talk(&chat).await, ["bot: Welcome!", "user: forever"]);
}
