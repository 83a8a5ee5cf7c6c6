//! `GET` and `POST /support/tickets/{id}/replies`.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{TestDesk, fields, path};

async fn replies_are_shown_with_who_wrote_them(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let ticket = ann.open_ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    assert_eq!(ann.get(&replies).await.json(200), json!({ "items": [], "next_cursor": null }));

    let asked = ann.post(&replies, json!({ "message": " Hello?\r\n<b>🎉 " })).await.json(201);
    desk.clock.advance(TimeDelta::minutes(2));
    let answered = ada.post(&replies, json!({ "message": "On it" })).await.json(201);
    let expected = [
        json!({
            "id": asked["id"], "ticket_id": ticket["id"], "seq": 1,
            "author": { "id": "ann", "name": "Ann", "kind": "customer" },
            "is_staff": false, "internal": false, "message": "Hello?\n<b>🎉",
            "created_at": "2026-01-14T10:00:00.000000Z",
        }),
        json!({
            "id": answered["id"], "ticket_id": ticket["id"], "seq": 2,
            "author": { "id": "ada", "name": "Ada", "kind": "agent" },
            "is_staff": true, "internal": false, "message": "On it",
            "created_at": "2026-01-14T10:02:00.000000Z",
        }),
    ];
    assert_eq!([asked, answered], expected);
    for caller in [&ann, &ada] {
        assert_eq!(caller.get(&replies).await.json(200), json!({ "items": expected, "next_cursor": null }));
    }
    let ticket = ann.get(&path(&ticket)).await.json(200);
    assert_eq!(ticket["reply_count"], 2);
    assert_eq!(ticket["status"], "in_progress");
    assert_eq!(ticket["waiting_since"], Value::Null);
    assert_eq!(ticket["first_response_at"], "2026-01-14T10:02:00.000000Z");
}

async fn notes_are_for_staff_alone_s18(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let ticket = ann.open_ticket(json!({})).await;
    let (path, replies) = (path(&ticket), format!("{}/replies", path(&ticket)));
    let note = ada.post(&replies, json!({ "message": "canary-7f3a", "internal": true })).await.json(201);
    assert_eq!((&note["internal"], &note["is_staff"]), (&json!(true), &json!(true)));
    let public = ada.post(&replies, json!({ "message": "Hello", "internal": false })).await.json(201);
    assert_eq!(public["internal"], false);

    let messages = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|reply| reply["message"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(messages(&ada.get(&replies).await.json(200)), ["canary-7f3a", "Hello"]);
    assert_eq!(messages(&ann.get(&replies).await.json(200)), ["Hello"]);
    assert_eq!(ada.subjects("?search=canary").await.len(), 1);
    assert!(ann.subjects("?search=canary").await.is_empty());

    for route in ["", "/replies", "/history", "/transcript"] {
        let answer = ann.get(&format!("{path}{route}")).await;
        assert!(!answer.text.contains("canary-7f3a"), "{route}: {}", answer.text);
    }
    for route in ["/support/tickets", "/support/stats", "/support/agents"] {
        assert!(!ann.get(route).await.text.contains("canary-7f3a"), "{route}");
    }
}

async fn a_note_changes_nothing_that_a_customer_could_notice(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    desk.clock.advance(TimeDelta::minutes(1));
    let note = json!({ "message": "A note", "internal": true });
    desk.admin("ada").post(&format!("{}/replies", path(&ticket)), note).await.json(201);
    let after = ann.get(&path(&ticket)).await;
    assert_eq!(after.json(200), ticket);
    assert_eq!(after.header("etag"), "\"1\"");
}

async fn what_only_staff_may_set_is_forbidden_to_customers(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    let before = desk.admin("ada").read_ticket(&ticket).await;
    let cases = [
        ("internal", json!({ "message": "x", "internal": true })),
        ("internal", json!({ "message": "x", "internal": false })),
        ("status", json!({ "message": "x", "status": "resolved" })),
        // Whether they may is answered before what is wrong with it.
        ("internal", json!({ "internal": "yes" })),
        ("status", json!({ "message": "", "status": "nonsense", "color": 1 })),
    ];
    for (field, body) in cases {
        let problem = ann.post(&replies, body).await.problem(403, "forbidden_field");
        assert_eq!(problem["field"], field);
    }
    assert_eq!(desk.admin("ada").read_ticket(&ticket).await, before);
    ann.post(&replies, json!({ "message": "x", "internal": null, "status": "" })).await.json(201);
}

async fn staff_set_a_status_with_their_reply(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let ticket = ann.open_ticket(json!({})).await;
    let (path, replies) = (path(&ticket), format!("{}/replies", path(&ticket)));
    ada.post(&replies, json!({ "message": "Which one?", "status": "waiting_for_customer" })).await.json(201);
    assert_eq!(ann.get(&path).await.json(200)["status"], "waiting_for_customer");
    ann.post(&replies, json!({ "message": "The red one" })).await.json(201);
    assert_eq!(ann.get(&path).await.json(200)["status"], "open");
    ada.post(&replies, json!({ "message": "Done", "status": "resolved" })).await.json(201);

    let before = ada.read_ticket(&ticket).await;
    let wrong = json!({ "message": "Lost", "status": "on_hold" });
    let problem = ada.post(&replies, wrong).await.problem(409, "transition_not_allowed");
    assert_eq!((&problem["from"], &problem["to"]), (&json!("resolved"), &json!("on_hold")));
    assert_eq!(ada.read_ticket(&ticket).await, before);
}

async fn a_reply_soon_after_closing_reopens(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    ann.post(&format!("{}/close", path(&ticket)), json!({})).await.json(200);
    desk.clock.advance(TimeDelta::days(14));
    let reply =
        ann.post(&format!("{}/replies", path(&ticket)), json!({ "message": "Again" })).await.json(201);
    assert_eq!(reply["message"], "Again");
    assert!(reply.get("follow_up").is_none());
    let reopened = ann.get(&path(&ticket)).await.json(200);
    assert_eq!((&reopened["status"], &reopened["closed_at"]), (&json!("open"), &Value::Null));
}

async fn a_late_reply_opens_a_follow_up(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({ "category": "billing", "tags": ["vip"], "priority": "high" })).await;
    let replies = format!("{}/replies", path(&ticket));
    ann.post(&format!("{}/close", path(&ticket)), json!({})).await.json(200);
    desk.clock.advance(TimeDelta::days(14) + TimeDelta::seconds(1));
    let reply = ann.post(&replies, json!({ "message": "Broken again" })).await.json(201);
    let follow_up = &reply["follow_up"];
    assert_eq!(follow_up["number"], "TKT-20260128-0001");
    assert_eq!(follow_up.as_object().unwrap().len(), 2);
    assert_eq!(reply["ticket_id"], ticket["id"]);
    assert_eq!(reply["author"], json!({ "id": null, "name": null, "kind": "system" }));
    assert!(reply["message"].as_str().unwrap().contains("TKT-20260128-0001"));

    let opened = ann.get(&path(follow_up)).await.json(200);
    assert_eq!(opened["follow_up_of"], ticket["id"]);
    assert_eq!(opened["description"], "Broken again");
    assert_eq!((&opened["category"], &opened["tags"]), (&json!("billing"), &json!(["vip"])));
    assert_eq!(ann.get(&path(&ticket)).await.json(200)["status"], "closed");
    let listed = ann.get(&replies).await.json(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert!(listed["items"][0].get("follow_up").is_none());
}

async fn staff_do_not_reply_to_a_closed_ticket_unseen(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    ada.post(&format!("{}/close", path(&ticket)), json!({})).await.json(200);
    desk.clock.advance(TimeDelta::minutes(1));
    ada.post(&replies, json!({ "message": "Hello" })).await.problem(409, "ticket_closed");
    ada.post(&replies, json!({ "message": "For us", "internal": true })).await.json(201);
    ada.post(&replies, json!({ "message": "Hello", "status": "open" })).await.json(201);
    assert_eq!(ada.get(&path(&ticket)).await.json(200)["status"], "open");
}

async fn same_key_again_writes_no_second_reply_r03(desk: &TestDesk) {
    let ann = desk.user("ann");
    let replies = format!("{}/replies", path(&ann.open_ticket(json!({})).await));
    let send = async |message: &str| {
        let request = ann.request(Method::POST, &replies).header("Idempotency-Key", "k");
        request.json(&json!({ "message": message })).send().await
    };
    let first = send("One").await.json(201);
    assert_eq!(send("One").await.json(201), first);
    send("Two").await.problem(422, "idempotency_key_reused");
    assert_eq!(ann.get(&replies).await.json(200)["items"], json!([first]));
}

async fn a_thread_is_paged_in_its_order(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let replies = format!("{}/replies", path(&ann.open_ticket(json!({})).await));
    for n in 1..=5 {
        ada.post(&replies, json!({ "message": format!("{n}"), "internal": n % 2 == 0 })).await.json(201);
    }
    for (caller, expected) in [(&ada, &["1", "2", "3", "4", "5"][..]), (&ann, &["1", "3", "5"])] {
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = caller.get(&format!("{replies}?limit=2{cursor}")).await.json(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            read.extend(items.iter().map(|reply| reply["message"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(read, expected);
    }
    ann.get(&format!("{replies}?cursor=x")).await.problem(400, "bad_cursor");
    let refused = ann.get(&format!("{replies}?limit=101")).await.refused();
    assert_eq!(refused, fields(&[("/limit", "out_of_range")]));
}

on_each_store!(
    without a bot:
    replies_are_shown_with_who_wrote_them,
    notes_are_for_staff_alone_s18,
    a_note_changes_nothing_that_a_customer_could_notice,
    what_only_staff_may_set_is_forbidden_to_customers,
    staff_set_a_status_with_their_reply,
    a_reply_soon_after_closing_reopens,
    a_late_reply_opens_a_follow_up,
    staff_do_not_reply_to_a_closed_ticket_unseen,
    same_key_again_writes_no_second_reply_r03,
    a_thread_is_paged_in_its_order,
);
