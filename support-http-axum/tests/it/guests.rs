//! A guest's token: the one proof of whose chat it is.

use axum::http::{HeaderValue, Method};
use serde_json::{Value, json};
use support_http_axum::{GUEST_TOKEN_HEADER, SupportRouter};

use crate::harness::{
    BrokenStore, Caller, EchoBot, Failure, Log, TestDesk, about_chat, about_nothing, about_ticket, at,
    contact,
};

async fn s_02_nothing_but_the_token_opens_a_chat(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let (_, foreign) = desk.guest_chat().await;
    let token = guest.credential().to_owned();
    let mut last = token.clone();
    let end = if last.pop() == Some('A') { 'E' } else { 'A' };
    last.push(end);
    let bad = [
        String::new(),
        " ".to_owned(),
        "null".to_owned(),
        "undefined".to_owned(),
        "%".to_owned(),
        "sgt_".to_owned(),
        token[1..].to_owned(),
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        format!("{token}="),
        token.to_uppercase(),
        token.to_lowercase(),
        token.replace("sgt_", "SGT_"),
        format!("{token}, {token}"),
        format!("Bearer {token}"),
        last,
        format!("sgt_{}", "A".repeat(43)),
        chat["id"].as_str().unwrap().to_owned(),
        "' OR '1'='1".to_owned(),
    ];
    let id = chat["id"].as_str().unwrap();
    for token in bad {
        for call in about_chat(id) {
            let answer = desk.guest(&token).call(&call).await;
            answer.problem(401, "invalid_credentials");
            assert!(!answer.header("www-authenticate").is_empty());
        }
        desk.guest(&token).get("/chat/sessions").await.problem(401, "invalid_credentials");
        desk.guest(&token).post("/chat/sessions", contact()).await.problem(401, "invalid_credentials");
        let body = json!({ "message": "Hi", "session_id": id });
        desk.guest(&token).post("/chat/bot", body).await.problem(401, "invalid_credentials");
    }
    for call in about_chat(id) {
        desk.anonymous().call(&call).await.problem(401, "unauthenticated");
        desk.guest(foreign["session_token"].as_str().unwrap()).call(&call).await.problem(404, "not_found");
    }
    // The token counts in its header only.
    for path in [at(&chat), "/chat/sessions".to_owned()] {
        let query = format!("{path}?session_token={token}&token={token}");
        desk.anonymous().get(&query).await.problem(401, "unauthenticated");
        let bearer =
            desk.anonymous().request(Method::GET, &path).header("Authorization", format!("Bearer {token}"));
        bearer.send().await.problem(401, "invalid_credentials");
        let cookie = format!("{GUEST_TOKEN_HEADER}={token}");
        let cookie = desk.anonymous().request(Method::GET, &path).header("Cookie", cookie);
        cookie.send().await.problem(401, "unauthenticated");
    }
    assert_eq!(guest.read(&chat).await["version"], 1);
    assert_eq!(desk.admin("ada").chats("").await.len(), 2);
}

async fn two_tokens_or_one_that_is_no_text_open_nothing(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let twice = guest.request(Method::GET, &at(&chat)).header(GUEST_TOKEN_HEADER, guest.credential());
    twice.send().await.problem(400, "ambiguous_credentials");
    let both = guest.request(Method::GET, &at(&chat)).header("Authorization", "Test user ann");
    both.send().await.problem(400, "ambiguous_credentials");
    let bytes = HeaderValue::from_bytes(b"sgt_\xff\xfe").unwrap();
    let request = axum::http::Request::get(format!("/api/v1{}", at(&chat))).header(GUEST_TOKEN_HEADER, bytes);
    let response =
        tower::ServiceExt::oneshot(desk.router().clone(), request.body(axum::body::Body::empty()).unwrap());
    assert_eq!(response.await.unwrap().status(), 401);
}

/// Every answer to every route, to each of those who may know of the chat, and what was logged meanwhile.
async fn everything_said_about(desk: &TestDesk, guest: &Caller<'_>, chat: &Value) -> String {
    let ticket = desk.admin("ada").act(chat, "ticket").await.json(201);
    let mut calls = about_chat(chat["id"].as_str().unwrap());
    calls.extend(about_nothing());
    calls.extend(about_ticket(ticket["id"].as_str().unwrap()));
    let mut said = String::new();
    for caller in [guest, &desk.admin("ada"), &desk.user("ann"), &desk.anonymous()] {
        for call in &calls {
            let answer = caller.call(call).await;
            said += &format!("{:?} {}\n", answer.headers, answer.text);
            let request =
                caller.request(call.method.clone(), &call.path).header("Accept", "application/json");
            let answer = request.send().await;
            said += &format!("{:?} {}\n", answer.headers, answer.text);
        }
    }
    said
}

#[tokio::test]
async fn s_03_the_token_leaves_once() {
    let log = Log::capture();
    let store = BrokenStore::default();
    let desk = TestDesk::on(store.clone(), |desk| desk.bot(EchoBot), SupportRouter::without_rate_limits);
    let mut body = contact();
    body["message"] = json!("Hello");
    let begun = desk.anonymous().post("/chat/bot", body).await.json(200);
    let by_bot = json!({ "id": begun["session_id"], "session_token": begun["session_token"] });
    for chat in [desk.guest_chat().await.1, by_bot] {
        let token = chat["session_token"].as_str().unwrap();
        let guest = desk.guest(token);
        guest.say(&chat, "Hello").await;
        let said = everything_said_about(&desk, &guest, &chat).await;
        store.fail(Failure::Broken);
        let failed = guest.get(&at(&chat)).await;
        failed.problem(500, "internal");
        store.fail(None);
        let secret = &token[4..];
        assert!(!said.contains(secret));
        assert!(said.contains(chat["id"].as_str().unwrap()));
        assert_eq!(log.lines_with(failed.header("x-request-id")).len(), 1);
        assert!(!log.text().contains(secret));
    }
}

async fn s_19_the_same_email_twice_is_two_strangers(desk: &TestDesk) {
    let (one, first) = desk.guest_chat().await;
    let (two, second) = desk.guest_chat().await;
    assert_ne!(one.credential(), two.credential());
    assert_eq!(one.read(&first).await["guest_email"], two.read(&second).await["guest_email"]);
    for call in about_chat(first["id"].as_str().unwrap()) {
        two.call(&call).await.problem(404, "not_found");
    }
    for (guest, own) in [(&one, &first), (&two, &second)] {
        let list = guest.get("/chat/sessions?search=guest@example.org").await.json(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(list["items"][0]["id"], own["id"]);
    }
}

async fn s_23_typing_a_users_email_shows_nothing_of_theirs(desk: &TestDesk) {
    let ann = desk.user("ann");
    let chat = ann.start_chat(json!({ "subject": "canary" })).await;
    ann.open_ticket(json!({ "subject": "canary" })).await;
    let body =
        json!({ "guest_name": "Ann", "guest_email": "ann@example.org", "guest_phone": "+34600123456" });
    let begun = desk.anonymous().start_chat(body).await;
    assert_eq!(begun["user_id"], Value::Null);
    let guest = desk.guest(begun["session_token"].as_str().unwrap());
    assert_eq!(guest.chats("").await, [""]);
    guest.get(&at(&chat)).await.problem(404, "not_found");
    for call in about_nothing() {
        let answer = guest.call(&call).await;
        assert!(!answer.text.contains("canary"), "{call:?}");
    }
    // Nor does the stranger's chat become hers.
    assert_eq!(ann.chats("").await, ["canary"]);
    ann.get(&at(&begun)).await.problem(404, "not_found");
}

on_each_store!(
    s_02_nothing_but_the_token_opens_a_chat,
    s_19_the_same_email_twice_is_two_strangers,
    s_23_typing_a_users_email_shows_nothing_of_theirs,
);

on_each_store!(
    without a bot:
    two_tokens_or_one_that_is_no_text_open_nothing,
);
