//! The widget.

use std::collections::BTreeMap;

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
    ["joined/panel.js", "joined/panel.css", "vendor/lit.js", "joined/en.json"]
        .map(|file| {
            assert!(file.ends_with("json") || launcher.text().contains(file), "{file}");
            resolve("/widget.js", &format!("{folder}{file}"))
        })
        .to_vec()
}

/// How many bytes some files are on their way.
async fn sent(router: &Router, files: &[String]) -> usize {
    let mut sent = 0;
    for file in files {
        let answer = get_with(router, file, &[("accept-encoding", "gzip")]).await;
        assert_eq!(answer.header("content-encoding"), "gzip", "{file}");
        sent += answer.body.len();
    }
    sent
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
    let files = files(&router).await;
    let (code, texts): (Vec<_>, Vec<_>) = files.iter().cloned().partition(|file| !file.ends_with("json"));
    let later = ["js", "css"].map(|kind| files[0].replace("panel.js", &format!("later.{kind}")));
    for (what, files, room) in [("at once", &code[..], 28), ("its texts", &texts, 3), ("later", &later, 6)] {
        let bytes = sent(&router, files).await;
        println!("{what}: {bytes} bytes");
        assert!(bytes <= room * 1024, "{what}: {bytes} bytes, where {room} KB are claimed");
    }
}

/// The modules that a module needs, itself first, with what each declares for others.
async fn modules(router: &Router, folder: &str, entry: &str) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut needed = vec![entry.to_owned()];
    while let Some(path) = needed.pop() {
        if path.starts_with("vendor/") || found.contains_key(&path) {
            continue;
        }
        let module = get(router, &format!("{folder}{path}")).await;
        assert_eq!(module.status, 200, "{path}");
        let lines = module.text().lines();
        let imports = lines.clone().filter(|line| line.starts_with("import "));
        needed.extend(
            imports.map(|line| resolve(&path, line.trim_end_matches("';").rsplit_once('\'').unwrap().1)),
        );
        let exports = lines.filter(|line| line.starts_with("export "));
        let declared = exports.map(|line| line.split_inclusive(['=', '(', '{']).next().unwrap().to_owned());
        found.insert(path, declared.collect());
    }
    found
}

#[tokio::test]
async fn the_joined_files_have_every_module_they_need_once_and_no_other() {
    let router = widget();
    let panel = files(&router).await.remove(0);
    let folder = panel.strip_suffix("joined/panel.js").unwrap();
    let now = modules(&router, folder, "widget/panel.js").await;
    let mut later = modules(&router, folder, "widget/later.js").await;
    later.retain(|path, _| !now.contains_key(path));
    assert!(now.len() > 20 && later.len() > 5, "{now:?} {later:?}");
    for (file, modules) in [("panel", now), ("later", later)] {
        let joined = get(&router, &format!("{folder}joined/{file}.js")).await;
        let text = joined.text();
        let declared = modules.values().flatten().collect::<Vec<_>>();
        for declaration in &declared {
            assert_eq!(text.matches(declaration.as_str()).count(), 1, "{declaration} in {file}");
        }
        assert_eq!(text.lines().filter(|line| line.starts_with("export ")).count(), declared.len(), "{file}");
    }
}

#[tokio::test]
async fn the_widget_has_the_texts_that_it_says_and_no_others() {
    let router = widget();
    let texts = files(&router).await.pop().unwrap();
    let said: Value = serde_json::from_slice(&get(&router, &texts).await.body).unwrap();
    let all: Value =
        serde_json::from_slice(&get(&router, &texts.replace("joined", "locales")).await.body).unwrap();
    for key in [
        "widget.hello",
        "failed.too_many",
        "widget.team.away",
        "widget.wrong.email.at",
        "rate.title",
        "widget.back.news_other",
        "messages.new_one",
        "message.read",
    ] {
        assert_eq!(said[key], all[key], "{key}");
        assert!(said[key].is_string(), "{key}");
    }
    for key in ["keys.title", "launcher.open", "palette.hint", "new.subject"] {
        assert!(said[key].is_null() && all[key].is_string(), "{key}");
    }
}

#[tokio::test]
async fn what_the_host_says_is_text_in_the_launcher() {
    let ui = SupportUi::new().name("\"A\" & 'B' %api%\n").api("../x\"y").privacy("/privacy");
    let launcher = get(&ui.build_widget(&desk()), "/widget.js").await;
    let text = launcher.text();
    assert!(text.contains(r#""\"A\" & \u0027B\u0027 \u0025api\u0025\n""#), "{text}");
    assert!(text.contains(r#"`${"../x\"y".replace("#), "{text}");
    assert!(text.contains(r#"("/privacy")"#), "{text}");
    for place in ["%api%", "%assets%", "%name%", "%privacy%", "%texts%"] {
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
