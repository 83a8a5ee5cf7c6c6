//! A caller of an HTTP server: requests over kept connections, answers read to the end.

use axum::{
    body::Bytes,
    http::{Method, Request, StatusCode, header},
};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

use crate::Failure;

/// Calls the server at one address. A cheap clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
}

/// What a server answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// All of the body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON, if the status is the expected one.
    ///
    /// # Errors
    /// Another status, with what the server says of it, or a body that is no JSON.
    pub fn json(&self, expected: StatusCode) -> Result<Value, Failure> {
        if self.status != expected {
            return Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into());
        }
        Ok(serde_json::from_slice(&self.body)?)
    }
}

impl Api {
    /// Calls the API that is mounted at this address, such as `http://127.0.0.1:3000/api/v1`.
    pub fn at(base: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { client, base: base.trim_end_matches('/').to_owned() }
    }

    /// Reads something, in the name of who shows this `Authorization`.
    ///
    /// # Errors
    /// The connection failed; an answer of any status is none.
    pub async fn get(&self, path: &str, authorization: &str) -> Result<Answer, Failure> {
        let request = self.request(Method::GET, path, authorization).body(Full::default())?;
        self.send(request).await
    }

    /// Creates something.
    ///
    /// # Errors
    /// The connection failed; an answer of any status is none.
    pub async fn post(&self, path: &str, authorization: &str, body: &Value) -> Result<Answer, Failure> {
        let request = self
            .request(Method::POST, path, authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::from(body.to_string()))?;
        self.send(request).await
    }

    /// Calls with a JSON body, or with one that is text as it stands.
    ///
    /// # Errors
    /// The connection failed; an answer of any status is none.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        authorization: &str,
        body: &Value,
    ) -> Result<Answer, Failure> {
        let (kind, body) = match body {
            Value::String(text) => ("text/plain", text.clone()),
            body => ("application/json", body.to_string()),
        };
        let request = self.request(method, path, authorization).header(header::CONTENT_TYPE, kind);
        self.send(request.body(Full::from(body))?).await
    }

    fn request(&self, method: Method, path: &str, authorization: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, authorization)
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        let (parts, body) = self.client.request(request).await?.into_parts();
        Ok(Answer { status: parts.status, body: body.collect().await?.to_bytes() })
    }
}
