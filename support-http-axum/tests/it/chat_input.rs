//! Everything that is refused about the bodies of `/chat`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestDesk, at, contact, fields};

/// An object nested so many levels deep.
fn nested(levels: usize) -> Value {
    (1..levels).fold(json!({}), |inner, _| json!({ "a": inner }))
}

/// An object whose compact form has so many bytes.
fn sized(bytes: usize) -> Value {
    json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) })
}

async fn begin(by: &Caller<'_>, field: &str, value: &Value) -> Answer {
    let mut body = contact();
    body[field] = value.clone();
    by.post("/chat/sessions", body).await
}

/// Checks that each value of a field is refused with a code, is not said back, and begins no chat.
async fn refuses(field: &str, cases: &[(Value, &str)]) {
    let desk = TestDesk::new();
    for (value, code) in cases {
        let answer = begin(&desk.anonymous(), field, value).await;
        assert_eq!(answer.refused(), fields(&[(&format!("/{field}"), code)]), "{value}");
        if let Some(text) = value.as_str().filter(|text| text.len() > 4) {
            assert!(!answer.text.contains(text), "{}", answer.text);
        }
    }
    assert_eq!(desk.anonymous().get("/chat/stats").await.json(200)["total_sessions"], 0);
}

#[tokio::test]
async fn emails_that_nobody_has_are_refused() {
    let bad = [
        "plain",
        "@shop.example",
        "ann@",
        "ann@@example.org",
        "ann@b@example.org",
        "ann@localhost",
        "ann@example.",
        "ann@.org",
        "ann@example..org",
        ".ann@example.org",
        "ann.@example.org",
        "a..b@example.org",
        "a b@example.org",
        "ann@exa mple.org",
        "ann@example.org,bob@example.org",
        "ann@example.org bob@example.org",
        "Ann <ann@example.org>",
        "<ann@example.org>",
        "\"ann\"@shop.example",
        "ann(comment)@example.org",
        "ann@[127.0.0.1]",
        "ann@127.0.0.1",
        "ann@[IPv6:::1]",
        "ann@-example.org",
        "ann@example-.org",
        "ann@exam_ple.org",
        "mailto:ann@example.org",
        "ann@example.org?subject=x",
        "ann@exämple.o rg",
        "ann@example/org",
        "ann\\@example.org",
        "ann@example.org;",
        "ann:x@example.org",
    ];
    let mut cases: Vec<_> = bad.iter().map(|text| (json!(text), "invalid_email")).collect();
    cases.extend([
        (json!(format!("{}@example.org", "x".repeat(65))), "invalid_email"),
        (json!(format!("a@{}.org", "x".repeat(64))), "invalid_email"),
        (json!(format!("a@{}.org", vec!["x".repeat(60); 5].join("."))), "invalid_email"),
        (json!("ann\n@example.org"), "control_character"),
        (json!("ann@example.org\u{0}"), "control_character"),
        (json!("ann@example.org\r\nBcc: bob@example.org"), "control_character"),
        (json!(5), "invalid_type"),
        (json!(["ann@example.org"]), "invalid_type"),
        (json!(true), "invalid_type"),
    ]);
    refuses("guest_email", &cases).await;
}

async fn emails_that_somebody_may_have_are_kept_in_one_form(desk: &TestDesk) {
    let long = format!("{}@{}.example.org", "l".repeat(64), vec!["x".repeat(57); 3].join("."));
    assert!(long.len() <= 254);
    let good = [
        ("ann@example.org", "ann@example.org"),
        (" Ann.Lee+Support@Example.ORG ", "Ann.Lee+Support@example.org"),
        ("a@b.co", "a@b.co"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("o'neill_x-y@mail.example.museum", "o'neill_x-y@mail.example.museum"),
        (&long, &long),
    ];
    for (typed, kept) in good {
        let chat = begin(&desk.anonymous(), "guest_email", &json!(typed)).await.json(201);
        assert_eq!(chat["guest_email"], kept);
    }
}

#[tokio::test]
async fn phone_numbers_are_digits_and_little_else() {
    let mut cases: Vec<_> = [
        "12345",
        "123456789",
        "+123 4567",
        "12345678901234567",
        "+1234567890123456",
        "my telephone",
        "+34 600 CALL 456",
        "600123456x",
        "++34600123456",
        "34+600123456",
        "34600123456+",
        "+34/600/123456",
        "+34,600,123456",
        "٣٤٦٠٠١٢٣٤٥٦",
        "-- -- -- --",
        "+1 234 567 890 123 456 789 000 000",
    ]
    .iter()
    .map(|text| (json!(text), "invalid_phone"))
    .collect();
    cases.extend([
        (json!(34_600_123_456_u64), "invalid_type"),
        (json!("+34600\t123456"), "control_character"),
        (json!("+34600123456\u{0}"), "control_character"),
    ]);
    refuses("guest_phone", &cases).await;
    let desk = TestDesk::new();
    for (typed, kept) in [
        ("+34 600-123.456", "+34600123456"),
        ("(030) 1234567", "0301234567"),
        ("600 1234..", "6001234"),
        (" 1234567890 ", "1234567890"),
        ("+1 2 3 4 5 6 7 8 9 0 1 2 3 4 5", "+123456789012345"),
    ] {
        let chat = begin(&desk.anonymous(), "guest_phone", &json!(typed)).await.json(201);
        assert_eq!(chat["guest_phone"], kept);
    }
}

#[tokio::test]
async fn names_and_subjects_are_short_lines() {
    let line = [
        (json!("two\nlines"), "control_character"),
        (json!("a\tb"), "control_character"),
        (json!("a\u{0}b"), "control_character"),
        (json!("a\u{7f}b"), "control_character"),
        (json!("a\u{85}b"), "control_character"),
        (json!("a\u{1b}[31mb"), "control_character"),
        (json!(5), "invalid_type"),
        (json!({}), "invalid_type"),
    ];
    let mut name = line.to_vec();
    name.extend([
        (json!("x".repeat(121)), "too_long"),
        (json!("<b>Ann"), "invalid_format"),
        (json!("Ann>"), "invalid_format"),
        (json!("see https://evil.example"), "invalid_format"),
    ]);
    refuses("guest_name", &name).await;
    let mut subject = line.to_vec();
    subject.push((json!("x".repeat(256)), "too_long"));
    refuses("subject", &subject).await;
    let desk = TestDesk::new();
    for (field, text) in [
        ("guest_name", "é".repeat(120)),
        ("guest_name", "محمد 🎉 O'Neill".to_owned()),
        ("subject", "é".repeat(255)),
        ("subject", "<script>alert('1')</script> & \"more\" https://shop.example".to_owned()),
    ] {
        assert_eq!(begin(&desk.anonymous(), field, &json!(text)).await.json(201)[field], text);
    }
}

#[tokio::test]
async fn metadata_is_a_small_object() {
    refuses(
        "metadata",
        &[
            (json!([]), "invalid_type"),
            (json!("canary-of-metadata"), "invalid_type"),
            (json!(5), "invalid_type"),
            (nested(9), "too_deep"),
            (sized(16 * 1024 + 1), "too_long"),
            (json!({ "a": ["\u{0}"] }), "control_character"),
            (json!({ "a\u{0}": 1 }), "control_character"),
        ],
    )
    .await;
    let desk = TestDesk::new();
    for good in [json!({}), nested(8), sized(16 * 1024), json!({ "é": [1, -2.5, null, true, "\n"] })] {
        let chat = begin(&desk.anonymous(), "metadata", &good).await.json(201);
        assert_eq!(desk.admin("ada").read(&chat).await["metadata"], good);
    }
}

async fn messages_are_neither_empty_nor_endless(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let before = guest.read(&chat).await;
    let path = format!("{}/messages", at(&chat));
    let cases = [
        ("message", Value::Null, "required"),
        ("message", json!(""), "blank"),
        ("message", json!(" \n\t"), "blank"),
        ("message", json!("\u{200b}\u{feff}\u{2060}\u{3164}\u{2800}\u{ad}\u{e0020}"), "blank"),
        ("message", json!("x".repeat(10_001)), "too_long"),
        ("message", json!("a\u{0}b"), "control_character"),
        ("message", json!("a\u{1b}b"), "control_character"),
        ("message", json!("a\rb"), "control_character"),
        ("message", json!(5), "invalid_type"),
        ("message", json!({ "text": "canary" }), "invalid_type"),
        ("metadata", json!("canary"), "invalid_type"),
        ("metadata", nested(9), "too_deep"),
        ("client_message_id", json!("x".repeat(129)), "too_long"),
        ("client_message_id", json!("a\nb"), "control_character"),
        ("client_message_id", json!(7), "invalid_type"),
        ("intent_id", json!("pricing"), "unknown_field"),
    ];
    for (field, value, code) in cases {
        let mut body = json!({ "message": "Hello" });
        body[field] = value.clone();
        let answer = guest.post(&path, body).await;
        assert_eq!(answer.refused(), fields(&[(&format!("/{field}"), code)]), "{field}: {value}");
        assert!(!answer.text.contains("canary"));
    }
    assert_eq!(guest.read(&chat).await, before);
    for (typed, kept) in [
        ("🎉".repeat(10_000), "🎉".repeat(10_000)),
        ("a\tb\r\nc".to_owned(), "a\tb\nc".to_owned()),
        (
            "<img src=x onerror=alert(1)> &amp; '\"".to_owned(),
            "<img src=x onerror=alert(1)> &amp; '\"".to_owned(),
        ),
    ] {
        assert_eq!(guest.say(&chat, &typed).await["message"], kept);
    }
}

async fn small_bodies_are_read_strictly(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let before = desk.admin("ada").read(&chat).await;
    let cases = [
        ("read", json!({}), "/up_to_seq", "required"),
        ("read", json!({ "up_to_seq": "1" }), "/up_to_seq", "invalid_type"),
        ("read", json!({ "up_to_seq": 1.0 }), "/up_to_seq", "invalid_type"),
        ("read", json!({ "up_to_seq": true }), "/up_to_seq", "invalid_type"),
        ("read", json!({ "up_to_seq": -1 }), "/up_to_seq", "out_of_range"),
        ("read", json!({ "up_to_seq": 2 }), "/up_to_seq", "out_of_range"),
        ("read", json!({ "up_to_seq": u64::MAX }), "/up_to_seq", "out_of_range"),
        ("read", json!({ "up_to_seq": 1, "user": "ann" }), "/user", "unknown_field"),
        ("typing", json!({}), "/typing", "required"),
        ("typing", json!({ "typing": null }), "/typing", "required"),
        ("typing", json!({ "typing": "true" }), "/typing", "invalid_type"),
        ("typing", json!({ "typing": 1 }), "/typing", "invalid_type"),
    ];
    for (verb, body, pointer, code) in cases {
        let answer = guest.post(&format!("{}/{verb}", at(&chat)), body.clone()).await;
        assert_eq!(answer.refused(), fields(&[(pointer, code)]), "{verb} {body}");
    }
    let bad_ticket = json!({ "subject": "a\nb", "priority": "canary", "category": "Can Ary", "tags": [] });
    let answer = desk.admin("ada").post(&format!("{}/ticket", at(&chat)), bad_ticket).await;
    let expected = [
        ("/subject", "control_character"),
        ("/priority", "invalid_format"),
        ("/category", "invalid_format"),
        ("/tags", "unknown_field"),
    ];
    assert_eq!(answer.refused(), fields(&expected));
    assert!(!answer.text.contains("canary"));
    assert_eq!(desk.admin("ada").read(&chat).await, before);
}

async fn every_bad_field_of_a_new_chat_is_named_at_once(desk: &TestDesk) {
    let body = r#"{"subject": 5, "guest_name": "<canary>", "guest_email": "canary", "guest_phone": "canary",
        "metadata": [], "status": "active", "a~/b": 1, "subject": "twice", "metadata": {"x": 1, "x": 2}}"#;
    let request = desk.anonymous().request(Method::POST, "/chat/sessions?color=canary");
    let request = request.header("Idempotency-Key", "two words").raw("application/json", body);
    let answer = request.send().await;
    let expected = [
        ("/subject", "duplicate_field"),
        ("/metadata", "duplicate_field"),
        ("/metadata/x", "duplicate_field"),
        ("/guest_name", "invalid_format"),
        ("/guest_email", "invalid_email"),
        ("/guest_phone", "invalid_phone"),
        ("/status", "unknown_field"),
        ("/a~0~1b", "unknown_field"),
        ("/color", "unknown_parameter"),
        ("/idempotency-key", "invalid_format"),
    ];
    assert_eq!(answer.refused(), fields(&expected));
    assert!(!answer.text.contains("canary"));
    assert!(desk.admin("ada").chats("").await.is_empty());
}

async fn what_is_no_json_object_is_refused(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let chat = ada.start_chat(json!({})).await;
    let before = ada.read(&chat).await;
    let targets =
        ["messages", "read", "typing", "assign", "rate"].map(|verb| format!("{}/{verb}", at(&chat)));
    for path in targets.iter().map(String::as_str).chain(["/chat/bot"]) {
        let send = |media: &str, body: Vec<u8>| ada.request(Method::POST, path).raw(media, body).send();
        let json = "application/json; charset=UTF-8";
        let deep = format!("{{\"x\": {}{}}}", "[".repeat(16), "]".repeat(16));
        let bottomless = "[".repeat(60_000);
        for broken in [
            "",
            " ",
            "{",
            "{}{}",
            "{'a': 1}",
            "nonsense",
            "\u{feff}{}",
            r#"{"a": "\ud800"}"#,
            &deep,
            &bottomless,
        ] {
            send(json, broken.into()).await.problem(400, "malformed_json");
        }
        for broken in
            [&b"\xff"[..], b"{\"message\": \"\xff\"}", b"{\"message\": \"\xc0\x80\"}", b"\xff\xfe{\0}\0"]
        {
            send(json, broken.to_vec()).await.problem(400, "malformed_json");
        }
        for no_object in ["[]", "5", "null", "\"text\"", "true"] {
            assert_eq!(send(json, no_object.into()).await.refused(), fields(&[("", "invalid_type")]));
        }
        for media in
            ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx", ""]
        {
            send(media, "{}".into()).await.problem(415, "unsupported_media_type");
        }
        // Nothing at all is no JSON, whatever it is called.
        ada.request(Method::POST, path).send().await.problem(400, "malformed_json");
    }
    assert_eq!(ada.read(&chat).await, before);
    assert_eq!(ada.chats("").await.len(), 1);
}

on_each_store!(
    messages_are_neither_empty_nor_endless,
    small_bodies_are_read_strictly,
    what_is_no_json_object_is_refused,
);

on_each_store!(
    without a bot:
    emails_that_somebody_may_have_are_kept_in_one_form,
    every_bad_field_of_a_new_chat_is_named_at_once,
);
