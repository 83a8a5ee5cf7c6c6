//! What streams of events say, to whom.

use serde_json::{Value, json};
use support_http_axum::SupportRouter;

use crate::harness::{EventStream, SseEvent, TempSqlite, TestDesk, at, path};

/// Events up to and with the first one of this name about this text.
async fn until(stream: &mut EventStream, name: &str, text: &str) -> Vec<SseEvent> {
    let mut events = Vec::new();
    loop {
        let event = stream.event().await;
        let is_last = event.name == name && event.data["message"] == text;
        events.push(event);
        if is_last {
            return events;
        }
    }
}

fn names(events: &[SseEvent]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

async fn each_chat_event_holds_the_object_as_the_api_shows_it(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let ann = desk.user("ann");
    let mut of_ada = ada.follow("/chat/events").await;
    let chat = ann.start_chat(json!({ "subject": "Hello" })).await;
    let created = of_ada.event().await;
    assert_eq!((created.name.as_str(), &created.data), ("session_created", &ada.read(&chat).await));
    let welcome = of_ada.event().await;
    assert_eq!((welcome.name.as_str(), &welcome.data), ("message_created", &ada.messages(&chat).await[0]));

    let mut of_ann = ann.follow("/chat/events").await;
    let said = ada.say(&chat, "good morning").await;
    let told = until(&mut of_ann, "message_created", "good morning").await;
    assert_eq!(told.last().unwrap().data, said);
    until(&mut of_ada, "message_created", "good morning").await;

    let seq = said["seq"].as_u64().unwrap();
    let read = ann.post(&format!("{}/read", at(&chat)), json!({ "up_to_seq": seq })).await;
    assert_eq!(read.status, 204);
    let mut read = of_ada.event().await;
    while read.name != "messages_read" {
        read = of_ada.event().await;
    }
    let about = |field: &str| read.data[field].clone();
    assert_eq!([about("session_id"), about("id")], [chat["id"].clone(), chat["id"].clone()]);
    assert_eq!([about("up_to_seq"), about("kind")], [json!(seq), json!("customer")]);

    ada.act(&chat, "close").await.json(200);
    let mut closed = of_ann.event().await;
    while closed.name != "session_updated" || closed.data["status"] != "closed" {
        closed = of_ann.event().await;
    }
    assert_eq!((closed.name.as_str(), &closed.data), ("session_updated", &ann.read(&chat).await));
    assert_eq!(closed.data.get("ip_address"), None, "what is for staff is not for customers");
}

async fn each_ticket_event_holds_the_object_as_the_api_shows_it(desk: &TestDesk) {
    let (ada, ann) = (desk.admin("ada"), desk.user("ann"));
    let mut of_ada = ada.follow("/support/events").await;
    let ticket = ann.open_ticket(json!({})).await;
    let created = of_ada.event().await;
    assert_eq!((created.name.as_str(), &created.data), ("ticket_created", &ticket));
    let replies = format!("{}/replies", path(&ticket));
    let note = ada.post(&replies, json!({ "message": "a note", "internal": true })).await.json(201);
    let told = of_ada.event().await;
    assert_eq!((told.name.as_str(), &told.data), ("note_created", &note));
    let reply = ann.post(&replies, json!({ "message": "a reply" })).await.json(201);
    let told = until(&mut of_ada, "reply_created", "a reply").await;
    assert_eq!(names(&told), ["ticket_updated", "reply_created"]);
    assert_eq!(told[1].data, reply);
    let changed = ada.patch(&path(&ticket), json!({ "priority": "urgent" })).await.json(200);
    let told = of_ada.event().await;
    assert_eq!((told.name.as_str(), &told.data), ("ticket_updated", &changed));
}

async fn s_18_notes_and_s_03_tokens_are_in_no_customers_stream(desk: &TestDesk) {
    let (ada, ann) = (desk.admin("ada"), desk.user("ann"));
    let (guest, guests_chat) = desk.guest_chat().await;
    let mut of_ada = ada.follow("/chat/events").await;
    let mut of_guest = guest.follow("/chat/events").await;
    let mut of_ann = ann.follow("/support/events").await;
    let ticket = ann.open_ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    for message in ["canary one", "canary two"] {
        let note = json!({ "message": message, "internal": true, "status": "on_hold" });
        ada.post(&replies, note).await.json(201);
    }
    ada.post(&replies, json!({ "message": "done" })).await.json(201);
    guest.say(&guests_chat, "is anybody there?").await;
    guest.act(&guests_chat, "handoff").await.json(200);
    ada.say(&guests_chat, "done").await;

    let text = |events: &[SseEvent]| format!("{events:?}");
    let told = text(&until(&mut of_ann, "reply_created", "done").await);
    assert!(!told.contains("canary") && !told.contains("note"), "{told}");
    for stream in [&mut of_ada, &mut of_guest] {
        let told = text(&until(stream, "message_created", "done").await);
        assert!(!told.contains(guest.credential()), "{told}");
    }
}

async fn customers_hear_of_what_is_theirs_alone(desk: &TestDesk) {
    let (guest, guests_chat) = desk.guest_chat().await;
    let (other_guest, others_chat) = desk.guest_chat().await;
    let (ann, bob) = (desk.user("ann"), desk.user("bob"));
    let elsewhere = desk.admin("ada elsewhere");
    let mut of_guest = guest.follow("/chat/events").await;
    let mut of_ann = ann.follow("/chat/events").await;
    let mut of_elsewhere = elsewhere.follow("/chat/events").await;
    let anns_chat = ann.start_chat(json!({})).await;
    let bobs_chat = bob.start_chat(json!({})).await;
    bob.say(&bobs_chat, "bob's").await;
    other_guest.say(&others_chat, "the other's").await;
    ann.say(&anns_chat, "ann's").await;
    guest.say(&guests_chat, "the guest's").await;
    let tenants_chat = elsewhere.start_chat(json!({})).await;

    let ids = |events: &[SseEvent]| -> Vec<Value> {
        let id = |event: &SseEvent| match event.name.as_str() {
            "message_created" => event.data["session_id"].clone(),
            _ => event.data["id"].clone(),
        };
        let mut ids: Vec<_> = events.iter().map(id).collect();
        ids.dedup();
        ids
    };
    assert_eq!(ids(&until(&mut of_ann, "message_created", "ann's").await), [anns_chat["id"].clone()]);
    let told = until(&mut of_guest, "message_created", "the guest's").await;
    assert_eq!(ids(&told), [guests_chat["id"].clone()]);
    assert_eq!(of_elsewhere.event().await.data["id"], tenants_chat["id"]);
}

async fn a_client_that_comes_back_misses_nothing(desk: &TestDesk) {
    let (ada, ann) = (desk.admin("ada"), desk.user("ann"));
    let ticket = ann.open_ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    // Cut before it heard of anything: what was sent first says where it was.
    let mut last_id = ada.follow("/support/events").await.last_id;
    let mut told = Vec::new();
    for n in 0..6 {
        ann.post(&replies, json!({ "message": format!("reply {n}") })).await.json(201);
        if n % 2 == 0 {
            continue;
        }
        let mut stream = ada.follow_after("/support/events", last_id.as_deref()).await;
        told.extend(until(&mut stream, "reply_created", &format!("reply {n}")).await);
        last_id = stream.last_id;
    }
    let replies = told.iter().filter(|event| event.name == "reply_created");
    let replies: Vec<_> = replies.map(|event| event.data["message"].as_str().unwrap()).collect();
    assert_eq!(replies, ["reply 0", "reply 1", "reply 2", "reply 3", "reply 4", "reply 5"]);
    let mut ids: Vec<_> = told.iter().map(|event| event.id.clone().unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), told.len());
}

async fn a_cursor_that_is_not_ours_begins_anew(desk: &TestDesk) {
    let (ada, ann) = (desk.admin("ada"), desk.user("ann"));
    for unknown in ["17", "junk", "ÿ", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let mut stream = ada.follow_after("/support/events", Some(unknown)).await;
        let reset = stream.event().await;
        assert_eq!((reset.name.as_str(), reset.data), ("reset", json!({})), "{unknown}");
        // Who is reset is at a place, and goes on from there.
        let mut resumed = ada.follow_after("/support/events", reset.id.as_deref()).await;
        let ticket = ann.open_ticket(json!({})).await;
        for stream in [&mut stream, &mut resumed] {
            assert_eq!(stream.event().await.data, ticket);
        }
    }
}

on_each_store!(
    each_chat_event_holds_the_object_as_the_api_shows_it,
    each_ticket_event_holds_the_object_as_the_api_shows_it,
    s_18_notes_and_s_03_tokens_are_in_no_customers_stream,
    customers_hear_of_what_is_theirs_alone,
    a_client_that_comes_back_misses_nothing,
    a_cursor_that_is_not_ours_begins_anew,
);

#[tokio::test]
async fn what_another_process_commits_is_heard_of() {
    let sqlite = TempSqlite::new().await;
    let here = TestDesk::on(sqlite.store.clone(), |desk| desk, SupportRouter::without_rate_limits);
    let there = TestDesk::on(sqlite.reopen().await, |desk| desk, SupportRouter::without_rate_limits);
    let mut stream = here.admin("ada").follow("/support/events").await;
    let ticket = there.user("ann").open_ticket(json!({})).await;
    assert_eq!(stream.event().await.data, ticket);
    let resumed = there.admin("ada").follow_after("/support/events", stream.last_id.as_deref()).await;
    assert_eq!(resumed.comments, ["open"], "a cursor is good at every instance");
}
