//! Counting in this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use governor::{
    RateLimiter as Governor,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};

use super::{Limited, Quota, Rate, RateLimiter};

/// How many callers are remembered for one quota before those who are not held back are forgotten.
const MAX_CALLERS: usize = 50_000;

type Counter = Governor<String, HashMapStateStore<String>, DefaultClock>;

/// Counts in this process, in bounded memory. Each instance of a host with many counts for itself.
#[derive(Default)]
pub struct LocalRateLimiter {
    counters: Mutex<HashMap<(Rate, Quota), Arc<Counter>>>,
    /// Who was refused what, and until when.
    refused: Mutex<HashMap<(Rate, String), Instant>>,
}

impl LocalRateLimiter {
    fn counter(&self, rate: Rate, quota: Quota) -> Arc<Counter> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = counters.entry((rate, quota)).or_insert_with(|| Arc::new(new_counter(quota)));
        if counter.len() > MAX_CALLERS {
            counter.retain_recent();
            // All of them are held back: who floods the memory is counted anew rather than let it grow.
            if counter.len() > MAX_CALLERS {
                *counter = Arc::new(new_counter(quota));
            }
        }
        Arc::clone(counter)
    }
}

impl LocalRateLimiter {
    fn note_refused(&self, rate: Rate, caller: &str, retry_after: Duration) {
        let now = Instant::now();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() > MAX_CALLERS {
            refused.retain(|_, until| *until > now);
        }
        // Who floods the memory is not noted rather than let it grow.
        if refused.len() <= MAX_CALLERS {
            refused.insert((rate, caller.to_owned()), now + retry_after);
        }
    }
}

fn new_counter(quota: Quota) -> Counter {
    let refill = (quota.per / quota.count.get()).max(Duration::from_nanos(1));
    let cells =
        governor::Quota::with_period(refill).unwrap_or_else(|| governor::Quota::per_second(quota.count));
    Governor::new(cells.allow_burst(quota.burst), HashMapStateStore::default(), DefaultClock::default())
}

#[async_trait]
impl RateLimiter for LocalRateLimiter {
    async fn check(&self, rate: Rate, quota: Quota, caller: &str) -> Result<(), Limited> {
        let counter = self.counter(rate, quota);
        counter.check_key(&caller.to_owned()).map_err(|not_until| {
            let retry_after = not_until.wait_time_from(DefaultClock::default().now());
            self.note_refused(rate, caller, retry_after);
            Limited { retry_after }
        })
    }

    fn held_back(&self, rate: Rate, caller: &str) -> Option<Limited> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let until = refused.get(&(rate, caller.to_owned()))?;
        let retry_after = until.checked_duration_since(Instant::now())?;
        Some(Limited { retry_after })
    }
}

impl std::fmt::Debug for LocalRateLimiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalRateLimiter").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_quota_holds_for_each_caller_apart() {
        let limiter = LocalRateLimiter::default();
        let quota = Quota::with_burst(10, Duration::from_secs(3_600), 2).unwrap();
        let check = async |caller| limiter.check(Rate::StartSession, quota, caller).await;
        assert!(check("ann").await.is_ok());
        assert!(check("ann").await.is_ok());
        let limited = check("ann").await.unwrap_err();
        assert!(
            limited.retry_after > Duration::from_secs(300) && limited.retry_after <= Duration::from_secs(360)
        );
        assert!(check("bob").await.is_ok());
    }
}
