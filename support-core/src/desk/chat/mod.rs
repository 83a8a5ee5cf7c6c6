//! Use cases of chats.

mod bot_turn;
pub(in crate::desk) mod briefing;
mod command;
mod converse;
mod convert;
mod edit;
mod handoff;
mod manage;
mod message;
mod rate;
mod read;
mod respond;
mod start;

pub use self::command::{
    BotReply, Converse, Conversed, NewMessage, NewRating, NewSession, SentMessage, StartedSession,
    TicketFromChat,
};
pub(in crate::desk) use self::respond::Grounded;
