//! S-47: NUL and control characters are refused before a store sees them, alike on all stores.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{TestDesk, at, contact, path};

/// Every text that a route takes.
fn texts(chat: &Value, ticket: &Value) -> Vec<(Method, String, Value, &'static str)> {
    let guest = |field: &str| {
        let mut body = contact();
        body[field] = json!("?");
        body
    };
    let post = |path: &str, body: Value, pointer| (Method::POST, path.to_owned(), body, pointer);
    let (chat, ticket) = (at(chat), path(ticket));
    vec![
        post("/chat/sessions", guest("subject"), "/subject"),
        post("/chat/sessions", guest("guest_name"), "/guest_name"),
        post("/chat/sessions", guest("guest_email"), "/guest_email"),
        post("/chat/sessions", guest("guest_phone"), "/guest_phone"),
        post(&format!("{chat}/messages"), json!({ "message": "?" }), "/message"),
        post(
            &format!("{chat}/messages"),
            json!({ "message": "a", "client_message_id": "?" }),
            "/client_message_id",
        ),
        post(&format!("{chat}/assign"), json!({ "assigned_to": "?" }), "/assigned_to"),
        post(&format!("{chat}/rate"), json!({ "rating": 5, "feedback": "?" }), "/feedback"),
        post(&format!("{chat}/messages/1/feedback"), json!({ "helpful": true, "comment": "?" }), "/comment"),
        (Method::PUT, "/chat/bot/knowledge-base".to_owned(), json!({ "text": "a", "note": "?" }), "/note"),
        post("/chat/bot/knowledge-base/rollback", json!({ "version": 1, "note": "?" }), "/note"),
        post(&format!("{chat}/ticket"), json!({ "subject": "?" }), "/subject"),
        post(&format!("{chat}/ticket"), json!({ "category": "?" }), "/category"),
        post("/support/tickets", json!({ "subject": "?", "description": "b" }), "/subject"),
        post("/support/tickets", json!({ "subject": "a", "description": "?" }), "/description"),
        post("/support/tickets", json!({ "subject": "a", "description": "b", "tags": ["?"] }), "/tags/0"),
        post(&format!("{ticket}/replies"), json!({ "message": "?" }), "/message"),
        (Method::PATCH, ticket, json!({ "assigned_to": "?" }), "/assigned_to"),
    ]
}

async fn s_47_control_characters_reach_no_store(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let chat = ada.start_chat(json!({})).await;
    let ticket = ada.open_ticket(json!({})).await;
    let before = (ada.read(&chat).await, ada.read_ticket(&ticket).await);
    for (method, path, body, pointer) in texts(&chat, &ticket) {
        for control in ['\u{0}', '\u{1}', '\u{8}', '\u{1b}', '\u{7f}', '\u{9f}'] {
            let text = format!("canary{control}+34 600 123 456");
            let body = body.to_string().replace("\"?\"", &json!(text).to_string());
            let by = if path == "/chat/sessions" { desk.anonymous() } else { ada.clone() };
            let answer = by.request(method.clone(), &path).raw("application/json", body).send().await;
            let refused = (pointer.to_owned(), "control_character".to_owned());
            assert_eq!(answer.refused(), [refused], "{method} {path} {control:?}");
            assert!(!answer.text.contains("canary"), "{}", answer.text);
        }
    }
    for query in ["/chat/sessions?search=a%00", "/support/tickets?search=%1b", "/support/tickets?tag=a%00b"] {
        let answer = ada.get(query).await;
        assert_eq!(answer.refused()[0].1, "control_character", "{query}");
    }
    assert_eq!((ada.read(&chat).await, ada.read_ticket(&ticket).await), before);
    assert_eq!((ada.chats("").await.len(), ada.subjects("").await.len()), (1, 1));
}

on_each_store!(s_47_control_characters_reach_no_store);
