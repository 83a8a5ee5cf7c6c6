//! Use cases of tickets.

mod change;
mod command;
mod create;
mod edit;
mod read;
mod reply;

pub use self::command::{NewReply, NewTicket, Replied, ReplyKind, TicketChange, TicketField, Transcript};
pub(in crate::desk) use self::{create::Links, read::absent_is_none};
