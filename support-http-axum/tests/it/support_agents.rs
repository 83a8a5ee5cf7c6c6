//! `GET /support/agents`.

use async_trait::async_trait;
use serde_json::json;
use support_core::{
    directory::{Directory, DirectoryError},
    id::{TenantId, UserId},
    person::{Agent, Availability},
};

use crate::harness::TestDesk;

async fn staff_see_agents_and_what_they_have_in_hand(desk: &TestDesk) {
    let ann = desk.user("ann");
    desk.admin("bea").get("/support/tickets").await.json(200);
    for status in ["open", "in_progress", "resolved", "closed"] {
        let ticket = ann.open_ticket(json!({})).await;
        let change = json!({ "assigned_to": "ada", "status": status });
        let path = crate::harness::path(&ticket);
        desk.admin("ada").patch(&path, change).await.json(200);
    }
    let chat = ann.post("/chat/sessions", json!({})).await.json(201);
    let assign = format!("/chat/sessions/{}/assign", chat["id"].as_str().unwrap());
    desk.admin("bea").post(&assign, json!({ "assigned_to": "me" })).await.json(200);

    let agents = desk.admin("ada").get("/support/agents").await.json(200);
    let expected = json!({ "items": [
        { "id": "ada", "name": "Ada", "availability": "away", "open_tickets": 2, "active_chats": 0 },
        { "id": "bea", "name": "Bea", "availability": "away", "open_tickets": 0, "active_chats": 1 },
    ] });
    assert_eq!(agents, expected);
}

async fn customers_do_not_see_agents(desk: &TestDesk) {
    desk.user("ann").get("/support/agents").await.problem(403, "forbidden");
    desk.user("ann").get("/support/agents?color=red").await.problem(403, "forbidden");
    desk.anonymous().get("/support/agents").await.problem(401, "unauthenticated");
}

#[derive(Debug)]
struct Team;

impl Team {
    fn zoe() -> Agent {
        let mut zoe = Agent::new(UserId::parse("zoe").unwrap(), "Zoe from support");
        zoe.availability = Availability::Online;
        zoe
    }
}

#[async_trait]
impl Directory for Team {
    async fn find_agent(&self, _: &TenantId, id: &UserId) -> Result<Option<Agent>, DirectoryError> {
        Ok(Some(Self::zoe()).filter(|zoe| zoe.id == *id))
    }

    async fn list_agents(&self, _: &TenantId) -> Result<Vec<Agent>, DirectoryError> {
        Ok(vec![Self::zoe()])
    }
}

#[tokio::test]
async fn the_hosts_directory_says_who_is_an_agent() {
    let desk =
        TestDesk::with(|desk| desk.directory(Team), support_http_axum::SupportRouter::without_rate_limits);
    let ada = desk.admin("ada");
    let path = crate::harness::path(&desk.user("ann").open_ticket(json!({})).await);
    let assign = format!("{path}/assign");
    ada.post(&assign, json!({ "assigned_to": "me" })).await.refused();
    let ticket = ada.post(&assign, json!({ "assigned_to": "zoe" })).await.json(200);
    assert_eq!(ticket["assigned_name"], "Zoe from support");
    let expected = json!({ "items": [{
        "id": "zoe", "name": "Zoe from support", "availability": "online", "open_tickets": 1, "active_chats": 0,
    }] });
    assert_eq!(ada.get("/support/agents").await.json(200), expected);
}

on_each_store!(
    without a bot:
    staff_see_agents_and_what_they_have_in_hand,
    customers_do_not_see_agents,
);
