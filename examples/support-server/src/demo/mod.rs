//! `--demo`: people to sign in as without a password, and a story to look at.
//!
//! For one machine alone: whoever reaches these pages can be anybody.

mod login;
mod people;
mod story;

use std::net::SocketAddr;

use axum::Router;
use support_core::store::Store;

use crate::{error::Error, secret::JwtSecret};

/// Where the pages' "Sign in" leads, relative to where the pages are.
pub(crate) const SIGN_IN: &str = "../demo/login";

/// The product that the demo pretends to be about.
pub(crate) const NAME: &str = "Northlane";

/// Refuses to be reached from other machines.
pub(crate) fn require_loopback(address: SocketAddr) -> Result<(), Error> {
    if address.ip().is_loopback() { Ok(()) } else { Err(Error::DemoInPublic(address)) }
}

/// Tells the story, if the desk is empty.
pub(crate) async fn prepare(store: impl Store + 'static) -> Result<(), Error> {
    story::tell(store).await.map_err(Error::Demo)
}

/// The log-in.
pub(crate) fn routes(secret: JwtSecret) -> Router {
    login::routes(secret)
}
