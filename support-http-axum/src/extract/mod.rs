//! Taking requests apart: strictly, completely, and in the order that tells strangers nothing.

mod accept;
mod call;
mod client;
mod conditional;
mod fields;
mod json;
mod query;

pub(crate) use self::{
    accept::{Media, accepted},
    call::{Asked, Call, rates, session_id, ticket_key},
    client::user_agent,
    conditional::{IfMatch, etag},
    fields::{BodyKind, Fields, Nothing, Read},
    query::Query,
};
