//! What the bot did not know, how well it does, and what customers say of it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{Caller, TestDesk, at, fields};

const UNANSWERED: &str = "/chat/bot/unanswered";

/// Asks in a new chat, and returns the chat.
async fn ask(by: &Caller<'_>, question: &str) -> Value {
    let chat = by.start_chat(json!({})).await;
    by.say(&chat, question).await;
    chat
}

fn feedback(chat: &Value, seq: impl std::fmt::Display) -> String {
    format!("{}/messages/{seq}/feedback", at(chat))
}

async fn questions_without_an_answer_are_grouped(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let first = desk.clock.text();
    ask(&ann, "Do you sell boats?").await;
    desk.clock.advance(TimeDelta::seconds(1));
    let last = ask(&ann, "do you SELL boats").await;
    let last_seen = desk.clock.text();
    desk.clock.advance(TimeDelta::seconds(1));
    ask(&ann, "Xylophone lessons").await;
    ask(&ann, "What is the price?").await;
    let page = ada.get(UNANSWERED).await.json(200);
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next_cursor"]), (2, &Value::Null));
    let mut boats = page["items"][0].clone();
    assert!(boats.as_object_mut().unwrap().remove("id").unwrap().is_string());
    let expected = json!({
        "text": "do you sell boats", "count": 2, "first_seen_at": first, "last_seen_at": last_seen,
        "sample": { "session_id": last["id"], "seq": 2, "message": "do you SELL boats" },
    });
    assert_eq!(boats, expected);

    let texts = async |query: &str| -> (Vec<String>, Value) {
        let page = ada.get(&format!("{UNANSWERED}{query}")).await.json(200);
        let items = page["items"].as_array().unwrap();
        (
            items.iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect(),
            page["next_cursor"].clone(),
        )
    };
    assert_eq!(texts("?sort=recent").await.0, ["xylophone lessons", "do you sell boats"]);
    let (found, cursor) = texts("?limit=1").await;
    assert_eq!(found, ["do you sell boats"]);
    let cursor = cursor.as_str().unwrap();
    assert_eq!(
        texts(&format!("?limit=1&cursor={cursor}")).await,
        (vec!["xylophone lessons".to_owned()], Value::Null)
    );
    // A place in one order is none in the other.
    ada.get(&format!("{UNANSWERED}?sort=recent&cursor={cursor}")).await.problem(400, "bad_cursor");
    let refused = ada.get(&format!("{UNANSWERED}?sort=loudest&limit=0&color=1")).await.refused();
    let expected = [("/color", "unknown_parameter"), ("/limit", "out_of_range"), ("/sort", "invalid_format")];
    assert_eq!(refused, fields(&expected));
    assert_eq!(desk.admin("eve other").get(UNANSWERED).await.json(200)["items"], json!([]));
}

async fn a_customer_says_whether_an_answer_helped(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ask(&ann, "What is the price?").await;
    let version = ann.read(&chat).await["version"].clone();
    assert!(ann.messages(&chat).await[2].get("feedback").is_none());
    let said =
        ann.post(&feedback(&chat, 3), json!({ "helpful": false, "comment": "Too short" })).await.json(200);
    let expected = json!({ "helpful": false, "comment": "Too short", "given_at": desk.clock.text() });
    assert_eq!((&said["seq"], &said["feedback"]), (&json!(3), &expected));
    assert_eq!(ann.messages(&chat).await[2], said);
    assert_eq!(ada.messages(&chat).await[2]["feedback"], expected);
    assert_eq!(ann.read(&chat).await["version"], version, "nothing in the conversation has changed");

    // The last word counts; without a comment, the one given before stays.
    desk.clock.advance(TimeDelta::seconds(1));
    let said = ann.post(&feedback(&chat, 3), json!({ "helpful": true })).await.json(200);
    let expected = json!({ "helpful": true, "comment": "Too short", "given_at": desk.clock.text() });
    assert_eq!(said["feedback"], expected);
    desk.clock.advance(TimeDelta::seconds(1));
    let again = ann.post(&feedback(&chat, 3), json!({ "helpful": true, "comment": null })).await.json(200);
    assert_eq!(again["feedback"], expected, "the same again changes nothing");
    let stats = ada.get("/chat/bot/stats").await.json(200);
    assert_eq!((&stats["helpful"], &stats["not_helpful"]), (&json!(1), &json!(0)));

    // Also when the chat is over, and not when it was put away.
    ann.act(&chat, "close").await.json(200);
    ann.post(&feedback(&chat, 3), json!({ "helpful": false })).await.json(200);
    ada.act(&chat, "archive").await.json(200);
    ann.post(&feedback(&chat, 3), json!({ "helpful": true })).await.problem(409, "session_archived");
    let (guest, chat) = desk.guest_chat().await;
    guest.say(&chat, "What is the price?").await;
    guest.post(&feedback(&chat, 3), json!({ "helpful": true })).await.json(200);
}

async fn only_answers_of_the_bot_are_rated_by_their_customer(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ask(&ann, "What is the price?").await;
    let yes = json!({ "helpful": true });
    ada.post(&feedback(&chat, 3), yes.clone()).await.problem(403, "forbidden");
    desk.user("bob").post(&feedback(&chat, 3), yes.clone()).await.problem(404, "not_found");
    // The welcome, the question, what is not there; later the desk's own words, and an agent's.
    ann.act(&chat, "handoff").await.json(200);
    ada.say(&chat, "Here I am").await;
    for seq in ["1", "2", "4", "5", "6", "0", "x"] {
        ann.post(&feedback(&chat, seq), yes.clone()).await.problem(404, "not_found");
    }
    let path = feedback(&chat, 3);
    let cases = [
        (json!({}), vec![("/helpful", "required")]),
        (json!({ "helpful": "yes" }), vec![("/helpful", "invalid_type")]),
        (
            json!({ "helpful": 1, "comment": 5 }),
            vec![("/comment", "invalid_type"), ("/helpful", "invalid_type")],
        ),
        (json!({ "helpful": true, "comment": "x".repeat(2_001) }), vec![("/comment", "too_long")]),
        (json!({ "helpful": true, "comment": "a\u{0}" }), vec![("/comment", "control_character")]),
        (json!({ "helpful": true, "stars": 5 }), vec![("/stars", "unknown_field")]),
    ];
    for (body, expected) in cases {
        assert_eq!(ann.post(&path, body).await.refused(), fields(&expected));
    }
}

async fn figures_say_what_became_of_messages(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let nothing = ada.get("/chat/bot/stats").await.json(200);
    let no_reasons = json!({
        "asked": 0, "not_understood": 0, "repeated": 0, "frustrated": 0, "category": 0, "bot_error": 0,
    });
    let expected = json!({
        "total": 0, "answered": 0, "offered": 0, "missed": 0, "handed_off": 0, "handoff_reasons": no_reasons,
        "helpful": 0, "not_helpful": 0, "by_category": {},
    });
    assert_eq!(nothing, expected);

    let chat = ask(&ann, "What is the price?").await;
    ann.post(&feedback(&chat, 3), json!({ "helpful": true })).await.json(200);
    // By a click, with a topic, and by words, without one.
    ann.act(&chat, "handoff").await.json(200);
    ask(&ann, "I want a human").await;
    let lost = ask(&ann, "Xylophone lessons").await;
    ann.say(&lost, "Zither lessons").await;
    let stats = ada.get("/chat/bot/stats").await.json(200);
    let mut reasons = no_reasons.clone();
    (reasons["asked"], reasons["not_understood"]) = (json!(2), json!(1));
    let figures =
        |names: &[&str]| -> Vec<u64> { names.iter().map(|name| stats[name].as_u64().unwrap()).collect() };
    let names = ["total", "answered", "offered", "missed", "handed_off", "helpful", "not_helpful"];
    assert_eq!(figures(&names), [5, 1, 0, 1, 3, 1, 0], "{stats}");
    assert_eq!(stats["handoff_reasons"], reasons);
    let pricing = &stats["by_category"]["pricing"];
    let counts = |of: &Value, name: &str| of[name].as_u64().unwrap();
    assert_eq!((counts(pricing, "answered"), counts(pricing, "helpful")), (1, 1));
    assert_eq!((counts(pricing, "handed_off"), &pricing["handoff_reasons"]["asked"]), (1, &json!(1)));
    let unplaced = &stats["by_category"][""];
    assert_eq!((counts(unplaced, "missed"), counts(unplaced, "handed_off")), (1, 2));

    // Half-open periods, and nobody else's figures.
    let of =
        async |query: &str| ada.get(&format!("/chat/bot/stats?{query}")).await.json(200)["total"].clone();
    assert_eq!((of("period=today").await, of("period=yesterday").await), (json!(5), json!(0)));
    let now = desk.clock.text();
    assert_eq!(of(&format!("period=custom&from={now}&to={now}")).await, 0);
    assert_eq!(of(&format!("period=custom&from={now}&to=2027-01-01T00:00:00Z")).await, 5);
    assert_eq!(of(&format!("period=custom&from=2025-01-01T00:00:00Z&to={now}")).await, 0);
    assert_eq!(desk.admin("eve other").get("/chat/bot/stats").await.json(200), nothing);
    ada.get("/chat/bot/stats?period=always").await.problem(422, "validation");
}

on_each_store!(
    with the bot that ships:
    questions_without_an_answer_are_grouped,
    a_customer_says_whether_an_answer_helped,
    only_answers_of_the_bot_are_rated_by_their_customer,
    figures_say_what_became_of_messages,
);
