//! Calling the desk.

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The desk, and who calls it.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
    credential: Option<(&'static str, String)>,
}

impl Api {
    pub(crate) fn new(url: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, url: url.trim_end_matches('/').to_owned(), credential: None }
    }

    /// Tokens go in headers, and never into a URL.
    pub(crate) fn with(mut self, header: &'static str, value: String) -> Self {
        self.credential = Some((header, value));
        self
    }

    /// Says something, and returns the object that came of it, if one did.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let request = self.request("POST", path).header("content-type", "application/json");
        let response = self.client.request(request.body(Full::from(body.to_string()))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        match status.is_success() {
            true if body.is_empty() => Ok(Value::Null),
            true => Ok(serde_json::from_slice(&body)?),
            false => Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into()),
        }
    }

    /// Opens the stream of events, behind the last one that was seen.
    pub(crate) async fn events(&self, last_id: Option<&str>) -> Result<Response<Incoming>, Failure> {
        let request = self.request("GET", "/chat/events");
        let request = match last_id {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let response = self.client.request(request.body(Full::default())?).await?;
        match response.status().as_u16() {
            200 => Ok(response),
            status => Err(format!("the stream was refused: {status}").into()),
        }
    }

    fn request(&self, method: &str, path: &str) -> hyper::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        match &self.credential {
            Some((header, value)) => request.header(*header, value),
            None => request,
        }
    }
}
