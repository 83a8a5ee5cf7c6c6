//! Ids in paths.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use support_core::{id::SessionId, ticket::TicketKey};

use crate::problem::{Code, Problem};

/// An id as it stands in the path. Bytes that are no text are no id, which is found out when ids are looked at: after
/// size, credential and rate.
pub(crate) struct Id(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(text.map(|Path(text)| text).unwrap_or_default()))
    }
}

/// A session's id and a message's `seq` as they stand in the path.
pub(crate) struct MessagePath {
    id: String,
    seq: String,
}

impl<S: Send + Sync> FromRequestParts<S> for MessagePath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, seq) = path.map(|Path(path)| path).unwrap_or_default();
        Ok(Self { id, seq })
    }
}

impl MessagePath {
    /// What the path names. What is no id, or no `seq`, is nobody's.
    pub(crate) fn read(&self) -> Result<(SessionId, u64), Problem> {
        let id = session_id(&self.id)?;
        // A number has one form here, as an id has.
        let seq = self.seq.parse().ok().filter(|seq: &u64| *seq > 0 && seq.to_string() == self.seq);
        Ok((id, seq.ok_or(Code::NotFound)?))
    }
}

/// A session's id from the path. What is no id is nobody's.
pub(crate) fn session_id(text: &str) -> Result<SessionId, Problem> {
    hyphenated(text).and_then(|text| text.parse().ok()).ok_or_else(|| Code::NotFound.into())
}

/// A ticket's id or number from the path.
pub(crate) fn ticket_key(text: &str) -> Result<TicketKey, Problem> {
    let id = hyphenated(text).and_then(|text| text.parse().ok()).map(TicketKey::Id);
    id.or_else(|| text.parse().ok().map(TicketKey::Number)).ok_or_else(|| Code::NotFound.into())
}

/// An id has one form; others that a UUID parser takes would be other names of one object.
fn hyphenated(text: &str) -> Option<&str> {
    (text.len() == 36).then_some(text)
}
