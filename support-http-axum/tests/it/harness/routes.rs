//! Every route, for what must hold on all of them.

use axum::http::Method;

use super::{Answer, Caller};

/// A request to a route, with a body that is good where one is taken.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: &'static str,
}

const ABOUT_A_CHAT: [(Method, &str, &str); 17] = [
    (Method::GET, "", ""),
    (Method::GET, "/messages", ""),
    (Method::POST, "/messages", r#"{"message": "Hello"}"#),
    (Method::GET, "/messages/1/trace", ""),
    (Method::POST, "/messages/1/feedback", r#"{"helpful": true}"#),
    (Method::POST, "/read", r#"{"up_to_seq": 1}"#),
    (Method::POST, "/typing", r#"{"typing": true}"#),
    (Method::POST, "/presence", r#"{"viewing": true}"#),
    (Method::POST, "/handoff", ""),
    (Method::POST, "/assign", r#"{"assigned_to": "me"}"#),
    (Method::POST, "/ticket", ""),
    (Method::GET, "/transcript", ""),
    (Method::POST, "/close", ""),
    (Method::POST, "/rate", r#"{"rating": 5}"#),
    (Method::POST, "/reopen", ""),
    (Method::POST, "/close", ""),
    (Method::POST, "/archive", ""),
];

const ABOUT_A_TICKET: [(Method, &str, &str); 11] = [
    (Method::GET, "", ""),
    (Method::PATCH, "", r#"{"priority": "low"}"#),
    (Method::GET, "/replies", ""),
    (Method::POST, "/replies", r#"{"message": "Hello"}"#),
    (Method::POST, "/typing", r#"{"typing": true}"#),
    (Method::POST, "/presence", r#"{"viewing": true}"#),
    (Method::POST, "/assign", r#"{"assigned_to": "me"}"#),
    (Method::POST, "/close", ""),
    (Method::POST, "/reopen", ""),
    (Method::GET, "/history", ""),
    (Method::GET, "/transcript", ""),
];

const ABOUT_NOTHING: [(Method, &str, &str); 16] = [
    (Method::GET, "/chat/sessions", ""),
    (Method::POST, "/chat/sessions", ""),
    (Method::POST, "/chat/bot", r#"{"message": "Hello"}"#),
    (Method::GET, "/chat/stats", ""),
    (Method::GET, "/chat/bot/unanswered", ""),
    (Method::GET, "/chat/bot/stats", ""),
    (Method::GET, "/chat/bot/knowledge-base", ""),
    (Method::PUT, "/chat/bot/knowledge-base", r#"{"text": "[bot]"}"#),
    (Method::GET, "/chat/bot/knowledge-base/versions", ""),
    (Method::POST, "/chat/bot/knowledge-base/rollback", r#"{"version": 1}"#),
    (Method::GET, "/support/tickets", ""),
    (Method::POST, "/support/tickets", r#"{"subject": "a", "description": "b"}"#),
    (Method::GET, "/support/stats", ""),
    (Method::GET, "/support/agents", ""),
    (Method::PATCH, "/support/agents/me", r#"{"availability": "busy"}"#),
    (Method::GET, "/openapi.json", ""),
];

/// Every route that is answered with a stream. They stand apart because their answers have no end to wait for.
pub(crate) const STREAMS: [&str; 2] = ["/chat/events", "/support/events"];

/// Every route about one chat, in an order in which staff may call them one after the other.
pub(crate) fn about_chat(id: &str) -> Vec<Call> {
    calls(&ABOUT_A_CHAT, &format!("/chat/sessions/{id}"))
}

/// Every route about one ticket.
pub(crate) fn about_ticket(id: &str) -> Vec<Call> {
    calls(&ABOUT_A_TICKET, &format!("/support/tickets/{id}"))
}

/// Every route that names no object.
pub(crate) fn about_nothing() -> Vec<Call> {
    calls(&ABOUT_NOTHING, "")
}

fn calls(routes: &[(Method, &str, &'static str)], base: &str) -> Vec<Call> {
    let call = |(method, path, body): &(Method, &str, &'static str)| Call {
        method: method.clone(),
        path: format!("{base}{path}"),
        body,
    };
    routes.iter().map(call).collect()
}

impl Caller<'_> {
    /// Makes a call as it stands.
    pub(crate) async fn call(&self, call: &Call) -> Answer {
        self.call_with(call, call.body).await
    }

    /// Makes a call with another body.
    pub(crate) async fn call_with(&self, call: &Call, body: &str) -> Answer {
        let request = self.request(call.method.clone(), &call.path);
        match body {
            "" => request.send().await,
            body => request.raw("application/json", body.to_owned()).send().await,
        }
    }
}
