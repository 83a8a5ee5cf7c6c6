//! The router, asked as a client asks it: each test checks status, code and body.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod harness;
mod support_agents;
mod support_change;
mod support_create;
mod support_history;
mod support_input;
mod support_list;
mod support_openapi;
mod support_replies;
mod support_requests;
mod support_stats;
mod support_transcript;
