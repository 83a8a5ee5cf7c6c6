//! What the log holds, and what it never does.

use axum::http::Method;
use serde_json::json;
use support_http_axum::SupportRouter;

use crate::harness::{BrokenStore, EchoBot, Failure, Log, TempSqlite, TestDesk, at};

/// What a careful log never holds: words, people's addresses and numbers, and what proves who they are.
const CANARIES: [&str; 7] = [
    "canary-words",
    "canary-subject",
    "canary-name",
    "canary@example.org",
    "+34600999888",
    "canary-search",
    "canary-credential",
];

/// Puts each of them into every place that takes it.
async fn use_everything(desk: &TestDesk) -> String {
    let body = json!({
        "subject": "canary-subject", "guest_name": "canary-name", "guest_email": "canary@example.org",
        "guest_phone": "+34600999888", "metadata": { "words": "canary-words" },
    });
    let answer = desk.anonymous().post("/chat/sessions", body).await;
    let Ok(chat) = serde_json::from_str::<serde_json::Value>(&answer.text) else { return String::new() };
    let token = chat["session_token"].as_str().unwrap_or_default().to_owned();
    let id = chat["id"].as_str().unwrap_or("0199f000-0000-7000-8000-000000000000");
    let (guest, ada) = (desk.guest(&token), desk.admin("ada"));
    for caller in [&guest, &ada] {
        for (path, body) in [
            ("messages", json!({ "message": "canary-words", "client_message_id": "canary-words" })),
            ("messages", json!({ "message": 5, "canary-words": "canary-words" })),
            ("messages", json!({ "message": "fail: canary-words" })),
            ("ticket", json!({ "subject": "canary-subject" })),
            ("close", json!({})),
            ("rate", json!({ "rating": 5, "feedback": "canary-words" })),
        ] {
            caller.post(&format!("/chat/sessions/{id}/{path}"), body).await;
        }
        caller.get("/chat/sessions?search=canary-search").await;
        caller.get("/support/tickets?search=canary-search").await;
    }
    let ticket =
        json!({ "subject": "canary-subject", "description": "canary-words", "tags": ["canary-words"] });
    desk.user("ann").post("/support/tickets", ticket).await;
    let broken = ada.request(Method::POST, "/support/tickets").raw("application/json", "{canary-words");
    broken.send().await;
    let bad =
        desk.anonymous().request(Method::GET, "/chat/sessions").header("Authorization", "canary-credential");
    bad.send().await;
    desk.guest("canary-credential").get("/chat/sessions").await;
    token
}

#[tokio::test]
async fn s_45_logs_hold_no_words_and_no_secrets() {
    let log = Log::capture();
    let sqlite = TempSqlite::new().await;
    let mut tokens = vec![use_everything(&TestDesk::with_bot_on(sqlite.store.clone())).await];
    let store = BrokenStore::default();
    let desk = TestDesk::on(store.clone(), |desk| desk.bot(EchoBot), SupportRouter::without_rate_limits);
    for failure in
        [None, Some(Failure::Full), Some(Failure::Busy), Some(Failure::Away), Some(Failure::Panics)]
    {
        store.fail(failure);
        tokens.push(use_everything(&desk).await);
    }
    let text = log.text();
    for event in ["request failed", "the bot failed", "insert into support_messages"] {
        assert!(text.to_lowercase().contains(event), "{event} is not in the log");
    }
    for canary in CANARIES {
        assert_eq!(log.lines_with(canary), [""; 0], "{canary}");
    }
    for token in tokens.iter().filter(|token| !token.is_empty()) {
        assert!(!text.contains(&token[4..]));
    }
}

#[tokio::test]
async fn a_failure_is_logged_once_under_the_answers_id() {
    let log = Log::capture();
    let store = BrokenStore::default();
    let desk = TestDesk::on(store.clone(), |desk| desk, SupportRouter::without_rate_limits);
    let chat = desk.user("ann").start_chat(json!({})).await;
    store.fail(Failure::Broken);
    let answer = desk.user("ann").get(&at(&chat)).await;
    answer.problem(500, "internal");
    let id = answer.header("x-request-id");
    let lines = log.lines_with(id);
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in ["request failed", "canary: relation", "GET", "/chat/sessions/{id}", "internal"] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    // What a client did wrong is the client's business.
    store.fail(None);
    let refused = desk.user("ann").get("/chat/sessions?color=red").await;
    refused.problem(422, "validation");
    assert_eq!(log.lines_with(refused.header("x-request-id")), [""; 0]);
}
