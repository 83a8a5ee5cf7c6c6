//! What single requests cost in the router, in process and on the store in memory: translation, checks and rules,
//! without a network or a disk.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use criterion::{Criterion, criterion_group, criterion_main};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use support_benches::{
    host::{StoreKind, temporary},
    seed::{self, Chats},
    token::{Role, Tokens},
};
use support_core::{SupportDesk, store::Store};
use support_http_axum::SupportRouter;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const CHATS: Chats = Chats { sessions: 500, messages: 10, unread: 100 };

/// A router, and what its callers show.
struct Host {
    router: Router,
    user: String,
    agent: String,
}

impl Host {
    async fn new(store: Arc<dyn Store>) -> Self {
        let agent = seed::person("bea").expect("a good id");
        seed::chats(&*store, &agent, CHATS).await.expect("chats");
        let tokens = Tokens::random().expect("a secret");
        let authenticator = tokens.authenticator().expect("a long secret");
        let desk = SupportDesk::builder(store).build();
        let router = SupportRouter::new(desk).authenticator(authenticator).without_rate_limits().build();
        let bearer = |id, role| tokens.bearer(id, role).expect("a token");
        Self { router, user: bearer("ann", Role::User), agent: bearer("bea", Role::Agent) }
    }

    /// Sends a request, and reads the answer to its end.
    async fn call(
        &self,
        method: Method,
        path: &str,
        authorization: &str,
        body: Body,
        expected: StatusCode,
    ) -> Bytes {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .expect("a good request");
        let answer = self.router.clone().oneshot(request).await.expect("routers always answer");
        assert_eq!(answer.status(), expected);
        answer.into_body().collect().await.expect("a whole body").to_bytes()
    }

    async fn post(&self, path: &str, body: &Value, expected: StatusCode) -> Bytes {
        self.call(Method::POST, path, &self.user, Body::from(body.to_string()), expected).await
    }

    async fn list(&self, path: &str) -> Bytes {
        self.call(Method::GET, path, &self.agent, Body::empty(), StatusCode::OK).await
    }
}

fn requests(c: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let directory = temporary(None).expect("a temporary directory");
    let host = runtime.block_on(async {
        Host::new(StoreKind::Memory.open(directory.path()).await.expect("an empty store")).await
    });
    let mut group = c.benchmark_group("http");

    group.bench_function("list 50 chats with unread counts", |b| {
        b.to_async(&runtime).iter(|| host.list("/chat/sessions?limit=50"));
    });
    let faulty = json!({ "subject": "", "description": 1, "color": "red" });
    group.bench_function("problem answer with three fields", |b| {
        b.to_async(&runtime)
            .iter(|| host.post("/support/tickets", &faulty, StatusCode::UNPROCESSABLE_ENTITY));
    });
    let ticket = json!({ "subject": "The invoice is wrong", "description": seed::QUESTION });
    group.bench_function("create ticket", |b| {
        b.to_async(&runtime).iter(|| host.post("/support/tickets", &ticket, StatusCode::CREATED));
    });
    let begun = runtime.block_on(host.post("/chat/sessions", &json!({}), StatusCode::CREATED));
    let session: Value = serde_json::from_slice(&begun).expect("a session");
    let path = format!("/chat/sessions/{}/messages", session["id"].as_str().expect("an id"));
    let message = json!({ "message": seed::QUESTION });
    group.bench_function("send message", |b| {
        b.to_async(&runtime).iter(|| host.post(&path, &message, StatusCode::CREATED));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    // Few samples: the whole run takes seconds. Figures of this kind are for comparing one's own change with the day
    // before.
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = requests
}
criterion_main!(benches);
