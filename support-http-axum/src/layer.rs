//! What happens to every request and every answer, whichever route it takes.

use std::any::Any;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    problem::{Code, MEDIA_TYPE, Problem},
    state::AppState,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer but for those that add headers: names the request, bounds its time, and writes out what went wrong.
pub(crate) async fn outermost(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let request_id = request_id(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let answered = tokio::time::timeout(app.request_timeout, next.run(request)).await;
    let response = answered.unwrap_or_else(|_| Problem::new(Code::TimedOut).retry_after(1).into_response());

    let mut response = match problem_of(response) {
        Ok(response) => response,
        Err(failed) => {
            let (problem, headers) = *failed;
            if let Some(source) = problem.source() {
                let route = route.as_deref().unwrap_or_default();
                let code = problem.code().as_str();
                tracing::error!(request_id, %method, route, code, error = %source, cause = %causes(source), "request failed");
            }
            let mut response = problem.render(&request_id);
            for (name, value) in &headers {
                response.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
            response
        }
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    response
}

/// The headers that every answer has, a preflight's too.
pub(crate) async fn common_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What lies behind an error, down to what the database said. Values that were written are never part of it.
fn causes(error: &(dyn std::error::Error + Send + Sync)) -> String {
    let chain = std::iter::successors(error.source(), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The problem behind an answer that is not 2xx, also behind one that somebody else made, and the headers that go
/// with it, such as `Allow`.
fn problem_of(mut response: Response) -> Result<Response, Box<(Problem, HeaderMap)>> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Err(Box::new((problem, HeaderMap::new())));
    }
    let status = response.status();
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == MEDIA_TYPE);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let mut headers = std::mem::take(response.headers_mut());
    for described in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
        headers.remove(described);
    }
    Err(Box::new((Problem::new(Code::of_status(status)), headers)))
}

/// The id that a proxy gave the request, if it is one that a log can hold, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    given.filter(plain).map_or_else(new_request_id, str::to_owned)
}

#[expect(clippy::disallowed_methods, reason = "names a line of the log, not an object of the desk")]
fn new_request_id() -> String {
    Uuid::now_v7().to_string()
}

/// A handler that panicked hurts its own request only.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Problem::new(Code::Internal).caused_by(format!("a handler panicked: {text}")).into_response()
}

/// No route leads here.
pub(crate) async fn unknown_route() -> Problem {
    Code::NotFound.into()
}
