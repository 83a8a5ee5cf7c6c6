//! The numbers and texts a host may change.

use std::{net::IpAddr, time::Duration};

use chrono::TimeDelta;

use crate::{chat::ContactPolicy, responder::ResponderLimits};

/// The numbers and texts a host may change. The defaults are the product's rules.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeskConfig {
    /// What guests are asked for: e-mail and phone required, name optional.
    pub contact: ContactPolicy,
    /// How long after its close a customer's reply reopens a ticket: 14 days. A later one opens a follow-up.
    pub ticket_reopen_window: TimeDelta,
    /// How long after its close a customer's message reopens a chat: 30 minutes.
    pub session_reopen_window: TimeDelta,
    /// After which silence of the customer [`tick`](crate::SupportDesk::tick) closes a chat: 30 minutes.
    pub session_idle_after: TimeDelta,
    /// How long a rating can be changed: 7 days.
    pub rating_window: TimeDelta,
    /// How long the bot may think before a human takes over: 5 seconds.
    pub bot_time_limit: Duration,
    /// How long a [`Responder`](crate::responder::Responder) may take, how much it may say and how often it is asked.
    pub responder: ResponderLimits,
    /// After which time [`tick`](crate::SupportDesk::tick) has the bot answer a message that it missed, because the
    /// process ended or the caller went away: 10 seconds.
    pub bot_missed_after: TimeDelta,
    /// How often the store is asked for events while it says of itself that there are none, because another process
    /// may have written some: 250 milliseconds.
    pub event_poll: Duration,
    /// How long an [`EventSink`](crate::event::EventSink) may take for one delivery before it counts as failed:
    /// 10 seconds. The same in all processes of a desk, which go by it to tell whether another one has ended.
    pub hook_time_limit: Duration,
    /// How often an event that an [`EventSink`](crate::event::EventSink) fails on is told to it, before it becomes a
    /// dead letter and those behind it come next: 12 times. With the waits below that takes about 27 minutes.
    pub hook_attempts: u32,
    /// How long to wait after the first of these failures: 1 second. Twice as long after each further one, and up to half
    /// of it less, at random.
    pub hook_first_retry: Duration,
    /// The longest wait between two of these attempts: 10 minutes.
    pub hook_last_retry: Duration,
    /// How long the first answer to an idempotency key is kept: 24 hours.
    pub idempotency_retention: TimeDelta,
    /// How long events are kept for readers that come back; `None` for ever. 24 hours, and until every
    /// [`EventSink`](crate::event::EventSink) of this desk has taken them.
    pub event_retention: Option<TimeDelta>,
    /// How long events that no [`EventSink`](crate::event::EventSink) took are kept as dead letters; `None` for ever.
    /// 30 days.
    pub dead_letter_retention: Option<TimeDelta>,
    /// How long traces and unanswered questions are kept; `None` for ever, as by default.
    pub bot_log_retention: Option<TimeDelta>,
    /// How long archived chats without a ticket are kept; `None` for ever, as by default.
    pub archived_session_retention: Option<TimeDelta>,
    /// How much of a customer's IP address is kept: the network only.
    pub ip_addresses: IpAddresses,
    /// What the desk itself says.
    pub texts: DeskTexts,
}

impl Default for DeskConfig {
    fn default() -> Self {
        Self {
            contact: ContactPolicy::default(),
            ticket_reopen_window: TimeDelta::days(14),
            session_reopen_window: TimeDelta::minutes(30),
            session_idle_after: TimeDelta::minutes(30),
            rating_window: TimeDelta::days(7),
            bot_time_limit: Duration::from_secs(5),
            responder: ResponderLimits::default(),
            bot_missed_after: TimeDelta::seconds(10),
            event_poll: Duration::from_millis(250),
            hook_time_limit: Duration::from_secs(10),
            hook_attempts: 12,
            hook_first_retry: Duration::from_secs(1),
            hook_last_retry: Duration::from_secs(600),
            idempotency_retention: TimeDelta::hours(24),
            event_retention: Some(TimeDelta::hours(24)),
            dead_letter_retention: Some(TimeDelta::days(30)),
            bot_log_retention: None,
            archived_session_retention: None,
            ip_addresses: IpAddresses::Network,
            texts: DeskTexts::default(),
        }
    }
}

/// How much of a customer's IP address is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IpAddresses {
    /// The network: 24 bits of an IPv4 address, 48 of an IPv6 one.
    #[default]
    Network,
    /// All of it.
    Whole,
    /// Nothing.
    Nothing,
}

impl IpAddresses {
    /// What is kept of an address.
    pub fn keep(self, address: IpAddr) -> Option<IpAddr> {
        match (self, address.to_canonical()) {
            (Self::Nothing, _) => None,
            (Self::Whole, address) => Some(address),
            (Self::Network, IpAddr::V4(v4)) => Some(IpAddr::V4((v4.to_bits() & !0xFF).into())),
            (Self::Network, IpAddr::V6(v6)) => Some(IpAddr::V6((v6.to_bits() & (!0 << 80)).into())),
        }
    }
}

/// What the desk itself says in chats and threads. `{name}` and `{number}` stand for the agent and the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeskTexts {
    /// The chat waits for an agent, and somebody is there.
    pub handed_off: String,
    /// The chat waits for an agent, and nobody takes conversations now.
    pub handed_off_away: String,
    /// An agent took the chat.
    pub joined: String,
    /// The agent gave the chat back to the queue.
    pub left: String,
    /// An agent gave the chat back to the bot.
    pub returned: String,
    /// The bot failed, and the chat waits for an agent.
    pub bot_failed: String,
    /// A reply to a ticket that was closed too long ago opened another one.
    pub follow_up: String,
    /// The subject of a ticket made from a chat in which nothing was said.
    pub chat_subject: String,
}

impl Default for DeskTexts {
    fn default() -> Self {
        Self {
            handed_off: "A person from our team will answer here. Please stay in this chat.".to_owned(),
            handed_off_away:
                "Nobody from our team is here right now. Your messages are kept, and a person will answer in \
                              this chat as soon as somebody is back."
                    .to_owned(),
            joined: "{name} joined the chat.".to_owned(),
            left: "The chat is waiting for another person from our team.".to_owned(),
            returned: "The bot answers here again. Ask for a human at any time.".to_owned(),
            bot_failed: "Sorry, I cannot answer right now. A person from our team will answer here."
                .to_owned(),
            follow_up: "This ticket is closed. Your reply opened {number}, where we go on.".to_owned(),
            chat_subject: "Chat".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_network_of_an_address_is_kept() {
        let keep = |text: &str| IpAddresses::default().keep(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(keep("203.0.113.77"), "203.0.113.0");
        assert_eq!(keep("2001:db8:1:2:3::4"), "2001:db8:1::");
        assert_eq!(keep("::ffff:203.0.113.77"), "203.0.113.0");
        assert_eq!(IpAddresses::Nothing.keep("203.0.113.77".parse().unwrap()), None);
    }
}
