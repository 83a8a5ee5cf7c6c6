//! Those who wait for events, each woken for what may concern them.

use std::{
    collections::{BTreeMap, HashMap},
    task::Waker,
};

use super::Topic;
use crate::{access::Scope, event::Position};

/// What a subscriber is woken for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Interest {
    pub(super) topic: Topic,
    pub(super) scope: Scope,
}

/// Those who wait, by what they wait for: a guest sleeps through everything but their own chat.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    /// How many have come to wait so far; tells them apart.
    arrivals: u64,
    waiting: HashMap<Interest, BTreeMap<u64, Waiter>>,
}

/// Somebody who waits.
#[derive(Debug)]
pub(super) struct Waiter {
    waker: Waker,
    /// They have seen everything up to here.
    seen: Position,
    /// The first event since that may concern them.
    first: Option<Position>,
    was_rung: bool,
}

impl Waiters {
    /// Comes to wait, and gets a place.
    pub(super) fn arrive(&mut self, interest: &Interest, seen: Position) -> u64 {
        self.arrivals += 1;
        let waiter = Waiter { waker: Waker::noop().clone(), seen, first: None, was_rung: false };
        // Few interests are new: the key is only cloned for those.
        match self.waiting.get_mut(interest) {
            Some(waiters) => _ = waiters.insert(self.arrivals, waiter),
            None => _ = self.waiting.insert(interest.clone(), BTreeMap::from([(self.arrivals, waiter)])),
        }
        self.arrivals
    }

    /// Whether somebody was woken; if not, leaves word whom to wake.
    pub(super) fn was_woken(&mut self, interest: &Interest, place: u64, waker: &Waker) -> bool {
        let waiter = self.waiting.get_mut(interest).and_then(|waiters| waiters.get_mut(&place));
        let Some(waiter) = waiter else { return true };
        let was_woken = waiter.was_rung || waiter.first.is_some();
        if !was_woken {
            waiter.waker.clone_from(waker);
        }
        was_woken
    }

    /// Ends somebody's waiting. Returns the first event since they came that may concern them, if there was one.
    pub(super) fn leave(&mut self, interest: &Interest, place: u64) -> Option<Position> {
        let waiters = self.waiting.get_mut(interest)?;
        let waiter = waiters.remove(&place);
        if waiters.is_empty() {
            self.waiting.remove(interest);
        }
        waiter?.first
    }

    /// Notes an event for those whom it may concern, and adds whom to wake.
    pub(super) fn note(&mut self, interest: &Interest, event: Position, wake: &mut Vec<Waker>) {
        let waiters = self.waiting.get_mut(interest).into_iter().flat_map(BTreeMap::values_mut);
        for waiter in waiters.filter(|waiter| waiter.first.is_none() && waiter.seen < event) {
            waiter.first = Some(event);
            wake.push(waiter.waker.clone());
        }
    }

    /// Adds whom to wake for what is no event.
    pub(super) fn ring(&mut self, interest: &Interest, wake: &mut Vec<Waker>) {
        let waiters = self.waiting.get_mut(interest).into_iter().flat_map(BTreeMap::values_mut);
        for waiter in waiters.filter(|waiter| !waiter.was_rung) {
            waiter.was_rung = true;
            wake.push(waiter.waker.clone());
        }
    }
}
