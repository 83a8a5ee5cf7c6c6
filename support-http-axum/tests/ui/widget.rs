//! The widget.

use axum::{Router, http::StatusCode};
use serde_json::{Value, json};
use support_core::{
    SupportDesk,
    access::Principal,
    bot::RuleBot,
    chat::{ContactField, ContactPolicy},
    desk::DeskConfig,
    id::UserId,
    memory::MemoryStore,
    person::{Availability, Person},
};
use support_http_axum::SupportUi;

use super::{Answer, get, get_with, resolve};

fn desk() -> SupportDesk {
    SupportDesk::builder(MemoryStore::new()).build()
}

fn widget() -> Router {
    SupportUi::new().build_widget(&desk())
}

/// The files that the launcher names, as paths below where it is mounted.
async fn files(router: &Router) -> Vec<String> {
    let launcher = get(router, "/widget.js").await;
    let folder = launcher.text().split('"').find(|text| text.starts_with("./assets/")).unwrap().to_owned();
    ["widget/joined.js", "styles/joined.css", "vendor/lit.js", "locales/en.json"]
        .map(|file| {
            assert!(file.starts_with("locales") || launcher.text().contains(file), "{file}");
            resolve("/widget.js", &format!("{folder}{file}"))
        })
        .to_vec()
}

fn is_for_every_origin(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn the_launcher_has_one_address_and_is_looked_for_anew() {
    let router = widget();
    let launcher = get(&router, "/widget.js").await;
    is_for_every_origin(&launcher);
    assert_eq!(launcher.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(launcher.header("cache-control"), "public, max-age=300");
    let etag = launcher.header("etag");
    let again = get_with(&router, "/widget.js", &[("if-none-match", etag)]).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again.header("access-control-allow-origin"), "*");
    let packed = get_with(&router, "/widget.js", &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.body.len() <= 4096, "{} bytes, where a site's page has room for 4 KB", packed.body.len());
}

#[tokio::test]
async fn everything_it_needs_is_beside_it_and_may_be_kept_for_ever() {
    let nested = Router::new().nest("/a", Router::new().nest_service("/b", widget()));
    let merged = Router::new().route("/", axum::routing::get(async || "home")).merge(widget());
    for (router, mount) in [(nested, "/a/b"), (merged, "")] {
        let launcher = get(&router, &format!("{mount}/widget.js")).await;
        is_for_every_origin(&launcher);
        for file in files(&widget()).await {
            let answer = get(&router, &format!("{mount}{file}")).await;
            is_for_every_origin(&answer);
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
        }
    }
}

#[tokio::test]
async fn the_panel_is_as_small_as_is_claimed() {
    let router = widget();
    let mut sent = 0;
    for file in files(&router).await.iter().filter(|file| !file.contains("locales")) {
        sent += get_with(&router, file, &[("accept-encoding", "gzip")]).await.body.len();
    }
    assert!(sent <= PANEL_BYTES, "{sent} bytes");
}

/// Modules and style sheets, compressed. What it was when the conversation became the one that the pages have: half of it
/// is Lit, the log and what keeps messages over lost lines.
const PANEL_BYTES: usize = 36 * 1024;

/// The modules of a text that names each before it.
fn named(text: &str) -> Vec<&str> {
    let names = text.lines().filter_map(|line| line.strip_prefix("// "));
    names.filter(|name| name.ends_with(".js")).collect()
}

#[tokio::test]
async fn the_panel_has_every_module_it_needs_and_no_other() {
    let router = widget();
    let files = files(&router).await;
    let folder = files[0].strip_suffix("widget/joined.js").unwrap();
    let joined = get(&router, &files[0]).await;
    let mut needed = vec!["widget/panel.js".to_owned()];
    let mut at = 0;
    while let Some(path) = needed.get(at).cloned() {
        let module = get(&router, &format!("{folder}{path}")).await;
        assert_eq!(module.status, 200, "{path}");
        for line in module.text().lines().filter(|line| line.starts_with("import ")) {
            let address = line.trim_end_matches("';").rsplit_once('\'').unwrap().1;
            let module = resolve(&path, address);
            if !module.starts_with("vendor/") && !needed.contains(&module) {
                needed.push(module);
            }
        }
        at += 1;
    }
    let mut joined = named(joined.text());
    assert_eq!(joined.last(), Some(&"widget/panel.js"));
    joined.sort_unstable();
    needed.sort();
    assert_eq!(joined, needed);
}

#[tokio::test]
async fn what_the_host_says_is_text_in_the_launcher() {
    let ui = SupportUi::new().name("\"A\" & 'B' %api%\n").api("../x\"y").privacy("/privacy");
    let launcher = get(&ui.build_widget(&desk()), "/widget.js").await;
    let text = launcher.text();
    assert!(text.contains(r#""\"A\" & \u0027B\u0027 \u0025api\u0025\n""#), "{text}");
    assert!(text.contains(r#"`${"../x\"y".replace("#), "{text}");
    assert!(text.contains(r#"("/privacy")"#), "{text}");
    for place in ["%api%", "%assets%", "%name%", "%panel%", "%privacy%", "%sheet%", "%texts%"] {
        assert!(!text.contains(place), "{place}");
    }
}

async fn settings(desk: &SupportDesk) -> Value {
    let answer = get(&SupportUi::new().build_widget(desk), "/widget.json").await;
    is_for_every_origin(&answer);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn the_widget_learns_what_guests_are_asked_for_and_who_is_there() {
    let plain = json!({"contact": {"name": "optional", "email": "required", "phone": "required"}, "assistant": false, "team": "away"});
    assert_eq!(settings(&desk()).await, plain);

    let mut config = DeskConfig::default();
    config.contact = ContactPolicy {
        name: ContactField::Required,
        email: ContactField::Optional,
        phone: ContactField::Hidden,
    };
    let desk = SupportDesk::builder(MemoryStore::new()).config(config).bot(RuleBot::default()).build();
    let amara = Principal::agent(Person::new(UserId::parse("amara").unwrap()).named("Amara"));
    desk.recognize(&amara).await.unwrap();
    desk.set_availability(&amara, Availability::Online).unwrap();
    let asked = json!({"contact": {"name": "required", "email": "optional", "phone": "hidden"}, "assistant": true, "team": "online"});
    assert_eq!(settings(&desk).await, asked);
}
