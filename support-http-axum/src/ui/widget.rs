//! The widget's launcher, which sites embed, and what it has to know of the desk.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::{
    Json,
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use support_core::{
    SupportDesk,
    chat::{ContactField, ContactPolicy},
    id::TenantId,
    person::Availability,
};
use tokio::sync::Mutex;

use super::{
    SupportUi,
    assets::{self, Sent},
    join::compact,
};

/// What the launcher says is in the catalogs under keys that begin with this.
const LAUNCHER: &str = "launcher.";

/// How long browsers keep the launcher before they ask whether it is another one.
const MAX_AGE: &str = "public, max-age=300";

/// How old the answer may be to whether somebody is there. Anybody may ask, and agents are looked up for it.
const TEAM_MAX_AGE: Duration = Duration::from_secs(5);

/// The launcher, ready to be sent, and the desk that it is for.
#[derive(Debug, Clone)]
pub(super) struct Widget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    script: Bytes,
    digest: String,
    gzipped: OnceLock<Bytes>,
    desk: SupportDesk,
    team: Mutex<Option<(Instant, Availability)>>,
}

/// What the widget shows before anybody has said a word.
#[derive(Debug, Serialize)]
struct Settings {
    contact: Contact,
    /// Whether a bot answers first.
    assistant: bool,
    /// Whether somebody of the team takes conversations; `None` if that cannot be told now.
    team: Option<Availability>,
}

/// What guests are asked for.
#[derive(Debug, Serialize)]
struct Contact {
    name: ContactField,
    email: ContactField,
    phone: ContactField,
}

impl Widget {
    pub(super) fn new(ui: &SupportUi, desk: SupportDesk) -> Self {
        let files = format!("./assets/{}/", assets::version());
        let template = assets::find("widget.js").expect("widget.js is embedded").text();
        let script = compact(template)
            .replace("%assets%", &files)
            .replace("%texts%", &in_string(&texts().to_string()))
            .replace("%api%", &in_string(&ui.api))
            .replace("%privacy%", &in_string(ui.privacy.as_deref().unwrap_or_default()))
            .replace("%name%", &in_string(&ui.name));
        let digest = assets::hex(&Sha256::digest(&script)[..16]);
        let (gzipped, team) = (OnceLock::new(), Mutex::new(None));
        Self(Arc::new(Inner { script: script.into(), digest, gzipped, desk, team }))
    }

    /// The launcher, at an address that never changes: browsers look for a newer one every few minutes.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let Inner { script, digest, gzipped, .. } = &*self.0;
        let response = Sent { bytes: script, digest, gzipped }.answer(request);
        for_every_origin(response, "text/javascript; charset=utf-8", MAX_AGE)
    }

    /// What the panel asks for when it is opened.
    pub(super) async fn settings(&self) -> Response {
        let desk = &self.0.desk;
        let ContactPolicy { name, email, phone } = desk.config().contact;
        let contact = Contact { name, email, phone };
        let settings = Settings { contact, assistant: desk.has_bot(), team: self.team().await };
        for_every_origin(Json(settings).into_response(), "application/json", "no-store")
    }

    /// Whether somebody is there, as it was a moment ago. Those who ask at once wait for one answer.
    async fn team(&self) -> Option<Availability> {
        let mut known = self.0.team.lock().await;
        if let Some((at, team)) = *known
            && at.elapsed() < TEAM_MAX_AGE
        {
            return Some(team);
        }
        match self.0.desk.team_availability(&TenantId::default()).await {
            Ok(team) => {
                *known = Some((Instant::now(), team));
                Some(team)
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "whether the team is there is not known"
                );
                None
            }
        }
    }
}

/// What the launcher says, by language.
fn texts() -> Value {
    let catalogs = assets::paths().filter_map(|path| {
        let language = path.strip_prefix("locales/")?.strip_suffix(".json")?;
        let catalog: Map<String, Value> = serde_json::from_str(assets::find(path)?.text()).ok()?;
        let said = catalog.into_iter().filter(|(key, _)| key.starts_with(LAUNCHER));
        Some((language.to_owned(), said.collect()))
    });
    Value::Object(catalogs.collect())
}

/// Pages of other origins may read it: it is the same for everybody and holds nobody's data.
fn for_every_origin(mut response: Response, media_type: &'static str, cache: &'static str) -> Response {
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, cache),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let cross_origin = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert("cross-origin-resource-policy", cross_origin);
    response
}

/// Text as it stands in a string of a script; no value is taken for a place to fill in.
fn in_string(text: &str) -> String {
    let quoted = Value::from(text).to_string().replace('\'', "\\u0027").replace('%', "\\u0025");
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_s_words_stay_in_their_string() {
        assert_eq!(in_string("A \"B\" 'C' \\ %api%\n"), r#"A \"B\" \u0027C\u0027 \\ \u0025api\u0025\n"#);
    }
}
