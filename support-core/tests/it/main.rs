//! What the desk does, whoever calls it: its rules and promises, on the store in memory.
//!
//! Each test is named after the fact it holds the desk to; `r_..` and `s_..` are the promises of the security page.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agents;
mod bot_knowledge;
mod bot_turn;
mod chats;
mod concurrency;
mod converse;
mod convert;
mod events;
mod futures;
mod handoff;
mod hooks;
mod idempotency;
mod live;
mod live_cost;
mod live_line;
mod live_signals;
mod messages;
mod people;
mod policy;
mod rating;
mod regressions;
mod responder;
mod scope;
mod scripted_bot;
mod scripted_responder;
mod tick;
mod ticket_fields;
mod ticket_lifecycle;
mod ticket_lists;
mod ticket_replies;
mod ticket_stats;
mod unread;
mod vanishing;
mod world;
