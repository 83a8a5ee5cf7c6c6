//! The tails of all tenants that somebody follows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
};

use super::{register::Register, signal::Sounded, tail::Tail};
use crate::{id::TenantId, memory::lock};

/// The tails of all tenants that somebody follows. A tail lives as long as a subscriber holds on to it.
#[derive(Debug, Default)]
pub(in crate::desk) struct Hub {
    register: Register,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tails: HashMap<TenantId, Weak<Tail>>,
    is_fed: bool,
}

impl Hub {
    /// The tenant's tail, a new one if nobody follows it yet.
    pub(super) fn tail(&self, tenant: &TenantId) -> Arc<Tail> {
        let mut state = lock(&self.state);
        if let Some(tail) = state.tails.get(tenant).and_then(Weak::upgrade) {
            return tail;
        }
        let tail = Arc::new(Tail::new(tenant.clone()));
        state.tails.insert(tenant.clone(), Arc::downgrade(&tail));
        tail
    }

    /// Who is typing, who looks at what and who is there.
    pub(super) const fn register(&self) -> &Register {
        &self.register
    }

    /// Tells a signal to those who follow a tenant.
    pub(super) fn sound(&self, tenant: &TenantId, sounded: Arc<Sounded>) {
        let tail = lock(&self.state).tails.get(tenant).and_then(Weak::upgrade);
        if let Some(tail) = tail {
            tail.sound(sounded);
        }
    }

    /// Whether anybody follows a tenant here.
    pub(super) fn is_followed(&self, tenant: &TenantId) -> bool {
        lock(&self.state).tails.get(tenant).is_some_and(|tail| tail.strong_count() > 0)
    }

    /// Forgets what a tenant's events were about.
    pub(in crate::desk) fn forget(&self, tenant: &TenantId) {
        self.register.forget(tenant);
        let tail = lock(&self.state).tails.get(tenant).and_then(Weak::upgrade);
        if let Some(tail) = tail {
            tail.forget();
        }
    }

    /// Takes on feeding the tails, unless somebody does.
    pub(super) fn claim(&self) -> bool {
        let mut state = lock(&self.state);
        !std::mem::replace(&mut state.is_fed, true)
    }

    /// Gives up feeding the tails.
    pub(super) fn unclaim(&self) {
        lock(&self.state).is_fed = false;
    }

    /// The tails to feed.
    pub(super) fn tails(&self) -> Vec<Arc<Tail>> {
        lock(&self.state).tails()
    }

    /// The tails to feed. When there are none any more that is known to whoever comes next, who feeds theirs anew.
    pub(super) fn tails_or_unclaim(&self) -> Option<Vec<Arc<Tail>>> {
        let mut state = lock(&self.state);
        let tails = state.tails();
        state.is_fed = !tails.is_empty();
        state.is_fed.then_some(tails)
    }
}

impl State {
    fn tails(&mut self) -> Vec<Arc<Tail>> {
        self.tails.retain(|_, tail| tail.strong_count() > 0);
        self.tails.values().filter_map(Weak::upgrade).collect()
    }
}
