//! `POST /chat/bot`.

use axum::http::Method;
use serde_json::{Value, json};
use support_core::bot::RuleBot;
use support_http_axum::SupportRouter;

use crate::harness::{Caller, TestDesk, at, contact, fields};

async fn ask(by: &Caller<'_>, body: Value) -> Value {
    by.post("/chat/bot", body).await.json(200)
}

fn with_contact(message: &str) -> Value {
    let mut body = contact();
    body["message"] = json!(message);
    body
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

async fn one_call_begins_a_chat_and_goes_on_in_it(desk: &TestDesk) {
    let first = ask(&desk.anonymous(), with_contact("billing")).await;
    let known = ["category", "handoff", "message", "message_id", "metadata", "session_id", "suggestions"];
    let mut all = known.to_vec();
    all.insert(6, "session_token");
    assert_eq!(names(&first), all);
    assert_eq!((&first["message"], &first["category"]), (&json!("You said: billing"), &json!("billing")));
    assert_eq!(first["suggestions"][0], json!({ "label": "Prices", "intent_id": "pricing" }));
    assert_eq!((&first["handoff"], &first["metadata"]["decision"]), (&json!(false), &json!("answer")));

    let guest = desk.guest(first["session_token"].as_str().unwrap());
    let second = ask(&guest, json!({ "message": "More" })).await;
    assert_eq!(names(&second), known);
    assert_eq!(second["session_id"], first["session_id"]);
    let chat = json!({ "id": first["session_id"] });
    let talk = guest.talk(&chat).await;
    assert_eq!(
        talk,
        ["bot: Welcome!", "user: billing", "bot: You said: billing", "user: More", "bot: You said: More"]
    );
    assert_eq!(guest.messages(&chat).await[4]["id"], second["message_id"]);
    assert_eq!(guest.read(&chat).await["guest_phone"], "+34600123456");
}

async fn a_humans_chat_gets_no_words_from_the_bot(desk: &TestDesk) {
    let ann = desk.user("ann");
    let first = ask(&ann, json!({ "message": "human" })).await;
    assert_eq!((&first["message"], &first["handoff"]), (&json!("One moment."), &json!(true)));
    let second = ask(&ann, json!({ "message": "Hello?" })).await;
    assert_eq!((&second["message"], &second["handoff"]), (&Value::Null, &json!(true)));
    assert_eq!(second["suggestions"], json!([]));
    let chat = json!({ "id": first["session_id"] });
    let last = ann.messages(&chat).await.pop().unwrap();
    assert_eq!((&last["id"], &last["message"]), (&second["message_id"], &json!("Hello?")));
    desk.admin("ada").say(&chat, "Here I am").await;
    assert_eq!(ask(&ann, json!({ "message": "Good" })).await["message"], Value::Null);
}

async fn a_user_goes_on_in_their_active_chat(desk: &TestDesk) {
    let ann = desk.user("ann");
    let first = ask(&ann, json!({ "message": "Hi" })).await;
    assert!(first.get("session_token").is_none());
    let second = ask(&ann, json!({ "message": "Hi again" })).await;
    assert_eq!(second["session_id"], first["session_id"]);
    ann.act(&json!({ "id": first["session_id"] }), "close").await.json(200);
    let third = ask(&ann, json!({ "message": "Hi" })).await;
    assert_ne!(third["session_id"], first["session_id"]);
    // Naming the closed one within its half hour goes on in it.
    let named = ask(&ann, json!({ "message": "Hi", "session_id": first["session_id"] })).await;
    assert_eq!(named["session_id"], first["session_id"]);
    let refused = ann.post("/chat/bot", json!({ "message": "x", "guest_email": "a@example.org" })).await;
    assert_eq!(refused.refused(), fields(&[("/guest_email", "not_accepted")]));
}

async fn a_named_chat_must_be_the_callers(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let unknown = json!("0199f000-0000-7000-8000-000000000000");
    for id in [&chat["id"], &unknown] {
        let body = json!({ "message": "Hi", "session_id": id });
        desk.user("ann").post("/chat/bot", body.clone()).await.problem(404, "not_found");
        desk.new_guest().await.post("/chat/bot", body.clone()).await.problem(404, "not_found");
        // What else is wrong with the request makes no difference, and neither does what is right with it.
        for other in [json!({}), contact(), json!({ "color": 1 })] {
            let mut body = body.clone();
            body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
            desk.anonymous().post("/chat/bot", body.clone()).await.problem(401, "unauthenticated");
            body["message"] = json!("");
            desk.user("ann").post("/chat/bot", body).await.problem(404, "not_found");
        }
    }
    assert_eq!(
        ask(&guest, json!({ "message": "Hi", "session_id": chat["id"] })).await["session_id"],
        chat["id"]
    );
    for wrong in [json!("canary"), json!(format!("urn:uuid:{}", chat["id"].as_str().unwrap()))] {
        let answer = guest.post("/chat/bot", json!({ "message": "Hi", "session_id": wrong })).await;
        assert_eq!(answer.refused(), fields(&[("/session_id", "invalid_format")]));
        assert!(!answer.text.contains("canary"));
    }
}

async fn a_clicked_suggestion_is_what_it_stands_for(desk: &TestDesk) {
    let answer = ask(&desk.user("ann"), json!({ "message": "Prices", "intent_id": "pricing" })).await;
    assert_eq!(answer["category"], "pricing");
}

async fn every_bad_field_of_the_call_is_named_and_no_chat_begun(desk: &TestDesk) {
    let body = json!({ "message": " ", "guest_email": "canary", "intent_id": "Canary", "subject": 5, "sender": "bot" });
    let answer = desk.anonymous().post("/chat/bot", body).await;
    let expected = [
        ("/message", "blank"),
        ("/guest_email", "invalid_email"),
        ("/guest_phone", "required"),
        ("/intent_id", "invalid_format"),
        ("/sender", "unknown_field"),
        ("/subject", "unknown_field"),
    ];
    assert_eq!(answer.refused(), fields(&expected));
    assert!(!answer.text.to_lowercase().contains("canary"));
    // Only what the contract names: a chat begun here has no subject and no metadata.
    let answer = desk.user("ann").post("/chat/bot", json!({ "message": "Hi", "metadata": {} })).await;
    assert_eq!(answer.refused(), fields(&[("/metadata", "unknown_field")]));
    let empty = desk.user("ann").request(Method::POST, "/chat/bot").raw("application/json", "").send().await;
    empty.problem(400, "malformed_json");
    assert!(desk.admin("ada").chats("").await.is_empty());
}

#[tokio::test]
async fn the_three_conversations_hold() {
    let bot = RuleBot::with_default_knowledge_base();
    let desk = TestDesk::with(|desk| desk.bot(bot), SupportRouter::without_rate_limits);
    let say = async |text: &str| ask(&desk.anonymous(), with_contact(text)).await;
    let labels = |answer: &Value| {
        let labels = answer["suggestions"].as_array().unwrap().iter();
        labels.map(|s| s["label"].as_str().unwrap().to_lowercase()).collect::<Vec<_>>()
    };

    let pricing = say("How much do your plans cost?").await;
    assert_eq!((&pricing["category"], &pricing["handoff"]), (&json!("pricing"), &json!(false)));
    assert!(labels(&pricing).iter().any(|label| label.contains("plan")), "{:?}", labels(&pricing));

    let license = say("I need help with my license").await;
    assert_eq!(license["category"], "license");
    assert!(labels(&license).contains(&"talk to a human".to_owned()), "{:?}", labels(&license));

    let greeting = say("Hello").await;
    assert_eq!(greeting["category"], "greeting");
    assert!(!labels(&greeting).is_empty());
    assert!(
        greeting["message"].as_str().unwrap().to_lowercase().contains("welcome"),
        "{}",
        greeting["message"]
    );

    assert_ne!(say("Is this working?").await["category"], "greeting");
    // The bot files the chat by what it was about, and never under a greeting.
    let chat = json!({ "id": pricing["session_id"] });
    assert_eq!(desk.admin("ada").read(&chat).await["category"], "pricing");
    let chat = json!({ "id": greeting["session_id"] });
    assert_eq!(desk.admin("ada").get(&at(&chat)).await.json(200)["category"], Value::Null);
}

on_each_store!(
    one_call_begins_a_chat_and_goes_on_in_it,
    a_humans_chat_gets_no_words_from_the_bot,
    a_user_goes_on_in_their_active_chat,
    a_named_chat_must_be_the_callers,
    a_clicked_suggestion_is_what_it_stands_for,
    every_bad_field_of_the_call_is_named_and_no_chat_begun,
);
