//! `GET /support/stats`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{TestDesk, fields, path};

async fn an_empty_desk_has_no_figures(desk: &TestDesk) {
    let none = json!({ "median": null, "p90": null, "mean": null });
    let expected = json!({
        "total": 0,
        "by_status": {
            "open": 0, "in_progress": 0, "waiting_for_customer": 0, "on_hold": 0, "resolved": 0, "closed": 0,
        },
        "by_priority": { "low": 0, "medium": 0, "high": 0, "urgent": 0 },
        "by_category": {},
        "open": 0,
        "unassigned": 0,
        "created": 0,
        "resolved": 0,
        "first_response": none,
        "resolution": none,
        "csat": { "average": null, "count": 0 },
    });
    for caller in [desk.user("ann"), desk.admin("ada")] {
        assert_eq!(caller.get("/support/stats").await.json(200), expected);
    }
}

/// Ann has three tickets and rates a chat with 4; Bob has one ticket and rates a chat with 1.
async fn busy(desk: &TestDesk) {
    let (ann, bob, ada) = (desk.user("ann"), desk.user("bob"), desk.admin("ada"));
    let one = path(&ann.open_ticket(json!({ "category": "billing", "priority": "high" })).await);
    let two = path(&ann.open_ticket(json!({ "category": "billing" })).await);
    ann.open_ticket(json!({})).await;
    let four = path(&bob.open_ticket(json!({ "priority": "urgent" })).await);
    desk.clock.advance(TimeDelta::seconds(60));
    ada.post(&format!("{one}/replies"), json!({ "message": "Hi" })).await.json(201);
    desk.clock.advance(TimeDelta::seconds(60));
    ada.post(&format!("{two}/replies"), json!({ "message": "Hi", "status": "resolved" })).await.json(201);
    ada.patch(&four, json!({ "status": "closed" })).await.json(200);
    for (customer, rating) in [(&ann, 4), (&bob, 1)] {
        let chat = customer.post("/chat/sessions", json!({})).await.json(201);
        let chat = format!("/chat/sessions/{}", chat["id"].as_str().unwrap());
        customer.post(&format!("{chat}/close"), json!({})).await.json(200);
        customer.post(&format!("{chat}/rate"), json!({ "rating": rating })).await.json(200);
    }
}

async fn figures_are_counted_from_what_happened(desk: &TestDesk) {
    busy(desk).await;
    let expected = json!({
        "total": 4,
        "by_status": {
            "open": 1, "in_progress": 1, "waiting_for_customer": 0, "on_hold": 0, "resolved": 1, "closed": 1,
        },
        "by_priority": { "low": 0, "medium": 2, "high": 1, "urgent": 1 },
        "by_category": { "billing": 2, "": 2 },
        "open": 2,
        "unassigned": 2,
        "created": 4,
        "resolved": 2,
        "first_response": { "median": 90.0, "p90": 120.0, "mean": 90.0 },
        "resolution": { "median": 120.0, "p90": 120.0, "mean": 120.0 },
        "csat": { "average": 2.5, "count": 2 },
    });
    assert_eq!(desk.admin("ada").get("/support/stats").await.json(200), expected);
}

async fn customers_get_the_figures_of_their_own(desk: &TestDesk) {
    busy(desk).await;
    let bob = desk.user("bob").get("/support/stats").await.json(200);
    assert_eq!(bob["total"], 1);
    assert_eq!(bob["by_category"], json!({ "": 1 }));
    assert_eq!(bob["first_response"]["mean"], Value::Null);
    assert_eq!(bob["resolution"]["mean"], 120.0);
    assert_eq!(bob["csat"], json!({ "average": 1.0, "count": 1 }));
    let ann = desk.user("ann").get("/support/stats").await.json(200);
    assert_eq!(
        (&ann["total"], &ann["resolved"], &ann["csat"]["average"]),
        (&json!(3), &json!(1), &json!(4.0))
    );
}

async fn periods_are_stretches_of_the_calendar_in_utc(desk: &TestDesk) {
    // From Wednesday 2026-01-14 10:00 on, one ticket each: Wednesday, Monday, Sunday, 1 January, 31 December.
    for hours in [0, 2 * 24, 24, 10 * 24, 24] {
        desk.clock.advance(TimeDelta::hours(-hours));
        desk.user("ann").open_ticket(json!({})).await;
    }
    desk.clock.advance(TimeDelta::hours(14 * 24));
    let created = async |query: &str| {
        desk.user("ann").get(&format!("/support/stats{query}")).await.json(200)["created"].as_u64().unwrap()
    };
    assert_eq!(created("?period=today").await, 1);
    assert_eq!(created("?period=yesterday").await, 0);
    assert_eq!(created("?period=week").await, 2);
    assert_eq!(created("?period=month").await, 4);
    assert_eq!(created("").await, 4);
    assert_eq!(created("?period=").await, 4);
    assert_eq!(created("?period=year").await, 4);
    desk.clock.advance(TimeDelta::hours(13) + TimeDelta::minutes(59));
    assert_eq!(created("?period=today").await, 1);
    desk.clock.advance(TimeDelta::minutes(1));
    assert_eq!(created("?period=today").await, 0);
    assert_eq!(created("?period=yesterday").await, 1);
}

async fn a_custom_period_holds_its_first_moment_and_not_its_last(desk: &TestDesk) {
    desk.user("ann").open_ticket(json!({})).await;
    let cases = [
        ("2026-01-14T10:00:00Z", "2026-01-14T10:00:00.000001Z", 1),
        ("2026-01-14T09:00:00Z", "2026-01-14T10:00:00Z", 0),
        ("2026-01-14T10:00:00.000001Z", "2026-01-15T00:00:00Z", 0),
        ("2026-01-14T12:00:00%2B02:00", "2026-01-14T12:00:01%2B02:00", 1),
        ("2026-01-14T10:00:00Z", "2026-01-14T10:00:00Z", 0),
    ];
    for (from, to, created) in cases {
        let stats = desk.user("ann").get(&format!("/support/stats?period=custom&from={from}&to={to}")).await;
        assert_eq!(stats.json(200)["created"], created, "{from} {to}");
    }
}

async fn a_period_that_cannot_be_read_is_refused(desk: &TestDesk) {
    let t = "2026-01-14T10:00:00Z";
    let cases: &[(String, &[(&str, &str)])] = &[
        ("?period=decade".into(), &[("/period", "invalid_format")]),
        ("?period=today&period=week".into(), &[("/period", "duplicate_parameter")]),
        ("?period=custom".into(), &[("/from", "required"), ("/to", "required")]),
        (format!("?period=custom&from={t}&to="), &[("/to", "required")]),
        (format!("?period=custom&from={t}&to=tomorrow"), &[("/to", "invalid_format")]),
        (format!("?period=custom&from={t}&to=2026-01-14T09:59:59Z"), &[("/to", "invalid_format")]),
        (format!("?period=week&from={t}&to={t}"), &[("/from", "not_accepted"), ("/to", "not_accepted")]),
        (format!("?from={t}"), &[("/from", "not_accepted")]),
        (format!("?period=decade&from={t}&to={t}"), &[("/period", "invalid_format")]),
        ("?limit=5".into(), &[("/limit", "unknown_parameter")]),
    ];
    for (query, expected) in cases {
        let answer = desk.user("ann").get(&format!("/support/stats{query}")).await;
        assert_eq!(answer.refused(), fields(expected), "{query}");
        desk.anonymous().get(&format!("/support/stats{query}")).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn reading_figures_is_limited() {
    let desk = TestDesk::with(|desk| desk, |router| router);
    for _ in 0..30 {
        desk.user("ann").get("/support/stats").await.json(200);
    }
    let answer = desk.user("ann").get("/support/stats").await;
    answer.problem(429, "rate_limited");
    assert!(!answer.header("retry-after").is_empty());
}

on_each_store!(
    without a bot:
    an_empty_desk_has_no_figures,
    figures_are_counted_from_what_happened,
    customers_get_the_figures_of_their_own,
    periods_are_stretches_of_the_calendar_in_utc,
    a_custom_period_holds_its_first_moment_and_not_its_last,
    a_period_that_cannot_be_read_is_refused,
);
