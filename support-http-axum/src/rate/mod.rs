//! How often a caller may do what.

mod local;
mod table;

use std::{net::IpAddr, time::Duration};

use async_trait::async_trait;
use support_core::access::{Identity, Principal};

pub(crate) use self::table::defaults;
pub use self::{
    local::LocalRateLimiter,
    table::{Quota, Rate, RateTable},
};
use crate::problem::{Code, Problem};

/// Counts requests. A host with many instances plugs in a shared one.
#[async_trait]
pub trait RateLimiter: Send + Sync + std::fmt::Debug {
    /// Counts one request of `caller` against a quota.
    ///
    /// # Errors
    /// [`Limited`] if the quota is used up.
    async fn check(&self, rate: Rate, quota: Quota, caller: &str) -> Result<(), Limited>;

    /// Whether `caller` was refused and still would be. Asked for open streams, which end then; counts nothing. A
    /// limiter that cannot tell says no.
    fn held_back(&self, rate: Rate, caller: &str) -> Option<Limited> {
        let _ = (rate, caller);
        None
    }
}

/// A quota is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "limiters build it")]
pub struct Limited {
    /// After which time the next request is let through.
    pub retry_after: Duration,
}

impl From<Limited> for Problem {
    fn from(limited: Limited) -> Self {
        let seconds = limited.retry_after.as_secs_f64().ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a short time in whole seconds"
        )]
        Self::new(Code::RateLimited).retry_after(seconds as u64)
    }
}

/// In which role somebody calls, for what they may do how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a table of rates must answer for each")]
pub enum Role {
    /// Nobody was named.
    Anonymous,
    /// The holder of a guest's token.
    Guest,
    /// A customer whom the host knows.
    User,
    /// Staff.
    Admin,
}

impl Role {
    /// The role of a caller.
    pub const fn of(principal: &Principal) -> Self {
        match principal.identity {
            Identity::Anonymous => Self::Anonymous,
            Identity::Guest { .. } => Self::Guest,
            Identity::User(_) => Self::User,
            Identity::Agent(_) | Identity::System => Self::Admin,
        }
    }
}

/// By what a caller is counted: who they are, or else where they come from.
pub(crate) fn counted_as(principal: &Principal, address: Option<IpAddr>) -> String {
    match principal.key() {
        Some(key) => format!("{}/{key}", principal.tenant),
        None => network(address),
    }
}

/// An address, or the network of one that its holder changes at will: the /64 of IPv6.
pub(crate) fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => std::net::Ipv6Addr::from(v6.to_bits() & (!0 << 64)).to_string(),
    }
}
