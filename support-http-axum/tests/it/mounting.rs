//! Where a host puts the router, and what the router answers whatever the route.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderValue, Method, Request, StatusCode},
    response::Response,
    routing::get,
};
use serde_json::json;
use support_core::{SupportDesk, memory::MemoryStore};
use support_http_axum::SupportRouter;
use tower::ServiceExt;

use crate::harness::{Caller, TestDesk, about_chat, about_nothing, about_ticket, contact};

/// A router of a desk of its own.
fn support() -> SupportRouter {
    SupportRouter::new(SupportDesk::builder(MemoryStore::new()).build()).without_rate_limits()
}

/// What a host keeps; not what the desk keeps.
#[derive(Clone)]
struct HostState(Arc<str>);

async fn host(State(HostState(name)): State<HostState>) -> String {
    name.to_string()
}

#[tokio::test]
async fn the_router_works_wherever_it_is_mounted() {
    let mounts: [(&str, Router); 5] = [
        ("", support().build()),
        ("", Router::new().merge(support().build::<()>())),
        ("/desk", Router::new().nest("/desk", support().build())),
        ("/a/b", Router::new().nest("/a", Router::new().nest("/b", support().build()))),
        ("/a/b", Router::new().nest_service("/a", Router::new().nest_service("/b", support().build::<()>()))),
    ];
    for (mount, router) in mounts {
        let stranger = Caller::new(&router);
        let begin = stranger.request_to(Method::POST, &format!("{mount}/chat/sessions")).json(&contact());
        let answer = begin.send().await;
        let chat = answer.json(201);
        let location = answer.header("location");
        assert_eq!(location, format!("{mount}/chat/sessions/{}", chat["id"].as_str().unwrap()));
        let token = chat["session_token"].as_str().unwrap();
        let guest = stranger.clone().with(support_http_axum::GUEST_TOKEN_HEADER, token);
        guest.request_to(Method::GET, location).send().await.json(200);
        guest.request_to(Method::GET, &format!("{mount}/openapi.json")).send().await.json(200);
        for nowhere in ["/chat/nowhere", "/chat/sessions/x/y", "/support/nowhere/at/all"] {
            let nowhere = guest.request_to(Method::GET, &format!("{mount}{nowhere}")).send().await;
            nowhere.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn chats_and_tickets_are_mounted_apart() {
    let desk = SupportDesk::builder(MemoryStore::new()).build();
    let part = || SupportRouter::new(desk.clone()).without_rate_limits();
    let router =
        Router::new().nest("/talk", part().build_chat::<()>()).nest("/help", part().build_support::<()>());
    let caller = Caller::new(&router);
    let ask = async |path: &str| caller.request_to(Method::GET, path).send().await;
    ask("/talk/chat/stats").await.json(200);
    ask("/help/support/tickets").await.problem(401, "unauthenticated");
    ask("/talk/support/tickets").await.problem(404, "not_found");
    ask("/help/chat/stats").await.problem(404, "not_found");
    for (part, served) in [("/talk", "/chat/"), ("/help", "/support/")] {
        let description = ask(&format!("{part}/openapi.json")).await.json(200);
        let paths = description["paths"].as_object().unwrap();
        assert!(!paths.is_empty() && paths.keys().all(|path| path.starts_with(served)));
    }
}

#[tokio::test]
async fn the_hosts_state_and_routes_stay_the_hosts() {
    let router: Router = Router::new()
        .route("/", get(host))
        .nest("/desk", support().build::<HostState>())
        .fallback(async || (StatusCode::IM_A_TEAPOT, "the host's own"))
        .with_state(HostState("shop".into()));
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    };
    let own = ask("/").await;
    assert_eq!((own.status(), own.headers().get("x-request-id")), (StatusCode::OK, None));
    assert_eq!(ask("/other").await.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(ask("/desk/chat/stats").await.status(), StatusCode::OK);
    assert_eq!(ask("/desk/other").await.status(), StatusCode::NOT_FOUND);
}

async fn unknown_routes_and_methods_are_problems(desk: &TestDesk) {
    for path in [
        "",
        "/nowhere",
        "/chat",
        "/chat/",
        "/chat/sessions/",
        "/chat//sessions",
        "/CHAT/stats",
        "/chat/sessions/x/y",
    ] {
        for caller in [desk.anonymous(), desk.admin("ada"), desk.guest("nonsense")] {
            caller.get(path).await.problem(404, "not_found");
        }
    }
    let calls = [about_chat("x"), about_ticket("x"), about_nothing()].concat();
    for call in &calls {
        let allowed: Vec<_> =
            calls.iter().filter(|other| other.path == call.path).map(|c| c.method.as_str()).collect();
        let methods = ["DELETE", "PUT", "TRACE", "CONNECT", "OPTIONS", "BREW"];
        for method in methods.into_iter().filter(|method| !allowed.contains(method)) {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = desk.anonymous().request(method.clone(), &call.path).send().await;
            answer.problem(405, "method_not_allowed");
            let named: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
            assert!(allowed.iter().all(|method| named.contains(method)), "{call:?}: {named:?}");
            assert!(named.iter().all(|method| allowed.contains(method) || *method == "HEAD"), "{named:?}");
        }
    }
}

async fn head_is_get_without_the_body(desk: &TestDesk) {
    let (guest, chat) = desk.guest_chat().await;
    for path in ["/chat/sessions".to_owned(), crate::harness::at(&chat), "/chat/stats".to_owned()] {
        let (head, get) = (guest.request(Method::HEAD, &path).send().await, guest.get(&path).await);
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

async fn requests_are_named_by_their_id(desk: &TestDesk) {
    let ask = async |id: &str| {
        let request = desk.anonymous().request(Method::GET, "/chat/sessions").header("X-Request-Id", id);
        let answer = request.send().await;
        answer.problem(401, "unauthenticated");
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(ask("trace-1_A").await, "trace-1_A");
    for odd in ["", "a b", "<script>", "a\tb", &"x".repeat(65)] {
        let id = ask(odd).await;
        assert!(id.len() == 36 && id != odd);
    }
    assert_ne!(ask("").await, ask("").await);
}

#[tokio::test]
async fn common_headers_are_on_every_answer() {
    let router = |router: SupportRouter| {
        router.allowed_origin(HeaderValue::from_static("https://shop.example")).without_rate_limits()
    };
    let desk = TestDesk::with(|desk| desk, router);
    for request in [
        Request::get("/api/v1/chat/stats"),
        Request::get("/api/v1/nowhere"),
        Request::delete("/api/v1/chat/stats"),
        Request::options("/api/v1/chat/stats")
            .header("Origin", "https://shop.example")
            .header("Access-Control-Request-Method", "POST"),
    ] {
        let response = desk.router().clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(response.headers().get(name).unwrap(), value, "{:?}", response.status());
        }
    }
}

#[tokio::test]
async fn pages_of_exact_origins_may_call() {
    let allowed = "https://shop.example";
    let router = |router: SupportRouter| {
        router.allowed_origin(HeaderValue::from_static("https://shop.example")).without_rate_limits()
    };
    let open = TestDesk::with(|desk| desk, router);
    let closed = TestDesk::new();
    let ask = async |desk: &TestDesk, method: &str, path: &str, origin: &str| -> Response {
        let request =
            Request::builder().method(method).uri(format!("/api/v1{path}")).header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", "POST").header(
            "Access-Control-Request-Headers",
            "authorization,x-support-session-token,idempotency-key",
        );
        desk.router().clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let header = |response: &Response, name: &str| {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_lowercase())
    };
    for (method, path) in [
        ("OPTIONS", "/chat/sessions"),
        ("GET", "/chat/stats"),
        ("GET", "/nowhere"),
        ("GET", "/chat/sessions"),
    ] {
        let answer = ask(&open, method, path, allowed).await;
        assert_eq!(header(&answer, "access-control-allow-origin").as_deref(), Some(allowed), "{path}");
        assert_eq!(header(&answer, "access-control-allow-credentials"), None);
        assert!(header(&answer, "vary").is_some_and(|vary| vary.contains("origin")));
        let near = [
            "https://evil.example",
            "http://shop.example",
            "https://shop.example:444",
            "https://shop.example.evil.example",
            "https://evilshop.example",
            "null",
            "https://SHOP.example",
            "*",
        ];
        for origin in near {
            let answer = ask(&open, method, path, origin).await;
            assert_eq!(header(&answer, "access-control-allow-origin"), None, "{origin}");
        }
        let answer = ask(&closed, method, path, allowed).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), None);
    }
    let preflight = ask(&open, "OPTIONS", "/chat/sessions", allowed).await;
    assert!(preflight.status().is_success());
    for name in [
        "authorization",
        "content-type",
        "x-support-session-token",
        "idempotency-key",
        "if-match",
        "last-event-id",
    ] {
        assert!(header(&preflight, "access-control-allow-headers").unwrap().contains(name), "{name}");
    }
    for method in ["post", "patch", "get"] {
        assert!(header(&preflight, "access-control-allow-methods").unwrap().contains(method), "{method}");
    }
    let exposed =
        header(&ask(&open, "GET", "/chat/stats", allowed).await, "access-control-expose-headers").unwrap();
    for name in ["etag", "location", "retry-after", "x-request-id"] {
        assert!(exposed.contains(name), "{name}");
    }
    assert_eq!(open.anonymous().get("/chat/stats").await.json(200)["total_sessions"], json!(0));
}

on_each_store!(head_is_get_without_the_body,);

on_each_store!(
    without a bot:
    unknown_routes_and_methods_are_problems,
    requests_are_named_by_their_id,
);
