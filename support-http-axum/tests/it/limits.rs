//! How often, how much, and in which order that is looked at.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::json;

use crate::harness::{
    Answer, Caller, EchoBot, TestDesk, about_chat, about_nothing, about_ticket, at, contact,
};

/// A desk with the product's own limits.
fn limited() -> TestDesk {
    TestDesk::with(|desk| desk.bot(EchoBot), |router| router)
}

async fn begin(by: &Caller<'_>) -> Answer {
    by.post("/chat/sessions", contact()).await
}

/// Checks that a request was one too many, and returns after how many seconds the next is welcome.
fn too_many(answer: &Answer) -> u64 {
    answer.problem(429, "rate_limited");
    answer.header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn strangers_begin_five_chats_from_one_network() {
    let desk = limited();
    for (address, same_network, other) in [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
    ] {
        for _ in 0..5 {
            begin(&desk.anonymous().from(address)).await.json(201);
        }
        let wait = too_many(&begin(&desk.anonymous().from(same_network)).await);
        assert!((1..=360).contains(&wait), "{wait}");
        // Talking to the bot begins chats too.
        let mut body = contact();
        body["message"] = json!("Hello");
        too_many(&desk.anonymous().from(address).post("/chat/bot", body.clone()).await);
        begin(&desk.anonymous().from(other)).await.json(201);
        // What anybody writes into a header moves nobody elsewhere.
        let spoofed = desk.anonymous().from(address).request(Method::POST, "/chat/sessions");
        too_many(&spoofed.header("X-Forwarded-For", "192.0.2.1").json(&contact()).send().await);
    }
    assert_eq!(desk.admin("ada").chats("?limit=100").await.len(), 12);
    for _ in 0..12 {
        desk.admin("ada").from("203.0.113.7").start_chat(json!({})).await;
    }
}

#[tokio::test]
async fn a_chat_begun_by_talking_to_the_bot_counts_as_begun() {
    let desk = limited();
    let mut body = contact();
    body["message"] = json!("Hello");
    let stranger = desk.anonymous().from("203.0.113.7");
    let mut last = json!(null);
    for _ in 0..5 {
        last = stranger.post("/chat/bot", body.clone()).await.json(200);
    }
    too_many(&stranger.post("/chat/bot", body).await);
    too_many(&begin(&stranger).await);
    // Going on with one is no beginning.
    let guest = desk.guest(last["session_token"].as_str().unwrap()).from("203.0.113.7");
    guest.post("/chat/bot", json!({ "message": "More" })).await.json(200);
}

#[tokio::test]
async fn messages_are_counted_for_each_actor() {
    let desk = limited();
    let (guest, chat) = desk.guest_chat().await;
    let (other, others) = desk.guest_chat().await;
    for _ in 0..20 {
        guest.say(&chat, "Hello").await;
    }
    let path = format!("{}/messages", at(&chat));
    let answer = guest.post(&path, json!({ "message": "Hello" })).await;
    assert!((1..=3).contains(&too_many(&answer)));
    // Counted before it is looked at, and before anybody learns what is there.
    too_many(&guest.post(&path, json!({ "color": 1 })).await);
    too_many(&guest.post("/chat/sessions/x/messages", json!({})).await);
    other.say(&others, "Hello").await;
    guest.read(&chat).await;
    assert_eq!(guest.read(&chat).await["last_seq"], 41);
}

#[tokio::test]
async fn bad_credentials_are_counted_for_each_network() {
    let desk = limited();
    let guess = async |n: usize, address: &str| {
        let caller = match n % 2 {
            0 => desk.guest(&format!("sgt_{n:043}")),
            _ => desk.anonymous().with(header::AUTHORIZATION, format!("Bearer {n}")),
        };
        caller.from(address).get("/chat/sessions").await
    };
    for n in 0..20 {
        guess(n, "203.0.113.7").await.problem(401, "invalid_credentials");
    }
    for n in 20..24 {
        assert!(too_many(&guess(n, "203.0.113.7").await) <= 30);
    }
    guess(0, "203.0.113.8").await.problem(401, "invalid_credentials");
    // Who has a good one is nobody's victim.
    desk.user("ann").from("203.0.113.7").get("/chat/sessions").await.json(200);
}

#[tokio::test]
async fn other_quotas_hold_as_they_are_written() {
    let desk = limited();
    let ann = desk.user("ann");
    for _ in 0..3 {
        ann.open_ticket(json!({})).await;
    }
    let ticket = json!({ "subject": "a", "description": "b" });
    assert!(too_many(&ann.post("/support/tickets", ticket).await) <= 360);
    for _ in 0..30 {
        desk.anonymous().from("203.0.113.7").get("/chat/stats").await.json(200);
    }
    too_many(&desk.anonymous().from("203.0.113.7").get("/chat/stats").await);
    too_many(&desk.admin("ada").from("203.0.113.7").get("/chat/stats").await);
    desk.anonymous().from("203.0.113.8").get("/chat/stats").await.json(200);
    let (guest, chat) = desk.guest_chat().await;
    guest.act(&chat, "close").await.json(200);
    for n in 0..10 {
        guest.post(&format!("{}/rate", at(&chat)), json!({ "rating": n % 5 + 1 })).await.json(200);
    }
    too_many(&guest.post(&format!("{}/rate", at(&chat)), json!({ "rating": 1 })).await);
}

/// A body with blanks behind it, so many bytes in all.
fn padded(body: &str, length: usize) -> String {
    format!("{body}{}", " ".repeat(length - body.len()))
}

async fn s_44_every_route_bounds_its_body(desk: &TestDesk) {
    let chat = desk.admin("ada").start_chat(json!({})).await;
    let ticket = desk.admin("ada").open_ticket(json!({})).await;
    let mut calls = about_chat(chat["id"].as_str().unwrap());
    calls.extend(about_ticket(ticket["id"].as_str().unwrap()));
    calls.extend(about_nothing());
    calls.retain(|call| call.path != "/openapi.json");
    let before = desk.admin("ada").read(&chat).await;
    for call in &calls {
        let words = if call.body.is_empty() { "{}" } else { call.body };
        // Nobody says how long it is, as with a chunked body.
        let send = |body: String| {
            let request = desk.admin("ada").request(call.method.clone(), &call.path);
            request.raw("application/json", body).send()
        };
        // A knowledge base is the one long thing that is sent.
        let is_long = (&call.method, call.path.as_str()) == (&Method::PUT, "/chat/bot/knowledge-base");
        let bound = if is_long { 1024 * 1024 } else { 64 * 1024 };
        send(padded(words, bound + 1)).await.problem(413, "payload_too_large");
        send("x".repeat(5_000_000)).await.problem(413, "payload_too_large");
        // Somebody says that it is long, and nothing is read. That comes before the credential.
        let announced = desk.guest("nonsense").request(call.method.clone(), &call.path);
        announced
            .header("Content-Length", (bound + 1).to_string())
            .send()
            .await
            .problem(413, "payload_too_large");
    }
    assert_eq!(desk.admin("ada").read(&chat).await, before);
    let exact = padded(r#"{"message": "Hello"}"#, 64 * 1024);
    let path = format!("{}/messages", at(&chat));
    desk.admin("ada").request(Method::POST, &path).raw("application/json", exact).send().await.json(201);
}

#[tokio::test]
async fn checks_come_in_the_order_that_tells_strangers_nothing() {
    let desk = limited();
    let (guest, chat) = desk.guest_chat().await;
    guest.act(&chat, "close").await.json(200);
    desk.admin("ada").act(&chat, "archive").await.json(200);
    let huge = "x".repeat(70_000);
    let send = |by: &Caller<'_>, method: Method, path: &str, body: &str| {
        by.request(method, path).raw("application/json", Body::from(body.to_owned())).send()
    };
    let nobody = desk.guest("nonsense");
    let good = format!("{}/messages", at(&chat));
    let bad = "/chat/sessions/x/messages";
    send(&nobody, Method::POST, "/chat/nothing", &huge).await.problem(404, "not_found");
    send(&nobody, Method::DELETE, bad, &huge).await.problem(405, "method_not_allowed");
    send(&nobody, Method::POST, bad, &huge).await.problem(413, "payload_too_large");
    send(&nobody, Method::POST, bad, "{").await.problem(401, "invalid_credentials");
    send(&desk.new_guest().await, Method::POST, bad, "{").await.problem(404, "not_found");
    send(&desk.new_guest().await, Method::POST, &good, "{").await.problem(404, "not_found");
    send(&desk.anonymous(), Method::POST, &good, "{").await.problem(401, "unauthenticated");
    send(&guest, Method::POST, &format!("{}/assign", at(&chat)), "{").await.problem(403, "forbidden");
    send(&guest, Method::POST, &good, "{").await.problem(400, "malformed_json");
    send(&guest, Method::POST, &good, "{}").await.problem(422, "validation");
    send(&guest, Method::POST, &good, r#"{"message": "Hi"}"#).await.problem(409, "session_archived");
    // Two of the seven were counted by their own actors; sixteen more are this guest's last.
    for _ in 0..17 {
        send(&guest, Method::POST, &good, "{").await.problem(400, "malformed_json");
    }
    send(&guest, Method::POST, bad, "{").await.problem(429, "rate_limited");
}

on_each_store!(s_44_every_route_bounds_its_body,);
