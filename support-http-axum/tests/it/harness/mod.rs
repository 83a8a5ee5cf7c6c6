//! A desk in memory behind its router, a clock that stands still, and callers of each kind.

mod answer;
mod bot;
mod caller;
mod chat;
mod log;
mod routes;
mod sqlite;
pub(crate) mod stores;
mod stream;
mod ticket;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{
    Router,
    http::{header, request::Parts},
};
use chrono::{DateTime, TimeDelta, Utc};
use support_core::{
    SupportDesk,
    access::Principal,
    desk::SupportDeskBuilder,
    id::{TenantId, UserId},
    memory::MemoryStore,
    person::Person,
    store::Store,
    time::{Clock, ManualClock},
};
use support_http_axum::{AuthError, Authenticator, SupportRouter};

pub(crate) use support_core::conformance::failing::{FailingStore, StoreFailure};

pub(crate) use self::{
    answer::{Answer, fields},
    bot::{EchoBot, KNOWLEDGE, small_bot},
    caller::Caller,
    chat::{at, contact},
    log::Log,
    routes::{Call, STREAMS, about_chat, about_nothing, about_ticket},
    sqlite::TempSqlite,
    stream::{EventStream, SseEvent},
    ticket::path,
};

/// Where the host mounts the router.
pub(crate) const MOUNT: &str = "/api/v1";

/// When every test begins: a Wednesday.
pub(crate) const START: &str = "2026-01-14T10:00:00Z";

/// A desk to call. Rate limits are off unless a test turns them on.
pub(crate) struct TestDesk {
    pub(crate) clock: TestClock,
    router: Router,
}

impl TestDesk {
    /// A desk with nothing in it.
    pub(crate) fn new() -> Self {
        Self::without_bot_on(MemoryStore::new())
    }

    /// A desk with nothing in it, on a store of the test's own.
    pub(crate) fn without_bot_on(store: impl Store + 'static) -> Self {
        Self::on(store, |desk| desk, patient)
    }

    /// A desk whose bot says what it heard, on a store of the test's own.
    pub(crate) fn with_bot_on(store: impl Store + 'static) -> Self {
        Self::on(store, |desk| desk.bot(EchoBot), patient)
    }

    /// A desk with the bot that ships, which knows little ([`KNOWLEDGE`]), on a store of the test's own.
    pub(crate) fn with_rule_bot_on(store: impl Store + 'static) -> Self {
        Self::on(store, |desk| desk.bot(small_bot()), patient)
    }

    /// A desk and a router put together as a test needs them.
    pub(crate) fn with(
        desk: impl FnOnce(SupportDeskBuilder) -> SupportDeskBuilder,
        router: impl FnOnce(SupportRouter) -> SupportRouter,
    ) -> Self {
        Self::on(MemoryStore::new(), desk, router)
    }

    /// The same on a store of the test's own.
    pub(crate) fn on(
        store: impl Store + 'static,
        desk: impl FnOnce(SupportDeskBuilder) -> SupportDeskBuilder,
        router: impl FnOnce(SupportRouter) -> SupportRouter,
    ) -> Self {
        let clock = TestClock::default();
        let desk = desk(SupportDesk::builder(store).clock(clock.clone())).build();
        let api = router(SupportRouter::new(desk).authenticator(TestAuthenticator)).build();
        Self { clock, router: Router::new().nest(MOUNT, api) }
    }

    /// A customer whom the host knows.
    pub(crate) fn user(&self, id: &str) -> Caller<'_> {
        Caller::new(&self.router).with(header::AUTHORIZATION, format!("Test user {id}"))
    }

    /// Staff.
    pub(crate) fn admin(&self, id: &str) -> Caller<'_> {
        Caller::new(&self.router).with(header::AUTHORIZATION, format!("Test admin {id}"))
    }

    /// The holder of a session's token.
    pub(crate) fn guest(&self, token: &str) -> Caller<'_> {
        Caller::new(&self.router).with(support_http_axum::GUEST_TOKEN_HEADER, token.to_owned())
    }

    /// The whole application, for requests that no caller would make.
    pub(crate) const fn router(&self) -> &Router {
        &self.router
    }

    /// Somebody who names nobody.
    pub(crate) fn anonymous(&self) -> Caller<'_> {
        Caller::new(&self.router)
    }

    /// A guest who has just begun a chat.
    pub(crate) async fn new_guest(&self) -> Caller<'_> {
        self.guest_chat().await.0
    }
}

/// A router that counts nothing, and waits for the bot on a database that is slow because others use it too.
fn patient(router: SupportRouter) -> SupportRouter {
    router
        .without_rate_limits()
        .bot_head_start(Duration::from_secs(60))
        .request_timeout(Duration::from_secs(60))
}

/// A clock that stands still until it is told to move. Its clones are the same clock.
#[derive(Debug, Clone)]
pub(crate) struct TestClock(Arc<ManualClock>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(ManualClock::at(START.parse().unwrap())))
    }
}

impl TestClock {
    /// Moves the clock.
    pub(crate) fn advance(&self, step: TimeDelta) {
        self.0.advance(step);
    }

    /// The present moment as the API writes it.
    pub(crate) fn text(&self) -> String {
        self.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}

/// Believes `Test role id` or `Test role id tenant`; what a host would verify is not what these tests are about.
#[derive(Debug)]
struct TestAuthenticator;

#[async_trait]
impl Authenticator for TestAuthenticator {
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Principal>, AuthError> {
        let Some(credential) = parts.headers.get(header::AUTHORIZATION) else { return Ok(None) };
        let credential: Vec<&str> = credential.to_str().map_err(|_| AuthError::Invalid)?.split(' ').collect();
        let (role, id, tenant) = match credential[..] {
            ["Test", role, id] => (role, id, None),
            ["Test", role, id, tenant] => (role, id, Some(tenant)),
            _ => return Err(AuthError::Invalid),
        };
        let person = person(id);
        let principal = match role {
            "user" => Principal::user(person),
            "admin" => Principal::agent(person),
            _ => return Err(AuthError::Invalid),
        };
        Ok(Some(match tenant {
            Some(tenant) => principal.at(TenantId::parse(tenant).unwrap()),
            None => principal,
        }))
    }
}

/// `ann` is called Ann and gets mail at `ann@example.org`.
fn person(id: &str) -> Person {
    let name = format!("{}{}", id[..1].to_uppercase(), &id[1..]);
    Person::new(UserId::parse(id).unwrap()).named(name).with_email(format!("{id}@example.org"))
}
