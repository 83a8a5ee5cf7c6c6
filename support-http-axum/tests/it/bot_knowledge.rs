//! `/chat/bot/knowledge-base`: what the bot knows, changed while it runs.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, KNOWLEDGE, TestDesk, fields};

const PATH: &str = "/chat/bot/knowledge-base";

/// The knowledge base with other words about prices.
fn changed(words: &str) -> String {
    KNOWLEDGE.replace("They are low.", words)
}

fn german() -> String {
    KNOWLEDGE
        .replace("\"en\"", "\"de\"")
        .replace("prices?|costs?", "preise?|kostet")
        .replace("They are low.", "Sie sind niedrig.")
}

async fn save(by: &Caller<'_>, text: &str) -> Value {
    by.put(PATH, json!({ "text": text })).await.json(200)
}

/// What the bot answers in a new chat.
async fn answer(by: &Caller<'_>, question: &str) -> Value {
    let chat = by.start_chat(json!({})).await;
    by.say(&chat, question).await;
    by.messages(&chat).await.pop().unwrap()["message"].clone()
}

async fn what_the_bot_was_given_is_version_0(desk: &TestDesk) {
    let read = desk.admin("ada").get(PATH).await;
    assert_eq!(read.header("etag"), "\"0\"");
    let expected = json!({
        "language": "en", "languages": ["en"], "version": 0, "text": KNOWLEDGE, "author": null, "note": null,
        "restores": null, "created_at": null,
    });
    let mut found = read.json(200);
    let warnings = found.as_object_mut().unwrap().remove("warnings").unwrap();
    assert_eq!(found, expected);
    let first = &warnings[0];
    assert!(first["line"].is_u64() && first["column"].is_u64() && first["detail"].is_string(), "{warnings}");
    let versions = desk.admin("ada").get(&format!("{PATH}/versions")).await.json(200);
    assert_eq!(versions, json!({ "items": [], "next_cursor": null }));
}

async fn a_saved_version_is_answered_from_at_once(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let before = ann.start_chat(json!({})).await;
    assert_eq!(answer(&ann, "What is the price?").await, "They are low.");
    let body = json!({ "text": changed("They went up."), "note": "A new year" });
    let saved = ada.put(PATH, body).await;
    assert_eq!(saved.header("etag"), "\"1\"");
    let saved = saved.json(200);
    assert_eq!((&saved["version"], &saved["note"]), (&json!(1), &json!("A new year")));
    assert_eq!(saved["author"], json!({ "id": "ada", "name": "Ada", "kind": "agent" }));
    assert_eq!(saved["created_at"], json!(desk.clock.text()));
    assert_eq!(ada.get(PATH).await.json(200), saved);
    assert_eq!(answer(&ann, "What is the price?").await, "They went up.");
    // In chats that have begun as well.
    ann.say(&before, "What does it cost?").await;
    assert_eq!(ann.messages(&before).await.pop().unwrap()["message"], "They went up.");
}

async fn another_tenants_bot_stays_as_it_is(desk: &TestDesk) {
    save(&desk.admin("ada"), &changed("They went up.")).await;
    let elsewhere = desk.admin("eve other");
    assert_eq!(elsewhere.get(PATH).await.json(200)["version"], 0);
    assert_eq!(answer(&desk.user("bob other"), "What is the price?").await, "They are low.");
    assert_eq!(answer(&desk.user("ann"), "What is the price?").await, "They went up.");
}

async fn every_bad_place_is_named_and_nothing_changes(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let broken = changed("They went up.").replace("title = \"Prices\"", "titel = \"Prices\"\ncolour = 1");
    let answered = ada.put(PATH, json!({ "text": broken })).await;
    let problem = answered.problem(422, "validation");
    let errors = problem["errors"].as_array().unwrap();
    let places: Vec<_> =
        errors.iter().map(|error| (error["line"].as_u64().unwrap(), error["column"].as_u64())).collect();
    assert!(places.contains(&(6, Some(1))) && places.contains(&(7, Some(1))), "{problem}");
    for error in errors {
        assert_eq!((&error["pointer"], &error["code"]), (&json!("/text"), &json!("invalid_knowledge_base")));
    }
    let failing = format!("{KNOWLEDGE}[[test]]\nsay = \"What is the price?\"\nexpect = \"hours\"\n");
    let problem = ada.put(PATH, json!({ "text": failing })).await.problem(422, "validation");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("test"), "{problem}");
    assert_eq!(ada.get(PATH).await.json(200)["version"], 0);
    assert_eq!(answer(&desk.user("ann"), "What is the price?").await, "They are low.");
}

async fn bad_fields_are_refused(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let cases = [
        (json!({}), vec![("/text", "required")]),
        (json!({ "text": 5, "note": "" }), vec![("/text", "invalid_type")]),
        (json!({ "text": "  " }), vec![("/text", "blank")]),
        (json!({ "text": KNOWLEDGE, "note": "x".repeat(501) }), vec![("/note", "too_long")]),
        (json!({ "text": KNOWLEDGE, "version": 1 }), vec![("/version", "unknown_field")]),
        (json!({ "text": "# \u{0}" }), vec![("/text", "control_character")]),
        (json!({ "text": "#".repeat(512 * 1024 + 1) }), vec![("/text", "too_long")]),
        (json!({ "text": german() }), vec![("/text", "invalid_format")]),
    ];
    for (body, expected) in cases {
        assert_eq!(ada.put(PATH, body).await.refused(), fields(&expected));
    }
    for query in ["language=not%20one", "language=1a", "version=-1", "color=1", "version=x"] {
        ada.get(&format!("{PATH}?{query}")).await.problem(422, "validation");
    }
    let both = ada.put(&format!("{PATH}?language=e_n&color=1"), json!({ "text": "" })).await;
    let expected = [("/color", "unknown_parameter"), ("/language", "invalid_format")];
    assert_eq!(both.refused(), fields(&expected));
    let huge = format!("{{\"text\": \"{}\"}}", "#".repeat(1024 * 1024));
    ada.request(Method::PUT, PATH)
        .raw("application/json", huge)
        .send()
        .await
        .problem(413, "payload_too_large");
}

async fn a_version_that_was_changed_meanwhile_is_not_overwritten(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let put = async |tag: &str, words: &str| {
        let request = ada.request(Method::PUT, PATH).header("If-Match", tag);
        request.json(&json!({ "text": changed(words) })).send().await
    };
    put("\"0\"", "First.").await.json(200);
    let stale = put("\"0\"", "Second.").await.problem(412, "stale_version");
    assert_eq!(stale["version"], 1);
    put("\"somebody else's\"", "Second.").await.problem(412, "stale_version");
    put("\"0\", \"1\"", "Second.").await.json(200);
    put("*", "Third.").await.json(200);
    // The same again is no new version.
    assert_eq!(put("\"3\"", "Third.").await.json(200)["version"], 3);
}

async fn versions_are_listed_and_an_earlier_one_comes_back(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    for words in ["First.", "Second.", "Third."] {
        save(&ada, &changed(words)).await;
    }
    assert_eq!(ada.get(&format!("{PATH}?version=1")).await.json(200)["text"], changed("First."));
    ada.get(&format!("{PATH}?version=4")).await.problem(404, "not_found");

    let page = ada.get(&format!("{PATH}/versions?limit=2")).await.json(200);
    let numbers = |page: &Value| -> Vec<u64> {
        page["items"].as_array().unwrap().iter().map(|item| item["version"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&page), [3, 2]);
    assert!(page["items"][0].get("text").is_none());
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = ada.get(&format!("{PATH}/versions?limit=2&cursor={cursor}")).await.json(200);
    assert_eq!((numbers(&rest), &rest["next_cursor"]), (vec![1], &Value::Null));

    let back =
        async |version: u64| ada.post(&format!("{PATH}/rollback"), json!({ "version": version })).await;
    let restored = back(1).await.json(200);
    assert_eq!((&restored["version"], &restored["restores"]), (&json!(4), &json!(1)));
    assert_eq!(restored["text"], changed("First."));
    assert_eq!(answer(&ann, "What is the price?").await, "First.");
    assert_eq!(back(0).await.json(200)["text"], KNOWLEDGE);
    assert_eq!(answer(&ann, "What is the price?").await, "They are low.");
    assert_eq!(back(9).await.refused(), fields(&[("/version", "invalid_format")]));
    let request = ada.request(Method::POST, &format!("{PATH}/rollback")).header("If-Match", "\"1\"");
    request.json(&json!({ "version": 1 })).send().await.problem(412, "stale_version");
}

async fn each_language_has_versions_of_its_own(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let path = format!("{PATH}?language=de");
    ada.get(&path).await.problem(404, "not_found");
    let saved = ada.put(&path, json!({ "text": german() })).await.json(200);
    assert_eq!((&saved["language"], &saved["languages"]), (&json!("de"), &json!(["en", "de"])));
    assert_eq!(ada.get(&path).await.json(200), saved);
    assert_eq!(ada.get(PATH).await.json(200)["version"], 0);
    assert_eq!(answer(&ann, "Was sind eure Preise?").await, "Sie sind niedrig.");
    assert_eq!(answer(&ann, "What is the price?").await, "They are low.");
    let wrong = ada.put(&path, json!({ "text": KNOWLEDGE })).await;
    assert_eq!(wrong.refused(), fields(&[("/text", "invalid_format")]));
}

#[tokio::test]
async fn a_bot_without_a_knowledge_base_has_none_to_change() {
    let desk = TestDesk::with_bot_on(support_core::memory::MemoryStore::new());
    let ada = desk.admin("ada");
    ada.get(PATH).await.problem(404, "not_found");
    ada.put(PATH, json!({ "text": KNOWLEDGE })).await.problem(404, "not_found");
    ada.get(&format!("{PATH}/versions")).await.problem(404, "not_found");
}

on_each_store!(
    with the bot that ships:
    what_the_bot_was_given_is_version_0,
    a_saved_version_is_answered_from_at_once,
    another_tenants_bot_stays_as_it_is,
    every_bad_place_is_named_and_nothing_changes,
    bad_fields_are_refused,
    a_version_that_was_changed_meanwhile_is_not_overwritten,
    versions_are_listed_and_an_earlier_one_comes_back,
    each_language_has_versions_of_its_own,
);
