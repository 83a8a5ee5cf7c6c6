//! The numbers.

use std::{num::NonZeroU32, time::Duration};

use super::Role;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rate {
    /// Any request.
    Requests,
    /// Beginning a chat.
    StartSession,
    /// Sending a message.
    Send,
    /// Talking to the bot in one call.
    Bot,
    /// Opening a ticket.
    CreateTicket,
    /// Opening a ticket, over the day.
    CreateTicketDaily,
    /// Rating a chat.
    RateSession,
    /// Reading figures.
    Stats,
    /// Changing what the bot knows.
    TeachBot,
    /// Showing a credential that is not valid.
    BadCredential,
}

impl Rate {
    /// A stable name, for shared limiters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::StartSession => "start_session",
            Self::Send => "send",
            Self::Bot => "bot",
            Self::CreateTicket => "create_ticket",
            Self::CreateTicketDaily => "create_ticket_daily",
            Self::RateSession => "rate_session",
            Self::Stats => "stats",
            Self::TeachBot => "teach_bot",
            Self::BadCredential => "bad_credential",
        }
    }
}

/// So many in so much time, and so many of them at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "hosts build it")]
pub struct Quota {
    /// How many.
    pub count: NonZeroU32,
    /// In how much time.
    pub per: Duration,
    /// How many at once.
    pub burst: NonZeroU32,
}

impl Quota {
    /// `count` in `per`, all of them at once if need be. `None` for no request at all, which no quota can say.
    pub const fn new(count: u32, per: Duration) -> Option<Self> {
        Self::with_burst(count, per, count)
    }

    /// `count` in `per`, and at most `burst` at once.
    pub const fn with_burst(count: u32, per: Duration, burst: u32) -> Option<Self> {
        match (NonZeroU32::new(count), NonZeroU32::new(burst)) {
            (Some(count), Some(burst)) => Some(Self { count, per, burst }),
            _ => None,
        }
    }
}

/// Which quota holds for whom; absent means none.
pub type RateTable = fn(Rate, Role) -> Option<Quota>;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The product's own numbers. Staff is not held back from beginning chats and opening tickets for others.
pub(crate) fn defaults(rate: Rate, role: Role) -> Option<Quota> {
    match (rate, role) {
        (Rate::Requests, Role::Anonymous | Role::Guest) => Quota::new(300, MINUTE),
        (Rate::Requests, Role::User) => Quota::new(600, MINUTE),
        (Rate::Requests, Role::Admin) => Quota::new(1_200, MINUTE),
        (Rate::Send, Role::Anonymous | Role::Guest) => Quota::new(20, MINUTE),
        (Rate::Send, Role::User) => Quota::new(40, MINUTE),
        (Rate::Send, Role::Admin) => Quota::new(300, MINUTE),
        (Rate::StartSession | Rate::CreateTicket | Rate::CreateTicketDaily, Role::Admin) => None,
        (Rate::StartSession, _) => Quota::with_burst(10, HOUR, 5),
        (Rate::CreateTicket, _) => Quota::with_burst(10, HOUR, 3),
        (Rate::CreateTicketDaily, _) => Quota::new(50, DAY),
        (Rate::Bot, _) => Quota::new(20, MINUTE),
        (Rate::RateSession, _) => Quota::new(10, HOUR),
        (Rate::Stats, _) => Quota::new(30, MINUTE),
        (Rate::TeachBot, _) => Quota::with_burst(60, HOUR, 10),
        (Rate::BadCredential, _) => Quota::new(20, Duration::from_secs(600)),
    }
}
