//! The numbers of streams.

use std::time::Duration;

use crate::rate::Role;

/// How long streams of events live, and how many there may be. The defaults are the product's own numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamConfig {
    /// After how much silence a comment is sent, so that both ends know that the other is there: 15 seconds.
    pub heartbeat: Duration,
    /// After how long a stream is closed, give or take a tenth, for the client to come back: 30 minutes.
    pub life: Duration,
    /// How often a stream's credential is looked at again, at the latest: 4 seconds. The
    /// [`Authenticator`](crate::Authenticator) is asked that often for each open stream.
    pub recheck: Duration,
    /// Streams of one guest: 3.
    pub per_guest: u32,
    /// Streams of one user: 6.
    pub per_user: u32,
    /// Streams of one agent: 10.
    pub per_admin: u32,
    /// Streams of one address, or of one /64 of IPv6: 30.
    pub per_address: u32,
}

impl Default for StreamConfig {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(15),
            life: Duration::from_secs(30 * 60),
            recheck: Duration::from_secs(4),
            per_guest: 3,
            per_user: 6,
            per_admin: 10,
            per_address: 30,
        }
    }
}

impl StreamConfig {
    /// How many streams somebody in a role may have.
    pub(super) const fn per_caller(&self, role: Role) -> u32 {
        match role {
            Role::Anonymous | Role::Guest => self.per_guest,
            Role::User => self.per_user,
            Role::Admin => self.per_admin,
        }
    }
}
