//! Everything that is refused about the bodies of `/support`.

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::harness::{TestDesk, fields, path};

/// An object nested so many levels deep.
fn nested(levels: usize) -> Value {
    (1..levels).fold(json!({}), |inner, _| json!({ "a": inner }))
}

/// An object whose compact form has so many bytes.
fn sized(bytes: usize) -> Value {
    json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) })
}

fn numbered(count: usize) -> Value {
    (0..count).map(|n| json!(format!("tag-{n}"))).collect()
}

/// What is refused of fields that tickets have both when they are opened and when they are changed.
fn bad_fields() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    vec![
        ("subject", json!("x".repeat(256)), "/subject", "too_long"),
        ("subject", json!("a\nb"), "/subject", "control_character"),
        ("subject", json!("a\u{0}b"), "/subject", "control_character"),
        ("subject", json!(5), "/subject", "invalid_type"),
        ("subject", json!(["x"]), "/subject", "invalid_type"),
        ("priority", json!("canary"), "/priority", "invalid_format"),
        ("priority", json!("High"), "/priority", "invalid_format"),
        ("priority", json!(1), "/priority", "invalid_type"),
        ("category", json!("Can ary"), "/category", "invalid_format"),
        ("category", json!("x".repeat(51)), "/category", "too_long"),
        ("category", json!(true), "/category", "invalid_type"),
        ("tags", json!("canary"), "/tags", "invalid_type"),
        ("tags", json!({}), "/tags", "invalid_type"),
        ("tags", json!(["ok", ""]), "/tags/1", "blank"),
        ("tags", json!(["ok", null]), "/tags/1", "invalid_type"),
        ("tags", json!(["x".repeat(51)]), "/tags/0", "too_long"),
        ("tags", json!(["a\tb"]), "/tags/0", "control_character"),
        ("tags", numbered(21), "/tags", "too_long"),
        ("custom_fields", json!([]), "/custom_fields", "invalid_type"),
        ("custom_fields", json!("{}"), "/custom_fields", "invalid_type"),
        ("custom_fields", nested(9), "/custom_fields", "too_deep"),
        ("custom_fields", sized(16 * 1024 + 1), "/custom_fields", "too_long"),
        ("custom_fields", json!({ "a": ["\u{0}"] }), "/custom_fields", "control_character"),
        ("canary", json!(1), "/canary", "unknown_field"),
        ("status~/x", json!(1), "/status~0~1x", "unknown_field"),
    ]
}

async fn a_bad_field_of_a_new_ticket_is_named(desk: &TestDesk) {
    let mut cases = bad_fields();
    cases.extend([
        ("subject", Value::Null, "/subject", "required"),
        ("subject", json!(""), "/subject", "blank"),
        ("subject", json!(" \u{200b}\u{2800}"), "/subject", "blank"),
        ("description", Value::Null, "/description", "required"),
        ("description", json!("\n \t"), "/description", "blank"),
        ("description", json!("x".repeat(10_001)), "/description", "too_long"),
        ("description", json!("a\u{7}b"), "/description", "control_character"),
        ("description", json!("a\rb"), "/description", "control_character"),
        ("description", json!({}), "/description", "invalid_type"),
        ("number", json!("TKT-20260114-0001"), "/number", "unknown_field"),
        ("status", json!("open"), "/status", "unknown_field"),
        ("requester", json!("ann"), "/requester", "invalid_type"),
        ("requester", json!({}), "/requester/id", "required"),
        ("requester", json!({ "id": "" }), "/requester/id", "blank"),
        ("requester", json!({ "id": "x".repeat(129) }), "/requester/id", "too_long"),
        ("requester", json!({ "id": 7 }), "/requester/id", "invalid_type"),
        ("requester", json!({ "id": "a", "name": "<canary>" }), "/requester/name", "invalid_format"),
        ("requester", json!({ "id": "a", "name": "x".repeat(121) }), "/requester/name", "too_long"),
        ("requester", json!({ "id": "a", "email": "canary" }), "/requester/email", "invalid_email"),
        ("requester", json!({ "id": "a", "phone": "canary" }), "/requester/phone", "unknown_field"),
    ]);
    for (field, value, pointer, code) in cases {
        let mut body = json!({ "subject": "a", "description": "b" });
        body[field] = value.clone();
        let answer = desk.admin("ada").post("/support/tickets", body).await;
        assert_eq!(answer.refused(), fields(&[(pointer, code)]), "{field}: {value}");
        assert!(field == "canary" || !answer.text.contains("canary"), "{}", answer.text);
    }
    assert!(desk.admin("ada").subjects("").await.is_empty());
}

async fn a_bad_field_of_a_change_is_named(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let ticket = ada.open_ticket(json!({})).await;
    let before = ada.read_ticket(&ticket).await;
    let mut cases = bad_fields();
    cases.extend([
        ("status", json!("canary"), "/status", "invalid_format"),
        ("status", json!(["open"]), "/status", "invalid_type"),
        ("assigned_to", json!(false), "/assigned_to", "invalid_type"),
        ("description", json!("canary"), "/description", "unknown_field"),
        ("version", json!(1), "/version", "unknown_field"),
    ]);
    for (field, value, pointer, code) in cases {
        // A good field beside it is not written either.
        let mut body = json!({ "priority": "urgent" });
        body[field] = value.clone();
        let answer = ada.patch(&path(&ticket), body).await;
        assert_eq!(answer.refused(), fields(&[(pointer, code)]), "{field}: {value}");
    }
    assert_eq!(ada.read_ticket(&ticket).await, before);
}

async fn a_bad_field_of_a_reply_is_named(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let ticket = ada.open_ticket(json!({})).await;
    let before = ada.read_ticket(&ticket).await;
    let cases = [
        ("message", Value::Null, "required"),
        ("message", json!(" "), "blank"),
        ("message", json!("\u{feff}"), "blank"),
        ("message", json!("x".repeat(10_001)), "too_long"),
        ("message", json!("a\u{0}b"), "control_character"),
        ("message", json!(5), "invalid_type"),
        ("internal", json!("true"), "invalid_type"),
        ("internal", json!(1), "invalid_type"),
        ("status", json!("canary"), "invalid_format"),
        ("author", json!("canary"), "unknown_field"),
        ("seq", json!(1), "unknown_field"),
    ];
    for (field, value, code) in cases {
        let mut body = json!({ "message": "Hello" });
        body[field] = value.clone();
        let answer = ada.post(&format!("{}/replies", path(&ticket)), body).await;
        assert_eq!(answer.refused(), fields(&[(&format!("/{field}"), code)]), "{field}: {value}");
        assert!(!answer.text.contains("canary"), "{}", answer.text);
    }
    assert_eq!(ada.read_ticket(&ticket).await, before);
}

async fn every_bad_field_is_named_at_once(desk: &TestDesk) {
    let body = json!({
        "subject": "", "priority": "canary", "category": "CANARY", "tags": ["", 5], "custom_fields": 1,
        "requester": { "name": "<canary>", "canary": 1 }, "status": "open",
    });
    let request = desk.admin("ada").request(Method::POST, "/support/tickets?color=red");
    let answer = request.header("Idempotency-Key", "two words").json(&body).send().await;
    let expected = fields(&[
        ("/subject", "blank"),
        ("/description", "required"),
        ("/priority", "invalid_format"),
        ("/category", "invalid_format"),
        ("/tags/0", "blank"),
        ("/tags/1", "invalid_type"),
        ("/custom_fields", "invalid_type"),
        ("/requester/id", "required"),
        ("/requester/name", "invalid_format"),
        ("/requester/canary", "unknown_field"),
        ("/status", "unknown_field"),
        ("/idempotency-key", "invalid_format"),
        ("/color", "unknown_parameter"),
    ]);
    assert_eq!(answer.refused(), expected);
    assert_eq!(answer.text.matches("canary").count(), 1);
    assert!(desk.admin("ada").subjects("").await.is_empty());
}

async fn what_is_just_within_the_limits_is_kept(desk: &TestDesk) {
    let body = json!({
        "subject": "é".repeat(255),
        "description": format!("{}\t\n🎉", "x".repeat(9_997)),
        "category": "a-b_9".repeat(10),
        "tags": (0..20).map(|n| format!("{n:050}")).collect::<Vec<_>>(),
        "custom_fields": sized(16 * 1024),
    });
    let ticket = desk.user("ann").open_ticket(body.clone()).await;
    for (field, value) in body.as_object().unwrap().iter().filter(|(field, _)| *field != "description") {
        assert_eq!(ticket[field], *value, "{field}");
    }
    let deep = desk.user("ann").open_ticket(json!({ "custom_fields": nested(8) })).await;
    assert_eq!(deep["custom_fields"], nested(8));
    let repeated: Value = (0..100).map(|_| json!("same")).collect();
    assert_eq!(desk.user("ann").open_ticket(json!({ "tags": repeated })).await["tags"], json!(["same"]));
}

async fn a_body_that_is_no_json_object_is_refused(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    let before = desk.admin("ada").read_ticket(&ticket).await;
    let targets = [
        (Method::POST, "/support/tickets".to_owned()),
        (Method::PATCH, path(&ticket)),
        (Method::POST, format!("{}/replies", path(&ticket))),
    ];
    for (method, path) in targets {
        let send = async |media: &str, body: Vec<u8>| {
            ann.request(method.clone(), &path).raw(media, body).send().await
        };
        let json = "application/json; charset=utf-8";
        for broken in ["", "{", "{}{}", "{\"a\": \"\\ud800\"}", "nonsense"] {
            send(json, broken.into()).await.problem(400, "malformed_json");
        }
        send(json, b"{\"message\": \"\xff\"}".to_vec()).await.problem(400, "malformed_json");
        let deep = format!("{{\"x\": {}{}}}", "[".repeat(16), "]".repeat(16));
        send(json, deep.into()).await.problem(400, "malformed_json");
        for (no_object, code) in [("[]", "invalid_type"), ("5", "invalid_type"), ("null", "invalid_type")] {
            assert_eq!(send(json, no_object.into()).await.refused(), fields(&[("", code)]));
        }
        for media in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
            send(media, "{}".into()).await.problem(415, "unsupported_media_type");
        }
        send(json, vec![b' '; 64 * 1024 + 1]).await.problem(413, "payload_too_large");
    }
    assert_eq!(desk.admin("ada").read_ticket(&ticket).await, before);
}

async fn duplicate_keys_are_refused_wherever_they_stand(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let body = r#"{"subject": "a", "subject": "b", "description": "c", "custom_fields": {"x": 1, "x": 2}}"#;
    let answer = ada.request(Method::POST, "/support/tickets").raw("application/json", body).send().await;
    let expected = [("/subject", "duplicate_field"), ("/custom_fields/x", "duplicate_field")];
    assert_eq!(answer.refused(), fields(&expected));
}

async fn bodies_that_say_nothing_may_be_left_out(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let path = path(&ada.open_ticket(json!({})).await);
    for route in ["close", "reopen"] {
        let route = format!("{path}/{route}");
        ada.request(Method::POST, &route).send().await.json(200);
        ada.request(Method::POST, &route).raw("application/json", "").send().await.json(200);
        ada.post(&route, Value::Object(Map::new())).await.json(200);
        ada.request(Method::POST, &route)
            .raw("application/json", "{")
            .send()
            .await
            .problem(400, "malformed_json");
        ada.request(Method::POST, &route)
            .raw("text/plain", "{}")
            .send()
            .await
            .problem(415, "unsupported_media_type");
    }
    ada.request(Method::POST, &format!("{path}/assign")).send().await.problem(400, "malformed_json");
}

on_each_store!(
    without a bot:
    a_bad_field_of_a_new_ticket_is_named,
    a_bad_field_of_a_change_is_named,
    a_bad_field_of_a_reply_is_named,
    every_bad_field_is_named_at_once,
    what_is_just_within_the_limits_is_kept,
    a_body_that_is_no_json_object_is_refused,
    duplicate_keys_are_refused_wherever_they_stand,
    bodies_that_say_nothing_may_be_left_out,
);
