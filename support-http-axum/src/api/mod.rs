//! The routes: each handler asks the desk and decides nothing itself.

pub(crate) mod chat;
pub(crate) mod openapi;
pub(crate) mod support;
mod transcript;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::extract::etag;

/// An object with its version as `ETag`.
pub(crate) fn versioned(status: StatusCode, version: u64, object: impl Serialize) -> Response {
    (status, [(header::ETAG, etag(version))], Json(object)).into_response()
}

/// A new object, with its version and its address.
pub(crate) fn created(location: String, version: u64, object: impl Serialize) -> Response {
    ([(header::LOCATION, location)], versioned(StatusCode::CREATED, version, object)).into_response()
}
