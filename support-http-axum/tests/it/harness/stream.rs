//! An open stream of events.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt as _;
use serde_json::Value;

use super::{Answer, Caller, caller::Request};

/// Longer than anything here takes, so that a failure is one and no hang.
const FOREVER: Duration = Duration::from_secs(60 * 60 * 24);

/// An open stream of events.
pub(crate) struct EventStream {
    body: BodyDataStream,
    /// What has come and was not taken apart.
    text: String,
    /// The cursor that a client would send to resume.
    pub(crate) last_id: Option<String>,
    /// Comments seen so far.
    pub(crate) comments: Vec<String>,
}

/// An event as a client gets it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SseEvent {
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) data: Value,
}

impl Caller<'_> {
    /// Follows chats or tickets from now on.
    pub(crate) async fn follow(&self, path: &str) -> EventStream {
        self.follow_after(path, None).await
    }

    /// Follows behind what was seen last.
    pub(crate) async fn follow_after(&self, path: &str, last_id: Option<&str>) -> EventStream {
        let request = self.request(axum::http::Method::GET, path);
        match last_id {
            Some(id) => request.header("last-event-id", id).open().await.unwrap(),
            None => request.open().await.unwrap(),
        }
    }
}

impl Request {
    /// Opens a stream, or says what was answered instead.
    pub(crate) async fn open(self) -> Result<EventStream, Answer> {
        let response = self.response().await;
        if response.status() != 200 {
            return Err(Answer::read(response).await);
        }
        let headers = response.headers();
        assert_eq!(headers["content-type"], "text/event-stream");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let body = response.into_body().into_data_stream();
        let mut stream = EventStream { body, text: String::new(), last_id: None, comments: Vec::new() };
        // The first thing that is sent says where the stream begins.
        while stream.last_id.is_none() && !stream.text.contains("event:") {
            assert!(stream.read().await, "the stream ended before it began");
            stream.skip_eventless();
        }
        Ok(stream)
    }
}

impl EventStream {
    /// The next event; `None` when the stream has ended cleanly.
    pub(crate) async fn next(&mut self) -> Option<SseEvent> {
        loop {
            self.skip_eventless();
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (parse(block), rest.to_owned());
                self.text = rest;
                if event.id.is_some() {
                    self.last_id.clone_from(&event.id);
                }
                return Some(event);
            }
            if !self.read().await {
                assert_eq!(self.text, "", "the stream ended within an event");
                return None;
            }
        }
    }

    /// The next event, which there must be.
    pub(crate) async fn event(&mut self) -> SseEvent {
        self.next().await.expect("the stream has ended")
    }

    /// The names of all events until the stream ends.
    pub(crate) async fn rest(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(event) = self.next().await {
            names.push(event.name);
        }
        names
    }

    /// Reads more; `false` at the end.
    async fn read(&mut self) -> bool {
        let chunk = tokio::time::timeout(FOREVER, self.body.next()).await.expect("this takes no time");
        match chunk {
            Some(bytes) => {
                self.text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
                true
            }
            None => false,
        }
    }

    /// Takes apart what is no event: comments, with the place the stream has come to.
    fn skip_eventless(&mut self) {
        while let Some((block, rest)) = self.text.split_once("\n\n") {
            if block.lines().any(|line| line.starts_with("data:")) {
                return;
            }
            for line in block.lines() {
                match line.split_once(": ") {
                    Some(("", comment)) => self.comments.push(comment.to_owned()),
                    Some(("id", id)) => self.last_id = Some(id.to_owned()),
                    _ => panic!("{line:?} is neither a comment nor an id"),
                }
            }
            self.text = rest.to_owned();
        }
    }
}

fn parse(block: &str) -> SseEvent {
    let field = |name: &str| {
        let prefix = format!("{name}: ");
        let mut values = block.lines().filter_map(|line| line.strip_prefix(&prefix));
        let value = values.next().map(str::to_owned);
        assert_eq!(values.next(), None, "{block}");
        value
    };
    SseEvent {
        name: field("event").expect("an event has a name"),
        id: field("id"),
        data: serde_json::from_str(&field("data").expect("an event has data")).unwrap(),
    }
}
