//! Which endpoint, which model, and how long to wait.

use std::{env, fmt, time::Duration};

use hyper::Uri;

/// Where the model is and how it is asked.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// What `/chat/completions` is appended to, such as `https://api.openai.com/v1` or `http://127.0.0.1:11434/v1`.
    pub base_url: String,
    /// The model's name at that endpoint.
    pub model: String,
    /// The key, if the endpoint wants one. Never shown, in no error and no debug output.
    pub api_key: Option<String>,
    /// How long the endpoint may take to begin its answer: 5 seconds, connecting included.
    pub begin_within: Duration,
    /// How long it may pause within its answer: 2 seconds.
    pub pause_within: Duration,
    /// How much is read of an answer: 256 KiB. A thousand characters in pieces of one take about 200.
    pub max_bytes: usize,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A variable is not set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The endpoint is not an address.
    #[error("the base URL must be like https://host/v1: {0}")]
    BaseUrl(String),
    /// The key has characters that no header can hold.
    #[error("the API key holds characters that cannot be sent")]
    ApiKey,
    /// The system has no certificates to trust.
    #[error("the system's certificates cannot be read")]
    Certificates(#[source] std::io::Error),
}

impl Settings {
    /// A model at an endpoint that wants no key.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            api_key: None,
            begin_within: Duration::from_secs(5),
            pause_within: Duration::from_secs(2),
            max_bytes: 256 * 1024,
        }
    }

    /// Reads `OPENAI_BASE_URL` (OpenAI's own without it), `OPENAI_MODEL` and `OPENAI_API_KEY`, the only place a key
    /// comes from: command lines can be read by others.
    ///
    /// # Errors
    /// [`SettingsError::Missing`] without a model, or without a key for OpenAI's own endpoint.
    pub fn from_env() -> Result<Self, SettingsError> {
        const OPENAI: &str = "https://api.openai.com/v1";
        let set = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let base_url = set("OPENAI_BASE_URL").unwrap_or_else(|| OPENAI.to_owned());
        let model = set("OPENAI_MODEL").ok_or(SettingsError::Missing("OPENAI_MODEL"))?;
        let api_key = set("OPENAI_API_KEY");
        if api_key.is_none() && base_url == OPENAI {
            return Err(SettingsError::Missing("OPENAI_API_KEY"));
        }
        Ok(Self { api_key, ..Self::new(base_url, model) })
    }

    /// The address to post to.
    pub(crate) fn endpoint(&self) -> Result<Uri, SettingsError> {
        let text = format!("{}/chat/completions", self.base_url.trim_end_matches('/'));
        let refuse = |why: String| SettingsError::BaseUrl(why);
        let uri: Uri =
            text.parse().map_err(|error: hyper::http::uri::InvalidUri| refuse(error.to_string()))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(refuse("neither http nor https".to_owned()));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(refuse("a name or password in it would be logged; use the key".to_owned()));
        }
        Ok(uri)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_stands_below_the_base() {
        let endpoint = |base: &str| Settings::new(base, "m").endpoint().map(|uri| uri.to_string()).ok();
        assert_eq!(
            endpoint("http://127.0.0.1:1/v1/").as_deref(),
            Some("http://127.0.0.1:1/v1/chat/completions")
        );
        for refused in ["", "api.openai.com/v1", "ftp://a/v1", "https://me:secret@a/v1", "https://a b/v1"] {
            assert_eq!(endpoint(refused), None, "{refused}");
        }
    }

    #[test]
    fn the_key_is_never_shown() {
        let settings = Settings { api_key: Some("sk-secret".to_owned()), ..Settings::new("https://a", "m") };
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
