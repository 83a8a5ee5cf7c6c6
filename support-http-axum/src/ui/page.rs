//! The one HTML document, filled in for whom it is and where it is.

use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use sha2::{Digest, Sha256};

use super::{
    Audience, SupportUi,
    assets::{self, Sent},
};

/// What runs and loads on a page: files of its own origin, nothing written into the document, and no text that becomes
/// markup.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

/// A document, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Page(Arc<Document>);

#[derive(Debug)]
struct Document {
    html: Bytes,
    digest: String,
    gzipped: OnceLock<Bytes>,
}

impl Page {
    /// The page for some people, from whose address `root` leads to where the pages are mounted, and whose elements are
    /// in a module of their own.
    pub(super) fn new(ui: &SupportUi, audience: Audience, root: &str, elements: &str) -> Self {
        let files = format!("{root}assets/{}", assets::version());
        let preload = assets::modules(&["app.js", elements]).iter().fold(String::new(), |mut lines, path| {
            // Writing to a string cannot fail.
            _ = writeln!(lines, "<link rel=\"modulepreload\" href=\"{files}/{path}\">");
            lines
        });
        let template = assets::find("index.html").expect("index.html is embedded").text();
        let html = template
            .replace("%preload%", preload.trim_end())
            .replace("%assets%", &files)
            .replace("%audience%", audience.as_str())
            .replace("%api%", &escape(&ui.api))
            .replace("%sign-in%", &escape(ui.sign_in.as_deref().unwrap_or_default()))
            .replace("%name%", &escape(&ui.name));
        let digest = assets::hex(&Sha256::digest(&html)[..16]);
        Self(Arc::new(Document { html: html.into(), digest, gzipped: OnceLock::new() }))
    }

    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let Document { html, digest, gzipped } = &*self.0;
        let mut response = Sent { bytes: html, digest, gzipped }.answer(request);
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// Text as it stands in an attribute or between tags.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // So that no value is taken for a place to fill in.
            '%' => escaped.push_str("&#37;"),
            other => escaped.push(other),
        }
    }
    escaped
}
