//! The router, asked as a client asks it: each test checks status, code and body.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
mod stores;

mod bot_answers;
mod bot_knowledge;
mod bot_trace;
mod chat_bot;
mod chat_input;
mod chat_list;
mod chat_manage;
mod chat_messages;
mod chat_rate;
mod chat_start;
mod chat_ticket;
mod control_characters;
mod credentials;
mod failures;
mod guests;
mod harness;
mod hidden;
mod idempotency;
mod limits;
mod live_access;
mod live_ends;
mod live_events;
mod live_resume;
mod live_signals;
mod live_sockets;
mod live_wake;
mod logs;
mod mounting;
mod regressions;
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
mod versions;
