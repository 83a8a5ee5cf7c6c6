//! The shop and its desk share a database, a login and a transaction.

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made is a failure")]

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use host_app::{Shop, login::log_in};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

const DECLINED: &str = "4000 0000 0000 0002";

struct Fixture {
    shop: Shop,
    _directory: TempDir,
}

impl Fixture {
    async fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let shop = Shop::open(&directory.path().join("shop.db")).await.unwrap();
        Self { shop, _directory: directory }
    }

    /// A user who is logged in; what their browser sends.
    async fn user(&self, name: &str, is_staff: bool) -> String {
        let id =
            sqlx::query_scalar("INSERT INTO users (name, email, is_staff) VALUES (?, ?, ?) RETURNING id")
                .bind(name)
                .bind(format!("{name}@example.org"))
                .bind(is_staff)
                .fetch_one(self.shop.pool())
                .await
                .unwrap();
        let cookie = log_in(self.shop.pool(), id).await.unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.shop.router().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn get(&self, path: &str, cookie: &str) -> (StatusCode, Value) {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn order(&self, cookie: &str, item: &str, card_number: &str) -> (StatusCode, Value) {
        let body = json!({"item": item, "cents": 4_900, "card_number": card_number}).to_string();
        let request = Request::post("/orders")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    /// Status and ticket of every order.
    async fn orders(&self) -> Vec<(String, Option<String>)> {
        let orders = sqlx::query_as("SELECT status, ticket_number FROM orders ORDER BY id");
        orders.fetch_all(self.shop.pool()).await.unwrap()
    }

    async fn ticket_numbers(&self, cookie: &str) -> Vec<String> {
        let (status, list) = self.get("/help/support/tickets", cookie).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let items = list["items"].as_array().unwrap();
        items.iter().map(|ticket| ticket["number"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_failed_payment_keeps_the_order_and_its_ticket_together() {
    let fixture = Fixture::open().await;
    let uma = fixture.user("Uma", false).await;
    let (status, answer) = fixture.order(&uma, "Lamp", DECLINED).await;
    assert_eq!(status, StatusCode::PAYMENT_REQUIRED);
    let number = answer["ticket"].as_str().unwrap();
    assert_eq!(fixture.orders().await, [("payment_failed".to_owned(), Some(number.to_owned()))]);

    let (status, ticket) = fixture.get(&format!("/help/support/tickets/{number}"), &uma).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ticket["requester"], json!({"id": "1", "name": "Uma", "email": "Uma@example.org"}));
    assert_eq!(
        (&ticket["priority"], &ticket["description"]),
        (&json!("high"), &json!("The card was declined for: Lamp"))
    );
}

#[tokio::test]
async fn a_ticket_goes_with_the_order_that_cannot_be_kept() {
    let fixture = Fixture::open().await;
    let (uma, ann) = (fixture.user("Uma", false).await, fixture.user("Ann", true).await);
    // The shop's last write of the transaction, after the ticket's, fails.
    sqlx::raw_sql("CREATE TRIGGER refuse BEFORE UPDATE ON orders BEGIN SELECT RAISE (ABORT, 'no'); END")
        .execute(fixture.shop.pool())
        .await
        .unwrap();
    let (status, _) = fixture.order(&uma, "Lamp", DECLINED).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(fixture.orders().await.is_empty());
    assert!(fixture.ticket_numbers(&ann).await.is_empty());
}

#[tokio::test]
async fn an_order_goes_with_the_ticket_that_cannot_be_opened() {
    let fixture = Fixture::open().await;
    let (uma, ann) = (fixture.user("Uma", false).await, fixture.user("Ann", true).await);
    let (status, _) = fixture.order(&uma, "a bell: \u{7}", DECLINED).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(fixture.orders().await.is_empty());
    assert!(fixture.ticket_numbers(&ann).await.is_empty());
}

#[tokio::test]
async fn a_paid_order_needs_no_ticket() {
    let fixture = Fixture::open().await;
    let uma = fixture.user("Uma", false).await;
    let (status, _) = fixture.order(&uma, "Lamp", "4242 4242 4242 4242").await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(fixture.orders().await, [("paid".to_owned(), None)]);
    assert!(fixture.ticket_numbers(&uma).await.is_empty());
}

#[tokio::test]
async fn customers_see_their_own_tickets_and_staff_sees_all() {
    let fixture = Fixture::open().await;
    let (uma, bob) = (fixture.user("Uma", false).await, fixture.user("Bob", false).await);
    let ann = fixture.user("Ann", true).await;
    let number = |(_, answer): (StatusCode, Value)| answer["ticket"].as_str().unwrap().to_owned();
    let hers = number(fixture.order(&uma, "Lamp", DECLINED).await);
    let his = number(fixture.order(&bob, "Rug", DECLINED).await);

    assert_eq!(fixture.ticket_numbers(&uma).await, std::slice::from_ref(&hers));
    assert_eq!(fixture.ticket_numbers(&bob).await, std::slice::from_ref(&his));
    let all = fixture.ticket_numbers(&ann).await;
    assert!(all.len() == 2 && all.contains(&hers) && all.contains(&his));
    let (status, _) = fixture.get(&format!("/help/support/tickets/{his}"), &uma).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_forged_or_expired_cookie_is_refused_and_never_nobodys() {
    let fixture = Fixture::open().await;
    let uma = fixture.user("Uma", false).await;
    let refused = async |cookie: &str| {
        let (status, answer) = fixture.get("/help/support/tickets", cookie).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::UNAUTHORIZED, &json!("invalid_credentials")),
            "{cookie}"
        );
        assert_eq!(fixture.order(cookie, "Lamp", DECLINED).await.0, StatusCode::UNAUTHORIZED, "{cookie}");
    };
    refused("shop_session=0000000000000000000000000000000000000000000000000000000000000000").await;
    refused("shop_session=").await;
    refused(&format!("{uma}0")).await;

    sqlx::query("UPDATE login_sessions SET expires_at = 0").execute(fixture.shop.pool()).await.unwrap();
    refused(&uma).await;
    assert!(fixture.orders().await.is_empty());
}

#[tokio::test]
async fn opening_the_shop_again_finds_both_schemas_in_place() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    let first = Shop::open(&file).await.unwrap();
    first.pool().close().await;
    let again = Shop::open(&file).await.unwrap();
    again.desk().check().await.unwrap();
}
