//! What `openapi.json` says of `/support`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::TestDesk;

async fn description() -> Value {
    TestDesk::new().anonymous().get("/openapi.json").await.json(200)
}

#[tokio::test]
async fn every_operation_is_described() {
    let description = description().await;
    let mut operations = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if path.starts_with("/support") {
                let id = operation["operationId"].as_str().unwrap();
                operations.insert(format!("{method} {path} {id}"));
                let statuses: Vec<_> = operation["responses"].as_object().unwrap().keys().collect();
                assert_eq!(statuses.len(), 3, "{id}: {statuses:?}");
                assert_eq!(operation["security"], json!([{ "user": [] }]), "{id}");
            }
        }
    }
    let expected = [
        "get /support/agents list_agents",
        "get /support/events follow_tickets",
        "get /support/stats find_ticket_stats",
        "get /support/tickets list_tickets",
        "get /support/tickets/{id} find_ticket",
        "get /support/tickets/{id}/history list_ticket_history",
        "get /support/tickets/{id}/replies list_replies",
        "get /support/tickets/{id}/transcript find_ticket_transcript",
        "patch /support/agents/me set_availability",
        "patch /support/tickets/{id} update_ticket",
        "post /support/tickets create_ticket",
        "post /support/tickets/{id}/assign assign_ticket",
        "post /support/tickets/{id}/close close_ticket",
        "post /support/tickets/{id}/reopen reopen_ticket",
        "post /support/tickets/{id}/presence show_presence_on_ticket",
        "post /support/tickets/{id}/replies create_reply",
        "post /support/tickets/{id}/typing show_typing_on_ticket",
    ];
    assert_eq!(operations, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let description = description().await;
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn a_ticket_has_every_field_always() {
    let description = description().await;
    let schema = &description["components"]["schemas"]["Ticket"];
    let ticket = TestDesk::new().user("ann").open_ticket(json!({})).await;
    let fields: BTreeSet<&str> = ticket.as_object().unwrap().keys().map(String::as_str).collect();
    let described: BTreeSet<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let required: BTreeSet<&str> =
        schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(fields, described);
    assert_eq!(fields, required);
}

/// The schema of a parameter of a list.
fn parameter<'a>(description: &'a Value, path: &str, name: &str) -> &'a Value {
    let parameters = description["paths"][path]["get"]["parameters"].as_array().unwrap();
    let parameter = parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
    assert_eq!((&parameter["in"], &parameter["required"]), (&json!("query"), &json!(false)));
    &parameter["schema"]
}

#[tokio::test]
async fn closed_sets_are_enums_and_bodies_take_no_other_fields() {
    let description = description().await;
    let schemas = &description["components"]["schemas"];
    let values = |name: &str| schemas[name]["enum"].clone();
    let statuses = ["open", "in_progress", "waiting_for_customer", "on_hold", "resolved", "closed"];
    assert_eq!(values("TicketStatus"), json!(statuses));
    assert_eq!(values("Priority"), json!(["low", "medium", "high", "urgent"]));
    let sorts =
        ["updated_at", "-updated_at", "created_at", "-created_at", "priority", "-priority", "waiting"];
    assert_eq!(parameter(&description, "/support/tickets", "sort")["enum"], json!(sorts));
    let periods = ["today", "yesterday", "week", "month", "year", "custom"];
    assert_eq!(parameter(&description, "/support/stats", "period")["enum"], json!(periods));
    assert_eq!(values("ActorKind"), json!(["customer", "agent", "bot", "system"]));
    assert_eq!(values("Availability"), json!(["online", "away", "busy"]));
    for body in ["NewTicket", "NewRequester", "TicketChange", "NewReply", "Assignment"] {
        assert_eq!(schemas[body]["additionalProperties"], false, "{body}");
    }
}
