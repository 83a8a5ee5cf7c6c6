//! `POST /support/tickets`.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use crate::harness::{Answer, Caller, MOUNT, TestDesk, fields};

async fn user_opens_a_ticket_of_their_own(desk: &TestDesk) {
    let body = json!({
        "subject": "  Invoice is wrong ",
        "description": "Line 1\r\nLine 2 <b>& ünïcode 🎉",
        "priority": "high",
        "category": "billing",
        "tags": ["vip", "refund", "vip"],
        "custom_fields": { "order": 7, "nested": { "list": [1, null] } },
    });
    let answer = desk.user("ann").post("/support/tickets", body).await;
    let ticket = answer.json(201);
    let expected = json!({
        "id": ticket["id"],
        "number": "TKT-20260114-0001",
        "subject": "Invoice is wrong",
        "description": "Line 1\nLine 2 <b>& ünïcode 🎉",
        "status": "open",
        "priority": "high",
        "category": "billing",
        "tags": ["vip", "refund"],
        "requester": { "id": "ann", "name": "Ann", "email": "ann@example.org" },
        "assigned_to": null,
        "assigned_name": null,
        "custom_fields": { "order": 7, "nested": { "list": [1, null] } },
        "reply_count": 0,
        "waiting_since": "2026-01-14T10:00:00.000000Z",
        "first_response_at": null,
        "resolved_at": null,
        "closed_at": null,
        "follow_up_of": null,
        "chat_session_id": null,
        "version": 1,
        "created_at": "2026-01-14T10:00:00.000000Z",
        "updated_at": "2026-01-14T10:00:00.000000Z",
    });
    assert_eq!(ticket, expected);
    assert_eq!(answer.header("etag"), "\"1\"");
    let location = format!("{MOUNT}/support/tickets/{}", ticket["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), location);
    let read = desk.user("ann").get(location.strip_prefix(MOUNT).unwrap()).await;
    assert_eq!(read.json(200), expected);
}

async fn optional_fields_that_are_null_or_blank_count_as_absent(desk: &TestDesk) {
    let body = json!({
        "priority": " ", "category": "", "tags": null, "custom_fields": null, "requester": null,
    });
    let ticket = desk.user("ann").open_ticket(body).await;
    assert_eq!(ticket["priority"], "medium");
    assert_eq!(ticket["category"], json!(null));
    assert_eq!(ticket["tags"], json!([]));
    assert_eq!(ticket["custom_fields"], json!({}));
    assert_eq!(ticket["requester"]["id"], "ann");
}

async fn staff_opens_a_ticket_in_somebody_elses_name(desk: &TestDesk) {
    let requester = json!({ "id": "ann", "name": "Ann", "email": "ann@Example.org" });
    let ticket = desk.admin("ada").open_ticket(json!({ "requester": requester })).await;
    assert_eq!(ticket["requester"], json!({ "id": "ann", "name": "Ann", "email": "ann@example.org" }));
    let seen = desk.user("ann").get(&crate::harness::path(&ticket)).await.json(200);
    assert_eq!(seen, ticket);

    let bare = desk.admin("ada").open_ticket(json!({ "requester": { "id": "bob", "name": "" } })).await;
    assert_eq!(bare["requester"], json!({ "id": "bob", "name": null, "email": null }));
    let own = desk.admin("ada").open_ticket(json!({})).await;
    assert_eq!(own["requester"]["id"], "ada");
}

async fn customer_may_not_name_a_requester(desk: &TestDesk) {
    let bodies = [
        json!({ "subject": "a", "description": "b", "requester": { "id": "bob" } }),
        json!({ "subject": "a", "description": "b", "requester": { "id": "ann" } }),
        // Whether they may is answered before what is wrong with it.
        json!({ "requester": { "id": "bob" }, "color": "red" }),
        json!({ "subject": "a", "description": "b", "requester": 5 }),
    ];
    for body in bodies {
        let problem = desk.user("ann").post("/support/tickets", body).await.problem(403, "forbidden_field");
        assert_eq!(problem["field"], "requester");
    }
    assert!(desk.admin("ada").subjects("").await.is_empty());
}

async fn strangers_and_guests_open_no_ticket(desk: &TestDesk) {
    let good = json!({ "subject": "a", "description": "b" });
    for body in [good, json!({ "color": "red" })] {
        let answer = desk.anonymous().post("/support/tickets", body.clone()).await;
        answer.problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        desk.new_guest().await.post("/support/tickets", body).await.problem(403, "forbidden");
    }
}

async fn keyed(caller: &Caller<'_>, key: &str, subject: &str) -> Answer {
    let body = json!({ "subject": subject, "description": "It does not print." });
    caller.request(Method::POST, "/support/tickets").header("Idempotency-Key", key).json(&body).send().await
}

async fn same_key_again_gets_the_first_answer_r03(desk: &TestDesk) {
    let ann = desk.user("ann");
    let first = keyed(&ann, "key-1", "Printer").await;
    desk.clock.advance(TimeDelta::hours(23));
    let again = keyed(&ann, "key-1", "Printer").await;
    assert_eq!(again.json(201), first.json(201));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("etag"), first.header("etag"));

    keyed(&ann, "key-1", "Scanner").await.problem(422, "idempotency_key_reused");
    let others = keyed(&desk.user("bob"), "key-1", "Scanner").await.json(201);
    assert_ne!(others["id"], first.json(201)["id"]);
    assert_eq!(ann.subjects("").await, ["Printer"]);

    desk.clock.advance(TimeDelta::hours(1));
    assert_ne!(keyed(&ann, "key-1", "Printer").await.json(201)["id"], first.json(201)["id"]);
}

async fn malformed_idempotency_key_is_a_bad_header(desk: &TestDesk) {
    let ann = desk.user("ann");
    keyed(&ann, &"k".repeat(255), "Longest").await.json(201);
    let cases = [
        ("", "blank"),
        ("two words", "invalid_format"),
        ("é", "invalid_format"),
        (&"k".repeat(256), "too_long"),
    ];
    for (key, code) in cases {
        let refused = keyed(&ann, key, "Refused").await.refused();
        assert_eq!(refused, fields(&[("/idempotency-key", code)]), "{key}");
    }
    assert_eq!(ann.subjects("").await, ["Longest"]);
}

#[tokio::test]
async fn opening_tickets_is_limited_for_customers() {
    let desk = TestDesk::with(|desk| desk, |router| router);
    let ann = desk.user("ann");
    for _ in 0..3 {
        ann.open_ticket(json!({})).await;
    }
    let answer = ann.post("/support/tickets", json!({ "subject": "a", "description": "b" })).await;
    answer.problem(429, "rate_limited");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    desk.user("bob").open_ticket(json!({})).await;
    for _ in 0..5 {
        desk.admin("ada").open_ticket(json!({})).await;
    }
}

async fn numbers_count_within_a_day_r05(desk: &TestDesk) {
    let ann = desk.user("ann");
    let mut numbers = Vec::new();
    for hours in [0, 13, 1] {
        desk.clock.advance(TimeDelta::hours(hours));
        numbers.push(ann.open_ticket(json!({})).await["number"].as_str().unwrap().to_owned());
    }
    assert_eq!(numbers, ["TKT-20260114-0001", "TKT-20260114-0002", "TKT-20260115-0001"]);
}

on_each_store!(
    without a bot:
    user_opens_a_ticket_of_their_own,
    optional_fields_that_are_null_or_blank_count_as_absent,
    staff_opens_a_ticket_in_somebody_elses_name,
    customer_may_not_name_a_requester,
    strangers_and_guests_open_no_ticket,
    same_key_again_gets_the_first_answer_r03,
    malformed_idempotency_key_is_a_bad_header,
    numbers_count_within_a_day_r05,
);
