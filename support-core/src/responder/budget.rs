//! How often the responder was asked, and in which conversations it is being asked now.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use super::ResponderLimits;
use crate::{id::SessionId, memory::lock, time::Timestamp};

/// What has been asked in this period.
#[derive(Debug, Default)]
pub(crate) struct Budget(Mutex<Spent>);

#[derive(Debug, Default)]
struct Spent {
    since: Option<Timestamp>,
    all: u32,
    /// No more entries than questions, which have a limit.
    sessions: HashMap<SessionId, u32>,
    asking: HashSet<SessionId>,
}

/// Why there is no question now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// Another caller is asking for the same conversation.
    Busy,
    /// The conversation has had its share.
    Session,
    /// All conversations together have had theirs.
    Period,
}

impl Denied {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Session => "session",
            Self::Period => "period",
        }
    }
}

/// One question; the conversation is free for the next when this is dropped.
#[derive(Debug)]
pub(crate) struct Pass<'b> {
    budget: &'b Budget,
    id: SessionId,
}

impl Budget {
    /// Takes one question out of the budget. It is spent, whatever comes of it.
    pub(crate) fn spend(
        &self,
        id: SessionId,
        limits: &ResponderLimits,
        now: Timestamp,
    ) -> Result<Pass<'_>, Denied> {
        let mut spent = lock(&self.0);
        if spent.asking.contains(&id) {
            return Err(Denied::Busy);
        }
        // A clock that was set back by more than a period does not stop the desk for as long.
        if spent.since.is_none_or(|since| (now - since).abs() >= limits.period) {
            spent.since = Some(now);
            spent.all = 0;
            spent.sessions.clear();
        }
        if spent.all >= limits.per_period {
            return Err(Denied::Period);
        }
        let of_session = spent.sessions.get(&id).copied().unwrap_or_default();
        if of_session >= limits.per_session {
            return Err(Denied::Session);
        }
        spent.all += 1;
        spent.sessions.insert(id, of_session + 1);
        spent.asking.insert(id);
        Ok(Pass { budget: self, id })
    }

    /// Whether the responder is being asked for this conversation.
    pub(crate) fn is_asking(&self, id: SessionId) -> bool {
        lock(&self.0).asking.contains(&id)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        lock(&self.budget.0).asking.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    use super::*;

    const START: Timestamp = DateTime::UNIX_EPOCH;

    fn limits() -> ResponderLimits {
        let period = TimeDelta::hours(1);
        ResponderLimits { per_session: 2, per_period: 3, period, ..ResponderLimits::default() }
    }

    fn session(n: u128) -> SessionId {
        SessionId::from_uuid(Uuid::from_u128(n))
    }

    fn ask(budget: &Budget, n: u128, now: Timestamp) -> Option<Denied> {
        budget.spend(session(n), &limits(), now).err()
    }

    #[test]
    fn a_session_and_a_period_have_a_share_each() {
        let budget = Budget::default();
        assert_eq!([1, 1, 1].map(|n| ask(&budget, n, START)), [None, None, Some(Denied::Session)]);
        assert_eq!([2, 2].map(|n| ask(&budget, n, START)), [None, Some(Denied::Period)]);
    }

    #[test]
    fn the_next_period_begins_with_its_first_question() {
        let budget = Budget::default();
        for _ in 0..2 {
            assert_eq!(ask(&budget, 1, START), None);
        }
        let almost = START + TimeDelta::minutes(60) - TimeDelta::microseconds(1);
        assert_eq!(ask(&budget, 1, almost), Some(Denied::Session));
        let later = START + TimeDelta::minutes(90);
        assert_eq!(ask(&budget, 1, later), None);
        assert_eq!(ask(&budget, 1, later + TimeDelta::minutes(59)), None);
        assert_eq!(ask(&budget, 1, later + TimeDelta::minutes(59)), Some(Denied::Session));
        assert_eq!(ask(&budget, 1, START), None, "a clock set back");
    }

    #[test]
    fn a_conversation_has_one_question_at_a_time() {
        let budget = Budget::default();
        let first = budget.spend(session(1), &limits(), START).unwrap();
        assert_eq!(ask(&budget, 1, START), Some(Denied::Busy));
        assert_eq!(ask(&budget, 2, START), None);
        assert!(budget.is_asking(session(1)) && !budget.is_asking(session(2)));
        drop(first);
        assert_eq!(ask(&budget, 1, START), None, "a refused question costs nothing");
    }
}
