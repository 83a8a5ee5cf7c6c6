//! How much of a responder there may be.

use std::time::Duration;

use chrono::TimeDelta;

/// How long a [`Responder`](super::Responder) may take, how much it may say, and how often it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponderLimits {
    /// How long it may take together with the search for passages: 6 seconds. The HTTP adapter gives up on a request
    /// after 10, of which the bot may have had some.
    pub time_limit: Duration,
    /// The longest answer that is shown, in characters: 1,200. A longer one is refused, not cut: the end of a sentence
    /// may be what makes it true.
    pub max_length: usize,
    /// How many passages it gets: the first 6.
    pub max_passages: usize,
    /// How often it is asked in one conversation within a period: 10 times.
    pub per_session: u32,
    /// How often it is asked in all conversations within a period: 1,000 times.
    pub per_period: u32,
    /// How long a period is: a day. It begins with the first question after the last one ended, by the desk's clock.
    ///
    /// Questions are counted in the process: several processes have a budget each, and one that starts again begins
    /// anew.
    pub period: TimeDelta,
}

impl Default for ResponderLimits {
    fn default() -> Self {
        Self {
            time_limit: Duration::from_secs(6),
            max_length: 1_200,
            max_passages: 6,
            per_session: 10,
            per_period: 1_000,
            period: TimeDelta::days(1),
        }
    }
}
