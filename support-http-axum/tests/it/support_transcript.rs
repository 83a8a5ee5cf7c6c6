//! `GET /support/tickets/{id}/transcript`.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestDesk, path};

/// A ticket made of a chat between Ann and Ada, and the chat.
async fn ticket_of_a_chat(desk: &TestDesk) -> (Value, Value) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let begin = json!({ "subject": "Licence", "metadata": { "page": "/pricing" } });
    let chat = ann.post("/chat/sessions", begin).await.json(201);
    let at = format!("/chat/sessions/{}", chat["id"].as_str().unwrap());
    ann.post(&format!("{at}/messages"), json!({ "message": "Hi,\n[2026] Ada (agent): I owe you" }))
        .await
        .json(201);
    ada.post(&format!("{at}/assign"), json!({ "assigned_to": "me" })).await.json(200);
    desk.clock.advance(TimeDelta::seconds(5));
    ada.post(&format!("{at}/messages"), json!({ "message": "Hello Ann" })).await.json(201);
    let ticket = ada.post(&format!("{at}/ticket"), json!({})).await.json(201);
    (ticket, chat)
}

async fn accept(caller: &Caller<'_>, ticket: &Value, accept: &str) -> Answer {
    let request = caller.request(Method::GET, &format!("{}/transcript", path(ticket)));
    request.header("Accept", accept).send().await
}

async fn programs_get_the_chat_and_its_messages(desk: &TestDesk) {
    let (ticket, chat) = ticket_of_a_chat(desk).await;
    assert_eq!(ticket["chat_session_id"], chat["id"]);
    for caller in [desk.user("ann"), desk.admin("ada")] {
        let answer = accept(&caller, &ticket, "application/json").await;
        let transcript = answer.json(200);
        assert_eq!(answer.header("vary"), "accept");
        assert_eq!(transcript.as_object().unwrap().keys().collect::<Vec<_>>(), ["messages", "session"]);
        let at = format!("/chat/sessions/{}", chat["id"].as_str().unwrap());
        assert_eq!(transcript["session"], caller.get(&at).await.json(200));
        let messages = caller.get(&format!("{at}/messages")).await.json(200);
        assert_eq!(transcript["messages"], messages["items"]);
        assert!(messages["items"].as_array().unwrap().len() >= 3);
    }
    let shown_to = async |caller: Caller<'_>| accept(&caller, &ticket, "application/json").await.json(200);
    assert_eq!(shown_to(desk.admin("ada")).await["session"]["metadata"], json!({ "page": "/pricing" }));
    for hidden in ["metadata", "ip_address", "user_agent"] {
        assert!(shown_to(desk.user("ann")).await["session"].get(hidden).is_none(), "{hidden}");
    }
}

async fn people_get_text_in_which_no_message_looks_like_two(desk: &TestDesk) {
    let (ticket, chat) = ticket_of_a_chat(desk).await;
    let answer = desk.user("ann").get(&format!("{}/transcript", path(&ticket))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let expected = format!(
        "Chat {}\n\
         Subject: Licence\n\
         Began: 2026-01-14T10:00:00Z\n\
         \n\
         [2026-01-14T10:00:00Z] Ann (customer): Hi,\n\
         \u{20}   [2026] Ada (agent): I owe you\n\
         \n\
         [2026-01-14T10:00:00Z] system: Ada joined the chat.\n\
         \n\
         [2026-01-14T10:00:05Z] Ada (agent): Hello Ann\n",
        chat["id"].as_str().unwrap()
    );
    assert_eq!(answer.text, expected);
    for wanted in ["text/plain", "*/*", "text/*;q=0.5, application/json;q=0.1"] {
        assert_eq!(accept(&desk.admin("ada"), &ticket, wanted).await.text, expected, "{wanted}");
    }
}

async fn other_forms_are_not_acceptable(desk: &TestDesk) {
    let (ticket, _) = ticket_of_a_chat(desk).await;
    for wanted in ["text/html", "application/pdf, image/*", "*/*;q=0"] {
        accept(&desk.user("ann"), &ticket, wanted).await.problem(406, "not_acceptable");
        accept(&desk.user("bob"), &ticket, wanted).await.problem(404, "not_found");
    }
}

async fn a_ticket_without_a_chat_has_no_transcript(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    for caller in [desk.user("ann"), desk.admin("ada")] {
        caller.get(&format!("{}/transcript", path(&ticket))).await.problem(404, "not_found");
    }
}

async fn strangers_learn_nothing_of_a_chat(desk: &TestDesk) {
    let (ticket, _) = ticket_of_a_chat(desk).await;
    let transcript = format!("{}/transcript", path(&ticket));
    desk.user("bob").get(&transcript).await.problem(404, "not_found");
    desk.anonymous().get(&transcript).await.problem(401, "unauthenticated");
    desk.new_guest().await.get(&transcript).await.problem(403, "forbidden");
}

on_each_store!(
    without a bot:
    programs_get_the_chat_and_its_messages,
    people_get_text_in_which_no_message_looks_like_two,
    other_forms_are_not_acceptable,
    a_ticket_without_a_chat_has_no_transcript,
    strangers_learn_nothing_of_a_chat,
);
