//! What callers do with tickets in many tests.

use serde_json::{Value, json};

use super::Caller;

impl Caller<'_> {
    /// Opens a ticket; the fields given stand beside, or in place of, a subject and a description.
    pub(crate) async fn open_ticket(&self, fields: Value) -> Value {
        let mut body = json!({ "subject": "Printer", "description": "It does not print." });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/support/tickets", body).await.json(201)
    }

    /// A ticket, with everything about it that this caller can read.
    pub(crate) async fn read_ticket(&self, ticket: &Value) -> Value {
        let path = path(ticket);
        let history = self.get(&format!("{path}/history")).await;
        json!({
            "ticket": self.get(&path).await.json(200),
            "replies": self.get(&format!("{path}/replies")).await.json(200),
            "history": history.status.is_success().then(|| history.json(200)),
        })
    }

    /// What a list of tickets holds, by subject.
    pub(crate) async fn subjects(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/support/tickets{query}")).await.json(200);
        let items = list["items"].as_array().unwrap().iter();
        items.map(|ticket| ticket["subject"].as_str().unwrap().to_owned()).collect()
    }
}

/// Where a ticket is.
pub(crate) fn path(ticket: &Value) -> String {
    format!("/support/tickets/{}", ticket["id"].as_str().unwrap())
}
