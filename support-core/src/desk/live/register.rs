//! Who is typing, who looks at what and who is there, in the memory of this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;

use super::{
    load::Subject,
    signal::{Doing, Signal, SignalSubject, Sounded},
};
use crate::{
    id::{TenantId, UserId},
    memory::lock,
    person::Availability,
    time::Timestamp,
};

/// After which time without another word somebody is typing no more.
const TYPING: TimeDelta = TimeDelta::seconds(6);

/// After which time without another word somebody looks at something no more, or is gone.
const PRESENCE: TimeDelta = TimeDelta::seconds(60);

/// How many people are remembered at most. Who floods the memory is not noted rather than let it grow.
const MAX_NOTED: usize = 50_000;

/// Who is typing, who looks at what and who is there. Nothing of it is stored, and all of it ends by itself.
#[derive(Debug, Default)]
pub(super) struct Register {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    noted: HashMap<(TenantId, What, String), Noted>,
    /// What agents said of themselves, until they say otherwise.
    by_hand: HashMap<(TenantId, UserId), Availability>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Typing(SignalSubject),
    Viewing(SignalSubject),
    Present,
}

#[derive(Debug)]
struct Noted {
    sounded: Arc<Sounded>,
    until: Timestamp,
}

impl Register {
    /// Notes a signal. Returns it if somebody is to be told.
    pub(super) fn note(
        &self,
        tenant: &TenantId,
        signal: Signal,
        subject: Option<Arc<Subject>>,
        now: Timestamp,
    ) -> Option<Arc<Sounded>> {
        let mut state = lock(&self.state);
        let (what, doing, lasts) = match &signal {
            Signal::Typing { subject, doing, .. } => (What::Typing(*subject), *doing, TYPING),
            Signal::Viewing { subject, doing, .. } => (What::Viewing(*subject), *doing, PRESENCE),
            Signal::Present { who, availability, doing } => {
                if let (Some(id), Some(availability)) = (&who.id, availability) {
                    state.by_hand.insert((tenant.clone(), id.clone()), *availability);
                }
                (What::Present, *doing, PRESENCE)
            }
        };
        let signal = state.with_what_was_said(tenant, signal);
        let key = (tenant.clone(), what, signal.who().key.clone());
        let sounded = Arc::new(Sounded { signal, subject });
        let before = match doing {
            Doing::NoMore => state.noted.remove(&key),
            Doing::Now if state.noted.len() >= MAX_NOTED && !state.noted.contains_key(&key) => return None,
            Doing::Now => {
                let noted = Noted { sounded: Arc::clone(&sounded), until: now + lasts };
                state.noted.insert(key, noted)
            }
        };
        // Who goes on typing is told of again and again, for a listener forgets as fast as this does.
        let is_news = match (doing, &before, what) {
            (Doing::Now, _, What::Typing(_)) => true,
            (Doing::Now, Some(before), _) => before.sounded.signal != sounded.signal,
            (Doing::Now, None, _) => true,
            (Doing::NoMore, before, _) => before.is_some(),
        };
        is_news.then_some(sounded)
    }

    /// Ends what nobody has renewed, and returns what is to be told of that.
    pub(super) fn expire(&self, now: Timestamp) -> Vec<(TenantId, Arc<Sounded>)> {
        let mut state = lock(&self.state);
        let over = state.noted.extract_if(|_, noted| noted.until < now);
        over.map(|((tenant, ..), noted)| (tenant, Arc::new(noted.sounded.ended()))).collect()
    }

    /// What goes on at a tenant's desk now, for somebody who has just come.
    pub(super) fn list(&self, tenant: &TenantId, now: Timestamp) -> Vec<Arc<Sounded>> {
        let state = lock(&self.state);
        let noted = state.noted.iter().filter(|((at, ..), noted)| at == tenant && noted.until >= now);
        noted.map(|(_, noted)| Arc::clone(&noted.sounded)).collect()
    }

    /// Whether an agent takes conversations; `None` for one who is not there.
    pub(super) fn availability(
        &self,
        tenant: &TenantId,
        key: &str,
        id: &UserId,
        now: Timestamp,
    ) -> Option<Availability> {
        let state = lock(&self.state);
        let present = state.noted.get(&(tenant.clone(), What::Present, key.to_owned()))?;
        let said = state.by_hand.get(&(tenant.clone(), id.clone())).copied();
        (present.until >= now).then(|| said.unwrap_or(Availability::Online))
    }

    /// Forgets everybody at a tenant's desk: somebody's data was erased.
    pub(super) fn forget(&self, tenant: &TenantId) {
        let mut state = lock(&self.state);
        state.noted.retain(|(at, ..), _| at != tenant);
    }
}

impl State {
    /// Who is merely there is as they last said they are.
    fn with_what_was_said(&self, tenant: &TenantId, signal: Signal) -> Signal {
        match signal {
            Signal::Present { who, availability: None, doing } => {
                let said = who.id.as_ref().and_then(|id| self.by_hand.get(&(tenant.clone(), id.clone())));
                Signal::Present { availability: said.copied(), who, doing }
            }
            signal => signal,
        }
    }
}

impl Sounded {
    /// The same, no longer.
    fn ended(&self) -> Self {
        let mut signal = self.signal.clone();
        let (Signal::Typing { doing, .. } | Signal::Viewing { doing, .. } | Signal::Present { doing, .. }) =
            &mut signal;
        *doing = Doing::NoMore;
        Self { signal, subject: self.subject.clone() }
    }
}
