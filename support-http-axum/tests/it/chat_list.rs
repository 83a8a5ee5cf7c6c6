//! `GET /chat/sessions`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{TestDesk, contact, fields};

/// Five chats, a minute apart: a guest's with the bot, Ann's in the queue, Bob's with Ada, a closed one and an archived
/// one.
async fn five_chats(desk: &TestDesk) -> Value {
    let ada = desk.admin("ada");
    let guest_chat = async |subject: &str, name: &str| {
        let mut body = contact();
        body["subject"] = json!(subject);
        body["guest_name"] = json!(name);
        let chat = desk.anonymous().start_chat(body).await;
        desk.clock.advance(TimeDelta::minutes(1));
        chat
    };
    let alpha = guest_chat("alpha", "Zoë Müller").await;
    desk.guest(alpha["session_token"].as_str().unwrap()).say(&alpha, "billing please").await;
    desk.clock.advance(TimeDelta::minutes(1));
    let beta = desk.user("ann").start_chat(json!({ "subject": "beta" })).await;
    desk.user("ann").say(&beta, "human").await;
    desk.clock.advance(TimeDelta::minutes(1));
    let gamma = desk.user("bob").start_chat(json!({ "subject": "gamma" })).await;
    ada.post(
        &format!("/chat/sessions/{}/assign", gamma["id"].as_str().unwrap()),
        json!({ "assigned_to": "me" }),
    )
    .await
    .json(200);
    desk.clock.advance(TimeDelta::minutes(1));
    let delta = guest_chat("delta", "Dan").await;
    ada.act(&delta, "close").await.json(200);
    let epsilon = guest_chat("epsilon", "Eva").await;
    ada.act(&epsilon, "close").await.json(200);
    ada.act(&epsilon, "archive").await.json(200);
    alpha
}

const ALL: [&str; 5] = ["alpha", "beta", "delta", "epsilon", "gamma"];

async fn filters_hold(desk: &TestDesk) {
    five_chats(desk).await;
    let cases: &[(&str, &[&str])] = &[
        ("", &ALL),
        ("?status=active", &["alpha", "beta", "gamma"]),
        ("?status=closed", &["delta"]),
        ("?status=archived", &["epsilon"]),
        ("?status=closed&status=archived", &["delta", "epsilon"]),
        ("?status=", &ALL),
        ("?owner=bot&status=active", &["alpha"]),
        ("?owner=queue", &["beta"]),
        ("?owner=agent", &["gamma"]),
        ("?owner=agent&owner=queue", &["beta", "gamma"]),
        ("?category=billing", &["alpha"]),
        ("?category=billing&category=sales", &["alpha"]),
        ("?category=sales", &[]),
        ("?assigned_to=me", &["gamma"]),
        ("?assigned_to=ada", &["gamma"]),
        ("?assigned_to=none", &["alpha", "beta", "delta", "epsilon"]),
        ("?assigned_to=none&assigned_to=me", &ALL),
        ("?assigned_to=nobody-known", &[]),
        ("?user_id=ann", &["beta"]),
        ("?user_id=ann&user_id=bob", &["beta", "gamma"]),
        ("?user_id=bob&status=closed", &[]),
        ("?user_id=nobody-known", &[]),
        ("?user_id=", &ALL),
        ("?unread=true", &["alpha", "beta"]),
        ("?unread=false", &["delta", "epsilon", "gamma"]),
        ("?search=GAM", &["gamma"]),
        ("?search=zoe", &["alpha"]),
        ("?search=muller+zoe", &["alpha"]),
        ("?search=guest@example.org", &["alpha", "delta", "epsilon"]),
        ("?search=human", &["beta"]),
        ("?search=billing+please", &["alpha"]),
        ("?search=leas", &[]),
        ("?search=welcome&status=closed", &["delta"]),
        ("?search=gamma&unread=true", &[]),
    ];
    for (query, expected) in cases {
        let mut found = desk.admin("ada").chats(query).await;
        found.sort();
        assert_eq!(found, *expected, "{query}");
    }
    // Customers search what is theirs.
    assert_eq!(desk.user("ann").chats("?search=human").await, ["beta"]);
    assert!(desk.user("bob").chats("?search=human").await.is_empty());
}

async fn sorts_hold(desk: &TestDesk) {
    five_chats(desk).await;
    let ada = desk.admin("ada");
    let unread_first = ["beta", "alpha", "epsilon", "delta", "gamma"];
    assert_eq!(ada.chats("").await, unread_first);
    assert_eq!(ada.chats("?sort=unread").await, unread_first);
    assert_eq!(ada.chats("?sort=recent").await, ["epsilon", "delta", "gamma", "beta", "alpha"]);
    assert_eq!(ada.chats("?sort=waiting").await, ["beta", "epsilon", "delta", "gamma", "alpha"]);
}

async fn pages_hold_everything_once(desk: &TestDesk) {
    five_chats(desk).await;
    let ada = desk.admin("ada");
    for sort in ["unread", "recent", "waiting"] {
        let whole = ada.chats(&format!("?sort={sort}")).await;
        let mut seen = Vec::new();
        let mut query = format!("?sort={sort}&limit=2");
        loop {
            let page = ada.get(&format!("/chat/sessions{query}")).await.json(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|chat| chat["subject"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            query = format!("?sort={sort}&limit=2&cursor={cursor}");
        }
        assert_eq!(seen, whole, "{sort}");
    }
}

async fn everybody_sees_what_is_theirs(desk: &TestDesk) {
    let alpha = five_chats(desk).await;
    assert_eq!(desk.guest(alpha["session_token"].as_str().unwrap()).chats("").await, ["alpha"]);
    assert_eq!(desk.user("ann").chats("").await, ["beta"]);
    assert_eq!(desk.user("bob").chats("?assigned_to=ada").await, ["gamma"]);
    assert!(desk.user("carl").chats("").await.is_empty());
    // Whoever is asked for, nobody sees more than what is theirs.
    assert_eq!(desk.user("ann").chats("?user_id=ann&user_id=bob").await, ["beta"]);
    assert!(desk.user("ann").chats("?user_id=bob").await.is_empty());
    let guest = desk.guest(alpha["session_token"].as_str().unwrap());
    assert!(guest.chats("?user_id=ann").await.is_empty());
    desk.anonymous().get("/chat/sessions?user_id=ann").await.problem(401, "unauthenticated");
    assert_eq!(desk.admin("ada").chats("").await.len(), 5);
    desk.anonymous().get("/chat/sessions").await.problem(401, "unauthenticated");
    let elsewhere = desk.anonymous().request(axum::http::Method::GET, "/chat/sessions");
    let elsewhere = elsewhere.header("Authorization", "Test admin ada elsewhere").send().await.json(200);
    assert_eq!(elsewhere, json!({ "items": [], "next_cursor": null }));
}

async fn what_arrives_meanwhile_moves_no_page(desk: &TestDesk) {
    five_chats(desk).await;
    let ada = desk.admin("ada");
    let first = ada.get("/chat/sessions?sort=recent&limit=2").await.json(200);
    desk.clock.advance(TimeDelta::minutes(1));
    desk.user("carl").start_chat(json!({ "subject": "zeta" })).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = ada.chats(&format!("?sort=recent&limit=100&cursor={cursor}")).await;
    assert_eq!(rest, ["gamma", "beta", "alpha"]);
}

async fn a_cursor_belongs_to_its_list_and_caller(desk: &TestDesk) {
    five_chats(desk).await;
    let page = desk.admin("ada").get("/chat/sessions?sort=recent&limit=1").await.json(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let refused = [
        (desk.admin("ada"), format!("?sort=waiting&cursor={cursor}")),
        (desk.admin("ada"), format!("?sort=recent&status=active&cursor={cursor}")),
        (desk.admin("ada"), format!("?sort=recent&user_id=ann&cursor={cursor}")),
        (desk.admin("eve"), format!("?sort=recent&cursor={cursor}")),
        (desk.user("ann"), format!("?sort=recent&cursor={cursor}")),
        (desk.admin("ada"), "?cursor=nonsense".to_owned()),
        (desk.admin("ada"), format!("?sort=recent&cursor={}", &cursor[1..])),
    ];
    for (caller, query) in refused {
        let answer = caller.get(&format!("/chat/sessions{query}")).await;
        answer.problem(400, "bad_cursor");
        assert!(!answer.text.contains("nonsense"));
    }
    // Another page size is the same list.
    desk.admin("ada").get(&format!("/chat/sessions?sort=recent&limit=3&cursor={cursor}")).await.json(200);
}

async fn every_bad_parameter_is_named(desk: &TestDesk) {
    let cases = [
        ("status=open", "/status", "invalid_format"),
        ("status=active&status=Closed", "/status", "invalid_format"),
        ("owner=me", "/owner", "invalid_format"),
        ("category=Bill+ing", "/category", "invalid_format"),
        ("user_id=a%00b", "/user_id", "control_character"),
        ("user_id=ann&user_id=b%0Ac", "/user_id", "control_character"),
        ("unread=1", "/unread", "invalid_format"),
        ("sort=created_at", "/sort", "invalid_format"),
        ("sort=-recent", "/sort", "invalid_format"),
        ("limit=0", "/limit", "out_of_range"),
        ("limit=101", "/limit", "out_of_range"),
        ("limit=-1", "/limit", "out_of_range"),
        ("limit=99999999999999999999", "/limit", "out_of_range"),
        ("limit=5.0", "/limit", "invalid_format"),
        ("limit=5&limit=6", "/limit", "duplicate_parameter"),
        ("search=a%00b", "/search", "control_character"),
        ("color=red", "/color", "unknown_parameter"),
    ];
    for (query, pointer, code) in cases {
        let answer = desk.admin("ada").get(&format!("/chat/sessions?{query}")).await;
        assert_eq!(answer.refused(), fields(&[(pointer, code)]), "{query}");
    }
    let (words, id) = ("x".repeat(201), "y".repeat(129));
    let long = format!("/chat/sessions?search={words}&owner=canary&user_id={id}&limit=x");
    let answer = desk.admin("ada").get(&long).await;
    let expected = [
        ("/search", "too_long"),
        ("/owner", "invalid_format"),
        ("/user_id", "too_long"),
        ("/limit", "invalid_format"),
    ];
    assert_eq!(answer.refused(), fields(&expected));
    assert!(!answer.text.contains("canary") && !answer.text.contains(&id));
    // A guest has no work of their own.
    let guest = desk.new_guest().await;
    assert_eq!(
        guest.get("/chat/sessions?assigned_to=me").await.refused(),
        fields(&[("/assigned_to", "unknown")])
    );
}

on_each_store!(
    filters_hold,
    sorts_hold,
    pages_hold_everything_once,
    everybody_sees_what_is_theirs,
    what_arrives_meanwhile_moves_no_page,
    a_cursor_belongs_to_its_list_and_caller,
);

on_each_store!(
    without a bot:
    every_bad_parameter_is_named,
);
