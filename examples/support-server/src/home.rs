//! The home page: the site of a company that has the widget in its corner.

use axum::{
    Router,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::ui::Demo;

/// As strict as a site's policy can be: the widget needs no more than its script, its own requests and Lit's policy for
/// templates.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types lit-html";

/// The home page and its files.
pub(crate) fn routes(is_demo: Demo) -> Router {
    let file = |media_type, text| move || std::future::ready(([(header::CONTENT_TYPE, media_type)], text));
    let css = file("text/css; charset=utf-8", include_str!("../site/site.css"));
    let script = file("text/javascript; charset=utf-8", include_str!("../site/site.js"));
    let home = match is_demo {
        Demo::On => get(|| std::future::ready(page(include_str!("../site/demo.html")))),
        Demo::Off => get(show),
    };
    Router::new().route("/", home).route("/site.css", get(css)).route("/site.js", get(script))
}

/// The page of a server without a demo, with the line to put into one's own pages.
async fn show(headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // What stands in the page is an address or nothing.
    let host =
        host.filter(|host| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte)));
    let origin = host.map(|host| format!("//{host}")).unwrap_or_default();
    page(include_str!("../site/home.html").replace("%origin%", &origin))
}

/// A page of the site.
pub(crate) fn page(html: impl Into<String>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, html.into()).into_response()
}
