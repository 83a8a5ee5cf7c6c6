//! Somebody who calls.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderName, Method, header},
    response::Response,
};
use serde_json::Value;
use tower::ServiceExt;

use super::{Answer, MOUNT};

/// Somebody who calls, with their credential.
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    router: &'a Router,
    credential: Option<(HeaderName, String)>,
    peer: Option<SocketAddr>,
}

impl<'a> Caller<'a> {
    pub(crate) const fn new(router: &'a Router) -> Self {
        Self { router, credential: None, peer: None }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.credential = Some((name, value.into()));
        self
    }

    /// The same caller, calling from this address.
    pub(crate) fn from(&self, address: &str) -> Self {
        Self { peer: Some(SocketAddr::new(address.parse().unwrap(), 40_000)), ..self.clone() }
    }

    /// What a guest holds.
    pub(crate) fn credential(&self) -> &str {
        self.credential.as_ref().map_or("", |(_, value)| value)
    }

    /// A request to put together; paths are below the mount point.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        self.request_to(method, &format!("{MOUNT}{path}"))
    }

    /// A request whose path is the whole path.
    pub(crate) fn request_to(&self, method: Method, path: &str) -> Request {
        let builder = axum::http::Request::builder().method(method).uri(path);
        let builder = match self.peer {
            Some(peer) => builder.extension(ConnectInfo(peer)),
            None => builder,
        };
        let builder = match &self.credential {
            Some((name, value)) => builder.header(name, value),
            None => builder,
        };
        Request { router: self.router.clone(), builder, body: Body::empty() }
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    /// Does.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path).json(&body).send().await
    }

    /// Puts in place.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PUT, path).json(&body).send().await
    }

    /// Changes.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path).json(&body).send().await
    }
}

/// A request that is put together.
pub(crate) struct Request {
    router: Router,
    builder: axum::http::request::Builder,
    body: Body,
}

impl Request {
    /// Adds a header.
    pub(crate) fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.builder = self.builder.header(name.as_ref(), value.as_ref());
        self
    }

    /// Sets a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    /// Sets any body.
    pub(crate) fn raw(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.builder = self.builder.header(header::CONTENT_TYPE, content_type);
        self.body = body.into();
        self
    }

    /// Sends it.
    pub(crate) async fn send(self) -> Answer {
        Answer::read(self.response().await).await
    }

    /// Sends it, and leaves the bytes of a stream to be read.
    pub(crate) async fn bytes(self) -> axum::body::BodyDataStream {
        let response = self.response().await;
        assert_eq!(response.status(), 200);
        response.into_body().into_data_stream()
    }

    /// Sends it, and leaves the body of the answer to be read.
    pub(super) async fn response(self) -> Response {
        let request = self.builder.body(self.body).unwrap();
        self.router.oneshot(request).await.unwrap()
    }
}
