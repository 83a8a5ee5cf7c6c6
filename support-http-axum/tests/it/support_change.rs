//! `PATCH /support/tickets/{id}`, and closing, reopening and assigning.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{TestDesk, fields, path};

const STATUSES: [&str; 6] = ["open", "in_progress", "waiting_for_customer", "on_hold", "resolved", "closed"];

async fn staff_change_every_field_at_once(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({ "tags": ["old"], "category": "general" })).await;
    desk.clock.advance(TimeDelta::minutes(5));
    let change = json!({
        "subject": "Scanner",
        "status": "on_hold",
        "priority": "urgent",
        "category": "hardware",
        "tags": ["a", "b"],
        "assigned_to": "me",
        "custom_fields": { "room": 12 },
    });
    let answer = desk.admin("ada").patch(&path(&ticket), change).await;
    let mut expected = ticket.clone();
    for (field, value) in [
        ("subject", json!("Scanner")),
        ("status", json!("on_hold")),
        ("priority", json!("urgent")),
        ("category", json!("hardware")),
        ("tags", json!(["a", "b"])),
        ("assigned_to", json!("ada")),
        ("assigned_name", json!("Ada")),
        ("custom_fields", json!({ "room": 12 })),
        ("version", json!(2)),
        ("updated_at", json!("2026-01-14T10:05:00.000000Z")),
    ] {
        expected[field] = value;
    }
    assert_eq!(answer.json(200), expected);
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!(desk.user("ann").get(&path(&ticket)).await.json(200), expected);
}

async fn what_is_null_or_blank_stays_as_it_is(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let given =
        json!({ "tags": ["t"], "category": "billing", "priority": "high", "custom_fields": { "a": 1 } });
    let path = path(&desk.user("ann").open_ticket(given).await);
    let before = ada.post(&format!("{path}/assign"), json!({ "assigned_to": "me" })).await.json(200);
    let silent = json!({
        "subject": "", "status": null, "priority": " ", "category": null, "tags": null, "assigned_to": " ",
        "custom_fields": null,
    });
    for change in [silent, json!({})] {
        let answer = ada.patch(&path, change).await;
        assert_eq!(answer.json(200), before);
        assert_eq!(answer.header("etag"), format!("\"{}\"", before["version"]));
    }
    let change = json!({ "assigned_to": null, "tags": [], "custom_fields": {} });
    let cleared = ada.patch(&path, change).await.json(200);
    assert_eq!(cleared["assigned_to"], Value::Null);
    assert_eq!(cleared["assigned_name"], Value::Null);
    assert_eq!(cleared["tags"], json!([]));
    assert_eq!(cleared["custom_fields"], json!({}));
    assert_eq!(cleared["category"], "billing");
}

async fn requester_sets_the_priority_and_nothing_else(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    let path = path(&ticket);
    let changed = ann.patch(&path, json!({ "priority": "urgent" })).await.json(200);
    assert_eq!(changed["priority"], "urgent");
    // A field that says nothing asks for nothing.
    ann.patch(&path, json!({ "priority": "low", "status": null, "subject": "" })).await.json(200);

    let forbidden = [
        ("subject", json!("x")),
        ("status", json!("resolved")),
        ("category", json!("x")),
        ("tags", json!([])),
        ("assigned_to", json!("ann")),
        ("assigned_to", Value::Null),
        ("custom_fields", json!({})),
        // Whether they may is answered before what is wrong with it.
        ("status", json!("nonsense")),
        ("tags", json!(5)),
    ];
    let before = desk.admin("ada").read_ticket(&ticket).await;
    for (field, value) in forbidden {
        for rest in [json!({}), json!({ "priority": "high" }), json!({ "color": "red" })] {
            let mut change = rest;
            change[field] = value.clone();
            let problem = ann.patch(&path, change).await.problem(403, "forbidden_field");
            assert_eq!(problem["field"], field);
        }
    }
    let refused = ann.patch(&path, json!({ "priority": "x", "description": "x" })).await.refused();
    assert_eq!(refused, fields(&[("/description", "unknown_field"), ("/priority", "invalid_format")]));
    assert_eq!(desk.admin("ada").read_ticket(&ticket).await, before);
}

async fn requester_cannot_change_a_closed_ticket(desk: &TestDesk) {
    let ann = desk.user("ann");
    let path = path(&ann.open_ticket(json!({})).await);
    ann.post(&format!("{path}/close"), json!({})).await.json(200);
    ann.patch(&path, json!({ "priority": "high" })).await.problem(409, "ticket_closed");
    let change = json!({ "priority": "high" });
    assert_eq!(desk.admin("ada").patch(&path, change).await.json(200)["priority"], "high");
}

async fn only_allowed_transitions_are_made(desk: &TestDesk) {
    let ada = desk.admin("ada");
    for from in STATUSES {
        for to in STATUSES {
            let path = path(&ada.open_ticket(json!({})).await);
            let before = ada.patch(&path, json!({ "status": from })).await.json(200);
            let answer = ada.patch(&path, json!({ "status": to })).await;
            let is_done = from == "resolved" || from == "closed";
            if from == to {
                assert_eq!(answer.json(200), before);
            } else if !is_done || to == "open" || (from, to) == ("resolved", "closed") {
                assert_eq!(answer.json(200)["status"], to);
            } else {
                let problem = answer.problem(409, "transition_not_allowed");
                assert_eq!((&problem["from"], &problem["to"]), (&json!(from), &json!(to)));
                assert_eq!(ada.get(&path).await.json(200), before);
            }
        }
    }
}

async fn ends_of_work_are_dated_and_reopening_clears_them(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let path = path(&desk.user("ann").open_ticket(json!({})).await);
    let mut moments = Vec::new();
    for status in ["resolved", "closed", "open"] {
        desk.clock.advance(TimeDelta::hours(1));
        let ticket = ada.patch(&path, json!({ "status": status })).await.json(200);
        moments.push([ticket["resolved_at"].clone(), ticket["closed_at"].clone()]);
    }
    let (resolved, closed) = ("2026-01-14T11:00:00.000000Z", "2026-01-14T12:00:00.000000Z");
    let expected =
        [[json!(resolved), Value::Null], [json!(resolved), json!(closed)], [Value::Null, Value::Null]];
    assert_eq!(moments, expected);
}

async fn if_match_names_the_version_to_change(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let path = path(&ada.open_ticket(json!({})).await);
    let calls = [
        (Method::PATCH, "", json!({ "subject": "x" })),
        (Method::POST, "/assign", json!({ "assigned_to": "me" })),
        (Method::POST, "/close", json!({})),
        (Method::POST, "/reopen", json!({})),
    ];
    for (version, (method, rest, body)) in (1..).zip(calls) {
        let send = async |tag: &str| {
            let request = ada.request(method.clone(), &format!("{path}{rest}"));
            request.header("If-Match", tag).json(&body).send().await
        };
        for stale in ["\"0\"", "\"99\"", "W/\"1\"", "\"theirs\"", "\"98\", \"99\""] {
            let problem = send(stale).await.problem(412, "stale_version");
            assert_eq!(problem["version"], version, "{stale}");
        }
        send("1").await.problem(400, "bad_request");
        let tag = match version {
            1 => "*".to_owned(),
            2 => format!("\"99\", \"{version}\""),
            _ => format!("\"{version}\""),
        };
        let answer = send(&tag).await;
        assert_eq!(answer.json(200)["version"], version + 1);
        assert_eq!(answer.header("etag"), format!("\"{}\"", version + 1));
    }
}

async fn of_two_agents_with_one_version_one_wins_r24(desk: &TestDesk) {
    let (ada, bea) = (desk.admin("ada"), desk.admin("bea"));
    let path = path(&ada.open_ticket(json!({})).await);
    let change = async |caller: &crate::harness::Caller<'_>, subject: &str| {
        let request = caller.request(Method::PATCH, &path).header("If-Match", "\"1\"");
        request.json(&json!({ "subject": subject })).send().await
    };
    let (first, second) = tokio::join!(change(&ada, "A"), change(&bea, "B"));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

async fn requester_and_staff_close_and_closing_twice_changes_nothing(desk: &TestDesk) {
    for caller in [desk.user("ann"), desk.admin("ada")] {
        let close = format!("{}/close", path(&desk.user("ann").open_ticket(json!({})).await));
        let answer = caller.request(Method::POST, &close).send().await;
        let closed = answer.json(200);
        assert_eq!(closed["status"], "closed");
        assert_eq!(closed["closed_at"], desk.clock.text());
        assert_eq!(closed["waiting_since"], Value::Null);
        assert_eq!(answer.header("etag"), "\"2\"");
        desk.clock.advance(TimeDelta::minutes(1));
        assert_eq!(caller.post(&close, json!({})).await.json(200), closed);
        let refused = caller.post(&close, json!({ "reason": "x" })).await.refused();
        assert_eq!(refused, fields(&[("/reason", "unknown_field")]));
    }
}

async fn customers_reopen_within_fourteen_days_and_staff_always(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let path = path(&ann.open_ticket(json!({})).await);
    let (close, reopen) = (format!("{path}/close"), format!("{path}/reopen"));
    let open = ann.get(&path).await.json(200);
    assert_eq!(ann.post(&reopen, json!({})).await.json(200), open);

    ann.post(&close, json!({})).await.json(200);
    desk.clock.advance(TimeDelta::days(14));
    let answer = ann.request(Method::POST, &reopen).send().await;
    let reopened = answer.json(200);
    assert_eq!((&reopened["status"], &reopened["closed_at"]), (&json!("open"), &Value::Null));
    assert_eq!(answer.header("etag"), "\"3\"");

    ann.post(&close, json!({})).await.json(200);
    desk.clock.advance(TimeDelta::days(14) + TimeDelta::microseconds(1));
    ann.post(&reopen, json!({})).await.problem(409, "ticket_closed");
    // What is wrong with the body is said before how the ticket stands.
    ann.post(&reopen, json!({ "x": 1 })).await.refused();
    assert_eq!(ada.post(&reopen, json!({})).await.json(200)["status"], "open");
}

async fn staff_assign_to_agents_to_themselves_and_to_nobody(desk: &TestDesk) {
    let (ada, bea) = (desk.admin("ada"), desk.admin("bea"));
    bea.get("/support/tickets").await.json(200);
    let assign = format!("{}/assign", path(&desk.user("ann").open_ticket(json!({})).await));
    let steps = [
        (json!("me"), json!(["ada", "Ada", "in_progress"])),
        (json!("bea"), json!(["bea", "Bea", "in_progress"])),
        (Value::Null, json!([null, null, "in_progress"])),
    ];
    for (to, expected) in steps {
        let ticket = ada.post(&assign, json!({ "assigned_to": to })).await.json(200);
        assert_eq!(json!([ticket["assigned_to"], ticket["assigned_name"], ticket["status"]]), expected);
    }
}

async fn assigning_to_somebody_unknown_is_refused_for_staff_and_forbidden_for_customers(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let assign = format!("{}/assign", path(&ticket));
    let before = desk.admin("ada").read_ticket(&ticket).await;
    let cases = [
        (json!({ "assigned_to": "nobody-knows" }), "unknown"),
        (json!({ "assigned_to": "ann" }), "unknown"),
        (json!({ "assigned_to": "" }), "blank"),
        (json!({ "assigned_to": "x".repeat(129) }), "too_long"),
        (json!({ "assigned_to": "a\u{0}b" }), "control_character"),
        (json!({ "assigned_to": 5 }), "invalid_type"),
        (json!({}), "required"),
    ];
    for (body, code) in cases {
        desk.user("ann").post(&assign, body.clone()).await.problem(403, "forbidden");
        desk.user("bob").post(&assign, body.clone()).await.problem(404, "not_found");
        let refused = desk.admin("ada").post(&assign, body.clone()).await.refused();
        assert_eq!(refused, fields(&[("/assigned_to", code)]));
        if body.get("assigned_to").is_some_and(|to| to != "") {
            let refused = desk.admin("ada").patch(&path(&ticket), body).await.refused();
            assert_eq!(refused, fields(&[("/assigned_to", code)]));
        }
    }
    assert_eq!(desk.admin("ada").read_ticket(&ticket).await, before);
}

on_each_store!(
    without a bot:
    staff_change_every_field_at_once,
    what_is_null_or_blank_stays_as_it_is,
    requester_sets_the_priority_and_nothing_else,
    requester_cannot_change_a_closed_ticket,
    only_allowed_transitions_are_made,
    ends_of_work_are_dated_and_reopening_clears_them,
    if_match_names_the_version_to_change,
    of_two_agents_with_one_version_one_wins_r24,
    requester_and_staff_close_and_closing_twice_changes_nothing,
    customers_reopen_within_fourteen_days_and_staff_always,
    staff_assign_to_agents_to_themselves_and_to_nobody,
    assigning_to_somebody_unknown_is_refused_for_staff_and_forbidden_for_customers,
);
