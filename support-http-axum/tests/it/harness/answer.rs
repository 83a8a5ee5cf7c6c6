//! What came back.

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use http_body_util::BodyExt as _;
use serde_json::Value;

/// What came back, and what every answer must have.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Reads all of an answer.
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Self::new(parts.status, parts.headers, &body)
    }

    fn new(status: StatusCode, headers: HeaderMap, body: &[u8]) -> Self {
        let answer = Self { status, headers, text: String::from_utf8(body.to_vec()).unwrap() };
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.header("x-request-id").is_empty());
        answer
    }

    /// A header, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of an answer that must have this status.
    #[track_caller]
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_str(&self.text).unwrap()
    }

    /// The problem that an answer must be.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text);
        let problem: Value = serde_json::from_str(&self.text).unwrap();
        let (got_status, got_code) = (self.status.as_u16(), problem["code"].as_str().unwrap());
        assert_eq!((got_status, got_code), (status, code), "{}", self.text);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{}", code.replace('_', "-")));
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem
    }

    /// The refused fields of an answer that must be a 422: pointers with their codes, in order.
    #[track_caller]
    pub(crate) fn refused(&self) -> Vec<(String, String)> {
        let problem = self.problem(422, "validation");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = problem["errors"].as_array().unwrap().iter();
        let mut refused: Vec<_> = errors.map(|e| (text(&e["pointer"]), text(&e["code"]))).collect();
        refused.sort();
        refused
    }
}

/// Refused fields as a test writes them, in the order of [`Answer::refused`].
pub(crate) fn fields(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut expected: Vec<_> =
        expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
    expected.sort();
    expected
}
