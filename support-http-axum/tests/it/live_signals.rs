//! Typing and presence, as they go over the line.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, EventStream, TestDesk, at, path};

/// The data of the next event of this name.
async fn heard(stream: &mut EventStream, name: &str) -> Value {
    loop {
        let event = stream.event().await;
        if event.name == name {
            assert_eq!(event.id, None, "what is never kept has no place");
            return event.data;
        }
    }
}

async fn put_availability(caller: &Caller<'_>, availability: &str) {
    let request = caller.request(Method::PATCH, "/support/agents/me");
    assert_eq!(request.json(&json!({ "availability": availability })).send().await.status, 204);
}

#[tokio::test]
async fn both_sides_of_a_chat_hear_the_other_typing() {
    let desk = TestDesk::new();
    let (guest, chat) = desk.guest_chat().await;
    let ada = desk.admin("ada");
    let mut of_guest = guest.follow("/chat/events").await;
    let mut of_ada = ada.follow("/chat/events").await;
    let typing = format!("{}/typing", at(&chat));
    let id = chat["id"].clone();
    for doing in [true, false] {
        let body = json!({ "typing": doing });
        assert_eq!(guest.post(&typing, body.clone()).await.status, 204);
        let told = json!({ "session_id": id, "kind": "customer", "name": null, "typing": doing });
        assert_eq!(heard(&mut of_ada, "typing").await, told);
        assert_eq!(ada.post(&typing, body).await.status, 204);
        let told = json!({ "session_id": id, "kind": "agent", "name": null, "typing": doing });
        assert_eq!(heard(&mut of_guest, "typing").await, told);
    }
}

#[tokio::test]
async fn agents_hear_who_looks_at_a_ticket_and_who_writes() {
    let desk = TestDesk::new();
    let (ada, max) = (desk.admin("ada"), desk.admin("max"));
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let mut of_max = max.follow("/support/events").await;
    let presence = format!("{}/presence", path(&ticket));
    assert_eq!(ada.post(&presence, json!({ "viewing": true })).await.status, 204);
    let agent = json!({ "id": "ada", "name": "Ada" });
    let told = json!({ "ticket_id": ticket["id"], "agent": agent, "viewing": true });
    assert_eq!(heard(&mut of_max, "presence").await, told);
    ada.post(&format!("{}/typing", path(&ticket)), json!({ "typing": true })).await;
    let told = json!({ "ticket_id": ticket["id"], "kind": "agent", "name": "Ada", "typing": true });
    assert_eq!(heard(&mut of_max, "typing").await, told);
}

#[tokio::test]
async fn an_agent_is_online_while_they_follow_and_busy_when_they_say_so() {
    let desk = TestDesk::new();
    let (ada, max) = (desk.admin("ada"), desk.admin("max"));
    let availability = async || {
        let agents = max.get("/support/agents").await.json(200);
        let agents = agents["items"].as_array().unwrap().iter();
        agents.map(|agent| agent["availability"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    ada.get("/chat/sessions").await.json(200);
    assert_eq!(availability().await, ["away", "away"]);
    let mut of_max = max.follow("/chat/events").await;
    let _of_ada = ada.follow("/support/events").await;
    assert_eq!(availability().await, ["online", "online"]);
    let agent = json!({ "id": "ada", "name": "Ada" });
    let told = json!({ "agent": agent, "availability": "online" });
    assert_eq!(heard(&mut of_max, "presence").await, told);
    put_availability(&ada, "busy").await;
    assert_eq!(availability().await, ["busy", "online"]);
    assert_eq!(heard(&mut of_max, "presence").await["availability"], "busy");
}
