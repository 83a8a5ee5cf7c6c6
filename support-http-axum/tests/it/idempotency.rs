//! a request that is sent again is not carried out again.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::memory::MemoryStore;
use support_http_axum::SupportRouter;

use crate::harness::{Answer, Caller, EchoBot, TempSqlite, TestDesk, at, contact, fields, path};

async fn post(by: &Caller<'_>, path: &str, key: &str, body: &Value) -> Answer {
    by.request(Method::POST, path).header("Idempotency-Key", key).json(body).send().await
}

/// Every route that creates something for somebody, with two bodies that are good.
async fn creating(by: &Caller<'_>) -> Vec<(String, Value, Value)> {
    let chat = by.start_chat(json!({})).await;
    let ticket = by.open_ticket(json!({})).await;
    vec![
        ("/chat/sessions".to_owned(), json!({ "subject": "a" }), json!({ "subject": "b" })),
        (format!("{}/messages", at(&chat)), json!({ "message": "a" }), json!({ "message": "b" })),
        (format!("{}/ticket", at(&chat)), json!({ "subject": "a" }), json!({ "subject": "b" })),
        ("/chat/bot".to_owned(), json!({ "message": "a" }), json!({ "message": "b" })),
        (
            "/support/tickets".to_owned(),
            json!({ "subject": "a", "description": "a" }),
            json!({ "subject": "b", "description": "a" }),
        ),
        (format!("{}/replies", path(&ticket)), json!({ "message": "a" }), json!({ "message": "b" })),
    ]
}

/// How much there is of everything.
async fn counts(desk: &TestDesk) -> Value {
    let ada = desk.admin("ada");
    let tickets = ada.get("/support/tickets?limit=100").await.json(200);
    let replies = tickets["items"].as_array().unwrap().iter().map(|t| t["reply_count"].as_u64().unwrap());
    json!([
        desk.anonymous().get("/chat/stats").await.json(200),
        tickets["items"].as_array().unwrap().len(),
        replies.sum::<u64>(),
    ])
}

async fn r_03_the_first_answer_is_given_again(desk: &TestDesk) {
    let ann = desk.user("ann");
    for (path, body, other) in creating(&ann).await {
        let first = post(&ann, &path, "k-1", &body).await;
        assert!(first.status.is_success(), "{path}: {}", first.text);
        let before = counts(desk).await;
        desk.clock.advance(TimeDelta::hours(1));
        let again = post(&ann, &path, "k-1", &body).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text), "{path}");
        assert_eq!(again.header("location"), first.header("location"));
        post(&ann, &path, "k-1", &other).await.problem(422, "idempotency_key_reused");
        assert_eq!(counts(desk).await, before, "{path}");
        // A key is the actor's and the route's own.
        let second = post(&ann, &path, "k-2", &other).await;
        if path.ends_with("/ticket") {
            second.problem(409, "ticket_exists");
        } else {
            assert!(second.status.is_success(), "{path}: {}", second.text);
            assert_ne!(second.text, first.text, "{path}");
        }
    }
    // Another actor's, under the same keys.
    let before = counts(desk).await;
    for (path, body, _) in creating(&desk.user("bob")).await {
        assert!(post(&desk.user("bob"), &path, "k-1", &body).await.status.is_success(), "{path}");
    }
    assert_ne!(counts(desk).await, before);
}

async fn r_03_a_chat_that_ended_meanwhile_is_not_begun_again(desk: &TestDesk) {
    let ann = desk.user("ann");
    let body = json!({ "message": "Hello" });
    let first = post(&ann, "/chat/bot", "k-1", &body).await;
    ann.act(&json!({ "id": first.json(200)["session_id"] }), "close").await.json(200);
    let again = post(&ann, "/chat/bot", "k-1", &body).await;
    assert_eq!(again.text, first.text);
    assert_eq!(desk.anonymous().get("/chat/stats").await.json(200)["total_sessions"], 1);
    post(&ann, "/chat/bot", "k-1", &json!({ "message": "Bye" })).await.problem(422, "idempotency_key_reused");
}

async fn r_03_equal_requests_at_once_are_one(desk: &TestDesk) {
    let ann = desk.user("ann");
    ann.get("/chat/sessions").await.json(200);
    let routes = [
        ("/chat/sessions", json!({ "subject": "a" })),
        ("/support/tickets", json!({ "subject": "a", "description": "a" })),
        ("/chat/bot", json!({ "message": "a" })),
    ];
    for (path, body) in routes {
        desk.admin("ada").get("/support/agents").await.json(200);
        let mut sent = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let request = ann.request(Method::POST, path).header("Idempotency-Key", "k").json(&body);
            sent.spawn(request.send());
        }
        let answers: Vec<Answer> = sent.join_all().await;
        let good: Vec<_> = answers.iter().filter(|answer| answer.status.is_success()).collect();
        assert!(!good.is_empty());
        for answer in &answers {
            assert!(answer.status.is_success() || answer.status == 409, "{path}: {}", answer.text);
        }
        let id = |answer: &Answer| {
            let value: Value = serde_json::from_str(&answer.text).unwrap();
            value.get("session_id").unwrap_or(&value["id"]).clone()
        };
        assert!(good.iter().all(|answer| id(answer) == id(good[0])), "{path}");
    }
    let stats = desk.anonymous().get("/chat/stats").await.json(200);
    // The welcome of the one chat, or of both; the bot call goes on in the chat that is there.
    assert_eq!((&stats["total_sessions"], &stats["total_messages"]), (&json!(1), &json!(3)));
    assert_eq!(desk.admin("ada").subjects("").await.len(), 1);
}

async fn two_first_words_at_once_begin_one_chat(desk: &TestDesk) {
    let ann = desk.user("ann");
    let mut sent = tokio::task::JoinSet::new();
    for n in 0..8 {
        sent.spawn(ann.request(Method::POST, "/chat/bot").json(&json!({ "message": format!("{n}") })).send());
    }
    for answer in sent.join_all().await {
        answer.json(200);
    }
    let stats = desk.anonymous().get("/chat/stats").await.json(200);
    assert_eq!((&stats["total_sessions"], &stats["total_messages"]), (&json!(1), &json!(17)));
}

on_each_store!(
    r_03_the_first_answer_is_given_again,
    r_03_a_chat_that_ended_meanwhile_is_not_begun_again,
    r_03_equal_requests_at_once_are_one,
    two_first_words_at_once_begin_one_chat,
);

#[tokio::test]
async fn r_03_the_first_answer_survives_a_restart() {
    let sqlite = TempSqlite::new().await;
    let body = json!({ "subject": "a", "description": "b" });
    let first =
        post(&TestDesk::with_bot_on(sqlite.store.clone()).user("ann"), "/support/tickets", "k", &body).await;
    first.json(201);
    // Another process on the same file: it shares nothing but what was written.
    let store = sqlite.reopen().await;
    let desk = TestDesk::on(store, |desk| desk.bot(EchoBot), SupportRouter::without_rate_limits);
    let again = post(&desk.user("ann"), "/support/tickets", "k", &body).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(desk.admin("ada").subjects("").await.len(), 1);
}

async fn r_03_a_key_holds_for_a_day(desk: &TestDesk) {
    let ann = desk.user("ann");
    let body = json!({ "subject": "a" });
    let first = post(&ann, "/chat/sessions", "k", &body).await.json(201);
    desk.clock.advance(TimeDelta::hours(24) - TimeDelta::microseconds(1));
    assert_eq!(post(&ann, "/chat/sessions", "k", &body).await.json(201), first);
    desk.clock.advance(TimeDelta::microseconds(1));
    assert_ne!(post(&ann, "/chat/sessions", "k", &body).await.json(201)["id"], first["id"]);
}

async fn a_key_is_visible_ascii(desk: &TestDesk) {
    let ann = desk.user("ann");
    for (path, body, _) in creating(&ann).await {
        for (key, code) in [("", "blank"), ("two words", "invalid_format"), ("a\tb", "control_character")] {
            let answer = post(&ann, &path, key, &body).await;
            assert_eq!(answer.refused(), fields(&[("/idempotency-key", code)]), "{path} {key:?}");
        }
        let answer = post(&ann, &path, &"k".repeat(256), &body).await;
        assert_eq!(answer.refused(), fields(&[("/idempotency-key", "too_long")]));
        let twice =
            ann.request(Method::POST, &path).header("Idempotency-Key", "a").header("Idempotency-Key", "b");
        assert_eq!(
            twice.json(&body).send().await.refused(),
            fields(&[("/idempotency-key", "invalid_format")])
        );
        assert!(post(&ann, &path, &"~".repeat(255), &body).await.status.is_success());
    }
}

#[tokio::test]
async fn nobodys_key_is_ignored() {
    let store = MemoryStore::new();
    let desk = TestDesk::on(store, |desk| desk.bot(EchoBot), SupportRouter::without_rate_limits);
    let first = post(&desk.anonymous(), "/chat/sessions", "k", &contact()).await.json(201);
    let second = post(&desk.anonymous(), "/chat/sessions", "k", &contact()).await.json(201);
    assert_ne!(first["id"], second["id"]);
    assert_ne!(first["session_token"], second["session_token"]);
    // A guest has one.
    let guest = desk.guest(first["session_token"].as_str().unwrap());
    let path = format!("{}/messages", at(&first));
    let sent = post(&guest, &path, "k", &json!({ "message": "a" })).await;
    assert_eq!(post(&guest, &path, "k", &json!({ "message": "a" })).await.text, sent.text);
    assert_eq!(guest.talk(&first).await.len(), 3);
}

on_each_store!(
    without a bot:
    r_03_a_key_holds_for_a_day,
    a_key_is_visible_ascii,
);
