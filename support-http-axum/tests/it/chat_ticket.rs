//! A chat's ticket and its transcript.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{MOUNT, TestDesk, at};

async fn a_chat_becomes_a_ticket_once(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    ann.say(&chat, "My billing\nis wrong").await;
    let answer = ann.post(&format!("{}/ticket", at(&chat)), json!({ "priority": "high" })).await;
    let ticket = answer.json(201);
    let id = ticket["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("{MOUNT}/support/tickets/{id}"));
    assert_eq!(answer.header("etag"), "\"1\"");
    for (field, expected) in [
        ("number", json!("TKT-20260114-0001")),
        ("subject", json!("My billing")),
        ("description", json!("My billing\nis wrong")),
        ("priority", json!("high")),
        ("category", json!("billing")),
        ("status", json!("open")),
        ("chat_session_id", chat["id"].clone()),
        ("requester", json!({ "id": "ann", "name": "Ann", "email": "ann@example.org" })),
    ] {
        assert_eq!(ticket[field], expected, "{field}");
    }
    assert_eq!(ann.read(&chat).await["ticket_id"], id);
    assert_eq!(ann.get(&format!("/support/tickets/{id}")).await.json(200), ticket);
    for caller in [&ann, &ada] {
        let problem = caller.act(&chat, "ticket").await.problem(409, "ticket_exists");
        assert_eq!(problem["ticket_id"], id);
    }
    assert_eq!(ada.subjects("").await.len(), 1);
}

async fn a_transcript_holds_every_message(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    for n in 0..30 {
        guest.say(&chat, &format!("line {n}")).await;
    }
    desk.admin("ada").say(&chat, "Hello").await;
    for caller in [&guest, &desk.admin("ada")] {
        let text = caller.get(&format!("{}/transcript", at(&chat))).await;
        assert_eq!((text.status.as_u16(), text.header("content-type")), (200, "text/plain; charset=utf-8"));
        assert_eq!(text.text.matches("customer: line").count(), 30);
        assert!(text.text.ends_with("Ada (agent): Hello\n"));
        let json = caller.request(Method::GET, &format!("{}/transcript", at(&chat)));
        let json = json.header("Accept", "application/json").send().await.json(200);
        assert_eq!(json["messages"], Value::Array(caller.messages(&chat).await));
        assert_eq!(json["session"], caller.read(&chat).await);
        assert_eq!(json["messages"].as_array().unwrap().len(), 62);
    }
    let none = guest.request(Method::GET, &format!("{}/transcript", at(&chat)));
    none.header("Accept", "image/png").send().await.problem(406, "not_acceptable");
}

async fn staff_make_tickets_of_guests_chats_and_guests_do_not(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    guest.act(&chat, "ticket").await.problem(403, "forbidden");
    desk.user("ann").act(&chat, "ticket").await.problem(404, "not_found");
    desk.anonymous().act(&chat, "ticket").await.problem(401, "unauthenticated");
    let body = json!({ "subject": "Printer", "category": "hardware" });
    let ticket = desk.admin("ada").post(&format!("{}/ticket", at(&chat)), body).await.json(201);
    assert_eq!((&ticket["subject"], &ticket["category"]), (&json!("Printer"), &json!("hardware")));
    let requester = json!({ "id": null, "name": null, "email": "guest@example.org" });
    assert_eq!(ticket["requester"], requester);
    assert_eq!(guest.read(&chat).await["ticket_id"], ticket["id"]);
    let path = format!("/support/tickets/{}/transcript", ticket["id"].as_str().unwrap());
    assert!(desk.admin("ada").get(&path).await.text.contains("bot: Welcome!"));
}

on_each_store!(
    a_chat_becomes_a_ticket_once,
    a_transcript_holds_every_message,
    staff_make_tickets_of_guests_chats_and_guests_do_not,
);
