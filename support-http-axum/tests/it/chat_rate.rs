//! Ratings, and the public figures.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestDesk, at, fields};

async fn rate(by: &Caller<'_>, chat: &Value, body: Value) -> Answer {
    by.post(&format!("{}/rate", at(chat)), body).await
}

async fn a_closed_chat_is_rated_by_its_customer(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    rate(&guest, &chat, json!({ "rating": 4 })).await.problem(409, "session_active");
    guest.act(&chat, "close").await.json(200);
    let rated = rate(&guest, &chat, json!({ "rating": 4, "feedback": "Good\nindeed" })).await.json(200);
    assert_eq!((&rated["rating"], &rated["feedback"]), (&json!(4), &json!("Good\nindeed")));
    rate(&desk.admin("ada"), &chat, json!({ "rating": 5 })).await.problem(403, "forbidden");
    rate(&desk.user("ann"), &chat, json!({ "rating": 5 })).await.problem(404, "not_found");
    assert_eq!(desk.admin("ada").read(&chat).await["rating"], 4);
    desk.admin("ada").act(&chat, "archive").await.json(200);
    rate(&guest, &chat, json!({ "rating": 5 })).await.problem(409, "session_archived");
}

async fn a_rating_is_changed_for_a_week(desk: &TestDesk) {
    let ann = desk.user("ann");
    let chat = ann.start_chat(json!({})).await;
    ann.act(&chat, "close").await.json(200);
    rate(&ann, &chat, json!({ "rating": 1 })).await.json(200);
    desk.clock.advance(TimeDelta::days(7));
    assert_eq!(rate(&ann, &chat, json!({ "rating": 5 })).await.json(200)["rating"], 5);
    desk.clock.advance(TimeDelta::microseconds(1));
    rate(&ann, &chat, json!({ "rating": 2 })).await.problem(409, "rating_final");
    assert_eq!(ann.read(&chat).await["rating"], 5);
    // Once for each close.
    desk.admin("ada").act(&chat, "reopen").await.json(200);
    desk.clock.advance(TimeDelta::minutes(1));
    ann.act(&chat, "close").await.json(200);
    assert_eq!(rate(&ann, &chat, json!({ "rating": 2 })).await.json(200)["rating"], 2);
}

async fn figures_come_from_what_is_there(desk: &TestDesk) {
    let stats = async || desk.anonymous().get("/chat/stats").await.json(200);
    let nothing = json!({
        "total_sessions": 0, "active_sessions": 0, "average_rating": null, "rating_count": 0, "total_messages": 0,
    });
    assert_eq!(stats().await, nothing);
    let ann = desk.user("ann");
    for stars in [Some(2), Some(5), None] {
        let chat = ann.start_chat(json!({})).await;
        ann.say(&chat, "Hi").await;
        if let Some(stars) = stars {
            ann.act(&chat, "close").await.json(200);
            rate(&ann, &chat, json!({ "rating": stars })).await.json(200);
        }
    }
    let expected = json!({
        "total_sessions": 3, "active_sessions": 1, "average_rating": 3.5, "rating_count": 2, "total_messages": 9,
    });
    assert_eq!(stats().await, expected);
}

async fn stars_are_whole_numbers_from_1_to_5(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    guest.act(&chat, "close").await.json(200);
    let before = guest.read(&chat).await;
    let cases = [
        (json!("5"), "invalid_type"),
        (json!(5.0), "invalid_type"),
        (json!(4.5), "invalid_type"),
        (json!(true), "invalid_type"),
        (json!([5]), "invalid_type"),
        (json!(0), "out_of_range"),
        (json!(6), "out_of_range"),
        (json!(-1), "out_of_range"),
        (json!(u64::MAX), "out_of_range"),
        (json!(261), "out_of_range"),
        (Value::Null, "required"),
    ];
    for (stars, code) in cases {
        let answer = rate(&guest, &chat, json!({ "rating": stars })).await;
        assert_eq!(answer.refused(), fields(&[("/rating", code)]), "{stars}");
    }
    let body = json!({ "feedback": "x".repeat(2_001), "stars": 5 });
    let expected = [("/rating", "required"), ("/feedback", "too_long"), ("/stars", "unknown_field")];
    assert_eq!(rate(&guest, &chat, body).await.refused(), fields(&expected));
    assert_eq!(guest.read(&chat).await, before);
    rate(&guest, &chat, json!({ "rating": 1, "feedback": "x".repeat(2_000) })).await.json(200);
}

async fn the_figures_are_public_and_credentials_ignored(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let expected = desk.anonymous().get("/chat/stats").await.json(200);
    assert_eq!(expected["total_sessions"], 1);
    for caller in
        [&guest, &desk.user("ann"), &desk.admin("ada"), &desk.guest(""), &desk.guest("sgt_nonsense")]
    {
        assert_eq!(caller.get("/chat/stats").await.json(200), expected);
    }
    let request = desk.guest("nonsense").request(Method::GET, "/chat/stats");
    let request = request.header("Authorization", "Bearer nonsense").header("Authorization", "Basic x");
    assert_eq!(request.send().await.json(200), expected);
    let answer = guest.get("/chat/stats?period=week").await;
    assert_eq!(answer.refused(), fields(&[("/period", "unknown_parameter")]));
    assert_eq!(guest.read(&chat).await["last_seq"], 1);
}

on_each_store!(
    a_closed_chat_is_rated_by_its_customer,
    a_rating_is_changed_for_a_week,
    figures_come_from_what_is_there,
    the_figures_are_public_and_credentials_ignored,
);

on_each_store!(
    without a bot:
    stars_are_whole_numbers_from_1_to_5,
);
