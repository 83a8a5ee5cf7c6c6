//! The files that the pages are made of, embedded in the program.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write as _,
    io::Write as _,
    sync::{LazyLock, OnceLock},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::join::{join, join_sheets};

#[derive(RustEmbed)]
#[folder = "ui/"]
struct Files;

/// The widget's panel with all its modules, which is no file of the crate.
pub(super) const JOINED_PANEL: &str = "widget/joined.js";

/// Its style sheets.
pub(super) const JOINED_SHEET: &str = "styles/joined.css";

/// A file, and how it is sent.
#[derive(Debug)]
pub(super) struct Asset {
    bytes: Bytes,
    media_type: &'static str,
    digest: String,
    gzipped: OnceLock<Bytes>,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let mut files: BTreeMap<_, _> =
        Files::iter().filter_map(|path| Some((path.to_string(), read(&path)?))).collect();
    let text = |path: &str| files.get(path).map(Asset::text).unwrap_or_default();
    let panel = join("widget/panel.js", &text);
    let sheet = join_sheets(["tokens", "talk", "widget"].map(|name| text(&format!("styles/{name}.css"))));
    files.insert(JOINED_PANEL.to_owned(), Asset::new(panel.into(), "text/javascript; charset=utf-8"));
    files.insert(JOINED_SHEET.to_owned(), Asset::new(sheet.into(), "text/css; charset=utf-8"));
    files
});

/// A name for the state of all files together: who has read one under it may keep it for ever.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all = Sha256::new();
    for (path, asset) in ASSETS.iter() {
        all.update(path);
        all.update([0]);
        all.update(&asset.digest);
    }
    hex(&all.finalize()[..8])
});

pub(super) fn version() -> &'static str {
    &VERSION
}

/// The file at this path below `ui/`, if there is one.
pub(super) fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.get(path)
}

/// The paths of all files.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    ASSETS.keys().map(String::as_str)
}

fn read(path: &str) -> Option<Asset> {
    let media_type = match path.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        // Licenses, and types for those who edit the files.
        _ => return None,
    };
    Some(Asset::new(Files::get(path)?.data.into_owned().into(), media_type))
}

impl Asset {
    fn new(bytes: Bytes, media_type: &'static str) -> Self {
        let digest = hex(&Sha256::digest(&bytes)[..16]);
        Self { bytes, media_type, digest, gzipped: OnceLock::new() }
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// The file for a request with these headers, to be kept for ever: its path names its version.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let sent = Sent { bytes: &self.bytes, digest: &self.digest, gzipped: &self.gzipped };
        let mut response = sent.answer(request);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        // The widget loads them into pages of other origins. They are the same for everybody and hold nobody's data.
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        response
    }
}

/// Bytes to send, whole or compressed, unless the browser has them.
pub(super) struct Sent<'a> {
    pub(super) bytes: &'a Bytes,
    pub(super) digest: &'a str,
    pub(super) gzipped: &'a OnceLock<Bytes>,
}

impl Sent<'_> {
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let compressed = accepts_gzip(request);
        let suffix = if compressed { "-gz" } else { "" };
        let etag = format!("\"{}{suffix}\"", self.digest);
        let mut response = if matches(request, &etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else if compressed {
            let bytes = self.gzipped.get_or_init(|| gzip(self.bytes));
            ([(header::CONTENT_ENCODING, "gzip")], Body::from(bytes.clone())).into_response()
        } else {
            Body::from(self.bytes.clone()).into_response()
        };
        let headers = response.headers_mut();
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, etag);
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

fn gzip(bytes: &Bytes) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("writing to memory does not fail").into()
}

/// Whether the browser reads gzip: named, or meant by `*`, and not with a weight of zero.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let accepted = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map(str::parse::<f32>);
        named && !matches!(weight, Some(Ok(0.0) | Err(_)))
    })
}

/// Whether the browser has this version already.
fn matches(request: &HeaderMap, etag: &str) -> bool {
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().trim_start_matches("W/"))
        .any(|value| value == etag || value == "*")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// The modules that some modules need, themselves first: told to the browser at once, so that it does not learn of them one
/// after the other.
pub(super) fn modules(entries: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut queue = entries.iter().map(|&entry| entry.to_owned()).collect::<VecDeque<_>>();
    let mut seen = queue.iter().cloned().collect::<BTreeSet<_>>();
    while let Some(path) = queue.pop_front() {
        let text = find(&path).map(Asset::text).unwrap_or_default();
        for needed in text.lines().filter_map(imported).map(|address| resolve(&path, address)) {
            if seen.insert(needed.clone()) {
                queue.push_back(needed);
            }
        }
        found.push(path);
    }
    found
}

/// The relative address that a line imports from. Each import of these files ends on the line that names its address.
pub(super) fn imported(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let (before, address) = line.strip_suffix("';")?.rsplit_once('\'')?;
    let imports = before == "import " || before.ends_with(" from ");
    (imports && address.starts_with('.')).then_some(address)
}

/// The path that an address in a file leads to.
pub(super) fn resolve(from: &str, address: &str) -> String {
    let mut path = from.split('/').collect::<Vec<_>>();
    path.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => _ = path.pop(),
            part => path.push(part),
        }
    }
    path.join("/")
}
