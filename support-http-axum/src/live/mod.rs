//! Live events: server-sent events that lose nothing.
//!
//! A stream is a [`Subscription`](support_core::desk::live::Subscription) and a few timers. What it sends was written
//! once for all streams that are shown the same.

mod config;
mod draining;
mod frame;
mod kept;
mod line;
mod places;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use support_core::{SupportDesk, access::Principal, desk::live::Topic};

pub(crate) use self::places::Places;
pub use self::{config::StreamConfig, draining::Draining};
use self::{
    kept::kept,
    line::{Line, Step},
};
use crate::{extract::Call, problem::Problem, state::AppState};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Opens a stream of what happens, once the caller may have it: every refusal is an answer, not an event (S-16).
pub(crate) async fn open(app: AppState, parts: Parts, call: Call, topic: Topic) -> Result<Response, Problem> {
    app.desk.authorize_following(&call.principal, topic)?;
    call.no_query(std::future::ready(Ok(()))).await?;
    let place = app.take_place(&call.principal, call.address)?;
    let after = last_event_id(&call.headers);
    let subscription = app.desk.subscribe(&call.principal, topic, after).await?;
    feed(&app.desk);

    // In a box, because it is handed on with each frame.
    let line = Box::new(Line::new(app, kept(parts), call.address, subscription, place));
    let frames = stream::unfold(Some(line), async |line| {
        let mut line = line?;
        let step = line.step().await;
        let (frame, line) = match step {
            Step::Next(frame) => (frame, Some(line)),
            Step::Last(frame) => (frame, None),
        };
        Some((Ok::<_, std::convert::Infallible>(frame), line))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // Events that wait in a proxy for more are late.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}

/// The cursor of the event that the client saw last. What is no text is no cursor of ours.
fn last_event_id(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(LAST_EVENT_ID)?;
    Some(value.to_str().unwrap_or("?")).filter(|text| !support_core::text::is_blank(text))
}

/// Has a task feed the desk's subscriptions, unless one does.
fn feed(desk: &SupportDesk) {
    if let Some(feed) = desk.feed() {
        tokio::spawn(feed);
    }
}

/// Whether two credentials name the same caller in the same role.
fn is_same_caller(one: &Principal, other: &Principal) -> bool {
    (&one.tenant, one.key()) == (&other.tenant, other.key())
}
