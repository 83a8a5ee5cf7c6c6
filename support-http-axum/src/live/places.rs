//! How many streams are open, by whom and from where.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use support_core::access::Principal;

use crate::{
    problem::{Code, Problem},
    rate::{Role, counted_as, network},
    state::App,
};

/// When somebody may try again who has too many streams. One of theirs may end at any time.
const RETRY_AFTER: u64 = 5;

/// How many streams are open, by caller and by address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<String, u32>>>);

/// The place of one open stream. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    keys: Vec<String>,
}

impl Places {
    /// Takes a place under each key, or under none of them.
    fn take(&self, keys: Vec<(String, u32)>) -> Option<Place> {
        let mut open = self.lock();
        if keys.iter().any(|(key, limit)| open.get(key).is_some_and(|count| count >= limit) || *limit == 0) {
            return None;
        }
        let keys: Vec<String> = keys.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            *open.entry(key.clone()).or_default() += 1;
        }
        drop(open);
        Some(Place { places: self.clone(), keys })
    }

    /// Nothing panics while it holds the lock, so that what a poisoned one guards is whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.lock();
        for key in &self.keys {
            if let Some(count) = open.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    open.remove(key);
                }
            }
        }
    }
}

impl App {
    /// Takes a place for one more stream of this caller. Where nothing is counted, streams are not either.
    pub(super) fn take_place(
        &self,
        principal: &Principal,
        address: Option<IpAddr>,
    ) -> Result<Option<Place>, Problem> {
        if self.rates.is_none() {
            return Ok(None);
        }
        let caller = format!("caller {}", counted_as(principal, address));
        let network = format!("address {}", network(address));
        let (per_caller, per_address) =
            (self.streams.per_caller(Role::of(principal)), self.streams.per_address);
        let place = self.places.take(vec![(caller, per_caller), (network, per_address)]);
        let full = || {
            Problem::new(Code::RateLimited).detail("too many event streams are open").retry_after(RETRY_AFTER)
        };
        place.map(Some).ok_or_else(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_stream_ends() {
        let places = Places::default();
        let take = |caller: &str| places.take(vec![(caller.to_owned(), 2), ("address".to_owned(), 3)]);
        let first = take("ann").unwrap();
        let _second = take("ann").unwrap();
        assert!(take("ann").is_none());
        let third = take("bob").unwrap();
        assert!(take("bob").is_none(), "the address has no more");
        drop(first);
        assert!(take("ann").is_some());
        drop(third);
        assert_eq!(places.lock().len(), 2, "nothing is kept of who has no stream");
    }
}
