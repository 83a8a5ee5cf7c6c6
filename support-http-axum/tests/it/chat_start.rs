//! `POST /chat/sessions` and `GET /chat/sessions/{id}`.

use axum::http::Method;
use serde_json::{Value, json};
use support_core::{
    bot::RuleBot,
    chat::{ContactField, ContactPolicy},
    desk::DeskConfig,
};
use support_http_axum::SupportRouter;

use crate::harness::{MOUNT, TestDesk, at, contact, fields};

/// What everybody sees of a session that they may see.
const FIELDS: [&str; 21] = [
    "id",
    "status",
    "owner",
    "user_id",
    "guest_name",
    "guest_email",
    "guest_phone",
    "subject",
    "category",
    "assigned_to",
    "assigned_name",
    "rating",
    "feedback",
    "unread_count",
    "last_seq",
    "last_message",
    "ticket_id",
    "version",
    "created_at",
    "updated_at",
    "closed_at",
];

/// What staff see beside it.
const DETAILS: [&str; 5] = ["ip_address", "metadata", "user_agent", "user_email", "user_name"];

fn names(session: &Value) -> Vec<&str> {
    let mut names: Vec<_> = session.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn expected(extra: &[&'static str]) -> Vec<&'static str> {
    let mut names: Vec<_> = FIELDS.to_vec();
    names.extend(extra);
    names.sort_unstable();
    names
}

async fn a_guest_gets_a_session_with_its_token(desk: &TestDesk) {
    let body = json!({
        "subject": " Hello ", "guest_name": "Zoë", "guest_email": "Zoe.B@Example.ORG",
        "guest_phone": "+34 600-123 456", "metadata": { "page": "/pricing" },
    });
    let answer = desk.anonymous().post("/chat/sessions", body).await;
    let session = answer.json(201);
    assert_eq!(names(&session), expected(&["session_token"]));
    let id = session["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("{MOUNT}/chat/sessions/{id}"));
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(id.as_bytes()[14], b'7');
    let token = session["session_token"].as_str().unwrap();
    assert!(token.starts_with("sgt_") && token.len() == 47, "{}", token.len());
    let now = desk.clock.text();
    let mut shown = json!({
        "id": id, "status": "active", "owner": "queue", "user_id": null, "guest_name": "Zoë",
        "guest_email": "Zoe.B@example.org", "guest_phone": "+34600123456", "subject": "Hello",
        "category": null, "assigned_to": null, "assigned_name": null, "rating": null, "feedback": null,
        "unread_count": 0, "last_seq": 0, "last_message": null, "ticket_id": null, "version": 1,
        "created_at": now, "updated_at": now, "closed_at": null,
    });
    let read = desk.guest(token).get(&at(&session)).await;
    assert_eq!(read.json(200), shown);
    assert_eq!(read.header("etag"), "\"1\"");
    shown["session_token"] = json!(token);
    assert_eq!(session, shown);
}

async fn a_users_session_carries_their_id_and_no_token(desk: &TestDesk) {
    let chat = desk.user("ann").start_chat(json!({ "subject": null, "metadata": null })).await;
    assert_eq!(names(&chat), expected(&[]));
    assert_eq!(chat["user_id"], "ann");
    for hidden in ["guest_name", "guest_email", "guest_phone", "subject"] {
        assert_eq!(chat[hidden], Value::Null, "{hidden}");
    }
    // A body that says nothing may be left out.
    let empty = desk.user("ann").request(Method::POST, "/chat/sessions").send().await.json(201);
    assert_ne!(empty["id"], chat["id"]);
    let own = desk.admin("ada").start_chat(json!({})).await;
    assert_eq!(names(&own), expected(&DETAILS));
    assert_eq!(own["user_id"], "ada");
}

async fn known_people_cannot_send_guest_fields(desk: &TestDesk) {
    let body =
        json!({ "guest_name": "Mallory", "guest_email": "m@example.org", "guest_phone": "+34600123456" });
    for caller in [desk.user("ann"), desk.admin("ada")] {
        let answer = caller.post("/chat/sessions", body.clone()).await;
        let refused = ["/guest_name", "/guest_email", "/guest_phone"].map(|field| (field, "not_accepted"));
        assert_eq!(answer.refused(), fields(&refused));
        // Blank is as good as absent, also here.
        caller.post("/chat/sessions", json!({ "guest_name": " ", "guest_email": null })).await.json(201);
    }
    assert_eq!(desk.admin("ada").chats("").await.len(), 2);
}

async fn guests_are_asked_for_email_and_phone(desk: &TestDesk) {
    let ask = async |body: Value| desk.anonymous().post("/chat/sessions", body).await.refused();
    let both = fields(&[("/guest_email", "required"), ("/guest_phone", "required")]);
    assert_eq!(ask(json!({})).await, both);
    assert_eq!(ask(json!({ "guest_email": "\u{200b}", "guest_phone": null })).await, both);
    assert_eq!(ask(json!({ "guest_email": "a@example.org" })).await, both[1..]);
    let empty = desk.anonymous().request(Method::POST, "/chat/sessions").send().await;
    assert_eq!(empty.refused(), both);
    assert!(desk.admin("ada").chats("").await.is_empty());
}

#[tokio::test]
async fn the_host_chooses_what_guests_are_asked_for() {
    let policy = ContactPolicy {
        name: ContactField::Required,
        email: ContactField::Optional,
        phone: ContactField::Hidden,
    };
    let mut config = DeskConfig::default();
    config.contact = policy;
    let desk = TestDesk::with(|desk| desk.config(config), SupportRouter::without_rate_limits);
    let ask = async |body: Value| desk.anonymous().post("/chat/sessions", body).await;
    let refused = ask(contact()).await.refused();
    assert_eq!(refused, fields(&[("/guest_name", "required"), ("/guest_phone", "not_accepted")]));
    let session = ask(json!({ "guest_name": "Zoë" })).await.json(201);
    assert_eq!((&session["guest_name"], &session["guest_email"]), (&json!("Zoë"), &Value::Null));
}

async fn a_guest_has_one_active_session(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    guest.post("/chat/sessions", contact()).await.problem(409, "session_open");
    guest.act(&chat, "close").await.json(200);
    let next = guest.start_chat(contact()).await;
    assert_ne!(next["id"], chat["id"]);
    assert_ne!(next["session_token"], chat["session_token"]);
    // One session for each token: the old one does not open the new chat.
    guest.get(&at(&next)).await.problem(404, "not_found");
    desk.guest(next["session_token"].as_str().unwrap()).get(&at(&next)).await.json(200);
}

#[tokio::test]
async fn the_bots_welcome_is_the_first_message() {
    let bot = RuleBot::with_default_knowledge_base();
    let desk = TestDesk::with(|desk| desk.bot(bot), SupportRouter::without_rate_limits);
    let (guest, chat) = desk.guest_chat().await;
    assert_eq!(
        (&chat["owner"], &chat["last_seq"], &chat["unread_count"]),
        (&json!("bot"), &json!(1), &json!(1))
    );
    assert_eq!(chat["last_message"]["sender_type"], "bot");
    let messages = guest.messages(&chat).await;
    assert_eq!(messages.len(), 1);
    assert_eq!((&messages[0]["seq"], &messages[0]["sender_type"]), (&json!(1), &json!("bot")));
    assert!(messages[0]["message"].as_str().unwrap().len() > 10);
    assert!(!messages[0]["suggestions"].as_array().unwrap().is_empty());
    // What the bot says is nothing that staff have to read.
    assert_eq!(desk.admin("ada").read(&chat).await["unread_count"], 0);
}

async fn only_staff_see_where_a_guest_comes_from(desk: &TestDesk) {
    for (address, kept) in [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3::4", "2001:db8:1::")] {
        let mut body = contact();
        body["metadata"] = json!({ "page": "/pricing", "deep": [1, { "a": null }] });
        let request = desk.anonymous().from(address).request(Method::POST, "/chat/sessions");
        let chat = request.header("User-Agent", "Browser\t1.0").json(&body).send().await.json(201);
        let guest = desk.guest(chat["session_token"].as_str().unwrap());
        let read = guest.read(&chat).await;
        assert_eq!(names(&read), expected(&[]));
        let list = guest.get("/chat/sessions").await.json(200);
        assert_eq!(list["items"], json!([read]));
        let seen = desk.admin("ada").read(&chat).await;
        assert_eq!(names(&seen), expected(&DETAILS));
        assert_eq!(seen["ip_address"], kept);
        assert_eq!(seen["user_agent"], "Browser1.0");
        assert_eq!(seen["metadata"], body["metadata"]);
    }
}

async fn staff_see_what_a_customer_whom_the_host_knows_is_called(desk: &TestDesk) {
    let chat = desk.user("ann").start_chat(json!({})).await;
    assert_eq!(names(&chat), expected(&[]));
    let seen = desk.admin("ada").read(&chat).await;
    assert_eq!(seen["user_name"], "Ann");
    assert_eq!(seen["user_email"], "ann@example.org");
    let guest = desk.new_guest().await;
    let of_guest = guest.get("/chat/sessions").await.json(200)["items"][0].clone();
    let seen = desk.admin("ada").read(&of_guest).await;
    assert_eq!((&seen["user_name"], &seen["user_email"]), (&json!(null), &json!(null)));
}

async fn a_session_is_read_by_its_participants_and_staff(desk: &TestDesk) {
    let chat = desk.user("ann").start_chat(json!({ "subject": "Mine" })).await;
    assert_eq!(desk.user("ann").read(&chat).await, chat);
    assert_eq!(desk.admin("ada").read(&chat).await["subject"], "Mine");
    desk.user("bob").get(&at(&chat)).await.problem(404, "not_found");
    desk.new_guest().await.get(&at(&chat)).await.problem(404, "not_found");
    desk.anonymous().get(&at(&chat)).await.problem(401, "unauthenticated");
}

on_each_store!(
    without a bot:
    a_guest_gets_a_session_with_its_token,
    a_users_session_carries_their_id_and_no_token,
    known_people_cannot_send_guest_fields,
    guests_are_asked_for_email_and_phone,
    a_guest_has_one_active_session,
    only_staff_see_where_a_guest_comes_from,
    staff_see_what_a_customer_whom_the_host_knows_is_called,
    a_session_is_read_by_its_participants_and_staff,
);
