//! What a caller may not know of does not show, whichever route is asked.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    Answer, Call, Caller, STREAMS, TestDesk, about_chat, about_nothing, about_ticket, at, path,
};

const UNKNOWN: &str = "0199f000-0000-7000-8000-000000000000";

/// An answer without what differs between any two.
fn anonymized(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    let mut body: Value = serde_json::from_str(&answer.text).unwrap();
    body["request_id"] = Value::Null;
    (answer.status.as_u16(), headers, body)
}

#[tokio::test]
async fn every_route_is_in_the_tests_lists() {
    let description = TestDesk::new().anonymous().get("/openapi.json").await.json(200);
    let mut described = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{seq}", "1");
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    described.insert("GET /openapi.json".to_owned());
    let listed = [about_chat("{id}"), about_ticket("{id}"), about_nothing()].concat();
    let listed = listed.iter().map(|call| format!("{} {}", call.method, call.path));
    let listed: BTreeSet<_> = listed.chain(STREAMS.map(|path| format!("GET {path}"))).collect();
    assert_eq!(listed, described);
}

async fn s_15_unknown_and_forbidden_look_alike(desk: &TestDesk) {
    let (_, guests) = desk.guest_chat().await;
    let users = desk.user("ann").start_chat(json!({})).await;
    let ticket = desk.user("ann").act(&users, "ticket").await.json(201);
    let other_guest = desk.new_guest().await;
    let strangers = [desk.user("bob"), other_guest, desk.anonymous()];

    let same = async |caller: &Caller<'_>, unknown: Vec<Call>, forbidden: Vec<Call>| {
        for (unknown, forbidden) in unknown.iter().zip(&forbidden) {
            let (no, yes) = (caller.call(unknown).await, caller.call(forbidden).await);
            assert!(no.status.is_client_error(), "{unknown:?}: {}", no.status);
            assert_eq!(anonymized(&no), anonymized(&yes), "{forbidden:?}");
            // Nor does a broken request tell them apart.
            for broken in ["{", r#"{"color": 1}"#, "[]"] {
                let no = caller.call_with(unknown, broken).await;
                let yes = caller.call_with(forbidden, broken).await;
                assert_eq!(anonymized(&no), anonymized(&yes), "{forbidden:?} {broken}");
            }
        }
    };
    for caller in &strangers {
        for chat in [&guests, &users] {
            same(caller, about_chat(UNKNOWN), about_chat(chat["id"].as_str().unwrap())).await;
        }
        for name in ["id", "number"] {
            same(caller, about_ticket(UNKNOWN), about_ticket(ticket[name].as_str().unwrap())).await;
        }
    }
    // Nothing happened to any of them on the way.
    let ada = desk.admin("ada");
    assert_eq!(
        (&ada.read(&guests).await["version"], &ada.read(&users).await["version"]),
        (&json!(1), &json!(2))
    );
}

async fn what_is_no_id_is_nobodys(desk: &TestDesk) {
    let (_, chat) = desk.guest_chat().await;
    let id = chat["id"].as_str().unwrap();
    let malformed = [
        "x",
        "0",
        "%00",
        "%FF%FE",
        "..",
        "%2e%2e",
        "{id}",
        &id[1..],
        &id.replace('-', ""),
        &format!("urn:uuid:{id}"),
    ];
    for name in malformed {
        for call in about_chat(name) {
            if name == ".." && call.path.ends_with("..") {
                continue;
            }
            desk.admin("ada").call(&call).await.problem(404, "not_found");
        }
        for call in about_ticket(name) {
            desk.admin("ada").call(&call).await.problem(404, "not_found");
            desk.guest("nonsense").call(&call).await.problem(401, "invalid_credentials");
        }
    }
    desk.admin("ada").get(&at(&json!({ "id": id.to_uppercase() }))).await.json(200);
}

async fn s_18_notes_show_nowhere(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    ann.say(&chat, "It is broken").await;
    let ticket = ann.act(&chat, "ticket").await.json(201);
    let note = json!({ "message": "canary of a note", "internal": true });
    let before = ann.get(&path(&ticket)).await.json(200);
    ada.post(&format!("{}/replies", path(&ticket)), note).await.json(201);
    let after = ann.get(&path(&ticket)).await.json(200);
    for field in ["reply_count", "waiting_since", "first_response_at", "status"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(ada.subjects("?search=canary").await.len(), 1);
    assert!(ann.subjects("?search=canary").await.is_empty());
    assert!(ada.get(&format!("{}/replies", path(&ticket))).await.text.contains("canary"));

    let (id, chat_id) = (ticket["id"].as_str().unwrap(), chat["id"].as_str().unwrap());
    let mut calls = about_chat(chat_id);
    calls.extend(about_ticket(id));
    calls.extend(about_nothing());
    for query in ["?search=canary", "?search=broken", "?search=note&sort=waiting"] {
        let list =
            Call { method: axum::http::Method::GET, path: format!("/support/tickets{query}"), body: "" };
        calls.push(list.clone());
        calls.push(Call { path: format!("/chat/sessions{query}"), ..list });
    }
    let guest = desk.new_guest().await;
    for caller in [&ann, &desk.user("bob"), &guest, &desk.anonymous()] {
        for call in &calls {
            let answer = caller.call(call).await;
            assert!(!answer.text.contains("canary"), "{call:?}: {}", answer.text);
        }
    }
}

async fn s_31_search_takes_no_syntax(desk: &TestDesk) {
    let ada = desk.admin("ada");
    for subject in ["alpha one", "beta two"] {
        ada.start_chat(json!({ "subject": subject })).await;
        ada.open_ticket(json!({ "subject": subject, "description": "Text" })).await;
    }
    let cases: &[(&str, &[&str])] = &[
        ("alpha", &["alpha one"]),
        ("\"alpha\"", &["alpha one"]),
        ("alpha*", &["alpha one"]),
        ("al*ha", &[]),
        ("-alpha", &["alpha one"]),
        ("^alpha", &["alpha one"]),
        ("+alpha", &["alpha one"]),
        ("NOT alpha", &[]),
        ("alpha OR beta", &[]),
        ("alpha AND one", &[]),
        ("alpha NOT two", &[]),
        ("NEAR(alpha one)", &[]),
        ("subject:alpha", &[]),
        ("subject : alpha", &[]),
        ("{subject} : alpha", &[]),
        ("alpha one", &["alpha one"]),
        ("one alpha", &["alpha one"]),
        ("\"", &[]),
        ("alpha\"", &["alpha one"]),
        ("'", &[]),
        ("' OR '1'='1", &[]),
        ("alpha' --", &["alpha one"]),
        ("alpha'; DROP TABLE support_chats; --", &[]),
        ("alpha) UNION SELECT 1 --", &[]),
        ("%", &[]),
        ("_", &[]),
        ("al%", &["alpha one"]),
        ("\\", &[]),
        ("*", &[]),
        ("()", &[]),
        ("?", &[]),
        ("$1", &[]),
        (":alpha", &["alpha one"]),
        ("ALPHA ONE ALPHA ONE ALPHA ONE ALPHA ONE ALPHA ONE ALPHA ONE ALPHA ONE ALPHA ONE", &["alpha one"]),
    ];
    for (search, expected) in cases {
        let query =
            format!("?search={}", form_urlencoded::byte_serialize(search.as_bytes()).collect::<String>());
        assert_eq!(ada.chats(&query).await, *expected, "chats: {search}");
        assert_eq!(ada.subjects(&query).await, *expected, "tickets: {search}");
    }
    for sort in ["updated_at; DROP TABLE support_tickets", "id", "1", "-waiting", "updated_at,id"] {
        let query = format!("?sort={}", form_urlencoded::byte_serialize(sort.as_bytes()).collect::<String>());
        for list in ["/chat/sessions", "/support/tickets"] {
            let answer = ada.get(&format!("{list}{query}")).await;
            assert_eq!(answer.refused(), [("/sort".to_owned(), "invalid_format".to_owned())], "{sort}");
        }
    }
}

on_each_store!(s_18_notes_show_nowhere, s_31_search_takes_no_syntax, s_15_unknown_and_forbidden_look_alike,);

on_each_store!(
    without a bot:
    what_is_no_id_is_nobodys,
);
