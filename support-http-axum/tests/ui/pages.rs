//! The pages.

use std::io::Read as _;

use axum::{Router, http::header};
use flate2::read::GzDecoder;
use support_http_axum::SupportUi;

use super::{Answer, get, get_with, resolve};

fn agents() -> Router {
    SupportUi::new().build_agents()
}

/// The addresses of the files that a page names.
fn files(page: &Answer) -> Vec<&str> {
    let values = page.text().split('"').filter(|value| value.contains("/assets/"));
    values.collect()
}

#[tokio::test]
async fn pages_find_their_files_wherever_they_are_mounted() {
    let mounts: [(&str, Router); 4] = [
        ("", agents()),
        ("/support", Router::new().nest("/support", agents())),
        ("/a/b", Router::new().nest("/a", Router::new().nest("/b", agents()))),
        ("/a/b", Router::new().nest_service("/a", Router::new().nest_service("/b", agents()))),
    ];
    for (mount, router) in mounts {
        for page in [
            "/tickets",
            "/tickets/TKT-20260131-0001",
            "/chats",
            "/chats/01900000-0000-7000-8000-000000000000",
        ] {
            let path = format!("{mount}{page}");
            let document = get(&router, &path).await;
            assert_eq!(document.status, 200, "{path}");
            let files = files(&document);
            assert!(files.len() > 10, "{files:?}");
            for file in files {
                let file = resolve(&path, file);
                assert_eq!(get(&router, &file).await.status, 200, "{file}");
            }
        }
    }
}

#[tokio::test]
async fn pages_hold_no_absolute_address() {
    let page = get(&agents(), "/tickets").await;
    for attribute in ["href=\"", "src=\"", "content=\""] {
        for value in page.text().split(attribute).skip(1) {
            assert!(!value.starts_with('/') && !value.starts_with("http"), "{value}");
        }
    }
}

#[tokio::test]
async fn the_mount_point_leads_to_the_first_page() {
    let nested = Router::new().nest_service("/support", agents());
    for (router, path, target) in [
        (&agents(), "/", "/tickets"),
        (&nested, "/support", "/support/tickets"),
        (&nested, "/support/", "/support/tickets"),
    ] {
        let answer = get(router, path).await;
        assert_eq!(answer.status, 307, "{path}");
        assert_eq!(resolve(path, answer.header("location")), target);
    }
}

#[tokio::test]
async fn pages_run_nothing_but_their_own_files() {
    let page = get(&agents(), "/tickets").await;
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types lit-html"
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(!page.text().contains("style=") && !page.text().contains("<style"));
    assert!(page.text().split("<script").skip(1).all(|script| script.contains("src=\"./assets/")));
}

#[tokio::test]
async fn files_may_be_kept_for_ever_and_read_from_other_origins() {
    let router = agents();
    let page = get(&router, "/tickets").await;
    let script = files(&page).into_iter().find(|file| file.ends_with("/app.js")).unwrap();
    let script = get(&router, &resolve("/tickets", script)).await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(script.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let router = agents();
    let page = get(&router, "/tickets").await;
    for path in ["/tickets".to_owned(), resolve("/tickets", files(&page)[0])] {
        for encoding in ["identity", "gzip"] {
            let encoding = (header::ACCEPT_ENCODING.as_str(), encoding);
            let first = get_with(&router, &path, &[encoding]).await;
            let etag = first.header("etag").to_owned();
            let again = get_with(&router, &path, &[encoding, ("if-none-match", &etag)]).await;
            assert_eq!(again.status, 304, "{path}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), etag);
            let other = get_with(&router, &path, &[encoding, ("if-none-match", "\"other\"")]).await;
            assert_eq!(other.status, 200);
        }
    }
}

#[tokio::test]
async fn files_are_compressed_for_those_who_read_it() {
    let router = agents();
    let plain = get(&router, "/tickets").await;
    assert_eq!(plain.header("content-encoding"), "");
    for accepted in ["gzip", "br;q=1.0, gzip;q=0.8", "*", "GZIP"] {
        let packed = get_with(&router, "/tickets", &[("accept-encoding", accepted)]).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{accepted}");
        assert_eq!(packed.header("vary"), "accept-encoding");
        assert_ne!(packed.header("etag"), plain.header("etag"));
        let mut text = Vec::new();
        GzDecoder::new(packed.body.as_slice()).read_to_end(&mut text).unwrap();
        assert_eq!(text, plain.body);
    }
    for refused in ["gzip;q=0", "identity", "br"] {
        let plain = get_with(&router, "/tickets", &[("accept-encoding", refused)]).await;
        assert_eq!(plain.header("content-encoding"), "", "{refused}");
    }
}

#[tokio::test]
async fn another_version_and_another_path_are_not_found() {
    let router = agents();
    let page = get(&router, "/tickets").await;
    let version = files(&page)[0].split('/').nth(2).unwrap();
    for path in [
        "/assets/0000000000000000/app.js".to_owned(),
        format!("/assets/{version}/index.htm"),
        format!("/assets/{version}/../Cargo.toml"),
        format!("/assets/{version}/%2e%2e/Cargo.toml"),
        format!("/assets/{version}/vendor/LICENSE"),
        "/nowhere".to_owned(),
        "/tickets/a/b".to_owned(),
    ] {
        let answer = get(&router, &path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn what_the_host_says_is_text_in_the_page() {
    let ui = SupportUi::new().name("<b>\"A\" & 'B'</b> %api%").api("../x\"y").sign_in("../login");
    let page = get(&ui.build_agents(), "/tickets").await;
    let text = page.text();
    assert!(
        text.contains("<title>&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt; &#37;api&#37;</title>"),
        "{text}"
    );
    assert!(text.contains("content=\"../x&quot;y\""));
    assert!(text.contains("<meta name=\"sd-sign-in\" content=\"../login\">"));
    assert!(text.contains("<meta name=\"sd-audience\" content=\"agent\">"));
    let page = get(&ui.build_customers(), "/tickets").await;
    assert!(page.text().contains("<meta name=\"sd-audience\" content=\"customer\">"));
}

#[tokio::test]
async fn a_page_names_every_module_it_needs_and_no_other() {
    for (page, elements) in [("/tickets", "elements-tickets.js"), ("/chats", "elements-chats.js")] {
        names_its_modules(page, elements).await;
    }
}

async fn names_its_modules(address: &str, elements: &str) {
    let router = agents();
    let page = get(&router, address).await;
    let preloaded = page.text().lines().filter(|line| line.contains("modulepreload"));
    let preloaded = preloaded.map(|line| line.split('"').nth(3).unwrap()).collect::<Vec<_>>();
    // The frame loads the elements of the page by itself.
    let frame = preloaded[0].to_owned();
    let mut needed = vec![frame.replace("app.js", elements), frame];
    let mut at = 0;
    while let Some(path) = needed.get(at).cloned() {
        let script = get(&router, &resolve(address, &path)).await;
        assert_eq!(script.status, 200, "{path}");
        let text =
            script.text().lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n");
        // Each statement that names a module, however it is broken into lines.
        for statement in text.split(';').map(str::trim) {
            let statement = statement.rsplit("*/").next().unwrap_or_default().trim();
            let imports = statement.starts_with("import") || statement.starts_with("export {");
            let address = statement.trim_end_matches('\'').rsplit_once('\'').map(|(_, address)| address);
            if let Some(address) = address.filter(|address| imports && address.starts_with('.')) {
                let address = format!("./{}", resolve(path.trim_start_matches("./"), address));
                if !needed.contains(&address) {
                    needed.push(address);
                }
            }
        }
        at += 1;
    }
    let (mut preloaded, mut needed) = (preloaded.into_iter().map(str::to_owned).collect::<Vec<_>>(), needed);
    preloaded.sort();
    needed.sort();
    assert_eq!(preloaded, needed);
}
