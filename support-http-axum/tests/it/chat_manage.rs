//! Closing, reopening, archiving, assigning and handing over.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestDesk, at, fields};

async fn assign(by: &Caller<'_>, chat: &Value, to: Value) -> Answer {
    by.post(&format!("{}/assign", at(chat)), json!({ "assigned_to": to })).await
}

/// What a chat looks like after something happened to it, without when and how often.
fn state(chat: &Value) -> [&str; 3] {
    ["status", "owner", "assigned_to"].map(|field| chat[field].as_str().unwrap_or("-"))
}

async fn a_chat_is_closed_once(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    let answer = ann.act(&chat, "close").await;
    let closed = answer.json(200);
    assert_eq!((&closed["status"], &closed["closed_at"]), (&json!("closed"), &json!(desk.clock.text())));
    assert_eq!(answer.header("etag"), format!("\"{}\"", closed["version"]));
    desk.clock.advance(TimeDelta::minutes(1));
    for caller in [&ann, &ada] {
        let again = caller.act(&chat, "close").await.json(200);
        assert_eq!(again["closed_at"], closed["closed_at"]);
        assert_eq!(again["version"], closed["version"]);
    }
    ada.act(&chat, "archive").await.json(200);
    ann.act(&chat, "close").await.problem(409, "session_archived");
    ada.act(&chat, "close").await.problem(409, "session_archived");
}

async fn only_staff_archive_and_reopen(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    ada.act(&chat, "archive").await.problem(409, "session_active");
    let active = ada.act(&chat, "reopen").await.json(200);
    assert_eq!(active["version"], 1);
    ann.act(&chat, "close").await.json(200);
    ann.act(&chat, "archive").await.problem(403, "forbidden");
    ann.act(&chat, "reopen").await.problem(403, "forbidden");
    let closed = ada.read(&chat).await;
    let archived = ada.act(&chat, "archive").await.json(200);
    assert_eq!(archived["status"], "archived");
    assert_eq!(archived["closed_at"], closed["closed_at"]);
    let again = ada.act(&chat, "archive").await.json(200);
    assert_eq!(again["version"], archived["version"]);
    let reopened = ada.act(&chat, "reopen").await.json(200);
    assert_eq!((&reopened["status"], &reopened["closed_at"]), (&json!("active"), &Value::Null));
    ann.act(&chat, "close").await.json(200);
    assert_eq!(ada.act(&chat, "reopen").await.json(200)["status"], "active");
}

async fn a_chat_is_given_to_an_agent_and_back(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    desk.admin("eve").get("/support/agents").await.json(200);
    let chat = ann.start_chat(json!({})).await;
    let given = assign(&ada, &chat, json!("me")).await.json(200);
    assert_eq!((state(&given), &given["assigned_name"]), (["active", "agent", "ada"], &json!("Ada")));
    assert_eq!(ann.talk(&chat).await, ["bot: Welcome!", "system: Ada joined the chat."]);
    // The bot is silent from here on.
    ann.say(&chat, "Hi").await;
    assert_eq!(ann.talk(&chat).await.len(), 3);
    let unchanged = assign(&ada, &chat, json!("ada")).await.json(200);
    assert_eq!(unchanged["last_seq"], 3);
    let other = assign(&ada, &chat, json!("eve")).await.json(200);
    assert_eq!(state(&other), ["active", "agent", "eve"]);
    let back = assign(&ada, &chat, Value::Null).await.json(200);
    assert_eq!((state(&back), &back["assigned_name"]), (["active", "queue", "-"], &Value::Null));
    assert_eq!(ann.messages(&chat).await.len(), 5);
    ann.act(&chat, "close").await.json(200);
    assign(&ada, &chat, json!("me")).await.problem(409, "session_closed");
    ada.act(&chat, "archive").await.json(200);
    assign(&ada, &chat, json!("me")).await.problem(409, "session_archived");
}

async fn a_customer_talks_to_a_human_when_they_ask_for_one(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let waiting = guest.act(&chat, "handoff").await.json(200);
    assert_eq!(state(&waiting), ["active", "queue", "-"]);
    let talk = guest.talk(&chat).await;
    assert!(talk.len() == 2 && talk[1].starts_with("system: A person"), "{talk:?}");
    guest.say(&chat, "Hello?").await;
    assert_eq!(guest.talk(&chat).await.len(), 3);
    // Asking again changes nothing, and neither does asking for somebody who is here.
    let again = guest.act(&chat, "handoff").await.json(200);
    assert_eq!((state(&again), &again["last_seq"]), (["active", "queue", "-"], &json!(3)));
    assign(&desk.admin("ada"), &chat, json!("me")).await.json(200);
    assert_eq!(state(&guest.act(&chat, "handoff").await.json(200)), ["active", "agent", "ada"]);
    assert_eq!(desk.admin("ada").chats("?owner=queue").await.len(), 0);
    assert_eq!(state(&desk.admin("ada").act(&chat, "handoff").await.json(200)), ["active", "queue", "-"]);
    guest.act(&chat, "close").await.json(200);
    guest.act(&chat, "handoff").await.problem(409, "session_closed");
    desk.admin("ada").act(&chat, "archive").await.json(200);
    guest.act(&chat, "handoff").await.problem(409, "session_archived");
}

async fn a_chat_is_given_to_known_agents_only(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let (guest, chat) = desk.guest_chat().await;
    // Ann has called, but she is no agent.
    desk.user("ann").get("/chat/sessions").await.json(200);
    for stranger in ["ann", "nobody"] {
        let answer = assign(&ada, &chat, json!(stranger)).await;
        assert_eq!(answer.refused(), fields(&[("/assigned_to", "unknown")]));
    }
    for (wrong, code) in
        [(json!(5), "invalid_type"), (json!(""), "blank"), (json!("x".repeat(129)), "too_long")]
    {
        assert_eq!(assign(&ada, &chat, wrong).await.refused(), fields(&[("/assigned_to", code)]));
    }
    let missing = ada.post(&format!("{}/assign", at(&chat)), json!({})).await;
    assert_eq!(missing.refused(), fields(&[("/assigned_to", "required")]));
    assign(&guest, &chat, json!("me")).await.problem(403, "forbidden");
    assert_eq!(state(&ada.read(&chat).await), ["active", "bot", "-"]);
}

async fn what_is_done_without_words_takes_none(desk: &TestDesk) {
    let ada = desk.admin("ada");
    for verb in ["handoff", "close", "archive", "reopen"] {
        let (_, chat) = desk.guest_chat().await;
        if verb == "archive" {
            ada.act(&chat, "close").await.json(200);
        }
        let before = ada.read(&chat).await;
        let path = format!("{}/{verb}", at(&chat));
        let answer = ada.post(&path, json!({ "status": "closed" })).await;
        assert_eq!(answer.refused(), fields(&[("/status", "unknown_field")]), "{verb}");
        assert_eq!(ada.post(&path, json!([])).await.refused(), fields(&[("", "invalid_type")]));
        let text = ada.request(Method::POST, &path).raw("text/plain", "{}").send().await;
        text.problem(415, "unsupported_media_type");
        assert_eq!(ada.read(&chat).await, before, "{verb}");
        ada.post(&path, json!({})).await.json(200);
    }
}

on_each_store!(
    a_chat_is_closed_once,
    only_staff_archive_and_reopen,
    a_chat_is_given_to_an_agent_and_back,
    a_customer_talks_to_a_human_when_they_ask_for_one,
    a_chat_is_given_to_known_agents_only,
    what_is_done_without_words_takes_none,
);
