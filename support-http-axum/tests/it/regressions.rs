//! The faults of the old system, each with a test that carries its name.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::bot::RuleBot;
use support_http_axum::SupportRouter;

use crate::harness::{Answer, Caller, TestDesk, at, contact, path};

fn desk_with_the_rule_bot() -> TestDesk {
    let bot = RuleBot::with_default_knowledge_base();
    TestDesk::with(|desk| desk.bot(bot), SupportRouter::without_rate_limits)
}

async fn a_chat_was_read_without_a_credential(desk: &TestDesk) {
    let (_, chat) = desk.guest_chat().await;
    for rest in ["", "/messages", "/transcript"] {
        desk.anonymous().get(&format!("{}{rest}", at(&chat))).await.problem(401, "unauthenticated");
    }
}

async fn a_message_was_posted_without_a_credential(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let body = json!({ "message": "Hello" });
    desk.anonymous().post(&format!("{}/messages", at(&chat)), body).await.problem(401, "unauthenticated");
    let mut body = contact();
    body["message"] = json!("Hello");
    body["session_id"] = chat["id"].clone();
    desk.anonymous().post("/chat/bot", body).await.problem(401, "unauthenticated");
    assert_eq!(guest.read(&chat).await["last_seq"], 1);
}

async fn a_chat_was_closed_without_a_credential(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    desk.anonymous().act(&chat, "close").await.problem(401, "unauthenticated");
    assert_eq!(guest.read(&chat).await["status"], "active");
}

async fn a_chat_was_rated_without_a_credential(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    guest.act(&chat, "close").await.json(200);
    let rate = desk.anonymous().post(&format!("{}/rate", at(&chat)), json!({ "rating": 5 })).await;
    rate.problem(401, "unauthenticated");
    assert_eq!(guest.read(&chat).await["rating"], Value::Null);
}

async fn lists_held_everybodys_sessions(desk: &TestDesk) {
    desk.user("ann").start_chat(json!({ "subject": "Ann's" })).await;
    desk.user("ann").open_ticket(json!({ "subject": "Ann's" })).await;
    let (guest, chat) = desk.guest_chat().await;
    desk.anonymous().get("/chat/sessions").await.problem(401, "unauthenticated");
    assert!(desk.user("bob").chats("").await.is_empty());
    assert!(desk.user("bob").subjects("").await.is_empty());
    let list = guest.get("/chat/sessions?search=Ann").await.json(200);
    assert_eq!(list["items"], json!([]));
    let list = guest.get("/chat/sessions").await.json(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["id"], chat["id"]);
}

async fn responses_held_session_tokens(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let mut answers = Vec::new();
    for caller in [guest.clone(), desk.admin("ada")] {
        answers.push(caller.get("/chat/sessions").await);
        answers.push(caller.get(&at(&chat)).await);
        answers.push(caller.act(&chat, "close").await);
    }
    for answer in answers {
        assert!(
            !answer.text.contains("token") && !answer.text.contains(guest.credential()),
            "{}",
            answer.text
        );
    }
}

async fn staff_were_stored_as_users(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    desk.admin("ada").say(&chat, "Hello").await;
    let said = guest.messages(&chat).await.pop().unwrap();
    assert_eq!((&said["sender_type"], &said["sender_id"]), (&json!("admin"), &json!("ada")));
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let reply =
        desk.admin("ada").post(&format!("{}/replies", path(&ticket)), json!({ "message": "Hello" })).await;
    let reply = reply.json(201);
    assert_eq!((&reply["author"]["kind"], &reply["is_staff"]), (&json!("agent"), &json!(true)));
}

async fn ticket_numbers_were_given_twice(desk: &TestDesk) {
    let mut sent = tokio::task::JoinSet::new();
    for n in 0..32 {
        let user = desk.user(&format!("user-{n}"));
        let body = json!({ "subject": "Printer", "description": "It does not print." });
        sent.spawn(user.request(axum::http::Method::POST, "/support/tickets").json(&body).send());
    }
    let answers: Vec<Answer> = sent.join_all().await;
    let mut numbers: Vec<_> =
        answers.iter().map(|answer| answer.json(201)["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    let expected: Vec<_> = (1..=32).map(|n| format!("TKT-20260114-{n:04}")).collect();
    assert_eq!(numbers, expected);
}

async fn unread_never_fell(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    guest.say(&chat, "Hello").await;
    let unread = async |by: &Caller<'_>| by.read(&chat).await["unread_count"].clone();
    let ada = desk.admin("ada");
    assert_eq!(unread(&ada).await, 1);
    ada.post(&format!("{}/read", at(&chat)), json!({ "up_to_seq": 3 })).await;
    assert_eq!(unread(&ada).await, 0);
    assert!(ada.chats("?unread=true").await.is_empty());
    assert_eq!(unread(&guest).await, 1);
    guest.say(&chat, "human").await;
    guest.post(&format!("{}/read", at(&chat)), json!({ "up_to_seq": 5 })).await;
    assert_eq!(unread(&guest).await, 0);
}

#[tokio::test]
async fn hi_was_heard_in_this() {
    let desk = desk_with_the_rule_bot();
    let heard = async |text: &str| {
        let answer = desk.user("ann").post("/chat/bot", json!({ "message": text })).await.json(200);
        desk.user("ann").act(&json!({ "id": answer["session_id"] }), "close").await.json(200);
        answer["category"].clone()
    };
    assert_eq!(heard("hi").await, "greeting");
    for text in ["Is this working?", "this", "Which one?", "something else", "while"] {
        assert_ne!(heard(text).await, "greeting", "{text}");
    }
    assert_ne!(heard("explain").await, "pricing");
}

#[tokio::test]
async fn talk_to_a_human_did_nothing() {
    let desk = desk_with_the_rule_bot();
    for text in ["Talk to a human", "can I speak to a real person please"] {
        let ann = desk.user("ann");
        let answer = ann.post("/chat/bot", json!({ "message": text })).await.json(200);
        assert_eq!(answer["handoff"], true, "{text}");
        let chat = json!({ "id": answer["session_id"] });
        assert_eq!(desk.admin("ada").read(&chat).await["owner"], "queue");
        assert!(ann.talk(&chat).await.last().unwrap().starts_with("system: "));
        ann.act(&chat, "close").await.json(200);
    }
    let (guest, chat) = desk.guest_chat().await;
    assert_eq!(guest.act(&chat, "handoff").await.json(200)["owner"], "queue");
}

#[tokio::test]
async fn the_bot_talked_over_a_human() {
    let desk = desk_with_the_rule_bot();
    let (guest, chat) = desk.guest_chat().await;
    let assigned = json!({ "assigned_to": "me" });
    desk.admin("ada").post(&format!("{}/assign", at(&chat)), assigned).await.json(200);
    desk.admin("ada").say(&chat, "How can I help?").await;
    let before = guest.messages(&chat).await.len();
    guest.say(&chat, "How much do your plans cost?").await;
    let said = guest.post("/chat/bot", json!({ "message": "Hello?" })).await.json(200);
    assert_eq!(said["message"], Value::Null);
    assert_eq!(guest.messages(&chat).await.len(), before + 2);
}

async fn a_reply_to_a_closed_ticket_was_accepted_silently(desk: &TestDesk) {
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    let close = format!("{}/close", path(&ticket));
    let reply = async || {
        ann.post(&format!("{}/replies", path(&ticket)), json!({ "message": "Still broken" })).await.json(201)
    };
    ann.post(&close, json!({})).await.json(200);
    desk.clock.advance(TimeDelta::days(13));
    assert!(reply().await.get("follow_up").is_none());
    assert_eq!(ann.get(&path(&ticket)).await.json(200)["status"], "open");
    ann.post(&close, json!({})).await.json(200);
    desk.clock.advance(TimeDelta::days(15));
    let follow_up = reply().await["follow_up"].clone();
    assert_eq!(ann.get(&path(&ticket)).await.json(200)["status"], "closed");
    let next =
        ann.get(&format!("/support/tickets/{}", follow_up["number"].as_str().unwrap())).await.json(200);
    assert_eq!((&next["status"], &next["follow_up_of"]), (&json!("open"), &ticket["id"]));
}

async fn resolved_at_was_never_cleared(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let set = async |status: &str| {
        desk.admin("ada").patch(&path(&ticket), json!({ "status": status })).await.json(200)["resolved_at"]
            .clone()
    };
    assert_eq!(set("resolved").await, desk.clock.text());
    assert_eq!(set("open").await, Value::Null);
    assert_eq!(set("resolved").await, desk.clock.text());
    desk.user("ann").post(&format!("{}/replies", path(&ticket)), json!({ "message": "No" })).await.json(201);
    assert_eq!(desk.user("ann").get(&path(&ticket)).await.json(200)["resolved_at"], Value::Null);
}

async fn satisfaction_was_a_constant(desk: &TestDesk) {
    let figures = async || {
        let public = desk.anonymous().get("/chat/stats").await.json(200)["average_rating"].clone();
        let staff = desk.admin("ada").get("/support/stats").await.json(200)["csat"]["average"].clone();
        assert_eq!(public, staff);
        public
    };
    assert_eq!(figures().await, Value::Null);
    for (stars, average) in [(1, 1.0), (4, 2.5), (4, 3.0)] {
        let (guest, chat) = desk.guest_chat().await;
        guest.act(&chat, "close").await.json(200);
        guest.post(&format!("{}/rate", at(&chat)), json!({ "rating": stars })).await.json(200);
        assert_eq!(figures().await, average);
    }
}

async fn unknown_enum_values_were_server_errors(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let ticket = ada.open_ticket(json!({})).await;
    let chat = ada.start_chat(json!({})).await;
    for query in ["/chat/sessions?status=x", "/chat/sessions?owner=x", "/chat/sessions?sort=x"] {
        ada.get(query).await.problem(422, "validation");
    }
    for query in ["status=x", "priority=x", "sort=x"] {
        ada.get(&format!("/support/tickets?{query}")).await.problem(422, "validation");
    }
    ada.get("/support/stats?period=x").await.problem(422, "validation");
    for body in [json!({ "status": "x" }), json!({ "priority": "x" })] {
        ada.patch(&path(&ticket), body).await.problem(422, "validation");
    }
    ada.post(&format!("{}/ticket", at(&chat)), json!({ "priority": "x" })).await.problem(422, "validation");
}

async fn empty_and_5_mb_messages_were_accepted(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    let say =
        async |text: &str| guest.post(&format!("{}/messages", at(&chat)), json!({ "message": text })).await;
    for empty in ["", "   ", "\n", "\u{200b}"] {
        say(empty).await.problem(422, "validation");
        guest.post("/chat/bot", json!({ "message": empty })).await.problem(422, "validation");
    }
    say(&"x".repeat(5_000_000)).await.problem(413, "payload_too_large");
    say(&"x".repeat(10_001)).await.problem(422, "validation");
    assert_eq!(guest.read(&chat).await["last_seq"], 1);
}

on_each_store!(
    ticket_numbers_were_given_twice,
    empty_and_5_mb_messages_were_accepted,
    a_chat_was_read_without_a_credential,
    a_message_was_posted_without_a_credential,
    a_chat_was_closed_without_a_credential,
    a_chat_was_rated_without_a_credential,
    lists_held_everybodys_sessions,
    responses_held_session_tokens,
    staff_were_stored_as_users,
    unread_never_fell,
    unknown_enum_values_were_server_errors,
);

on_each_store!(
    without a bot:
    a_reply_to_a_closed_ticket_was_accepted_silently,
    resolved_at_was_never_cleared,
    satisfaction_was_a_constant,
);
