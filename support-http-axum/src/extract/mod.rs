//! Taking requests apart: strictly, completely, and in the order that tells strangers nothing.

mod accept;
mod call;
mod client;
mod conditional;
mod fields;
mod json;
mod path;
mod query;

pub(crate) use self::{
    accept::{Media, accepted},
    call::{Asked, Call, rates},
    client::user_agent,
    conditional::{IfMatch, etag},
    fields::{BodyKind, Fields, Nothing, Read},
    path::{Id, MessagePath, session_id, ticket_key},
    query::Query,
};
