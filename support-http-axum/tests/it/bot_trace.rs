//! `GET /chat/sessions/{id}/messages/{seq}/trace`.

use serde_json::json;

use crate::harness::{TestDesk, at};

async fn an_answer_says_why_it_was_given(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    ann.say(&chat, "What is the price?").await;
    let trace = |seq: &str| format!("{}/messages/{seq}/trace", at(&chat));
    let found = ada.get(&trace("3")).await.json(200);
    assert_eq!((&found["session_id"], &found["seq"]), (&chat["id"], &json!(3)));
    assert_eq!((&found["decision"], &found["category"]), (&json!("answer"), &json!("pricing")));
    assert_eq!((&found["handoff"], &found["created_at"]), (&json!(null), &json!(desk.clock.text())));
    assert!(found["score"].as_f64().unwrap() > 0.5);
    let explanation = found["explanation"].as_str().unwrap();
    assert!(explanation.starts_with("Answered with `pricing`"), "{explanation}");
    assert!(found["trace"].as_object().unwrap().contains_key("09_decide"), "{found}");

    // The welcome, the question, what is not there, and what is no number of a message.
    for seq in ["1", "2", "4", "0", "03", "+3", "x", "-1", "18446744073709551616", "%FF"] {
        ada.get(&trace(seq)).await.problem(404, "not_found");
    }
    ann.get(&trace("3")).await.problem(403, "forbidden");
    desk.user("bob").get(&trace("3")).await.problem(404, "not_found");
    let elsewhere = desk.admin("eve other");
    elsewhere.get(&trace("3")).await.problem(404, "not_found");
    ada.get(&format!("{}?color=1", trace("3"))).await.problem(422, "validation");
}

async fn a_handoff_says_why(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    ann.say(&chat, "I want a human").await;
    let found = ada.get(&format!("{}/messages/3/trace", at(&chat))).await.json(200);
    assert_eq!((&found["decision"], &found["handoff"]), (&json!("handoff"), &json!("asked")));
    assert!(found["explanation"].as_str().unwrap().starts_with("Handed over to a human"), "{found}");
}

on_each_store!(
    with the bot that ships:
    an_answer_says_why_it_was_given,
    a_handoff_says_why,
);
