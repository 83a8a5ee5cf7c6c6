//! The support desk over HTTP: a router to mount in your axum application.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod auth;
mod dto;
mod extract;
mod layer;
mod problem;
mod rate;
mod router;
mod serve;
mod state;

#[cfg(feature = "jwt")]
pub use self::auth::{JwtAuthenticator, JwtError};
pub use self::{
    auth::{AuthError, Authenticator, GUEST_TOKEN_HEADER},
    problem::{BadField, Code, Problem},
    rate::{Limited, LocalRateLimiter, Quota, Rate, RateLimiter, RateTable, Role},
    router::SupportRouter,
    serve::Server,
};
