//! The authorization matrix as data, one test for each cell and store; a route without a row fails.

use std::{any::Any, collections::BTreeSet, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header, request::Builder},
};
use http_body_util::BodyExt;
use jsonwebtoken::{EncodingKey, Header};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use serde_json::{Value, json};
use support_core::{
    SupportDesk,
    bot::{KnowledgeBase, RuleBot},
    memory::MemoryStore,
    store::Store,
};
use support_http_axum::{GUEST_TOKEN_HEADER, JwtAuthenticator, SupportRouter};
use support_store_sqlx::testing::{MySql, Postgres, Sqlite, TestDatabase, Tested};
use tower::ServiceExt;

const SECRET: &[u8] = b"a secret of this test, 32 bytes or more";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    route: Vec<Route>,
}

/// A call, and what each actor gets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    call: String,
    name: Option<String>,
    state: Option<String>,
    body: Option<String>,
    body_of_known: Option<String>,
    body_of_stranger: Option<String>,
    gets: [Cell; 6],
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum Cell {
    Status(u16),
    Problem(String),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Actor {
    Anonymous,
    GuestOwn,
    GuestOther,
    UserOwn,
    UserOther,
    Admin,
}

const ACTORS: [Actor; 6] =
    [Actor::Anonymous, Actor::GuestOwn, Actor::GuestOther, Actor::UserOwn, Actor::UserOther, Actor::Admin];

impl Actor {
    fn is_user(self) -> bool {
        matches!(self, Self::UserOwn | Self::UserOther)
    }
}

impl Route {
    fn method_and_path(&self) -> (&str, &str) {
        self.call.split_once(' ').expect("a call is a method and a path")
    }

    fn body_of(&self, actor: Actor) -> Option<&String> {
        let own = match actor {
            Actor::Anonymous => &self.body_of_stranger,
            Actor::GuestOwn | Actor::GuestOther => &None,
            Actor::UserOwn | Actor::UserOther | Actor::Admin => &self.body_of_known,
        };
        own.as_ref().or(self.body.as_ref())
    }
}

impl Cell {
    fn status_and_code(&self) -> (u16, Option<&str>) {
        match self {
            Self::Problem(problem) => {
                let (status, code) = problem.split_once(' ').expect("a status and a code");
                (status.parse().expect("a status"), Some(code))
            }
            Self::Status(401) => (401, Some("unauthenticated")),
            Self::Status(403) => (403, Some("forbidden")),
            Self::Status(404) => (404, Some("not_found")),
            Self::Status(status) => (*status, None),
        }
    }
}

/// A desk with two guests' chats, a user's chat, and the user's ticket, made of another chat.
struct World {
    router: Router,
    /// Its database, if it has one.
    _database: Option<Box<dyn Any>>,
}

/// Where a world keeps what it holds.
#[derive(Debug, Clone, Copy)]
enum Kept {
    InMemory,
    OnSqlite,
    OnPostgres,
    OnMySql,
}

const STORES: [Kept; 4] = [Kept::InMemory, Kept::OnSqlite, Kept::OnPostgres, Kept::OnMySql];

struct Fixtures {
    guest_session: String,
    guest_token: String,
    other_guest_token: String,
    user_session: String,
    ticket: String,
}

impl World {
    /// `None` where tests go without the database.
    async fn new(kept: Kept, state: Option<&str>) -> Option<Self> {
        match kept {
            Kept::InMemory => Some(Self::on(MemoryStore::new(), None, state)),
            Kept::OnSqlite => Self::on_database::<Sqlite>(state).await,
            Kept::OnPostgres => Self::on_database::<Postgres>(state).await,
            Kept::OnMySql => Self::on_database::<MySql>(state).await,
        }
    }

    async fn on_database<DB: Tested>(state: Option<&str>) -> Option<Self> {
        let database = TestDatabase::<DB>::with_tables().await?;
        Some(Self::on(database.store().await, Some(Box::new(database)), state))
    }

    fn on(store: impl Store + 'static, database: Option<Box<dyn Any>>, state: Option<&str>) -> Self {
        let desk = SupportDesk::builder(store);
        let desk = if state == Some("bot") { desk.bot(bot()) } else { desk }.build();
        let authenticator = JwtAuthenticator::hs256(SECRET).expect("the secret is long enough");
        let router = SupportRouter::new(desk).authenticator(authenticator).without_rate_limits();
        let router = router.bot_head_start(Duration::from_secs(60)).build();
        Self { router, _database: database }
    }

    async fn send(&self, request: Builder, body: Option<String>) -> (StatusCode, Value) {
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)),
            None => request.body(Body::empty()),
        };
        let response = self.router.clone().oneshot(request.expect("a request")).await.expect("infallible");
        let status = response.status();
        // A stream of events has no end to wait for.
        if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
            return (status, Value::Null);
        }
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn post(&self, caller: Option<&str>, path: &str, body: Value) -> Value {
        let request = Request::post(path);
        let request = match caller {
            Some(token) => bearer(request, token),
            None => request,
        };
        let (status, value) = self.send(request, Some(body.to_string())).await;
        assert!(status.is_success(), "{path}: {status} {value}");
        value
    }

    async fn fixtures(&self, state: Option<&str>) -> Fixtures {
        let contact = json!({ "guest_email": "guest@example.org", "guest_phone": "+34600123456" });
        let ann = token("ann", false);
        let guest = self.post(None, "/chat/sessions", contact.clone()).await;
        let other = self.post(None, "/chat/sessions", contact).await;
        let user = self.post(Some(&ann), "/chat/sessions", json!({})).await;
        let converted = self.post(Some(&ann), "/chat/sessions", json!({})).await;
        let converted = format!("/chat/sessions/{}/ticket", text(&converted["id"]));
        let ticket = self.post(Some(&ann), &converted, json!({})).await;
        let fixtures = Fixtures {
            guest_session: text(&guest["id"]),
            guest_token: text(&guest["session_token"]),
            other_guest_token: text(&other["session_token"]),
            user_session: text(&user["id"]),
            ticket: text(&ticket["id"]),
        };
        if state == Some("bot") {
            // Behind the welcome: the question is the second message, and the answer the third.
            let path = |session: &str| format!("/chat/sessions/{session}/messages");
            let question = json!({ "message": "What is the price?" });
            self.post(Some(&ann), &path(&fixtures.user_session), question.clone()).await;
            let guest = Request::post(path(&fixtures.guest_session));
            let guest = guest.header(GUEST_TOKEN_HEADER, &fixtures.guest_token);
            let (status, answer) = self.send(guest, Some(question.to_string())).await;
            assert_eq!(status, StatusCode::CREATED, "{answer}");
        }
        if state == Some("closed") {
            let ada = token("ada", true);
            for session in [&fixtures.guest_session, &fixtures.user_session] {
                self.post(Some(&ada), &format!("/chat/sessions/{session}/close"), json!({})).await;
            }
            self.post(Some(&ada), &format!("/support/tickets/{}/close", fixtures.ticket), json!({})).await;
        }
        fixtures
    }
}

/// A bot that knows of prices.
fn bot() -> RuleBot {
    const KNOWLEDGE: &str = r#"
        [bot]
        name = "Sam"
        [[category]]
        id = "pricing"
        title = "Prices"
        patterns = [{ re = "prices?" }]
        response = [{ text = ["They are low."] }]
    "#;
    RuleBot::new(KnowledgeBase::parse(KNOWLEDGE, "matrix.toml").expect("it is valid"))
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn bearer(request: Builder, token: &str) -> Builder {
    request.header(header::AUTHORIZATION, format!("Bearer {token}"))
}

fn token(sub: &str, is_admin: bool) -> String {
    // Far in the future, so that no clock is asked.
    let claims = json!({ "sub": sub, "exp": 4_102_444_800_u64, "is_admin": is_admin });
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET)).expect("a token")
}

async fn check(route: &Route, actor: Actor, expected: &Cell, kept: Kept) -> Result<(), Failed> {
    let Some(world) = World::new(kept, route.state.as_deref()).await else { return Ok(()) };
    let fixtures = world.fixtures(route.state.as_deref()).await;
    let session = if actor.is_user() { &fixtures.user_session } else { &fixtures.guest_session };
    let fill = |text: &str| text.replace("{session}", session).replace("{ticket}", &fixtures.ticket);

    let (method, path) = route.method_and_path();
    let request = Request::builder().method(method).uri(fill(path));
    let request = match actor {
        Actor::Anonymous => request,
        Actor::GuestOwn => request.header(GUEST_TOKEN_HEADER, &fixtures.guest_token),
        Actor::GuestOther => request.header(GUEST_TOKEN_HEADER, &fixtures.other_guest_token),
        Actor::UserOwn => bearer(request, &token("ann", false)),
        Actor::UserOther => bearer(request, &token("bob", false)),
        Actor::Admin => bearer(request, &token("ada", true)),
    };
    let (status, answer) = world.send(request, route.body_of(actor).map(|body| fill(body))).await;

    let (expected_status, expected_code) = expected.status_and_code();
    if status.as_u16() != expected_status {
        return Err(format!("expected {expected_status}, got {status}: {answer}").into());
    }
    if let Some(code) = expected_code
        && answer["code"] != code
    {
        return Err(format!("expected the code {code}: {answer}").into());
    }
    Ok(())
}

/// Every operation of the API's own description, its path's parameters without their names.
fn described() -> BTreeSet<String> {
    let (_, description) = runtime().block_on(async {
        let world = World::on(MemoryStore::new(), None, None);
        world.send(Request::get("/openapi.json"), None).await
    });
    let mut calls = BTreeSet::from(["GET /openapi.json".to_owned()]);
    for (path, item) in description["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            calls.insert(format!("{} {}", method.to_uppercase(), nameless(path)));
        }
    }
    calls
}

fn nameless(path: &str) -> String {
    // A number in a row stands for a parameter too.
    let is_parameter = |part: &str| part.starts_with('{') || part.parse::<u64>().is_ok();
    path.split('/').map(|part| if is_parameter(part) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn every_route_has_a_row(rows: &BTreeSet<String>) -> Result<(), Failed> {
    let described = described();
    if described == *rows {
        return Ok(());
    }
    let missing: Vec<_> = described.difference(rows).collect();
    let unknown: Vec<_> = rows.difference(&described).collect();
    Err(format!("routes without a row: {missing:?}; rows without a route: {unknown:?}").into())
}

fn main() {
    let matrix: Matrix = toml::from_str(include_str!("authz_matrix.toml")).expect("the matrix");
    let row = |route: &Route| {
        let (method, path) = route.method_and_path();
        format!("{method} {}", nameless(path))
    };
    let rows: BTreeSet<String> = matrix.route.iter().map(row).collect();
    let mut trials = vec![Trial::test("every_route_has_a_row", move || every_route_has_a_row(&rows))];
    for route in matrix.route {
        let route = Arc::new(route);
        for (actor, expected) in ACTORS.into_iter().zip(route.gets.clone()) {
            for kept in STORES {
                let (shared, expected) = (Arc::clone(&route), expected.clone());
                let what = route.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
                let name = format!("{}{what} as {actor:?} {kept:?}", route.call);
                let run = move || runtime().block_on(check(&shared, actor, &expected, kept));
                trials.push(Trial::test(name, run));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
