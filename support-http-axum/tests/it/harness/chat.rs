//! What callers do with chats in many tests.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Caller, TestDesk};

impl TestDesk {
    /// A guest who has just begun a chat, and the chat.
    pub(crate) async fn guest_chat(&self) -> (Caller<'_>, Value) {
        let chat = self.anonymous().start_chat(contact()).await;
        (self.guest(chat["session_token"].as_str().unwrap()), chat)
    }
}

impl Caller<'_> {
    /// Begins a chat.
    pub(crate) async fn start_chat(&self, body: Value) -> Value {
        self.post("/chat/sessions", body).await.json(201)
    }

    /// Says something in a chat.
    pub(crate) async fn say(&self, chat: &Value, text: &str) -> Value {
        self.post(&format!("{}/messages", at(chat)), json!({ "message": text })).await.json(201)
    }

    /// Does something to a chat that needs no words, such as `close`.
    pub(crate) async fn act(&self, chat: &Value, verb: &str) -> Answer {
        self.request(Method::POST, &format!("{}/{verb}", at(chat))).send().await
    }

    /// The chat as this caller sees it.
    pub(crate) async fn read(&self, chat: &Value) -> Value {
        self.get(&at(chat)).await.json(200)
    }

    /// The first hundred messages of a chat.
    pub(crate) async fn messages(&self, chat: &Value) -> Vec<Value> {
        let page = self.get(&format!("{}/messages?after_seq=0&limit=100", at(chat))).await.json(200);
        page["items"].as_array().unwrap().clone()
    }

    /// What was said in a chat, with who said it.
    pub(crate) async fn talk(&self, chat: &Value) -> Vec<String> {
        let text =
            |m: &Value| format!("{}: {}", m["sender_type"].as_str().unwrap(), m["message"].as_str().unwrap());
        self.messages(chat).await.iter().map(text).collect()
    }

    /// What a list of chats holds, by subject.
    pub(crate) async fn chats(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/chat/sessions{query}")).await.json(200);
        let items = list["items"].as_array().unwrap().iter();
        items.map(|chat| chat["subject"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// Where a chat is.
pub(crate) fn at(chat: &Value) -> String {
    format!("/chat/sessions/{}", chat["id"].as_str().unwrap())
}

/// What a guest has to say of themselves.
pub(crate) fn contact() -> Value {
    json!({ "guest_email": "guest@example.org", "guest_phone": "+34 600 123 456" })
}
