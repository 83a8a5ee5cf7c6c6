//! The desk, its bot and the model's endpoint: what a customer sees, whatever the endpoint does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod fake;
mod misbehaving;
mod scene;
mod telling;
