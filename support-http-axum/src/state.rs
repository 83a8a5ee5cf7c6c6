//! What every handler works with.

use std::{net::IpAddr, sync::Arc, time::Duration};

use ipnet::IpNet;
use support_core::{SupportDesk, access::Principal};

use crate::{
    auth::Authenticator,
    problem::Problem,
    rate::{Rate, RateLimiter, RateTable, Role, counted_as, network},
};

/// The router's own state; the host's stays the host's.
#[derive(Clone)]
pub(crate) struct AppState(Arc<App>);

impl AppState {
    pub(crate) fn new(app: App) -> Self {
        Self(Arc::new(app))
    }
}

impl std::ops::Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

pub(crate) struct App {
    pub(crate) desk: SupportDesk,
    pub(crate) authenticator: Option<Arc<dyn Authenticator>>,
    pub(crate) rates: Option<Rates>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) request_timeout: Duration,
    /// How long a message's sender waits for the bot.
    pub(crate) bot_head_start: Duration,
}

/// How often callers may do what, and who counts.
pub(crate) struct Rates {
    pub(crate) limiter: Arc<dyn RateLimiter>,
    pub(crate) table: RateTable,
}

impl App {
    /// Counts a request against the quotas that hold for this caller.
    pub(crate) async fn count(
        &self,
        rates: &[Rate],
        principal: &Principal,
        address: Option<IpAddr>,
    ) -> Result<(), Problem> {
        let Some(limits) = &self.rates else { return Ok(()) };
        let role = Role::of(principal);
        let caller = counted_as(principal, address);
        for rate in rates {
            if let Some(quota) = (limits.table)(*rate, role) {
                limits.limiter.check(*rate, quota, &caller).await?;
            }
        }
        Ok(())
    }

    /// Counts a bad credential; who shows too many is told to wait instead of being told that it is bad.
    pub(crate) async fn count_bad_credential(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        let Some(limits) = &self.rates else { return Ok(()) };
        if let Some(quota) = (limits.table)(Rate::BadCredential, Role::Anonymous) {
            limits.limiter.check(Rate::BadCredential, quota, &network(address)).await?;
        }
        Ok(())
    }
}
