//! Asking the endpoint.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use support_core::responder::{Draft, Finish, Question, Responder, ResponderError};
use tokio::time::timeout;

use crate::{Settings, SettingsError, answer::Heard, events::Events, prompt};

/// Asks a language model behind an OpenAI-compatible endpoint; see the [crate].
///
/// Needs a Tokio runtime to be called in. Its connections are kept and used again.
pub struct OpenAiResponder {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    endpoint: Uri,
    authorization: Option<HeaderValue>,
    settings: Settings,
    name: String,
}

impl OpenAiResponder {
    /// Checks the settings. Nothing is sent.
    ///
    /// # Errors
    /// Everything that can be known to be wrong without asking the endpoint.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let endpoint = settings.endpoint()?;
        let authorization = settings.api_key.as_deref().map(bearer).transpose()?;
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(SettingsError::Certificates)?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build(connector);
        let name = format!("openai:{}", settings.model);
        Ok(Self { client, endpoint, authorization, settings, name })
    }

    fn request(&self, question: &Question) -> Result<Request<Full<Bytes>>, ResponderError> {
        let body = prompt::request(&self.settings.model, question).to_string();
        let mut request = Request::post(self.endpoint.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream")
            .body(Full::from(body))
            .map_err(|error| ResponderError::new("the request cannot be made").caused_by(error))?;
        if let Some(authorization) = &self.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        Ok(request)
    }

    async fn read(&self, body: Incoming, draft: &mut Draft) -> Result<Finish, ResponderError> {
        let mut body = body;
        let (mut events, mut heard, mut bytes) = (Events::default(), Heard::default(), 0);
        'stream: loop {
            let frame = within(self.settings.pause_within, "the stream stalled", body.frame()).await?;
            let Some(frame) = frame else { break };
            let frame =
                frame.map_err(|error| ResponderError::new("the stream broke off").caused_by(error))?;
            let Ok(chunk) = frame.into_data() else { continue };
            bytes += chunk.len();
            if bytes > self.settings.max_bytes {
                return Err(ResponderError::new("the answer is over its size"));
            }
            let complete =
                events.push(&chunk).map_err(|_| ResponderError::new("the stream holds what is not text"))?;
            for data in complete {
                if heard.take(&data, draft)? {
                    break 'stream;
                }
            }
        }
        heard.finish(draft)
    }
}

#[async_trait]
impl Responder for OpenAiResponder {
    fn name(&self) -> &str {
        &self.name
    }

    async fn respond(&self, question: &Question, draft: &mut Draft) -> Result<Finish, ResponderError> {
        let asked = self.client.request(self.request(question)?);
        let begun = within(self.settings.begin_within, "the endpoint did not answer in time", asked).await?;
        let response =
            begun.map_err(|error| ResponderError::new("the endpoint cannot be reached").caused_by(error))?;
        self.read(accepted(response)?, draft).await
    }
}

impl fmt::Debug for OpenAiResponder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiResponder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn bearer(key: &str) -> Result<HeaderValue, SettingsError> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {}", key.trim())).map_err(|_| SettingsError::ApiKey)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The body of an answer that is what was asked for. Nothing is read of any other.
fn accepted(response: Response<Incoming>) -> Result<Incoming, ResponderError> {
    let status = response.status();
    if status != StatusCode::OK {
        return Err(ResponderError::new(format!("the endpoint answered {}", status.as_u16())));
    }
    if !is_event_stream(response.headers()) {
        return Err(ResponderError::new("the endpoint answered with something other than a stream"));
    }
    Ok(response.into_body())
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
}

async fn within<T>(
    limit: Duration,
    or_else: &str,
    work: impl Future<Output = T>,
) -> Result<T, ResponderError> {
    timeout(limit, work).await.map_err(|_| ResponderError::new(or_else))
}
