//! Every answer that is not 2xx: `application/problem+json` (RFC 9457).

mod table;

use std::{error::Error as StdError, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use support_core::{FieldError, bot::Diagnostic, text::Rejection};

pub use self::table::Code;
pub(crate) use self::table::unauthenticated;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that is not 2xx, before it is written out.
///
/// Its text comes from a closed list; what a lower layer said goes to the log, never to the client (S-46).
#[derive(Debug, Clone)]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    errors: Vec<BadField>,
    members: Vec<(&'static str, serde_json::Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// One refused field: where it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BadField {
    /// A JSON pointer into the body, or the query parameter's or header's name behind a slash.
    #[schema(example = "/guest_email")]
    pointer: String,
    /// A stable code in `snake_case`.
    #[schema(example = "invalid_email")]
    code: &'static str,
    /// The same for people. Never holds the value.
    detail: String,
    /// The place within a text that is checked line by line, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// The same in characters of the line, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl BadField {
    /// Names a field and why it was refused.
    pub(crate) fn new(field: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: format!("/{field}"), code, detail: detail.into(), line: None, column: None }
    }

    /// Says that the body as a whole is not what is expected.
    pub(crate) fn whole_body(detail: &str) -> Self {
        Self { pointer: String::new(), ..Self::new("", "invalid_type", detail) }
    }

    /// Names a field that the domain refused.
    pub(crate) fn rejected(field: &str, rejection: &Rejection) -> Self {
        Self::new(field, rejection.code(), rejection.to_string())
    }

    /// Names a place in a knowledge base and what is wrong there.
    pub(crate) fn in_knowledge_base(found: &Diagnostic) -> Self {
        let place = Self::new("text", "invalid_knowledge_base", found.message.as_str());
        Self { line: Some(found.line), column: Some(found.column), ..place }
    }
}

impl BadField {
    /// Puts the object that the field is in before its name.
    pub(crate) fn nest(&mut self, object: &str) {
        self.pointer.insert_str(0, &format!("/{object}"));
    }
}

impl From<&FieldError> for BadField {
    fn from(error: &FieldError) -> Self {
        Self::rejected(&error.field, &error.rejection)
    }
}

impl Problem {
    /// A problem with nothing more to say than its code does.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            members: Vec::new(),
            headers: Vec::new(),
            source: None,
        }
    }

    /// A request with bad fields, all of them named.
    pub(crate) fn invalid(errors: Vec<BadField>) -> Self {
        Self { errors, ..Self::new(Code::Validation) }
    }

    /// Says more to the client.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a member for programs.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Tells the client when to come back, in whole seconds.
    #[must_use]
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// Keeps what the log should know.
    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// The code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What the log should know.
    pub(crate) fn source(&self) -> Option<&(dyn StdError + Send + Sync)> {
        self.source.as_deref()
    }

    /// The answer as it goes out. In handlers of the desk's router this is done by the router.
    pub fn render(&self, request_id: &str) -> Response {
        let body = self.body(Some(request_id));
        let mut response = (self.code.status(), Body::from(body.to_string())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        response
    }

    /// The document, also for where there is no request to be named.
    pub(crate) fn body(&self, request_id: Option<&str>) -> serde_json::Value {
        let mut body = serde_json::json!({
            "type": format!("/problems/{}", self.code.slug()),
            "title": self.code.title(),
            "status": self.code.status().as_u16(),
            "detail": self.detail.as_deref().unwrap_or(self.code.title()),
            "code": self.code.as_str(),
        });
        if let Some(request_id) = request_id {
            body["request_id"] = request_id.into();
        }
        if self.code == Code::Validation {
            body["errors"] = serde_json::json!(self.errors);
        }
        for (name, value) in &self.members {
            body[*name] = value.clone();
        }
        body
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl IntoResponse for Problem {
    /// Leaves the problem for the outermost layer, which knows the request's id, to write out.
    fn into_response(self) -> Response {
        let mut response = StatusCode::into_response(self.code.status());
        response.extensions_mut().insert(self);
        response
    }
}

/// The shape of every answer that is not 2xx, for the API's description.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemSchema {
    /// A stable URI reference.
    #[serde(rename = "type")]
    #[schema(example = "/problems/validation")]
    kind: String,
    /// What kind of problem it is, for people.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request, for people.
    detail: String,
    /// What kind of problem it is, for programs.
    code: Code,
    /// Every refused field; with `validation` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<BadField>>,
    /// Names the request in the log; also in `X-Request-Id`.
    request_id: String,
    /// The status a ticket has; with `transition_not_allowed` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The status that was asked for; with `transition_not_allowed` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The version the object has now; with `stale_version` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// The chat's ticket; with `ticket_exists` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_id: Option<uuid::Uuid>,
    /// The field; with `forbidden_field` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}
