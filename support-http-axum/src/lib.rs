//! The support desk over HTTP: a router to mount in your axum application.
//!
//! # Mount it
//!
//! ```
//! use axum::Router;
//! use support_core::{SupportDesk, memory::MemoryStore};
//! use support_http_axum::SupportRouter;
//!
//! #[derive(Clone)]
//! struct HostState;
//!
//! let desk = SupportDesk::builder(MemoryStore::new()).build();
//! let support: Router<HostState> = SupportRouter::new(desk).build();
//! let app: Router = Router::new().nest("/help", support).with_state(HostState);
//! ```
//!
//! The router is generic over the host's state, opens no port and reads no environment. Relative to where it is nested it
//! serves `/chat/…`, `/support/…` and `/openapi.json`; chats and tickets can be mounted apart
//! ([`SupportRouter::build_chat`], [`SupportRouter::build_support`]).
//!
//! # Say who is calling
//!
//! The one thing a host brings is an [`Authenticator`]: it looks at a request and names the caller, from a session cookie,
//! a bearer token ([`JwtAuthenticator`]) or whatever the host has verified. Guests have a token for their own chat, which
//! the desk hands out and checks itself.
//!
//! # What every answer has
//!
//! Everything that is not 2xx is `application/problem+json` with a `code` from a closed list ([`Code`]), also for unknown
//! routes, panics and time-outs. Objects carry a `version` and an `ETag`, changes accept `If-Match`, and requests that
//! create accept `Idempotency-Key`.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `jwt` | | [`JwtAuthenticator`]; needs one of the next two |
//! | `jwt-rust-crypto` | yes | its cryptography from the RustCrypto crates |
//! | `jwt-aws-lc` | | its cryptography from AWS-LC |
//! | `ui` | | `SupportUi`: web pages for agents and customers, and the chat widget, embedded |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod auth;
mod dto;
mod extract;
mod layer;
mod live;
mod problem;
mod rate;
mod router;
mod serve;
mod state;
#[cfg(feature = "ui")]
mod ui;

#[cfg(feature = "jwt")]
pub use self::auth::{JwtAuthenticator, JwtError};
#[cfg(feature = "ui")]
pub use self::ui::SupportUi;
pub use self::{
    auth::{AuthError, Authenticator, GUEST_TOKEN_HEADER},
    live::{Draining, StreamConfig},
    problem::{BadField, Code, Problem},
    rate::{Limited, LocalRateLimiter, Quota, Rate, RateLimiter, RateTable, Role},
    router::SupportRouter,
    serve::Server,
};

#[cfg(all(doctest, feature = "jwt"))]
#[doc = include_str!("../../README.md")]
mod readme {}
