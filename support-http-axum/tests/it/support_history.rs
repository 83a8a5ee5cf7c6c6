//! `GET /support/tickets/{id}/history`.

use chrono::TimeDelta;
use serde_json::json;

use crate::harness::{TestDesk, fields, path};

async fn staff_see_who_changed_what_from_what_to_what(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let path = path(&ann.open_ticket(json!({ "custom_fields": { "a": 1 } })).await);
    ann.patch(&path, json!({ "priority": "urgent" })).await.json(200);
    desk.clock.advance(TimeDelta::minutes(1));
    let change =
        json!({ "category": "billing", "tags": ["x"], "assigned_to": "me", "custom_fields": { "a": 2 } });
    ada.patch(&path, change).await.json(200);
    desk.clock.advance(TimeDelta::minutes(1));
    ada.patch(&path, json!({ "assigned_to": null })).await.json(200);

    let ann = json!({ "id": "ann", "name": "Ann", "kind": "customer" });
    let ada_is = json!({ "id": "ada", "name": "Ada", "kind": "agent" });
    let (t0, t1, t2) =
        ("2026-01-14T10:00:00.000000Z", "2026-01-14T10:01:00.000000Z", "2026-01-14T10:02:00.000000Z");
    let expected = json!({ "items": [
        { "at": t0, "actor": ann, "field": "priority", "old": "medium", "new": "urgent" },
        { "at": t1, "actor": ada_is, "field": "category", "old": null, "new": "billing" },
        { "at": t1, "actor": ada_is, "field": "tags", "old": [], "new": ["x"] },
        { "at": t1, "actor": ada_is, "field": "custom_fields", "old": { "a": 1 }, "new": { "a": 2 } },
        { "at": t1, "actor": ada_is, "field": "assigned_to", "old": null, "new": "ada" },
        { "at": t1, "actor": ada_is, "field": "status", "old": "open", "new": "in_progress" },
        { "at": t2, "actor": ada_is, "field": "assigned_to", "old": "ada", "new": null },
    ], "next_cursor": null });
    assert_eq!(ada.get(&format!("{path}/history")).await.json(200), expected);
}

async fn history_is_for_staff(desk: &TestDesk) {
    let history = format!("{}/history", path(&desk.user("ann").open_ticket(json!({})).await));
    desk.user("ann").get(&history).await.problem(403, "forbidden");
    desk.user("ann").get(&format!("{history}?limit=0")).await.problem(403, "forbidden");
    desk.user("bob").get(&history).await.problem(404, "not_found");
    desk.anonymous().get(&history).await.problem(401, "unauthenticated");
    assert_eq!(desk.admin("ada").get(&history).await.json(200)["items"], json!([]));
}

async fn history_is_paged(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let path = path(&ada.open_ticket(json!({})).await);
    for priority in ["low", "high", "urgent"] {
        ada.patch(&path, json!({ "priority": priority })).await.json(200);
    }
    let first = ada.get(&format!("{path}/history?limit=2")).await.json(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = ada.get(&format!("{path}/history?limit=2&cursor={cursor}")).await.json(200);
    let news = |page: &serde_json::Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["new"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!((news(&first), news(&second)), (vec!["low".into(), "high".into()], vec!["urgent".into()]));
    assert_eq!(second["next_cursor"], json!(null));
    ada.get(&format!("{path}/replies?cursor={cursor}")).await.problem(400, "bad_cursor");
    let refused = ada.get(&format!("{path}/history?limit=x&sort=at")).await.refused();
    assert_eq!(refused, fields(&[("/limit", "invalid_format"), ("/sort", "unknown_parameter")]));
}

on_each_store!(
    without a bot:
    staff_see_who_changed_what_from_what_to_what,
    history_is_for_staff,
    history_is_paged,
);
