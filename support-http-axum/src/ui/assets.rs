//! The files that the pages are made of, embedded in the program.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write as _,
    io::Write as _,
    iter,
    sync::{LazyLock, OnceLock},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::join::{join, join_sheets};

#[derive(RustEmbed)]
#[folder = "ui/"]
struct Files;

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
    let joined = joined(&files);
    files.extend(joined.into_iter().filter_map(|(path, text)| {
        let asset = Asset::new(text.into(), media_type(&path)?);
        Some((path, asset))
    }));
    files
});

/// What the widget loads, which are no files of the crate: in `joined/`, what its panel needs at once, what it needs later,
/// and the texts of both.
fn joined(files: &BTreeMap<String, Asset>) -> Vec<(String, String)> {
    let text = |path: &str| files.get(path).map(Asset::text).unwrap_or_default();
    let sheets = |names: &[&str]| join_sheets(names.iter().map(|name| text(&format!("styles/{name}.css"))));
    let mut panel = join("widget/panel.js", None, &text);
    let mut later = join("widget/later.js", Some(("./panel.js", &panel)), &text);
    for joined in [&mut panel, &mut later] {
        joined.script = with_symbols(&joined.script, text("icons.svg"));
    }
    let catalogs = files.keys().filter_map(|path| {
        let language = path.strip_prefix("locales/")?;
        Some((format!("joined/{language}"), texts_of(text(path), &[&panel.script, &later.script])))
    });
    let mut joined = catalogs.collect::<Vec<_>>();
    joined.extend([
        ("joined/panel.css".to_owned(), sheets(&["tokens", "talk", "widget"])),
        ("joined/later.css".to_owned(), sheets(&["rating", "later"])),
        ("joined/panel.js".to_owned(), panel.script),
        ("joined/later.js".to_owned(), later.script),
    ]);
    joined
}

/// A script with the symbols of a sprite that it names: `%symbols <name> <name>%`.
fn with_symbols(script: &str, sprite: &str) -> String {
    let Some((before, (names, after))) =
        script.split_once("%symbols ").and_then(|(before, rest)| Some((before, rest.split_once('%')?)))
    else {
        return script.to_owned();
    };
    let symbols = names.split(' ').filter_map(|name| {
        let (_, symbol) = sprite.split_once(&format!("<symbol id=\"{name}\""))?;
        let (drawing, _) = symbol.split_once("</symbol>")?;
        Some(format!("<symbol id=\"{name}\"{drawing}</symbol>"))
    });
    format!("{before}{}{after}", symbols.collect::<String>())
}

/// The texts of a catalog that some scripts say.
fn texts_of(catalog: &str, scripts: &[&str]) -> String {
    let all: Map<String, Value> = serde_json::from_str(catalog).unwrap_or_default();
    let said = all.into_iter().filter(|(key, _)| scripts.iter().any(|script| says(script, key)));
    Value::Object(said.collect()).to_string()
}

/// Whether a script says a text: it names its key, with or without the form of a plural, or puts it together from a beginning
/// that ends with a dot.
fn says(script: &str, key: &str) -> bool {
    let form = key.rsplit_once('_').filter(|(_, form)| PLURALS.contains(form));
    let mut names = iter::once(key).chain(form.map(|(name, _)| name));
    let mut beginnings = key.match_indices('.').map(|(dot, _)| &key[..=dot]);
    names.any(|name| script.contains(&format!("'{name}'")))
        || beginnings.any(|beginning| script.contains(&format!("`{beginning}${{")))
}

/// The plurals that there are in any language.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

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
    Some(Asset::new(Files::get(path)?.data.into_owned().into(), media_type(path)?))
}

/// What a file is, if it is one to be served.
fn media_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "json" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        // Licenses, and types for those who edit the files.
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_has_the_symbols_that_it_names() {
        let sprite = "<svg>\n<symbol id=\"a\" v=\"1\"><path/></symbol>\n<symbol id=\"ab\"></symbol>\n<symbol id=\"c\"/></symbol></svg>";
        let script = "html`<svg>%symbols ab a%</svg>`";
        let whole = "html`<svg><symbol id=\"ab\"></symbol><symbol id=\"a\" v=\"1\"><path/></symbol></svg>`";
        assert_eq!(with_symbols(script, sprite), whole);
        assert_eq!(with_symbols("100%", sprite), "100%");
    }

    #[test]
    fn a_catalog_is_cut_down_to_what_is_said() {
        let catalog = r#"{"a":"","a.b":"","n_few":"","n_other":"","team.on":"","team.off":"","team":"","too_many":"","x_one":"","y":""}"#;
        let scripts = ["t('a.b') t('n', { n }) t('too_many')", "t(`team.${state}`)"];
        let said = r#"{"a.b":"","n_few":"","n_other":"","team.off":"","team.on":"","too_many":""}"#;
        assert_eq!(texts_of(catalog, &scripts), said);
    }
}
