//! Messages, read cursors and typing.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{TestDesk, at, contact, fields};

/// A chat with a welcome and, from Ann, messages up to `seq` 5 by way of the bot's answers.
async fn five_messages(desk: &TestDesk) -> Value {
    let chat = desk.user("ann").start_chat(json!({})).await;
    desk.user("ann").say(&chat, "one").await;
    desk.user("ann").say(&chat, "two").await;
    chat
}

async fn a_message_has_its_sender_and_place_from_the_server(desk: &TestDesk) {
    let mut body = contact();
    body["guest_name"] = json!("Zoë");
    let chat = desk.anonymous().start_chat(body).await;
    let guest = desk.guest(chat["session_token"].as_str().unwrap());
    let body =
        json!({ "message": " <b>Hi</b>\r\n🎉 ", "metadata": { "page": "/a" }, "client_message_id": "c-1" });
    let sent = guest.post(&format!("{}/messages", at(&chat)), body).await.json(201);
    let shown = json!({
        "id": sent["id"], "session_id": chat["id"], "seq": 1, "sender_type": "user", "sender_id": null,
        "sender_name": "Zoë", "message": "<b>Hi</b>\n🎉", "metadata": { "page": "/a" }, "suggestions": [],
        "is_read": false, "read_at": null, "client_message_id": "c-1", "created_at": desk.clock.text(),
    });
    assert_eq!(sent, shown);
    let sent = desk.admin("ada").say(&chat, "Hello").await;
    assert_eq!(
        (&sent["seq"], &sent["sender_type"], &sent["sender_id"], &sent["sender_name"]),
        (&json!(2), &json!("admin"), &json!("ada"), &json!("Ada"))
    );
    for field in
        ["sender_type", "sender_id", "sender_name", "seq", "created_at", "is_read", "session_id", "id"]
    {
        let mut body = json!({ "message": "Hello" });
        body[field] = json!("admin");
        let answer = guest.post(&format!("{}/messages", at(&chat)), body).await;
        assert_eq!(answer.refused(), fields(&[(&format!("/{field}"), "unknown_field")]));
    }
    assert_eq!(guest.talk(&chat).await.len(), 2);
}

async fn the_same_client_message_id_is_the_same_message(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    let path = format!("{}/messages", at(&chat));
    let body = json!({ "message": "Hello", "client_message_id": "c-1" });
    let first = ann.post(&path, body.clone()).await.json(201);
    let length = ann.messages(&chat).await.len();
    let again = ann.post(&path, body.clone()).await.json(200);
    assert_eq!((&again["id"], &again["seq"]), (&first["id"], &first["seq"]));
    let other = json!({ "message": "Hello!", "client_message_id": "c-1" });
    ann.post(&path, other).await.problem(409, "client_message_id_reused");
    let other = json!({ "message": "Hello", "metadata": { "a": 1 }, "client_message_id": "c-1" });
    ann.post(&path, other).await.problem(409, "client_message_id_reused");
    assert_eq!(ann.messages(&chat).await.len(), length);
    // Keys are told apart by their author and their session.
    ada.post(&path, body.clone()).await.json(201);
    let second = ann.start_chat(json!({})).await;
    ann.post(&format!("{}/messages", at(&second)), body).await.json(201);
}

async fn messages_are_paged_by_their_place(desk: &TestDesk) {
    let ann = desk.user("ann");
    let chat = five_messages(desk).await;
    let cases: &[(&str, &[u64])] = &[
        ("", &[1, 2, 3, 4, 5]),
        ("?limit=2", &[4, 5]),
        ("?after_seq=2", &[3, 4, 5]),
        ("?after_seq=0&limit=2", &[1, 2]),
        ("?after_seq=5", &[]),
        ("?after_seq=9999999", &[]),
        ("?before_seq=3", &[1, 2]),
        ("?before_seq=4&limit=2", &[2, 3]),
        ("?before_seq=1", &[]),
        ("?before_seq=0", &[]),
        ("?after_seq=1&before_seq=5", &[2, 3, 4]),
        ("?after_seq=1&before_seq=5&limit=2", &[2, 3]),
        ("?after_seq=&limit=", &[1, 2, 3, 4, 5]),
    ];
    for (query, expected) in cases {
        let page = ann.get(&format!("{}/messages{query}", at(&chat))).await.json(200);
        let seqs: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|m| m["seq"].as_u64().unwrap()).collect();
        assert_eq!(seqs, *expected, "{query}");
        assert_eq!(page["next_cursor"], Value::Null);
    }
}

async fn the_bot_answers_after_the_message_is_kept(desk: &TestDesk) {
    let ann = desk.user("ann");
    let chat = ann.start_chat(json!({})).await;
    let sent = ann.say(&chat, "Hi").await;
    assert_eq!((&sent["seq"], &sent["sender_type"]), (&json!(2), &json!("user")));
    assert_eq!(ann.talk(&chat).await, ["bot: Welcome!", "user: Hi", "bot: You said: Hi"]);
    let answer = ann.messages(&chat).await.remove(2);
    let suggestions = json!([{ "label": "Prices", "intent_id": "pricing" }, { "label": "Something else" }]);
    assert_eq!(answer["suggestions"], suggestions);
    assert_eq!(answer["metadata"]["decision"], "answer");
}

async fn a_closed_chat_goes_on_for_half_an_hour(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    let path = format!("{}/messages", at(&chat));
    let hello = json!({ "message": "Hello" });
    ann.act(&chat, "close").await.json(200);
    ada.post(&path, hello.clone()).await.problem(409, "session_closed");
    desk.clock.advance(TimeDelta::minutes(30));
    ann.post(&path, hello.clone()).await.json(201);
    let reopened = ann.read(&chat).await;
    assert_eq!((&reopened["status"], &reopened["closed_at"]), (&json!("active"), &Value::Null));

    ann.act(&chat, "close").await.json(200);
    desk.clock.advance(TimeDelta::minutes(30) + TimeDelta::microseconds(1));
    let before = ann.read(&chat).await;
    ann.post(&path, hello.clone()).await.problem(409, "session_closed");
    ada.act(&chat, "archive").await.json(200);
    ann.post(&path, hello.clone()).await.problem(409, "session_archived");
    ada.post(&path, hello).await.problem(409, "session_archived");
    assert_eq!(ann.read(&chat).await["last_seq"], before["last_seq"]);
}

async fn unread_falls_and_never_rises_by_reading(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = five_messages(desk).await;
    let unread =
        async |by: &crate::harness::Caller<'_>| by.read(&chat).await["unread_count"].as_u64().unwrap();
    // One's own message moves one's cursor: only the bot's last answer is new to Ann.
    assert_eq!((unread(&ann).await, unread(&ada).await), (1, 2));
    let read = async |by: &crate::harness::Caller<'_>, seq: Value| {
        by.post(&format!("{}/read", at(&chat)), json!({ "up_to_seq": seq })).await
    };
    let answer = read(&ada, json!(2)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!((unread(&ann).await, unread(&ada).await, unread(&desk.admin("eve")).await), (1, 1, 2));
    assert_eq!(read(&ada, json!(4)).await.status, 204);
    assert_eq!(read(&ada, json!(1)).await.status, 204);
    assert_eq!(unread(&ada).await, 0);
    assert_eq!(read(&ann, json!(6)).await.refused(), fields(&[("/up_to_seq", "out_of_range")]));
    assert_eq!(unread(&ann).await, 1);
    assert_eq!(read(&ann, json!(5)).await.status, 204);
    assert_eq!(unread(&ann).await, 0);
    for message in ann.messages(&chat).await {
        assert_eq!(message["is_read"], true, "{message}");
        assert_eq!(message["read_at"], desk.clock.text());
    }
}

async fn bad_bounds_of_a_page_are_named(desk: &TestDesk) {
    let chat = five_messages(desk).await;
    let cases = [
        ("after_seq=-1", "/after_seq", "out_of_range"),
        ("before_seq=x", "/before_seq", "invalid_format"),
        ("after_seq=1.0", "/after_seq", "invalid_format"),
        ("limit=0", "/limit", "out_of_range"),
        ("limit=101", "/limit", "out_of_range"),
        ("after_seq=1&after_seq=2", "/after_seq", "duplicate_parameter"),
        ("cursor=x", "/cursor", "unknown_parameter"),
    ];
    for (query, pointer, code) in cases {
        let answer = desk.user("ann").get(&format!("{}/messages?{query}", at(&chat))).await;
        assert_eq!(answer.refused(), fields(&[(pointer, code)]), "{query}");
    }
}

async fn a_humans_word_takes_the_chat_from_the_bot(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    ada.say(&chat, "I am here").await;
    let taken = ann.read(&chat).await;
    assert_eq!(
        (&taken["owner"], &taken["assigned_to"], &taken["assigned_name"]),
        (&json!("agent"), &json!("ada"), &json!("Ada"))
    );
    ann.say(&chat, "Good").await;
    assert_eq!(ann.talk(&chat).await.last().unwrap(), "user: Good");
}

async fn a_bot_that_fails_hands_over(desk: &TestDesk) {
    for word in ["fail", "panic"] {
        let chat = desk.user("ann").start_chat(json!({})).await;
        desk.user("ann").say(&chat, word).await;
        assert_eq!(desk.user("ann").read(&chat).await["owner"], "queue", "{word}");
        let talk = desk.user("ann").talk(&chat).await;
        assert!(talk[2].starts_with("bot: Sorry") && talk[3].starts_with("system: "), "{talk:?}");
    }
}

async fn typing_is_never_stored(desk: &TestDesk) {
    let chat = five_messages(desk).await;
    let before = desk.admin("ada").read(&chat).await;
    for caller in [desk.user("ann"), desk.admin("ada")] {
        for typing in [true, false] {
            let answer = caller.post(&format!("{}/typing", at(&chat)), json!({ "typing": typing })).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        }
    }
    assert_eq!(desk.admin("ada").read(&chat).await, before);
}

on_each_store!(
    the_same_client_message_id_is_the_same_message,
    messages_are_paged_by_their_place,
    the_bot_answers_after_the_message_is_kept,
    a_closed_chat_goes_on_for_half_an_hour,
    unread_falls_and_never_rises_by_reading,
    bad_bounds_of_a_page_are_named,
    a_humans_word_takes_the_chat_from_the_bot,
    a_bot_that_fails_hands_over,
    typing_is_never_stored,
);

on_each_store!(
    without a bot:
    a_message_has_its_sender_and_place_from_the_server,
);
