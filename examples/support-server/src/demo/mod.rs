//! `--demo`: a home page, people to sign in as without a password, and a story to look at.
//!
//! For one machine alone: whoever reaches these pages can be anybody.

mod login;
mod people;
mod story;

use std::net::SocketAddr;

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use support_core::store::Store;

use crate::{error::Error, secret::JwtSecret};

/// Where the pages' "Sign in" leads, relative to where the pages are.
pub(crate) const SIGN_IN: &str = "../demo/login";

/// The product that the demo pretends to be about.
pub(crate) const NAME: &str = "Northlane";

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Refuses to be reached from other machines.
pub(crate) fn require_loopback(address: SocketAddr) -> Result<(), Error> {
    if address.ip().is_loopback() { Ok(()) } else { Err(Error::DemoInPublic(address)) }
}

/// Tells the story, if the desk is empty.
pub(crate) async fn prepare(store: impl Store + 'static) -> Result<(), Error> {
    story::tell(store).await.map_err(Error::Demo)
}

/// The home page and the log-in.
pub(crate) fn routes(secret: JwtSecret) -> Router {
    let css = || {
        std::future::ready((
            [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
            include_str!("../../demo/demo.css"),
        ))
    };
    Router::new()
        .route("/", get(|| std::future::ready(page(include_str!("../../demo/home.html")))))
        .route("/demo/demo.css", get(css))
        .merge(login::routes(secret))
}

fn page(html: impl Into<String>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, html.into()).into_response()
}
