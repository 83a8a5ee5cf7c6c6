//! Who may open a stream, how many, and who loses it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    http::{Method, header, request::Parts},
};
use serde_json::json;
use support_core::{
    SupportDesk, access::Principal, id::UserId, memory::MemoryStore, person::Person, store::PersonKey,
};
use support_http_axum::{AuthError, Authenticator, Quota, Rate, Role, SupportRouter};
use tokio::time::Instant;

use crate::harness::{Caller, MOUNT, TestDesk};

/// Within which somebody who lost access is told so.
const AT_THE_LATEST: Duration = Duration::from_secs(5);

#[tokio::test]
async fn s_16_who_may_not_follow_gets_an_answer_and_no_stream() {
    let desk = TestDesk::new();
    let guest = desk.new_guest().await;
    let refused = async |caller: &Caller<'_>, path: &str| {
        caller.request(Method::GET, path).open().await.err().expect("it was refused")
    };
    let anonymous = desk.anonymous();
    for path in ["/chat/events", "/support/events"] {
        let answer = refused(&anonymous, path).await;
        answer.problem(401, "unauthenticated");
        assert!(!answer.header("www-authenticate").is_empty());
        refused(&desk.guest("no token"), path).await.problem(401, "invalid_credentials");
        refused(&desk.user("ann"), &format!("{path}?token=x")).await.problem(422, "validation");
    }
    refused(&guest, "/support/events").await.problem(403, "forbidden");
}

/// Believes one user until it is told not to.
#[derive(Debug, Clone, Default)]
struct Revocable {
    is_revoked: Arc<AtomicBool>,
    is_away: Arc<AtomicBool>,
}

#[async_trait]
impl Authenticator for Revocable {
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Principal>, AuthError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        if self.is_away.load(Ordering::SeqCst) {
            return Err(AuthError::Unavailable("as the test wants it".into()));
        }
        if self.is_revoked.load(Ordering::SeqCst) {
            return Err(AuthError::Invalid);
        }
        let person = Person::new(UserId::parse("ann").unwrap());
        Ok(Some(Principal::user(person)))
    }
}

fn revocable(authenticator: &Revocable) -> Router {
    let desk = SupportDesk::builder(MemoryStore::new()).build();
    let router = SupportRouter::new(desk).authenticator(authenticator.clone()).build();
    Router::new().nest(MOUNT, router)
}

#[tokio::test(start_paused = true)]
async fn s_17_a_revoked_subscriber_is_told_and_cut_within_five_seconds() {
    let authenticator = Revocable::default();
    let router = revocable(&authenticator);
    let ann = Caller::new(&router).with(header::AUTHORIZATION, "ann");
    let mut stream = ann.follow("/chat/events").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    authenticator.is_revoked.store(true, Ordering::SeqCst);
    let since = Instant::now();
    let told = stream.event().await;
    assert_eq!((told.name.as_str(), &told.data["code"]), ("denied", &json!("invalid_credentials")));
    assert_eq!(told.data["status"], 401);
    assert_eq!(stream.next().await, None);
    assert!(since.elapsed() <= AT_THE_LATEST, "{:?}", since.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stream_outlives_an_authenticator_that_is_away() {
    let authenticator = Revocable::default();
    let router = revocable(&authenticator);
    let ann = Caller::new(&router).with(header::AUTHORIZATION, "ann");
    let mut stream = ann.follow("/chat/events").await;
    authenticator.is_away.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let waits = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
    assert!(waits.is_err(), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn s_17_a_guest_whose_chat_was_erased_is_told_and_cut_within_five_seconds() {
    let store = MemoryStore::new();
    let desk = TestDesk::on(store.clone(), |desk| desk, |router| router);
    let (guest, chat) = desk.guest_chat().await;
    let mut stream = guest.follow("/chat/events").await;
    let erasing = SupportDesk::builder(store).build();
    let person = PersonKey::Guest(chat["id"].as_str().unwrap().parse().unwrap());
    erasing.erase_person(&Principal::system(), &person).await.unwrap();
    let since = Instant::now();
    assert_eq!(stream.event().await.data["code"], "invalid_credentials");
    assert_eq!(stream.next().await, None);
    assert!(since.elapsed() <= AT_THE_LATEST, "{:?}", since.elapsed());
}

#[tokio::test(start_paused = true)]
async fn who_is_rate_limited_is_told_and_cut_within_five_seconds() {
    fn one_an_hour(rate: Rate, role: Role) -> Option<Quota> {
        match (rate, role) {
            (Rate::Requests, Role::User) => Quota::new(2, Duration::from_secs(3_600)),
            _ => None,
        }
    }
    let desk = TestDesk::with(|desk| desk, |router| router.rates(one_an_hour));
    let (ann, bob) = (desk.user("ann"), desk.user("bob"));
    let mut of_ann = ann.follow("/chat/events").await;
    let mut of_bob = bob.follow("/chat/events").await;
    ann.get("/chat/sessions").await.json(200);
    ann.get("/chat/sessions").await.problem(429, "rate_limited");
    let since = Instant::now();
    let told = of_ann.event().await;
    assert_eq!((told.name.as_str(), &told.data["code"]), ("denied", &json!("rate_limited")));
    assert_eq!(of_ann.next().await, None);
    assert!(since.elapsed() <= AT_THE_LATEST, "{:?}", since.elapsed());
    let waits = tokio::time::timeout(Duration::from_secs(10), of_bob.next()).await;
    assert!(waits.is_err(), "who asks for less is not held back: {waits:?}");
}

#[tokio::test]
async fn each_role_has_so_many_streams_and_one_that_ends_makes_room() {
    let desk = TestDesk::with(|desk| desk, |router| router);
    let guest = desk.new_guest().await;
    for (caller, most) in [(guest, 3), (desk.user("ann"), 6), (desk.admin("ada"), 10)] {
        // Each from a network of its own, so that the address is not what holds them back.
        let caller = caller.from(&format!("198.51.100.{most}"));
        let mut open = Vec::new();
        for _ in 0..most {
            open.push(caller.follow("/chat/events").await);
        }
        let refused = caller.request(Method::GET, "/chat/events").open().await.err().unwrap();
        refused.problem(429, "rate_limited");
        assert_eq!(refused.header("retry-after"), "5");
        drop(open.pop());
        open.push(caller.follow("/chat/events").await);
        assert_eq!(open.len(), most);
    }
}

#[tokio::test]
async fn an_address_has_thirty_streams() {
    let desk = TestDesk::with(|desk| desk, |router| router);
    let mut open = Vec::new();
    for n in 0..10 {
        let caller = desk.user(&format!("user{n}")).from(&format!("2001:db8::{n}"));
        for _ in 0..3 {
            open.push(caller.follow("/chat/events").await);
        }
    }
    let one_more = desk.user("ann").from("2001:db8::ffff");
    let refused = one_more.request(Method::GET, "/support/events").open().await.err().unwrap();
    refused.problem(429, "rate_limited");
    open.push(desk.user("ann").from("2001:db8:0:1::1").follow("/support/events").await);
}

#[tokio::test]
async fn without_rate_limits_streams_are_not_counted() {
    let desk = TestDesk::new();
    let ann = desk.user("ann");
    let mut open = Vec::new();
    for _ in 0..40 {
        open.push(ann.follow("/chat/events").await);
    }
}
